"""Rotating the key encryption key."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.access import viewer_of
from accounts.vault import ring, rotation
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from tests.cast import Cast


@pytest.fixture
def own_ring(tmp_path: Path, settings: Any) -> Path:
    settings.KEYS_FILE = tmp_path / "keys.json"
    ring.create(settings.KEYS_FILE)
    return Path(settings.KEYS_FILE)


def _name(cast: Cast) -> Any:
    return vault.open(viewer_of(cast.ana, now=cast.ana.date_joined), cast.ana, "name")


def test_everything_opens_after_a_rotation_and_nothing_needs_the_old_key(own_ring: Path, cast: Cast) -> None:
    keys = DataKey.objects.count()
    rotation.start()
    assert rotation.left_over() == keys
    assert _name(cast) == "Ana"
    with pytest.raises(RuntimeError, match="still need"):
        rotation.finish()
    assert rotation.rewrap(batch=7) == keys
    assert rotation.left_over() == 0
    assert rotation.finish() == ["k1"]
    assert _name(cast) == "Ana"


def test_a_stopped_rotation_goes_on_where_it_was(
    own_ring: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation.start()
    calls = iter(range(100))
    wrap = rotation.crypto.wrap

    def dies(dek: bytes, *, kek: bytes) -> bytes:
        if next(calls) == 12:
            raise KeyboardInterrupt
        return wrap(dek, kek=kek)

    monkeypatch.setattr(rotation.crypto, "wrap", dies)
    with pytest.raises(KeyboardInterrupt):
        rotation.rewrap(batch=5)
    monkeypatch.undo()
    assert 0 < rotation.left_over() < DataKey.objects.count()
    assert _name(cast) == "Ana"
    call_command("rotate_keys", "--resume", "--drop-old")
    assert rotation.left_over() == 0
    assert _name(cast) == "Ana"


def test_a_destroyed_key_is_left_destroyed(own_ring: Path, cast: Cast) -> None:
    vault.destroy_key(vault.Owner.person(cast.ana.pk), now=cast.ana.date_joined)
    rotation.start()
    rotation.rewrap()
    assert bytes(DataKey.objects.get(owner_id=cast.ana.pk).wrapped) == b""
