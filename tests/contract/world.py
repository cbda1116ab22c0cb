"""One couple's world with one of everything, so that every route can be visited with real ids."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt

from accounts.access import viewer_of
from accounts.audit import services as audit
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.users import calendar
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.hard.models import Aside
from checkins.journal.models import JournalEntry
from checkins.progress.models import MarkedEvening
from checkins.prompts import sheets as sheet_columns
from checkins.prompts.models import AnswerSheet, CheckIn, Prompt
from checkins.prompts.sheets import Share, Sheet, Words
from checkins.reminders import health
from checkins.seasons.models import Given, Slip
from checkins.seasons.year import ended
from repair.plan import phases
from repair.plan import services as plan_services
from repair.plan.models import Agreement, Draft, Phase, RepairPlan
from repair.programmes import climbing
from repair.schedules.models import Frequency, QuietDays, Schedule, Seat
from tests.cast import Cast
from tests.contract.talking import make_talk, make_topic, say_after, talked
from tests.contract.visiting import seeded_ids
from tests.repair.programmes.doing import done


def make_schedule(
    couple_id: UUID, *, now: datetime, question_set: str = "daily", opens: time = time(20, 30)
) -> Schedule:
    """A daily rhythm in force since two months ago, with both seats."""
    plan = RepairPlan.objects.get(couple_id=couple_id)
    line = Agreement.objects.create(
        plan=plan,
        kind="rhythm",
        number=Agreement.objects.filter(plan=plan).count() + 1,
        made_at=now - timedelta(days=60),
        first_in_force_at=now - timedelta(days=60),
    )
    schedule = Schedule.objects.create(
        agreement=line,
        couple_id=couple_id,
        question_set=question_set,
        frequency=Frequency.DAILY,
        starts_on=(now - timedelta(days=60)).date(),
        reading_time=time(18, 30),
        remind_after_minutes=60,
        in_force=True,
    )
    for place in Membership.objects.filter(couple_id=couple_id):
        Seat.objects.create(
            schedule=schedule,
            membership=place,
            couple_id=couple_id,
            opens_at=opens,
            closes_at=time(23, 0),
            next_on=now.date() + timedelta(days=1),
            next_due_at=now + timedelta(days=1),
        )
    return schedule


def make_check_in(schedule: Schedule, on: date, *, opens: datetime, reads: datetime) -> CheckIn:
    """A check-in with a prompt for each, open for two and a half hours."""
    check_in = CheckIn.objects.create(
        schedule=schedule,
        couple_id=schedule.couple_id,
        on=on,
        question_set=schedule.question_set,
        reads_at=reads,
        made_at=opens,
    )
    for place in Membership.objects.filter(couple_id=schedule.couple_id):
        Prompt.objects.create(
            check_in=check_in, membership=place, opens_at=opens, closes_at=opens + timedelta(hours=2, minutes=30)
        )
    return check_in


def send_sheet(check_in: CheckIn, author: User, *, marks: dict[str, Any], words: dict[str, str]) -> AnswerSheet:
    """What one partner sent in, as rows."""
    prompt = Prompt.objects.get(check_in=check_in, membership__person=author)
    prompt.sent_at = prompt.opens_at + timedelta(minutes=5)
    prompt.save(update_fields=["sent_at"])
    sheet = AnswerSheet(
        prompt=prompt, author=author, couple_id=check_in.couple_id, on=check_in.on, sent_at=prompt.sent_at
    )
    vault.seal(sheet, "marks", marks)
    vault.seal(sheet, "words", words)
    sheet.save()
    return sheet


def signed_line(cast: Cast, *, now: datetime) -> UUID:
    """A boundary of Ana and Ben in force, through the real verbs: proposed by one, signed by the other."""
    ana, ben = viewer_of(cast.ana, now=now), viewer_of(cast.ben, now=now)
    body = {
        "what": "Half an hour after supper",
        "who": "both",
        "own_space": "Reading",
        "know": "The phones lie there",
    }
    words = plan_services.Words(body, now.date() + timedelta(days=60))
    made = plan_services.propose(viewer=ana, kind="boundary", words=words, line=uuid4(), now=now)
    version = made.versions.get()
    mac = bytes(version.signatures.get().mac)
    plan_services.sign(viewer=ben, line=made.pk, version=version.pk, mac=mac, now=now)
    return made.pk


def propose(cast: Cast, person: User, what: str, *, now: datetime) -> UUID:
    """A boundary that one of them proposes and the other has not answered."""
    viewer = viewer_of(person, now=now)
    words = plan_services.Words(
        {"what": what, "who": "both", "know": "We see it"}, now.date() + timedelta(days=60)
    )
    return plan_services.propose(viewer=viewer, kind="boundary", words=words, line=uuid4(), now=now).pk


def write_entry(author: User, text: str, *, now: datetime, **fields: Any) -> JournalEntry:
    """An entry of somebody's journal, as a row."""
    row = JournalEntry(author=author, made_at=now, changed_at=now, **fields)
    vault.seal(row, "body", {"prompt": "", "text": text})
    row.save()
    return row


def put(author: User, kind: str, *, now: datetime, on: str | None = None, **said: str) -> Aside:
    """Something that somebody put aside for themself, as a row."""
    row = Aside(author=author, made_at=now)
    vault.seal(row, "body", {"kind": kind, "on": on, "name": "", "text": "", "more": "", **said})
    row.save()
    return row


def slip_in(author: User, line: str, *, on: date, couple: Any = None, ends_on: date | None = None) -> Slip:
    """A slip in somebody's jar, as a row."""
    at = datetime.combine(on, time(20), tzinfo=UTC)
    row = Slip(author=author, on=on, couple=couple, ends_on=ends_on, made_at=at)
    vault.seal(row, "line", line)
    row.save()
    return row


def give(
    author: User, kind: str, text: str, *, opens: datetime, couple: Any = None, on: str | None = None
) -> Given:
    """Something that somebody gives, as a row."""
    row = Given(author=author, couple=couple, opens_at=opens, made_at=opens)
    vault.seal(row, "body", {"kind": kind, "text": text, "on": on, "title": "", "other": ""})
    row.save()
    return row


def build_world(cast: Cast, *, now: datetime) -> dict[str, Any]:
    """Rows for Ana and Ben, with the same ids each time; returns the route arguments that name Ana's or the
    couple's things, and under `sets` all the arguments that Ben can name."""
    with seeded_ids("a world"):
        return _build_world(cast, now=now)


def _build_world(cast: Cast, *, now: datetime) -> dict[str, Any]:
    couple = cast.couples["ana"]
    schedule = make_schedule(couple.pk, now=now)
    yesterday = make_check_in(
        schedule, now.date() - timedelta(days=1), opens=now - timedelta(days=1), reads=now - timedelta(minutes=1)
    )
    tonight = make_check_in(
        schedule, now.date(), opens=now - timedelta(minutes=30), reads=now + timedelta(hours=23)
    )
    for author in (cast.ana, cast.ben):
        send_sheet(
            yesterday,
            author,
            marks={"marks": {"safe": 5, "close": 4}, "private": [], "word": "calm", "reports": {}, "share": "all"},
            words={"good": "The walk."},
        )
    draft = Draft(author=cast.ana, kind="boundary", made_at=now, changed_at=now)
    vault.seal(draft, "body", {"what": "A line of my own", "who": "me"})
    draft.save()
    evening = MarkedEvening(couple=couple, author=cast.ana, on=now.date() - timedelta(days=3), made_at=now)
    vault.seal(evening, "text", {"name": "An evening I marked", "words": ""})
    evening.save()
    entry = write_entry(cast.ana, "An entry of my own", now=now)
    topic = make_topic(cast.ana, "A topic of my own", now=now)
    brought_up = make_topic(cast.ana, "A topic for both", now=now, couple=couple)
    talk = make_talk(brought_up, now=now)
    aside = put(cast.ana, "parked", now=now, on=now.date().isoformat(), text="A line I parked")
    slip = slip_in(cast.ana, "A slip of mine", on=now.date() - timedelta(days=1))
    given = give(cast.ana, "letter", "A letter to myself", opens=now + timedelta(days=90))
    line = signed_line(cast, now=now)
    grant = cast.couples["ana"].grants.get(membership__person=cast.ana, therapist=cast.theo)
    quiet = QuietDays.objects.create(
        couple=couple,
        set_by=schedule.seats.get(membership__person=cast.ana).membership,
        first_on=now.date() + timedelta(days=9),
        last_on=now.date() + timedelta(days=10),
        set_at=now,
    )
    health.beat(now=now)
    own_prompt = Prompt.objects.get(check_in=tonight, membership__person=cast.ana)
    arguments = {
        # What stands in the addresses: Ana's own things, or the couple's.
        "couple": couple.pk,
        "case": couple.pk,
        "line": line,
        "draft": draft.pk,
        "prompt": own_prompt.pk,
        "check_in": yesterday.pk,
        "grant": grant.pk,
        "pair": grant.pair_id,
        "mark": evening.pk,
        "entry": entry.pk,
        "topic": topic.pk,
        "talk": talk.pk,
        "aside": aside.pk,
        "card": "sit",
        "slip": slip.pk,
        "given": given.pk,
        "number": 1,
        "quiet": quiet.pk,
        "person": cast.ana.pk,
        "step": 1,
        "practice": "needs_under_armour",
        "log": "urge_log",
        "piece": done(cast.ana, "self_care", now=now),
        "programme": "first_aid",
        "kind": "boundary",
        "secret": "x" * 43,
        "token": "x" * 22,
        "name": "x.eml",
        "pk": 1,
    }
    return {
        "topic": brought_up,
        "tonight": tonight,
        "yesterday": yesterday,
        "schedule": schedule,
        "arguments": arguments,
    }


def furnish(cast: Cast, world: dict[str, Any], *, now: datetime) -> None:
    """More of everything, for Ben: things of his own, proposals both ways, a weekly evening that is open and one
    that was read, a therapist's visit. Adds `sets`: what stands in the addresses that he can name."""
    with seeded_ids("a furnished world"):
        _furnish(cast, world, now=now)


def _furnish(cast: Cast, world: dict[str, Any], *, now: datetime) -> None:
    couple, before = cast.couples["ana"], timedelta(days=1)
    climbing.begin(couple=couple, now=now)
    weekly = make_schedule(couple.pk, now=now, question_set="weekly", opens=time(19, 0))
    week = make_check_in(weekly, now.date(), opens=now - timedelta(minutes=20), reads=now + timedelta(hours=23))
    read = make_check_in(weekly, now.date() - 2 * before, opens=now - 2 * before, reads=now - before)
    for author in (cast.ana, cast.ben):
        row = send_sheet(read, author, marks={}, words={})
        sheet_columns.write(row, Sheet(
            marks={"safe": 4, "hope": 3}, words=Words(feelings=("calm",), texts={"need": "A quiet hour"}),
            share=Share.ALL, sent_at=row.sent_at,
        ))  # fmt: skip
        row.save()
    couples.standing_changed(person=cast.ana, now=now)  # both seats stand where the engine would have put them
    propose(cast, cast.ana, "Ana asks for this", now=now)
    propose(cast, cast.ben, "Ben asks for this", now=now)
    phases.propose_phase(viewer=viewer_of(cast.ana, now=now), to=Phase.UNDERSTANDING, now=now)
    draft = Draft(author=cast.ben, kind="boundary", made_at=now, changed_at=now)
    vault.seal(draft, "body", {"what": "A line of Ben’s", "who": "me"})
    draft.save()
    entry = write_entry(cast.ben, "An entry of Ben’s", now=now)
    make_topic(cast.ben, "A topic of Ben’s", now=now)
    his_topic = make_topic(cast.ben, "What Ben brings up", now=now, couple=couple)
    fresh = talked(world["topic"], now=now - timedelta(hours=2), reads=now + timedelta(hours=20))
    past = talked(his_topic, now=now - 2 * before, reads=now - before)
    say_after(cast.ben, past, now=now, took=True, text="Ben’s two lines", share=True)
    say_after(cast.ben, fresh, now=now, took=True, text="Ben’s two lines, waiting", share=True)
    aside = put(cast.ben, "parked", now=now, on=now.date().isoformat(), text="A line Ben parked")
    slip = slip_in(cast.ben, "A slip of Ben’s", on=now.date() - before)
    season = ended(viewer_of(cast.ben, now=now), 1)
    for author in (cast.ana, cast.ben):
        slip_in(author, "One left in", on=season.first, couple=couple, ends_on=season.last)
    given = give(cast.ben, "letter", "A letter of Ben’s", opens=now - before)
    for author in (cast.ana, cast.ben):
        give(author, "thanks", "For the tea", opens=now - timedelta(hours=1), couple=couple)
    put(cast.ben, "day", now=now, on=(now + before).date().isoformat(), name="A trip")
    put(cast.ben, "asked", now=now, on=(now - before).date().isoformat())
    mark = MarkedEvening(couple=couple, author=cast.ben, on=now.date() - 4 * before, made_at=now)
    vault.seal(mark, "text", {"name": "An evening Ben marked", "words": "", "shared": True})
    mark.save()
    shared = MarkedEvening(couple=couple, author=cast.ana, on=now.date() - 5 * before, made_at=now)
    vault.seal(shared, "text", {"name": "An evening Ana shared", "words": "With words", "shared": True})
    shared.save()
    audit.record(what="view", couple=couple, actor=cast.theo, now=now - timedelta(hours=1))
    for factor in Authenticator.objects.all():
        factor.data = {"secret": encrypt("JBSWY3DPEHPK3PXP")}
        factor.save()
    grant = couple.grants.get(membership__person=cast.ben, therapist=cast.theo)
    own = {
        check_in.pk: Prompt.objects.get(check_in=check_in, membership__person=cast.ben)
        for check_in in (world["tonight"], world["yesterday"], week, read)
    }
    his = {
        **world["arguments"],
        "draft": draft.pk,
        "mark": mark.pk,
        "entry": entry.pk,
        "topic": his_topic.pk,
        "aside": aside.pk,
        "slip": slip.pk,
        "given": given.pk,
        "grant": grant.pk,
        "pair": grant.pair_id,
        "piece": done(cast.ben, "self_care", now=now),
    }
    sets = [world["arguments"]]
    for check_in, prompt in own.items():
        sets += [{**his, "prompt": prompt.pk, "check_in": check_in, "step": step} for step in (1, 2)]
    sets += [{**his, "talk": over.pk} for over in (fresh, past)]
    sets += [{**his, "token": calendar.switch_on(person=cast.ben)}]
    world |= {"fresh talk": fresh, "past talk": past, "weekly": week, "read": read, "sets": sets}
