"""Every unsafe default of the frameworks in use, overridden; one test each."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from allauth.usersessions import app_settings as usersessions
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.users.hashers import Argon2id
from accounts.users.models import User
from repair import settings as ours
from tests.accounts.users.helpers import FIREFOX, PASSWORD, sign_in
from tests.cast import Cast

REPAIR = Path(ours.__file__).read_text()


def _written(name: str) -> str:
    """How a setting is written in repair/settings.py, for those that tests themselves must change."""
    for node in ast.walk(ast.parse(REPAIR)):
        if isinstance(node, ast.Assign) and name in {ast.unparse(target) for target in node.targets}:
            return ast.unparse(node.value)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name and node.value:
            return ast.unparse(node.value)
    raise AssertionError(name)


def test_sessions_do_not_last_two_weeks() -> None:
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.SESSION_LIMITS["therapist"] == (timedelta(minutes=15), timedelta(hours=8))
    assert settings.SESSION_LIMITS["partner"] == (timedelta(minutes=30), timedelta(hours=12))


def test_a_reset_does_not_last_three_days() -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 15 * 60
    assert account.PASSWORD_RESET_BY_CODE_TIMEOUT == 15 * 60
    assert account.EMAIL_VERIFICATION_BY_CODE_TIMEOUT == 15 * 60


def test_https_is_remembered_for_a_year_where_the_site_has_it() -> None:
    assert _written("SECURE_HSTS_SECONDS") == "31536000 if SECURE else 0"
    assert _written("SECURE_SSL_REDIRECT") == "SECURE"


def test_cookies_are_bound_to_the_host_and_out_of_reach_of_script() -> None:
    """ASVS 3.3.1, 3.3.4."""
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert _written("SESSION_COOKIE_NAME") == "'__Host-s' if SECURE else 's'"
    assert _written("CSRF_COOKIE_NAME") == "'__Host-c' if SECURE else 'c'"
    assert _written("SESSION_COOKIE_SECURE") == "SECURE"


def test_subjects_do_not_carry_the_name_of_the_site() -> None:
    assert account.EMAIL_SUBJECT_PREFIX == ""


def test_strangers_get_no_mail() -> None:
    assert account.EMAIL_UNKNOWN_ACCOUNTS is False


def test_credential_changes_ask_who_you_are() -> None:
    assert account.REAUTHENTICATION_REQUIRED is True
    assert account.REAUTHENTICATION_TIMEOUT == 300


def test_an_address_must_be_confirmed() -> None:
    assert account.EMAIL_VERIFICATION == "mandatory"
    assert account.EMAIL_VERIFICATION_BY_CODE_ENABLED is True
    assert account.EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS == 3


def test_a_changed_password_signs_out() -> None:
    assert account.LOGOUT_ON_PASSWORD_CHANGE is True


def test_recovery_codes_are_shown_once() -> None:
    assert mfa.RECOVERY_CODES_SHOW_ONCE is True


def test_browsers_are_not_trusted_past_the_second_step() -> None:
    assert mfa.TRUST_ENABLED is False
    assert mfa._TRUST_STAGE_ENABLED is False
    with pytest.raises(NoReverseMatch):
        reverse("mfa_trust")


@pytest.mark.parametrize(
    "name",
    [
        "account_request_login_code",
        "account_confirm_login_code",
        "account_signup_by_passkey",
        "mfa_signup_webauthn",
        "mfa_edit_webauthn",
        "account_confirm_email",
        "account_reset_password_from_key",
        "account_set_password",
        "mfa_download_recovery_codes",
        "admin:index",
        "admin:login",
    ],
)
def test_what_is_not_used_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_mail_is_no_factor() -> None:
    """ASVS 6.3.6."""
    assert account.LOGIN_BY_CODE_ENABLED is False
    assert account.LOGIN_ON_PASSWORD_RESET is False
    assert mfa.PASSKEY_SIGNUP_ENABLED is False


def test_nobody_learns_whether_an_address_is_known() -> None:
    assert account.PREVENT_ENUMERATION is True
    assert _written("ANSWER_NO_SOONER_THAN") == "0.0 if TESTING else 0.4"


def test_the_owner_hears_of_changes() -> None:
    assert account.EMAIL_NOTIFICATIONS is True


def test_there_is_no_remember_me_and_no_signing_out_by_a_link() -> None:
    assert account.SESSION_REMEMBER is False
    assert account.LOGOUT_ON_GET is False


def test_sessions_keep_no_last_seen() -> None:
    assert usersessions.TRACK_ACTIVITY is False
    assert not any(field.name == "last_login" for field in User._meta.get_fields())


def test_a_forged_address_of_a_proxy_does_not_count(cast: Cast, rf: Any) -> None:
    from allauth.account.adapter import get_adapter

    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="10.0.0.1")
    assert get_adapter().get_client_ip(request) == "10.0.0.1"


def test_passwords_are_hashed_with_argon2id_at_the_written_cost() -> None:
    """ASVS 11.4.2."""
    assert _written("PASSWORD_HASHERS") == "['accounts.users.hashers.Argon2id']"
    hashed = Argon2id().encode("x", "saltsaltsalt")
    assert hashed.startswith("argon2$argon2id$")
    assert "m=19456,t=2,p=1" in hashed


def test_tries_are_limited_outside_tests() -> None:
    assert _written("ACCOUNT_RATE_LIMITS") == "False if TESTING else RATE_LIMITS"


@pytest.fixture
def limited(settings: Any, cast: Cast) -> None:
    from django.core.cache import cache

    settings.ACCOUNT_RATE_LIMITS = ours.RATE_LIMITS
    cache.clear()


def test_five_wrong_passwords_stop_the_sixth_even_if_right(cast: Cast, limited: None) -> None:
    for _ in range(5):
        assert sign_in(cast.ana, password="wrong").get("/you/").status_code == 302
    answer = Client().post("/sign-in/", {"login": cast.ana.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "many tries" in answer.content.decode()
    assert sign_in(cast.ben).get("/you/").status_code == 200, "the other’s account is untouched"


def test_an_address_is_mailed_three_reset_codes_a_minute_at_most(cast: Cast, limited: None) -> None:
    answers = [Client().post("/reset/", {"email": cast.ana.email}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert "A short wait" in Client().post("/reset/", {"email": cast.ana.email}).content.decode()


def test_a_second_code_for_the_same_address_waits_ten_seconds(cast: Cast, limited: None) -> None:
    data = {"email": "new@mail.example", "password1": "four quiet words here"}
    assert Client().post("/sign-up/", data).status_code == 302
    assert Client().post("/sign-up/", data).status_code == 429


def test_a_known_address_is_limited_like_a_new_one(cast: Cast, limited: None) -> None:
    data = {"email": cast.ana.email, "password1": "four quiet words here"}
    assert Client().post("/sign-up/", data).status_code == 302
    assert Client().post("/sign-up/", data).status_code == 429


def test_wrong_codes_of_the_second_step_are_limited(cast: Cast, limited: None) -> None:
    from tests.accounts.users.helpers import app_code, give_app

    secret = give_app(cast.ana)
    browser = sign_in(cast.ana)
    for _ in range(5):
        assert browser.post("/sign-in/step/", {"code": "000000"}).status_code == 422
    assert browser.post("/sign-in/step/", {"code": app_code(secret)}).status_code == 422


def test_limits_live_in_the_database_under_hashed_names(db: None) -> None:
    from django.core.cache.backends.db import DatabaseCache

    from accounts.users.models import CacheRow

    params = {"KEY_FUNCTION": "accounts.users.cache.hashed_key"}
    kept = DatabaseCache("accounts_cache", params)
    assert kept.add("allauth:rl:ip:203.0.113.7", [1.0], 60)
    assert not kept.add("allauth:rl:ip:203.0.113.7", [2.0], 60), "the second is told that one is there"
    assert kept.get("allauth:rl:ip:203.0.113.7") == [1.0]
    row = CacheRow.objects.get()
    assert "203.0.113.7" not in row.cache_key
    assert len(row.cache_key) == 64
    assert 'KEY_FUNCTION": "accounts.users.cache.hashed_key' in REPAIR


def test_the_honeypot_has_no_inline_style(db: None) -> None:
    page = Client().get("/sign-up/").content.decode()
    assert "style=" not in page
    assert 'name="website"' in page


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/", "/reset/", "/closed/", "/sign-in/lost/"])
def test_pages_before_signing_in_hold_no_script_or_style_of_their_own(db: None, path: str) -> None:
    page = Client(HTTP_USER_AGENT=FIREFOX).get(path).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick" not in page
    for part in page.split("<script")[1:]:
        head = part.partition(">")[0]
        assert "src=" in head or 'type="application/json"' in head
