"""`manage.py preview`: what a rule means, printed by the functions that the engine uses."""

import json
import subprocess
import sys
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.repair.schedules.test_instants import CRUEL

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[3]
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


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc", "why"), CRUEL, ids=[f"{c[0]} {c[1]} {c[2]}: {c[4]}" for c in CRUEL]
)
def test_every_cruel_hour(zone: str, day: str, at: str, utc: str, why: str) -> None:
    (row,) = json.loads(run("--daily", "--at", at, "--zone", zone, "--from", day, "--count", "1", "--json"))
    assert row["date"] == day, why
    assert datetime.fromisoformat(row["utc"]) == datetime.fromisoformat(utc + "+00:00"), why
    local = datetime.fromisoformat(row["local"])
    assert local == datetime.fromisoformat(row["utc"]), "the wall clock as it will show, with its offset"
    assert (local.date(), local.time()) >= (date.fromisoformat(day), time.fromisoformat(at)), why


def test_it_needs_no_settings_no_keys_and_no_database_and_leaves_nothing(tmp_path: Path) -> None:
    """As an operator runs it, or anybody from outside: in an empty folder, with an empty environment."""
    words = "--daily --at 02:30 --zone Europe/London --from 2027-03-01 --count 20 --json"
    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "preview", *words.split()],
        cwd=tmp_path,
        env={"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    rows = json.loads(ran.stdout)
    assert [row["date"] for row in rows] == [f"2027-03-{day:02}" for day in range(1, 21)]
    assert all(set(row) == {"date", "local", "utc"} for row in rows)
    assert ran.stderr == ""
    assert list(tmp_path.iterdir()) == []


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
