"""“About you”, once, before anything else."""

import pytest

from accounts.access import viewer_of
from accounts.users.models import CONSENT_VERSION, Consent, User
from accounts.users.preferences import preferences_of
from accounts.vault import services as vault
from tests.accounts.users.helpers import sign_in
from tests.cast import Cast, make_person
from tests.conftest import Moved

GOOD = {
    "kind": "partner",
    "name": "Mara",
    "zone": "Europe/Berlin",
    "quiet_from": "22:30",
    "quiet_to": "07:00",
    "adult": "on",
    "consent": "on",
    "read": "on",
}


@pytest.fixture
def newcomer(db: None, clock: Moved) -> User:
    return make_person("Newcomer", now=clock.at, arrived=False)


def test_everything_leads_here_until_it_is_done(newcomer: User) -> None:
    browser = sign_in(newcomer)
    for path in ("/you/", "/you/settings/", "/before/"):
        assert browser.get(path)["Location"] == "/about-you/", path
    assert browser.get("/about-you/").status_code == 200


def test_it_is_saved_sealed_and_leads_on(newcomer: User, clock: Moved) -> None:
    browser = sign_in(newcomer)
    assert browser.post("/about-you/", GOOD)["Location"] == "/before/"
    person = User.objects.get(pk=newcomer.pk)
    viewer = viewer_of(person, now=clock.at)
    assert vault.open(viewer, person, "name") == "Mara"
    assert b"Mara" not in bytes(person.name)
    assert person.time_zone == "Europe/Berlin"
    assert preferences_of(viewer, person).quiet == ("22:30", "07:00")
    assert person.arrived_at == person.adult_at == clock.at
    given = Consent.objects.get(person=person)
    assert (given.version, given.given_at) == (CONSENT_VERSION, clock.at)
    assert browser.get("/you/").status_code == 200


def test_a_second_time_changes_nothing(newcomer: User, clock: Moved) -> None:
    browser = sign_in(newcomer)
    browser.post("/about-you/", GOOD)
    clock.move(minutes=1)
    assert browser.post("/about-you/", {**GOOD, "kind": "therapist", "name": "Other"})["Location"] == "/you/"
    person = User.objects.get(pk=newcomer.pk)
    assert person.kind == "partner"
    assert Consent.objects.count() == 1


def test_a_therapist_is_led_to_a_second_step(newcomer: User) -> None:
    browser = sign_in(newcomer)
    browser.post("/about-you/", {**GOOD, "kind": "therapist"})
    assert User.objects.get(pk=newcomer.pk).is_therapist
    assert browser.get("/you/").status_code == 200
    assert browser.post("/before/")["Location"] == "/t/profile/"
    assert browser.get("/t/profile/")["Location"] == "/t/second-factor/"


def test_no_quiet_hours_is_an_answer(newcomer: User, clock: Moved) -> None:
    sign_in(newcomer).post("/about-you/", {**GOOD, "quiet_from": "off"})
    person = User.objects.get(pk=newcomer.pk)
    assert preferences_of(viewer_of(person, now=clock.at), person).quiet is None


BAD = [
    pytest.param({"kind": ""}, "Say what this account is for", id="no kind"),
    pytest.param({"kind": "admin"}, "", id="an unknown kind"),
    pytest.param({"name": ""}, "Write the name", id="no name"),
    pytest.param({"name": "   "}, "Write the name", id="only spaces"),
    pytest.param({"name": "x" * 41}, "40", id="a name too long"),
    pytest.param({"name": "Ma\u202era"}, "with letters", id="a name that turns the writing round"),
    pytest.param({"zone": ""}, "Choose your time zone", id="no zone"),
    pytest.param({"zone": "Mars/Olympus"}, "from the list", id="a zone that is none"),
    pytest.param({"zone": "../../etc/passwd"}, "from the list", id="a path as a zone"),
    pytest.param({"quiet_from": "07:00"}, "two different times", id="quiet hours without length"),
    pytest.param({"quiet_from": "25:99"}, "", id="a time that is none"),
    pytest.param({"adult": ""}, "18 or over", id="not of age"),
    pytest.param({"consent": ""}, "Without this agreement", id="no consent"),
    pytest.param({"read": ""}, "Read both pages", id="pages not read"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD)
def test_bad_input_gets_422_and_keeps_the_rest(newcomer: User, change: dict[str, str], sentence: str) -> None:
    posted = {key: value for key, value in {**GOOD, **change}.items() if value}
    answer = sign_in(newcomer).post("/about-you/", posted)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "err-sum" in page
    assert sentence in page
    if "name" not in change:
        assert 'value="Mara"' in page
    assert not User.objects.get(pk=newcomer.pk).has_arrived
    assert not Consent.objects.exists()


def test_nothing_is_chosen_before_one_chooses(newcomer: User) -> None:
    page = sign_in(newcomer).get("/about-you/").content.decode()
    assert "checked" not in page
    assert "data-guess-zone" in page
    assert '<option value="" selected' in page


@pytest.mark.parametrize("name", ["José-María", "O’Neill", "Ли", "می\u200cنا", "Anna  Lena"])
def test_names_of_all_kinds_are_taken(newcomer: User, name: str) -> None:
    assert sign_in(newcomer).post("/about-you/", {**GOOD, "name": name}).status_code == 302


def test_names_are_shown_as_text(newcomer: User) -> None:
    answer = sign_in(newcomer).post("/about-you/", {**GOOD, "name": "<b>x</b>", "zone": ""})
    assert "<b>x</b>" not in answer.content.decode()


def test_somebody_who_arrived_goes_to_their_own_page(cast: Cast) -> None:
    assert sign_in(cast.ana).get("/about-you/")["Location"] == "/you/"
