"""What is chosen for a rhythm. No recurrence text is taken from anybody: only choices."""

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.couples.queries import pair_of
from repair.plan.kinds import Body, WordingForm
from repair.programmes.content import question_sets
from repair.schedules import rhythm
from repair.schedules.fields import clock_field, day_field, radios_field, select_field
from repair.schedules.recurrence import DAY, Frequency, next_date

if TYPE_CHECKING:
    from accounts.access import Viewer

AHEAD = timedelta(days=366)  # how far ahead a rhythm may start
LONGEST_RULE = timedelta(days=3660)
SHORTEST_WINDOW = 30  # minutes
APART = 90  # minutes between the end of either window and the reading hour
LATEST_READING = time(21, 0)
WHOLE_DAY = 24 * 60

_NEEDS = {  # the fields that go with each frequency
    Frequency.DAILY: (),
    Frequency.WEEKLY: ("weekdays",),
    Frequency.EVERY_WEEKS: ("weekdays", "every"),
    Frequency.MONTHLY_DAY: ("month_day",),
    Frequency.MONTHLY_NTH: ("nth", "nth_day"),
}
_WEEKDAYS = [(str(number), name) for number, name in enumerate(rhythm.DAY_NAMES)]


class RhythmForm(WordingForm):
    """When the two check in, what is asked, and when it is read."""

    frequency = radios_field(
        gettext_lazy("How often"),
        [
            (Frequency.DAILY.value, gettext_lazy("Every day")),
            (Frequency.WEEKLY.value, gettext_lazy("On chosen days")),
            (Frequency.EVERY_WEEKS.value, gettext_lazy("Every few weeks")),
            (Frequency.MONTHLY_DAY.value, gettext_lazy("Monthly, on a date")),
            (Frequency.MONTHLY_NTH.value, gettext_lazy("Monthly, on a weekday")),
        ],
        Frequency.DAILY.value,
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Which days"),
        choices=_WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose from the days of the week.")},
    )
    every = select_field(
        gettext_lazy("How many weeks apart"), [(str(n), str(n)) for n in range(2, 13)], "2",
        help_text=gettext_lazy("Counted from the week it starts in."),
    )  # fmt: skip
    month_day = select_field(
        gettext_lazy("Which date"), [(str(n), str(n)) for n in range(1, 32)], "1",
        help_text=gettext_lazy("A month without that date is left out."),
    )  # fmt: skip
    nth = select_field(gettext_lazy("Which one"), [(str(n), name) for n, name in rhythm.PLACES.items()], "1")
    nth_day = select_field(gettext_lazy("Which weekday"), _WEEKDAYS, "6")
    questions = radios_field(
        gettext_lazy("What is asked"), [], "daily",
        help_text=gettext_lazy("The month and the season are written for check-ins that come that seldom."),
    )  # fmt: skip
    opens = clock_field(gettext_lazy("From"), "20:30")
    closes = clock_field(gettext_lazy("Until"), "23:00")
    differs = forms.BooleanField(required=False)
    other_opens = clock_field(gettext_lazy("From"), "20:30", required=False)
    other_closes = clock_field(gettext_lazy("Until"), "23:00", required=False)
    reading = radios_field(
        gettext_lazy("Reading hour"),
        [
            ("next", gettext_lazy("The next day")),
            ("same", gettext_lazy("The same day")),
            ("both", gettext_lazy("As soon as both are in")),
        ],
        "next",
        help_text=gettext_lazy(
            "Away from the end of the evening by 90 minutes or more, and not after 21:00. "
            "Changing it takes both of you."
        ),
    )
    reading_at = clock_field(gettext_lazy("At"), "18:30", required=False)
    remind = radios_field(
        gettext_lazy("One note, if it isn’t done yet"),
        [
            ("none", gettext_lazy("None")),
            ("30", gettext_lazy("After 30 minutes")),
            ("60", gettext_lazy("After an hour")),
            ("90", gettext_lazy("After 90 minutes")),
            ("120", gettext_lazy("After two hours")),
        ],
        "60",
    )
    starts_on = day_field(gettext_lazy("Starts"), missing=gettext_lazy("Choose the day it starts."))
    ends_on = day_field(gettext_lazy("Ends"), required=False, help_text=gettext_lazy("Can stay empty."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.viewer.person
        zone = person.zone if person else None
        self.today: date = self.viewer.now.astimezone(zone).date()
        self.initial.setdefault("starts_on", (self.today + DAY).isoformat())
        questions = self.fields["questions"]
        assert isinstance(questions, forms.ChoiceField)
        questions.choices = [(found.slug, rhythm.chosen_as(found.slug)) for found in question_sets()]
        self.other_name = ""
        if self.viewer.standing is None:
            for name in ("differs", "other_opens", "other_closes"):
                del self.fields[name]
        else:
            self.other_name = pair_of(self.viewer).other_name
            self.fields["differs"].label = _("%(name)s’s times are different") % {"name": self.other_name}
            self.fields["differs"].help_text = _("By %(name)s’s own clock.") % {"name": self.other_name}

    @property
    def starts_from(self) -> date:
        """The earliest day to start on: today, or the day it started on when a rhythm is changed."""
        base = (self.base or {}).get("starts_on")
        return min(self.today, date.fromisoformat(base)) if base else self.today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._forget_what_does_not_apply()
        self._check_days()
        self._check_windows()
        self._check_span()
        return cleaned

    def _forget_what_does_not_apply(self) -> None:
        """Whatever stands in fields that the choices made leave aside is no problem."""
        frequency = self.cleaned_data.get("frequency")
        if frequency:
            beside = {name for names in _NEEDS.values() for name in names} - set(_NEEDS[Frequency(frequency)])
            self._forget(*beside)
        if not self.cleaned_data.get("differs"):
            self._forget("other_opens", "other_closes")
        if self.cleaned_data.get("reading") == "both":
            self._forget("reading_at")

    def _forget(self, *names: str) -> None:
        for name in names:
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)

    def _check_days(self) -> None:
        frequency = self.cleaned_data.get("frequency")
        for name in _NEEDS[Frequency(frequency)] if frequency else ():
            if not self.cleaned_data.get(name) and name not in self.errors:
                weekdays = name == "weekdays"
                self.add_error(name, _("Choose one day or more.") if weekdays else _("Choose one of those shown."))

    def _check_windows(self) -> None:
        ends = []
        for opens, closes in self._window_fields():
            begin, end = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
            if opens == "other_opens" and not self._both_given(opens, closes):
                continue
            if begin is None or end is None:
                continue
            ends.append(_minutes(end) + (WHOLE_DAY if end <= begin else 0))
            length = ends[-1] - _minutes(begin)
            if length == WHOLE_DAY:
                self.add_error(closes, _("This is the time at which it opens again. Choose an earlier one."))
            elif length < SHORTEST_WINDOW:
                self.add_error(closes, _("Leave half an hour or more."))
            else:
                self._check_reminder(length)
        if ends:
            self._check_reading(latest_end=max(ends))

    def _window_fields(self) -> list[tuple[str, str]]:
        own = [("opens", "closes")]
        return [*own, ("other_opens", "other_closes")] if self.cleaned_data.get("differs") else own

    def _both_given(self, *names: str) -> bool:
        for name in names:
            if self.cleaned_data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Choose a time, like 20:30."))
        return all(self.cleaned_data.get(name) is not None for name in names)

    def _check_reminder(self, length: int) -> None:
        remind = self.cleaned_data.get("remind")
        if remind and remind != "none" and int(remind) >= length:
            self.add_error("remind", _("By then it is closed. Choose an earlier note, or none."))

    def _check_reading(self, *, latest_end: int) -> None:
        choice, at = self.cleaned_data.get("reading"), self.cleaned_data.get("reading_at")
        if choice not in {"next", "same"} or "reading_at" in self.errors:
            return
        if at is None:
            self.add_error("reading_at", _("Choose a time, like 18:30."))
        elif at > LATEST_READING:
            self.add_error("reading_at", _("Choose an hour not after 21:00."))
        elif _minutes(at) + (WHOLE_DAY if choice == "next" else 0) < latest_end + APART:
            self.add_error("reading_at", _("Choose an hour 90 minutes or more after the end of the evening."))

    def _check_span(self) -> None:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts is None:
            return
        if not self.starts_from <= starts <= self.today + AHEAD:
            self.add_error("starts_on", _("Choose today or a later day, within a year."))
        elif ends is not None and ends < starts:
            self.add_error("ends_on", _("Choose a day after the start, or none."))
        elif ends is not None and ends > starts + LONGEST_RULE:
            self.add_error("ends_on", _("Choose an earlier day, or none."))
        elif ends is not None and not self.errors and next_date(rhythm.rule_of(self.body()), starts - DAY) is None:
            self.add_error("ends_on", _("There is no such day between the start and the end."))

    def body(self) -> Body:
        """The wording as structured fields; see `rhythm`."""
        found, frequency = self.cleaned_data, Frequency(self.cleaned_data["frequency"])
        weekdays = [int(day) for day in found.get("weekdays") or ()]
        if frequency == Frequency.MONTHLY_NTH:
            weekdays = [int(found["nth_day"])]
        mine = [_written(found["opens"]), _written(found["closes"])]
        other = mine
        if found.get("differs"):
            other = [_written(found["other_opens"]), _written(found["other_closes"])]
        reading = None
        if found["reading"] != "both":
            reading = {"days_after": int(found["reading"] == "next"), "at": _written(found["reading_at"])}
        return {
            "frequency": frequency.value,
            "weekdays": sorted(set(weekdays)),
            "every": int(found["every"]) if frequency == Frequency.EVERY_WEEKS else 1,
            "month_day": int(found["month_day"]) if frequency == Frequency.MONTHLY_DAY else None,
            "nth": int(found["nth"]) if frequency == Frequency.MONTHLY_NTH else None,
            "starts_on": found["starts_on"].isoformat(),
            "ends_on": found["ends_on"].isoformat() if found.get("ends_on") else None,
            "questions": found["questions"],
            **self._windows(mine, other),
            "reading": reading,
            "remind_after": None if found["remind"] == "none" else int(found["remind"]),
        }

    def _windows(self, mine: list[str], other: list[str]) -> Body:
        """Both windows by slot, with the names where they differ."""
        if self.viewer.standing is None:
            return {"windows": {"a": mine, "b": other}, "names": {}}
        pair = pair_of(self.viewer)
        windows = {pair.mine.slot: mine, pair.other.slot: other}
        names = {pair.mine.slot: pair.my_name, pair.other.slot: pair.other_name}
        return {"windows": windows, "names": names if mine != other else {}}

    @classmethod
    def initial_from(cls, body: Body, viewer: "Viewer") -> dict[str, Any]:
        """The form's values for changing a rhythm."""
        slot = viewer.mine.slot
        mine, other = body["windows"][slot], body["windows"]["b" if slot == "a" else "a"]
        reading = body["reading"]
        nth = body["frequency"] == Frequency.MONTHLY_NTH.value
        initial = {
            "frequency": body["frequency"],
            "weekdays": [] if nth else [str(day) for day in body["weekdays"]],
            "questions": body["questions"],
            "opens": mine[0],
            "closes": mine[1],
            "differs": mine != other,
            "other_opens": other[0],
            "other_closes": other[1],
            "reading": "both" if reading is None else "next" if reading["days_after"] else "same",
            "remind": "none" if body["remind_after"] is None else str(body["remind_after"]),
            "starts_on": body["starts_on"],
            "ends_on": body["ends_on"] or "",
        }
        if nth:
            initial |= {"nth": str(body["nth"]), "nth_day": str(body["weekdays"][0])}
        if body["month_day"]:
            initial["month_day"] = str(body["month_day"])
        if body["frequency"] == Frequency.EVERY_WEEKS.value:
            initial["every"] = str(body["every"])
        if reading:
            initial["reading_at"] = reading["at"]
        return initial


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _written(at: time) -> str:
    return f"{at:%H:%M}"
