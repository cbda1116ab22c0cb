"""The made-up couple: told once for this module, then looked at from every side."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.db.models import Count
from django.test import Client, override_settings
from django.urls import reverse

from accounts.access import viewer_of
from accounts.audit.models import Entry
from accounts.couples.models import Invitation, Membership, Rest
from accounts.mail.models import Mail, State
from accounts.therapists.models import Grant, Session
from accounts.therapists.queries import cases_of
from accounts.users.models import User
from checkins.progress.models import MarkedEvening
from checkins.prompts import reading
from checkins.prompts.models import Addition, AnswerSheet, CheckIn, Prompt, ReadingChoice
from repair.management.demo.world import World
from repair.plan.models import Agreement, Draft, PhaseProposal
from repair.plan.queries import plan_read
from repair.plan.standing import LineState
from repair.schedules.models import QuietDays, Schedule, Seat

NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)  # a Friday afternoon
PARTNERS = ["mara", "jonas"]
KINDS = ("rhythm", "boundary", "commitment", "ritual", "trigger", "timeout", "words")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def told(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo in a transaction that is undone when the module is done."""
    mailbox = tmp_path_factory.mktemp("mailbox")
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        pytest.MonkeyPatch.context() as patch,
        override_settings(DEMO=True, MAILBOX_DIR=mailbox, EMAIL_URL=""),
        transaction.atomic(),
    ):
        patch.setattr("repair.clock.now", lambda: NOW)
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def test_it_runs_only_where_demos_run() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", stdout=StringIO())


def test_a_second_start_finds_it_told_and_adds_nothing() -> None:
    before = User.objects.count(), Prompt.objects.count()
    call_command("demo", stdout=StringIO())
    assert (User.objects.count(), Prompt.objects.count()) == before


THINGS: list[tuple[type[models.Model], int]] = [
    (CheckIn, 80), (Prompt, 160), (AnswerSheet, 130), (Addition, 8), (ReadingChoice, 8), (MarkedEvening, 3),
    (Agreement, 14), (Draft, 3), (PhaseProposal, 1), (QuietDays, 2), (Rest, 1), (Schedule, 2), (Grant, 2),
    (Session, 4), (Entry, 9), (Invitation, 2),
]  # fmt: skip


@pytest.mark.parametrize(("model", "least"), THINGS, ids=[t[0].__name__ for t in THINGS])
def test_there_is_some_of_everything(model: type[models.Model], least: int) -> None:
    assert model._default_manager.count() >= least


def test_the_plan_has_a_line_in_every_state() -> None:
    lines = plan_read(viewer_of(person("mara"), now=NOW)).lines
    assert {line.state for line in lines} == set(LineState)
    assert {line.kind.name for line in lines} == set(KINDS)
    for name in PARTNERS:
        assert plan_read(viewer_of(person(name), now=NOW)).waiting


def test_evenings_are_missing_left_kept_back_and_taken_back() -> None:
    sent = Prompt.objects.exclude(sent_at=None).count()
    assert 0.6 < sent / Prompt.objects.count() < 0.95
    assert Prompt.objects.exclude(skipped_at=None).exists()
    mara = viewer_of(person("mara"), now=NOW)
    since = NOW.date() - timedelta(days=90)
    opened = reading.opened_between(mara.mine.couple_id, mara, since, NOW.date())
    assert 40 < len(opened) < CheckIn.objects.count() - 5
    assert any(evening.words["a"].texts for evening in opened if evening.words)


def test_nothing_was_asked_on_quiet_days_or_in_the_rest() -> None:
    quiet = QuietDays.objects.order_by("first_on").first()
    assert quiet is not None
    assert not CheckIn.objects.filter(on__range=(quiet.first_on, quiet.last_on)).exists()
    rest = Rest.objects.get()
    assert rest.ended_at is not None
    assert not CheckIn.objects.filter(made_at__range=(rest.began_at, rest.ended_at)).exists()


def test_nobody_was_asked_twice_for_a_date() -> None:
    twice = Prompt.objects.values("membership", "check_in__schedule", "check_in__on").annotate(n=Count("pk"))
    assert not twice.filter(n__gt=1).exists()
    assert not Prompt.objects.filter(not_sent=True).exists()


def test_the_story_stops_at_now_and_the_rhythm_goes_on() -> None:
    assert not Prompt.objects.filter(opens_at__gt=NOW).exists()
    assert all(seat.next_due_at and seat.next_due_at > NOW for seat in Seat.objects.all())


def test_the_last_notes_are_in_the_mailbox_and_none_waits_from_the_past(settings: object) -> None:
    from django.conf import settings as now_set

    assert len(list(Path(now_set.MAILBOX_DIR).glob("*.eml"))) >= 3
    assert not Mail.objects.filter(state=State.OWED, next_try_at__lt=NOW - timedelta(minutes=1)).exists()


def test_the_therapist_may_read_now_and_has_a_session_tomorrow() -> None:
    (case,) = cases_of(person("okafor"), now=NOW)
    assert case.access.open
    assert case.access.words
    assert case.next_session is not None
    assert (case.next_session.starts_at - NOW) <= timedelta(hours=24)
    assert case.last_session is not None


def line_pages() -> list[str]:
    return [reverse("repair:line", args=[line.pk]) for line in Agreement.objects.all()]


PAGES = [
    "checkins:today", "repair:plan", "repair:quiet_days", "checkins:timeline", "checkins:my_answers",
    "checkins:mark_evening", "accounts:you", "accounts:settings", "accounts:helper", "accounts:visits",
    "accounts:rest", "accounts:leave", "accounts:support", "accounts:nevers", "repair:phase",
]  # fmt: skip


@pytest.mark.parametrize("name", PARTNERS)
def test_every_main_page_answers_a_partner(name: str) -> None:
    client = browser(name)
    read_ones = CheckIn.objects.filter(reads_at__lte=NOW).order_by("-on")
    assert len(read_ones) > 8
    addresses = [
        *(reverse(page) for page in PAGES),
        *(reverse("repair:new", args=[kind]) for kind in KINDS),
        *line_pages(),
        *(f"{reverse('checkins:timeline')}?range={span}" for span in ("8w", "6m", "all")),
        *(reverse("checkins:reading", args=[row.pk]) for row in read_ones[:8]),
    ]
    answers = {address: client.get(address).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("name", PARTNERS)
def test_what_waits_can_be_read_before_signing(name: str) -> None:
    client = browser(name)
    for line in plan_read(viewer_of(person(name), now=NOW)).waiting:
        page = client.get(reverse("repair:sign", args=[line.pk]))
        assert page.status_code == 200
        assert ("In your time zone" in page.content.decode()) == (line.kind.name == "rhythm")


def test_every_main_page_answers_the_therapist() -> None:
    client = browser("okafor")
    couple = Membership.objects.get(person=person("mara")).couple_id
    plain = ["checkins:caseload", "accounts:therapist_profile", "accounts:therapist_codes", "accounts:you"]
    of_case = ["checkins:case", "checkins:session", "checkins:signals", "checkins:book"]
    addresses = [*(reverse(page) for page in plain), *(reverse(page, args=[couple]) for page in of_case)]
    answers = {address: client.get(address).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_every_main_page_answers_somebody_alone() -> None:
    client = browser("nadia")
    pages = ["checkins:today", "repair:plan", "accounts:you", "accounts:invite", "checkins:my_answers"]
    answers = {page: client.get(reverse(page)).status_code for page in pages}
    assert {page: status for page, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_tomorrows_session_lies_within_a_day_at_any_hour(hour: int) -> None:
    """The window that the therapist reads in is open whenever the demo is told."""
    from repair.management.demo.people import plan_therapist

    world = World(ends_at=NOW.replace(hour=hour), chance=random.Random(1))
    plan_therapist(world)
    assert world.acts[-1][0] == world.ends_at - timedelta(minutes=5)
