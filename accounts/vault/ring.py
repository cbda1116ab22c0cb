"""The key encryption keys: a small file outside the database, mode 0600, read once per process.

The file is JSON: `current` names the key that wraps new data keys, `keys` holds them all in base64, `mac` the
root of every keyed hash (it never rotates, or signatures would no longer hold).
"""

import base64
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.vault import crypto


@dataclass(frozen=True)
class Ring:
    """Key encryption keys by id, the id in use, and the root of keyed hashes."""

    current: str
    keys: dict[str, bytes]
    mac: bytes


_lock = threading.Lock()
_loaded: dict[tuple[str, int, int], Ring] = {}


def load() -> Ring:
    """The ring of this run. Raises ImproperlyConfigured when the file is missing or cannot be read."""
    path = Path(settings.KEYS_FILE)
    try:
        seen = path.stat()
    except FileNotFoundError as error:
        message = f"there is no key file at {path.name}: make one with `manage.py make_keys`"
        raise ImproperlyConfigured(message) from error
    stamp = (str(path), seen.st_mtime_ns, seen.st_ino)  # a replaced file has another inode
    with _lock:
        if stamp not in _loaded:
            _loaded.clear()
            _loaded[stamp] = _read(path)
        return _loaded[stamp]


def _read(path: Path) -> Ring:
    try:
        raw = json.loads(path.read_text())
        keys = {name: base64.b64decode(value) for name, value in raw["keys"].items()}
        return Ring(current=raw["current"], keys=keys, mac=base64.b64decode(raw["mac"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured("the key file is not in the form this version reads") from error


def create(path: Path) -> None:
    """A new key file with one key, mode 0600. Raises FileExistsError rather than overwrite one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_new(path, {"current": "k1", "keys": {"k1": _fresh()}, "mac": _fresh()})


def add_key(path: Path) -> str:
    """Add a key and make it current; the old ones stay readable. Returns the new key's id."""
    raw = json.loads(path.read_text())
    name = f"k{1 + max(int(k[1:]) for k in raw['keys'])}"
    raw["keys"][name] = _fresh()
    raw["current"] = name
    _replace(path, raw)
    return name


def drop_keys(path: Path, *, keep: str) -> list[str]:
    """Forget all keys but `keep`. Returns the ids dropped."""
    raw = json.loads(path.read_text())
    gone = [name for name in raw["keys"] if name != keep]
    raw["keys"] = {keep: raw["keys"][keep]}
    _replace(path, raw)
    return gone


def _fresh() -> str:
    return base64.b64encode(crypto.new_key()).decode()


def _write_new(path: Path, raw: dict[str, object]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(raw, out)
        out.flush()
        os.fsync(out.fileno())


def _replace(path: Path, raw: dict[str, object]) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    _write_new(beside, raw)
    beside.replace(path)
