"""The short form of `python -m benchmarks.dispatch`, with wide margins: what breaks them is no noise."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from benchmarks import measure, rows
from benchmarks.people import lay_people
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from checkins.reminders.models import Delivery
from repair.schedules.models import Seat
from tests import needs
from tests.benchmarks.test_people import BURSTS, NOW

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    needs.postgres()
    needs.redis()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dispatch", "--short", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


LIMITS = [
    # key, at least, at most
    ("vs_naive", 5, None),
    ("vs_pure_sql", 0.1, None),
    ("flat_1m_over_10k", 0.5, None),
    ("empty_tick_1m_over_10k", None, 4),
    ("duplicates", 0, 0),
    ("rss_growth_mb_1m", -10, 10),
]


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.parametrize(("key", "least", "most"), LIMITS)
def test_far_from_every_limit(report: dict[str, Any], key: str, least: float | None, most: float | None) -> None:
    assert least is None or report[key] >= least, report
    assert most is None or report[key] <= most, report


def test_a_ratio_is_taken_pair_by_pair() -> None:
    pairs = measure.Pairs(ours=[10, 40, 90], base=[1, 20, 10])
    assert pairs.ratios == [10, 2, 9]
    assert (pairs.ratio.median, pairs.ratio.low, pairs.ratio.high) == (9, 2, 10)


def test_each_round_measures_both_and_takes_turns() -> None:
    order: list[str] = []

    def called(name: str) -> float:
        order.append(name)
        return float(len(order))

    measure.pairwise(lambda: called("ours"), lambda: called("base"), rounds=3)
    assert order == ["ours", "base", "base", "ours", "ours", "base"]


@pytest.mark.django_db
def test_rows_too_many_are_counted_and_all_is_put_back(clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkins.reminders.engine.hint", lambda times: None)
    monkeypatch.setattr(rows, "settle", lambda: None)
    lay_people(schedules=40, due=20, bursts=BURSTS[:1], now=NOW)
    rows.remember(BURSTS[0])
    before = list(Seat.objects.order_by("pk").values_list("pk", "next_on", "next_due_at"))
    assert engine.run_due(now=BURSTS[0] + timedelta(seconds=1)).seats == 20
    assert rows.made(BURSTS[0]) == {"prompts": 20, "duplicates": 0}
    note = Delivery.objects.filter(kind="note").select_related("mail")[0]
    note.mail.pk = note.membership_id
    note.mail.save(force_insert=True)
    Delivery.objects.create(
        mail=note.mail, membership_id=note.membership_id, kind="note", planned_at=note.planned_at
    )
    assert rows.made(BURSTS[0])["duplicates"] == 1
    connection.check_constraints()  # here all is one transaction, and a table with checks to come is not emptied
    rows.put_back()
    assert not Prompt.objects.exists()
    assert list(Seat.objects.order_by("pk").values_list("pk", "next_on", "next_due_at")) == before
