"""Values as the text that PostgreSQL reads in bulk."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from accounts.mail import copying

pytestmark = pytest.mark.pure
IDENT = UUID("12345678-1234-4234-8234-123456789abc")
AT = datetime(2026, 9, 14, 19, 30, tzinfo=UTC)

TEXTS = [
    (IDENT, "12345678123442348234123456789abc"),
    (AT, "2026-09-14T19:30:00+00:00"),
    (date(2026, 9, 14), "2026-09-14"),
    (time(20, 30), "20:30:00"),
    (True, "t"),
    (False, "f"),
    (7, "7"),
    (-1, "-1"),
    (b"\x00\xff", "\\x00ff"),
    ("words", "words"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_plain(value: object, text: str) -> None:
    assert copying.plain(value) == text


@pytest.mark.parametrize("value", [datetime(2026, 9, 14, 19, 30), 1.5, object(), ["x"]])  # noqa: DTZ001
def test_what_no_column_takes(value: object) -> None:
    with pytest.raises(TypeError):
        copying.plain(value)


def test_lines() -> None:
    rows = [(IDENT, "a\tb", None, AT), (IDENT.hex, "c\\d\n", 3, AT)]
    assert copying.lines(rows, tail=[False, b"\x01"]) == (
        f"{IDENT.hex}\ta\\tb\t\\N\t2026-09-14T19:30:00+00:00\tf\t\\\\x01\n"
        f"{IDENT.hex}\tc\\\\d\\n\t3\t2026-09-14T19:30:00+00:00\tf\t\\\\x01\n"
    )


ARRAYS = [
    ([], "{}"),
    ([None, 1, 2], "{NULL,1,2}"),
    ([IDENT, "0" * 32], "{12345678123442348234123456789abc," + "0" * 32 + "}"),
    (["a b", "", "null", 'say "x"', "c\\d"], '{"a b","","null","say \\"x\\"","c\\\\d"}'),
    ([b"\x01"], '{"\\\\x01"}'),
]


@pytest.mark.parametrize(("values", "text"), ARRAYS)
def test_array(values: list[object], text: str) -> None:
    assert copying.array(values) == text
