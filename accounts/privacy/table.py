"""One's own marks as a table for a spreadsheet: CSV in which no cell can be taken for a formula.

RFC 4180 with every cell in quotes, UTF-8 with a byte order mark (spreadsheets guess wrongly without one). A cell
that a spreadsheet could calculate gets an apostrophe before it, as OWASP ASVS 5.0.0, 1.2.10 asks; so does one that
begins with an apostrophe itself, so that `unescaped` always gives back what was there.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

BYTE_ORDER_MARK = "\ufeff"
_CALCULATED = frozenset("=+-@\u2212")  # after folding; the last is the mathematical minus
_CONTROLS = frozenset("\t\r\n\0")


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """`rows` as the text of a CSV file, each cell escaped; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([escaped("" if cell is None else str(cell)) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def escaped(cell: str) -> str:
    """`cell`, with an apostrophe before it where a spreadsheet could take it for a formula."""
    return f"'{cell}" if _needs_apostrophe(cell) else cell


def unescaped(cell: str) -> str:
    """What `escaped` was given."""
    return cell.removeprefix("'")


def _needs_apostrophe(cell: str) -> bool:
    """Whether the first sign counts, behind spaces and signs nobody sees; of those a tab, a line's end and NUL
    count too. Full-width and other compatibility forms (`＝`, `﹢`, `⁻`) fold onto the plain ones (NFKC)."""
    if cell.startswith("'"):
        return True
    unseen = "".join(takewhile(_unseen, cell))
    first = cell[len(unseen) : len(unseen) + 1]
    return not _CONTROLS.isdisjoint(unseen) or unicodedata.normalize("NFKC", first)[:1] in _CALCULATED


def _unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"}


__all__ = ["BYTE_ORDER_MARK", "as_csv", "escaped", "unescaped"]
