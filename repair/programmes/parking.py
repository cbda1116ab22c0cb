"""What a practice closes until a day: a worry that got its ten minutes, and then a date.

The line itself is kept by the room that shows it on its day (`ports`); the piece remembers which one it is, so
that it can be taken back, and goes on with it when it is changed. All of it is its author's alone, in every state.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from repair.plan.standing import today_where
from repair.programmes import pieces, ports
from repair.programmes.pieces import Answers, Own
from repair.programmes.practice_shapes import Item, Practice

if TYPE_CHECKING:
    from accounts.access import Viewer

KEPT = "_parked"  # beside the answers; no item is called so
DAY = timedelta(days=1)


@transaction.atomic
def finish(*, viewer: "Viewer", own: Own, now: datetime) -> Own:
    """Finish a piece; where its practice parks a line and one was written, close it until its day (tomorrow, where
    none was chosen). Finished again after a change, it is the same line.

    Raises Refusal where there is no room for another one.
    """
    own = pieces.held(viewer, own.row.pk)  # pressed twice, the second one finds it done
    item = parks(own.practice) if not own.head.done else None
    if item is not None and ports.takes_parked():
        answers = pieces.answers_of(viewer, own.row)
        text, chosen = answers.get(item.parks), answers.get(item.name)
        before = _kept(answers)
        if text:
            until = date.fromisoformat(chosen) if chosen else today_where(viewer) + item.ahead * DAY
            parked = ports.park(viewer=viewer, text=text, until=until, before=before, now=now)
            pieces.keep(viewer=viewer, practice=own.practice, values={KEPT: str(parked)}, now=now)
        elif before is not None:
            ports.unpark(viewer=viewer, parked=before)
    return pieces.finish(viewer=viewer, piece=own.row.pk)


def parked_until(viewer: "Viewer", own: Own, answers: Answers) -> date | None:
    """Until when the line of a piece is closed; None where there is none, or it was let go."""
    parked = _kept(answers) if own.head.done else None
    return ports.parked_until(viewer=viewer, parked=parked) if parked and ports.takes_parked() else None


def take_back(*, viewer: "Viewer", own: Own) -> None:
    """Take the parked line of a piece away. What is written in the piece stays. Twice is once."""
    parked = _kept(pieces.answers_of(viewer, own.row))
    if parked is not None and ports.takes_parked():
        ports.unpark(viewer=viewer, parked=parked)


@transaction.atomic
def throw_away(*, viewer: "Viewer", own: Own) -> None:
    """Throw a piece away, and with it the line it parked. Raises what `pieces.throw_away` raises."""
    pieces.throw_away(viewer=viewer, piece=own.row.pk)
    take_back(viewer=viewer, own=own)


def parks(practice: Practice) -> Item | None:
    """The day of a practice until which it closes a line."""
    return next((item for item in practice.items if item.parks), None)


def _kept(answers: Answers) -> UUID | None:
    return UUID(answers[KEPT]) if answers.get(KEPT) else None
