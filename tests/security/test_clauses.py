"""The clauses of every `visible_to`: who sees which row, by a table kept by hand; each clause taken away by the
mutants of tests/security/mutants.py must break it."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Couple, Membership
from checkins.prompts.models import CheckIn, Prompt
from repair.plan.models import Agreement, Draft, RepairPlan, StepOut, Version
from repair.schedules.models import QuietDays
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import make_schedule
from tests.security import mutants, tally

pytestmark = pytest.mark.pure

MODELS: dict[str, type[models.Model]] = {
    "Agreement": Agreement, "Version": Version, "StepOut": StepOut, "Draft": Draft,
    "QuietDays": QuietDays, "TimelineEvent": TimelineEvent, "Prompt": Prompt,
}  # fmt: skip
ALL = {"ana", "ben", "cleo", "kit", "drew", "eve", "rita", "rob", "cora", "cal"}
# Which couple's rows a partner sees while it stands; who left, rests or is left sees none but those named below.
TOGETHER = {"ana": "ana", "ben": "ana", "cleo": "cleo", "kit": "cleo", "cora": "cora", "cal": "cora"}
# viewer → labels of the rows. `own` rows carry their person's name, shared ones their couple's.
OWN = {who: {who} for who in ALL}
LINES = {who: {f"{c} proposed", f"{c} in force"} for who, c in TOGETHER.items()}
WORDS = {who: {f"{c} open", f"{c} signed"} for who, c in TOGETHER.items()} | {
    "drew": {"drew signed"}, "eve": {"drew signed"}, "rita": {"rita signed"}, "rob": {"rita signed"},
}  # fmt: skip
DAYS = {who: {c} for who, c in TOGETHER.items()}
STORY = {who: {f"{c} shared", f"{c} old", f"{c} of {who}"} for who, c in TOGETHER.items()}
TABLE: dict[str, dict[str, set[str]]] = {
    "Agreement": LINES | {"case": {"ana in force"}, "case since": {"ana in force"}},
    "Version": WORDS | {"case": {"ana signed"}, "case since": {"ana signed"}},
    "StepOut": OWN,
    "Draft": OWN,
    "QuietDays": DAYS | {"case": {"ana"}, "case since": {"ana"}},
    "TimelineEvent": STORY | {"case": {"ana shared", "ana old"}, "case since": {"ana shared"}},
    "Prompt": OWN,
}


def lay(cast: Cast, *, now: datetime) -> dict[Any, str]:
    """Rows of every model for every couple; their labels by key."""
    label: dict[Any, str] = {}
    for name, couple in cast.couples.items():
        _of_couple(name, couple, label, now=now)
    return label


def _of_couple(name: str, couple: Couple, label: dict[Any, str], *, now: datetime) -> None:
    places = list(Membership.objects.filter(couple=couple).select_related("person"))
    plan = RepairPlan.objects.get(couple=couple)
    schedule = make_schedule(couple.pk, now=now)
    label[schedule.agreement_id] = "rhythm"
    for number, state in ((11, "proposed"), (12, "in force")):
        since = now if state == "in force" else None
        line = Agreement.objects.create(
            plan=plan, kind="boundary", number=number, made_at=now, first_in_force_at=since
        )
        label[line.pk] = f"{name} {state}"
        version = Version(
            agreement=line,
            number=1,
            author=places[0],
            made_at=now,
            both_signed_at=since,
            body=b"",
            look_again_on=now.date(),
        )
        version.__dict__["body"] = b"x"
        Version.objects.bulk_create([version])
        label[version.pk] = f"{name} {'signed' if since else 'open'}"
    check_in = CheckIn.objects.create(
        schedule=schedule, couple_id=couple.pk, on=now.date(), question_set="daily", reads_at=now, made_at=now
    )
    days = QuietDays.objects.create(
        couple=couple, set_by=places[0], first_on=now.date(), last_on=now.date(), set_at=now
    )
    label[days.pk] = name
    for only, at, said in (
        (None, now, "shared"),
        (None, now - timedelta(days=90), "old"),
        *((p.person, now, f"of {p.person.email.partition('@')[0]}") for p in places),
    ):
        event = TimelineEvent.objects.create(couple=couple, at=at, kind="test", only_for=only)
        label[event.pk] = f"{name} {said}"
    for place in places:
        who = place.person.email.partition("@")[0]
        draft = Draft(author=place.person, kind="boundary", made_at=now, changed_at=now)
        draft.__dict__["body"] = b"x"
        Draft.objects.bulk_create([draft])
        out = StepOut.objects.create(membership=place, agreement=line)
        prompt = Prompt.objects.create(
            check_in=check_in, membership=place, opens_at=now, closes_at=now + timedelta(hours=1)
        )
        label |= {draft.pk: who, ("StepOut", out.pk): who, prompt.pk: who}


def viewers(cast: Cast, *, now: datetime) -> dict[str, Viewer]:
    """Everybody who can ask, therapists with an open, a limited and a closed case, and nobody."""
    couple = cast.couples["ana"].pk
    found = {name: viewer_of(person, now=now) for name, person in cast.people.items()}
    cases = {"case": (True, None), "case since": (True, now - timedelta(days=30)), "case closed": (False, None)}
    for name, (open_, since) in cases.items():
        case: Any = SimpleNamespace(couple_id=couple, open=open_, since=since, members=())
        found[name] = Viewer(person=cast.theo, case=case, now=now)
    return found | {"nobody": Viewer(now=now)}


def wrong_rows(model: str, asking: dict[str, Viewer], label: dict[Any, str]) -> list[str]:
    """Viewers who see other rows of a model than the table says."""
    found = []
    for name, viewer in asking.items():
        rows = MODELS[model]._default_manager.all().visible_to(viewer)  # type: ignore[attr-defined]
        seen = {label[("StepOut", row.pk) if model == "StepOut" else row.pk] for row in rows} - {"rhythm"}
        if seen != TABLE[model].get(name, set()):
            found.append(f"{name}: {sorted(seen)}")
    return found


def test_every_visible_to_is_in_the_table() -> None:
    assert {name.partition(".")[0] for name in mutants.clauses()} == set(TABLE)


@pytest.mark.parametrize("model", MODELS)
def test_each_row_is_seen_by_those_alone_whom_its_table_names(cast: Cast, clock: Moved, model: str) -> None:
    """ASVS 8.2.2: own, partner's, ex's, another couple's rows, and a therapist's by an open or closed case."""
    label = lay(cast, now=clock.at)
    assert wrong_rows(model, viewers(cast, now=clock.at), label) == []


# Changes that no viewer can see, and why.
ALIKE = {
    "viewer.couple_id is None or not viewer.is_in(viewer.couple_id)' without part 0": "is_in(None) is False",
    "couple is not None and viewer.is_in(couple)' without part 0": "is_in(None) is False",
    "viewer.couple_id is not None and viewer.is_in(viewer.couple_id)' without part 0": "is_in(None) is False",
    "[viewer.couple_id] if viewer.couple_id else []' as if True": "no row has no couple",
    "(membership__person_id=viewer.person_id) if viewer.is_partn' as if True": "no therapist has one",
    "(author_id=viewer.person_id) if viewer.is_partner else self' as if True": "no therapist has one",
    "(membership__person=viewer.person) if viewer.is_partner els' as if True": "no therapist has one",
}


@pytest.mark.parametrize("model", MODELS)
def test_every_clause_taken_away_or_turned_round_is_noticed(cast: Cast, clock: Moved, model: str) -> None:
    label = lay(cast, now=clock.at)
    asking = viewers(cast, now=clock.at)
    survived = []
    number = 0
    for mutant in mutants.of_clauses(MODELS[model]):
        number += 1
        with mutant.applied():
            if not mutants.noticed(lambda: wrong_rows(model, asking, label)):
                survived.append(mutant.name)
    left = [name for name in survived if not any(name.endswith(alike) for alike in ALIKE)]
    tally.add("mutants of visible_to", seeded=number - len(survived) + len(left), caught=number - len(survived))
    assert left == []
    assert number >= 2
