"""Verbs of the journal. All touch the author's own rows and nothing else; none asks how a couple stands."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.meanwhile import check_seen
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.journal.models import JournalEntry

if TYPE_CHECKING:
    from accounts.access import Viewer

BROUGHT_BACK_FOR = timedelta(days=1)
MOST_ENTRIES = 20_000


@transaction.atomic
def keep(*, viewer: "Viewer", entry: UUID, text: str, prompt: str, seen: str, now: datetime) -> JournalEntry:
    """Write an entry, or write it anew, under the id its form carried: sent twice, it is one entry. One that was
    thrown away meanwhile comes back.

    `seen` is when the form's entry was last changed, see `accounts.meanwhile`; "" for a new one. Raises
    ChangedMeanwhile when that is no longer so, Http404 where the id is not the viewer's, Refusal at MOST_ENTRIES.
    """
    if viewer.person is None:
        raise Http404
    # The person's own row stands for all their entries, so that two clicks at once make one.
    User.objects.select_for_update(of=("self",)).filter(pk=viewer.person.pk).first()
    body = {"prompt": prompt, "text": text}
    row = JournalEntry.objects.filter(pk=entry).first()
    if row is None:
        if JournalEntry.objects.visible_to(viewer).count() >= MOST_ENTRIES:
            raise Refusal(_("Your journal is full. Throw something away first, or take it with you."))
        row = JournalEntry(pk=entry, author=viewer.person, made_at=now)
    elif row.author_id != viewer.person.pk:
        raise Http404
    elif vault.open(viewer, row, "body") == body:
        row.thrown_at = None
        row.save(update_fields=["thrown_at"])
        return row
    else:
        said = _("This entry was changed in another window. Keeping it now puts what stands below in its place.")
        check_seen(seen, row.changed_at, said)
    row.changed_at, row.thrown_at = now, None
    vault.seal(row, "body", body, cache=viewer.keys)
    row.save()
    return row


@transaction.atomic
def throw_away(*, viewer: "Viewer", entry: UUID, now: datetime) -> None:
    """Take an entry out of the journal. It can be brought back for BROUGHT_BACK_FOR. Raises Http404."""
    row = _own(viewer, entry)
    row.thrown_at = row.thrown_at or now
    row.save(update_fields=["thrown_at"])


@transaction.atomic
def bring_back(*, viewer: "Viewer", entry: UUID) -> None:
    """Undo throwing away. Raises Http404 where it is gone."""
    row = _own(viewer, entry)
    row.thrown_at = None
    row.save(update_fields=["thrown_at"])


@transaction.atomic
def let_go(*, viewer: "Viewer", entry: UUID) -> None:
    """Remove at once and for good what was thrown away; without effect on one that was brought back meanwhile.
    Raises Http404."""
    row = _own(viewer, entry)
    if row.thrown_at is not None:
        row.delete()


def sweep_thrown(before: datetime, now: datetime) -> int:
    """Remove entries thrown away before `before`. Returns how many."""
    return JournalEntry.objects.filter(thrown_at__lt=before).delete()[0]


def _own(viewer: "Viewer", entry: UUID) -> JournalEntry:
    row = JournalEntry.objects.visible_to(viewer).select_for_update(of=("self",)).filter(pk=entry).first()
    if row is None:
        raise Http404
    return row
