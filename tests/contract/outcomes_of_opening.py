"""What two do apart and see at an hour: practices, the jar, a word for near and far, what is said after a talk.

As in `outcomes.py`: each outcome through all pairs of private inputs; what is left to be worked out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.db import transaction

from accounts.access import viewer_of
from checkins.conversations.closing import Word
from checkins.conversations.closing import side_by_side as talked_side_by_side
from checkins.seasons import jar as jars
from checkins.seasons import nearness
from checkins.seasons.gifts import gifts_of, take_back
from checkins.seasons.year import current as season_of
from checkins.seasons.year import hour_on
from repair.programmes.opening import opens_at
from repair.programmes.pieces import Head
from repair.programmes.practice_shapes import Sharing
from tests.cast import Cast
from tests.conftest import START
from tests.contract.inference import Case, fixed
from tests.repair.plan.lines import agreed

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

# --- practices ---

_DOES: dict[str, Head | None] = {
    "nothing": None,
    "drafts": Head("p", 1),
    "finishes": Head("p", 1, done=True),
    "takes back": Head("p", 1, done=True, couple="c"),
    "shares": Head("p", 1, done=True, couple="c", shared=START, opens=START + HOUR),
    "shares late": Head("p", 1, done=True, couple="c", shared=START + HOUR, opens=START + 25 * HOUR),
}
Opens = Callable[..., datetime | None]


def practices(rule: Opens = opens_at, **_: Any) -> list[str]:
    """What one sees of a practice of both, for each pair of what they do, before the hour, after it, a day later.
    Where it opens, that the other shared is seen; at an earlier look that they had not yet is not told apart."""
    cases = []
    looks = (START + MINUTE, START + 2 * HOUR, START + 30 * HOUR)
    asks = (True, None, START + 2 * HOUR)  # needs no asking; did not ask; asked
    pairs = product(_DOES.items(), _DOES.items())
    for sharing, now, asked, ((own, one), (other, two)) in product(Sharing, looks, asks, pairs):
        at = rule(sharing, one, two, asked=asked)
        is_open = at is not None and at <= now
        cases.append(
            Case((sharing, now, asked, own), {"did": other}, is_open, frozenset({"did"} if is_open else ()))
        )
    return fixed(cases)


# --- the jar ---


def jar(cast: Cast, **_: Any) -> list[str]:
    """Before the hour nothing of the other’s; from it on what was left in, and taken out is as never written."""
    cases = []
    season = season_of(viewer_of(cast.ana, now=START))
    for own, other in product(("none", "out", "in"), ("none", "out", "in")):
        with transaction.atomic():
            for person, does in ((cast.ana, own), (cast.ben, other)):
                viewer = viewer_of(person, now=START)
                slip = (
                    jars.put_in(viewer=viewer, text=f"a line of {person.pk}", now=START)
                    if does != "none"
                    else None
                )
                if slip is not None and does == "out":
                    jars.take_out(viewer=viewer, slip=slip.pk)
            hour = max(hour_on(viewer_of(who, now=START), season.last) for who in (cast.ana, cast.ben))
            for now in (START, hour - MINUTE, hour):
                ana = viewer_of(cast.ana, now=now)
                seen = [line.mine for line in jars.opened_slips(ana, season) if not line.mine]
                opened = frozenset({"slip"} if now == hour and seen else ())
                assert bool(seen) == (now == hour and other == "in")
                cases.append(Case((own, now), {"slip": other}, tuple(seen), opened))
            transaction.set_rollback(True)
    return fixed(cases)


# --- a word for near and far ---


def words(cast: Cast, **_: Any) -> list[str]:
    """What one sees of the other’s word, for each pair of what they do: said now or later, taken back, none."""
    fields = {"words": ["near", "company", "space"]}
    with transaction.atomic():
        agreed(cast.ana, cast.ben, now=START, kind="words", fields=fields)
        does = [("none", ""), *product(("back", "later", "now"), fields["words"])]
        cases = []
        for (own, mine), (other, his) in product(does, does):
            with transaction.atomic():
                for person, how, word in ((cast.ana, own, mine), (cast.ben, other, his)):
                    viewer = viewer_of(person, now=START)
                    if word:
                        nearness.say(viewer=viewer, word=word, at_once=how != "later", now=START)
                    if how == "back":
                        take_back(viewer=viewer, given=gifts_of(viewer)[0].pk)  # type: ignore[arg-type]
                for now in (START, START + MINUTE, START + 34 * HOUR):
                    ana = viewer_of(cast.ana, now=now)
                    seen = nearness.theirs(ana, gifts_of(ana))
                    told = seen.text if seen else ""
                    opened = frozenset({"how", "word"} if told else ())
                    cases.append(Case((own, mine, now), {"how": other, "word": his}, told, opened))
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return fixed(cases)


# --- talks ---


def talks(**_: Any) -> list[str]:
    """Nothing said, or whether it took place, two lines and who reads them; before the hour and after it."""
    words: dict[tuple[str, str], Word | None] = {("nothing said", "none"): None}
    lines = {"none": ("", False), "kept": ("here", False), "shared": ("here", True)}
    for took, (how, (text, share)) in product(("said so", "not said"), lines.items()):
        words[took, how] = Word(took=took == "said so", text=text, share=share)
    found = []
    for now in (START, START + HOUR):
        cases = []
        for (own, one), (other, two) in product(words.items(), words.items()):
            seen = talked_side_by_side(one, two, now=now, reads_at=START + HOUR)
            opened = {"took"} if seen.took else set()
            opened |= {"lines"} if seen.text else set()
            parts = dict(zip(("took", "lines"), other, strict=True))
            cases.append(Case(own, parts, (seen.state, seen.text, seen.took), frozenset(opened)))
        found += fixed(cases)
    return found
