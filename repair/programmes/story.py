"""What one person says privately: what happened, their own place in it, how willing they are, a hope, a direction.

It changes their own pages and nothing else: which practice a week's thing resolves to, and which words stand on
their own path page. No page, number, order or mail of anybody else's depends on it.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.meanwhile import check_seen, version_of
from accounts.users.models import User
from accounts.vault import services as vault
from repair.programmes.models import OwnStory
from repair.programmes.practice_shapes import Audience

if TYPE_CHECKING:
    from accounts.access import Viewer


HARDLY = 2  # of 7: so willing, or less


class Track(StrEnum):
    """One's own place in what happened."""

    HURT = "hurt"
    BROKE = "broke"
    BOTH = "both"
    UNSAID = "unsaid"


class Direction(StrEnum):
    """Where one would like this to go. Asked again each month."""

    REPAIR = "repair"
    UNSURE = "unsure"
    PART = "part"


TRACKS = [
    (Track.HURT.value, _("I was hurt")),
    (Track.BROKE.value, _("I broke trust")),
    (Track.BOTH.value, _("Both")),
    (Track.UNSAID.value, _("I’d rather not say")),
]
DIRECTIONS = [
    (Direction.REPAIR.value, _("I would like us to repair this")),
    (Direction.UNSURE.value, _("I am not sure")),
    (Direction.PART.value, _("I would like us to part well")),
]


@dataclass(frozen=True)
class Story:
    """One person's answers. `asked` is the day of the last answer, like “2026-11-20”; `asks` what they
    have asked to read: by practice, the couple and the instant from which it may open (see `asking.py`)."""

    kinds: tuple[str, ...] = ()
    track: str = Track.UNSAID.value
    willing: int | None = None
    hope: str = ""
    direction: str = ""
    asked: str = ""
    asks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_hardly_willing(self) -> bool:
        """Whether one step, the smallest, is enough just now."""
        return self.willing is not None and self.willing <= HARDLY

    @property
    def audience(self) -> Audience:
        """For whom the things of a week are chosen."""
        tracks = {Track.HURT.value: Audience.HURT, Track.BROKE.value: Audience.RESPONSIBLE}
        return tracks.get(self.track, Audience.BOTH)


def story_of(viewer: "Viewer") -> Story:
    """The viewer's own answers; empty ones where there are none. One query."""
    row = OwnStory.objects.visible_to(viewer).first()
    if row is None:
        return Story()
    kept = vault.open(viewer, row, "body")
    return Story(**{**kept, "kinds": tuple(kept["kinds"])})


@transaction.atomic
def keep_story(*, viewer: "Viewer", story: Story, now: datetime, seen: str | None = None) -> None:
    """Keep the viewer's own answers; the earlier ones are gone, but for what they have asked to read. Raises
    ChangedMeanwhile where others would be overwritten than the form had `seen` (see `accounts.meanwhile`)."""

    def told(kept: Story) -> Story:
        said = replace(story, asks=kept.asks)
        if replace(kept, asks={}) != Story() and replace(kept, asked=said.asked) != said:
            changed = _("This was changed in another window. Keeping it now puts what the form has in its place.")
            check_seen(seen, _changed_at(viewer), str(changed))
        return said

    _keep(viewer, told, now=now)


def story_version(viewer: "Viewer") -> str:
    """What a form carries of the viewer's own answers, see `accounts.meanwhile`."""
    return version_of(_changed_at(viewer))


def _changed_at(viewer: "Viewer") -> datetime | None:
    row = OwnStory.objects.visible_to(viewer).first()
    return row.changed_at if row else None


@transaction.atomic
def keep_ask(*, viewer: "Viewer", practice: str, ask: list[str] | None, now: datetime) -> None:
    """Keep that the viewer asks to read a practice; None: they no longer do."""
    kept = {} if ask is None else {practice: ask}
    _keep(
        viewer,
        lambda story: replace(story, asks={s: a for s, a in story.asks.items() if s != practice} | kept),
        now=now,
    )


def _keep(viewer: "Viewer", change: Callable[[Story], Story], *, now: datetime) -> None:
    if viewer.person is None or not viewer.is_partner:
        raise Http404
    User.objects.select_for_update(of=("self",)).filter(pk=viewer.person.pk).first()
    row = OwnStory.objects.visible_to(viewer).first() or OwnStory(person=viewer.person)
    kept = story_of(viewer)
    changed = change(kept)
    if replace(changed, asks=kept.asks) != kept or not row.changed_at:
        row.changed_at = now  # what is asked to be read is not on that form
    vault.seal(row, "body", asdict(changed), cache=viewer.keys)
    row.save()


def today_of(viewer: "Viewer") -> date:
    """The date where the viewer lives."""
    assert viewer.person is not None
    return viewer.now.astimezone(viewer.person.zone).date()


def is_due(story: Story, today: date) -> bool:
    """Whether the direction is to be asked again: never asked, or a month has passed since."""
    return not story.asked or today >= _a_month_after(date.fromisoformat(story.asked))


def is_asked_again(story: Story, today: date) -> bool:
    """Whether it was answered before, and a month has passed since."""
    return bool(story.asked) and is_due(story, today)


def _a_month_after(day: date) -> date:
    """The same day of the next month, or that month’s last."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
