"""The key file."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.vault import ring


@pytest.fixture
def path(tmp_path: Path, settings: Any) -> Path:
    settings.KEYS_FILE = tmp_path / "sub" / "keys.json"
    return Path(settings.KEYS_FILE)


def test_a_new_file_is_its_owners_alone(path: Path) -> None:
    ring.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(ring.load().keys) == {"k1"}
    assert ring.load().keys["k1"] != ring.load().mac


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    ring.create(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        ring.create(path)
    assert path.read_bytes() == before


def test_a_missing_file_is_named_in_words(path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="make_keys"):
        ring.load()


@pytest.mark.parametrize("wrong", ["", "{}", "[]", '{"current": "k1", "keys": {"k1": "?"}}'])
def test_a_broken_file_is_refused(path: Path, wrong: str) -> None:
    path.parent.mkdir()
    path.write_text(wrong)
    with pytest.raises(ImproperlyConfigured):
        ring.load()


def test_a_second_key_becomes_current_and_the_first_stays(path: Path) -> None:
    ring.create(path)
    first = ring.load()
    assert ring.add_key(path) == "k2"
    second = json.loads(path.read_text())
    assert second["current"] == "k2"
    assert set(second["keys"]) == {"k1", "k2"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert ring.drop_keys(path, keep="k2") == ["k1"]
    assert ring._read(path).mac == first.mac
