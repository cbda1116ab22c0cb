"""Tables for spreadsheets: nothing in a cell is calculated, and nothing is lost. (OWASP ASVS 5.0.0, 1.2.10)"""

import csv
import io
import unicodedata
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.access import viewer_of
from accounts.privacy import export
from accounts.privacy.table import BYTE_ORDER_MARK, as_csv, escaped, unescaped
from checkins.prompts.sheets import Share
from tests.accounts.users.helpers import proved
from tests.cast import Cast
from tests.checkins.make import make_evening, send
from tests.conftest import Moved

LEADS = ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "﹢", "﹣", "⁺", "\u2212", "\n"]
HIDERS = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", " \u2060 ", "\u0301"]
cells = st.one_of(
    st.text(max_size=12),
    st.builds(
        "".join, st.tuples(st.sampled_from(HIDERS), st.sampled_from([*LEADS, "'", '"']), st.text(max_size=6))
    ),
)


@pytest.mark.parametrize("hider", HIDERS, ids=ascii)
@pytest.mark.parametrize("lead", LEADS, ids=ascii)
def test_what_could_be_calculated_has_an_apostrophe(lead: str, hider: str) -> None:
    """ASVS 1.2.10."""
    assert escaped(f"{hider}{lead}1+1") == f"'{hider}{lead}1+1"


@pytest.mark.parametrize("cell", ["", "5", "Safe", "1-2", "a=b", "mail@home", "— so", "é", "🙂", " 5"])
def test_ordinary_words_stay_as_they_are(cell: str) -> None:
    assert escaped(cell) == cell


@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=4))
@example([["=1+1", "'=1", "''", '"', "a\r\nb", "\0"]])
def test_no_cell_is_a_formula_and_every_cell_comes_back(rows: list[list[str]]) -> None:
    """ASVS 1.2.10; RFC 4180 both ways."""
    text = as_csv(rows)
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True))
    assert [[unescaped(cell) for cell in row] for row in read] == rows
    for cell in (cell for row in read for cell in row):
        folded = unicodedata.normalize("NFKC", cell.strip())
        assert not folded.startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r", "\0"))


def test_every_cell_stands_in_quotes() -> None:
    assert as_csv([["a", 5], [None, "b"]]) == f'{BYTE_ORDER_MARK}"a","5"\r\n"","b"\r\n'


def _table(person: object) -> list[list[str]] | None:
    archive = zipfile.ZipFile(io.BytesIO(proved(person).post("/you/export/").content))  # type: ignore[arg-type]
    if "marks.csv" not in archive.namelist():
        return None
    text = archive.read("marks.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_ones_own_marks_are_a_table_in_the_file_and_nobody_elses(cast: Cast, clock: Moved) -> None:
    evening = make_evening(cast, now=clock.at)
    send(evening.ana, at=clock.at, marks={"safe": 2, "close": 6}, private=frozenset({"close"}))
    send(evening.ben, at=clock.at, marks={"safe": 7, "close": 7}, share=Share.NONE)
    found = _table(cast.ana)
    assert found is not None
    head, *rows = found
    assert head == ["date", "questions", "question", "mark", "of", "kept to yourself"]
    assert [(row[0], row[3], row[5]) for row in rows] == [("2026-09-14", "2", "no"), ("2026-09-14", "6", "yes")]
    his = _table(cast.ben)
    assert his is not None
    assert {(row[3], row[5]) for row in his[1:]} == {("7", "yes")}


def test_who_marked_nothing_gets_no_table(cast: Cast, clock: Moved) -> None:
    assert _table(cast.sol) is None
    assert export.tables(viewer_of(cast.theo, now=clock.at)) == {}
