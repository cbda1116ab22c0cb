"""What a check-in hands on to a room above: its good thing. `checkins.seasons` puts it into the jar."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.access import Viewer


class Jar(Protocol):
    """Where good things go. Both run in the transaction in which the sheet is sent or taken back."""

    def good_thing(self, *, viewer: "Viewer", on: date, text: str, now: datetime) -> None:
        """Put in the good thing of an evening; a line that is there for that day stays in its place."""

    def taken_back(self, *, viewer: "Viewer", on: date, text: str) -> None:
        """Take that good thing out again, where it is still the same."""


_jars: list[Jar] = []


def register_jar(jar: Jar) -> None:
    """Say where good things go; a later one takes its place."""
    _jars[:] = [jar]


def good_thing(*, viewer: "Viewer", on: date, text: str, now: datetime) -> None:
    """See Jar."""
    for jar in _jars:
        jar.good_thing(viewer=viewer, on=on, text=text, now=now)


def taken_back(*, viewer: "Viewer", on: date, text: str) -> None:
    """See Jar."""
    for jar in _jars:
        jar.taken_back(viewer=viewer, on=on, text=text)
