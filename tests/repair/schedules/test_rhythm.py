"""A rhythm in words, and the form that it is chosen with."""

from typing import Any

import pytest
from django.http import QueryDict

from repair.schedules import rhythm
from repair.schedules.forms import RhythmForm
from tests.repair.schedules.conftest import BODY, TYPED, Rhythms

SENTENCES = [
    ({}, "Every day, a minute, 20:30 to 23:00", "every day"),
    (
        {"frequency": "weekly", "weekdays": [0, 2, 4]},
        "Mondays, Wednesdays and Fridays, a minute, 20:30 to 23:00",
        "chosen days",
    ),
    (
        {"frequency": "weekly", "weekdays": [6], "questions": "weekly"},
        "Sundays, five minutes, 20:30 to 23:00",
        "one day",
    ),
    (
        {"frequency": "weeks", "weekdays": [0, 3], "every": 2},
        "Every 2 weeks: Monday and Thursday, a minute, 20:30 to 23:00",
        "every few weeks",
    ),
    (
        {"frequency": "monthday", "month_day": 31},
        "Day 31 of each month that has one, a minute, 20:30 to 23:00",
        "a date of the month",
    ),
    (
        {"frequency": "monthday", "month_day": 28},
        "Day 28 of each month, a minute, 20:30 to 23:00",
        "a date that every month has",
    ),
    (
        {"frequency": "nth", "nth": -1, "weekdays": [6]},
        "The last Sunday of each month, a minute, 20:30 to 23:00",
        "a weekday of the month",
    ),
    (
        {
            "windows": {"a": ["20:30", "23:00"], "b": ["07:00", "09:00"]},
            "names": {"a": "Ana", "b": "Ben"},
        },
        "Every day, a minute, Ana 20:30 to 23:00, Ben 07:00 to 09:00",
        "two different windows",
    ),
]


@pytest.mark.parametrize(("fields", "sentence", "why"), SENTENCES, ids=[s[2] for s in SENTENCES])
def test_a_rhythm_as_one_line(fields: dict[str, Any], sentence: str, why: str) -> None:
    assert rhythm.headline({**BODY, **fields}) == sentence


def test_the_whole_wording_names_everything_that_is_signed() -> None:
    said = dict(rhythm.lines({**BODY, "ends_on": "2026-12-31"}))
    assert list(said.values()) == [
        "Every day",
        "The minute",
        "20:30 to 23:00",
        "The next day, 18:30",
        "60 minutes after it opens",
        "15 September 2026 to 31 December 2026",
    ]
    other = dict(rhythm.lines({**BODY, "reading": None, "remind_after": None}))
    assert list(other.values())[3:] == ["As soon as both are in", "None", "15 September 2026, no end"]
    same_day = rhythm.reading({**BODY, "reading": {"days_after": 0, "at": "18:30"}})
    assert same_day == "The same day, 18:30"


CHANGES: list[dict[str, Any]] = [
    {"frequency": "weekly", "weekdays": [1]},
    {"questions": "weekly"},
    {"windows": {"a": ["20:31", "23:00"], "b": ["20:31", "23:00"]}},
    {"reading": {"days_after": 0, "at": "18:30"}},
    {"reading": None},
    {"remind_after": 30},
    {"starts_on": "2026-09-16"},
    {"ends_on": "2027-09-16"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_no_two_wordings_read_the_same(change: dict[str, Any]) -> None:
    assert rhythm.lines({**BODY, **change}) != rhythm.lines(BODY)


def typed(**changes: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in {**TYPED, **changes}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def form(rhythms: Rhythms, *, base: Any = None, **changes: Any) -> RhythmForm:
    return RhythmForm(typed(**changes), viewer=rhythms.viewer(rhythms.cast.ana), base=base)


def test_the_ordinary_rhythm(rhythms: Rhythms) -> None:
    filled = form(rhythms)
    assert filled.is_valid(), filled.errors
    assert filled.body() == BODY


GOOD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"frequency": "weekly", "weekdays": ["4", "0", "0"]},
        {"frequency": "weekly", "weekdays": [0, 4]},
        "weekdays in their order, each once",
    ),
    (
        {"frequency": "weeks", "weekdays": ["2"], "every": "3"},
        {"frequency": "weeks", "weekdays": [2], "every": 3},
        "every three weeks",
    ),
    ({"frequency": "monthday", "month_day": "31"}, {"frequency": "monthday", "month_day": 31}, "the 31st"),
    (
        {"frequency": "nth", "nth": "-1", "nth_day": "6"},
        {"frequency": "nth", "nth": -1, "weekdays": [6]},
        "the last Sunday",
    ),
    (
        {"weekdays": ["0"], "every": "5", "month_day": "4", "nth": "2"},
        {},
        "what belongs to other frequencies is left aside",
    ),
    (
        {"weekdays": ["nonsense"], "every": "-1", "month_day": "99", "nth": "x", "nth_day": "\x00"},
        {},
        "and is no problem even where it is nonsense",
    ),
    ({"other_opens": "nonsense"}, {}, "the other's times count only where they differ"),
    (
        {"opens": "22:00", "closes": "01:00"},
        {"windows": {"a": ["22:00", "01:00"], "b": ["22:00", "01:00"]}},
        "past midnight",
    ),
    ({"reading": "both", "reading_at": "nonsense"}, {"reading": None}, "no hour where none is needed"),
    (
        {"opens": "07:00", "closes": "08:00", "reading": "same", "remind": "30"},
        {
            "windows": {"a": ["07:00", "08:00"], "b": ["07:00", "08:00"]},
            "reading": {"days_after": 0, "at": "18:30"},
            "remind_after": 30,
        },
        "a morning, read the same evening",
    ),
    ({"reading_at": "21:00"}, {"reading": {"days_after": 1, "at": "21:00"}}, "the latest hour"),
    (
        {"opens": "22:00", "closes": "19:30", "reading_at": "21:00"},
        {
            "windows": {"a": ["22:00", "19:30"], "b": ["22:00", "19:30"]},
            "reading": {"days_after": 1, "at": "21:00"},
        },
        "exactly 90 minutes after the end",
    ),
    ({"remind": "none"}, {"remind_after": None}, "no reminder"),
    ({"starts_on": "2026-09-14"}, {"starts_on": "2026-09-14"}, "from today"),
    ({"ends_on": "2026-09-15"}, {"ends_on": "2026-09-15"}, "for one day"),
]


@pytest.mark.parametrize(("changes", "body", "why"), GOOD, ids=[g[2] for g in GOOD])
def test_what_is_taken(rhythms: Rhythms, changes: dict[str, Any], body: dict[str, Any], why: str) -> None:
    filled = form(rhythms, **changes)
    assert filled.is_valid(), filled.errors
    assert filled.body() == {**BODY, **body}


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"frequency": ""}, "frequency", "no frequency"),
    ({"frequency": "RRULE:FREQ=HOURLY"}, "frequency", "recurrence text"),
    ({"frequency": "weekly"}, "weekdays", "no weekday"),
    ({"frequency": "weekly", "weekdays": ["7"]}, "weekdays", "an eighth weekday"),
    ({"frequency": "weeks", "weekdays": ["1"], "every": "1"}, "every", "every week is not every few weeks"),
    ({"frequency": "weeks", "weekdays": ["1"], "every": "9" * 5000}, "every", "a huge number"),
    ({"frequency": "weeks", "weekdays": ["1"], "every": ""}, "every", "no number"),
    ({"frequency": "monthday", "month_day": "32"}, "month_day", "a 32nd"),
    ({"frequency": "nth", "nth": "5", "nth_day": "0"}, "nth", "a fifth"),
    ({"frequency": "nth", "nth": "1", "nth_day": ""}, "nth_day", "the first of none"),
    ({"questions": "unknown"}, "questions", "an unknown set of questions"),
    ({"opens": ""}, "opens", "no opening"),
    ({"opens": "20:30\x00"}, "opens", "a NUL byte"),
    ({"closes": "25:00"}, "closes", "an hour that is none"),
    ({"closes": "20:30"}, "closes", "it would reach its own next opening"),
    ({"closes": "20:45"}, "closes", "too short"),
    ({"differs": "on"}, "other_opens", "different times, not given"),
    ({"differs": "on", "other_opens": "x", "other_closes": "23:00"}, "other_opens", "different times, wrong"),
    ({"differs": "on", "other_opens": "8:00", "other_closes": "8:10"}, "other_closes", "the other's is too short"),
    ({"reading": "never"}, "reading", "an unknown reading"),
    ({"reading_at": ""}, "reading_at", "no hour"),
    ({"reading_at": "21:01"}, "reading_at", "after 21:00"),
    ({"reading": "same"}, "reading_at", "before the evening is over"),
    ({"opens": "22:00", "closes": "17:01"}, "reading_at", "89 minutes after the end"),
    (
        {"differs": "on", "other_opens": "22:00", "other_closes": "17:30"},
        "reading_at",
        "an hour after the end of the other's",
    ),
    ({"opens": "20:30", "closes": "21:30", "remind": "60"}, "remind", "a note when it is closed already"),
    ({"remind": "5"}, "remind", "an unknown note"),
    ({"starts_on": ""}, "starts_on", "no start"),
    ({"starts_on": "2026-09-13"}, "starts_on", "yesterday"),
    ({"starts_on": "9999-12-31"}, "starts_on", "the end of time"),
    ({"starts_on": "2026-02-30"}, "starts_on", "a day that does not exist"),
    ({"ends_on": "2026-09-14"}, "ends_on", "it ends before it starts"),
    ({"ends_on": "9999-12-31"}, "ends_on", "it ends with the calendar"),
    (
        {"frequency": "weekly", "weekdays": ["0"], "ends_on": "2026-09-20"},
        "ends_on",
        "no such day in between",
    ),
]


@pytest.mark.parametrize(("changes", "name", "why"), BAD, ids=[b[2] for b in BAD])
def test_what_is_not_taken(rhythms: Rhythms, changes: dict[str, Any], name: str, why: str) -> None:
    filled = form(rhythms, **changes)
    assert not filled.is_valid()
    assert name in filled.errors, (why, filled.errors)


def test_every_field_missing_is_said_in_words(rhythms: Rhythms) -> None:
    empty = RhythmForm(QueryDict(""), viewer=rhythms.viewer(rhythms.cast.ana))
    assert not empty.is_valid()
    assert {"frequency", "questions", "opens", "closes", "reading", "remind", "starts_on"} <= set(empty.errors)


def test_windows_that_differ_go_to_their_slots_whoever_proposes(rhythms: Rhythms) -> None:
    changes = {"differs": "on", "other_opens": "07:00", "other_closes": "09:00", "remind": "60"}
    for person, other, mine in ((rhythms.cast.ana, "Ben", "Ana"), (rhythms.cast.ben, "Ana", "Ben")):
        filled = RhythmForm(typed(**changes), viewer=rhythms.viewer(person))
        assert filled.is_valid(), filled.errors
        slot = rhythms.place(person).slot
        beside = "b" if slot == "a" else "a"
        assert filled.body()["windows"] == {slot: ["20:30", "23:00"], beside: ["07:00", "09:00"]}
        assert filled.body()["names"] == {slot: mine, beside: other}


BODIES: list[dict[str, Any]] = [
    {},
    {"frequency": "weekly", "weekdays": [0, 6]},
    {"frequency": "weeks", "weekdays": [3], "every": 4},
    {"frequency": "monthday", "month_day": 30, "ends_on": "2027-09-16"},
    {"frequency": "nth", "nth": 2, "weekdays": [5], "reading": None, "remind_after": None},
    {
        "windows": {"a": ["20:30", "23:00"], "b": ["07:00", "09:00"]},
        "names": {"a": "Ana", "b": "Ben"},
        "reading": {"days_after": 1, "at": "20:00"},
    },
]


@pytest.mark.parametrize("fields", BODIES, ids=lambda fields: fields.get("frequency", "daily"))
def test_a_wording_laid_out_to_be_changed_comes_back_as_it_was(rhythms: Rhythms, fields: dict[str, Any]) -> None:
    """Through the form's own widgets, by either of the two, without a word changed."""
    body = {**BODY, **fields}
    for person in (rhythms.cast.ana, rhythms.cast.ben):
        viewer = rhythms.viewer(person)
        laid = RhythmForm(viewer=viewer, base=body, initial=RhythmForm.initial_from(body, viewer))
        data = QueryDict(mutable=True)
        for name in laid.fields:
            value = laid[name].value()
            if value not in (None, "", False):
                data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
        again = RhythmForm(data, viewer=viewer, base=body)
        assert again.is_valid(), again.errors
        assert again.body() == body


def test_a_rhythm_that_started_long_ago_may_keep_its_start_and_not_an_earlier_one(rhythms: Rhythms) -> None:
    base = {**BODY, "starts_on": "2026-01-05"}
    assert form(rhythms, base=base, starts_on="2026-01-05").is_valid()
    assert form(rhythms, base=base, starts_on="2026-03-01").is_valid()
    assert not form(rhythms, base=base, starts_on="2026-01-04").is_valid()


def test_alone_one_is_asked_for_ones_own_times_only(rhythms: Rhythms) -> None:
    alone = RhythmForm(typed(), viewer=rhythms.viewer(rhythms.cast.sol))
    assert "differs" not in alone.fields
    assert alone.is_valid(), alone.errors
    ended = RhythmForm(typed(ends_on="2026-10-01"), viewer=rhythms.viewer(rhythms.cast.sol))
    assert ended.is_valid(), ended.errors


def test_the_day_that_is_offered_is_tomorrow_where_one_lives(rhythms: Rhythms) -> None:
    rhythms.cast.ana.time_zone = "Pacific/Kiritimati"
    rhythms.cast.ana.save(update_fields=["time_zone"])
    laid = RhythmForm(viewer=rhythms.viewer(rhythms.cast.ana))
    assert laid["starts_on"].value() == "2026-09-16"
