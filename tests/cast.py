"""The named cast: made-up people in every place a person can stand. Built from rows, so that it does not depend on
the verbs under test.

Ana & Ben: a couple (Lisbon, New York), active. Theo: their therapist, both granted, inside a reading window.
Rae: a therapist whose access ended. Hal: half-granted (Ana only). Xan: run out. Wim: granted, no session near.
Cleo & Kit: another couple. Drew left Eve (left behind). Rita rests, Rob is the other side. Cora & Cal cool off.
Sol: single. Ivy: single, invited by Sol. Una: address not confirmed. Stan: staff, Sue: superuser.
"""

import copy
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from accounts.couples.models import Couple, Invitation, Membership, Rest, Slot
from accounts.therapists.models import CodePair, Grant, Profile, Session
from accounts.users.models import CONSENT_VERSION, Consent, Kind, User
from accounts.vault import services as vault
from accounts.vault.models import Owner
from repair.plan.models import RepairPlan


@dataclass
class Cast:
    """People by name, couples by the first name."""

    people: dict[str, User] = field(default_factory=dict)
    couples: dict[str, Couple] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error


def make_person(
    name: str,
    *,
    now: datetime,
    zone: str = "Europe/Lisbon",
    therapist: bool = False,
    verified: bool = True,
    arrived: bool = True,
    **fields: Any,
) -> User:
    """A person with a key, an address, and “About you” done."""
    person = User(
        email=f"{name.lower()}@mail.example",
        kind=Kind.THERAPIST if therapist else Kind.PARTNER,
        time_zone=zone,
        date_joined=now - timedelta(days=200),
        arrived_at=now - timedelta(days=200) if arrived else None,
        adult_at=now - timedelta(days=200) if arrived else None,
        **fields,
    )
    person.set_password("correct horse battery")
    person.save()
    vault.seal(person, "name", name)
    vault.seal(person, "settings", {})
    person.save(update_fields=["name", "settings"])
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=verified)
    if arrived:
        Consent.objects.create(person=person, version=CONSENT_VERSION, given_at=person.date_joined)
    if therapist:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
        Profile.objects.create(
            therapist=person,
            name=f"Dr {name}",
            registration=f"Register {name} 1234",
            secrets_policy="none",
            emergency_plan="Call 112, then me.",
            updated_at=now,
        )
    return person


def make_couple(a: User, b: User, *, now: datetime, cooling: bool = False, plan: bool = True) -> Couple:
    """Two people linked half a year ago (or just now, when cooling off)."""
    since = now - timedelta(hours=1) if cooling else now - timedelta(days=180)
    couple = Couple.objects.create(created_at=since, cooling_until=since + timedelta(hours=24))
    vault.make_key(Owner.couple(couple.pk), now=since)
    for person, slot in ((a, Slot.A), (b, Slot.B)):
        place = Membership(couple=couple, person=person, slot=slot, joined_at=since)
        vault.seal(place, "name", person.email.partition("@")[0].title())
        place.save()
    if plan:
        RepairPlan.objects.create(couple=couple, phase_since=since, season_began_at=since)
    return couple


def make_grant(
    therapist: User,
    couple: Couple,
    giver: User,
    *,
    now: datetime,
    pair: CodePair | None = None,
    **fields: Any,
) -> Grant:
    """One partner's yes, given ten days ago."""
    given = now - timedelta(days=10)
    pair = pair or CodePair.objects.create(
        therapist=therapist, created_at=given, expires_at=given + timedelta(days=7)
    )
    grant = Grant(
        pair=pair,
        membership=Membership.objects.get(couple=couple, person=giver),
        couple=couple,
        therapist=therapist,
        **{"granted_at": given, "opens_at": given, "expires_at": given + timedelta(days=90), **fields},
    )
    vault.seal(grant, "scope", {"since": "beginning", "words": True, "window": "session"})
    grant.save()
    return grant


def book(therapist: User, couple: Couple, *, at: datetime) -> Session:
    """A session at an instant."""
    return Session.objects.create(
        therapist=therapist, couple=couple, starts_at=at, booked_at=at - timedelta(days=7)
    )


class _Kept:
    """The rows of a cast that was built, to be laid again as they are: that takes a fortieth of the time."""

    def __init__(self) -> None:
        self.key: tuple[datetime, str] | None = None  # when, and under which key file
        self.people: dict[str, User] = {}
        self.couples: dict[str, Couple] = {}
        self.inserts: list[tuple[str, list[Any]]] = []

    def keep(self, cast: Cast, *, key: tuple[datetime, str]) -> None:
        """Remember every row there is; the database held nothing else before."""
        self.key = key
        self.people = {name: User.objects.get(pk=person.pk) for name, person in cast.people.items()}
        self.couples = {name: Couple.objects.get(pk=couple.pk) for name, couple in cast.couples.items()}
        kept = [model for model in apps.get_models() if model._meta.app_label not in SHARED]
        self.inserts = [insert for model in kept if (insert := _insert_of(model))]

    @transaction.atomic  # references are checked at its end, so the order of tables does not matter
    def lay(self) -> Cast:
        """The same rows again."""
        with connection.cursor() as cursor:
            for sql, values in self.inserts:
                cursor.execute(sql, values)
        return Cast(people=copy.deepcopy(self.people), couples=copy.deepcopy(self.couples))


def _insert_of(model: type[models.Model]) -> tuple[str, list[Any]] | None:
    """One statement that lays all the rows of a table, None for an empty one. The database counts on; nothing in a
    cast refers to a counted row."""
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    table, columns = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")
        rows = cursor.fetchall()
    if not rows:
        return None
    places = f"({', '.join(['%s'] * len(fields))})"
    values = [value for row in rows for value in row]
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([places] * len(rows))}", values


SHARED = {"contenttypes", "auth", "sessions"}  # rows that are there in every test anyway
_kept = _Kept()


def build_cast(*, now: datetime) -> Cast:
    """Everybody."""
    if User.objects.exists():
        return _build(now=now)
    key = (now, str(settings.KEYS_FILE))
    if _kept.key == key:
        return _kept.lay()
    cast = _build(now=now)
    _kept.keep(cast, key=key)
    return cast


def _build(*, now: datetime) -> Cast:
    people: dict[str, User] = {}
    zones = {"ben": "America/New_York", "kit": "Asia/Tokyo"}
    for name in ["ana", "ben", "cleo", "kit", "drew", "eve", "rita", "rob", "cora", "cal", "sol", "ivy"]:
        people[name] = make_person(name.title(), now=now, zone=zones.get(name, "Europe/Lisbon"))
    for name in ["theo", "rae", "hal", "xan", "wim"]:
        people[name] = make_person(name.title(), now=now, therapist=True)
    people["una"] = make_person("Una", now=now, verified=False, arrived=False)
    people["stan"] = make_person("Stan", now=now, is_staff=True)
    people["sue"] = make_person("Sue", now=now, is_staff=True, is_superuser=True)
    cast = Cast(people=people)
    cast.couples = {
        "ana": make_couple(cast.ana, cast.ben, now=now),
        "cleo": make_couple(cast.cleo, cast.kit, now=now),
        "drew": make_couple(cast.drew, cast.eve, now=now),
        "rita": make_couple(cast.rita, cast.rob, now=now),
        "cora": make_couple(cast.cora, cast.cal, now=now, cooling=True),
    }
    Membership.objects.filter(person=cast.drew).update(left_at=now - timedelta(days=3))
    rests = Membership.objects.filter(person=cast.rita)
    rests.update(rested_at=now - timedelta(days=3))
    Rest.objects.create(membership=rests.get(), began_at=now - timedelta(days=3))
    _therapists(cast, now=now)
    invitation = Invitation(
        inviter=cast.sol,
        address_hash=vault.keyed_hash("address", cast.ivy.email),
        secret_hash=vault.keyed_hash("invitation", str(uuid.uuid4())),
        created_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=6),
    )
    vault.seal(invitation, "address", cast.ivy.email)
    vault.seal(invitation, "shown_name", "Sol")
    invitation.save()
    return cast


def _therapists(cast: Cast, *, now: datetime) -> None:
    couple = cast.couples["ana"]
    for giver in (cast.ana, cast.ben):
        make_grant(cast.theo, couple, giver, now=now)
        make_grant(
            cast.rae, couple, giver, now=now, ended_at=now - timedelta(days=1) if giver is cast.ben else None
        )
        make_grant(cast.xan, couple, giver, now=now, expires_at=now - timedelta(hours=1))
        make_grant(cast.wim, couple, giver, now=now)
    make_grant(cast.hal, couple, cast.ana, now=now)
    for therapist in (cast.theo, cast.rae, cast.hal, cast.xan):
        book(therapist, couple, at=now + timedelta(hours=12))
    book(cast.wim, couple, at=now + timedelta(days=6))
