"""How a person wants things: theme, quiet hours, exit keys, support. Sealed under their own key."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import TYPE_CHECKING

from accounts.users.models import User
from accounts.vault import services as vault

if TYPE_CHECKING:
    from accounts.access import Viewer

THEMES = ("", "light", "dark")


@dataclass(frozen=True)
class Preferences:
    """`quiet` is (from, to) as "22:30", in the person's own zone, or None; no mail is begun between them.
    `country` is a code of the support file, or empty. `told_sharing`: whether they saw, before writing, what may
    become of shared words. `mirror_seen` is the month ("2026-11", their own) whose mirror they have
    seen. `chart_hidden_until` is the first day of theirs ("2026-12-20") on which their timeline has its drawing
    again; empty: it is not hidden. `path_beside` says when the path stays on Today beside a check-in or a talk:
    "always", on one evening ("2026-11-20", their own), or empty."""

    theme: str = ""
    quiet: tuple[str, str] | None = None
    exit_keys: bool = True
    country: str = ""
    crisis_card: bool = True
    told_sharing: bool = False
    mirror_seen: str = ""
    chart_hidden_until: str = ""
    path_beside: str = ""

    @property
    def quiet_times(self) -> tuple[time, time] | None:
        """The quiet hours as times of day; the second may be earlier than the first, past midnight."""
        if self.quiet is None:
            return None
        begins, ends = (time.fromisoformat(text) for text in self.quiet)
        return begins, ends


def preferences_of(viewer: "Viewer", person: User) -> Preferences:
    """What `person` chose, opened for `viewer`: themself, or the system for a mail. Raises Http404 for others."""
    wanted = vault.open(viewer, person, "settings") or {}
    quiet = wanted.get("quiet")
    return Preferences(
        theme=wanted.get("theme", ""),
        quiet=(quiet[0], quiet[1]) if quiet else None,
        exit_keys=wanted.get("exit_keys", True),
        country=wanted.get("country", ""),
        crisis_card=wanted.get("crisis_card", True),
        told_sharing=wanted.get("told_sharing", False),
        mirror_seen=wanted.get("mirror_seen", ""),
        chart_hidden_until=wanted.get("chart_hidden_until", ""),
        path_beside=wanted.get("path_beside", ""),
    )


def seal_preferences(person: User, wanted: Preferences) -> None:
    """Put `wanted` sealed into the row; the caller saves `settings`."""
    vault.seal(person, "settings", asdict(wanted))
