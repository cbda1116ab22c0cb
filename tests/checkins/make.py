"""Rows of check-ins as the engine would make them, so that tests of answering and reading depend on no engine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Membership
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.prompts import sheets
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from checkins.prompts.sheets import Share, Sheet, Words
from repair.plan import wording
from repair.plan.models import Agreement, RepairPlan, Signature, Version
from repair.schedules.models import Schedule
from tests.cast import Cast
from tests.contract.world import make_check_in, make_schedule

DAY = {"safe": 5, "close": 4}
MINUTE = {"mark-safe": "5", "mark-close": "4", "feelings": "calm", "good": "You hummed."}


@dataclass
class Evening:
    """One check-in of Ana and Ben with both prompts."""

    check_in: CheckIn
    ana: Prompt
    ben: Prompt


def make_evening(
    cast: Cast,
    *,
    now: datetime,
    questions: str = "daily",
    opened: float = 30,
    reads_in: float | None = 24 * 60,
    lasts: float = 150,
    schedule: Schedule | None = None,
) -> Evening:
    """A check-in whose windows opened `opened` minutes ago and last `lasts`, read `reads_in` minutes from now
    (None: as soon as both are in)."""
    schedule = schedule or schedule_of(cast, now=now, questions=questions)
    opens = now - timedelta(minutes=opened)
    reads = now + timedelta(minutes=reads_in) if reads_in is not None else None
    check_in = make_check_in(schedule, opens.date(), opens=opens, reads=reads)  # type: ignore[arg-type]
    check_in.prompts.update(closes_at=opens + timedelta(minutes=lasts))
    prompts = {
        p.membership.person_id: p for p in check_in.prompts.select_related("membership__person", "check_in")
    }
    return Evening(check_in, prompts[cast.ana.pk], prompts[cast.ben.pk])


def schedule_of(cast: Cast, *, now: datetime, questions: str = "daily") -> Schedule:
    """The couple's schedule with these questions; made where there is none."""
    found = Schedule.objects.filter(couple=cast.couples["ana"], question_set=questions).first()
    return found or make_schedule(cast.couples["ana"].pk, now=now, question_set=questions)


def send(prompt: Prompt, *, at: datetime, **fields: Any) -> AnswerSheet:
    """A sheet as rows: marks of a day, all shared, unless said otherwise."""
    fields = {"marks": DAY, "words": Words(feelings=("calm",)), "share": Share.ALL, **fields}
    prompt.sent_at, prompt.draft = at, b""
    prompt.save(update_fields=["sent_at", "draft"])
    row = AnswerSheet(
        prompt=prompt,
        author=prompt.membership.person,
        couple_id=prompt.check_in.couple_id,
        on=prompt.check_in.on,
        sent_at=at,
    )
    sheets.write(row, Sheet(**fields))
    row.save()
    return row


def make_line(
    cast: Cast, *, now: datetime, what: str, who: str = "both", both_see: bool = False, signed: bool = True
) -> Agreement:
    """A commitment of Ana and Ben, proposed by Ana; in force when signed by both."""
    couple = cast.couples["ana"]
    plan = RepairPlan.objects.get(couple=couple)
    line = Agreement.objects.create(
        plan=plan,
        kind="commitment",
        number=Agreement.objects.filter(plan=plan).count() + 1,
        made_at=now,
        first_in_force_at=now if signed else None,
    )
    places = list(Membership.objects.filter(couple=couple).order_by("slot"))
    version = Version(
        agreement=line,
        number=1,
        author=next(p for p in places if p.person_id == cast.ana.pk),
        made_at=now,
        look_again_on=now.date() + timedelta(days=90),
        both_signed_at=now if signed else None,
    )
    fields = {"what": what, "who": who, "know": "We see it."} | ({"both_see": True} if both_see else {})
    wording.seal(version, fields)
    version.save()
    for place in places if signed else [version.author]:
        mac = wording.mac_of(version, fields)
        Signature.objects.create(version=version, membership=place, mac=mac, signed_at=now)
    return line


def draft_of(person: User, prompt: Prompt) -> dict[str, Any]:
    """What is kept in a draft now."""
    row = Prompt.objects.select_related("membership").get(pk=prompt.pk)
    return vault.open(viewer_of(person, now=datetime.now(UTC)), row, "draft") or {}


def sheet_of(prompt: Prompt) -> Sheet:
    """The sheet of a prompt, as its author reads it."""
    row = AnswerSheet.objects.get(prompt=prompt)
    return sheets.read(viewer_of(row.author, now=datetime.now(UTC)), row)


def looking(person: User, *, now: datetime) -> Viewer:
    """A viewer as a request would resolve it."""
    return viewer_of(person, now=now)


def step(prompt: Prompt, number: int) -> str:
    """The address of one page."""
    return f"/evening/{prompt.pk}/{number}/"


def fill(client: Client, prompt: Prompt, **share: str) -> Any:
    """The daily minute, filled in and sent."""
    client.post(step(prompt, 1), MINUTE)
    return client.post(step(prompt, 2), {"who": "all", **share})
