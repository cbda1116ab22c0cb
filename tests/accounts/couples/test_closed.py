"""Closed plans: the couples one has left and the one that rests, with what stays one's own."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.access import Viewer
from accounts.couples import ports
from accounts.couples.models import Membership
from accounts.users.models import User
from accounts.vault import services as vault
from tests.cast import Cast
from tests.conftest import Moved

URL = "/you/closed/"


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A room above that shows one part."""
    asked: list[Any] = []

    def shows(*, viewer: Viewer, couple_id: uuid.UUID) -> list[ports.Part]:
        asked.append((viewer.person_id, couple_id))
        return [("Your answers", "accounts/couples/_closed_note.html", {})]

    monkeypatch.setattr(ports.closed_parts, "_hooks", [shows])
    return asked


def test_who_has_left_finds_it_with_the_others_name(cast: Cast, client_of: Callable[..., Client]) -> None:
    text = client_of(cast.drew).get(URL).content.decode()
    assert "With Eve" in text
    assert "Closed by you" in text


def test_while_it_rests_both_find_it(cast: Cast, client_of: Callable[..., Client]) -> None:
    for person, other in ((cast.rita, "Rob"), (cast.rob, "Rita"), (cast.eve, "Drew")):
        text = client_of(person).get(URL).content.decode()
        assert f"With {other}" in text
        assert "Resting" in text


def test_it_is_empty_for_others(cast: Cast, client_of: Callable[..., Client]) -> None:
    for person in (cast.ana, cast.sol, cast.cora):
        assert "There is none." in client_of(person).get(URL).content.decode()


def test_a_plan_shows_the_parts_of_the_rooms_above(
    cast: Cast, client_of: Callable[..., Client], part: list[Any]
) -> None:
    couple = cast.couples["drew"].pk
    page = client_of(cast.drew).get(f"{URL}{couple}/")
    assert "Your answers" in page.content.decode()
    assert "Your invitation is closed" in page.content.decode(), "the part's own template"
    assert part == [(cast.drew.pk, couple)]


@pytest.mark.parametrize("who", ["ana", "sol", "theo", "cleo", "rita"])
def test_anybody_elses_plan_is_404(
    cast: Cast, client_of: Callable[..., Client], part: list[Any], who: str
) -> None:
    for couple in (cast.couples["drew"].pk, cast.couples["ana"].pk, uuid.uuid4()):
        assert client_of(getattr(cast, who)).get(f"{URL}{couple}/").status_code == 404
    assert part == []


@pytest.mark.parametrize("odd", ["x", "0", "%00", "9" * 400])
def test_an_address_that_is_none_is_404(cast: Cast, client_of: Callable[..., Client], odd: str) -> None:
    assert client_of(cast.drew).get(f"{URL}{odd}/").status_code in {400, 404}


def test_the_others_erasure_does_not_alter_it(
    cast: Cast, client_of: Callable[..., Client], clock: Moved, part: list[Any]
) -> None:
    couple = cast.couples["drew"].pk
    before = [client_of(cast.drew).get(path).content for path in (URL, f"{URL}{couple}/")]
    User.objects.filter(pk=cast.eve.pk).update(erased_at=clock.at)
    vault.destroy_key(vault.Owner.person(cast.eve.pk), now=clock.at)
    assert [client_of(cast.drew).get(path).content for path in (URL, f"{URL}{couple}/")] == before


def test_the_number_of_queries_does_not_grow_with_the_list(
    cast: Cast, client_of: Callable[..., Client], clock: Moved, django_assert_max_num_queries: Any
) -> None:
    from tests.cast import make_couple, make_person

    for number in range(5):
        couple = make_couple(cast.drew, make_person(f"P{number}", now=clock.at), now=clock.at)
        Membership.objects.filter(couple=couple, person=cast.drew).update(left_at=clock.at)
    client = client_of(cast.drew)
    client.get(URL)
    with django_assert_max_num_queries(10):
        assert len(client.get(URL).context["plans"]) == 6
