"""What tests do with the ladder: lay where a couple’s stands, and give answers on any day."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from accounts.couples.models import Couple
from accounts.users.models import User
from accounts.vault import services as vault
from repair.programmes import climbing
from repair.programmes.ladder import BACK_ONE_IN, Answer, Place, Says, next_look, stood
from repair.programmes.models import Ladder, LadderAnswer

LONG_AGO = timedelta(days=400)


def place(now: datetime, *, seed: str = "", step: int = 0, **fields: Any) -> Place:
    """A ladder that was looked at just now; without a seed one whose next look has no lot in it."""
    found = Place(seed=seed, at=now, since=now - LONG_AGO, step=step, **fields)
    return found if seed else replace(found, seed=without_lot(now))


def without_lot(now: datetime, *, looks: int = 3) -> str:
    """A seed that takes nothing back at the next looks."""
    for number in range(10 * BACK_ONE_IN):
        there = Place(seed=f"seed {number}", at=now, since=now, step=9)
        for _ in range(looks):
            there = stood(there, Answer(), Answer(), now=next_look(there), steps=9)
        if there.step == 9:
            return there.seed
    raise AssertionError


def lay(couple: Couple, there: Place) -> None:
    """Keep where a couple's ladder stands; both answers are there, closed where they were not."""
    climbing.begin(couple=couple, now=there.at)
    row = Ladder.objects.get(couple=couple)
    vault.seal(row, "body", climbing._plain(there))
    row.save()


def give(person: User, couple: Couple, *, at: datetime, says: Says | None = None, opened: bool = True) -> None:
    """Somebody's answer, as it is kept: open or closed since an instant, and what was said then."""
    climbing.begin(couple=couple, now=at)
    row = LadderAnswer.objects.get(couple=couple, person=person)
    answer = Answer(open=opened, turned=at, says=says or Says.STAY, said=at if says else None)
    vault.seal(row, "body", climbing._plain(answer))
    row.save()
