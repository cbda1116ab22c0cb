"""What the plan holds about a person: for their export, and for their erasure; and its part of a closed plan."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.privacy.ports import Holding, register
from accounts.users.models import User
from accounts.vault import services as vault
from repair.plan import wording
from repair.plan.models import Agreement, Draft, PhaseProposal, RepairPlan, Signature, StepOut, Version
from repair.plan.queries import Words, own_proposals, signed_words
from repair.plan.ways_out import ways_out

if TYPE_CHECKING:
    from accounts.access import Viewer


def export_of(viewer: "Viewer") -> dict[str, Any]:
    """The viewer's drafts, the wordings they proposed, those the other proposes to them now, the agreements both
    signed in each of their couples, and the lines they stepped out of while a plan rests."""
    couples = {*viewer.past_couples, *([viewer.couple_id] if viewer.couple_id else [])}
    drafts = Draft.objects.visible_to(viewer).order_by("made_at")
    left = StepOut.objects.visible_to(viewer).order_by("agreement__number")
    own = Version.objects.filter(author__person=viewer.person, both_signed_at=None).order_by("made_at")
    return {
        "drafts": [
            {"kind": draft.kind, "made_at": draft.made_at.isoformat(), "words": vault.open(viewer, draft, "body")}
            for draft in drafts
        ],
        "proposed": [_proposed(viewer, version) for version in own.select_related("author", "agreement__plan")],
        "proposed_to_me": [_proposed(viewer, version) for version in _to_answer(viewer)],
        "agreements": [_agreement(words) for couple in sorted(couples) for words in signed_words(viewer, couple)],
        "stepped_out": [{"line": number} for number in left.values_list("agreement__number", flat=True)],
    }


def _to_answer(viewer: "Viewer") -> list[Version]:
    """Wordings the other has proposed and neither closed nor taken back; nothing while the couple rests."""
    open_ones = Version.objects.visible_to(viewer).filter(both_signed_at=None, closed_at=None)
    return list(
        open_ones.exclude(author__person=viewer.person)
        .select_related("author", "agreement__plan")
        .order_by("made_at", "pk")
    )


def _proposed(viewer: "Viewer", version: Version) -> dict[str, Any]:
    return {
        "kind": version.agreement.kind,
        "made_at": version.made_at.isoformat(),
        "words": wording.fields_of(viewer, version),
        "note": wording.note_of(viewer, version),
    }


def _agreement(words: Words) -> dict[str, Any]:
    version = words.version
    return {
        "line": version.agreement.number,
        "version": version.number,
        "kind": version.agreement.kind,
        "words": dict(words.parts),
        "look_again_on": version.look_again_on.isoformat(),
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
        "signed": [{"by": signed.by.name, "at": signed.at.isoformat()} for signed in words.signed],
    }


def erase(person: User, now: datetime) -> None:
    """Drafts go, and what only they knew they had stepped out of. Proposals stay as rows, unreadable without the
    key; what both signed is the couple's."""
    StepOut.objects.filter(membership__person=person).delete()
    Draft.objects.filter(author=person).delete()


def closed_part(*, viewer: "Viewer", couple_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """The agreements both signed, and what one proposed, for the page of a couple that rests or was left."""
    signed = signed_words(viewer, couple_id)
    words = [found for found in signed if not found.is_end]
    own = own_proposals(viewer, couple_id)
    found: list[tuple[str, str, dict[str, Any]]] = []
    if words:
        context = {"wordings": words, "ways": ways_out(viewer, couple_id, signed)}
        found += [(_("What you both signed"), "repair/plan/_closed.html", context)]
    if own:
        context = {"wordings": own, "rests": viewer.couple_id == couple_id}
        found += [(_("What you proposed"), "repair/plan/_closed_proposed.html", context)]
    return found


def register_holdings() -> None:
    """Register what this room holds."""
    register(
        Holding(
            name="plan",
            title="Agreements",
            models=(RepairPlan, PhaseProposal, Agreement, Version, Signature, StepOut, Draft),
            export_of=export_of,
            erase=erase,
        )
    )


__all__ = ["closed_part", "erase", "export_of", "register_holdings"]
