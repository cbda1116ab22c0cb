"""allauth's hooks: its mails become outbox rows, what it stores says less, and what it shows is in our words."""

import base64
import secrets
from itertools import count
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.users import lost_step, mails, sessions
from accounts.users.models import User
from accounts.vault import crypto, ring
from repair import clock

CODE_DIGITS = 6
_SECOND_FACTOR = "users.second_factor"
_NO_OWNER = UUID(int=0)


def _code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


class AccountAdapter(DefaultAccountAdapter):
    """Account flows."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": _("This is the address you have now."),
        "email_password_mismatch": _("The address and the password don’t fit together."),
        "email_taken": _("This address can’t be used."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code doesn’t fit."),
        "incorrect_password": _("This is not your password."),
        "max_email_addresses": _("An account has at most %d addresses. Finish the change under way first."),
        "too_many_login_attempts": _("There were many tries in a row. Please try again in a few minutes."),
        "rate_limited": _("There were many tries in a row. Please try again in a few minutes."),
    }

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the passkey script is answered in JSON; every other page is a page, whatever the headers say."""
        match = request.resolver_match
        return match is not None and match.view_name == "mfa_login_webauthn" and super().is_ajax(request)

    def generate_email_verification_code(self) -> str:
        return _code()

    def generate_password_reset_code(self) -> str:
        return _code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail; nothing is sent inside a request."""
        mails.owe(template_prefix, address=email, context=context, now=clock.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of an account that a way in has changed, and end their other sessions with it."""
        sessions.end_all(user, but=self.request.session.session_key)
        addresses = {email or user.email, user.email}
        for address in sorted(addresses):
            mails.owe(template_prefix, address=address, context={"user": user}, now=clock.now())

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; the session's limits count from here."""
        super().login(request, user)
        sessions.begin(request, now=clock.now())
        if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
            lost_step.stop(person=user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The list of devices keeps the browser's kind, and no network address."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sessions.make_coarse(request)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one lands without having asked for a page: today, or for a therapist the cases."""
        person = request.user
        return reverse("checkins:caseload" if getattr(person, "is_therapist", False) else "checkins:today")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a change of password everybody signs in anew, this browser too."""
        return reverse("account_login")


class MFAAdapter(DefaultMFAAdapter):
    """Second factor flows."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code doesn’t fit."),
        "unverified_email": _("Confirm your address first."),
        "cannot_delete_authenticator": _(
            "A therapist’s account keeps one second factor. Add another first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor. Set one up first."),
    }

    def encrypt(self, text: str) -> str:
        """Seal the secret of an authenticator app, or the seed of recovery codes, before it is stored."""
        sealed = crypto.seal(text.encode(), dek=_key(), key=_NO_OWNER, bound_to=_SECOND_FACTOR.encode())
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given. Raises CannotOpen for anything else."""
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
        except ValueError as error:
            raise crypto.CannotOpen("not a sealed secret") from error
        return crypto.unseal(sealed, dek=_key(), bound_to=_SECOND_FACTOR.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A therapist keeps at least one second factor."""
        if not authenticator.user.is_therapist:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        left: bool = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return left

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """A number that none of the person's has. People give no names here: allauth stores them in clear."""
        rows = Authenticator.objects.filter(user_id=user.pk, type=type)
        taken = {row.data["name"] for row in rows}
        return next(number for number in map(str, count(len(taken) + 1)) if number not in taken)

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What the browser's own list of passkeys shows: the address, never a name."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.email}

    def build_totp_svg(self, url: str) -> SafeString:
        """The picture for the app as part of the page: the site allows no pictures from elsewhere."""
        svg = super().build_totp_svg(url)
        return SafeString(svg[svg.index("<svg") :])

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)


def _key() -> bytes:
    return crypto.derive(ring.load().mac, purpose=_SECOND_FACTOR)
