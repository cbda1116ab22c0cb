"""The jar of good things, and the line each chooses for the season's page.

A declared opening: what its author leaves in opens for both on the last day of the season, at each one's 18:30.
Each side opens by itself: what the other has put in, taken out or never written changes nothing of one's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.couples.states import CoupleState
from accounts.meanwhile import check_seen, version_of
from accounts.refusal import Refusal
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.seasons.models import SeasonLines, Slip
from checkins.seasons.year import Season, current
from repair.plan.locks import entered

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Line:
    """One slip, opened. `mine` says whose it is."""

    pk: UUID
    on: date
    text: str
    mine: bool


@dataclass(frozen=True)
class ThenNow:
    """What one partner wrote for the page of a season; either may be empty."""

    then: str = ""
    now: str = ""

    def __bool__(self) -> bool:
        return bool(self.then or self.now)


def today_of(viewer: "Viewer") -> date:
    """The viewer's own date."""
    assert viewer.person is not None
    return viewer.now.astimezone(viewer.person.zone).date()


@transaction.atomic
def put_in(*, viewer: "Viewer", text: str, now: datetime) -> Slip:
    """Put today's line into the jar. The same line twice is one.

    Raises Refusal where there is another for today.
    """
    _hold(viewer)
    on = today_of(viewer)
    there = Slip.objects.visible_to(viewer).filter(author=viewer.person, on=on).first()
    if there is not None:
        if vault.open(viewer, there, "line") == text:
            return there  # type: ignore[no-any-return]
        raise Refusal(_("There is a line for today already. Take it out first, if you’d rather have this one."))
    return _put(viewer, on, text, now=now)


@transaction.atomic
def take_out(*, viewer: "Viewer", slip: UUID) -> None:
    """Take one's own slip out, at any time. Without effect where it is gone, or another's."""
    Slip.objects.visible_to(viewer).filter(pk=slip, author=viewer.person).delete()


def good_thing(*, viewer: "Viewer", on: date, text: str, now: datetime) -> None:
    """See checkins.prompts.ports.Jar."""
    if not text:
        return
    _hold(viewer)
    if not Slip.objects.visible_to(viewer).filter(author=viewer.person, on=on).exists():
        _put(viewer, on, text, now=now)


def taken_back(*, viewer: "Viewer", on: date, text: str) -> None:
    """See checkins.prompts.ports.Jar."""
    for row in Slip.objects.visible_to(viewer).filter(author=viewer.person, on=on):
        if vault.open(viewer, row, "line") == text:
            row.delete()


def own_slips(viewer: "Viewer") -> list[Line]:
    """One's own slips that are not open yet, the latest first. The other does not learn how many."""
    rows = Slip.objects.visible_to(viewer).filter(author=viewer.person)
    if viewer.state is CoupleState.ACTIVE:
        rows = rows.filter(ends_on=current(viewer).last) | rows.filter(ends_on=None)
    return _opened(viewer, rows.order_by("-on", "pk"))


def opened_slips(viewer: "Viewer", season: Season) -> list[Line]:
    """What both left in a season's jar, in the order of the days. `season` has ended; see `year.ended`."""
    rows = Slip.objects.visible_to(viewer).filter(couple_id=viewer.couple_id, ends_on=season.last)
    return _opened(viewer, rows.order_by("on", "pk"))


@transaction.atomic
def choose_lines(*, viewer: "Viewer", lines: ThenNow, now: datetime, seen: str | None = None) -> None:
    """Keep one's own two lines for the page of the current season; empty ones are none. Raises NotActive,
    ChangedMeanwhile where others would be overwritten than the form had `seen` (see `accounts.meanwhile`)."""
    mine = entered(viewer, now=now)
    season = current(viewer)
    rows = SeasonLines.objects.visible_to(viewer).filter(
        author=viewer.person, couple_id=mine.couple_id, ends_on=season.last
    )
    row, words = rows.first(), {"then": lines.then, "now": lines.now}
    if row is not None and vault.open(viewer, row, "words") != words:
        said = _(
            "These lines were changed in another window. Keeping them now puts what the form has in their place."
        )
        check_seen(seen, row.made_at, said)
    if not lines:
        rows.delete()
        return
    row = row or SeasonLines(author=viewer.person, couple_id=mine.couple_id, ends_on=season.last)
    row.made_at = now
    vault.seal(row, "words", words, cache=viewer.keys)
    row.save()


def lines_version(viewer: "Viewer", season: Season) -> str:
    """What a form carries of one's own lines, see `accounts.meanwhile`."""
    rows = SeasonLines.objects.visible_to(viewer).filter(author=viewer.person, couple_id=viewer.couple_id)
    row = rows.filter(ends_on=season.last).first()
    return version_of(row.made_at if row else None)


@transaction.atomic
def take_lines_back(*, viewer: "Viewer", season: Season) -> None:
    """Take one's own lines off the page of a season, at any time."""
    SeasonLines.objects.visible_to(viewer).filter(
        author=viewer.person, couple_id=viewer.couple_id, ends_on=season.last
    ).delete()


def lines_of(viewer: "Viewer", season: Season) -> dict[bool, ThenNow]:
    """The lines of a season that the viewer may read: their own under True, the other's under False once it has
    ended."""
    rows = SeasonLines.objects.visible_to(viewer).filter(couple_id=viewer.couple_id, ends_on=season.last)
    said = {viewer.is_me(row.author_id): vault.open_or(viewer, row, "words", gone=None) for row in rows}
    return {mine: ThenNow(words["then"], words["now"]) for mine, words in said.items() if words}


def _put(viewer: "Viewer", on: date, text: str, *, now: datetime) -> Slip:
    row = Slip(author=viewer.person, on=on, made_at=now)
    if viewer.state is CoupleState.ACTIVE:
        row.couple, row.ends_on = viewer.couple, current(viewer).last
    vault.seal(row, "line", text, cache=viewer.keys)
    row.save(force_insert=True)
    return row


def _opened(viewer: "Viewer", rows: Iterable[Slip]) -> list[Line]:
    """Slips whose author was erased are gone."""
    said = [(row, vault.open_or(viewer, row, "line", gone="")) for row in rows]
    return [Line(row.pk, row.on, text, viewer.is_me(row.author_id)) for row, text in said if text]


def _hold(viewer: "Viewer") -> None:
    """The person's own row stands for all they lay by, so that two clicks at once make one."""
    assert viewer.person is not None
    User.objects.select_for_update(of=("self",)).get(pk=viewer.person.pk)
