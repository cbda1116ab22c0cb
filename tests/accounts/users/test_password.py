"""Changing the password."""

import pytest

from accounts.mail.models import Mail
from tests.accounts.users.helpers import PASSWORD, payload, sign_in
from tests.cast import Cast
from tests.conftest import Moved

NEW = "another five quiet words"


def test_it_signs_out_everywhere_and_tells_the_owner(cast: Cast, clock: Moved) -> None:
    """ASVS 6.3.7."""
    here, there = sign_in(cast.ana), sign_in(cast.ana)
    answer = here.post("/you/password/", {"oldpassword": PASSWORD, "password1": NEW})
    assert answer["Location"] == "/sign-in/"
    assert "The new password is saved" in here.get("/sign-in/").content.decode()
    assert here.get("/you/").status_code == 302
    assert there.get("/you/").status_code == 302
    assert sign_in(cast.ana, password=NEW).get("/you/").status_code == 200
    mail = Mail.objects.get()
    assert (mail.kind, mail.address) == ("account_notice", cast.ana.email)
    assert payload(mail, now=clock.at) == {"what": "password"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("wrong", NEW, "not your present password", id="the old one is wrong"),
        pytest.param("", NEW, "Write your present password", id="no old one"),
        pytest.param(PASSWORD, "short", "too short", id="the new one is short"),
        pytest.param(PASSWORD, "", "Choose a password", id="no new one"),
    ],
)
def test_bad_input_gets_422_and_changes_nothing(cast: Cast, old: str, new: str, sentence: str) -> None:
    browser = sign_in(cast.ana)
    answer = browser.post("/you/password/", {"oldpassword": old, "password1": new})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert browser.get("/you/").status_code == 200
    assert sign_in(cast.ana).get("/you/").status_code == 200


def test_the_other_partner_sees_nothing_of_it(cast: Cast) -> None:
    sign_in(cast.ana).post("/you/password/", {"oldpassword": PASSWORD, "password1": NEW})
    assert not Mail.objects.filter(person=cast.ben).exists()
