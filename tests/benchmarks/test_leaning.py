"""What benchmarks are compared with stays in benchmarks."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("accounts", "repair", "checkins", "deploy", "tests", "benchmarks")


def imported_by(path: Path) -> set[str]:
    """The packages whose modules a file imports or names as an app."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Constant) and node.value == "django_celery_beat":
            names.add(str(node.value))
    return names


def test_only_the_benchmark_itself_knows_django_celery_beat() -> None:
    files = [path for part in PARTS for path in (ROOT / part).rglob("*.py") if path != Path(__file__)]
    found = {str(path.relative_to(ROOT)) for path in files if "django_celery_beat" in imported_by(path)}
    assert found == {"benchmarks/beat.py"}
