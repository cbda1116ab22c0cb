"""Closing an account for the operator, and opening it again."""

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.models import Entry
from accounts.couples.models import Membership
from accounts.couples.queries import standing_of
from accounts.couples.states import CoupleState
from accounts.mail.models import Mail
from accounts.users.models import User
from tests.accounts.users.helpers import sign_in
from tests.cast import Cast
from tests.conftest import Moved


def test_it_closes_signs_out_and_is_written_down(cast: Cast, clock: Moved) -> None:
    browser = sign_in(cast.ana)
    call_command("suspend", "Ana@Mail.example")
    assert User.objects.get(pk=cast.ana.pk).suspended_at == clock.at
    assert browser.get("/you/").status_code == 302
    assert sign_in(cast.ana).get("/you/").status_code == 302
    entry = Entry.objects.get()
    assert (entry.what, entry.only_for, entry.actor, entry.couple) == ("suspend", cast.ana, None, None)


def test_to_the_other_the_plan_rests_and_nothing_of_theirs_changes(cast: Cast, clock: Moved) -> None:
    before = Membership.objects.filter(person=cast.ben).values().get()
    call_command("suspend", cast.ana.email)
    assert Membership.objects.filter(person=cast.ben).values().get() == before
    standing = standing_of(cast.ben, now=clock.at)
    assert standing is not None
    assert standing.state is CoupleState.RESTING
    assert not Mail.objects.exists()


def test_it_opens_again(cast: Cast, clock: Moved) -> None:
    call_command("suspend", cast.ana.email)
    call_command("unsuspend", cast.ana.email)
    assert sign_in(cast.ana).get("/you/").status_code == 200
    standing = standing_of(User.objects.get(pk=cast.ben.pk), now=clock.at)
    assert standing is not None
    assert standing.state is CoupleState.ACTIVE
    assert [entry.what for entry in Entry.objects.order_by("number")] == ["suspend", "unsuspend"]


@pytest.mark.parametrize(
    ("command", "email", "words"),
    [
        ("suspend", "nobody@mail.example", "nobody has"),
        ("unsuspend", "nobody@mail.example", "nobody has"),
        ("unsuspend", "ana@mail.example", "not suspended"),
    ],
)
def test_what_cannot_be_done_is_said(cast: Cast, command: str, email: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(command, email)


def test_twice_is_once(cast: Cast) -> None:
    call_command("suspend", cast.ana.email)
    with pytest.raises(CommandError, match="already"):
        call_command("suspend", cast.ana.email)
    assert Entry.objects.count() == 1
