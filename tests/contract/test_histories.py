"""Rule 1 over days: openings, window ends and reading hours pass, both act, and nothing of Ana’s shows to Ben."""

from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from checkins.prompts.models import AnswerSheet
from checkins.today import cards, evening
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.histories import ABSENT, SHARES, Days, histories, told_apart
from tests.security import tally
from tests.security.test_form_fuzz import WHOLE

pytestmark = pytest.mark.pure  # as in test_two_worlds.py

# An evening from its opening past the reading hour, with everything in between.
A_DAY: list[tuple[Any, ...]] = [
    ("until", "opening"),
    ("until", "opening"),
    ("answers", "all"),
    ("wait", 61),
    ("until", "end"),
    ("until", "end"),
    ("until", "hour"),
    ("proposes", "ana"),
    ("chooses", "now"),
    ("rests_or_goes_on",),
    ("rests_or_goes_on",),
]


@pytest.mark.slow
@pytest.mark.parametrize("soon", [False, True], ids=["with a reading hour", "as soon as both are in"])
def test_what_is_not_shared_never_shows(cast: Cast, clock: Moved, soon: bool) -> None:
    two = {name: ABSENT[name] for name in ("nothing", "keeps it")}
    assert told_apart(cast, clock, two, A_DAY, soon=soon) == []


@pytest.mark.slow
def test_nobody_can_tell_over_random_days(cast: Cast, clock: Moved) -> None:
    @hypothesis.settings(
        max_examples=20 if WHOLE else 10,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(histories(9), st.sampled_from(sorted({**ABSENT, **SHARES})), st.booleans())
    def lived(steps: list[tuple[Any, ...]], other: str, soon: bool) -> None:
        worlds = {"nothing": ABSENT["nothing"], other: {**ABSENT, **SHARES}[other]}
        found = told_apart(cast, clock, worlds, steps, soon=soon)
        tally.add("two worlds over days", cases=len(steps), found=len(found))
        assert found == []

    lived()


@pytest.mark.slow
def test_a_declared_opening_ends_the_comparison(cast: Cast, clock: Moved) -> None:
    """The days reach a reading: otherwise nothing that depends on one would ever be looked at."""
    played = Days(cast, clock, SHARES["shares"]).play(A_DAY)
    assert played.opened_at is not None
    assert played.opened_at >= 6
    assert played.seen[-1]["mail"] != []


def test_a_leak_that_waits_for_an_hour_is_found_by_days_alone(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeded: between the end of the window and the reading hour the page of today says whether the other sent."""
    right = evening.tonight

    def leaky(moment: Any) -> Any:
        closed = [e for e in moment.evenings if e.prompt.closes_at < moment.now < e.hour]
        hers = AnswerSheet.objects.filter(prompt__check_in__in=[e.check_in for e in closed]).exclude(
            author=moment.viewer.person
        )
        return None if closed and hers.exists() else right(moment)

    card = cards.registered()["tonight"]
    monkeypatch.setitem(cards._CARDS, "tonight", replace(card, context=leaky))
    two = {name: ABSENT[name] for name in ("nothing", "keeps it")}
    assert told_apart(cast, clock, two, A_DAY[:4]) == []
    caught = any("/today/" in found for found in told_apart(cast, clock, two, A_DAY))
    tally.add("two worlds over days", seeded=1, caught=int(caught))
    assert caught
