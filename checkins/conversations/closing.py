"""What both say of a talk once it is over, and the one place that knows when either reads the other's.

Each says for themself whether it took place, writes two lines, and keeps or shares them. Nothing shows before the
talk's reading hour, whatever either did; then the talk stands on the timeline if both said it took place, and the
lines side by side if both shared them as well. Kept, not written and gone are the same. Sharing lines says that it
took place: beside lines of the other's, a missing “we talked” would tell that they did not say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Purpose, system
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.conversations.clock import State, clock_of
from checkins.conversations.models import Talk, TalkWord
from checkins.conversations.talks import talk_of
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from accounts.access import Viewer


class Shown(StrEnum):
    SEALED = "sealed"
    OPEN = "open"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Word:
    """What one partner says of a talk."""

    took: bool = False
    text: str = ""
    share: bool = False


@dataclass(frozen=True)
class After:
    """What one reads of a talk besides their own: the other's lines, and whether both say it took place."""

    state: Shown
    text: str = ""
    took: bool = False


def side_by_side(own: Word | None, theirs: Word | None, *, now: datetime, reads_at: datetime | None) -> After:
    """The rule. None stands for a word not written, or whose words are gone. Pure."""
    if reads_at is None or now < reads_at:
        return After(Shown.SEALED)
    if own is None or theirs is None:
        return After(Shown.NOTHING)
    if not (own.took and theirs.took):
        return After(Shown.NOTHING)
    if own.share and theirs.share and own.text and theirs.text:
        return After(Shown.OPEN, text=theirs.text, took=True)
    return After(Shown.NOTHING, took=True)


def after(viewer: "Viewer", talks: Iterable[Talk]) -> dict[UUID, After]:
    """What the viewer reads of each of these talks of their couple. Two queries, whatever anybody did.

    Raises Http404 for somebody who is not one of an active couple.
    """
    found = list(talks)
    if viewer.case is not None or not viewer.shares_with(viewer.couple_id):
        raise Http404
    reader = system(Purpose.TALKS, now=viewer.now, keys=viewer.keys)
    vault.preload(reader.keys, owners=viewer.partners)
    rows = TalkWord.objects.filter(talk__in=[talk.pk for talk in found], talk__couple_id=viewer.mine.couple_id)
    words = {(row.talk_id, row.author_id): _word(reader, row) for row in rows}
    mine, other = viewer.mine.person_id, viewer.other.person_id
    return {
        talk.pk: side_by_side(
            words.get((talk.pk, mine)), words.get((talk.pk, other)), now=viewer.now, reads_at=talk.reads_at
        )
        for talk in found
    }


def own_word(viewer: "Viewer", talk: UUID) -> Word | None:
    """What the viewer said of a talk; None where they said nothing."""
    row = TalkWord.objects.visible_to(viewer).filter(talk=talk).first()
    return _word(viewer, row) if row else None


def own_words(viewer: "Viewer") -> list[tuple[TalkWord, Word]]:
    """All the viewer ever said of talks, in every couple, oldest first."""
    rows = TalkWord.objects.visible_to(viewer).select_related("talk").order_by("talk__began_at", "pk")
    return [(row, word) for row in rows if (word := _word(viewer, row)) is not None]


@transaction.atomic
def keep_word(*, viewer: "Viewer", talk: UUID, word: Word, now: datetime) -> None:
    """Say what one has to say of a talk that is over; until its reading hour anew as often as one likes. After it
    nothing is added: what was shared can be kept, and what was said to have taken place can be taken back.

    Raises Http404 for a talk that is not over.
    """
    if viewer.person is None:
        raise Http404
    User.objects.select_for_update(of=("self",)).filter(pk=viewer.person.pk).first()
    about = talk_of(viewer, talk)
    if clock_of(about, now=now).state is not State.OVER:
        raise Http404
    row = TalkWord.objects.visible_to(viewer).filter(talk=about).first()
    before = (_word(viewer, row) if row else None) or Word()
    if about.reads_at is not None and now >= about.reads_at:
        text = before.text if before.share else word.text
        word = Word(took=word.took and before.took, text=text, share=word.share and before.share)
    row = row or TalkWord(author=viewer.person, talk=about)
    row.changed_at = now
    vault.seal(row, "body", asdict(word), cache=viewer.keys)
    row.save()


def lines(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    """The line of a talk on the timeline: for the two alone, and where both said that it took place."""
    talks = {
        talk.pk: talk for talk in Talk.objects.visible_to(viewer).filter(pk__in=[event.ref for event in events])
    }
    if not talks:
        return {}
    read = after(viewer, talks.values())
    return {
        event.pk: _("The two of you talked")
        for event in events
        if event.ref is not None and event.ref in read and read[event.ref].took
    }


def _word(reader: "Viewer", row: TalkWord) -> Word | None:
    said = vault.open_or(reader, row, "body", gone=None)
    return Word(**said) if said else None
