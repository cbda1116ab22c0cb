"""Which lines somebody can step out of on the page of a plan that rests, and which they have stepped out of.

It follows from their own signatures and their own acts alone: what the other did during the rest alters nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from repair.plan.models import StepOut, Version
from repair.plan.queries import signed_words
from repair.plan.shown import Words
from repair.plan.standing import standing_signatures

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class WaysOut:
    """What the page of a resting or closed plan says about each line, for one viewer."""

    may_step_out: frozenset[UUID] = frozenset()  # ids of versions: the last one both signed, still signed by them
    stepped_out: frozenset[UUID] = frozenset()  # ids of versions: the last one of a line they stepped out of
    closed: bool = False  # they closed their own side: no line can come back into force


def ways_out(viewer: "Viewer", couple_id: UUID, signed: list[Words]) -> WaysOut:
    """The ways out of a couple's lines, `signed` being every wording both signed, in order. One query."""
    if viewer.couple_id != couple_id:
        return WaysOut(closed=True)
    rows = StepOut.objects.visible_to(viewer).filter(agreement__plan__couple_id=couple_id)
    out = set(rows.values_list("agreement_id", flat=True))
    last = {words.version.agreement_id: words.version for words in signed}
    live = {line: version for line, version in last.items() if version.agreement.ended_at is None}
    mine = {
        line
        for line, version in live.items()
        if any(signature.membership_id == viewer.mine.pk for signature in standing_signatures(version))
    }
    return WaysOut(
        may_step_out=frozenset(version.pk for line, version in live.items() if line in mine - out),
        stepped_out=frozenset(version.pk for line, version in live.items() if line not in mine or line in out),
    )


def last_signed(viewer: "Viewer", line: UUID) -> Words:
    """The last words of a line that both signed, for a partner in whatever state the couple is.

    Raises Http404 for an unknown or foreign line, and for one that both never signed.
    """
    couples = Version.objects.visible_to(viewer).filter(agreement=line, both_signed_at__isnull=False)
    couple_id = couples.values_list("agreement__plan__couple_id", flat=True).first()
    if couple_id is None:
        raise Http404
    return [words for words in signed_words(viewer, couple_id) if words.version.agreement_id == line][-1]
