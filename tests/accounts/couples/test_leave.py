"""Leaving: one's own side, at once, by the same page for whoever goes first and whoever goes second."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.test import Client

from accounts.access import viewer_of
from accounts.couples import linking, ports, services
from accounts.couples.models import Couple, Membership, Rest
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.users.models import User
from tests.cast import Cast
from tests.conftest import Moved

URL = "/you/leave/"


def without_tokens(response: HttpResponse) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


def leave(client: Client, couple: Couple) -> HttpResponse:
    answer: HttpResponse = client.post(URL, {"about": couple.pk})
    return answer


def test_it_closes_only_ones_own_side(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    theirs_before = (
        model_to_dict(Membership.objects.get(person=cast.ben)),
        model_to_dict(User.objects.get(pk=cast.ben.pk)),
    )
    reference = cast.ana.mail_ref
    answer = client_of(cast.ana).post(URL, {"about": cast.couples["ana"].pk}, follow=True)
    assert answer.redirect_chain == [("/you/closed/", 302)]
    assert "Your side is closed. No mail went out." in answer.content.decode()
    assert Membership.objects.get(person=cast.ana).left_at == clock.at
    assert User.objects.get(pk=cast.ana.pk).mail_ref != reference, "the leaver's links for stopping mail end"
    assert theirs_before == (
        model_to_dict(Membership.objects.get(person=cast.ben)),
        model_to_dict(User.objects.get(pk=cast.ben.pk)),
    )
    assert viewer_of(cast.ana, now=clock.at).state is CoupleState.NONE
    assert viewer_of(cast.ben, now=clock.at).state is CoupleState.RESTING
    assert not Mail.objects.exists()


def test_it_ends_an_open_rest(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    leave(client_of(cast.rita), cast.couples["rita"])
    assert Rest.objects.get(membership__person=cast.rita).ended_at == clock.at


def test_ports_are_told_with_the_membership(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []

    def left(*, membership: Membership, now: datetime) -> None:
        heard.append(("left", membership.person_id, membership.left_at))

    def changed(*, couple: Couple, now: datetime) -> None:
        heard.append(("changed", couple.pk))

    monkeypatch.setattr(ports.on_left, "_hooks", [left])
    monkeypatch.setattr(ports.on_standing_changed, "_hooks", [changed])
    couple = cast.couples["ana"]
    services.leave(person=cast.ana, couple_id=couple.pk, now=clock.at)
    assert heard == [("left", cast.ana.pk, clock.at), ("changed", couple.pk)]


def test_a_second_press_leads_to_what_is_true(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast.ana)
    for _ in range(2):
        assert leave(client, cast.couples["ana"]).status_code == 302
    at = Membership.objects.get(person=cast.ana).left_at
    assert client.get(URL)["Location"] == "/you/closed/"
    assert Membership.objects.get(person=cast.ana).left_at == at


@pytest.mark.parametrize("about", ["", "x", str(uuid.UUID(int=7)), "\x00", "9" * 500])
def test_a_page_about_another_couple_closes_nothing(
    cast: Cast, client_of: Callable[..., Client], about: str
) -> None:
    """An old page, left open since before a new link, must not close the new one."""
    assert client_of(cast.ana).post(URL, {"about": about}).status_code in {302, 400}
    assert Membership.objects.get(person=cast.ana).left_at is None


def test_the_page_is_the_same_for_the_second_as_for_the_first(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    before = without_tokens(client_of(cast.ben).get(URL))
    leave(client_of(cast.ana), cast.couples["ana"])
    assert without_tokens(client_of(cast.ben).get(URL)) == before


def test_only_then_can_the_second_link_anew(cast: Cast, client_of: Callable[..., Client], clock: Moved) -> None:
    leave(client_of(cast.ana), cast.couples["ana"])
    with pytest.raises(Exception, match="Close your side first"):
        linking.invite(inviter=cast.ben, address="jo@mail.example", shown_name="Ben", now=clock.at)
    leave(client_of(cast.ben), cast.couples["ana"])
    linking.invite(inviter=cast.ben, address=cast.ana.email, shown_name="Ben", now=clock.at)


def test_linking_again_is_a_new_couple_and_the_old_one_stays_shut(
    cast: Cast, client_of: Callable[..., Client], clock: Moved
) -> None:
    old = cast.couples["ana"]
    for person in (cast.ana, cast.ben):
        leave(client_of(person), old)
    row = linking.invite(inviter=cast.ben, address=cast.ana.email, shown_name="Ben", now=clock.at)
    linking.accept(person=cast.ana, invitation_id=row.pk, now=clock.at)
    new = linking.confirm(inviter=cast.ben, invitation_id=row.pk, now=clock.at)
    assert new is not None
    assert new.pk != old.pk
    viewer = viewer_of(cast.ana, now=clock.move(days=2))
    assert viewer.shares_with(new.pk)
    assert not viewer.shares_with(old.pk)
    assert not viewer.is_in(old.pk)


def test_who_may_enter(cast: Cast, client_of: Callable[..., Client]) -> None:
    assert client_of(None).get(URL).status_code == 302
    for outsider in (cast.sol, cast.theo):
        assert client_of(outsider).get(URL).status_code == 404
        assert leave(client_of(outsider), cast.couples["ana"]).status_code == 404
    assert Membership.objects.filter(couple=cast.couples["ana"], left_at=None).count() == 2
    for person in (cast.cora, cast.eve, cast.rita, cast.rob):
        assert client_of(person).get(URL).status_code == 200


def test_it_asks_for_no_password(cast: Cast, client_of: Callable[..., Client]) -> None:
    assert leave(client_of(cast.ana), cast.couples["ana"])["Location"] == "/you/closed/"
