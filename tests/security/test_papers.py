"""What docs/security says is there: each named test exists, and says which requirement it is for."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from repair.env import BASE_DIR
from tests.security.seeds import SEEDS

pytestmark = pytest.mark.pure
ROOT = Path(BASE_DIR)
with (ROOT / "docs/security/asvs.csv").open(newline="") as source:
    ROWS = list(csv.DictReader(source))
ATTEMPTS = re.findall(
    r"^\| (\d+) \|.*`(tests/[^`]+)` \|$", (ROOT / "docs/security/attempts.md").read_text(), re.MULTILINE
)


@cache
def functions_in(file: str) -> dict[str, str]:
    """Each test of a file with its docstring."""
    tree = ast.parse((ROOT / file).read_text())
    return {n.name: ast.get_docstring(n) or "" for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


def exists(node: str) -> bool:
    file, _, name = node.partition("::")
    return (ROOT / file).exists() and (not name or name in functions_in(file))


def test_there_are_seventy_nine_requirements_each_answered() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) == 79
    assert {row["answer"] for row in ROWS} <= {"yes", "tested", "no", "not applicable"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_an_answer_has_what_it_needs(row: dict[str, str]) -> None:
    if row["answer"] in {"yes", "tested"}:
        file, _, name = row["test"].partition("::")
        assert exists(row["test"])
        assert re.search(rf"\b{re.escape(row['id'])}\b", functions_in(file)[name]), "the docstring carries the id"
    else:
        assert row["reason"]
        assert not row["test"]
    assert (row["answer"] == "yes") == bool(row["seeded_fault"])
    assert not row["seeded_fault"] or exists(row["seeded_fault"])
    sown, _, fault = row["seeded_fault"].partition("::")
    assert sown != "tests/security/seeds.py" or SEEDS[fault].test == row["test"]


def test_there_are_at_least_forty_attempts() -> None:
    assert [int(number) for number, _ in ATTEMPTS] == list(range(1, len(ATTEMPTS) + 1))
    assert len(ATTEMPTS) >= 40


@pytest.mark.parametrize(("number", "node"), ATTEMPTS, ids=[number for number, _ in ATTEMPTS])
def test_every_attempt_is_kept_as_a_test(number: str, node: str) -> None:
    assert exists(node)
