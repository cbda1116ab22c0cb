"""What the site's own code must not do, read from the code: SQL and templates made of words, markup marked as
safe, patterns that a long text can hold up."""

import ast
import re
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from repair.boundaries import mirror
from repair.env import BASE_DIR
from tests.security import tally

pytestmark = pytest.mark.pure
ROOT = Path(BASE_DIR)

# Statements that are not one literal, and why none of them carries a value: values are parameters everywhere.
SQL_MADE = {
    "accounts/mail/claims.py": "statements of Django’s own compiler, with a lock behind; names of tables",
    "accounts/mail/trips.py": "statements written down once, prepared by their name",
    "accounts/vault/rotation.py": "the name of a table",
}
# Markup marked as safe, and why it is.
SAFE_MADE = {
    "accounts/mail/message.py": "a filler of our own",
    "accounts/pages/templatetags/kept.py": "drawings of our own; what a template has rendered",
    "accounts/users/adapter.py": "a drawing made of squares",
    "checkins/caseload/overview.py": "the drawing escapes all text itself",
    "checkins/progress/story.py": "the drawing escapes all text itself",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """(path, tree) of the site's own code."""
    for app in ("accounts", "repair", "checkins"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def makes_sql(tree: ast.Module) -> bool:
    """Whether a statement is raw, or anything but one literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in {"raw", "extra", "RawSQL"}:
            return True
        runs = isinstance(node, ast.Call) and _called(node) in {"execute", "executemany"} and node.args
        if runs and not isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            return True
    return False


def makes_templates(tree: ast.Module) -> bool:
    """Whether a template is made of a text that no file holds."""
    calls = {_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool(calls & {"Template", "from_string"})


def marks_safe(tree: ast.Module) -> bool:
    """Whether something is called markup that might be text."""
    calls = {_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool(calls & {"mark_safe", "SafeString", "SafeText"})


def test_no_sql_is_made_of_words() -> None:
    """ASVS 1.2.4."""
    assert {path for path, tree in modules() if makes_sql(tree)} == set(SQL_MADE)


def test_no_template_is_made_of_words_and_no_markup_but_what_is_known() -> None:
    """ASVS 1.3.7."""
    assert {path for path, tree in modules() if makes_templates(tree)} == set()
    assert {path for path, tree in modules() if marks_safe(tree)} == set(SAFE_MADE)
    for path in (ROOT / "templates").rglob("*.*"):
        assert not re.search(r"\|\s*safe\b|autoescape off|safeseq", path.read_text()), path


@pytest.mark.parametrize(("line", "rule"), [
    ("User.objects.raw(f'SELECT {name}')", makes_sql), ("cursor.execute(f'DELETE FROM {x}')", makes_sql),
    ("cursor.execute('SELECT ' + x)", makes_sql), ("rows.extra(where=[x])", makes_sql),
    ("cursor.execute('SELECT %s' % x)", makes_sql), ("Template(row.words).render()", makes_templates),
    ("engine.from_string(words)", makes_templates), ("mark_safe(words)", marks_safe),
])  # fmt: skip
def test_code_that_does_so_would_be_found(line: str, rule: object) -> None:
    """Seeded."""
    assert rule(ast.parse(line))  # type: ignore[operator]
    assert not rule(ast.parse("cursor.execute('SELECT 1', [x]); render(request, 'page.html')"))  # type: ignore[operator]
    tally.add("rules of the code", seeded=1, caught=1)


# --- patterns ---

SIZES = (24, 1_000, 10_000, 100_000)
ENOUGH = 0.3  # seconds of this process on a busy machine; what grows as the square takes minutes
CUT = {"repair/logs.py": 1_000}  # what is written down is cut first: repair.logs.LONGEST
PIECES = (
    "a", "A", "0", " ", "\t", "-", "'", "’", "_", ".", "@", "/", "?", '"', "{", ",", "a ", "a-", "a'", "1-", "a.",
    "a@", "/i/", "T0:", "you ", "let me see your ", "ä", "\u202e",
)  # fmt: skip


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the site's own code by where it stands: with a name, in a call, the mirror’s."""
    found: dict[str, re.Pattern[str]] = {}
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                text = node.args[0] if of_re and node.args else None
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found[f"{path}:{node.lineno}"] = re.compile(text.value)
        module = path.removesuffix(".py").replace("/", ".")
        if any(isinstance(node, ast.Import) and node.names[0].name == "re" for node in tree.body):
            kept = vars(import_module(module))
            found |= {
                f"{path}:{k}": v
                for k, v in kept.items()
                if isinstance(v, re.Pattern) and isinstance(v.pattern, str)
            }
    return found | {f"mirror: {number}": p for number, p in enumerate(mirror_patterns())}


def mirror_patterns() -> list[re.Pattern[str]]:
    """The patterns of the wording mirror, from its file."""
    return [each.pattern for each in (*mirror.themes(), mirror.transparency())]


def slow_at(pattern: re.Pattern[str], *, longest: int = SIZES[-1]) -> str:
    """A piece whose repetition holds a pattern up; nothing where none does."""
    for size in sorted({min(size, longest) for size in SIZES}):
        for piece in PIECES:
            text = piece * (size // len(piece)) + "\x00"
            began = time.process_time()
            for _found in pattern.finditer(text):
                pass
            pattern.fullmatch(text)
            if (spent := time.process_time() - began) >= ENOUGH:
                return f"{piece!r} × {size}: {spent:.2f} s"
    return ""


@pytest.mark.slow
def test_no_pattern_is_held_up_by_a_long_text() -> None:
    """ASVS 1.3.12: 100 kB of what repeats."""
    slow = {
        place: said
        for place, pattern in patterns().items()
        if (said := slow_at(pattern, longest=CUT.get(place.partition(":")[0], SIZES[-1])))
    }
    tally.add("patterns", cases=len(patterns()) * len(PIECES), found=len(slow))
    assert slow == {}


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"[^\s@]+@[^\s]+", r"(a|a)*b"])
def test_a_pattern_that_is_would_be_found(pattern: str) -> None:
    """Seeded: exponential, and quadratic."""
    assert slow_at(re.compile(pattern))
    tally.add("patterns", seeded=1, caught=1)
