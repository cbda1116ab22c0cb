"""One of the couple's own words for near and far, said for today.

Each says one or none. A word said is given like everything in this room: by its author alone, at once or from
their reading hour on, taken back at any time. It stands for the day on which it opens; saying another one takes
its place, and none is kept (`checkins.seasons.sweeping`). That somebody said none is shown nowhere.
"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.users.queries import me
from checkins.seasons import gifts
from checkins.seasons.gifts import Gift, Kind, stands
from checkins.seasons.year import next_hour
from repair.boundaries import nearness
from repair.plan.locks import entered
from repair.plan.queries import Line, in_force_of

if TYPE_CHECKING:
    from accounts.access import Viewer


def line_of(viewer: "Viewer") -> Line | None:
    """The couple's line with their words, while it holds."""
    return next(iter(in_force_of(viewer, nearness.NAME)), None)


def words_in(line: Line | None) -> list[str]:
    """The words of a line, from nearest to farthest."""
    fields = line.in_force.fields if line is not None and line.in_force is not None else None
    return list(fields["words"]) if fields else []


@transaction.atomic
def say(*, viewer: "Viewer", word: str, at_once: bool, now: datetime) -> None:
    """Say one of the words: the other can read it at once, or from the viewer's next reading hour on. It takes the
    place of the one said before.

    Raises NotActive where the couple stopped meanwhile, Refusal for a word that is not one of theirs.
    """
    entered(viewer, now=now)
    if word not in words_in(line_of(viewer)):
        raise Refusal(_("Choose one of the words that stand in your plan."))
    User.objects.select_for_update(of=("self",)).get(pk=me(viewer).pk)
    for gift in gifts.gifts_of(viewer, Kind.WORD):
        if gift.mine and gift.pk is not None:
            gifts.take_back(viewer=viewer, given=gift.pk)
    opens_at = now if at_once else next_hour(viewer)
    gifts.give(viewer=viewer, gift=Gift(Kind.WORD, text=word, shared=True, opens_at=opens_at), now=now)


def mine(viewer: "Viewer", given: list[Gift]) -> Gift | None:
    """The word the viewer said, until its day is over."""
    own = [gift for gift in given if gift.kind is Kind.WORD and gift.mine]
    return next((g for g in own if g.opens_at and (g.opens_at > viewer.now or stands(viewer, g))), None)


def theirs(viewer: "Viewer", given: list[Gift]) -> Gift | None:
    """The word the other said, from its hour on until its day is over where the viewer is; None whatever the
    reason. A declared opening."""
    said = [gift for gift in given if gift.kind is Kind.WORD and not gift.mine]
    return next((replace(gift, opens_at=None) for gift in reversed(said) if stands(viewer, gift)), None)
