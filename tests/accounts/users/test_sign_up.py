"""Making an account: address, password, code."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.mail.models import Mail, Stream
from accounts.users.models import User
from accounts.vault.models import DataKey
from tests.accounts.users.helpers import code_for, payload
from tests.cast import Cast
from tests.conftest import Moved

NEW = {"email": "new@mail.example", "password1": "four quiet words here"}


@pytest.mark.django_db
def test_an_account_is_made_and_opened_with_the_code_from_the_mail(clock: Moved) -> None:
    browser = Client()
    assert browser.get("/sign-up/").status_code == 200
    answer = browser.post("/sign-up/", NEW)
    assert answer.status_code == 302
    assert answer["Location"] == "/verify/"
    assert browser.get("/you/").status_code == 302, "nothing is open before the code"
    answer = browser.post("/verify/", {"code": code_for("new@mail.example", now=clock.at)})
    assert answer.status_code == 302
    page = browser.get("/today/", follow=True)
    assert page.redirect_chain[-1][0] == "/about-you/", "what is missing is asked first"
    assert EmailAddress.objects.get(email="new@mail.example").verified


@pytest.mark.django_db
def test_the_mail_is_a_sealed_row_and_says_little(clock: Moved) -> None:
    Client().post("/sign-up/", NEW)
    mail = Mail.objects.get()
    assert (mail.kind, mail.stream, mail.address) == ("account_code", Stream.ACCOUNT, "new@mail.example")
    code = payload(mail, now=clock.at)["code"]
    assert code.isdigit()
    assert len(code) == 6
    assert code.encode() not in bytes(mail.payload)
    assert mail.not_after is not None
    assert (mail.not_after - mail.due_at).total_seconds() == 900


@pytest.mark.django_db
def test_the_address_is_one_whatever_its_capitals(clock: Moved) -> None:
    Client().post("/sign-up/", {**NEW, "email": "New@Mail.Example"})
    assert User.objects.get().email == "new@mail.example"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"email": ""}, "Write your e-mail address.", id="no address"),
        pytest.param({"email": "not one"}, "Write an address like", id="not an address"),
        pytest.param({"email": "a\x07b@mail.example"}, "Write an address like", id="a control character"),
        pytest.param({"email": f"{'a' * 300}@mail.example"}, "longer than it can be", id="far too long"),
        pytest.param({"password1": ""}, "Choose a password.", id="no password"),
        pytest.param({"password1": "short"}, "too short", id="a short password"),
        pytest.param({"password1": "password123"}, "too common", id="a password everybody tries"),
    ],
)
@pytest.mark.django_db
def test_bad_input_gets_422_and_keeps_the_address(change: dict[str, str], sentence: str, clock: Moved) -> None:
    answer = Client().post("/sign-up/", {**NEW, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "err-sum" in page
    assert sentence in page
    if "email" not in change:
        assert 'value="new@mail.example"' in page
    assert not User.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_a_machine_that_fills_the_trap_makes_nothing(clock: Moved) -> None:
    answer = Client().post("/sign-up/", {**NEW, "website": "x"})
    assert answer.status_code == 302
    assert answer["Location"] == "/verify/"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_three_wrong_codes_end_it(clock: Moved) -> None:
    browser = Client()
    browser.post("/sign-up/", NEW)
    right = code_for("new@mail.example", now=clock.at)
    wrong = "000000" if right != "000000" else "111111"
    assert browser.post("/verify/", {"code": wrong}).status_code == 422
    assert browser.post("/verify/", {"code": wrong}).status_code == 422
    assert browser.post("/verify/", {"code": wrong}).status_code == 302
    assert browser.post("/verify/", {"code": right}).status_code == 302
    assert not EmailAddress.objects.get().verified


@pytest.mark.django_db
def test_another_code_can_be_asked_for_twice_and_the_old_one_dies(clock: Moved) -> None:
    browser = Client()
    browser.post("/sign-up/", NEW)
    first = code_for("new@mail.example", now=clock.at)
    assert "Send another" in browser.get("/verify/").content.decode()
    browser.post("/verify/", {"action": "resend"})
    browser.post("/verify/", {"action": "resend"})
    assert Mail.objects.count() == 3
    assert "Send another" not in browser.get("/verify/").content.decode()
    if first != code_for("new@mail.example", now=clock.at):
        assert browser.post("/verify/", {"code": first}).status_code == 422


@pytest.mark.django_db
def test_a_code_may_be_typed_with_the_space_of_the_mail(clock: Moved) -> None:
    browser = Client()
    browser.post("/sign-up/", NEW)
    code = code_for("new@mail.example", now=clock.at)
    assert browser.post("/verify/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert EmailAddress.objects.get().verified


def test_somebody_signed_in_is_sent_on(cast: Cast, client_of) -> None:  # type: ignore[no-untyped-def]
    assert client_of(cast.ana).get("/sign-up/").status_code == 302


def test_an_address_never_confirmed_can_be_signed_up_again_by_its_owner(cast: Cast, clock: Moved) -> None:
    """Whoever made it first, with whatever password, gets nothing by it."""
    first = Client()
    first.post("/sign-up/", {**NEW, "password1": "a stranger's long words"})
    stale = User.objects.get(email=NEW["email"])
    old_code = code_for(NEW["email"], now=clock.at)
    owner = Client()
    assert owner.post("/sign-up/", NEW)["Location"] == "/verify/"
    assert not User.objects.filter(pk=stale.pk).exists()
    assert not DataKey.objects.filter(owner_id=stale.pk).exists()
    assert first.post("/verify/", {"code": old_code}).status_code in {302, 422}
    assert "_auth_user_id" not in first.session
    owner.post("/verify/", {"code": code_for(NEW["email"], now=clock.at)})
    assert "_auth_user_id" in owner.session
    wrong = Client().post("/sign-in/", {"login": NEW["email"], "password": "a stranger's long words"})
    assert wrong.status_code == 422


def test_a_code_that_was_owed_to_the_first_is_not_sent(cast: Cast, clock: Moved) -> None:
    Client().post("/sign-up/", NEW)
    first = Mail.objects.get()
    Client().post("/sign-up/", NEW)
    first.refresh_from_db()
    assert (first.state, first.address, first.person) == ("unwanted", "", None)
    assert Mail.objects.filter(state="owed").count() == 1


def test_the_same_form_sent_twice_at_once_makes_one_account(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second asked before the first had saved, and saves after it."""
    Client().post("/sign-up/", {**NEW, "email": "new@mail.example"})
    EmailAddress.objects.update(verified=True)
    monkeypatch.setattr(
        "allauth.account.internal.flows.manage_email.assess_unique_email", lambda *args, **kwargs: True
    )
    answer = Client().post("/sign-up/", NEW)
    assert answer["Location"] == "/verify/"
    assert User.objects.filter(email=NEW["email"]).count() == 1
