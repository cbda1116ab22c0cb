"""Addresses of the sign-in pages: each view of allauth that is in use, one by one, with its rule.

Left out: social accounts, phone numbers, signing in or signing up by mailed link or code, trusted browsers,
signing up with a passkey, naming one, setting a first password (everybody has one), and downloading recovery
codes.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, path

from accounts.access import Who, page
from accounts.users.allauth_views import (
    Devices,
    RemovePasskey,
    closed,
    one_by_one,
    recovery_codes,
    renewing,
    unhurried,
)

BOTH = ("GET", "POST")
_public = page(Who.PUBLIC, methods=BOTH)
_look = page(Who.ARRIVING)
_do = page(Who.ARRIVING, methods=BOTH)
_fresh = page(Who.ARRIVING, methods=BOTH, fresh=True)

urlpatterns: list[URLPattern] = [
    path("sign-in/", _public(unhurried(account.login)), name="account_login"),
    path("sign-in/step/", _public(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", _public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-up/", _public(unhurried(account.signup)), name="account_signup"),
    path("sign-out/", _public(account.logout), name="account_logout"),
    path(
        "verify/",
        _public(unhurried(one_by_one(account.email_verification_sent))),
        name="account_email_verification_sent",
    ),
    path("closed/", page(Who.PUBLIC)(closed), name="account_inactive"),
    path("reset/", _public(unhurried(account.password_reset)), name="account_reset_password"),
    path(
        "reset/code/",
        _public(unhurried(one_by_one(account.confirm_password_reset_code))),
        name="account_confirm_password_reset_code",
    ),
    path(
        "reset/new/", _public(one_by_one(account.complete_password_reset)), name="account_complete_password_reset"
    ),
    path(
        "reset/done/",
        page(Who.PUBLIC)(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("again/", _do(renewing(account.reauthenticate)), name="account_reauthenticate"),
    path("again/code/", _do(renewing(mfa.reauthenticate)), name="mfa_reauthenticate"),
    path("again/passkey/", _do(renewing(passkeys.reauthenticate_webauthn)), name="mfa_reauthenticate_webauthn"),
    path("you/password/", _do(account.password_change), name="account_change_password"),
    path("you/address/", _fresh(account.email), name="account_email"),
    path("you/devices/", _do(Devices.as_view()), name="usersessions_list"),
    path("you/second-factor/", _look(mfa.index), name="mfa_index"),
    path("you/second-factor/app/", _fresh(totp.activate_totp), name="mfa_activate_totp"),
    path("you/second-factor/app/off/", _fresh(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("you/second-factor/codes/", _fresh(recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "you/second-factor/codes/new/", _fresh(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path("you/second-factor/passkeys/", _look(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("you/second-factor/passkeys/add/", _fresh(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "you/second-factor/passkeys/<int:pk>/remove/", _fresh(RemovePasskey.as_view()), name="mfa_remove_webauthn"
    ),
]
