"""Rule 5, over time: resting, leaving, being suspended and deleting look the same to the one who stays, to whoever
holds an old link, and to the therapist: at once, when a deletion is carried out, when the retention table sweeps,
and after the one who stays has closed their own side too."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from accounts.couples import ports
from accounts.couples.models import Couple, Membership
from accounts.users import mails as account_mails
from tests.cast import Cast
from tests.conftest import Moved
from tests.security import tally
from tests.security.staying import CAUSES, CLOSES_ON, DAYS, Left, told_apart

pytestmark = pytest.mark.pure
SOME_DAYS = (7.1, CLOSES_ON, 187)
FIRST = "rests"


def differences(couple: Left, *, days: tuple[float, ...]) -> tuple[list[str], int]:
    """Where any cause can be told from a rest, and how many looks were compared."""
    seen = {name: couple.followed(cause, days=days) for name, cause in CAUSES.items()}
    found = [f"{name}: {where}" for name in seen for where in told_apart(seen[FIRST], seen[name])]
    return found, sum(len(looks) for world in seen.values() for looks in world.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    "days", [SOME_DAYS, pytest.param(DAYS, marks=pytest.mark.thorough)], ids=["three days", "every day"]
)
def test_why_it_rests_is_told_by_nothing_for_half_a_year(
    cast: Cast, clock: Moved, days: tuple[float, ...]
) -> None:
    """ASVS 8.3.2."""
    found, looks = differences(Left(cast, clock), days=days)
    tally.add("resting and leaving", cases=looks, found=len(found))
    assert found == []


def test_each_channel_answers_at_all(cast: Cast, clock: Moved) -> None:
    """A page that is not found for everybody would be the same in all worlds too."""
    seen = Left(cast, clock).followed(CAUSES[FIRST], days=(0,))
    answered = {name: {each.status for each in looks} for name, looks in seen.items() if name != "mails"}
    assert answered["pages"] == {200}
    assert answered["one-click"] == answered["calendar"] == answered["the therapist’s row"] == {200}
    assert 200 in answered["invitations"]
    assert 302 in answered["mail links"]
    assert any("resting" in each.body.decode() for each in seen["pages"])


# Each address that stays with somebody, and how a site would give it away there.
SEEDED = {
    "pages": "/today/", "presses": "/you/leave/", "mail links": "/n/", "one-click": "/m/",
    "calendar": "/times/calendar/", "invitations": "/i/", "the therapist’s row": "/cases/",
}  # fmt: skip


class Telling:
    """Seeded: answers under one address say whether anybody has left for good."""

    under = ""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        if request.path.startswith(self.under) and Membership.objects.filter(
            person__email="ana@mail.example"
        ).exclude(left_at=None):
            response["X-Left"] = "1"
        return response


@pytest.fixture
def mailed_when_left() -> Iterator[None]:
    """Seeded: the one who stays gets a mail when the other leaves."""

    def left(*, membership: Membership, now: datetime) -> None:
        other = Couple.objects.get(pk=membership.couple_id).memberships.exclude(pk=membership.pk).get()
        account_mails.owe(
            "account/email/password_changed", address=other.person.email, context={"user": other.person}, now=now
        )

    ports.on_left._hooks.append(left)
    yield
    ports.on_left._hooks.remove(left)


@pytest.mark.parametrize("channel", SEEDED)
def test_a_channel_that_tells_is_noticed(
    cast: Cast, clock: Moved, settings: Any, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    """Seeded fault of the test above, one for each channel."""
    couple = Left(cast, clock)
    monkeypatch.setattr(Telling, "under", SEEDED[channel])
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Telling"]
    worlds = [couple.followed(CAUSES[name], days=(0,), only=channel) for name in (FIRST, "left")]
    assert told_apart(*worlds)
    tally.add("resting and leaving", seeded=1, caught=1)


def test_a_mail_that_tells_is_noticed(cast: Cast, clock: Moved, mailed_when_left: None) -> None:
    """Seeded fault: a mail to the one who stays."""
    couple = Left(cast, clock)
    worlds = [couple.followed(CAUSES[name], days=(0,), only="mails") for name in (FIRST, "left")]
    assert told_apart(*worlds)
    tally.add("resting and leaving", seeded=1, caught=1)
