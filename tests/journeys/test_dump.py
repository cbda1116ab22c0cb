"""The search of a dump finds what is there: otherwise its silence would say nothing."""

import base64
import gzip

import pytest

from tests.journeys.dump import leaks

TEXT = "Half an hour after supper zaubernuss"


@pytest.mark.parametrize(
    "dump",
    [
        f"COPY x\n1\t{TEXT}\n".encode(),
        b"COPY x\n1\t" + base64.b64encode(b"ab" + TEXT.encode() + b"tail"),
        b"COPY x\n1\t" + base64.b64encode(b"abc" + TEXT.encode() + b"tail"),
        b"COPY x\n1\t" + base64.b64encode(b"abcd" + TEXT.encode() + b"tail"),
        b"COPY x\n1\t\\\\x" + TEXT.encode().hex().encode(),
        b"COPY x\n1\t\\\\x" + gzip.compress(TEXT.encode()).hex().encode(),
        b"COPY x\n1\t" + TEXT.encode("utf-16-le"),
    ],
    ids=["plain", "base64", "base64 shifted", "base64 shifted twice", "binary column", "gzip", "utf-16"],
)
def test_a_seeded_leak_is_found(dump: bytes) -> None:
    assert leaks(dump, [TEXT])


def test_a_clean_dump_is_clean() -> None:
    assert leaks(b"COPY x\n1\t\\\\x00ff00ff\n", [TEXT]) == []
