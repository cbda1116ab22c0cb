"""“People I never want mail from”: a page for its owner alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.couples import landing, linking
from accounts.couples.models import Invitation, Never
from accounts.users.models import User
from tests.cast import Cast, make_person
from tests.conftest import Moved

Invited = Callable[[User, str], Invitation]
URL = "/you/nevers/"


@pytest.fixture
def never(cast: Cast, invited: Invited, clock: Moved) -> Never:
    """Drew said never to Sol."""
    found = landing.by_id(invited(cast.sol, cast.drew.email).pk)
    assert found is not None
    linking.never(invitation=found, person=cast.drew, now=clock.at)
    return Never.objects.get()


def test_it_names_whom_and_since_when(cast: Cast, client_of: Callable[..., Client], never: Never) -> None:
    text = client_of(cast.drew).get(URL).content.decode()
    assert "<b>Sol</b>" in text
    assert "since 14 September 2026" in text


def test_said_without_an_account_it_has_no_name_and_is_found_by_the_address(
    cast: Cast, client_of: Callable[..., Client], invited: Invited, clock: Moved
) -> None:
    found = landing.by_id(invited(cast.sol, "nia@mail.example").pk)
    assert found is not None
    linking.never(invitation=found, person=None, now=clock.at)
    nia = make_person("Nia", now=clock.at)
    text = client_of(nia).get(URL).content.decode()
    assert "Someone who wrote to your address" in text
    assert "Sol" not in text


def test_said_on_a_page_that_a_yes_overtook_it_takes_the_yes_back(
    cast: Cast, invited: Invited, clock: Moved
) -> None:
    """The later word holds: no link comes of the yes, and to the inviter it looks like any other end."""
    row = invited(cast.sol, cast.drew.email)
    found = landing.by_id(row.pk)
    assert found is not None
    linking.accept(person=cast.drew, invitation_id=row.pk, now=clock.at)
    linking.never(invitation=found, person=cast.drew, now=clock.at)
    assert linking.confirm(inviter=cast.sol, invitation_id=row.pk, now=clock.at) is None
    assert Never.objects.exists()


@pytest.mark.parametrize("who", ["sol", "ana", "ivy", "eve"])
def test_others_neither_see_nor_lift_it(
    cast: Cast, client_of: Callable[..., Client], never: Never, who: str
) -> None:
    client = client_of(getattr(cast, who))
    assert "Nobody." in client.get(URL).content.decode()
    assert client.post(URL, {"about": never.pk}).url == URL
    assert Never.objects.exists()


def test_it_can_be_lifted_once_and_again(cast: Cast, client_of: Callable[..., Client], never: Never) -> None:
    client = client_of(cast.drew)
    for _ in range(2):
        assert client.post(URL, {"about": never.pk}).url == URL
    assert not Never.objects.exists()
    assert "Nobody." in client.get(URL).content.decode()


def test_who_may_enter(cast: Cast, client_of: Callable[..., Client]) -> None:
    assert client_of(None).get(URL).status_code == 302
    assert client_of(cast.theo).get(URL).status_code == 404
    for person in (cast.ana, cast.eve, cast.cora, cast.sol):
        assert client_of(person).get(URL).status_code == 200
