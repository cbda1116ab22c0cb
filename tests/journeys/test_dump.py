"""The search finds what is there: otherwise its silence would say nothing."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote

import pytest
from django.core import signing

from tests.journeys.dump import leaks

TEXT = "Half an hour after supper zaubernuss"
KEY = bytes(range(200, 232))

SEEDED = {
    "plain": f"COPY x\n1\t{TEXT}\n".encode(),
    "base64": b"COPY x\n1\t" + base64.b64encode(b"ab" + TEXT.encode() + b"tail"),
    "base64 shifted": b"COPY x\n1\t" + base64.b64encode(b"abc" + TEXT.encode() + b"tail"),
    "base64 shifted twice": b"COPY x\n1\t" + base64.b64encode(b"abcd" + TEXT.encode() + b"tail"),
    "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfe" + TEXT.encode() + b"tail"),
    "binary column": b"COPY x\n1\t\\\\x" + TEXT.encode().hex().encode(),
    "binary column in a statement": b"VALUES ('\\x" + b"00ff" + TEXT.encode().hex().encode() + b"'::bytea)",
    "capital hex": TEXT.encode().hex().upper().encode(),
    "gzip in a binary column": b"COPY x\n1\t\\\\x" + gzip.compress(TEXT.encode()).hex().encode(),
    "gzip in a file": b"\0\0" + gzip.compress(f"before {TEXT} after".encode()) + b"tail",
    "zlib in a file": b"\0\0" + zlib.compress(TEXT.encode(), 1),
    "packed in a session": signing.dumps({"a": TEXT, "b": "x" * 400}, key="k", compress=True).encode(),
    "packed and cut off": gzip.compress((TEXT + " and on" * 400).encode())[:-6],
    "utf-16": b"COPY x\n1\t" + TEXT.encode("utf-16-le"),
    "utf-16, the other way round": TEXT.encode("utf-16-be"),
    "in a query": b"GET /?q=" + quote(TEXT).encode(),
    "in a query, every sign": b"GET /?q=" + "".join(f"%{b:02X}" for b in TEXT.encode()).encode(),
    "a task's body": json.dumps({"body": base64.b64encode(json.dumps([TEXT]).encode()).decode()}).encode(),
}


@pytest.mark.pure
@pytest.mark.parametrize("form", SEEDED)
def test_a_seeded_leak_is_found(form: str) -> None:
    assert leaks(SEEDED[form], [TEXT])


@pytest.mark.pure
@pytest.mark.parametrize("form", ["as it is", "base64", "hex"])
def test_a_key_is_found_and_not_repeated(form: str) -> None:
    lying = {"as it is": KEY, "base64": base64.b64encode(KEY), "hex": KEY.hex().encode()}[form]
    found = leaks(b"before " + lying + b" after", [KEY])
    assert found
    assert "key 0" in found[0]


@pytest.mark.pure
def test_a_clean_dump_is_clean() -> None:
    assert leaks(b"COPY x\n1\t\\\\x00ff00ff\n", [TEXT, KEY]) == []
