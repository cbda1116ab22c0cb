"""The inventory of cryptography (docs/security/crypto.md) names every place where it is used, and no other.
(OWASP ASVS 5.0.0, 11.1.2)"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
INVENTORY = (ROOT / "docs" / "security" / "crypto.md").read_text()
MODULES = (
    "argon2", "cryptography", "Crypto", "django.contrib.auth.hashers", "django.core.signing",
    "django.utils.crypto", "fido2", "hashlib", "hmac", "nacl", "jwt", "random", "secrets", "ssl", "zlib",
)  # fmt: skip
CALLS = {("os", "urandom"), ("uuid", "uuid1"), ("uuid", "uuid3"), ("uuid", "uuid5")}
WEAK = re.compile(r"\b(md5|sha1|DES|TripleDES|ARC4|RC4|ECB|CBC|PKCS1v15|uuid1)\b", re.IGNORECASE)


def uses(source: str) -> set[str]:
    """The cryptographic modules and calls that a piece of Python uses."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            found |= {f"{m}.{call}" for m, call in CALLS if ast.unparse(node) == f"{m}.{call}"}
        for name in names:
            found |= {m for m in MODULES if name == m or name.startswith(f"{m}.")}
            found |= {f"{m}.{call}" for m, call in CALLS if name == f"{m}.{call}"}
    return found


def sources() -> Iterator[tuple[str, str]]:
    """(path, text) of the site's own code."""
    for folder in ("accounts", "repair", "checkins", "deploy"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def listed() -> dict[str, set[str]]:
    """{path: what it uses} as the inventory says."""
    rows = re.findall(r"^\| `([\w/]+\.py)` \| ([^|]+) \|", INVENTORY, flags=re.MULTILINE)
    return {path: set(re.findall(r"`([\w.]+)`", cell)) for path, cell in rows}


def test_every_use_is_in_the_inventory_and_nothing_else_is() -> None:
    """ASVS 11.1.2."""
    assert listed() == {path: found for path, text in sources() if (found := uses(text))}


def test_a_use_that_is_not_listed_is_found() -> None:
    """Seeded: each way in which another use could come in."""
    for line, name in (
        ("from hashlib import md5", "hashlib"),
        ("import random as r", "random"),
        ("from cryptography.fernet import Fernet", "cryptography"),
        ("from django.core import signing", "django.core.signing"),
        ("import os\nos.urandom(4)", "os.urandom"),
        ("from os import urandom", "os.urandom"),
    ):
        assert uses(line) == {name}, line
    assert uses("import os, uuid\nuuid.uuid4(); os.getpid()") == set()


def test_nothing_weak_is_used() -> None:
    """ASVS 11.3.1, 11.4.1: no broken cipher, mode or hash anywhere in the site's own code."""
    hashed = "hashlib.md5("
    assert WEAK.search(hashed)
    for path, text in sources():
        tree = ast.parse(text)
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not {name for name in names if WEAK.fullmatch(name)}, path


def test_every_purpose_of_a_keyed_hash_is_listed_once() -> None:
    """Each has a key of its own, so no hash can stand in for another."""
    said = re.findall(r"^\| “([^”]+)” \|", INVENTORY, flags=re.MULTILINE)
    code = "\n".join(text for _, text in sources())
    direct = re.findall(r'keyed_hash\(\s*"([^"]+)"', code)
    named = re.findall(r'^_?[A-Z_]*PURPOSE = "([^"]+)"', code, flags=re.MULTILINE)
    assert sorted(said) == sorted({*direct, *named})
    assert len(said) == len(set(said))
