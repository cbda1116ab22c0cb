"""What the documents say is true."""

import re
from pathlib import Path

import pytest

from repair import env

ROOT = Path(env.BASE_DIR)
TEXTS = sorted(p for p in ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("setting", [d.name for d in env.declared()])
def test_every_setting_is_in_the_readme(setting: str) -> None:
    assert f"| `{setting}` |" in (ROOT / "README.md").read_text()


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE))
    assert named == {d.name for d in env.declared()}


@pytest.mark.parametrize("lock", TEXTS, ids=lambda p: p.name)
def test_lock_files_carry_hashes_and_no_address(lock: Path) -> None:
    """ASVS 15.1.2."""
    text = lock.read_text()
    assert "http" not in text
    pinned = re.findall(r"^([a-z0-9._-]+)==", text, flags=re.MULTILINE)
    assert len(pinned) > 30
    assert text.count("--hash=sha256:") > len(pinned)


def test_every_verb_of_the_makefile_is_in_the_readme() -> None:
    verbs = ["run", "test", "quick", "lint", "lock", "shots", "pages", "security", "faults"]
    makefile, readme = (ROOT / "Makefile").read_text(), (ROOT / "README.md").read_text()
    for verb in verbs:
        assert re.search(rf"^{verb}:", makefile, flags=re.MULTILINE)
        assert f"make {verb}" in readme


PROMISES = re.findall(r"`(tests/[\w/.]+)::(\w+)`", (ROOT / "docs" / "promises.md").read_text())


def test_there_are_promises() -> None:
    assert len(PROMISES) >= 15


@pytest.mark.parametrize(("file", "name"), PROMISES)
def test_every_promise_has_its_test(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), flags=re.MULTILINE)
