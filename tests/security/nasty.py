"""Values that break sites: over three hundred, each as the bytes that go over the wire, each with a name."""

from collections.abc import Iterator

_INSIDE = ("", "a{}b")  # alone, and between two letters


def _numbers() -> Iterator[str]:
    for digits in (8, 16, 31, 32, 63, 64, 128):
        yield from (str(2**digits), str(-(2**digits)), str(2**digits - 1))
    yield from (
        "-0",
        "00",
        "+1",
        "1e3",
        "1E999",
        "-1E999",
        "NaN",
        "nan",
        "sNaN",
        "Infinity",
        "-inf",
        "0x1f",
        "1_000",
    )
    yield from (
        "1,5",
        "1.5",
        ".5",
        "5.",
        "--1",
        "1-1",
        "9" * 4299,
        "9" * 4400,
        "1" + "0" * 20,
        "½",
        "٣",
        "３",
        "²",
        "𝟙",
    )
    yield from (
        "True",
        "false",
        "None",
        "null",
        "undefined",
        "[]",
        "{}",
        "[1]",
        '{"a":1}',
        "on",
        "off",
        " 1 ",
        "1\t",
    )


def _dates() -> Iterator[str]:
    yield from (
        "0000-00-00",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "99999-01-01",
        "-0001-01-01",
    )
    yield from ("2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-1", "2026-11-31", "1582-10-10")
    yield from (
        "2026-W10",
        "2026-09-14T18:00",
        "2026-09-14T18:00:00Z",
        "2026-09-14 18:00",
        "14/09/2026",
        "2026-09-14+99:99",
    )
    yield from (
        "24:00",
        "25:61",
        "00:00",
        "23:59:59.999999",
        "12:60",
        "-1:00",
        "1:2",
        "99:99:99",
        "12:00 PM",
        "０７:００",
    )
    yield from (
        "Europe/Nowhere",
        "../../etc/localtime",
        "Etc/GMT+25",
        "posixrules",
        "Europe/Lisbon\n",
        "UTC+25",
        "/UTC",
    )


def _markup() -> Iterator[str]:
    yield from (
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>',
        "'-alert(1)-'", "</textarea>",
        "</title><script>", "<!--", "-->", "]]>", "<![CDATA[", "&lt;", "&#0;", "&#x110000;",
        "javascript:alert(1)", "data:text/html,x",
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
        "///evil.example", "http:evil", "/%09/evil.example",
        "{{ 7|add:7 }}", "{% debug %}", "{% load x %}", "{# x #}", "{{", "{%", "${7*7}", "#{7*7}",
        "<%= 7*7 %>", "{0.__class__}", "{}", "{0}",
        "{settings.SECRET_KEY}", "%s", "%n%n%n", "%(x)s", "%", "%%", "%d" * 50, "%00", "%c0%ae", "\\x00",
        "\\u0000", "\\",
        "' OR 1=1 --", "1; DROP TABLE x", "'; SELECT pg_sleep(9) --", '" OR ""="', "') OR ('1'='1",
        "1 UNION SELECT 1", "`id`", "$(id)", "| id",
        "; id", "&& id", "*)(uid=*", "../../../../etc/passwd", "..\\..\\win.ini", "file:///etc/passwd",
        "C:\\con", "con", "/dev/null", "~root",
        "=1+1", "+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", "=HYPERLINK(\"//e\")",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>",
        "O:8:\"stdClass\":0:{}", "__proto__", "constructor", "__class__", "!!python/object:x",
        "gASVCAAAAAAAAACMBHRlc3SULg==", "(((((((((((((((((((((a",
        "[[[[", "(?R)", "a{99999}", ".*", "(a+)+$", "*" * 500, "&amp;" * 200, "a@b.c", "a@b", "@",
        "a@" + "b" * 300 + ".example",
        '"a b"@mail.example', "a@[127.0.0.1]", "a@mail.example, b@mail.example",
        "a@mail.example\nBcc: b@mail.example", "ü@mail.example",
        "a@münchen.example", "a@xn--a.example", "a..b@mail.example", "<a@mail.example>",
        "=?utf-8?b?YQ==?=", "=?x?q?=0D=0ABcc:_b?=",
    )  # fmt: skip


def _lines() -> Iterator[str]:
    yield from (
        "a\r\nSet-Cookie: x=y",
        "a\nb",
        "a\rb",
        "\r\n\r\n<html>",
        "\n" * 3000,
        "\r\n" * 900,
        "a\u2028b",
        "a\u2029b",
        "a\x85b",
        "\x0b",
        "\x0c",
    )
    yield from (
        "2026-01-01 INFO root forged\n2026-01-01 INFO root line",
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\x1b[2J",
    )


def _letters() -> Iterator[str]:
    for code in [*range(1, 32), 127, *range(128, 160, 4)]:
        yield from (form.format(chr(code)) if form else chr(code) for form in _INSIDE)
    for sign in (
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\ufffd",
        "\u00ad",
        "\u034f",
        "\u3164",
        "\U000e0041",
        "\U0010ffff",
        "\ue000",
    ):
        yield from (form.format(sign) if form else sign for form in _INSIDE)
    yield from (
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈" * 300,
        "😀" * 2001,
        "e\u0301" * 500,
        "Z" + "\u0351" * 900,
        "ﷺ" * 300,
        "ǅ",
        "ß",
        "ẞ",
        "İ",
        "ı",
        "ſ",
        "K",
        "ﬁ",
        "Å",
    )
    yield from (
        "שלום",
        "مرحبا",
        "\u202etxt.exe",
        "日本語",
        "ཧཱུྃ",
        "𒐫",
        "꧅",
        "𝕳𝖊𝖑𝖑𝖔",
        "ＦＵＬＬ",
        "\u00a0",
        "\u3000",
        "\u2003" * 40,
        " " * 5000,
        "\t" * 100,
    )
    yield from (
        "",
        " ",
        "a",
        "A" * 40,
        "a" * 61,
        "a" * 255,
        "a" * 256,
        "a" * 1001,
        "a" * 4097,
        "a" * 65_537,
        "a" * 100_000,
        "ü" * 60_000,
        "a b " * 20_000,
    )


def _ids() -> Iterator[str]:
    yield from (
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "{00000000-0000-4000-8000-000000000000}",
    )
    yield from (
        "urn:uuid:00000000-0000-4000-8000-000000000000",
        "00000000000040008000000000000000",
        "0" * 31,
        "0" * 33,
        "g" * 36,
        "1 OR 1=1",
    )


_RAW = {
    "NUL": b"a\x00b", "NUL alone": b"\x00", "half a pair": b"\xed\xa0\x80",
    "the other half": b"\xed\xbf\xbf", "overlong": b"\xc0\xaf",
    "overlong NUL": b"\xc0\x80", "lone lead": b"\xe2\x82", "lone tail": b"\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80", "beyond": b"\xf4\x90\x80\x80",
    "latin-1": b"\xfc\xe9", "UTF-16": "a".encode("utf-16"), "UTF-32": "a".encode("utf-32"),
    "all bytes": bytes(range(256)), "gzip": b"\x1f\x8b\x08\x00", "BOM": b"\xef\xbb\xbf1",
    "signs, two halves": b"\xed\xa0\xbd\xed\xb8\x80", "much that is no text": b"\xff" * 9000,
}  # fmt: skip


def nasty() -> list[tuple[str, bytes]]:
    """(name, bytes) of every value, each once."""
    found: dict[bytes, str] = {raw: name for name, raw in _RAW.items()}
    for room in (_numbers, _dates, _markup, _lines, _letters, _ids):
        for value in room():
            shown = value if len(value) < 25 else f"{value[:18]}… ({len(value)})"
            found.setdefault(value.encode(), shown.encode("ascii", "backslashreplace").decode())
    return [(name, raw) for raw, name in found.items()]


NASTY = nasty()
WAYS = (
    "missing",
    "twice",
    "as a list",
    "nested",
    "as a file",
    "as a file's name",
    "as JSON",
    "as plain text",
    "charset",
)
