"""The same thing sent at the same moment, on real PostgreSQL: one effect, no error, one true state afterwards."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from accounts.privacy import services as privacy
from accounts.privacy.models import Erasure
from accounts.refusal import Refusal
from accounts.users import services
from accounts.users.models import CONSENT_VERSION, Consent, Kind, User
from accounts.vault.models import DataKey
from tests.accounts.couples.test_races import together
from tests.cast import make_couple, make_person
from tests.conftest import START

TRIALS = 12
pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def test_signing_up_many_times_at_once_makes_one_account_and_no_error() -> None:
    for number in range(TRIALS):
        data = {"email": f"new{number}@mail.example", "password1": "four quiet words here"}
        answers = together(*(partial(Client().post, "/sign-up/", data) for _ in range(4)))
        assert [getattr(answer, "status_code", answer) for answer in answers] == [302] * 4
        assert User.objects.filter(email=data["email"]).count() == 1
        assert EmailAddress.objects.filter(email=data["email"]).count() == 1
    assert DataKey.objects.count() == User.objects.count()


def test_arriving_many_times_at_once_gives_one_consent() -> None:
    for number in range(TRIALS):
        person = make_person(f"New{number}", now=START, arrived=False)
        arrive = partial(
            services.arrive, person=person, kind=Kind.PARTNER, name="Mara", time_zone="Europe/Berlin",
            quiet=None, consent_version=CONSENT_VERSION, now=START,
        )  # fmt: skip
        assert sorted(together(arrive, arrive, arrive, arrive)) == [False, False, False, True]
        assert Consent.objects.filter(person=person).count() == 1


def test_undoing_and_erasing_at_once_leaves_one_or_the_other_whole() -> None:
    """Undoing before the seven days are over, erasing after: both think it is their time."""
    for number in range(TRIALS):
        one, two = make_person(f"Ann{number}", now=START), make_person(f"Bob{number}", now=START)
        make_couple(one, two, now=START)
        privacy.ask_delete(person=one, now=START)
        over = START + privacy.UNDO_FOR
        undone, erased = together(
            partial(privacy.undo_delete, person=one, now=over - timedelta(seconds=1)),
            partial(privacy.erase_due, now=over),
        )
        row = User.objects.get(pk=one.pk)
        key = DataKey.objects.get(owner_id=one.pk)
        if row.erased_at is None:
            assert (undone, erased, row.delete_asked_at) == (True, 0, None)
            assert key.destroyed_at is None
        else:
            assert isinstance(undone, Refusal)
            assert erased == 1
            assert key.destroyed_at is not None
            assert Erasure.objects.filter(owner_id=one.pk).exists()


def test_erasing_twice_at_once_erases_once() -> None:
    for number in range(TRIALS):
        person = make_person(f"Ann{number}", now=START)
        privacy.ask_delete(person=person, now=START)
        over = START + privacy.UNDO_FOR
        assert sorted(together(partial(privacy.erase_due, now=over), partial(privacy.erase_due, now=over))) == [
            0,
            1,
        ]


def test_both_partners_deleting_at_once_works_and_nobody_waits_for_ever() -> None:
    for number in range(TRIALS):
        one, two = make_person(f"Ann{number}", now=START), make_person(f"Bob{number}", now=START)
        make_couple(one, two, now=START)
        asked = together(*(partial(privacy.ask_delete, person=person, now=START) for person in (one, two)))
        assert asked == [True, True]
