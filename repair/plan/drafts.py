"""Lines written alone, before or without a partner, or not yet proposed. Their author's only, in every state."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from repair.plan.kinds import kind_named
from repair.plan.models import Draft

if TYPE_CHECKING:
    from accounts.access import Viewer

MOST_DRAFTS = 40
MOST_CHARACTERS = 6000


@transaction.atomic
def keep_draft(*, viewer: "Viewer", kind: str, typed: dict[str, Any], draft: UUID, now: datetime) -> Draft:
    """Keep what was typed, finished or not, under the id the form carried: sent twice, it is one draft.

    Raises Refusal when it is too long or there are too many drafts, Http404 where the id is another's draft,
    KeyError for an unknown kind.
    """
    kind_named(kind)
    person = viewer.person
    if person is None:
        raise Http404
    if sum(len(str(value)) for value in typed.values()) > MOST_CHARACTERS:
        raise Refusal(_("That is longer than a draft can be. Shorten it a little; nothing is lost meanwhile."))
    # The person's own row stands for all their drafts, so that two clicks at once make one.
    User.objects.select_for_update(of=("self",)).filter(pk=person.pk).first()
    row = Draft.objects.filter(pk=draft).first()
    if row is None:
        if Draft.objects.filter(author=person).count() >= MOST_DRAFTS:
            raise Refusal(_("You have many drafts already. Send one or throw one away first."))
        row = Draft(pk=draft, author=person, kind=kind, made_at=now)
    elif row.author_id != person.pk or row.kind != kind:
        raise Http404
    row.changed_at = now
    vault.seal(row, "body", typed, cache=viewer.keys)
    row.save()
    return row


@transaction.atomic
def drop_draft(*, viewer: "Viewer", draft: UUID) -> None:
    """Throw a draft away. Without effect where it is gone, or another's."""
    Draft.objects.filter(pk=draft, author_id=viewer.person_id).delete()


def draft_of(viewer: "Viewer", draft: UUID) -> Draft:
    """The viewer's own draft. Raises Http404 for any other."""
    row = Draft.objects.visible_to(viewer).filter(pk=draft).first()
    if row is None:
        raise Http404
    return row
