"""Random lives of a couple, played against the engine; what must hold after every beat of it.

The oracle says which date a seat's next one is and when; the machine only remembers what people pressed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.mail import dispatch
from accounts.mail.models import Mail
from accounts.users.models import User
from checkins.prompts import services as prompts
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine, later
from repair.schedules import quiet
from repair.schedules.models import QuietDays, Seat
from repair.schedules.recurrence import Rule
from tests.cast import make_couple, make_person
from tests.checkins.make import looking
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import START, Moved
from tests.repair.schedules import oracle
from tests.repair.schedules.conftest import Rhythms

DAY = timedelta(days=1)
STARTS = [START, datetime(2026, 10, 22, 9, tzinfo=START.tzinfo), datetime(2026, 10, 1, 23, tzinfo=START.tzinfo)]
ZONES = [
    "Europe/Lisbon", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "Pacific/Niue", "Asia/Tokyo", "Antarctica/Troll",
]  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"frequency": "daily"},
    {"frequency": "weekly", "weekdays": [0, 2, 3, 6]},
    {"frequency": "weeks", "every": 2, "weekdays": [1, 6]},
    {"frequency": "monthday", "month_day": 31},
    {"frequency": "nth", "nth": -1, "weekdays": [6]},
]
HOURS = [("20:30", "23:00"), ("00:30", "02:45"), ("02:30", "03:15"), ("23:45", "01:00"), ("12:00", "12:00")]
MINUTES = [1, 7, 30, 61, 240, 700, 1440, 3000]
NAMES = ("ana", "ben")


@dataclass(frozen=True)
class Stood:
    """A seat before a beat."""

    rule: Rule
    opens: time
    zone: ZoneInfo
    next_on: date | None
    next_due_at: datetime | None

    def first_after(self, now: datetime, *, from_on: date) -> tuple[date | None, datetime | None]:
        """The first date of the rule from `from_on` that opens later than `now`, by the oracle."""
        day = from_on
        for _ in range(420):
            at = self.opening(day)
            if at is not None and at > now:
                return day, at
            day += DAY
        return None, None

    def opening(self, day: date) -> datetime | None:
        """When the rule's date `day` opens; None where it is none, or not there."""
        on = self.rule.starts_on <= day <= (self.rule.ends_on or date.max) and oracle.is_on(self.rule, day)
        return oracle.instant(day, self.opens, self.zone) if on else None


class Lives:
    """What two people may do to their evenings, and a machine that may be down. Made inside a transaction that the
    caller rolls back."""

    def __init__(self, clock: Moved, at: datetime, zones: tuple[str, str]) -> None:
        self.clock = clock
        self.clock.set(at)
        self.line = Accepting()
        self.people = {n: make_person(n.title(), now=at, zone=z) for n, z in zip(NAMES, zones, strict=True)}
        self.couple = make_couple(self.people["ana"], self.people["ben"], now=at)
        self.rhythms = Rhythms(SimpleNamespace(**self.people), clock)  # type: ignore[arg-type]
        self.lines: list[Any] = []
        self.asked = 0
        self.sign(0, RULES[0], HOURS[0], 0)

    @property
    def resting(self) -> bool:
        return Membership.objects.filter(couple=self.couple).exclude(rested_at=None).exists()

    def play(self, steps: list[tuple[Any, ...]]) -> int:
        """Do all that and check after each; returns how many prompts went out."""
        for verb, *words in steps:
            getattr(self, verb)(*words)
            self.beat()
        return self.asked

    # --- what people do -----------------------------------------------------------------------------------

    def sign(self, which: int, body: dict[str, Any], hours: tuple[str, str], begins: int) -> None:
        if self.resting:
            return
        starts = (self.clock.at.date() + begins * DAY).isoformat()
        windows = {"a": list(hours), "b": list(hours)}
        changes = {**body, "windows": windows, "starts_on": starts, "reading": None, "remind_after": 60}
        known = self.lines[which] if which < len(self.lines) else None
        schedule = self.rhythms.agree(line=known, **changes)
        if known is None:
            self.lines.append(schedule.agreement_id)
        for seat in Seat.objects.filter(schedule=schedule):
            self._is_placed(seat)

    def move(self, person: str, zone: str) -> None:
        User.objects.filter(pk=self.people[person].pk).update(time_zone=zone)
        couples.standing_changed(person=self.people[person], now=self.clock.at)

    def set_quiet_days(self, person: str, first: int, days: int) -> None:
        if self.resting:
            return
        today = self.clock.at.date()
        if QuietDays.objects.filter(ended_at=None, last_on__gte=today).count() < quiet.MOST_AHEAD:
            on = today + first * DAY
            viewer = self.looking(person)
            quiet.set_quiet_days(
                viewer=viewer, first_on=on, last_on=on + days * DAY, today=today, now=self.clock.at
            )

    def rest_or_go_on(self, person: str) -> None:
        mine = Membership.objects.get(couple=self.couple, person=self.people[person])
        verb = couples.rest if mine.rested_at is None else couples.resume
        verb(person=self.people[person], now=self.clock.at)
        for seat in Seat.objects.filter(schedule__in_force=True):
            if self.resting:
                assert seat.next_on is None
            else:
                self._is_placed(seat)

    def answer_to_a_note(self, person: str, pick: int, leave: bool) -> None:
        if self.resting:
            return
        viewer = self.looking(person)
        for prompt in Prompt.objects.filter(membership__person=viewer.person).select_related("check_in"):
            offered = later.offered(viewer, prompt)
            if leave and later.may_ask(viewer, prompt):
                prompts.leave_for_tonight(viewer=viewer, prompt_id=prompt.pk, now=self.clock.at)
            elif offered:
                at = offered[pick % len(offered)]
                try:
                    later.ask_again(viewer=viewer, prompt_id=prompt.pk, at=at, now=self.clock.at)
                except later.Refusal:
                    assert Mail.objects.filter(delivery__prompts=prompt, kind="reminder").exists()

    # --- what clocks and machines do ----------------------------------------------------------------------

    def wait(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    def until_due(self, late: int) -> None:
        """To the next opening of either, or some minutes after it."""
        due = Seat.objects.exclude(next_due_at=None).order_by("next_due_at").first()
        if due is None:
            for name in NAMES:  # they rest: on they go
                if Membership.objects.get(couple=self.couple, person=self.people[name]).rested_at:
                    self.rest_or_go_on(name)
            return
        assert due.next_due_at is not None
        self.clock.set(max(self.clock.at, due.next_due_at) + timedelta(minutes=late))

    def be_down(self, days: int) -> None:
        self.clock.move(days=days)

    def jump_back(self, minutes: int) -> None:
        self.clock.move(minutes=-minutes)

    # --- what must hold -----------------------------------------------------------------------------------

    def looking(self, person: str) -> Any:
        return looking(User.objects.get(pk=self.people[person].pk), now=self.clock.at)

    def _stands(self, seat: Seat) -> Stood:
        seat = Seat.objects.select_related("schedule", "membership__person").get(pk=seat.pk)
        zone = seat.membership.person.zone
        return Stood(seat.schedule.rule, seat.opens_at, zone, seat.next_on, seat.next_due_at)

    def _is_placed(self, seat: Seat) -> None:
        """After signing or going on: the first date that opens from now on and was not asked before."""
        stood = self._stands(seat)
        before = Prompt.objects.filter(membership=seat.membership_id, check_in__schedule=seat.schedule_id)
        last = before.order_by("-check_in__on").values_list("check_in__on", flat=True).first()
        first = stood.rule.starts_on if last is None else max(last + DAY, stood.rule.starts_on)
        assert (stood.next_on, stood.next_due_at) == stood.first_after(self.clock.at, from_on=first)

    def beat(self) -> None:
        """One run of the engine and the sender, with all that must be true of it."""
        now = self.clock.at
        before = {seat.pk: self._stands(seat) for seat in Seat.objects.all()}
        there = set(Prompt.objects.values_list("pk", flat=True))
        sent = len(self.line.sent)
        engine.run_due(now=now)
        dispatch.send_owed(now=now, transport=self.line)
        for seat in Seat.objects.select_related("schedule"):
            self._was_served(seat, before[seat.pk], there, now)
        pairs = CheckIn.objects.values_list("schedule", "on")
        assert len(pairs) == len(set(pairs)), "two check-ins for one date"
        each = Counter(Prompt.objects.values_list("membership", "check_in__schedule", "check_in__on"))
        assert all(count == 1 for count in each.values()), "two prompts for one date"
        mails = Mail.objects.in_bulk([envelope.mail for envelope in self.line.sent[sent:]])
        burst = Counter((mail.person_id, mail.kind) for mail in mails.values())
        assert all(count == 1 for count in burst.values()), "a burst"
        for prompt in Prompt.objects.filter(deliveries__mail__state="sent").distinct():
            kinds = Counter(prompt.deliveries.filter(mail__state="sent").values_list("kind", flat=True))
            assert max(kinds.values()) == 1, "a note and one reminder at most"

    def _was_served(self, seat: Seat, stood: Stood, there: set[Any], now: datetime) -> None:
        """Every date between the old next one and the new one is accounted for; the new one is the oracle's."""
        rows = Prompt.objects.filter(membership=seat.membership_id, check_in__schedule=seat.schedule_id)
        by_date = {row.check_in.on: row for row in rows.select_related("check_in")}
        new = {on for on, row in by_date.items() if row.pk not in there}
        if stood.next_on is None:
            assert not new
            assert seat.next_on is None
            return
        assert stood.next_due_at == stood.opening(stood.next_on), "planned by the person's clock as it is"
        following = stood.first_after(now, from_on=stood.next_on)
        assert (seat.next_on, seat.next_due_at) == following, "strictly increasing, and none left out"
        on, passed = stood.next_on, []
        while on != seat.next_on and on <= now.date() + 2 * DAY:
            if stood.opening(on) is not None:
                passed.append(on)
            on += DAY
        assert new <= set(passed)
        for day in passed:
            if not self._is_quiet(day):
                assert day in by_date, "neither asked, nor quiet, nor recorded as not sent"
        for day in new:
            row = by_date[day]
            assert not self._is_quiet(day)
            assert row.opens_at == stood.opening(day)
            assert row.not_sent == (not row.opens_at <= now < row.closes_at), "asked exactly while it is open"
            self.asked += not row.not_sent
        assert sum(not by_date[day].not_sent for day in new) <= 1, "the latest alone"

    def _is_quiet(self, day: date) -> bool:
        return QuietDays.objects.filter(ended_at=None, first_on__lte=day, last_on__gte=day).exists()


def _step(verb: str, *words: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(verb), *words)


_who, _few = st.sampled_from(NAMES), st.integers(0, 2)
_wait = _step("wait", st.sampled_from(MINUTES))
_due = _step("until_due", st.sampled_from([0, 1, 9, 11, 40]))
STEP = st.one_of(
    _wait,
    _due,
    _due,
    _due,
    _due,
    _step("sign", st.integers(0, 1), st.sampled_from(RULES), st.sampled_from(HOURS), _few),
    _step("move", _who, st.sampled_from(ZONES)),
    _step("set_quiet_days", _who, _few, _few),
    _step("rest_or_go_on", _who),
    _step("answer_to_a_note", _who, st.integers(0, 5), st.booleans()),
    _step("be_down", st.integers(2, 9)),
    _step("jump_back", st.integers(1, 120)),
)
BEGINNING = st.tuples(st.sampled_from(STARTS), st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)))
