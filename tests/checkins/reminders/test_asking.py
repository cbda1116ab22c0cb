"""What is asked right before a note is sent is what `state_of` says of the couple, from columns alone."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from accounts.couples.models import Couple, Membership
from accounts.couples.queries import memberships_of, state_of
from accounts.couples.states import CoupleState
from accounts.mail import dispatch
from accounts.mail.models import Mail
from accounts.users.models import User
from checkins.reminders import asking, engine
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.checkins.reminders.conftest import mails_of, utc
from tests.conftest import Moved

STOPS: list[tuple[type[Membership | User], str]] = [
    (Membership, "left_at"),
    (Membership, "rested_at"),
    (User, "suspended_at"),
    (User, "erased_at"),
    (User, "delete_asked_at"),
]


@pytest.fixture
def mail(cast: Cast, clock: Moved, rhythm: Callable[..., Schedule]) -> Mail:
    """A note owed to Ana."""
    rhythm()
    engine.run_due(now=clock.set(utc(14, 19, 30)))
    (owed,) = mails_of(cast.ana)
    return owed


def both_say(cast: Cast, clock: Moved, mail: Mail) -> bool:
    """Whether the couple is active, as both see it."""
    answer = asking.lock_and_ask(mail, clock.at)
    assert answer is not None
    state = state_of(memberships_of(cast.couples["ana"].pk), now=clock.at)
    assert answer.active is (state is CoupleState.ACTIVE)
    assert answer.wanted is answer.active, "nothing else stops this one"
    return answer.active


@pytest.mark.parametrize(("stop", "who"), list(product(STOPS, ["ana", "ben"])))
def test_each_stop_of_either_is_seen(
    cast: Cast, clock: Moved, mail: Mail, stop: tuple[type[Membership | User], str], who: str
) -> None:
    assert both_say(cast, clock, mail)
    model, column = stop
    mine = "pk" if model is User else "person"
    model.objects.filter(**{mine: getattr(cast, who).pk}).update(**{column: clock.at - timedelta(minutes=1)})
    assert not both_say(cast, clock, mail)


@pytest.mark.parametrize(("minutes", "active"), [(-1, True), (0, True), (1, False)])
def test_cooling_off_ends_on_the_instant(
    cast: Cast, clock: Moved, mail: Mail, minutes: int, *, active: bool
) -> None:
    Couple.objects.filter(pk=cast.couples["ana"].pk).update(cooling_until=clock.at + timedelta(minutes=minutes))
    assert both_say(cast, clock, mail) is active


def test_a_mail_without_a_place_is_answered_by_nothing(cast: Cast, clock: Moved, mail: Mail) -> None:
    mail.person_id = cast.cleo.pk
    assert asking.lock_and_ask(mail, clock.at) is None
    assert dispatch._wanted(mail, clock.at) is False
