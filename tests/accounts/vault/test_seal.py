"""Sealing and opening."""

import pytest
from django.http import Http404

from accounts.access import viewer_of
from accounts.vault import services as vault
from accounts.vault.crypto import CannotOpen
from tests.cast import Cast


def test_a_name_opens_for_its_owner_and_for_nobody_else(cast: Cast) -> None:
    mine = viewer_of(cast.ana, now=cast.ana.date_joined)
    theirs = viewer_of(cast.ben, now=cast.ana.date_joined)
    assert vault.open(mine, cast.ana, "name") == "Ana"
    with pytest.raises(Http404):
        vault.open(theirs, cast.ana, "name")


def test_text_cannot_be_assigned(cast: Cast) -> None:
    with pytest.raises(TypeError, match="sealed bytes only"):
        cast.ana.name = "Ana"


def test_sealed_bytes_do_not_open_in_another_row(cast: Cast) -> None:
    cast.ben.name = cast.ana.name
    with pytest.raises(CannotOpen):
        vault.open(viewer_of(cast.ben, now=cast.ben.date_joined), cast.ben, "name")


def test_a_destroyed_key_is_gone_with_the_next_request(cast: Cast) -> None:
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=cast.ana.date_joined)
    with pytest.raises(CannotOpen):
        vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), cast.ana, "name")
