"""Secrets of Ana about her account, where she looked, whom she lets in, what she keeps out."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.couples import landing, linking
from accounts.couples.models import Invitation
from accounts.safety import wishes
from accounts.therapists import services as therapists
from accounts.therapists.services import Scope, stamp_of
from accounts.users import calendar
from accounts.users import services as users
from accounts.users.models import User
from repair.plan.models import Agreement
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, her, nothing


def _user(**fields: Any) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        User.objects.filter(pk=cast.ana.pk).update(**fields)

    return apply


def _lives_in(zone: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        users.change_about(viewer=her(cast, now), name="Ana", time_zone=zone, quiet=None, now=now)

    return apply


def _quiet(begins: str, ends: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        users.change_about(
            viewer=her(cast, now), name="Ana", time_zone=cast.ana.time_zone, quiet=(begins, ends), now=now
        )

    return apply


def _looks(cast: Cast, world: dict[str, Any], now: Any) -> None:
    users.change_looks(viewer=her(cast, now), theme="dark", exit_keys=False)


def _mail_stopped(cast: Cast, world: dict[str, Any], now: Any) -> None:
    users.stop_notes(person=cast.ana, now=now)


def _factor(kind: Authenticator.Type) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        Authenticator.objects.create(user=cast.ana, type=kind, data={"secret": "x"})

    return apply


def _password(cast: Cast, world: dict[str, Any], now: Any) -> None:
    person = User.objects.get(pk=cast.ana.pk)
    person.set_password("another horse battery")
    person.save(update_fields=["password"])


def _another_address(cast: Cast, world: dict[str, Any], now: Any) -> None:
    EmailAddress.objects.create(user=cast.ana, email="ana.new@mail.example", primary=False, verified=False)


def _support(country: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        wishes.change(viewer=her(cast, now), country=country, crisis_card=False)
        wishes.heard_about_sharing(viewer=her(cast, now))

    return apply


def _mirror_seen(cast: Cast, world: dict[str, Any], now: Any) -> None:
    wishes.looked_in_mirror(viewer=her(cast, now), month="2026-09")


def _browses(*pages: str) -> World:
    """She is signed in elsewhere too, and looks at pages."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=cast.ana.pk))
        asked = Agreement.objects.order_by("-number").values_list("pk", flat=True)[:2]
        places = {"line": asked[0], "other": asked[1], "check_in": world["read"].pk}
        for page in pages:
            assert client.get(page.format(**places)).status_code in {200, 302}

    return apply


def _calendar(then: str = "") -> World:
    """Her calendar has an address; then it has another, or none."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        calendar.switch_on(person=cast.ana)
        if then == "another":
            calendar.switch_on(person=cast.ana)
        if then == "ended":
            calendar.retire(person=cast.ana)

    return apply


def _exports(cast: Cast, world: dict[str, Any], now: Any) -> None:
    from tests.conftest import Moved
    from tests.contract.looking import browser

    clock = Moved.__new__(Moved)
    clock.at = now
    answer = browser(User.objects.get(pk=cast.ana.pk), clock).post("/you/export/")
    assert answer["Content-Type"] == "application/zip"


def _writes_hard_words(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """The wording mirror says something back, and she leaves it at that."""
    client = Client()
    client.force_login(User.objects.get(pk=cast.ana.pk))
    line = "00000000-0000-4000-8000-0000000000aa"
    body = {"what": "You give me all your passwords and tell me where you are", "who": "you", "know": "I see"}
    when = (now.date() + timedelta(days=20)).isoformat()
    page = client.post("/lines/new/commitment/", {**body, "line": line, "look_again_on": when, "do": "send"})
    assert page.status_code == 200
    assert "repair/plan/mirror.html" in {template.name for template in page.templates}


def _no_more_grant(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """Ana’s yes to a therapist whom Ben never let in."""
    grant = cast.couples["ana"].grants.get(membership__person=cast.ana, therapist=cast.hal)
    therapists.end_grant(person=cast.ana, grant=grant.pk, now=now)


def _wider(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """She lets their therapist read at any time; he did not."""
    grant = cast.couples["ana"].grants.get(membership__person=cast.ana, therapist=cast.theo)
    scope = Scope(beginning=True, words=True, always=True)
    profile = stamp_of(cast.theo.profile)
    therapists.say_yes(viewer=her(cast, now), pair=grant.pair, scope=scope, profile=profile, now=now)


def _asked_in(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """Sol, who does not know her account, asks her in."""
    linking.invite(inviter=cast.sol, address=cast.ana.email, shown_name="Sol", now=now)


def _says_never(cast: Cast, world: dict[str, Any], now: Any) -> None:
    row = landing.by_id(Invitation.objects.latest("created_at", "expires_at").pk)
    assert row is not None
    linking.never(invitation=row, person=cast.ana, now=now)


SECRETS = (
    Secret("her theme and exit keys", (nothing, _looks)),
    Secret("her quiet hours", (nothing, _quiet("17:00", "21:00"), _quiet("00:00", "23:45"))),
    Secret("her time zone", (nothing, _lives_in("Asia/Tokyo"), _lives_in("America/Los_Angeles"))),
    Secret("whether she gets mail", (nothing, _mail_stopped, _user(mail_failed_at="2026-09-13T00:00:00Z"))),
    Secret("her second factor and passkeys", (
        nothing, _factor(Authenticator.Type.TOTP), _factor(Authenticator.Type.WEBAUTHN),
    )),
    Secret("her password and addresses", (nothing, _password, _another_address)),
    Secret("her support: country, card, what she was told, the month’s mirror", (
        nothing, _support("pt"), both(_support(""), _mirror_seen),
    )),
    Secret("that she looked at the pages of safety, and is signed in elsewhere", (
        nothing, _browses("/support/", "/support/own/", "/think/", "/limits/", "/you/support/", "/you/leave/"),
    )),
    Secret("what she read", (
        nothing, _browses("/today/", "/story/", "/lines/{line}/", "/lines/{other}/", "/reading/{check_in}/"),
    )),
    Secret("her calendar’s address", (nothing, _calendar(), _calendar("another"), _calendar("ended"))),
    Secret("that she took her words along", (nothing, _exports)),
    Secret("what the wording mirror said to her", (nothing, _writes_hard_words)),
    Secret("her yes to a therapist Ben did not let in", (nothing, _no_more_grant)),
    Secret("that she lets their therapist read more", (nothing, _wider)),
    Secret("what she does with somebody’s mail", (_asked_in, both(_asked_in, _says_never)), more=("sol",)),
)  # fmt: skip

# What can be true at the same time.
AT_ONCE: tuple[World, ...] = (
    _looks,
    _writes_hard_words,
    _quiet("17:00", "21:00"),
    _lives_in("Asia/Tokyo"),
    _mail_stopped,
    _factor(Authenticator.Type.WEBAUTHN),
    _another_address,
    _support("pt"),
    _mirror_seen,
    _browses("/today/", "/story/", "/lines/{line}/", "/reading/{check_in}/", "/support/", "/think/"),
    _exports,
    _no_more_grant,
    _wider,
)
