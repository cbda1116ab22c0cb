"""The wording of a rhythm: its structured fields, what they say in words, and the rule they come to.

    {"frequency": "weekly", "weekdays": [0, 2, 4], "every": 1, "month_day": None, "nth": None,
     "starts_on": "2026-11-23", "ends_on": None, "questions": "daily",
     "windows": {"a": ["20:30", "23:00"], "b": ["20:30", "23:00"]}, "names": {},
     "reading": {"days_after": 1, "at": "18:30"}, "remind_after": 60}

`names` holds both names where the two windows differ, so that the wording says whose is which. `reading` is None
for “as soon as both are in”, `remind_after` (minutes after the opening) None for no reminder.
"""

from datetime import date, time
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.couples.models import Slot
from repair.plan.kinds import Body
from repair.programmes.content import question_set
from repair.schedules.recurrence import LAST_OF_MONTH, Frequency, Rule, weekday_bits

DAY_NAMES = [
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
]  # fmt: skip
_DAYS_OF_WEEKS = [
    gettext_lazy("Mondays"), gettext_lazy("Tuesdays"), gettext_lazy("Wednesdays"), gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"), gettext_lazy("Saturdays"), gettext_lazy("Sundays"),
]  # fmt: skip
PLACES = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    LAST_OF_MONTH: gettext_lazy("last"),
}


def rule_of(body: Body) -> Rule:
    """The dates that the wording names. Raises ValueError for fields that name none."""
    ends_on = body["ends_on"]
    return Rule(
        frequency=Frequency(body["frequency"]),
        starts_on=date.fromisoformat(body["starts_on"]),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        every=body["every"],
        weekdays=weekday_bits(*body["weekdays"]),
        month_day=body["month_day"],
        nth=body["nth"],
    )


def window_of(body: Body, slot: str) -> tuple[time, time]:
    """(opens, closes) of the partner in `slot`, by their own wall clock."""
    opens, closes = body["windows"][slot]
    return time.fromisoformat(opens), time.fromisoformat(closes)


def schedule_fields(body: Body) -> dict[str, Any]:
    """The wording as fields of a Schedule."""
    rule, reading = rule_of(body), body["reading"]
    return {
        "question_set": body["questions"],
        "frequency": rule.frequency.value,
        "every": rule.every,
        "weekdays": rule.weekdays,
        "month_day": rule.month_day,
        "nth": rule.nth,
        "starts_on": rule.starts_on,
        "ends_on": rule.ends_on,
        "reading_time": time.fromisoformat(reading["at"]) if reading else None,
        "reading_days_after": reading["days_after"] if reading else 0,
        "remind_after_minutes": body["remind_after"],
    }


# --- in words -------------------------------------------------------------------------------------------------


def headline(body: Body) -> str:
    """The one line that stands for the wording: “Mondays and Fridays, a minute, 20:30 to 23:00”."""
    return _("%(days)s, %(what)s, %(hours)s") % {
        "days": days(body),
        "what": asked_as(body["questions"]),
        "hours": hours(body),
    }


def lines(body: Body) -> list[tuple[str, str]]:
    """The whole wording as (label, text)."""
    return [
        (_("How often"), days(body)),
        (_("What is asked"), chosen_as(body["questions"])),
        (_("Open for each, by their own clock"), hours(body)),
        (_("Read"), reading(body)),
        (_("One note, if it isn’t done yet"), reminder(body)),
        (_("From"), span(body)),
    ]


def days(body: Body) -> str:
    """“Every day”, “Mondays and Fridays”, “Every 2 weeks: Monday”, “The last Sunday of the month”."""
    match Frequency(body["frequency"]):
        case Frequency.DAILY:
            return _("Every day")
        case Frequency.WEEKLY:
            return _listed([str(_DAYS_OF_WEEKS[day]) for day in body["weekdays"]])
        case Frequency.EVERY_WEEKS:
            names = _listed([str(DAY_NAMES[day]) for day in body["weekdays"]])
            return _("Every %(n)d weeks: %(days)s") % {"n": body["every"], "days": names}
        case Frequency.MONTHLY_DAY:
            every_month_has_it = body["month_day"] <= 28
            said = (
                _("Day %(day)d of each month")
                if every_month_has_it
                else _("Day %(day)d of each month that has one")
            )
            return said % {"day": body["month_day"]}
        case Frequency.MONTHLY_NTH:
            place, name = str(PLACES[body["nth"]]), str(DAY_NAMES[body["weekdays"][0]])
            return _("The %(place)s %(day)s of each month") % {"place": place, "day": name}


def hours(body: Body) -> str:
    """“20:30 to 23:00”, or both partners' where they differ."""
    spans = {slot: _("%(opens)s to %(closes)s") % _span(body, slot) for slot in (Slot.A, Slot.B)}
    if spans[Slot.A] == spans[Slot.B]:
        return spans[Slot.A]
    return _("%(a)s %(hours_a)s, %(b)s %(hours_b)s") % {
        "a": body["names"].get("a", ""),
        "hours_a": spans[Slot.A],
        "b": body["names"].get("b", ""),
        "hours_b": spans[Slot.B],
    }


def _span(body: Body, slot: str) -> dict[str, str]:
    opens, closes = body["windows"][slot]
    return {"opens": opens, "closes": closes}


def reading(body: Body) -> str:
    """“The next day, 18:30”, or “As soon as both are in”."""
    agreed = body["reading"]
    if agreed is None:
        return _("As soon as both are in")
    if agreed["days_after"] == 0:
        return _("The same day, %(at)s") % {"at": agreed["at"]}
    return _("The next day, %(at)s") % {"at": agreed["at"]}


def reminder(body: Body) -> str:
    """“None”, or how long after the opening."""
    minutes = body["remind_after"]
    if minutes is None:
        return _("None")
    return ngettext("%(n)d minute after it opens", "%(n)d minutes after it opens", minutes) % {"n": minutes}


def span(body: Body) -> str:
    """“23 November 2026, no end”."""
    starts = written(date.fromisoformat(body["starts_on"]))
    if not body["ends_on"]:
        return _("%(start)s, no end") % {"start": starts}
    return _("%(start)s to %(end)s") % {"start": starts, "end": written(date.fromisoformat(body["ends_on"]))}


def chosen_as(questions: str) -> str:
    """What is asked, as one chooses it."""
    return question_set(questions).said.chosen


def asked_as(questions: str) -> str:
    """What is asked, within a sentence."""
    return question_set(questions).said.within


def written(day: date) -> str:
    """“23 November 2026”."""
    return _("%(day)d %(month)s %(year)d") % {"day": day.day, "month": MONTHS[day.month], "year": day.year}


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}
