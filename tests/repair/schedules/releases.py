"""Releases of tzdata made up for tests: one zone, one rule each."""

import io
import struct
from zoneinfo import ZoneInfo


def tzif(rule: str) -> bytes:
    """The content of a time zone file made of one POSIX rule, as a release of tzdata would bring it."""
    empty = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    one_type = struct.pack(">lbb", 0, 0, 0) + b"LMT\0"
    return (empty + one_type) * 2 + b"\n" + rule.encode() + b"\n"


def zone_by_rule(rule: str) -> ZoneInfo:
    """A zone made of one POSIX rule."""
    return ZoneInfo.from_file(io.BytesIO(tzif(rule)), key="Made/Up")
