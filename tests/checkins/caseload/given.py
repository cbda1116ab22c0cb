"""Ana and Ben with eight weeks of evenings, and Theo, who reads along."""

from datetime import date, timedelta
from typing import Any

from accounts.couples.models import Couple
from tests.cast import Cast
from tests.checkins.progress.rows import make_evenings, shared
from tests.conftest import START


def ago(days: int) -> date:
    return START.date() - timedelta(days=days)


def eight_weeks(cast: Cast) -> Couple:
    """She rises from 2 to 5, he stays at 5; every sixth evening one of them was out."""
    evenings: dict[date, Any] = {}
    for d in range(2, 58):
        sent = {"a": shared(2 if d > 30 else 5), "b": shared(5 - d % 2)}
        if d % 6 == 0:
            sent.pop("a" if d % 12 else "b")
        evenings[ago(d)] = sent
    couple = cast.couples["ana"]
    make_evenings(couple.pk, evenings, now=START)
    return couple
