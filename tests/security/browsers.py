"""Browsers of people who stand where the named cast does not: half-way through signing up, a reset, a link."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from accounts.access import Purpose, system, viewer_of
from accounts.couples import linking
from accounts.couples.models import Invitation
from accounts.mail.models import Mail
from accounts.users import calendar
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.prompts.models import ReadingChoice
from repair.plan import phases
from repair.plan import services as plan
from repair.plan.models import Phase, Version
from tests.cast import Cast, make_person
from tests.contract.secrets_of_practices import OFFERED
from tests.contract.talking import make_topic, talked
from tests.contract.world import send_sheet, write_entry
from tests.repair.programmes.doing import shared

PASSWORD = "correct horse battery"


def signed_in(person: User) -> Client:
    """A browser whose person has just proved themself."""
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0")
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def _opened(mail: Mail, *, now: datetime) -> dict[str, str]:
    found: dict[str, str] = vault.open(system(Purpose.MAIL, now=now), mail, "payload")
    return found


def give_second_step(person: User) -> None:
    """An app with its secret, and recovery codes."""
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
    RecoveryCodes.activate(person)


def furnish(
    cast: Cast, world: dict[str, object], *, now: datetime
) -> tuple[dict[str, Callable[[], SimpleCookie]], list[tuple[str, str]]]:
    """More for Ana and Ben; returns browsers by name, and (browser, path) of pages only they reach."""
    ana, ben = viewer_of(cast.ana, now=now), viewer_of(cast.ben, now=now)
    ends = now.date() + timedelta(days=60)
    body = {"what": "Ben asks for this", "who": "both", "know": "We see it"}
    words = plan.Words(body, ends)
    waiting = plan.propose(viewer=ben, kind="boundary", words=words, line=uuid.uuid4(), now=now).pk
    first = plan.propose(
        viewer=ana, kind="commitment", words=plan.Words({**body, "what": "Tea"}, ends), line=uuid.uuid4(), now=now
    )
    version = first.versions.get()
    plan.sign(viewer=ben, line=first.pk, version=version.pk, mac=bytes(version.signatures.get().mac), now=now)
    plan.suggest(
        viewer=ben, line=first.pk, seen=1, words=plan.Words({**body, "what": "Tea at six"}, ends), now=now
    )
    assert Version.objects.filter(agreement=first).count() == 2
    phases.propose_phase(viewer=ben, to=Phase.UNDERSTANDING, now=now)
    send_sheet(
        world["tonight"],
        cast.ben,
        marks={"marks": {"safe": 4}, "private": [], "share": "all"},
        words={"good": "Tea."},
    )
    choice = ReadingChoice(check_in=world["yesterday"], person=cast.ben, made_at=now)
    vault.seal(choice, "choice", "now")
    choice.save()
    write_entry(cast.ana, "Thrown away today.", now=now, thrown_at=now)
    calendar.switch_on(person=cast.ana)
    offered = shared(cast.ana, OFFERED, now=now - timedelta(days=3))
    his = make_topic(cast.ben, "What was talked of", now=now, couple=cast.couples["ana"])
    over = talked(his, now=now - timedelta(hours=2), reads=now + timedelta(hours=20)).pk
    tonight = world["tonight"].prompts.get(membership__person=cast.ben).pk
    read = world["yesterday"].pk
    pages = [(who, path) for who in ("ana", "ben") for path in (f"/talks/about/{his.pk}/time/",
             f"/talks/{over}/not-today/", f"/talks/{over}/after/")]  # fmt: skip
    pages += [("ben", f"/practices/{OFFERED}/read/{offered}/"), ("ana", "/practices/understanding_why/"), ("ben",
        f"/reading/{read}/"),
        ("ben", f"/answers/{tonight}/"), ("ben", f"/lines/{waiting}/"),
        ("ana", f"/lines/{first.pk}/"),
             ("ana", f"/lines/{first.pk}/sign/"), ("ana", f"/lines/{waiting}/"), ("ana",
             f"/lines/{waiting}/sign/")]  # fmt: skip
    return _others(cast, pages, now=now), pages


def _others(cast: Cast, pages: list[tuple[str, str]], *, now: datetime) -> dict[str, Callable[[], SimpleCookie]]:
    names = ("nia", "dora", "ken", "pax", "may", "kim")
    nia, dora, ken, pax, may, kim = (make_person(n.title(), now=now, arrived=n != "nia") for n in names)
    cast.people |= dict(zip(names, (nia, dora, ken, pax, may, kim), strict=True))
    User.objects.filter(pk=dora.pk).update(delete_asked_at=now)
    give_second_step(ken)
    passkey = Authenticator.objects.create(user=pax, type="webauthn", data={"name": "1", "credential": {}})
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).exclude(user=ken).update(data={"secret": secret})
    Invitation.objects.all().delete()
    for person in (may, kim):
        invitation = linking.invite(inviter=cast.sol, address=person.email, shown_name="Sol", now=now)
        if person is may:
            linking.accept(person=may, invitation_id=invitation.pk, now=now)
        else:
            linking.never(invitation=invitation, person=kim, now=now)
    open_ = linking.invite(inviter=cast.sol, address=cast.ivy.email, shown_name="Sol", now=now)
    link = "/i/" + _opened(Mail.objects.get(kind="invitation", ref=open_.pk), now=now)["secret"] + "/"
    pages += [("", link), ("ivy", link), ("invited", "/i/"), ("kim", "/you/nevers/"), ("sol",
        "/together/confirm/"), ("may", "/together/"),
              ("nia", "/about-you/"), ("dora", "/you/undo/"), ("pax",
              f"/you/second-factor/passkeys/{passkey.pk}/remove/"),
              ("ken", "/you/second-factor/codes/"), ("ken", "/again/code/"), ("second step", "/sign-in/step/"),
              ("signing up", "/verify/"), ("resetting", "/reset/code/"), ("code given", "/reset/new/"),
              ("two devices", "/you/devices/")]  # fmt: skip

    def invited() -> SimpleCookie:
        client = Client()
        client.post(link, {"answer": "accept"})
        return client.cookies

    def posted(path: str, **data: str) -> Callable[[], SimpleCookie]:
        def browse() -> SimpleCookie:
            client = Client()
            client.post(path, data)
            return client.cookies

        return browse

    def code_given() -> SimpleCookie:
        client = Client()
        client.post("/reset/", {"email": may.email})
        mail = Mail.objects.filter(address=may.email, kind="account_code").last()
        assert mail is not None
        client.post("/reset/code/", {"code": _opened(mail, now=now)["code"]})
        return client.cookies

    def two_devices() -> SimpleCookie:
        clients = [Client(), Client()]
        for client in clients:
            client.post("/sign-in/", {"login": kim.email, "password": PASSWORD})
        return clients[1].cookies

    return {
        "invited": invited,
        "second step": posted("/sign-in/", login=ken.email, password=PASSWORD),
        "signing up": posted("/sign-up/", email="new@mail.example", password1="a long enough one"),
        "resetting": posted("/reset/", email=kim.email),
        "code given": code_given,
        "two devices": two_devices,
    }
