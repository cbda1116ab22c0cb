"""The ladder of a couple: what one of them sees of it, and the verbs of one's own answer.

Every verb first takes the looks that have come and keeps where the ladder stands, so that answers count as they
stood at each; a page works the same out without writing. What both see is the step, and only while it is open for
them; of the other's answer nobody sees anything.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Purpose, Viewer, system
from accounts.couples.models import Couple
from accounts.couples.queries import memberships_of, state_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from accounts.users.queries import me
from accounts.vault import services as vault
from accounts.vault.services import KeyCache
from repair import clock
from repair.plan import locks
from repair.programmes import content
from repair.programmes.ladder import Answer, Place, Says, days_of, may_say, rested, stood, went_on
from repair.programmes.models import Ladder, LadderAnswer
from repair.programmes.practice_shapes import Part, Practice

SLUG = "ladder"
NOTHING = Answer()


@dataclass(frozen=True)
class Seen:
    """The ladder as one partner sees it. `part` is the step that is open, for whom the ladder is open; `says` what
    they said of it; `days` the next of their own days, in which they `can_open` it now or not."""

    practice: Practice
    answer: Answer
    part: Part | None
    step: int
    may: tuple[Says, ...]
    says: Says | None
    days: tuple[date, date]
    can_open: bool
    active: bool


def seen(viewer: Viewer) -> Seen:
    """What `viewer` sees now. The same queries whatever either of the two did."""
    own, active = own_answer(viewer), viewer.state is CoupleState.ACTIVE
    place = _place_now(viewer) if active else None
    practice = content.practice(SLUG, place.version) if place and place.step else content.practice(SLUG)
    step = place.step if place and own.open else 0
    steps = len(practice.parts)
    counts = place is not None and own.said is not None and own.said >= place.since
    days, within = _days(viewer, own)
    return Seen(
        practice=practice,
        answer=own,
        part=practice.parts[step - 1] if step else None,
        step=step,
        may=may_say(step, steps) if active and own.open else (),
        says=own.says if counts and own.open else None,
        days=days,
        can_open=active and within and not own.open,
        active=active,
    )


def own_answer(viewer: Viewer) -> Answer:
    """The viewer's own answer in the couple they are in."""
    row = LadderAnswer.objects.visible_to(viewer).filter(couple=viewer.couple).first()
    return _answer(vault.open(viewer, row, "body") or {}) if row else NOTHING


def earlier_answers(viewer: Viewer) -> list[tuple[UUID, Answer]]:
    """The viewer's own answers in the couples they are in no longer, with the couple; those that say something."""
    rows = LadderAnswer.objects.visible_to(viewer).exclude(couple=viewer.couple).order_by("pk")
    found = [(row.couple_id, _answer(vault.open(viewer, row, "body") or {})) for row in rows]
    return [(couple, answer) for couple, answer in found if answer != NOTHING]


@transaction.atomic
def open_it(*, viewer: Viewer, now: datetime) -> None:
    """Open the ladder for oneself. Twice is once. Raises Refusal outside one's own days, and where no couple is
    active."""
    state, own, row = _entered(viewer, now=now)
    if own.open:
        return
    if state is not CoupleState.ACTIVE:
        raise Refusal(_("Nothing can be opened just now."))
    if not _days(viewer, own)[1]:
        raise Refusal(_("You can open it on one of your own days. Nothing was changed."))
    _keep(viewer, row, Answer(open=True, turned=now))


@transaction.atomic
def close_it(*, viewer: Viewer, now: datetime) -> None:
    """Close the ladder for oneself, at any time and in every state of the couple. Twice is once."""
    _state, own, row = _entered(viewer, now=now)
    if own.open:
        _keep(viewer, row, Answer(open=False, turned=now))


@transaction.atomic
def say(*, viewer: Viewer, says: Says, step: int, now: datetime) -> None:
    """Say where one is with the step that is open (0: with beginning). The latest answer counts.

    Raises Refusal where the ladder is not open for the viewer or nothing like that can be said, Stale where
    another step is open than the one they had before them.
    """
    state, own, row = _entered(viewer, now=now)
    there = seen(viewer)
    if state is not CoupleState.ACTIVE or not own.open:
        raise Refusal(_("Nothing can be said of a step just now."))
    if step != there.step:
        raise locks.Stale(_("The page stands elsewhere now. Nothing was changed."))
    if says not in there.may:
        raise Refusal(_("Open this page again and choose there."))
    _keep(viewer, row, replace(own, says=says, said=now))


def begin(*, couple: Couple, now: datetime) -> None:
    """Every couple has its rows from the moment of linking. Again changes nothing."""
    _rows(couple.pk, now=now, keys=KeyCache())


def standing_changed(*, couple: Couple, now: datetime) -> None:
    """No look comes while the plan rests, whatever the cause; afterwards the next is drawn anew."""
    row = Ladder.objects.select_for_update().filter(couple=couple).first()
    if row is None:
        return
    reader = system(Purpose.LADDER, now=now)
    place, rests = _kept(reader, row), _rests(couple.pk, now=now)
    if rests and not place.still:
        _seal(row, rested(_stood(reader, place, couple.pk)), keys=reader.keys)
    elif place.still and not rests:
        _seal(row, went_on(place, now=now), keys=reader.keys)


def _rests(couple_id: UUID, *, now: datetime) -> bool:
    return state_of(memberships_of(couple_id), now=now) is CoupleState.RESTING


def _days(viewer: Viewer, own: Answer) -> tuple[tuple[date, date], bool]:
    """The viewer's own days, the present ones or the next, and whether today is one of them. Whoever closed it
    within their days waits for the next ones."""
    zone = me(viewer).zone
    today = viewer.now.astimezone(zone).date()
    days = days_of(me(viewer).pk, today=today)
    closed = own.turned.astimezone(zone).date() if own.turned and not own.open else None
    if own.open or (closed is not None and closed >= days[0]):
        days = days_of(me(viewer).pk, today=today, after=today)
    return days, days[0] <= today


def _place_now(viewer: Viewer) -> Place:
    """Where the ladder of the viewer's active couple stands now. Three queries at most, writes nothing."""
    assert viewer.couple_id is not None
    reader = system(Purpose.LADDER, now=viewer.now, keys=viewer.keys)
    row = Ladder.objects.filter(couple_id=viewer.couple_id).first()
    vault.preload(reader.keys, owners=[viewer.couple_id, *viewer.partners])
    place = _kept(reader, row) if row else _fresh(viewer.now)
    return _stood(reader, place, viewer.couple_id)


def _stood(reader: Viewer, place: Place, couple_id: UUID) -> Place:
    """`place` after every look that has come at the reader's instant."""
    rows = LadderAnswer.objects.filter(couple_id=couple_id).order_by("pk")
    one, two, *_more = [
        *(_answer(vault.open_or(reader, row, "body", gone={}) or {}) for row in rows),
        NOTHING,
        NOTHING,
    ]
    practice = content.practice(SLUG, place.version)
    return stood(place, one, two, now=reader.now, steps=len(practice.parts))


def _entered(viewer: Viewer, *, now: datetime) -> tuple[CoupleState, Answer, LadderAnswer]:
    """Lock, take the looks that have come, and keep where that leads. Returns where the couple stands, and the
    viewer's own answer with its row. Raises Refusal for somebody without a couple."""
    if viewer.standing is None or viewer.couple_id is None:
        raise Refusal(_("This is for two. Nothing was changed."))
    state = locks.locked(viewer, now=now)[1]
    ladder, answers = _rows(viewer.couple_id, now=now, keys=viewer.keys)
    if state is CoupleState.ACTIVE:
        reader = system(Purpose.LADDER, now=now, keys=viewer.keys)
        place = _stood(reader, _kept(reader, ladder), viewer.couple_id)
        if not place.step:
            place = replace(place, version=content.practice(SLUG).version)
        _seal(ladder, went_on(place, now=now) if place.still else place, keys=viewer.keys)
    row = next(row for row in answers if viewer.is_me(row.person_id))
    return state, _answer(vault.open(viewer, row, "body") or {}), row


def _rows(couple_id: UUID, *, now: datetime, keys: KeyCache) -> tuple[Ladder, list[LadderAnswer]]:
    """The three rows of a couple, made where they are not there yet."""
    people = [place.person_id for place in memberships_of(couple_id)]
    ladder = Ladder.objects.select_for_update().filter(couple_id=couple_id).first()
    if ladder is None:
        ladder = Ladder(couple_id=couple_id)
        _seal(ladder, _fresh(now), keys=keys)
    answers = list(LadderAnswer.objects.filter(couple_id=couple_id).order_by("pk"))
    for person in people:
        if all(row.person_id != person for row in answers):
            row = LadderAnswer(person_id=person, couple_id=couple_id)
            vault.seal(row, "body", _plain(NOTHING), cache=keys)
            row.save(force_insert=True)
            answers.append(row)
    return ladder, answers


def _fresh(now: datetime) -> Place:
    return Place(seed=clock.secret(), at=now, since=now)


def _kept(reader: Viewer, row: Ladder) -> Place:
    kept = vault.open(reader, row, "body")
    return Place(**{**kept, **{name: datetime.fromisoformat(kept[name]) for name in ("at", "since")}})


def _answer(kept: Mapping[str, Any]) -> Answer:
    times = {name: datetime.fromisoformat(kept[name]) for name in ("turned", "said") if kept.get(name)}
    return Answer(open=kept.get("open", False), says=Says(kept.get("says", Says.STAY)), **times)


def _keep(viewer: Viewer, row: LadderAnswer, answer: Answer) -> None:
    vault.seal(row, "body", _plain(answer), cache=viewer.keys)
    row.save(update_fields=["body"])


def _seal(row: Ladder, place: Place, *, keys: KeyCache) -> None:
    vault.seal(row, "body", _plain(place), cache=keys)
    row.save()


def _plain(value: Answer | Place) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(value).items()}
