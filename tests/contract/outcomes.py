"""Every outcome of `accounts.openings`, put through all pairs of private inputs; what is left to be worked out.

Through the function itself, or the pure one under it that decides (`side_by_side`, `last_closing`). Seven zones.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.access import viewer_of
from accounts.couples import linking
from accounts.couples import services as couples
from accounts.couples.models import Couple
from accounts.couples.pending import pending_of
from accounts.couples.queries import state_of
from accounts.therapists.models import Grant
from accounts.therapists.queries import access_to_case
from accounts.users.models import User
from checkins.prompts.reading import last_closing, side_by_side
from checkins.prompts.sheets import Share, Sheet, Words
from repair.plan import phases
from repair.plan.models import Phase
from repair.plan.queries import line_read, plan_read, signed_words
from repair.plan.stepping_out import withdraw
from repair.plan.ways_out import ways_out
from repair.schedules.recurrence import reading_instant, window
from tests.cast import Cast, make_couple, make_person
from tests.conftest import START
from tests.contract import outcomes_of_opening, outcomes_of_pairs
from tests.contract.inference import Case, fixed
from tests.contract.outcomes_of_ladder import ladder
from tests.contract.world import propose, signed_line

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LINE = "a line"

# --- reading ---

_MARKS: dict[str, tuple[dict[str, int], frozenset[str]]] = {
    "passed over": ({}, frozenset()), "1": ({"safe": 1}, frozenset()), "7": ({"safe": 7}, frozenset()),
    "1, kept": ({"safe": 1}, frozenset({"safe"})),
}  # fmt: skip
_WORDS = {"none": Words(), "some": Words(own="here")}
_REPORTS: dict[str, dict[str, str | None]] = {"not asked": {}, "left open": {LINE: None}, "kept": {LINE: "kept"}}
ABSENT = {"sent": "no", "mark": "passed over", "words": "none", "report": "not asked", "share": ""}


def sheets_of_one(*, asked: bool, two_sided: bool) -> Iterator[tuple[dict[str, str], Sheet | None]]:
    """Everything one partner can do with an evening."""
    yield ABSENT, None
    for mark, words, report, share in product(_MARKS, _WORDS, _REPORTS, Share):
        if not asked and report != "not asked":
            continue
        given, kept = _MARKS[mark]
        lines = frozenset({LINE}) if two_sided and _REPORTS[report] else frozenset()
        sheet = Sheet(
            marks=given, private=kept, words=_WORDS[words], reports=_REPORTS[report], share=share,
            sent_at=START, two_sided=lines,
        )  # fmt: skip
        yield {"sent": "yes", "mark": mark, "words": words, "report": report, "share": share.value}, sheet


Rule = Callable[..., Any]


def readings(rule: Rule, *, reads_at: datetime | None, now: datetime, two_sided: bool) -> Iterator[Case]:
    """What one sees of an evening, for each pair of sheets."""
    mine = list(sheets_of_one(asked=two_sided, two_sided=two_sided))
    theirs = list(sheets_of_one(asked=True, two_sided=two_sided))
    for (own, one), (other, two) in product(mine, theirs):
        seen = rule(one, two, now=now, reads_at=reads_at, closings=[START + 3 * HOUR])
        opened = {"mark"} if seen.marks else set()
        opened |= {"words"} if seen.words else set()
        opened |= {"report"} if seen.reports else set()
        opened |= {"sent"} if opened else set()
        opened |= {"share"} if seen.words and (seen.marks or seen.reports) else set()
        result = (seen.state, str(seen.marks), str(seen.reports), str(seen.words))
        yield Case(tuple(own.items()), other, result, frozenset(opened))


def all_readings(rule: Rule) -> list[str]:
    """What a rule of reading lets be worked out: with a reading hour and without, before it and after, for a line
    that both report on and one that only the other does."""
    return [
        found
        for reads_at, now, two_sided in product(
            (START + HOUR, None), (START + MINUTE, START + 4 * HOUR), (True, False)
        )
        for found in fixed(readings(rule, reads_at=reads_at, now=now, two_sided=two_sided))
    ]


def reading(**_: Any) -> list[str]:
    return all_readings(side_by_side)


def soon(**_: Any) -> list[str]:
    """Without a reading hour, as it is asked when the second sheet comes in."""
    cases = readings(side_by_side, reads_at=None, now=START + MINUTE, two_sided=True)
    return fixed(cases)


# --- clocks ---

ZONES = [
    "Europe/Lisbon",
    "Europe/London",
    "America/New_York",
    "America/Toronto",
    "Asia/Tokyo",
    "Asia/Seoul",
    "UTC",
]


def closings(**_: Any) -> list[str]:
    """Where the last closing is one’s own, nothing is learned of the other’s; where it is later, that is said."""

    def closing(zone: str) -> datetime:
        span = window(date(2026, 9, 14), time(20, 30), time(23), ZoneInfo(zone))
        assert span is not None
        return span[1]

    check_in: Any = SimpleNamespace(on=date(2026, 9, 14))
    cases = []
    for own, other in product(ZONES, ZONES):
        last = last_closing(check_in, [closing(own), closing(other)])
        cases.append(Case(own, {"zone": other}, last, frozenset({"zone"} if last > closing(own) else ())))
    return fixed(cases)


def hours(**_: Any) -> list[str]:
    def at(*zones: str) -> datetime:
        return reading_instant(date(2026, 9, 14), time(18, 30), 1, tuple(ZoneInfo(zone) for zone in zones))

    return fixed(
        Case(own, {"zone": other}, at(own, other), frozenset({"zone"} if at(own, other) > at(own) else ()))
        for own, other in product(ZONES, ZONES)
    )


# --- going on and stopping ---

STOPS = ("going on", "rested", "left", "deleting", "suspended", "erased")


def _place(how: str) -> Any:
    person = User(
        suspended_at=START if how == "suspended" else None,
        delete_asked_at=START if how == "deleting" else None,
        erased_at=START if how == "erased" else None,
    )
    couple = SimpleNamespace(cooling_until=START - HOUR)
    rested, left = (START if how == word else None for word in ("rested", "left"))
    return SimpleNamespace(rested_at=rested, left_at=left, person=person, couple=couple)


def standing(**_: Any) -> list[str]:
    cases = []
    for own, other in product(STOPS, STOPS):
        state = state_of([_place(own), _place(other)], now=START)
        goes_on = frozenset({"stop"} if state.value == "active" else ())
        cases.append(Case(own, {"stop": other}, state, goes_on))
    return fixed(cases)


# --- therapist ---

ANSWERS: dict[str, dict[str, Any] | None] = {
    "none": None, "ended": {"ended_at": START - HOUR}, "run out": {"expires_at": START - HOUR},
    "waiting": {"opens_at": START + HOUR}, "yes": {},
}  # fmt: skip


def grants(cast: Cast, **_: Any) -> list[str]:
    """A partner sees visits, if there are any; the therapist looks or does not."""
    cases = []
    couple = cast.couples["ana"]
    for own, other in product(ANSWERS, ANSWERS):
        with transaction.atomic():
            for person, answer in ((cast.ana, own), (cast.ben, other)):
                mine = Grant.objects.filter(couple=couple, therapist=cast.theo, membership__person=person)
                changes = ANSWERS[answer]
                mine.update(**({"ended_at": START - HOUR} if changes is None else changes))
            access = access_to_case(cast.theo, couple.pk, now=START)
            transaction.set_rollback(True)
        for looks in (True, False):
            visited = looks and access is not None
            cases.append(Case(own, {"answer": other}, visited, frozenset({"answer"} if visited else ())))
    return fixed(cases)


# --- linking ---


def _invited(cast: Cast, does: str) -> Any:
    row = linking.invite(inviter=cast.sol, address="una@mail.example", shown_name="Sol", now=START)
    una = make_person("Una2", now=START)
    una.emailaddress_set.create(email="una@mail.example", verified=True) if does != "never" else None
    if does == "never":
        linking.never(invitation=row, person=una, now=START)
    if does in {"yes", "yes, taken back", "yes, linked elsewhere", "yes, gone"}:
        linking.accept(person=una, invitation_id=row.pk, now=START)
    if does == "yes, taken back":
        linking.withdraw(person=una, invitation_id=row.pk, now=START)
    if does == "yes, linked elsewhere":
        make_couple(una, make_person("Kim", now=START), now=START)
    if does == "yes, gone":
        User.objects.filter(pk=una.pk).update(delete_asked_at=START)
    return row


def pending(cast: Cast, **_: Any) -> list[str]:
    cases = []
    for does in ("silence", "never", "yes", "yes, taken back", "yes, linked elsewhere", "yes, gone"):
        with transaction.atomic():
            _invited(cast, does)
            seen = pending_of(viewer_of(cast.sol, now=START))
            result = (len(seen.open), [row.name for row in seen.accepted], seen.closed)
            transaction.set_rollback(True)
        yes = frozenset({"answer"} if result[1] else ())
        cases.append(Case("asked", {"answer": does}, str(result), yes))
    return fixed(cases)


def confirming(cast: Cast, **_: Any) -> list[str]:
    cases = []
    for does in ("yes", "yes, taken back", "yes, linked elsewhere", "yes, gone"):
        with transaction.atomic():
            row = _invited(cast, does)
            made: Couple | None = linking.confirm(inviter=cast.sol, invitation_id=row.pk, now=START)
            transaction.set_rollback(True)
        linked = made is not None
        cases.append(Case("confirmed", {"yes": does}, linked, frozenset({"yes"} if linked else ())))
    return fixed(cases)


# --- the plan ---


def signing(cast: Cast, **_: Any) -> list[str]:
    """Whatever he does, he has seen her signature before: it is said as it is given."""
    line = propose(cast, cast.ana, "A line", now=START)
    read, _words = line_read(viewer_of(cast.ben, now=START), line)
    assert read.open is not None
    hers = {signed.by.membership.person_id for signed in read.open.signed}
    return [] if cast.ana.pk in hers and read.waits_for_me else ["a signature that is not said"]


def phase(cast: Cast, **_: Any) -> list[str]:
    """The same for a yes to another phase."""
    phases.propose_phase(viewer=viewer_of(cast.ana, now=START), to=Phase.UNDERSTANDING, now=START)
    said = plan_read(viewer_of(cast.ben, now=START)).phase_proposal
    return [] if said is not None and said.by.person_id == cast.ana.pk else ["a yes that is not said"]


def stepping(cast: Cast, **_: Any) -> list[str]:
    """While it rests, nothing of what the other stepped out of; once it goes on, what was declared."""
    line = signed_line(cast, now=START)
    couple = cast.couples["ana"].pk
    resting = []
    for own, other in product((True, False), (True, False)):
        with transaction.atomic():
            couples.rest(person=cast.ben, now=START)
            for person, out in ((cast.ben, own), (cast.ana, other)):
                if out:
                    withdraw(viewer=viewer_of(person, now=START), line=line, now=START)
            ben = viewer_of(cast.ben, now=START)
            seen = ways_out(ben, couple, signed_words(ben, couple))
            resting.append(Case(own, {"out": other}, str(seen)))
            couples.resume(person=cast.ben, now=START)
            there, _words = line_read(viewer_of(cast.ben, now=START), line)
            assert (there.state.value == "agreed") == (not own and not other)
            transaction.set_rollback(True)
    return fixed(resting)


CHECKS: dict[str, Callable[..., list[str]]] = {
    "checkins.prompts.reading.side_by_side": reading,
    "checkins.prompts.reading.would_open": soon,
    "checkins.prompts.reading.hours_of": closings,
    "repair.programmes.opening.opens_at": outcomes_of_opening.practices,
    "repair.programmes.pairing.beside": outcomes_of_pairs.both,
    "repair.programmes.ladder.stood": ladder,
    "checkins.conversations.closing.side_by_side": outcomes_of_opening.talks,
    "repair.schedules.recurrence.reading_instant": hours,
    "accounts.couples.queries.state_of": standing,
    "accounts.therapists.queries.cases_of": grants,
    "accounts.couples.pending.pending_of": pending,
    "accounts.couples.linking.confirm": confirming,
    "repair.plan.standing.standing_of": signing,
    "repair.plan.phases.agree_phase": phase,
    "checkins.seasons.jar.opened_slips": outcomes_of_opening.jar,
    "checkins.seasons.nearness.theirs": outcomes_of_opening.words,
    "repair.plan.stepping_out.settle": stepping,
}
