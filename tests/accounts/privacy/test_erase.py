"""After seven days: the key is destroyed, the ledger says so, and nothing of anybody else's moves."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.privacy import house, ports, services
from accounts.privacy.models import Erasure
from accounts.privacy.tasks import keep_house
from accounts.users.models import Consent, User
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from accounts.vault.services import CannotOpen
from tests.accounts.users.helpers import PASSWORD, give_app, sign_in
from tests.cast import Cast
from tests.conftest import Moved


def _gone(cast: Cast, clock: Moved, who: str = "ana") -> User:
    services.ask_delete(person=cast.people[who], now=clock.at)
    clock.move(days=7)
    assert services.erase_due(now=clock.at) == 1
    return User.objects.get(pk=cast.people[who].pk)


@pytest.mark.parametrize(("days", "gone"), [(0, 0), (6.999, 0), (7, 1), (30, 1)])
def test_it_is_due_after_seven_days(cast: Cast, clock: Moved, days: float, gone: int) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    assert services.erase_due(now=clock.at + timedelta(days=days)) == gone
    assert (User.objects.get(pk=cast.ana.pk).erased_at is not None) is bool(gone)


def test_the_key_is_destroyed_and_nothing_opens(cast: Cast, clock: Moved) -> None:
    sealed = bytes(User.objects.get(pk=cast.ana.pk).name)
    person = _gone(cast, clock)
    key = DataKey.objects.get(owner_id=person.pk)
    assert bytes(key.wrapped) == b""
    assert key.destroyed_at == clock.at
    person.name = sealed  # as a backup would bring it back
    with pytest.raises(CannotOpen):
        vault.open(Viewer(person=person, now=clock.at), person, "name")


def test_the_ledger_names_the_random_id_alone(cast: Cast, clock: Moved) -> None:
    _gone(cast, clock)
    assert list(Erasure.objects.values_list("owner_id", "at")) == [(cast.ana.pk, clock.at)]


def test_the_row_names_nobody(cast: Cast, clock: Moved) -> None:
    give_app(cast.ana)
    person = _gone(cast, clock)
    assert person.email.endswith("@gone.invalid")
    assert "ana" not in person.email
    assert bytes(person.name) == bytes(person.settings) == b""
    assert not person.has_usable_password()
    assert person.time_zone == "UTC"
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert not Consent.objects.filter(person=person).exists()


def test_nobody_signs_in_and_the_address_is_free_again(cast: Cast, clock: Moved) -> None:
    _gone(cast, clock)
    assert sign_in(cast.ana).get("/you/undo/").status_code == 302
    answer = Client().post("/sign-up/", {"email": "ana@mail.example", "password1": PASSWORD})
    assert answer["Location"] == "/verify/"
    assert User.objects.filter(email="ana@mail.example").count() == 1


def test_memberships_and_the_couples_record_stay(cast: Cast, clock: Moved) -> None:
    rows = Membership.objects.filter(couple=cast.couples["ana"]).order_by("pk").values()
    before = list(rows)
    _gone(cast, clock)
    assert list(rows.all()) == before
    place = Membership.objects.get(person=cast.ana)
    ben = viewer_of(User.objects.get(pk=cast.ben.pk), now=clock.at)
    assert vault.open(ben, place, "name") == "Ana", "what was signed keeps its name"


def test_only_the_actors_rows_change(cast: Cast, clock: Moved) -> None:
    others = User.objects.exclude(pk=cast.ana.pk).order_by("pk").values()
    before = list(others)
    keys = DataKey.objects.exclude(owner_id=cast.ana.pk).order_by("pk").values()
    keys_before = list(keys)
    _gone(cast, clock)
    assert list(others.all()) == before
    assert list(keys.all()) == keys_before


def test_when_both_are_gone_the_couples_key_goes_too(cast: Cast, clock: Moved) -> None:
    couple = cast.couples["ana"].pk
    _gone(cast, clock)
    assert DataKey.objects.get(owner_id=couple).destroyed_at is None
    _gone(cast, clock, "ben")
    assert DataKey.objects.get(owner_id=couple).destroyed_at == clock.at
    assert Erasure.objects.filter(owner_id=couple).exists()


def test_every_room_is_asked(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, Any]] = []
    room = ports.Holding(
        name="room", title="A room", models=(), erase=lambda person, now: asked.append((person.email, now))
    )
    monkeypatch.setitem(ports._HOLDINGS, "room", room)
    _gone(cast, clock)
    assert asked == [("ana@mail.example", clock.at)], "before the account itself forgets who it was"


def test_a_room_that_fails_leaves_that_account_whole_and_the_others_go(
    cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(person: User, now: Any) -> None:
        if person.pk == cast.ana.pk:
            raise RuntimeError("a fault")

    monkeypatch.setitem(ports._HOLDINGS, "room", ports.Holding(name="room", title="A", models=(), erase=trip))
    for person in (cast.ana, cast.cleo):
        services.ask_delete(person=person, now=clock.at)
    clock.move(days=7)
    assert services.erase_due(now=clock.at) == 1
    ana = User.objects.get(pk=cast.ana.pk)
    assert ana.erased_at is None
    assert ana.email == "ana@mail.example"
    assert DataKey.objects.get(owner_id=ana.pk).destroyed_at is None


def test_running_twice_changes_nothing_more(cast: Cast, clock: Moved) -> None:
    _gone(cast, clock)
    before = User.objects.filter(pk=cast.ana.pk).values().get()
    clock.move(hours=1)
    assert services.erase_due(now=clock.at) == 0
    assert User.objects.filter(pk=cast.ana.pk).values().get() == before


def test_one_that_was_undone_is_left_alone(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    services.undo_delete(person=cast.ana, now=clock.at)
    clock.move(days=30)
    assert services.erase_due(now=clock.at) == 0


def test_the_ledger_is_replayed_after_a_backup_came_back(cast: Cast, clock: Moved) -> None:
    key = DataKey.objects.filter(owner_id=cast.ana.pk).values().get()
    _gone(cast, clock)
    DataKey.objects.filter(owner_id=cast.ana.pk).update(wrapped=key["wrapped"], destroyed_at=None)
    assert services.replay_erasures(now=clock.at) == 1
    assert bytes(DataKey.objects.get(owner_id=cast.ana.pk).wrapped) == b""
    assert services.replay_erasures(now=clock.at) == 0


def test_the_job_is_on_the_beat_by_its_name() -> None:
    from django.conf import settings

    assert settings.CELERY_BEAT_SCHEDULE["keep-house"]["task"] == keep_house.name
    assert settings.CELERY_BEAT_SCHEDULE["keep-house"]["schedule"] == 3600


def test_the_hourly_job_does_it(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=7)
    keep_house()
    assert User.objects.get(pk=cast.ana.pk).erased_at == clock.at
    assert house.keep_house(clock.at)["erased"] == 0
