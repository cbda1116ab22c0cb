"""The clauses of every `visible_to`: who sees which row, by a table kept by hand; each clause taken away by the
mutants of tests/security/mutants.py must break it."""

from datetime import datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models

from accounts.access import Viewer, viewer_of
from accounts.couples.models import Couple, Membership
from checkins.conversations.models import Talk, TalkWord, Topic, TopicNote
from checkins.hard.models import Aside
from checkins.journal.models import JournalEntry
from checkins.prompts.models import CheckIn, Prompt
from checkins.seasons.models import Given, SeasonLines, Slip
from repair.plan.models import Agreement, Draft, RepairPlan, StepOut, Version
from repair.programmes.models import Enrolment, LadderAnswer, OwnStory, Piece
from repair.schedules.models import QuietDays
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import make_schedule
from tests.security import mutants, tally

pytestmark = pytest.mark.pure

MODELS: dict[str, type[models.Model]] = {
    "Agreement": Agreement, "Version": Version, "Aside": Aside, "StepOut": StepOut, "Draft": Draft,
    "Slip": Slip, "SeasonLines": SeasonLines,
    "LadderAnswer": LadderAnswer,
    "JournalEntry": JournalEntry, "Piece": Piece, "OwnStory": OwnStory, "Enrolment": Enrolment,
    "Topic": Topic, "TopicNote": TopicNote, "Talk": Talk, "TalkWord": TalkWord,
    "Given": Given, "QuietDays": QuietDays, "TimelineEvent": TimelineEvent, "Prompt": Prompt,
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
OTHER = {"ana": "ben", "cleo": "kit"}
LAID_BY = {who: {f"{who} sealed", f"{who} opened"} for who in ALL}
TOPICS = {who: {f"{who} kept", f"{who} brought up", f"{who} put away"} for who in ALL}
for one, other in OTHER.items():
    LAID_BY[one], LAID_BY[other] = LAID_BY[one] | {f"{other} opened"}, LAID_BY[other] | {f"{one} opened"}
    TOPICS[one], TOPICS[other] = TOPICS[one] | {f"{other} brought up"}, TOPICS[other] | {f"{one} brought up"}
TABLE: dict[str, dict[str, set[str]]] = {
    "Agreement": LINES | {"case": {"ana in force"}, "case since": {"ana in force"}},
    "Version": WORDS | {"case": {"ana signed"}, "case since": {"ana signed"}},
    "StepOut": OWN,
    "Aside": OWN,
    "JournalEntry": OWN,
    "Piece": OWN,
    "OwnStory": OWN,
    "LadderAnswer": OWN,
    "Enrolment": DAYS,
    "Topic": TOPICS,
    "TopicNote": OWN,
    "Talk": {who: {one} for one, other in OTHER.items() for who in (one, other)},
    "TalkWord": OWN,
    "Slip": LAID_BY,
    "SeasonLines": LAID_BY,
    "Given": LAID_BY,
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
    Enrolment.objects.filter(couple=couple).delete()
    path = Enrolment(couple=couple, body=b"x", began_at=now, phase_since=now)
    Enrolment.objects.bulk_create([path])
    label |= {days.pk: name, path.pk: name}
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
        aside = Aside(author=place.person, made_at=now)
        aside.__dict__["body"] = b"x"
        Aside.objects.bulk_create([aside])
        entry = JournalEntry(author=place.person, body=b"x", made_at=now, changed_at=now)
        piece = Piece(owner=place.person, head=b"x", body=b"x", made_at=now, changed_at=now)
        story = OwnStory(person=place.person, body=b"x", changed_at=now)
        answer = LadderAnswer(person=place.person, couple=couple, body=b"x")
        for row in (entry, piece, story, answer):
            type(row).objects.bulk_create([row])
            label[row.pk] = who
        topics = {
            "kept": Topic(author=place.person, text=b"x", made_at=now),
            "brought up": Topic(author=place.person, couple=couple, text=b"x", made_at=now, offered_at=now),
            "put away": Topic(
                author=place.person, couple=couple, text=b"x", made_at=now, offered_at=now, put_away_at=now
            ),
        }
        Topic.objects.bulk_create(topics.values())
        label |= {topic.pk: f"{who} {said}" for said, topic in topics.items()}
        if place is places[0]:
            talk = Talk.objects.create(
                couple=couple, topic=topics["brought up"], offered_by=place, starts_at=now, minutes=10, made_at=now
            )
            label[talk.pk] = name
        note = TopicNote(author=place.person, topic=topics["kept"], text=b"x", changed_at=now)
        word = TalkWord(author=place.person, talk=talk, body=b"x", changed_at=now)
        for row in (note, word):
            type(row).objects.bulk_create([row])
            label[row.pk] = who
        for model, (days, said) in product((Slip, SeasonLines), ((-1, "opened"), (5, "sealed"))):
            ends_on = now.date() + timedelta(days=days)
            more = {"on": ends_on} if model is Slip else {}
            laid = model(author=place.person, couple=couple, ends_on=ends_on, made_at=now, **more)
            model.objects.bulk_create([laid])
            label[laid.pk] = f"{who} {said}"
        for days, said in ((-1, "opened"), (5, "sealed")):
            opens = now + timedelta(days=days)
            given = Given(author=place.person, couple=couple, opens_at=opens, made_at=now, body=b"x")
            Given.objects.bulk_create([given])
            label[given.pk] = f"{who} {said}"
        out = StepOut.objects.create(membership=place, agreement=line)
        prompt = Prompt.objects.create(
            check_in=check_in, membership=place, opens_at=now, closes_at=now + timedelta(hours=1)
        )
        label |= {draft.pk: who, aside.pk: who, ("StepOut", out.pk): who, prompt.pk: who}


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
    asking = viewers(cast, now=clock.at)
    wrong = wrong_rows(model, asking, label)
    tally.add("rows by viewer", cases=len(asking) * len(label), found=len(wrong))
    assert wrong == []


# Changes that no viewer can see, and why.
ALIKE = {
    "viewer.couple_id is None or not viewer.is_in(viewer.couple_id)' without part 0": "is_in(None) is False",
    "couple is not None and viewer.is_in(couple)' without part 0": "is_in(None) is False",
    "viewer.couple_id is not None and viewer.is_in(viewer.couple_id)' without part 0": "is_in(None) is False",
    "[viewer.couple_id] if viewer.couple_id else []' as if True": "no row has no couple",
    "(membership__person_id=viewer.person_id) if viewer.is_partn' as if True": "no therapist has one",
    "(author_id=viewer.person_id) if viewer.is_partner else self' as if True": "no therapist has one",
    "(membership__person=viewer.person) if viewer.is_partner els' as if True": "no therapist has one",
    "(owner_id=viewer.person_id) if viewer.is_partner else self.' as if True": "no therapist has one",
    "(person_id=viewer.person_id) if viewer.is_partner else self' as if True": "no therapist has one",
    "couple and viewer.is_in(couple)' without part 0": "is_in(None) is False",
    "couple is None or not viewer.shares_with(couple)' without part 0": "shares_with(None) is False",
    "viewer.couple_id if viewer.is_partner else None' as if True": "no therapist has one",
    "if not viewer.is_partner:\\n    return self.none()' as if False": "no therapist has one",
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
            caught = mutants.noticed(lambda: wrong_rows(model, asking, label))
        if caught:
            tally.mutant(mutant.name, "the table of rows")
        else:
            survived.append(mutant.name)
    left = [name for name in survived if not any(name.endswith(alike) for alike in ALIKE)]
    seeded = number - len(survived) + len(left)
    tally.add("mutants of visible_to", cases=seeded, seeded=seeded, caught=number - len(survived))
    assert left == []
    assert number >= 2
