"""The secrets of Ana in which two worlds can differ. Each is a list of worlds that must look alike to others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.access import viewer_of
from accounts.couples.models import Membership, Rest
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.progress.models import MarkedEvening
from checkins.prompts.models import Addition, Prompt, ReadingChoice
from repair.plan.models import Draft
from repair.plan.stepping_out import Stepped, withdraw
from tests.cast import Cast
from tests.contract.world import send_sheet

World = Callable[[Cast, dict[str, Any], Any], None]
MARKS = {"marks": {"safe": 2, "close": 1}, "private": [], "word": "sad", "reports": {}, "share": "all"}


@dataclass(frozen=True)
class Secret:
    """A name and the worlds that must not be told apart by anybody but Ana, except where it opens by a rule that
    both know: (route, method, parts of the answer that may differ there)."""

    name: str
    worlds: tuple[World, ...]
    openings: tuple[tuple[str, str, list[str]], ...] = ()


def nothing(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """The world as it was built."""


def _sent(share: str, **marks: int) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        payload = {**MARKS, "share": share, "marks": marks or MARKS["marks"]}
        send_sheet(world["tonight"], cast.ana, marks=payload, words={"good": "secret good thing"})

    return apply


def _ben_sent_too(then: World) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        send_sheet(world["tonight"], cast.ben, marks=MARKS, words={"good": "Ben’s"})
        then(cast, world, now)

    return apply


def _skipped(cast: Cast, world: dict[str, Any], now: Any) -> None:
    Prompt.objects.filter(check_in=world["tonight"], membership__person=cast.ana).update(skipped_at=now)


def _drafted(cast: Cast, world: dict[str, Any], now: Any) -> None:
    prompt = Prompt.objects.select_related("membership").get(
        check_in=world["tonight"], membership__person=cast.ana
    )
    vault.seal(prompt, "draft", {"marks": {"safe": 1}})
    prompt.save(update_fields=["draft"])


def _another_draft(cast: Cast, world: dict[str, Any], now: Any) -> None:
    draft = Draft(author=cast.ana, kind="commitment", made_at=now, changed_at=now)
    vault.seal(draft, "body", {"what": "secret line"})
    draft.save()


def _private_evening(cast: Cast, world: dict[str, Any], now: Any) -> None:
    row = MarkedEvening(couple=cast.couples["ana"], author=cast.ana, on=now.date(), made_at=now)
    vault.seal(row, "text", {"name": "secret evening", "words": ""})
    row.save()


def _user(**fields: Any) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        User.objects.filter(pk=cast.ana.pk).update(**fields)

    return apply


def _settings(cast: Cast, world: dict[str, Any], now: Any) -> None:
    vault.seal(cast.ana, "settings", {"theme": "dark", "quiet": ["21:00", "08:00"], "exit_keys": False})
    cast.ana.save(update_fields=["settings"])


def _chose(choice: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        row = ReadingChoice(check_in=world["yesterday"], person=cast.ana, made_at=now)
        vault.seal(row, "choice", choice)
        row.save()

    return apply


def _heard(cast: Cast, world: dict[str, Any], now: Any) -> None:
    row = Addition(check_in=world["yesterday"], author=cast.ana, kind=Addition.Kind.HEARD, made_at=now)
    vault.seal(row, "body", {"text": "secret heard", "by": None})
    row.save()


def _rests(cast: Cast, world: dict[str, Any], now: Any) -> None:
    place = Membership.objects.get(person=cast.ana, left_at=None)
    Membership.objects.filter(pk=place.pk).update(rested_at=now)
    Rest.objects.create(membership=place, began_at=now)


def _left(cast: Cast, world: dict[str, Any], now: Any) -> None:
    Membership.objects.filter(person=cast.ana, left_at=None).update(left_at=now)


def _no_more_grant(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """Ana’s yes to a therapist whom Ben never let in."""
    cast.couples["ana"].grants.filter(membership__person=cast.ana, therapist=cast.hal).update(ended_at=now)


def _factor(cast: Cast, world: dict[str, Any], now: Any) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=cast.ana, type=Authenticator.Type.TOTP, data={"secret": "x"})


def _mail_stopped(cast: Cast, world: dict[str, Any], now: Any) -> None:
    User.objects.filter(pk=cast.ana.pk).update(mail_stopped_at=now - timedelta(days=1))


def _mail_refused(cast: Cast, world: dict[str, Any], now: Any) -> None:
    User.objects.filter(pk=cast.ana.pk).update(mail_failed_at=now - timedelta(days=1))


def _suspended(cast: Cast, world: dict[str, Any], now: Any) -> None:
    User.objects.filter(pk=cast.ana.pk).update(suspended_at=now)


def _deleting(cast: Cast, world: dict[str, Any], now: Any) -> None:
    User.objects.filter(pk=cast.ana.pk).update(delete_asked_at=now)


def _stepped_out(then: World, *, of: str = "ana") -> World:
    """Somebody stops the plan; then Ana steps out of the signed line, by the verb itself."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        _whose(then, of)(cast, world, now)
        done = withdraw(viewer=viewer_of(cast.ana, now=now), line=world["arguments"]["line"], now=now)
        assert done is Stepped.LATER

    return apply


def _after_stepping_out(then: World) -> World:
    """Ana rests, steps out of the line, and then her side is closed for another cause."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        _stepped_out(_rests)(cast, world, now)
        then(cast, world, now)

    return apply


def _whose(then: World, of: str) -> World:
    """The same, done by somebody else."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        then(cast if of == "ana" else Cast({**cast.people, "ana": getattr(cast, of)}, cast.couples), world, now)

    return apply


SECRETS = (
    Secret("what she answered tonight", (_sent("all"), _sent("all", safe=7, close=7))),
    Secret("whether she answered, skipped, drafted", (nothing, _sent("all"), _skipped, _drafted)),
    Secret("the same, when Ben has sent", tuple(map(_ben_sent_too, (nothing, _sent("all"), _skipped)))),
    Secret("whether she keeps it private", (_sent("all"), _sent("marks"), _sent("words"), _sent("none"))),
    Secret("lines she drafts", (nothing, _another_draft)),
    Secret("an evening marked for herself", (nothing, _private_evening)),
    Secret("her theme, quiet hours, exit keys", (nothing, _settings)),
    Secret("her time zone", (nothing, _user(time_zone="Asia/Tokyo"))),
    Secret("whether she gets mail", (nothing, _mail_stopped, _mail_refused)),
    Secret("her second factor", (nothing, _factor)),
    Secret("what she chose at the closed card", (_chose("now"), _chose("tomorrow"), _chose("never"))),
    Secret("what she heard", (nothing, _heard)),
    Secret("her yes to a therapist Ben did not let in", (nothing, _no_more_grant)),
    Secret("why it rests", (_rests, _left, _deleting, _suspended)),
    Secret(
        "whether she stepped out of a line while she rests, and why it rests then",
        (
            _rests,
            _stepped_out(_rests),
            *map(_after_stepping_out, (_left, _deleting, _suspended)),
        ),
    ),
    Secret(
        "whether she stepped out of a line while he rests",
        (_whose(_rests, "ben"), _stepped_out(_rests, of="ben")),
        # His ending the rest is the moment in which both come to see it; the answer itself says nothing.
        openings=(("accounts:resume", "POST", ["queries"]),),
    ),
    Secret(
        "whether she stepped out of a line after he left", (_whose(_left, "ben"), _stepped_out(_left, of="ben"))
    ),
)
