"""The inviter confirms the person who accepted; then there is a day to think, which either can undo."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_of
from accounts.couples import linking, ports, services
from accounts.couples.models import Couple, Invitation, Membership
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from tests.cast import Cast, make_couple
from tests.conftest import Moved

Invited = Callable[[User, str], Invitation]
URL = "/together/confirm/"


@pytest.fixture
def accepted(cast: Cast, invited: Invited, clock: Moved) -> Invitation:
    """Sol asked Drew in, and Drew said yes."""
    row = invited(cast.sol, cast.drew.email)
    return linking.accept(person=cast.drew, invitation_id=row.pk, now=clock.at)


def without_tokens(response: HttpResponse) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


def test_it_shows_name_masked_address_and_two_words(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation
) -> None:
    text = fresh_client_of(cast.sol).get(URL).content.decode()
    for words in ("Is this the right person?", "Drew", "d•••@mail.example", "Yes, this is Drew", "No, close it"):
        assert words in text
    assert cast.drew.email not in text


def test_today_asks_the_inviter_and_shows_the_others_their_own_side(
    cast: Cast, client_of: Callable[..., Client], accepted: Invitation
) -> None:
    mine = client_of(cast.sol).get("/today/").content.decode()
    assert "Drew accepted your invitation" in mine
    assert "Your invitation is open" in mine, "the one to Ivy is still open"
    assert "Your yes to Sol" in client_of(cast.drew).get("/today/").content.decode()
    assert "When you want to ask someone in" in client_of(cast.ivy).get("/today/").content.decode()


def test_it_asks_to_prove_oneself_first(
    cast: Cast, client_of: Callable[..., Client], accepted: Invitation
) -> None:
    assert reverse("account_reauthenticate") in client_of(cast.sol).get(URL).url
    client_of(cast.sol).post(URL, {"about": accepted.pk, "answer": "yes"})
    assert not Membership.objects.filter(person=cast.sol).exists()


def test_yes_makes_one_new_couple_with_a_new_key_that_cools_off(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation, clock: Moved
) -> None:
    assert fresh_client_of(cast.sol).post(URL, {"about": accepted.pk, "answer": "yes"}).url == "/together/"
    mine = Membership.objects.get(person=cast.sol)
    theirs = Membership.objects.get(person=cast.drew, left_at=None)
    assert mine.couple == theirs.couple
    assert {mine.slot, theirs.slot} == {"a", "b"}
    assert mine.couple.cooling_until == clock.at + timedelta(hours=24)
    assert DataKey.objects.filter(owner_id=mine.couple_id).count() == 1
    assert mine.couple_id != cast.couples["drew"].pk, "nothing is carried over from an earlier couple"
    for person, names in ((cast.sol, ("Sol", "Drew")), (cast.drew, ("Drew", "Sol"))):
        viewer = viewer_of(person, now=clock.at)
        assert viewer.state is CoupleState.COOLING
        assert not viewer.shares_with(mine.couple_id)
        assert (pair_of(viewer).my_name, pair_of(viewer).other_name) == names


def test_the_rooms_above_are_told_in_the_same_transaction(
    cast: Cast, accepted: Invitation, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Couple] = []

    def hook(*, couple: Couple, now: datetime) -> None:
        told.append(couple)
        if len(told) == 2:
            raise RuntimeError("a room above fails")

    monkeypatch.setattr(ports.on_linked, "_hooks", [*ports.on_linked, hook])
    couple = linking.confirm(inviter=cast.sol, invitation_id=accepted.pk, now=clock.at)
    assert told == [couple]
    services.undo_link(person=cast.sol, now=clock.at)
    services.undo_link(person=cast.drew, now=clock.at)
    row = linking.invite(inviter=cast.drew, address=cast.sol.email, shown_name="Drew", now=clock.at)
    linking.accept(person=cast.sol, invitation_id=row.pk, now=clock.at)
    with pytest.raises(RuntimeError):
        linking.confirm(inviter=cast.drew, invitation_id=row.pk, now=clock.at)
    assert not Membership.objects.filter(person=cast.sol, left_at=None).exists(), "all or nothing"
    assert Invitation.objects.get(pk=row.pk).confirmed_at is None


@pytest.mark.parametrize("second", ["yes", "no"])
def test_a_second_press_changes_nothing(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation, second: str
) -> None:
    client = fresh_client_of(cast.sol)
    client.post(URL, {"about": accepted.pk, "answer": "yes"})
    assert client.post(URL, {"about": accepted.pk, "answer": second}).url == "/together/"
    assert Membership.objects.filter(person=cast.sol, left_at=None).count() == 1


def test_no_closes_it_and_the_other_is_not_told(
    cast: Cast, fresh_client_of: Callable[[User], Client], client_of: Callable[..., Client], accepted: Invitation
) -> None:
    before = without_tokens(client_of(cast.drew).get("/together/"))
    fresh_client_of(cast.sol).post(URL, {"about": accepted.pk, "answer": "no"})
    assert not Membership.objects.filter(person=cast.sol).exists()
    assert without_tokens(client_of(cast.drew).get("/together/")) == before


def _withdrew(cast: Cast, row: Invitation, clock: Moved) -> None:
    linking.withdraw(person=cast.drew, invitation_id=row.pk, now=clock.at)


def _linked_elsewhere(cast: Cast, row: Invitation, clock: Moved) -> None:
    make_couple(cast.drew, cast.ivy, now=clock.at)


def _deleting(cast: Cast, row: Invitation, clock: Moved) -> None:
    User.objects.filter(pk=cast.drew.pk).update(delete_asked_at=clock.at)


def _suspended(cast: Cast, row: Invitation, clock: Moved) -> None:
    User.objects.filter(pk=cast.drew.pk).update(suspended_at=clock.at)


def _erased(cast: Cast, row: Invitation, clock: Moved) -> None:
    User.objects.filter(pk=cast.drew.pk).update(erased_at=clock.at, email="gone@invalid.example")
    vault.destroy_key(vault.Owner.person(cast.drew.pk), now=clock.at)


def test_why_the_other_is_not_free_cannot_be_told(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation, clock: Moved
) -> None:
    """Before and after the inviter's yes: the same bytes for every cause."""
    from django.db import transaction

    seen = []
    for cause in (_withdrew, _linked_elsewhere, _deleting, _suspended, _erased):
        with transaction.atomic():
            cause(cast, accepted, clock)
            client = fresh_client_of(cast.sol)
            before = [without_tokens(client.get(path)) for path in ("/together/", URL)]
            answer = client.post(URL, {"about": accepted.pk, "answer": "yes"})
            after = without_tokens(client.get("/together/"))
            assert (answer.status_code, answer.url) == (302, "/together/")
            seen.append((before, after))
            assert not Membership.objects.filter(person=cast.sol, left_at=None).exists()
            transaction.set_rollback(True)
    assert all(one == seen[0] for one in seen)
    assert b"Your invitation is closed" in seen[0][1]
    assert b"Is this the right person?" in seen[0][0][1]
    untouched = [without_tokens(fresh_client_of(cast.sol).get(path)) for path in ("/together/", URL)]
    assert untouched == seen[0][0], "and before the yes, the same as with somebody who is free"


@pytest.mark.parametrize("who", ["drew", "ivy", "ana"])
def test_nobody_but_the_inviter_confirms(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation, who: str
) -> None:
    answer = fresh_client_of(getattr(cast, who)).post(URL, {"about": accepted.pk, "answer": "yes"})
    assert answer.url == "/together/"
    assert not Membership.objects.filter(person=cast.sol).exists()


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "maybe"}])
def test_an_answer_that_is_none_gets_422(
    cast: Cast, fresh_client_of: Callable[[User], Client], accepted: Invitation, sent: dict[str, str]
) -> None:
    answer = fresh_client_of(cast.sol).post(URL, {"about": str(accepted.pk), **sent})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_without_anybody_to_confirm_it_leads_back(cast: Cast, fresh_client_of: Callable[[User], Client]) -> None:
    assert fresh_client_of(cast.ivy).get(URL).url == "/together/"
    assert fresh_client_of(cast.sol).get(URL).url == "/together/"


def test_a_yes_that_waited_too_long_is_closed(cast: Cast, accepted: Invitation, clock: Moved) -> None:
    clock.move(days=14, seconds=-1)
    assert Invitation.objects.to_confirm(now=clock.at).filter(pk=accepted.pk).exists()
    clock.move(seconds=1)
    with pytest.raises(linking.Closed):
        linking.confirm(inviter=cast.sol, invitation_id=accepted.pk, now=clock.at)


def test_crossing_invitations_end_in_one_couple(cast: Cast, invited: Invited, clock: Moved) -> None:
    there = invited(cast.sol, cast.drew.email)
    back = invited(cast.drew, cast.sol.email)
    linking.accept(person=cast.drew, invitation_id=there.pk, now=clock.at)
    linking.accept(person=cast.sol, invitation_id=back.pk, now=clock.at)
    assert linking.confirm(inviter=cast.sol, invitation_id=there.pk, now=clock.at) is not None
    with pytest.raises(linking.Closed):
        linking.confirm(inviter=cast.drew, invitation_id=back.pk, now=clock.at)
    assert Membership.objects.filter(person=cast.sol, left_at=None).count() == 1


def test_a_link_closes_all_else_either_had_open(cast: Cast, invited: Invited, clock: Moved) -> None:
    accepted_by_drew = invited(cast.sol, cast.drew.email)
    other = invited(cast.sol, cast.ivy.email)
    third = invited(cast.ivy, cast.drew.email)
    linking.accept(person=cast.drew, invitation_id=accepted_by_drew.pk, now=clock.at)
    linking.accept(person=cast.ivy, invitation_id=other.pk, now=clock.at)
    linking.accept(person=cast.drew, invitation_id=third.pk, now=clock.at)
    linking.confirm(inviter=cast.sol, invitation_id=accepted_by_drew.pk, now=clock.at)
    with pytest.raises(linking.Closed):
        linking.confirm(inviter=cast.sol, invitation_id=other.pk, now=clock.at)
    assert linking.confirm(inviter=cast.ivy, invitation_id=third.pk, now=clock.at) is None


def test_linking_mails_nobody(cast: Cast, accepted: Invitation, clock: Moved) -> None:
    mails = Mail.objects.count()
    linking.confirm(inviter=cast.sol, invitation_id=accepted.pk, now=clock.at)
    services.undo_link(person=cast.drew, now=clock.at)
    assert Mail.objects.count() == mails


class TestTheDayToThink:
    """Cora and Cal were linked an hour ago."""

    def test_the_page_says_when(self, cast: Cast, client_of: Callable[..., Client]) -> None:
        text = client_of(cast.cora).get("/together/").content.decode()
        assert "Linked from Tuesday, 18:00" in text  # Lisbon, in summer, an hour ahead of 17:00 UTC
        assert "Undo" in text

    @pytest.mark.parametrize(("later", "undone"), [(-1, True), (0, False), (1, False)])
    def test_undo_works_until_the_last_second_and_not_after(
        self, cast: Cast, client_of: Callable[..., Client], clock: Moved, later: int, undone: bool
    ) -> None:
        clock.set(cast.couples["cora"].cooling_until + timedelta(seconds=later))
        assert viewer_of(cast.cora, now=clock.at).shares_with(cast.couples["cora"].pk) is not undone
        answer = client_of(cast.cora).post("/together/undo/")
        assert answer.url == ("/together/" if undone else "/you/leave/")
        mine = Membership.objects.get(person=cast.cora)
        assert (mine.left_at is not None) is undone
        assert Membership.objects.get(person=cast.cal).left_at is None

    def test_to_the_other_it_is_the_resting_page(
        self, cast: Cast, client_of: Callable[..., Client], clock: Moved
    ) -> None:
        constant = without_tokens(client_of(cast.rob).get("/together/"))
        client_of(cast.cora).post("/together/undo/")
        assert without_tokens(client_of(cast.cal).get("/together/")) == constant
        clock.move(hours=24)
        assert without_tokens(client_of(cast.cal).get("/together/")) == constant

    def test_twice_and_by_both_is_no_error(self, cast: Cast, client_of: Callable[..., Client]) -> None:
        for person in (cast.cora, cast.cora, cast.cal, cast.cal):
            assert client_of(person).post("/together/undo/").url == "/together/"
        assert client_of(cast.cora).get("/together/").status_code == 200
        assert client_of(cast.cora).get("/you/closed/").context["plans"] == []

    def test_nobody_else_can(self, cast: Cast, client_of: Callable[..., Client]) -> None:
        for person in (cast.sol, cast.theo, None):
            assert client_of(person).post("/together/undo/").status_code in {302, 404}
        assert Membership.objects.filter(couple=cast.couples["cora"], left_at=None).count() == 2

    def test_without_cooling_off_it_is_active_at_once(
        self, cast: Cast, accepted: Invitation, clock: Moved, settings: object
    ) -> None:
        settings.COOLING_OFF = timedelta(0)  # type: ignore[attr-defined]
        linking.confirm(inviter=cast.sol, invitation_id=accepted.pk, now=clock.at)
        assert viewer_of(cast.sol, now=clock.at).state is CoupleState.ACTIVE
