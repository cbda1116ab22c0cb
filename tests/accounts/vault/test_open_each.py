"""`open_each`: the same as `open`, for many rows and without building them."""

import uuid

import pytest
from django.http import Http404

from accounts.access import Purpose, system
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import Owner
from tests.cast import Cast
from tests.conftest import Moved


def rows() -> list[tuple[uuid.UUID, bytes]]:
    return [(pk, bytes(sealed)) for pk, sealed in User.objects.exclude(settings=b"").values_list("pk", "settings")]


def test_it_says_what_open_says(cast: Cast, clock: Moved) -> None:
    viewer = system(Purpose.MAIL, now=clock.at)
    found = vault.open_each(viewer, User, "settings", rows())
    assert len(found) == len(rows()) > 10
    assert found == {person.pk: vault.open(viewer, person, "settings") for person in User.objects.all()}


def test_a_destroyed_key_leaves_its_row_out(cast: Cast, clock: Moved) -> None:
    vault.destroy_key(Owner.person(cast.ana.pk), now=clock.at)
    found = vault.open_each(system(Purpose.MAIL, now=clock.at), User, "settings", rows())
    assert cast.ana.pk not in found
    assert cast.ben.pk in found


def test_nobody_else_opens_it(cast: Cast, clock: Moved) -> None:
    with pytest.raises(Http404):
        vault.open_each(system(Purpose.GRANTS, now=clock.at), User, "settings", rows())


def test_bytes_moved_to_another_row_do_not_open(cast: Cast, clock: Moved) -> None:
    (first, one), (second, other) = rows()[:2]
    with pytest.raises(vault.CannotOpen):
        vault.open_each(system(Purpose.MAIL, now=clock.at), User, "settings", [(first, other), (second, one)])
