"""The one mail of an invitation: when it still goes. The inviter is shown the same whatever is decided here."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress

from accounts.couples import landing, linking, mails
from accounts.couples.models import Invitation, Never
from accounts.mail.models import Mail
from accounts.users.models import User
from tests.cast import Cast, make_person
from tests.conftest import Moved

Invited = Callable[[User, str], Invitation]
ADDRESS = "jo@mail.example"


def goes(row: Invitation, clock: Moved) -> bool:
    return mails.lock_and_ask(Mail.objects.get(kind="invitation", ref=row.pk), clock.at)


def say_never(row: Invitation, person: User | None, clock: Moved) -> None:
    found = landing.by_id(row.pk)
    assert found is not None
    linking.never(invitation=found, person=person, now=clock.at)


def test_it_goes_and_a_second_try_of_the_same_mail_too(cast: Cast, invited: Invited, clock: Moved) -> None:
    row = invited(cast.sol, ADDRESS)
    assert goes(row, clock)
    assert goes(row, clock)


def test_three_to_an_address_in_thirty_days_from_all_inviters_together(
    cast: Cast, invited: Invited, clock: Moved
) -> None:
    inviters = [cast.sol, cast.ivy, cast.drew, make_person("Lea", now=clock.at)]
    rows = [invited(inviter, ADDRESS) for inviter in inviters]
    assert [goes(row, clock) for row in rows] == [True, True, True, False]
    assert goes(rows[0], clock), "a mail counted already may be tried again"
    clock.move(days=29, hours=23)
    later = invited(make_person("Max", now=clock.at), ADDRESS)
    assert not goes(later, clock)
    clock.move(hours=1)
    assert goes(later, clock)


def test_taking_back_does_not_free_the_count(cast: Cast, invited: Invited, clock: Moved) -> None:
    for _ in range(3):
        row = invited(cast.sol, ADDRESS)
        assert goes(row, clock)
        linking.take_back(inviter=cast.sol, invitation_id=row.pk, now=clock.at)
    assert not goes(invited(cast.sol, ADDRESS), clock)


def test_other_addresses_are_counted_apart(cast: Cast, invited: Invited, clock: Moved) -> None:
    for number in range(3):
        assert goes(invited(cast.ivy, f"p{number}@mail.example"), clock)


@pytest.mark.parametrize("how", ["taken back", "expired", "accepted", "inviter suspended", "inviter deleting"])
def test_it_does_not_go_once_it_leads_nowhere(cast: Cast, invited: Invited, clock: Moved, how: str) -> None:
    row = invited(cast.sol, cast.drew.email)
    if how == "taken back":
        linking.take_back(inviter=cast.sol, invitation_id=row.pk, now=clock.at)
    if how == "expired":
        clock.move(days=7)
    if how == "accepted":
        linking.accept(person=cast.drew, invitation_id=row.pk, now=clock.at)
    if how == "inviter suspended":
        User.objects.filter(pk=cast.sol.pk).update(suspended_at=clock.at)
    if how == "inviter deleting":
        User.objects.filter(pk=cast.sol.pk).update(delete_asked_at=clock.at)
    assert not goes(row, clock)
    assert Invitation.objects.get(pk=row.pk).mailed_at is None


def test_a_mail_about_nothing_does_not_go(cast: Cast, invited: Invited, clock: Moved) -> None:
    row = invited(cast.sol, ADDRESS)
    mail = Mail.objects.get(ref=row.pk)
    mail.ref = None
    assert not mails.lock_and_ask(mail, clock.at)


class TestNever:
    """After “never” no mail of that inviter reaches that person."""

    def test_by_address_without_an_account(self, cast: Cast, invited: Invited, clock: Moved) -> None:
        first = invited(cast.sol, ADDRESS)
        say_never(first, None, clock)
        assert not goes(first, clock)
        linking.take_back(inviter=cast.sol, invitation_id=first.pk, now=clock.at)
        assert not goes(invited(cast.sol, "JO@mail.example "), clock)
        assert goes(invited(cast.ivy, ADDRESS), clock), "somebody else's mail still comes"

    def test_by_account_it_outlasts_a_change_of_address(self, cast: Cast, invited: Invited, clock: Moved) -> None:
        say_never(invited(cast.sol, cast.drew.email), cast.drew, clock)
        EmailAddress.objects.filter(user=cast.drew).update(email="new@mail.example")
        assert not goes(invited(cast.sol, "new@mail.example"), clock)

    def test_it_outlasts_the_inviters_new_account_with_the_same_address(
        self, cast: Cast, invited: Invited, clock: Moved
    ) -> None:
        say_never(invited(cast.sol, ADDRESS), None, clock)
        User.objects.filter(pk=cast.sol.pk).update(email="gone@invalid.example")
        EmailAddress.objects.filter(user=cast.sol).delete()
        again = make_person("Sol", now=clock.at)
        assert not goes(invited(again, ADDRESS), clock)

    def test_lifted_it_goes_again(self, cast: Cast, invited: Invited, clock: Moved) -> None:
        row = invited(cast.sol, cast.drew.email)
        say_never(row, cast.drew, clock)
        assert not goes(row, clock)
        linking.lift(person=cast.drew, never_id=Never.objects.get().pk)
        assert goes(row, clock)

    def test_said_without_and_then_with_an_account_it_is_one(
        self, cast: Cast, invited: Invited, clock: Moved
    ) -> None:
        row = invited(cast.sol, cast.drew.email)
        say_never(row, None, clock)
        say_never(row, cast.drew, clock)
        assert Never.objects.get().account_hash is not None
