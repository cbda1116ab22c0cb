"""Resting: one press, one person; and going on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.couples import ports, services
from accounts.couples.models import Couple, Membership, Rest
from accounts.couples.queries import pair_of
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.users.models import User
from accounts.vault import services as vault
from tests.cast import Cast
from tests.conftest import Moved

URL = "/you/rest/"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Couple]:
    """Couples whose change of standing the rooms above were told of."""
    heard: list[Couple] = []

    def hook(*, couple: Couple, now: datetime) -> None:
        heard.append(couple)

    monkeypatch.setattr(ports.on_standing_changed, "_hooks", [hook])
    return heard


def test_the_page_names_the_other_and_asks_for_no_reason(cast: Cast, client_of: Callable[..., Client]) -> None:
    text = client_of(cast.ana).get(URL).content.decode()
    assert "Ben sees “This plan is resting”" in text
    assert "<textarea" not in text
    assert 'type="password"' not in text


def test_one_press_stops_it_for_both(
    cast: Cast, client_of: Callable[..., Client], clock: Moved, told: list[Couple]
) -> None:
    answer = client_of(cast.ana).post(URL)
    assert answer.url == "/today/"
    assert "You began this rest" in client_of(cast.ana).get("/today/").content.decode()
    assert client_of(cast.ana).get(URL).url == "/today/"
    for person in (cast.ana, cast.ben):
        assert viewer_of(person, now=clock.at).state is CoupleState.RESTING
    assert Rest.objects.filter(membership__person=cast.ana, ended_at=None).count() == 1
    assert Membership.objects.get(person=cast.ben).rested_at is None, "only the actor's own row is written"
    assert told == [cast.couples["ana"]]
    assert not Mail.objects.exists()


def test_a_second_press_changes_nothing(
    cast: Cast, client_of: Callable[..., Client], clock: Moved, told: list[Couple]
) -> None:
    client_of(cast.ana).post(URL)
    at = Membership.objects.get(person=cast.ana).rested_at
    clock.move(minutes=1)
    client_of(cast.ana).post(URL)
    assert Membership.objects.get(person=cast.ana).rested_at == at
    assert Rest.objects.filter(membership__person=cast.ana).count() == 1
    assert len(told) == 1


def test_only_the_resting_person_ends_it(
    cast: Cast, client_of: Callable[..., Client], clock: Moved, told: list[Couple]
) -> None:
    client_of(cast.ana).post(URL)
    assert client_of(cast.ben).post("/you/resume/").status_code == 302
    assert viewer_of(cast.ben, now=clock.at).state is CoupleState.RESTING
    clock.move(minutes=5)
    client_of(cast.ana).post("/you/resume/")
    assert viewer_of(cast.ben, now=clock.at).state is CoupleState.ACTIVE
    assert Rest.objects.get(membership__person=cast.ana).ended_at == clock.at
    assert len(told) == 2
    client_of(cast.ana).post("/you/resume/")
    assert len(told) == 2, "ending it twice is ending it once"


def test_if_both_rest_both_must_go_on(cast: Cast, clock: Moved) -> None:
    for person in (cast.ana, cast.ben):
        services.rest(person=person, now=clock.at)
    services.resume(person=cast.ana, now=clock.at)
    assert viewer_of(cast.ana, now=clock.at).state is CoupleState.RESTING
    services.resume(person=cast.ben, now=clock.at)
    assert viewer_of(cast.ana, now=clock.at).state is CoupleState.ACTIVE


def test_the_other_may_rest_too_and_is_not_told_that_it_rests_already(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    assert client_of(cast.rob).get(URL).status_code == 200
    client_of(cast.rob).post(URL)
    assert Membership.objects.get(person=cast.rob).rested_at is not None


def test_who_may_enter(cast: Cast, client_of: Callable[..., Client]) -> None:
    assert client_of(None).get(URL).status_code == 302
    for outsider in (cast.sol, cast.theo, cast.drew):
        assert client_of(outsider).get(URL).status_code == 404
        assert client_of(outsider).post(URL).status_code == 404
        assert client_of(outsider).post("/you/resume/").status_code == 404
    assert client_of(cast.cora).post(URL).status_code == 302


def test_the_preview_is_the_page_word_for_word(cast: Cast, client_of: Callable[..., Client]) -> None:
    shown = client_of(cast.ana).get("/you/rest/page/").content
    client_of(cast.ben).post(URL)
    assert client_of(cast.ana).get("/together/").content == shown


class TestNames:
    """A changed name reaches the couple's record, but not the other's pages while the plan rests."""

    @staticmethod
    def call_herself(person: User, name: str, now: datetime) -> None:
        vault.seal(person, "name", name)
        person.save(update_fields=["name"])
        services.rename(person=person, name=name, now=now)

    @staticmethod
    def seen_by(person: User, now: datetime) -> str:
        return pair_of(viewer_of(person, now=now)).other_name

    def test_at_once_while_active(self, cast: Cast, clock: Moved) -> None:
        self.call_herself(cast.ana, "Anna", clock.at)
        assert self.seen_by(cast.ben, clock.at) == "Anna"

    @pytest.mark.parametrize("cause", ["rest", "leave", "delete"])
    def test_not_while_it_rests(self, cast: Cast, clock: Moved, cause: str) -> None:
        if cause == "rest":
            services.rest(person=cast.ana, now=clock.at)
        if cause == "leave":
            services.leave(person=cast.ana, couple_id=cast.couples["ana"].pk, now=clock.at)
        if cause == "delete":
            User.objects.filter(pk=cast.ana.pk).update(delete_asked_at=clock.at)
        self.call_herself(cast.ana, "Anna", clock.at)
        assert self.seen_by(cast.ben, clock.at) == "Ana"

    def test_when_it_goes_on(self, cast: Cast, clock: Moved) -> None:
        services.rest(person=cast.ana, now=clock.at)
        self.call_herself(cast.ana, "Anna", clock.at)
        self.call_herself(cast.ben, "Benedict", clock.at)
        services.resume(person=cast.ana, now=clock.at)
        assert self.seen_by(cast.ben, clock.at) == "Anna"
        assert self.seen_by(cast.ana, clock.at) == "Benedict"

    def test_nothing_without_a_couple(self, cast: Cast, clock: Moved) -> None:
        services.rename(person=cast.sol, name="Solveig", now=clock.at)
        services.standing_changed(person=cast.sol, now=clock.at)


def test_a_closed_or_reopened_account_tells_the_rooms_above(cast: Cast, clock: Moved, told: list[Couple]) -> None:
    for fields in ({"suspended_at": clock.at}, {"suspended_at": None}):
        User.objects.filter(pk=cast.ana.pk).update(**fields)
        services.standing_changed(person=cast.ana, now=clock.at)
    assert told == [cast.couples["ana"]] * 2


def test_the_rooms_above_fail_and_nothing_is_half_done(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hook(**_: Any) -> None:
        raise RuntimeError("a room above fails")

    monkeypatch.setattr(ports.on_standing_changed, "_hooks", [hook])
    with pytest.raises(RuntimeError):
        services.rest(person=cast.ana, now=clock.at)
    assert Membership.objects.get(person=cast.ana).rested_at is None
    assert not Rest.objects.filter(membership__person=cast.ana).exists()
