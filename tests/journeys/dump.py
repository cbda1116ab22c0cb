"""Searching what a site leaves behind for what people typed: plain, and in the forms in which a leak could be."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_HEX = re.compile(rb"(?:[0-9a-f]{2}){16,}|(?:[0-9A-F]{2}){16,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")  # how gzip and zlib begin
_MOST = 1 << 18  # bytes of a packed piece that are looked at

Wanted = str | bytes  # words, or the bytes of a key


def forms_of(wanted: Wanted) -> dict[str, bytes]:
    """A text or key as it could lie somewhere, by the name of the form."""
    raw = wanted.encode() if isinstance(wanted, str) else wanted
    found = {
        "plain": raw,
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "url": "".join(f"%{byte:02X}" for byte in raw).encode(),
    }
    if isinstance(wanted, str):
        found |= {
            "quoted": quote(wanted).encode(),
            "utf-16": wanted.encode("utf-16-le"),
            "utf-16, the other way round": wanted.encode("utf-16-be"),
            "escaped": wanted.encode("unicode_escape"),
        }
    # Base64 in all three alignments, without the edges that depend on what stands around.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        inner = coded[4 if shift else 0 : len(coded) - 4]
        found |= {f"base64 at {shift}": inner, f"base64url at {shift}": inner.translate(_URL_SAFE)}
    return found


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_USUAL = bytes.maketrans(b"-_", b"+/")


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes themselves; what stands in them as hex or base64, decoded; and what any of that had packed."""
    yield data
    decoded = b"\n".join(_decoded(data))
    yield decoded
    yield b"\n".join((*_unpacked(data), *_unpacked(decoded)))


def _decoded(data: bytes) -> Iterator[bytes]:
    for match in _HEX.finditer(data):
        yield bytes.fromhex(match[0].decode())
    for match in _BASE64.finditer(data):
        word = match[0].translate(_USUAL)
        yield binascii.a2b_base64(word[: len(word) // 4 * 4])


def _unpacked(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for match in _PACKED.finditer(data):
        # Of zlib the bare stream, so that a checksum cut off does not matter.
        skip, wbits = (0, 31) if match[0][0] == 0x1F else (2, -15)
        begin = match.start() + skip
        try:
            yield zlib.decompressobj(wbits).decompress(view[begin : begin + _MOST], _MOST)
        except zlib.error:
            continue


def leaks(data: bytes, wanted: Iterable[Wanted]) -> list[str]:
    """Which of the wanted texts and keys these bytes hold, and in which form. A key is named by its number."""
    needles = [
        (each if isinstance(each, str) else f"key {number}", form, needle)
        for number, each in enumerate(dict.fromkeys(wanted))
        for form, needle in forms_of(each).items()
        if needle
    ]
    found = {f"{name!r} as {form}" for layer in layers(data) for name, form, needle in needles if needle in layer}
    return sorted(found)


def dump_of(path: Path) -> bytes:
    """The bytes of a database file and of what lies beside it (the write-ahead log)."""
    return b"".join(p.read_bytes() for p in sorted(path.parent.glob(path.name + "*")))
