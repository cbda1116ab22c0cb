"""Setting up and switching off a second step: an app, passkeys."""

import re
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.utils.formats import date_format

from accounts.mail.models import Mail
from accounts.users.allauth_forms import AddPasskey
from accounts.vault.crypto import CannotOpen
from tests.accounts.users.helpers import app_code, give_app, proved, sign_in
from tests.cast import Cast


def _switch_on(cast: Cast):  # type: ignore[no-untyped-def]
    browser = proved(cast.ana)
    page = browser.get("/you/second-factor/app/").content.decode()
    secret = re.search(r'class="key">([A-Z2-7]+)<', page)
    assert secret is not None
    answer = browser.post("/you/second-factor/app/", {"code": app_code(secret[1])})
    return browser, secret[1], answer


def test_an_app_is_set_up_and_asked_for_from_then_on(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        browser, _secret, answer = _switch_on(cast)
    assert answer["Location"] == "/you/second-factor/codes/"
    assert browser.get("/you/second-factor/").status_code == 200
    again = sign_in(cast.ana)
    assert again.get("/you/").status_code == 302
    assert Mail.objects.filter(kind="account_notice", person=cast.ana).count() >= 1


def test_other_devices_are_signed_out_with_it(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    there = sign_in(cast.ana)
    with django_capture_on_commit_callbacks(execute=True):
        browser, _secret, _answer = _switch_on(cast)
    assert browser.get("/you/").status_code == 200
    assert there.get("/you/").status_code == 302


def test_the_secret_is_not_in_the_database(cast: Cast) -> None:
    _browser, secret, _answer = _switch_on(cast)
    stored = Authenticator.objects.get(user=cast.ana, type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
    flipped = ("A" if stored[60] != "A" else "B").join([stored[:60], stored[61:]])
    with pytest.raises(CannotOpen):
        get_adapter().decrypt(flipped)


def test_the_picture_is_part_of_the_page(cast: Cast) -> None:
    page = proved(cast.ana).get("/you/second-factor/app/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "<?xml" not in page


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 100])
def test_a_wrong_code_gets_422_and_the_same_key(cast: Cast, code: str) -> None:
    browser = proved(cast.ana)
    key = re.search(r'class="key">([A-Z2-7]+)<', browser.get("/you/second-factor/app/").content.decode())
    answer = browser.post("/you/second-factor/app/", {"code": code})
    assert answer.status_code == 422
    assert key is not None
    assert key[1] in answer.content.decode()
    assert not Authenticator.objects.filter(user=cast.ana).exists()


def test_it_is_switched_off_with_its_recovery_codes(cast: Cast) -> None:
    browser, _secret, _answer = _switch_on(cast)
    assert Authenticator.objects.filter(user=cast.ana).count() == 2
    assert browser.get("/you/second-factor/app/off/").status_code == 200
    assert browser.post("/you/second-factor/app/off/").status_code == 302
    assert not Authenticator.objects.filter(user=cast.ana).exists()


def test_a_therapist_keeps_the_last_one(cast: Cast) -> None:
    cast.theo.authenticator_set.all().delete()
    secret = give_app(cast.theo)
    browser = sign_in(cast.theo)
    browser.post("/sign-in/step/", {"code": app_code(secret)})
    proved(cast.theo, client=browser)
    assert "keeps one second factor" in browser.get("/you/second-factor/app/off/").content.decode()
    answer = browser.post("/you/second-factor/app/off/")
    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=cast.theo, type="totp").exists()


def _give_passkey(person, number: int = 1) -> Authenticator:  # type: ignore[no-untyped-def]
    credential: dict[str, Any] = {"clientExtensionResults": {}}
    return Authenticator.objects.create(
        user=person, type="webauthn", data={"name": str(number), "credential": credential}
    )


def test_a_therapist_keeps_the_last_passkey_too(cast: Cast) -> None:
    browser = proved(cast.theo, client=_signed_in_without_second_step(cast))
    key = _give_passkey(cast.theo)
    answer = browser.post(f"/you/second-factor/passkeys/{key.pk}/remove/")
    assert answer.status_code == 422
    assert Authenticator.objects.filter(pk=key.pk).exists()


def _signed_in_without_second_step(cast: Cast):  # type: ignore[no-untyped-def]
    cast.theo.authenticator_set.all().delete()
    return sign_in(cast.theo)


def test_passkeys_are_listed_by_number_and_date_and_removed(cast: Cast) -> None:
    browser = proved(cast.ana)
    key, _other = _give_passkey(cast.ana), _give_passkey(cast.ana, 2)
    added = date_format(key.created_at.astimezone(cast.ana.zone), "j F Y")
    page = browser.get("/you/second-factor/passkeys/").content.decode()
    assert "Passkey 1" in page
    assert "Passkey 2" in page
    assert f"Added on {added}" in page
    page = browser.get(f"/you/second-factor/passkeys/{key.pk}/remove/").content.decode()
    assert f"Passkey 1, added on {added}" in page
    assert browser.post(f"/you/second-factor/passkeys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    page = browser.get("/you/second-factor/passkeys/").content.decode()
    assert "Passkey 1" not in page
    assert "Passkey 2" in page, "what is left keeps its number"


def test_nobody_gives_a_passkey_a_name(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """allauth keeps names in clear. A new one gets a number that no other has, whatever a form carries."""
    monkeypatch.setattr(auth, "parse_registration_response", lambda credential: None)
    monkeypatch.setattr(auth, "complete_registration", lambda credential: None)
    assert "name" not in AddPasskey(user=cast.ana).fields
    for expected in ("1", "2", "3"):
        form = AddPasskey({"name": "canary 4417", "credential": '{"id": "x"}'}, user=cast.ana)
        assert form.is_valid()
        assert form.cleaned_data["name"] == expected
        _give_passkey(cast.ana, int(expected))
    Authenticator.objects.get(user=cast.ana, data__name="1").delete()
    form = AddPasskey({"credential": '{"id": "x"}'}, user=cast.ana)
    assert form.is_valid()
    assert form.cleaned_data["name"] == "4", "3 stands still"


def test_another_persons_passkey_is_not_there(cast: Cast) -> None:
    key = _give_passkey(cast.ben)
    browser = proved(cast.ana)
    for number in (key.pk, "9" * 40):
        path = f"/you/second-factor/passkeys/{number}/remove/"
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


GARBAGE = (
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"AAAA",'
    '"authenticatorData":"AAAA","signature":"AAAA","userHandle":"AAAA"},"clientExtensionResults":{}}'
)


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", "7", '"x"', "{not json", '{"id": "x"}', '{"rawId": []}', GARBAGE]
)
def test_a_broken_passkey_answer_is_refused(cast: Cast, credential: str) -> None:
    browser = proved(cast.ana)
    browser.get("/you/second-factor/passkeys/add/")
    assert browser.post("/you/second-factor/passkeys/add/", {"credential": credential}).status_code == 422
    assert sign_in(cast.cleo).post("/sign-in/passkey/", {"credential": credential}).status_code == 302
    give_app(cast.ben)
    step = sign_in(cast.ben)
    step.get("/sign-in/step/")
    assert step.post("/sign-in/step/", {"credential": credential}).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["app/", "app/off/", "codes/", "codes/new/", "passkeys/add/", "passkeys/1/remove/"],
)
def test_every_change_asks_who_you_are(cast: Cast, path: str) -> None:
    """ASVS 7.5.1."""
    give_app(cast.ana)
    client_of_ana = sign_in(cast.cleo)
    answer = client_of_ana.get(f"/you/second-factor/{path}")
    assert answer["Location"].startswith("/again/?next=")
