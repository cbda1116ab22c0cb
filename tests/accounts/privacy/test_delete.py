"""Deleting an account: hidden at once, signed out everywhere, nobody told."""

from typing import Any

import pytest

from accounts.access import viewer_of
from accounts.couples.models import Membership
from accounts.couples.queries import standing_of
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.privacy import services
from accounts.users.models import User
from tests.accounts.users.helpers import proved, sign_in
from tests.cast import Cast, make_person
from tests.conftest import Moved


def test_the_page_says_what_happens_to_what(cast: Cast) -> None:
    page = proved(cast.ana).get("/you/delete/").content.decode()
    for words in (
        "For 7 days",
        "Your key is destroyed",
        "Stay in Ben’s copy",
        "Sees the resting page",
        "/you/export/",
    ):
        assert words in page


def test_it_hides_and_signs_out_everywhere(cast: Cast, clock: Moved) -> None:
    there = sign_in(cast.ana)
    here = proved(cast.ana)
    assert here.post("/you/delete/")["Location"] == "/sign-in/"
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at == clock.at
    assert here.get("/you/").status_code == 302
    assert there.get("/you/").status_code == 302
    assert "For seven days" in here.get("/sign-in/").content.decode()


def test_signing_in_leads_to_undoing_and_nowhere_else(cast: Cast) -> None:
    proved(cast.ana).post("/you/delete/")
    browser = sign_in(cast.ana)
    for path in ("/you/", "/you/settings/", "/you/export/", "/today/", "/you/devices/", "/you/address/"):
        answer = browser.get(path)
        assert answer["Location"] == "/you/undo/", path


def test_the_other_sees_the_resting_state_and_nothing_moves(cast: Cast, clock: Moved) -> None:
    before = Membership.objects.filter(couple=cast.couples["ana"]).order_by("pk").values()
    rows = list(before)
    proved(cast.ana).post("/you/delete/")
    assert list(before.all()) == rows, "both memberships stay as they were"
    standing = standing_of(User.objects.get(pk=cast.ben.pk), now=clock.at)
    assert standing is not None
    assert standing.state is CoupleState.RESTING
    assert not Mail.objects.exists(), "it is mailed to nobody, not even to the one who left"


def test_their_therapist_reads_nothing_more(cast: Cast, clock: Moved) -> None:
    from accounts.therapists.queries import access_to_case

    couple = cast.couples["ana"]
    before = access_to_case(cast.theo, couple.pk, now=clock.at)
    services.ask_delete(person=cast.ana, now=clock.at)
    after = access_to_case(cast.theo, couple.pk, now=clock.at)
    assert before is not None
    assert before.open
    assert after is None or not after.open


def test_it_asks_who_you_are_first(cast: Cast) -> None:
    browser = sign_in(cast.ana)
    assert browser.post("/you/delete/")["Location"] == "/again/?next=%2Fyou%2Fdelete%2F"
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is None


def test_opening_the_page_does_nothing(cast: Cast) -> None:
    proved(cast.ana).get("/you/delete/")
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at is None


def test_twice_is_once(cast: Cast, clock: Moved) -> None:
    first = clock.at
    assert services.ask_delete(person=cast.ana, now=first)
    clock.move(days=2)
    assert not services.ask_delete(person=cast.ana, now=clock.at)
    assert User.objects.get(pk=cast.ana.pk).delete_asked_at == first


@pytest.mark.parametrize("who", ["sol", "theo", "rita", "drew"])
def test_everybody_can(cast: Cast, clock: Moved, who: str) -> None:
    assert services.ask_delete(person=cast.people[who], now=clock.at)


def test_somebody_who_never_arrived_can_too(db: None, clock: Moved) -> None:
    person = make_person("Newcomer", now=clock.at, arrived=False)
    browser = proved(person)
    page = browser.get("/you/delete/")
    assert page.status_code == 200
    assert "Back to You" not in page.content.decode()
    browser.post("/you/delete/")
    assert User.objects.get(pk=person.pk).delete_asked_at == clock.at


def test_what_is_sealed_for_them_is_not_opened_meanwhile(cast: Cast, clock: Moved, client_of: Any) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    assert not viewer_of(cast.ben, now=clock.at).shares_with(cast.couples["ana"].pk)
