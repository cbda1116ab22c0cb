"""The retention table, line by line, with the clock moved to the day before and the day after."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as BrowserSession

from accounts.access import viewer_of
from accounts.audit import services as audit
from accounts.audit.models import Entry
from accounts.couples.models import Invitation, Membership, Rest
from accounts.mail import services as outbox
from accounts.mail.models import Attempt, Mail, State
from accounts.privacy import house, retention
from accounts.therapists.models import Code, CodePair, Grant, Session
from accounts.therapists.queries import own_answers
from accounts.therapists.services import make_codes
from accounts.users.models import CacheRow, User
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from tests.accounts.users.helpers import sign_in
from tests.cast import Cast
from tests.conftest import Moved


def _sweep(name: str, now: datetime) -> int:
    return retention.sweep_all(now=now)[name]


def test_the_table_is_what_is_promised() -> None:
    """ASVS 14.2.7."""
    kept = {line.name: line.keep.days for line in retention.table()}
    assert {name: kept[name] for name in PROMISED} == PROMISED


PROMISED = {
    "sessions": 0,
    "rate limits": 0,
    "unconfirmed": 7,
    "mail": 30,
    "invitations": 30,
    "codes": 30,
    "closed plans": 90,
    "audit": 730,
}


def _invite(cast: Cast, now: datetime, **fields: Any) -> Invitation:
    row = Invitation(
        inviter=cast.cleo,
        address_hash=b"a" * 32,
        secret_hash=bytes(str(len(fields)) * 32, "ascii")[:32],
        created_at=now,
        expires_at=now + timedelta(days=7),
        **fields,
    )
    vault.seal(row, "shown_name", "Cleo")
    row.save()
    return row


@pytest.mark.parametrize(
    ("closed", "last_day"),
    [
        pytest.param({}, 37, id="ran out after seven days"),
        pytest.param({"taken_back_at": 1}, 31, id="taken back on the first day"),
        pytest.param({"confirmed_at": 2, "accepted_at": 1}, 32, id="confirmed on the second day"),
        pytest.param({"accepted_at": 1}, 37, id="accepted and never confirmed"),
    ],
)
def test_invitations(cast: Cast, clock: Moved, closed: dict[str, int], last_day: int) -> None:
    start = clock.at
    row = _invite(cast, start, **{name: start + timedelta(days=days) for name, days in closed.items()})
    retention.sweep_all(now=start + timedelta(days=last_day, minutes=-1))
    assert Invitation.objects.filter(pk=row.pk).exists()
    retention.sweep_all(now=start + timedelta(days=last_day, minutes=1))
    assert not Invitation.objects.filter(pk=row.pk).exists()


def _mail(cast: Cast, now: datetime, state: str, *, settled: bool) -> Mail:
    mail = outbox.owe(kind="account_exists", person=cast.ana, now=now)
    mail.state, mail.settled_at = state, now if settled else None
    mail.save()
    Attempt.objects.create(mail=mail, number=1, lease=mail.pk, began_at=now)
    return mail


def test_settled_mail_goes_with_its_attempts_and_owed_mail_stays(cast: Cast, clock: Moved) -> None:
    """ASVS 14.2.7."""
    for state in (State.SENT, State.UNWANTED, State.REFUSED, State.UNKNOWN, State.ASIDE):
        _mail(cast, clock.at, state, settled=True)
    owed = _mail(cast, clock.at, State.OWED, settled=False)
    assert _sweep("mail", clock.at + timedelta(days=29, hours=23)) == 0
    retention.sweep_all(now=clock.at + timedelta(days=30, minutes=1))
    assert list(Mail.objects.values_list("pk", flat=True)) == [owed.pk]
    assert Attempt.objects.count() == 1


def test_sessions_past_their_end(cast: Cast, clock: Moved) -> None:
    sign_in(cast.ana)
    row = BrowserSession.objects.get()
    BrowserSession.objects.update(expire_date=clock.at + timedelta(hours=12))
    assert _sweep("sessions", clock.at + timedelta(hours=11)) == 0
    assert UserSession.objects.filter(session_key=row.session_key).exists()
    assert _sweep("sessions", clock.at + timedelta(hours=13)) == 1
    assert not UserSession.objects.exists()


def test_counts_of_tries_that_ran_out(db: None, clock: Moved) -> None:
    CacheRow.objects.create(cache_key="x", value="", expires=clock.at)
    assert _sweep("rate limits", clock.at) == 0
    assert _sweep("rate limits", clock.at + timedelta(seconds=1)) == 1


def test_accounts_never_confirmed(cast: Cast, clock: Moved) -> None:
    User.objects.filter(pk=cast.una.pk).update(date_joined=clock.at)
    outbox.owe(kind="account_exists", person=cast.una, now=clock.at)
    people = User.objects.count()
    assert _sweep("unconfirmed", clock.at + timedelta(days=6)) == 0
    assert _sweep("unconfirmed", clock.at + timedelta(days=8)) == 1
    assert not User.objects.filter(pk=cast.una.pk).exists()
    assert not DataKey.objects.filter(owner_id=cast.una.pk).exists()
    assert not EmailAddress.objects.filter(email=cast.una.email).exists()
    assert list(Mail.objects.values_list("person", "address", "state")) == [(None, "", "unwanted")]
    assert User.objects.count() == people - 1, "nobody else"


def test_somebody_who_confirmed_and_has_not_arrived_stays(cast: Cast, clock: Moved) -> None:
    User.objects.filter(pk=cast.una.pk).update(date_joined=clock.at)
    EmailAddress.objects.filter(user=cast.una).update(verified=True)
    assert _sweep("unconfirmed", clock.at + timedelta(days=400)) == 0


def test_codes_nobody_used(cast: Cast, clock: Moved) -> None:
    pair = CodePair.objects.create(
        therapist=cast.theo, created_at=clock.at, expires_at=clock.at + timedelta(days=7)
    )
    used = set(CodePair.objects.exclude(grants=None).values_list("pk", flat=True))
    assert _sweep("codes", clock.at + timedelta(days=36)) == 0
    retention.sweep_all(now=clock.at + timedelta(days=38))
    assert not CodePair.objects.filter(pk=pair.pk).exists()
    assert set(CodePair.objects.values_list("pk", flat=True)) == used


@pytest.mark.parametrize("other_said_yes", [False, True])
def test_a_code_that_was_used_stays_whatever_the_other_said(
    cast: Cast, clock: Moved, *, other_said_yes: bool
) -> None:
    """Ana used her code and said no: her page must not tell whether Ben said yes."""
    pair = make_codes(therapist=cast.theo, now=clock.at)
    code = Code.objects.filter(pair=pair)[0]
    Code.objects.filter(pk=code.pk).update(used_by=Membership.objects.get(person=cast.ana), used_at=clock.at)
    if other_said_yes:
        grant = Grant.objects.filter(therapist=cast.theo, membership__person=cast.ben)
        grant.update(pair=pair, ended_at=clock.at)
    retention.sweep_all(now=clock.at + timedelta(days=100))
    assert pair in [answer.pair for answer in own_answers(viewer_of(cast.ana, now=clock.at))]


def test_closed_plans_lose_dates_only_when_both_sides_were_closed_for_long(cast: Cast, clock: Moved) -> None:
    couple = cast.couples["ana"]
    Rest.objects.create(membership=Membership.objects.get(person=cast.ana), began_at=clock.at, ended_at=clock.at)
    sessions = Session.objects.filter(couple=couple).count()
    assert sessions
    Membership.objects.filter(person=cast.ana).update(left_at=clock.at)
    assert _sweep("closed plans", clock.at + timedelta(days=500)) == 0, "the other has not closed theirs"
    Membership.objects.filter(person=cast.ben).update(left_at=clock.at + timedelta(days=10))
    assert _sweep("closed plans", clock.at + timedelta(days=99)) == 0
    assert _sweep("closed plans", clock.at + timedelta(days=101)) == sessions + 1
    assert Membership.objects.filter(couple=couple).count() == 2
    assert Rest.objects.exists(), "Rita’s rest is not theirs"


def test_the_audit_is_kept_two_years_and_still_holds(cast: Cast, clock: Moved) -> None:
    audit.record(what="suspend", only_for=cast.ana, now=clock.at)
    audit.record(what="unsuspend", only_for=cast.ana, now=clock.at + timedelta(days=10))
    assert _sweep("audit", clock.at + timedelta(days=729)) == 0
    assert _sweep("audit", clock.at + timedelta(days=731)) == 1
    assert Entry.objects.count() == 1
    assert audit.verify().broken_at is None


def test_a_line_that_fails_holds_up_no_other(cast: Cast, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(before: datetime, now: datetime) -> int:
        raise RuntimeError("a fault")

    broken = retention.Keeping("broken", "nothing", "never", timedelta(0), trip)
    monkeypatch.setattr(retention, "_TABLE", {"broken": broken, **retention._TABLE})
    CacheRow.objects.create(cache_key="x", value="", expires=clock.at - timedelta(hours=1))
    gone = house.keep_house(clock.at)
    assert "broken" not in gone
    assert gone["rate limits"] == 1


def test_a_name_is_taken_once() -> None:
    line = retention.Keeping("mail", "other", "never", timedelta(0), lambda before, now: 0)
    with pytest.raises(ValueError, match="two lines"):
        retention.register(line)


def test_nothing_young_goes(cast: Cast, clock: Moved) -> None:
    """On the cast as it stands the whole job finds almost nothing to do, and nothing anybody wrote."""
    counts = {
        model: model.objects.count() for model in (User, Membership, Invitation, CodePair, Session, Rest, Entry)
    }
    house.keep_house(clock.at)
    gone = {model.__name__ for model, count in counts.items() if model.objects.count() != count}
    assert gone <= {"User"}, "Una never confirmed her address, 200 days ago"
