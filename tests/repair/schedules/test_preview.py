"""`manage.py preview`: what a rule means, printed by the functions that the engine uses."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

LONDON = ["--zone", "Europe/London", "--from", "2027-03-27"]


def run(*words: str) -> str:
    out = StringIO()
    call_command("preview", *words, stdout=out)
    return out.getvalue()


def test_it_prints_date_wall_clock_and_instant() -> None:
    lines = run("--daily", "--at", "01:30", *LONDON, "--count", "3").splitlines()
    assert lines == [
        "Sat 2027-03-27  2027-03-27 01:30 GMT  2027-03-27 01:30Z",
        "Sun 2027-03-28  2027-03-28 02:30 BST  2027-03-28 01:30Z",
        "Mon 2027-03-29  2027-03-29 01:30 BST  2027-03-29 00:30Z",
    ]


def test_json_is_one_list_in_iso_8601() -> None:
    rows = json.loads(run("--daily", "--at", "01:30", *LONDON, "--count", "2", "--json"))
    assert rows == [
        {"date": "2027-03-27", "local": "2027-03-27T01:30:00+00:00", "utc": "2027-03-27T01:30:00+00:00"},
        {"date": "2027-03-28", "local": "2027-03-28T02:30:00+01:00", "utc": "2027-03-28T01:30:00+00:00"},
    ]


RULES = [
    (["--weekly", "mon,thu"], ["2027-03-29", "2027-04-01", "2027-04-05"], "chosen weekdays"),
    (["--weekly", "Thursday, MON"], ["2027-03-29", "2027-04-01", "2027-04-05"], "long names, any order and case"),
    (["--every-weeks", "2", "mon"], ["2027-04-05", "2027-04-19", "2027-05-03"], "from the week it starts in"),
    (["--monthly-day", "31"], ["2027-03-31", "2027-05-31", "2027-07-31"], "short months have none"),
    (["--monthly-nth", "last", "sun"], ["2027-03-28", "2027-04-25", "2027-05-30"], "the last one"),
    (["--monthly-nth", "first", "sat"], ["2027-04-03", "2027-05-01", "2027-06-05"], "the first one"),
    (["--monthly-nth", "4", "sat"], ["2027-03-27", "2027-04-24", "2027-05-22"], "the first day counts"),
]


@pytest.mark.parametrize(("rule", "dates", "why"), RULES, ids=[r[2] for r in RULES])
def test_every_kind_of_rule(rule: list[str], dates: list[str], why: str) -> None:
    rows = json.loads(run(*rule, "--at", "20:30", *LONDON, "--count", "3", "--json"))
    assert [row["date"] for row in rows] == dates, why


def test_a_date_that_never_was_is_left_out() -> None:
    rows = json.loads(run("--daily", "--at", "20:30", "--zone", "Pacific/Apia", "--from", "2011-12-29", "--json"))
    assert len(rows) == 20
    assert [row["date"] for row in rows[:2]] == ["2011-12-29", "2011-12-31"]


def test_the_end_of_the_calendar_ends_the_list() -> None:
    assert len(run("--daily", "--at", "12:00", "--zone", "UTC", "--from", "9999-12-30").splitlines()) == 2


GOOD = {"--at": "20:30", "--zone": "Europe/London", "--from": "2027-03-27"}
BAD = [
    ([], {}, "no rule"),
    (["--daily", "--weekly", "mon"], {}, "two rules"),
    (["--weekly", "mon,noday"], {}, "not a weekday"),
    (["--weekly", ""], {}, "no weekday"),
    (["--every-weeks", "0", "mon"], {}, "every nought weeks"),
    (["--every-weeks", "2", "xyz"], {}, "every two weeks on nothing"),
    (["--monthly-day", "32"], {}, "a 32nd"),
    (["--monthly-day", "٣"], {}, "a digit that is not one of ours"),
    (["--monthly-nth", "fifth", "sun"], {}, "a fifth is not in every month"),
    (["--monthly-nth", "last", "sun,mon"], {}, "the last of two weekdays"),
    (["--monthly-nth", "last", "day"], {}, "the last of none"),
    (["--daily"], {"--at": "25:00"}, "not a time"),
    (["--daily"], {"--zone": "Mars/Olympus"}, "not a zone"),
    (["--daily"], {"--zone": "../../etc/passwd"}, "a path is no zone"),
    (["--daily"], {"--zone": "Europe"}, "a continent is no zone"),
    (["--daily"], {"--from": "2027-02-30"}, "not a date"),
    (["--daily"], {"--from": "0001-01-01"}, "nothing comes before the first date"),
    (["--daily"], {"--count": "0"}, "none at all"),
    (["--daily"], {"--count": "9999999999"}, "more than anybody reads"),
]


@pytest.mark.parametrize(("rule", "options", "why"), BAD, ids=[b[2] for b in BAD])
def test_what_makes_no_sense_is_refused_in_words(rule: list[str], options: dict[str, str], why: str) -> None:
    words = [word for pair in {**GOOD, **options}.items() for word in pair]
    with pytest.raises(CommandError, match=r".+"):
        run(*rule, *words)
