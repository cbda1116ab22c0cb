"""The mails about an account: codes, “there is one already”, and notices that a way in has changed.

They name nobody and nothing of what the site is for; the subject is the same for all of them.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mail import services as outbox
from accounts.mail.kinds import MailKind, Rendered
from accounts.mail.models import Mail, Stream
from accounts.users.models import User
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer

CODE, EXISTS, NOTICE = "account_code", "account_exists", "account_notice"
CODE_LASTS = timedelta(minutes=15)

# allauth's name of a mail (and two of our own) → our kind of mail, and for a notice what changed.
KINDS: dict[str, tuple[str, str]] = {
    "account/email/email_confirmation": (CODE, ""),
    "account/email/email_confirmation_signup": (CODE, ""),
    "account/email/password_reset_code": (CODE, ""),
    "account/email/account_already_exists": (EXISTS, ""),
    "account/email/password_changed": (NOTICE, "password"),
    "account/email/password_reset": (NOTICE, "password"),
    "account/email/password_set": (NOTICE, "password"),
    "account/email/email_changed": (NOTICE, "address"),
    "account/email/email_deleted": (NOTICE, "address"),
    "mfa/email/totp_activated": (NOTICE, "factor_added"),
    "mfa/email/totp_deactivated": (NOTICE, "factor_removed"),
    "mfa/email/webauthn_added": (NOTICE, "factor_added"),
    "mfa/email/webauthn_removed": (NOTICE, "factor_removed"),
    "mfa/email/recovery_codes_generated": (NOTICE, "codes"),
    "kept/lost_second_step": (NOTICE, "lost_step"),
    "kept/second_step_gone": (NOTICE, "factor_removed"),
}


def owe(name: str, *, address: str, context: dict[str, Any], now: datetime) -> None:
    """Write the mail that allauth calls `name` into the outbox. Raises KeyError for one we do not send."""
    kind, what = KINDS[name]
    person = context.get("user") or User.objects.filter(email=address.lower()).first()
    if person is None:
        return  # an address that only just stopped being anybody's
    payload = {"code": str(context["code"])} if kind == CODE else {"what": what} if what else None
    outbox.owe(
        kind=kind,
        now=now,
        person=person,
        address=address,
        payload=payload,
        not_after=now + CODE_LASTS if kind == CODE else None,
    )


def still_wanted(mail: Mail, now: datetime) -> bool:
    """Whether the account is still there; holds its row, so that closing it waits for this or comes first."""
    if mail.person_id is None:
        return False
    person = User.objects.select_for_update().filter(pk=mail.person_id).first()
    return person is not None and person.is_active


def render_code(mail: Mail, viewer: "Viewer") -> Rendered:
    code = vault.open(viewer, mail, "payload")["code"]
    half = len(code) // 2
    return Rendered("account_code", {"code": f"{code[:half]} {code[half:]}"})


def render_exists(mail: Mail, viewer: "Viewer") -> Rendered:
    return Rendered("account_exists", {"url": settings.SITE_URL + reverse("account_login")})


def render_notice(mail: Mail, viewer: "Viewer") -> Rendered:
    what = vault.open(viewer, mail, "payload")["what"]
    return Rendered(
        "account_notice", {"sentence": _sentence(what), "url": settings.SITE_URL + reverse("account_login")}
    )


def _sentence(what: str) -> str:
    return {
        "password": _("the password of your account was changed."),
        "address": _("the address of your account was changed."),
        "factor_added": _("another way to prove that it is you was added to your account."),
        "factor_removed": _("a way to prove that it is you was removed from your account."),
        "codes": _("new recovery codes were made for your account. The old ones no longer work."),
        "lost_step": _(
            "somebody wrote from this address that every second step of your account is lost. Seven days after "
            "that letter it is removed. Signing in with a second step stops it."
        ),
    }[what]


MAIL_KINDS = (
    MailKind(CODE, Stream.ACCOUNT, still_wanted, render_code),
    MailKind(EXISTS, Stream.ACCOUNT, still_wanted, render_exists),
    MailKind(NOTICE, Stream.ACCOUNT, still_wanted, render_notice),
)
