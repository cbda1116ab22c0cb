"""Real rows of many evenings, for the pages that are computed from them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from accounts.couples.models import Membership
from accounts.vault import services as vault
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from tests.contract.world import make_schedule

Sent = Mapping[str, Mapping[str, object]]  # slot → what its sheet holds


def shared(safe: int, **more: object) -> dict[str, object]:
    """A sheet with one mark, shared."""
    return {"marks": {"safe": safe}, "private": [], "word": None, "reports": {}, "share": "all", **more}


def make_evenings(
    couple_id: UUID, evenings: Mapping[date, Sent], *, now: datetime, question_set: str = "daily"
) -> None:
    """Check-ins with prompts, and sheets of those who sent one in; read the next day at 18:30 UTC."""
    schedule = make_schedule(couple_id, now=now, question_set=question_set)
    places = list(Membership.objects.filter(couple_id=couple_id))
    cache = vault.KeyCache()
    check_ins, prompts, sheets = [], [], []
    for on, sent in evenings.items():
        opens = datetime.combine(on, time(20, 30), tzinfo=UTC)
        check_in = CheckIn(
            schedule=schedule, couple_id=couple_id, on=on, question_set=question_set, made_at=opens,
            reads_at=datetime.combine(on + timedelta(days=1), time(18, 30), tzinfo=UTC),
        )  # fmt: skip
        check_ins.append(check_in)
        for place in places:
            prompt = Prompt(
                check_in=check_in, membership=place, opens_at=opens, closes_at=opens + timedelta(hours=2)
            )
            prompts.append(prompt)
            if place.slot in sent:
                sheet = AnswerSheet(
                    prompt=prompt, author_id=place.person_id, couple_id=couple_id, on=on, sent_at=opens
                )
                vault.seal(sheet, "marks", sent[place.slot], cache=cache)
                vault.seal(sheet, "words", {}, cache=cache)
                sheets.append(sheet)
    CheckIn.objects.bulk_create(check_ins)
    Prompt.objects.bulk_create(prompts)
    AnswerSheet.objects.bulk_create(sheets)
