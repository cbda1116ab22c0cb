"""Which practice of the founding articles lives where, from what the content files say they cover."""

from repair.programmes import content
from repair.programmes.files import PRACTICE_IDS

INTRO = """# What the guided content covers

Every practice that the three founding articles name (000: emotional infidelity and repair; 001: moving forward
after infidelity; 002: intimacy after porn), and the files that bring it. Made by `manage.py content_coverage` from
the `covers` of the content files; a test fails when a line is missing or this page is behind.

| practice | where it lives |
|---|---|
"""


def covering() -> dict[str, list[str]]:
    """The titles and files that bring each practice, by its id, in the order of the ids."""
    found: dict[str, list[str]] = {one: [] for one in PRACTICE_IDS}
    for programme in content.programmes():
        for one in programme.covers:
            found[one].append(f"{programme.id} {programme.title} (`programmes/{programme.slug}.toml`)")
    for practice in content.practices():
        for one in practice.covers:
            found[one].append(f"{practice.title} (`practices/{practice.slug}.toml`)")
    return found


def missing() -> list[str]:
    """The ids that no file covers."""
    return [one for one, places in covering().items() if not places]


def page() -> str:
    """The page as it should stand in docs/content-coverage.md."""
    rows = [f"| {one} | {'; '.join(places) or '**missing**'} |" for one, places in covering().items()]
    return INTRO + "\n".join(rows) + "\n"
