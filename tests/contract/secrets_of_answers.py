"""Secrets of Ana about evenings: what she answered, kept, drafted, read and heard."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.couples.models import Membership
from accounts.vault import services as vault
from checkins.progress.models import MarkedEvening
from checkins.prompts import services as prompts
from checkins.prompts import sheets
from checkins.prompts.models import Addition, AnswerSheet, Prompt, ReadingChoice
from checkins.prompts.sheets import Share, Sheet, Words
from checkins.reminders import later
from repair.plan import wording
from repair.plan.models import Agreement, Draft, RepairPlan, Signature, Version
from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, her, nothing, of
from tests.contract.world import send_sheet, write_entry

MARKS = {"marks": {"safe": 2, "close": 1}, "private": [], "word": "sad", "reports": {}, "share": "all"}


def prompt_of(cast: Cast, check_in: Any) -> Prompt:
    """Ana’s copy of a check-in."""
    return Prompt.objects.select_related("membership", "check_in").get(
        check_in=check_in, membership__person=cast.ana
    )


def sent(share: str = "all", good: str = "secret good thing", **marks: int) -> World:
    """She sent in tonight’s minute."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        payload = {**MARKS, "share": share, "marks": marks or MARKS["marks"]}
        send_sheet(world["tonight"], cast.ana, marks=payload, words={"good": good})

    return apply


def ben_sent(cast: Cast, world: dict[str, Any], now: Any) -> None:
    send_sheet(world["tonight"], cast.ben, marks=MARKS, words={"good": "Ben’s"})


def skipped(cast: Cast, world: dict[str, Any], now: Any) -> None:
    prompts.leave_for_tonight(viewer=her(cast, now), prompt_id=prompt_of(cast, world["tonight"]).pk, now=now)


def drafted(text: str) -> World:
    """She wrote something tonight and did not send it."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        values = {"marks": {"safe": 1}, "good": text}
        mine = prompt_of(cast, world["tonight"]).pk
        prompts.keep_step(viewer=her(cast, now), prompt_id=mine, values=values, now=now)

    return apply


def _taken_back(cast: Cast, world: dict[str, Any], now: Any) -> None:
    sent()(cast, world, now)
    prompts.take_back(viewer=her(cast, now), prompt_id=prompt_of(cast, world["tonight"]).pk, now=now)


def _narrowed(share: Share, private: Iterable[str] = ()) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        sent()(cast, world, now)
        mine = prompt_of(cast, world["tonight"]).pk
        prompts.show_less(viewer=her(cast, now), prompt_id=mine, share=share, private=private, case=False, now=now)

    return apply


def _asked_later(cast: Cast, world: dict[str, Any], now: Any) -> None:
    viewer, mine = her(cast, now), prompt_of(cast, world["tonight"])
    later.ask_again(viewer=viewer, prompt_id=mine.pk, at=later.offered(viewer, mine)[-1], now=now)


def _another_draft(text: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        draft = Draft(author=cast.ana, kind="commitment", made_at=now, changed_at=now)
        vault.seal(draft, "body", {"what": text})
        draft.save()

    return apply


def _alone(*, track: str, draft: bool = False, **alone: int) -> World:
    """She said what her place is, and answered the one question that goes with it, for herself."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        keep_story(viewer=her(cast, now), story=Story(track=track), now=now)
        if draft:
            mine = prompt_of(cast, world["tonight"]).pk
            prompts.keep_step(viewer=her(cast, now), prompt_id=mine, values={"alone": alone}, now=now)
        _instead("yesterday", **DAILY, alone=alone)(cast, world, now)

    return apply


def _private_evening(cast: Cast, world: dict[str, Any], now: Any) -> None:
    row = MarkedEvening(couple=cast.couples["ana"], author=cast.ana, on=now.date(), made_at=now)
    vault.seal(row, "text", {"name": "secret evening", "words": "", "shared": False})
    row.save()


def _journal(text: str, **fields: Any) -> World:
    """She wrote in her journal; with `thrown_at`, and threw it away."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        write_entry(cast.ana, text, now=now, **dict.fromkeys(fields, now))

    return apply


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


def _instead(check_in: str, **fields: Any) -> World:
    """Her sheet of an evening whose hour has come, as it might have been."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        row = AnswerSheet.objects.select_related("prompt").get(prompt=prompt_of(cast, world[check_in]))
        sheets.write(row, Sheet(**{"share": Share.ALL, "sent_at": row.sent_at, **fields}))
        row.save()

    return apply


def _never_sent(check_in: str, **changes: Any) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        mine = prompt_of(cast, world[check_in])
        AnswerSheet.objects.filter(prompt=mine).delete()
        Prompt.objects.filter(pk=mine.pk).update(sent_at=None, **changes)

    return apply


def _gone(check_in: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        mine = prompt_of(cast, world[check_in])
        AnswerSheet.objects.filter(prompt=mine).update(taken_back_at=now, marks=b"", words=b"")
        Prompt.objects.filter(pk=mine.pk).update(sent_at=None)

    return apply


def _whole_evening(check_in: str, **kept: Any) -> tuple[World, ...]:
    """All the ways in which nothing of hers is shared of an evening."""
    return (
        _never_sent(check_in),
        _instead(check_in, **kept, share=Share.NONE),
        _instead(check_in, marks={}, words=Words()),
        _instead(
            check_in, **kept | {"words": Words()}, share=Share.MARKS, private=frozenset({"safe", "close", "hope"})
        ),
        _never_sent(check_in, not_sent=True),
        _gone(check_in),
    )


def _asked_by_both(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """The two have agreed a question of their own, and Ben has answered it; the same rows in every world."""
    places = list(Membership.objects.filter(couple=cast.couples["ana"]).order_by("slot"))
    plan = RepairPlan.objects.get(couple=cast.couples["ana"])
    line = Agreement.objects.create(
        pk=UUID(int=1), plan=plan, kind="question", number=900, made_at=now, first_in_force_at=now
    )
    version = Version(
        pk=OURS, agreement=line, number=1, author=places[0], made_at=now, both_signed_at=now,
        look_again_on=now.date() + timedelta(days=90),
    )  # fmt: skip
    fields = {"what": "Did we laugh?", "answer": "mark", "low": "No", "high": "A lot", "asked_with": "daily"}
    wording.seal(version, fields)
    version.save()
    for place in places:
        mac = wording.mac_of(version, fields)
        Signature.objects.create(version=version, membership=place, mac=mac, signed_at=now)
    of("ben", _instead("yesterday", **{**DAILY, "marks": {"safe": 3, KEY: 2}}))(cast, world, now)


def _ours(mark: int | None, **fields: Any) -> World:
    """What she answered to the question of their own."""
    marks = {"safe": 5, "close": 4} | ({KEY: mark} if mark else {})
    return both(_asked_by_both, _instead("yesterday", **{**DAILY, "marks": marks}, **fields))


OURS = UUID(int=2)
KEY = f"own-{OURS.hex}"
DAILY = {"marks": {"safe": 5, "close": 4}, "words": Words(feelings=("calm",))}
WEEKLY = {"marks": {"safe": 4, "hope": 3}, "words": Words(feelings=("calm",), texts={"need": "A quiet hour"})}

SECRETS = (
    Secret("what she answered tonight", (sent(), sent(good="x" * 120, safe=7, close=7), sent(good="", safe=1))),
    Secret("whether she answered, skipped, drafted", (nothing, sent(), skipped, drafted("a"), drafted("b" * 90))),
    Secret("the same, when Ben has sent", tuple(both(ben_sent, w) for w in (nothing, sent(), skipped))),
    Secret("whether she keeps it private", (sent("all"), sent("marks"), sent("words"), sent("none"))),
    Secret("whether she took tonight’s back, or narrowed it", (
        nothing, _taken_back, _narrowed(Share.NONE), _narrowed(Share.MARKS, ["safe"]),
    )),
    Secret("that she asked for a later note", (nothing, _asked_later)),
    Secret("why nothing of hers is there of an evening", _whole_evening("yesterday", **DAILY)),
    Secret("why nothing of hers is there of a week", _whole_evening("read", **WEEKLY)),
    Secret("why a mark of hers is not there", (
        _instead("yesterday", **{**DAILY, "marks": {"safe": 5}}),
        _instead("yesterday", **DAILY, private=frozenset({"close"})),
        _instead("yesterday", **{**DAILY, "marks": {"safe": 5, "close": 1}}, private=frozenset({"close"})),
    )),
    Secret("what she is asked for herself alone, and answers", (
        nothing, _alone(track="hurt", past=7), _alone(track="broke", open=1), _alone(track="hurt"),
        _alone(track="both", carried=4, draft=True),
    )),
    Secret("why her answer to their own question is not there", (
        _ours(None), _ours(6, private=frozenset({KEY})), _ours(1, private=frozenset({KEY})),
    )),
    Secret("why words of hers are not there", (
        _instead("read", **{**WEEKLY, "words": Words()}),
        _instead("read", **WEEKLY, share=Share.MARKS),
        _instead("read", **{**WEEKLY, "words": Words(texts={"need": "x" * 300})}, share=Share.MARKS),
    )),
    Secret("whether she keeps words from the therapist alone", (
        _instead("read", **WEEKLY, case=False), _instead("read", **WEEKLY, share=Share.MARKS),
    ), not_for=("ben",)),
    Secret("lines she drafts", (nothing, _another_draft("secret line"), _another_draft("x" * 300))),
    Secret("an evening marked for herself", (nothing, _private_evening)),
    Secret("what stands in her journal, and that anything does", (
        nothing, _journal("secret"), _journal("secret " * 500), _journal("gone", thrown_at=True),
    )),
    Secret("what she chose at the closed card", (_chose("now"), _chose("tomorrow"), _chose("never"))),
    Secret("what she heard", (nothing, _heard)),
)  # fmt: skip

# What can be true at the same time, and that the other is shown nothing of.
AT_ONCE: tuple[World, ...] = (
    sent("marks"),
    _another_draft("x" * 300),
    _private_evening,
    _journal("secret " * 500),
    _chose("never"),
    _heard,
    _alone(track="hurt", past=7),
)
