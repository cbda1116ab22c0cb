"""A yes that stands, answered anew: what is less counts at once; what is more takes both and waits."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import viewer_of
from accounts.privacy.ports import registered
from accounts.therapists import scopes, services
from accounts.therapists.models import CodePair, Grant
from accounts.therapists.queries import CaseAccess, access_to_case
from accounts.therapists.services import Scope, stamp_of
from accounts.users.models import User
from accounts.vault import services as vault
from tests.accounts.therapists.given import therapist_with_codes, yes
from tests.cast import Cast
from tests.conftest import START, Moved

LOW, HIGH = (timedelta(hours=hours) for hours in settings.GRANT_DELAY_HOURS)
SECOND = timedelta(seconds=1)
PARTS = ("beginning", "words", "always")
LEAST, MOST = Scope(False, False, False), Scope(True, True, True)


@pytest.fixture
def pair(cast: Cast, clock: Moved) -> CodePair:
    """Both said yes to the least, and it has begun."""
    _, pair, one, other = therapist_with_codes()
    for person, code in ((cast.ana, one), (cast.ben, other)):
        services.use_code(viewer=viewer_of(person, now=clock.at), entered=code, now=clock.at)
        say(person, pair, LEAST, clock)
    clock.set(max(Grant.objects.filter(pair=pair).values_list("opens_at", flat=True)))
    return pair


def say(person: User, pair: CodePair, scope: Scope, clock: Moved) -> Grant:
    viewer = viewer_of(person, now=clock.at)
    profile = stamp_of(pair.therapist.profile)
    return services.say_yes(viewer=viewer, pair=pair, scope=scope, profile=profile, now=clock.at)


def access(cast: Cast, pair: CodePair, at: Any) -> CaseAccess:
    found = access_to_case(pair.therapist, cast.couples["ana"].pk, now=at)
    assert found is not None
    return found


def held(found: CaseAccess) -> set[str]:
    """The wider parts that count."""
    return {
        name
        for name, counts in (
            ("beginning", found.since is None),
            ("words", found.words),
            ("always", found.window_open),  # no session is booked
        )
        if counts
    }


def counts_from(person: User, pair: CodePair, clock: Moved) -> dict[str, int]:
    grant = Grant.objects.select_related("membership").get(pair=pair, membership__person=person, ended_at=None)
    scope = vault.open(viewer_of(person, now=clock.at), grant, "scope") or {}
    return scope.get("from", {})


WIDER = [frozenset(parts) for size in (1, 2, 3) for parts in combinations(PARTS, size)]


@pytest.mark.parametrize("parts", WIDER, ids=lambda parts: "+".join(sorted(parts)))
def test_what_both_add_counts_after_the_later_of_two_waits(
    cast: Cast, clock: Moved, pair: CodePair, parts: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = iter([LOW + timedelta(hours=3), LOW + timedelta(hours=1)])
    monkeypatch.setattr(services, "random_wait", lambda: next(waits))
    scope = Scope(**{part: part in parts for part in PARTS})
    began = clock.at
    say(cast.ana, pair, scope, clock)
    clock.move(minutes=30)
    say(cast.ben, pair, scope, clock)
    later = began + LOW + timedelta(hours=3)
    for at in (clock.at, clock.at + LOW + timedelta(hours=1), later - SECOND):
        assert held(access(cast, pair, at)) == set(), at
    assert held(access(cast, pair, later)) == parts


def test_the_wait_is_the_one_of_a_first_yes(cast: Cast, clock: Moved, pair: CodePair) -> None:
    seen = set()
    for _ in range(12):
        say(cast.ana, pair, MOST, clock)
        begins = set(counts_from(cast.ana, pair, clock).values())
        assert len(begins) == 1
        wait = begins.pop() - clock.at.timestamp()
        assert LOW.total_seconds() <= wait <= HIGH.total_seconds() + 1
        seen.add(wait)
        say(cast.ana, pair, LEAST, clock)
    assert len(seen) > 6, "drawn anew each time"


def test_what_one_adds_alone_never_counts(cast: Cast, clock: Moved, pair: CodePair) -> None:
    say(cast.ana, pair, MOST, clock)
    assert held(access(cast, pair, clock.at + timedelta(days=30))) == set()


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("part", PARTS)
def test_what_one_leaves_out_counts_at_once(cast: Cast, clock: Moved, pair: CodePair, who: str, part: str) -> None:
    for person in (cast.ana, cast.ben):
        say(person, pair, MOST, clock)
    clock.move(days=4)
    assert held(access(cast, pair, clock.at)) == set(PARTS)
    say(getattr(cast, who), pair, Scope(**{each: each != part for each in PARTS}), clock)
    assert held(access(cast, pair, clock.at)) == set(PARTS) - {part}


def test_leaving_out_while_it_waits_ends_the_waiting_and_adding_again_waits_anew(
    cast: Cast, clock: Moved, pair: CodePair
) -> None:
    for person in (cast.ana, cast.ben):
        say(person, pair, MOST, clock)
    first = counts_from(cast.ana, pair, clock)["words"]
    clock.move(minutes=10)
    say(cast.ana, pair, Scope(True, False, True), clock)
    assert "words" not in counts_from(cast.ana, pair, clock)
    clock.move(days=10)
    assert held(access(cast, pair, clock.at)) == {"beginning", "always"}
    say(cast.ana, pair, MOST, clock)
    assert held(access(cast, pair, clock.at)) == {"beginning", "always"}
    assert counts_from(cast.ana, pair, clock)["words"] >= (clock.at + LOW).timestamp() > first
    assert held(access(cast, pair, clock.at + HIGH + SECOND)) == set(PARTS)


def test_pressing_again_and_adding_another_part_move_nothing(cast: Cast, clock: Moved, pair: CodePair) -> None:
    grant = say(cast.ana, pair, Scope(False, True, False), clock)
    before = counts_from(cast.ana, pair, clock)
    clock.move(hours=1)
    assert say(cast.ana, pair, Scope(False, True, False), clock).pk == grant.pk
    say(cast.ana, pair, Scope(False, True, True), clock)
    after = counts_from(cast.ana, pair, clock)
    assert after["words"] == before["words"]
    assert after["window"] >= (clock.at + LOW).timestamp()


def test_renewing_keeps_what_waits_waiting(cast: Cast, clock: Moved, pair: CodePair) -> None:
    clock.move(days=85)
    say(cast.ana, pair, MOST, clock)
    before = counts_from(cast.ana, pair, clock)
    assert before
    clock.move(days=80)
    Grant.objects.filter(pair=pair, ended_at=None).update(expires_at=clock.at + timedelta(days=2))
    say(cast.ana, pair, MOST, clock)
    assert counts_from(cast.ana, pair, clock) == before


def test_the_widest_scope_fits_the_size_of_every_other(cast: Cast, clock: Moved, pair: CodePair) -> None:
    say(cast.ana, pair, MOST, clock)
    sizes = {len(grant.scope) for grant in Grant.objects.filter(pair=pair)}
    assert len(counts_from(cast.ana, pair, clock)) == 3
    assert len(sizes) == 1, "by its length nobody tells what was chosen, or whether something waits"


def test_an_erasure_before_the_window_was_widened_leaves_it_as_in_a_rest(
    cast: Cast, clock: Moved, pair: CodePair
) -> None:
    for person in (cast.ana, cast.ben):
        say(person, pair, MOST, clock)
    later = clock.at + HIGH + SECOND
    registered()["therapists"].erase(cast.ana, clock.at)
    assert not access(cast, pair, clock.at).window_open
    found = access(cast, pair, later)
    assert (found.window_open, found.words) == (True, False)


def test_the_export_says_from_when_in_words_of_a_date(cast: Cast, clock: Moved, pair: CodePair) -> None:
    say(cast.ana, pair, Scope(False, True, False), clock)
    answers = registered()["therapists"].export_of(viewer_of(cast.ana, now=clock.at))["answers"]
    found = next(
        answer for answer in answers if answer["ended"] is None and "counts from" in (answer["what"] or {})
    )
    assert found["what"]["words"] is True
    assert found["what"]["counts from"]["words"].startswith("2026-09-")
    assert scopes.readable(None) is None


def test_the_page_says_so_and_fills_in_what_was_chosen(
    cast: Cast, clock: Moved, pair: CodePair, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = "allauth.account.internal.flows.reauthentication.is_reauthentication_required"
    monkeypatch.setattr(fresh, lambda request, app="": False)
    ana = client_of(cast.ana)
    assert ana.post(f"/helper/{pair.pk}/", yes(pair, read=["words"])).status_code == 302
    page = ana.get(f"/helper/{pair.pk}/").content.decode()
    assert "If you tick more, it counts some hours after you have both ticked it." in page
    assert page.count(" checked>") == 2


# ---- the same as a property: any answers of two people, in any order and at any distance

steps = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben"]),
        st.fixed_dictionaries({part: st.sampled_from([True, False]) for part in scopes.WIDE}),
        st.integers(0, 40),  # hours since the step before
        st.integers(2, 30),  # the wait that is drawn, in hours
    ),
    max_size=8,
)


def as_scope(wide: dict[str, bool]) -> dict[str, Any]:
    narrow = {"since": "start", "words": False, "window": "session"}
    return {part: scopes.WIDE[part] if wide[part] else narrow[part] for part in wide}


@hypothesis.settings(max_examples=300, derandomize=True)  # so that the seeded faults below are found each time
@given(steps, st.integers(0, 60))
def test_a_part_counts_for_who_chose_it_without_a_break_for_the_wait_drawn_then(steps: Any, after: int) -> None:
    """By the history of each person's choices, told apart from how the scope keeps it."""
    now = START
    kept: dict[str, dict[str, Any]] = {"ana": as_scope(dict.fromkeys(scopes.WIDE, False)), "ben": {}}
    kept["ben"] = dict(kept["ana"])
    since: dict[tuple[str, str], Any] = {}  # (who, part) → from when, while it is chosen without a break
    for who, wide, hours, drawn in steps:
        now += timedelta(hours=hours)
        kept[who] = scopes.changed(kept[who], as_scope(wide), now=now, wait=timedelta(hours=drawn))
        for part, chosen in wide.items():
            if not chosen:
                since.pop((who, part), None)
            else:
                since.setdefault((who, part), now + timedelta(hours=drawn))
    now += timedelta(hours=after)
    for who, scope in kept.items():
        for part in scopes.WIDE:
            expected = (who, part) in since and now >= since[who, part]
            assert scopes.holds(scope, part, now=now) is expected


@pytest.mark.parametrize("fault", ["at once", "moved by each press", "never"])
def test_that_property_bites(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Seeded: no wait at all; an instant that every press moves; one that never passes."""
    right = scopes.changed

    def wrong(old: Any, new: Any, *, now: Any, wait: Any) -> dict[str, Any]:
        if fault == "at once":
            return scopes.chosen(new)
        if fault == "moved by each press":
            return right({}, new, now=now, wait=wait)
        return right(old, new, now=now, wait=wait + timedelta(days=999))

    monkeypatch.setattr(scopes, "changed", wrong)
    with pytest.raises(AssertionError):
        test_a_part_counts_for_who_chose_it_without_a_break_for_the_wait_drawn_then()
