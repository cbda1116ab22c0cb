"""allauth's forms in our words. They differ in labels, hints and controls, hardly in what they do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.users import queries, services
from accounts.users.models import User
from repair import clock

logger = logging.getLogger(__name__)

PASSWORD_HINT = _("At least 10 characters. Three or four words work well. Pasting is fine.")
PASSWORD_NOTE = _("A password is never shown again. Write it once more.")
CODE_HINT = _("It works for 15 minutes, once.")


def _say(
    form: forms.Form,
    name: str,
    *,
    label: Any,
    hint: Any = "",
    missing: Any = "",
    **attrs: str,
) -> None:
    """Give a field its words and its control's attributes; placeholders are no labels and go."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    if missing:
        field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _limit(form: forms.Form, name: str, length: int) -> None:
    """Refuse what is longer, in words, instead of cutting it off in silence."""
    too_long = _("This is longer than it can be.")
    form.fields[name].validators.append(MaxLengthValidator(length, message=too_long))


def _email(form: forms.Form, name: str, *, autocomplete: str, hint: Any = "") -> None:
    form.fields[name].widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
    _limit(form, name, 254)
    form.fields[name].error_messages["invalid"] = _("Write an address like name@example.org.")
    _say(form, name, label=_("E-mail"), hint=hint, missing=_("Write your e-mail address."))


def _code(form: forms.Form, *, label: Any, hint: Any, digits: int = 6) -> None:
    _say(
        form,
        "code",
        label=label,
        hint=hint,
        missing=_("Write the code."),
        **{"class": "input--code", "inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    # Room for spaces and dashes; the check itself ignores them.
    _limit(form, "code", 4 * digits)


def _new_password(form: forms.Form) -> None:
    form.fields.pop("password2", None)
    missing = _("Choose a password.")
    _say(
        form,
        "password1",
        label=_("New password"),
        hint=PASSWORD_HINT,
        missing=missing,
        autocomplete="new-password",
    )


class SignIn(account.LoginForm):
    summary_note = PASSWORD_NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "login", autocomplete="username")
        _say(self, "password", label=_("Password"), missing=_("Write your password."))


class SignUp(account.SignupForm):
    """A known address is answered like a new one, and takes as long: the password is hashed either way."""

    summary_note = PASSWORD_NOTE
    unconfirmed: User | None = None
    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email", autocomplete="email", hint=_("Use an address only you read."))
        _say(self, "password1", label=_("Password"), hint=PASSWORD_HINT, missing=_("Choose a password."))
        # Filled in by machines only; hidden by the stylesheet, because inline styles are not allowed.
        trap = self.fields["website"]
        trap.widget = forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
        trap.label = _("Leave this empty")

    def validate_unique_email(self, value: str) -> str:
        """An account that was made with this address and never confirmed stands in nobody's way."""
        self.unconfirmed = queries.unconfirmed(value)
        return value if self.unconfirmed else str(super().validate_unique_email(value))

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists or self.cleaned_data.get("website"):
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the same address, sent twice at once: the other one made the account
            self.account_already_exists = True
            return super().try_save(request)

    def save(self, request: HttpRequest) -> Any:
        if self.unconfirmed is not None:
            services.forget_unconfirmed(pk=self.unconfirmed.pk, now=clock.now())
        return super().save(request)


class Again(account.ReauthenticateForm):
    summary_note = PASSWORD_NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", label=_("Your password"), missing=_("Write your password."))


class NewAddress(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email", autocomplete="email", hint=_("Use an address only you read."))
        self.fields["email"].label = _("New address")


class ChangePassword(account.ChangePasswordForm):
    summary_note = PASSWORD_NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", label=_("Your present password"), missing=_("Write your present password."))
        _new_password(self)


class ForgotPassword(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _email(self, "email", autocomplete="email")


class ResetCode(account.ConfirmPasswordResetCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, label=_("Code"), hint=CODE_HINT)


class ResetPassword(account.ResetPasswordKeyForm):
    summary_note = PASSWORD_NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class VerifyCode(account.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, label=_("Code"), hint=CODE_HINT)


class SecondStep(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, label=_("Code from your app"), hint=_("Or one of your recovery codes."))


class SecondStepAgain(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, label=_("Code from your app"), hint=_("Or one of your recovery codes."))


class AppOn(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, label=_("Code from your app"), hint=_("The six digits it shows now."))


NO_ANSWER = _("No passkey answered. You can try again, or use another way.")


class _Passkey:
    """What a browser sends for a passkey is read by code that expects a well-meant answer; anything else it trips
    over is no answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages.update(required=NO_ANSWER, invalid=NO_ANSWER)  # type: ignore[attr-defined]

    def _clean_fields(self) -> None:
        with _well_meant(self):
            super()._clean_fields()  # type: ignore[misc]

    def _clean_form(self) -> None:
        with _well_meant(self):
            super()._clean_form()  # type: ignore[misc]


@contextmanager
def _well_meant(form: Any) -> Iterator[None]:
    try:
        yield
    except forms.ValidationError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser of somebody else’s, fed with anything
        logger.info("a passkey's answer could not be read: %s", type(error).__name__)
        form.add_error("credential", NO_ANSWER)


class StepPasskey(_Passkey, webauthn.AuthenticateWebAuthnForm):
    pass


class SignInPasskey(_Passkey, webauthn.LoginWebAuthnForm):
    pass


class AgainPasskey(_Passkey, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(_Passkey, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]
        _say(
            self,
            "passwordless",
            label=_("Sign in with it alone, without a password"),
            hint=_("The device then asks for a fingerprint, a face or a PIN."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        number = get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN)
        return {**cleaned, "name": number}
