"""The one mail of an invitation: whether it still goes, what stands in it, and how it is shown beforehand."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse

from accounts.couples.hashes import hash_of_address, hash_of_person
from accounts.couples.models import Invitation, Never
from accounts.mail.kinds import MailKind, Rendered
from accounts.mail.models import Mail, Stream
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer

MAX_TO_AN_ADDRESS = 3
LIMIT_HOLDS_FOR = timedelta(days=30)


def lock_and_ask(mail: Mail, now: datetime) -> bool:
    """Whether this invitation's mail may begin now. Locks every invitation to the same address, in the order of
    their ids, so that parallel mails are counted one after the other.

    Not for an invitation that is taken back, accepted or run out, nor after a “never”, nor beyond three mails to
    one address in thirty days from all inviters together. The inviter's pages never ask for any of this.
    """
    address = hash_of_address(mail.address)
    rows = Invitation.objects.select_for_update().filter(address_hash=address).order_by("pk")
    known = {row.pk: row for row in rows}
    mine = known.get(mail.ref) if mail.ref else None
    if mine is None or not mine.stands(now=now) or not mine.inviter.is_live or _never(mine, mail.address):
        return False
    if mine.mailed_at is not None:
        return True  # tried before and counted then
    since = now - LIMIT_HOLDS_FOR
    if sum(row.mailed_at is not None and row.mailed_at > since for row in known.values()) >= MAX_TO_AN_ADDRESS:
        return False
    mine.mailed_at = now
    mine.save(update_fields=["mailed_at"])
    return True


def _never(invitation: Invitation, address: str) -> bool:
    """Whether whoever has this address said “never” to this inviter: by address or account, on either side."""
    holders = EmailAddress.objects.filter(email=address, verified=True).values_list("user_id", flat=True)
    to = Q(person_hash=bytes(invitation.address_hash)) | Q(account_hash__in=[hash_of_person(h) for h in holders])
    inviter = invitation.inviter
    by = Q(inviter_hash=hash_of_person(inviter.pk)) | Q(inviter_address_hash=hash_of_address(inviter.email))
    return Never.objects.filter(to & by).exists()


def render(mail: Mail, viewer: "Viewer") -> Rendered:
    """The words of the mail. Raises Invitation.DoesNotExist for one that is gone."""
    if mail.ref is None:
        raise Invitation.DoesNotExist
    invitation = Invitation.objects.get(pk=mail.ref)
    secret = vault.open(viewer, mail, "payload")["secret"]
    return Rendered(
        template="invitation",
        context=words(
            name=vault.open(viewer, invitation, "shown_name"),
            until=invitation.open_until,
            link=settings.SITE_URL + reverse("accounts:invitation", args=[secret]),
        ),
    )


def words(*, name: str, until: date, link: str) -> dict[str, Any]:
    """What the templates of the mail are filled with."""
    return {"name": name, "until": until, "link": link, "site_name": settings.SITE_NAME}


def preview(*, name: str, until: date) -> str:
    """The text of the mail as it will arrive; only the secret in its link is left out."""
    link = settings.SITE_URL + reverse("accounts:invitation", args=["~"]).replace("~/", "…")
    template = get_template("emails/invitation.txt").template  # type: ignore[attr-defined]
    return str(template.render(Context(words(name=name, until=until, link=link), autoescape=False))).strip()


KIND = MailKind(name="invitation", stream=Stream.INVITATION, lock_and_ask=lock_and_ask, render=render)
