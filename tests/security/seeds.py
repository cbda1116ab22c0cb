"""Seeded faults: each makes the site break one requirement of docs/security/asvs.csv, and the test that the
requirement names must go red of it. `test_seeds.py` tries them all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows import reauthentication
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.security import SecurityMiddleware

from accounts import access
from accounts.couples import landing, linking
from accounts.mail import dispatch, message
from accounts.pages import errors, middleware
from accounts.pages.middleware import EveryAnswer
from accounts.privacy import retention, table
from accounts.safety import views as safety_views
from accounts.therapists import queries as therapists
from accounts.users import sessions
from accounts.users.adapter import AccountAdapter
from accounts.users.hashers import Argon2id
from accounts.users.models import User
from accounts.vault import crypto
from repair import checks
from repair.settings import RATE_LIMITS

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Seed:
    """A fault and the test that must notice."""

    test: str
    sow: Callable[[Patch], None]


SEEDS: dict[str, Seed] = {}


def noticed_by(test: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Keep a fault under its own name."""

    def keep(sow: Callable[[Patch], None]) -> Callable[[Patch], None]:
        SEEDS[sow.__name__] = Seed(f"tests/{test}", sow)
        return sow

    return keep


def _every_answer(patch: Patch, change: Callable[[Any, Any], Any]) -> None:
    """Change each answer of the site on its way out."""
    right = EveryAnswer.__call__

    def wrong(self: EveryAnswer, request: Any) -> Any:
        response = right(self, request)
        response = change(request, response) or response
        if not response.streaming:
            response["Content-Length"] = len(response.content)
        return response

    patch.setattr(EveryAnswer, "__call__", wrong)


def _reading(patch: Patch, end: str, change: Callable[[str], str]) -> None:
    """Change what is read of the files with this end."""
    right = Path.read_text

    def wrong(self: Path, *words: Any, **more: Any) -> str:
        text = right(self, *words, **more)
        return change(text) if self.as_posix().endswith(end) else text

    patch.setattr(Path, "read_text", wrong)


# --- what goes out ---


@noticed_by("accounts/privacy/test_table.py::test_no_cell_is_a_formula_and_every_cell_comes_back")
def cells_as_they_are(patch: Patch) -> None:
    """The table of marks escapes a formula only where it stands at the very front."""
    patch.setattr(table, "_needs_apostrophe", lambda cell: cell[:1] in {"=", "'"})


@noticed_by("accounts/mail/test_message.py::test_a_site_name_that_would_break_out_of_its_line")
def headers_put_together_by_hand(patch: Patch) -> None:
    """Line breaks are made spaces in the place of being refused."""
    right = message.build

    def wrong(*words: Any, **more: Any) -> Any:
        settings.DEFAULT_FROM_EMAIL = " ".join(settings.DEFAULT_FROM_EMAIL.split())
        return right(*words, **more)

    patch.setattr(message, "build", wrong)


@noticed_by("accounts/pages/test_headers.py::test_no_script_style_or_address_of_others_in_the_page")
def a_script_of_others(patch: Patch) -> None:
    def change(request: Any, response: Any) -> None:
        if response.get("Content-Type", "").startswith("text/html"):
            response.content += b'<script src="https://cdn.example/x.js"></script>'

    _every_answer(patch, change)


@noticed_by("security/test_trusted_types.py::test_pages_break_no_rule_of_theirs_and_text_stays_text")
def an_image_of_others(patch: Patch) -> None:
    def change(request: Any, response: Any) -> None:
        if response.get("Content-Type", "").startswith("text/html"):
            response.content += b'<img src="http://127.0.0.1:9/pixel.png" alt="">'

    _every_answer(patch, change)


@noticed_by("security/test_headers.py::test_error_pages_are_fixed")
def error_pages_that_say_what_was_asked(patch: Patch) -> None:
    right = errors.fixed
    asked: list[str] = []

    def telling(template: str, *, status: int) -> HttpResponse:
        asked.append(template)
        response = right(template, status=status)
        response.content += b"asked %d times" % len(asked)
        return response

    patch.setattr(errors, "fixed", telling)


@noticed_by(
    "accounts/users/test_unsafe_defaults.py::test_cookies_are_bound_to_the_host_and_out_of_reach_of_script"
)
def cookies_that_a_subdomain_can_set(patch: Patch) -> None:
    place = "tests.accounts.users.test_unsafe_defaults.REPAIR"  # the text of the settings
    patch.setattr(place, (Path(settings.BASE_DIR) / "repair/settings.py").read_text().replace("__Host-", ""))


@noticed_by(
    "accounts/users/test_unsafe_defaults.py::test_cookies_are_bound_to_the_host_and_out_of_reach_of_script"
)
def cookies_in_reach_of_script(patch: Patch) -> None:
    patch.setattr(settings, "CSRF_COOKIE_HTTPONLY", False)


@noticed_by("security/test_headers.py::test_https_alone_and_for_long")
def errors_without_hsts(patch: Patch) -> None:
    right = SecurityMiddleware.process_response

    def wrong(self: Any, request: Any, response: Any) -> Any:
        return response if response.status_code >= 400 else right(self, request, response)

    patch.setattr(SecurityMiddleware, "process_response", wrong)


@noticed_by("security/test_headers.py::test_https_alone_and_for_long")
def http_answered_as_well(patch: Patch) -> None:
    patch.setattr(SecurityMiddleware, "process_request", lambda self, request: None)


# --- who one is ---


@noticed_by("accounts/users/test_reset.py::test_a_long_password_is_taken_whole")
def passwords_cut_short(patch: Patch) -> None:
    right = User.set_password
    patch.setattr(User, "set_password", lambda self, raw: right(self, raw.strip()[:64]))


@noticed_by("accounts/test_access.py::test_a_therapist_without_a_second_factor_sets_one_up_first")
def a_password_is_enough_for_a_therapist(patch: Patch) -> None:
    patch.setattr(access, "_has_second_factor", lambda person: True)


@noticed_by("accounts/users/test_unsafe_defaults.py::test_mail_is_no_factor")
def a_mailed_code_signs_in(patch: Patch) -> None:
    patch.setattr(settings, "ACCOUNT_LOGIN_BY_CODE_ENABLED", True)


@noticed_by("accounts/users/test_password.py::test_it_signs_out_everywhere_and_tells_the_owner")
def a_change_without_a_notice(patch: Patch) -> None:
    patch.setattr(AccountAdapter, "send_notification_mail", lambda *words, **more: None)


@noticed_by("accounts/users/test_enumeration.py::test_status_headers_and_body_are_the_same")
def a_sign_up_that_says_the_address_is_known(patch: Patch) -> None:
    patch.setattr(settings, "ACCOUNT_PREVENT_ENUMERATION", False)


@noticed_by("accounts/users/test_reset.py::test_the_second_step_is_still_asked_for")
def a_reset_that_takes_the_second_step_away(patch: Patch) -> None:
    right = User.set_password

    def wrong(self: User, raw: str) -> None:
        right(self, raw)
        self.authenticator_set.all().delete()

    patch.setattr(User, "set_password", wrong)


@noticed_by("accounts/users/test_recovery_codes.py::test_each_signs_in_once_instead_of_the_app")
def recovery_codes_for_ever(patch: Patch) -> None:
    patch.setattr(RecoveryCodes, "_mark_code_used", lambda self, number: None)


@noticed_by("accounts/users/test_again.py::test_the_session_gets_a_new_key_and_the_copied_one_is_dead")
def the_old_key_goes_on(patch: Patch) -> None:
    patch.setattr(SessionBase, "cycle_key", lambda self: None)


def _limits(patch: Patch, place: int) -> None:
    patch.setattr(settings, "SESSION_LIMITS", {
        who: tuple(limit * 100 if at == place else limit for at, limit in enumerate(both))
        for who, both in settings.SESSION_LIMITS.items()
    })  # fmt: skip


@noticed_by("accounts/users/test_session_limits.py::test_limits")
def idle_sessions_stay(patch: Patch) -> None:
    _limits(patch, 0)


@noticed_by("accounts/users/test_session_limits.py::test_limits")
def sessions_without_an_end(patch: Patch) -> None:
    _limits(patch, 1)


@noticed_by("accounts/safety/test_exit.py::test_a_kept_cookie_opens_nothing_afterwards")
def an_exit_that_only_leads_away(patch: Patch) -> None:
    patch.setattr(SessionBase, "flush", lambda self: None)


@noticed_by("accounts/users/test_devices.py::test_the_others_end_and_this_one_stays")
def other_sessions_go_on(patch: Patch) -> None:
    patch.setattr(UserSession, "end", lambda self: None)


@noticed_by("accounts/users/test_second_step.py::test_every_change_asks_who_you_are")
def nobody_is_asked_again(patch: Patch) -> None:
    patch.setattr(reauthentication, "did_recently_reauthenticate", lambda request: True)


@noticed_by("accounts/users/test_devices.py::test_it_lists_this_device_and_the_others_without_addresses")
def devices_with_their_address(patch: Patch) -> None:
    patch.setattr(sessions, "make_coarse", lambda request: None)


@noticed_by("journeys/test_exit.py::test_the_button_leaves_and_back_shows_nothing")
def an_exit_that_leaves_the_session(patch: Patch) -> None:
    patch.setattr(SessionBase, "flush", lambda self: None)
    patch.setattr(safety_views, "leaving", lambda: HttpResponseRedirect(settings.EXIT_URL, status=303))


@noticed_by("journeys/test_exit.py::test_nothing_is_stored_in_the_browser")
def a_script_that_keeps_something(patch: Patch) -> None:
    def change(request: Any, response: Any) -> Any:
        if request.path == "/keeps.js":
            return HttpResponse("localStorage.setItem('last', location.href)", content_type="text/javascript")
        if response.get("Content-Type", "").startswith("text/html"):
            response.content += b'<script src="/keeps.js"></script>'
        return None

    _every_answer(patch, change)


@noticed_by("security/test_log.py::test_who_is_turned_away_leaves_one_line")
def turned_away_without_a_line(patch: Patch) -> None:
    patch.setattr(middleware.log, "disabled", True)


# --- what one may ---


@noticed_by("accounts/therapists/test_access.py::test_access_takes_two_that_stand")
def one_yes_is_enough(patch: Patch) -> None:
    right = therapists.standing_grants

    def wrong(therapist: Any, *, now: Any, couple_id: Any = None) -> Any:
        found = right(therapist, now=now, couple_id=couple_id)
        other = SimpleNamespace(**{**vars(found[0]), "membership_id": None}) if len(found) == 1 else None
        if other is not None:
            other.couple_id, other.membership = found[0].couple_id, found[0].membership
        return [*found, other] if other else found

    patch.setattr(therapists, "standing_grants", wrong)


@noticed_by("checkins/reminders/test_notes.py::test_what_either_does_between_claim_and_sending_stops_the_note")
def sent_without_asking_again(patch: Patch) -> None:
    patch.setattr(dispatch, "_wanted", lambda mail, now: True)


@noticed_by("accounts/couples/test_invitation.py::test_every_single_changed_sign_of_the_secret_leads_nowhere")
def secrets_read_in_part(patch: Patch) -> None:
    right = linking.hash_of_secret
    for place in (linking, landing):
        patch.setattr(place, "hash_of_secret", lambda secret: right(secret[:40]))


# --- what is kept ---


class _WithoutTag:
    """AES without authentication, of the same shape."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def encrypt(self, nonce: bytes, data: bytes, bound: bytes | None) -> bytes:
        encryptor = Cipher(algorithms.AES(self.key), modes.CTR(nonce + bytes(4))).encryptor()
        return encryptor.update(data) + bytes(16)

    def decrypt(self, nonce: bytes, data: bytes, bound: bytes | None) -> bytes:
        return self.encrypt(nonce, data[:-16], bound)[:-16]


@noticed_by("accounts/vault/test_crypto.py::test_no_byte_can_be_altered")
def a_cipher_without_a_tag(patch: Patch) -> None:
    patch.setattr(crypto, "AESGCM", _WithoutTag)


@noticed_by("accounts/vault/test_crypto.py::test_no_nonce_comes_twice")
def a_nonce_of_two_bytes(patch: Patch) -> None:
    right = crypto.os.urandom
    patch.setattr(crypto, "os", SimpleNamespace(urandom=lambda size: right(min(size, 2)).ljust(size, b"\0")))


@noticed_by("accounts/users/test_unsafe_defaults.py::test_passwords_are_hashed_with_argon2id_at_the_written_cost")
def a_cheap_hash(patch: Patch) -> None:
    patch.setattr(Argon2id, "memory_cost", 1024)


@noticed_by("accounts/privacy/test_retention.py::test_settled_mail_goes_with_its_attempts_and_owed_mail_stays")
def kept_for_ever(patch: Patch) -> None:
    patch.setattr(retention, "_TABLE", {})


@noticed_by("repair/test_checks.py::test_an_unsafe_one_is_refused")
def started_without_keys(patch: Patch) -> None:
    patch.setattr(checks, "refuse_unsafe_start", lambda: None)


@noticed_by("contract/test_documents.py::test_lock_files_carry_hashes_and_no_address")
def a_lock_file_without_hashes(patch: Patch) -> None:
    _reading(patch, "requirements.txt", lambda text: text.replace("--hash=sha256:", "# "))


# --- how often ---

LIMITS = re.findall(
    r"^\| ([^|]+) \| (\d+) \| `([\w.]+)` \| `tests/([^`]+)` \|$",
    (Path(settings.BASE_DIR) / "docs/security/limits.md").read_text(),
    re.MULTILINE,
)


def limit_at(place: str) -> int | str:
    """What stands at a place of the table: a number, or how often."""
    module, _, name = place.rpartition(".")
    if module == "repair.settings.RATE_LIMITS":
        return RATE_LIMITS[name]
    found: int = getattr(import_module(module), name)
    return found


def _one_more(place: str, number: int) -> Callable[[Patch], None]:
    """The site that allows one more than the table says."""
    module, _, name = place.rpartition(".")

    def sow(patch: Patch) -> None:
        if module == "repair.settings.RATE_LIMITS":
            parts = RATE_LIMITS[name].split(",")
            more = [f"{number + 1}/{p.partition('/')[2]}" if p.startswith(f"{number}/") else p for p in parts]
            patch.setitem(RATE_LIMITS, name, ",".join(more))
        else:
            patch.setattr(f"{module}.{name}", number + 1)

    return sow


SEEDS |= {f"one more: {what}": Seed(f"tests/{test}", _one_more(at, int(most))) for what, most, at, test in LIMITS}
