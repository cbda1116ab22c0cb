"""Searching a database dump for what people typed: plain, and in the forms in which a leak could hide."""

import base64
import gzip
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

# Columns that hold words in clear by intent: a therapist's public profile; addresses; time zones.
_BLOB = re.compile(rb"\\\\x([0-9a-f]{8,})")


def forms_of(text: str) -> dict[str, bytes]:
    """A text as it could lie in a dump, by the name of the form."""
    raw = text.encode()
    found = {
        "plain": raw,
        "utf-16": text.encode("utf-16-le"),
        "hex": raw.hex().encode(),
        "escaped": text.encode("unicode_escape"),
    }
    # Base64 in all three alignments, without the edges that depend on what stands around.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        found[f"base64 at {shift}"] = coded[4 if shift else 0 : len(coded) - 4]
    return found


def hidden(dump: bytes) -> Iterable[bytes]:
    """The dump itself, each binary column decoded, and whatever of those was compressed."""
    yield dump
    for match in _BLOB.finditer(dump):
        blob = bytes.fromhex(match[1].decode()[: len(match[1]) // 2 * 2])
        yield blob
        for unpack in (gzip.decompress, zlib.decompress):
            try:
                yield unpack(blob)
            except (OSError, EOFError, zlib.error):
                continue


def leaks(dump: bytes, typed: Iterable[str]) -> list[str]:
    """Which typed texts a dump holds, and in which form."""
    wanted = [(text, form, needle) for text in set(typed) for form, needle in forms_of(text).items() if needle]
    found = []
    for part in hidden(dump):
        found += [f"{text!r} as {form}" for text, form, needle in wanted if needle in part]
    return sorted(set(found))


def dump_of(path: Path) -> bytes:
    """The bytes of a database file and of what lies beside it (the write-ahead log)."""
    return b"".join(p.read_bytes() for p in sorted(path.parent.glob(path.name + "*")))
