"""What one does with a check-in that opened: choose when to read, keep what was heard, say one thing back, add a
line later. Verbs; each asks the reading rule first."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from accounts.vault import services as vault
from checkins.prompts import reading
from checkins.prompts.models import Addition, Back, CheckIn, ReadingChoice

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST_LATER = 5


class Choice(StrEnum):
    """What one can choose at the closed card."""

    NOW = "now"
    TOMORROW = "tomorrow"
    NEVER = "never"


@transaction.atomic
def choose(*, viewer: "Viewer", check_in: CheckIn, choice: Choice, now: datetime) -> None:
    """Keep what the viewer chose at the closed card, sealed and theirs alone. A later choice replaces it.

    Raises Http404 where nothing is open.
    """
    _locked_and_open(viewer, check_in)
    row = ReadingChoice.objects.filter(check_in=check_in, person=viewer.person).first() or ReadingChoice(
        check_in=check_in, person=viewer.person
    )
    row.made_at = now
    vault.seal(row, "choice", choice.value, cache=viewer.keys)
    row.save()


@transaction.atomic
def keep_heard(*, viewer: "Viewer", check_in: CheckIn, text: str, now: datetime) -> None:
    """Keep “what did I hear?”, private for good; writing again replaces it.

    Raises Http404 where nothing is open.
    """
    _locked_and_open(viewer, check_in)
    mine = Addition.objects.filter(check_in=check_in, author=viewer.person, kind=Addition.Kind.HEARD)
    row = mine.first() or Addition(check_in=check_in, author=viewer.person, kind=Addition.Kind.HEARD)
    row.made_at = now
    vault.seal(row, "body", {"back": None, "text": text, "by": None}, cache=viewer.keys)
    row.save()


@transaction.atomic
def say_back(
    *, viewer: "Viewer", check_in: CheckIn, back: Back, text: str, by: date | None, now: datetime
) -> None:
    """Say one thing back; the other sees it beside the evening. The same words twice are once.

    Raises Refusal where something else was said back already, Http404 where nothing is open.
    """
    _locked_and_open(viewer, check_in)
    body = {"back": back.value, "text": text, "by": by.isoformat() if by else None}
    said = Addition.objects.filter(check_in=check_in, author=viewer.person, kind=Addition.Kind.REPLY).first()
    if said is not None:
        if vault.open(viewer, said, "body") == body:
            return
        raise Refusal(_("You have said one thing back already. It stands as it was."))
    _add(viewer, check_in, Addition.Kind.REPLY, body, now=now)


@transaction.atomic
def add_later(*, viewer: "Viewer", check_in: CheckIn, text: str, now: datetime) -> None:
    """Add a line to an evening that opened; both see it there. The same words twice are once.

    Raises Refusal past five lines, Http404 where nothing is open.
    """
    _locked_and_open(viewer, check_in)
    body = {"back": None, "text": text, "by": None}
    mine = Addition.objects.filter(check_in=check_in, author=viewer.person, kind=Addition.Kind.LATER)
    if any(vault.open(viewer, row, "body") == body for row in mine):
        return
    if len(mine) >= MOST_LATER:
        raise Refusal(_("There are five lines here already. A talk may serve you better than a sixth."))
    _add(viewer, check_in, Addition.Kind.LATER, body, now=now)


@dataclass(frozen=True)
class OwnWords:
    """One thing the viewer said of an evening since: `kind` is what it was, or how it was said back."""

    kind: str
    text: str
    by: date | None


def own_words(viewer: "Viewer", check_in: CheckIn) -> list[OwnWords]:
    """All the viewer said of an evening since it opened, what they heard too, in order: in every state."""
    rows = Addition.objects.filter(check_in=check_in, author=viewer.person).select_related("check_in")
    said = [(row, vault.open(viewer, row, "body") or {}) for row in rows.order_by("made_at", "pk")]
    return [
        OwnWords(
            body.get("back") or row.kind, body["text"], date.fromisoformat(body["by"]) if body.get("by") else None
        )
        for row, body in said
        if body.get("text") or body.get("by")
    ]


def _add(viewer: "Viewer", check_in: CheckIn, kind: Addition.Kind, body: object, *, now: datetime) -> None:
    row = Addition(check_in=check_in, author=viewer.person, kind=kind, made_at=now)
    vault.seal(row, "body", body, cache=viewer.keys)
    row.save()


def _locked_and_open(viewer: "Viewer", check_in: CheckIn) -> None:
    CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if not reading.opened(viewer, check_in).is_open:
        raise Http404
