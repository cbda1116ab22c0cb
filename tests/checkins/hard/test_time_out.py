"""The couple's own time-out rule on the page for a hard evening: while it is in force, for the two alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.access import viewer_of
from accounts.couples.models import Membership
from repair.plan.services import withdraw
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.repair.plan.lines import agreed, proposed, suggested

Browser = Callable[..., Client]
HARD = "/tonight/"
RULE = {"say": "Pause", "lasts": "m20", "where": "The garden", "again": "caller"}
SAID = "“Pause”: we stop and are apart for 20 minutes"


def page(client: Client) -> str:
    answer = client.get(HARD)
    assert answer.status_code == 200
    return answer.content.decode()


def test_both_find_the_rule_in_force_and_nobody_else_does(cast: Cast, client_of: Browser) -> None:
    before = page(client_of(cast.cleo))
    agreed(cast.ana, cast.ben, now=START, kind="timeout", fields=RULE)
    for who in (cast.ana, cast.ben):
        assert SAID in page(client_of(who))
        assert "The garden" in page(client_of(who))
    for other in (cast.cleo, cast.sol, cast.rita):
        assert "Pause" not in page(client_of(other))
    assert before


@pytest.mark.parametrize("by", ["ana", "ben"])
def test_what_only_one_signed_stands_nowhere(cast: Cast, client_of: Browser, by: str) -> None:
    """Two worlds: proposed by either or not at all, in a first wording or a later one."""
    clean = {who: page(client_of(cast.people[who])).count("time-out rule") for who in ("ana", "ben")}
    proposed(cast.people[by], now=START, kind="timeout", fields=RULE)
    for who in ("ana", "ben"):
        assert "we stop" not in page(client_of(cast.people[who]))
        assert page(client_of(cast.people[who])).count("time-out rule") == clean[who]


def test_other_words_wait_for_both(cast: Cast, client_of: Browser) -> None:
    line = agreed(cast.ana, cast.ben, now=START, kind="timeout", fields=RULE)
    suggested(cast.ben, line, {**RULE, "where": "The attic"}, now=START)
    for who in (cast.ana, cast.ben):
        assert "The garden" in page(client_of(who))
        assert "The attic" not in page(client_of(who))


@pytest.mark.parametrize("how", ["stepped out of", "past its look-again date", "resting", "left"])
def test_out_of_force_it_is_gone_for_both(cast: Cast, client_of: Browser, clock: Moved, how: str) -> None:
    line = agreed(cast.ana, cast.ben, now=START, kind="timeout", fields=RULE)
    rows = Membership.objects.filter(person=cast.ben)
    if how == "stepped out of":
        withdraw(viewer=viewer_of(cast.ben, now=START), line=line.pk, now=START)
    elif how == "resting":
        rows.update(rested_at=START)
    elif how == "left":
        rows.update(left_at=START)
    else:
        clock.set(START + timedelta(days=40))
    for who in (cast.ana, cast.ben):
        assert "we stop" not in page(client_of(who))
