"""Couples with real schedules, for benchmarks: people, keys, sealed settings, plans, agreements, rhythms, seats.

Every couple has two rhythms and every rhythm two seats, so `schedules` rhythms are `schedules` seats twice over,
half as many couples and as many people. Rules are of all kinds, people live in forty zones; every person has their
own data key and sealed settings (one in four with quiet hours), as after “About you”; one couple in thirty rests,
one in twenty had quiet days, one person in fifty stopped the mail; every second rhythm has a reminder.

A *burst* is an instant at which a chosen number of seats is due, spread evenly over the table. All other seats are
due later, each at an instant that its own rule and zone give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.couples.models import Couple, Membership
from accounts.users.models import User
from accounts.vault import crypto, ring
from accounts.vault.models import DataKey
from benchmarks.bulk import Ids, Row, lay, quickly
from repair.plan.models import Agreement, RepairPlan
from repair.schedules.models import QuietDays, Schedule, Seat
from repair.schedules.recurrence import DAY, Frequency, Rule, next_date, next_occurrence, weekday_bits

# Where people live: Europe and the Americas more often than the rest, half hours and quarter hours among them.
ZONES = """
Europe/London Europe/London Europe/London Europe/Berlin Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome
Europe/Amsterdam Europe/Lisbon Europe/Dublin Europe/Warsaw Europe/Stockholm Europe/Athens Europe/Bucharest
Europe/Helsinki Europe/Istanbul America/New_York America/New_York America/New_York America/Chicago America/Denver
America/Phoenix America/Los_Angeles America/Los_Angeles America/Toronto America/Halifax America/St_Johns
America/Mexico_City America/Bogota America/Sao_Paulo America/Argentina/Buenos_Aires Africa/Casablanca Africa/Cairo
Africa/Lagos Africa/Johannesburg Asia/Beirut Asia/Tehran Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Bangkok
Asia/Singapore Asia/Tokyo Australia/Sydney Australia/Adelaide Australia/Lord_Howe Pacific/Auckland Pacific/Apia
""".split()  # noqa: SIM905 - read like a list
OPENINGS = (time(19), time(20), time(20, 30), time(20, 30), time(21), time(21, 15), time(21, 30), time(22))
READINGS = (time(18, 30), time(18, 30), time(19), time(12))
WINDOW = timedelta(hours=2, minutes=30)
CHUNK = 5000  # couples laid at a time
TABLES = (User, DataKey, Couple, Membership, RepairPlan, Agreement, Schedule, Seat, QuietDays)
_ROWS = {
    User: ("id", "email", "password", "time_zone", "settings", "arrived_at", "adult_at", "mail_ref",
           "mail_stopped_at", "date_joined"),
    DataKey: ("id", "owner_kind", "owner_id", "kek", "wrapped", "created_at"),
    Couple: ("id", "created_at", "cooling_until"),
    Membership: ("id", "couple", "person", "slot", "joined_at", "rested_at"),
    RepairPlan: ("id", "couple", "phase_since", "season_began_at"),
    Agreement: ("id", "plan", "kind", "number", "made_at", "first_in_force_at"),
    Schedule: ("id", "agreement", "couple", "question_set", "frequency", "every", "weekdays", "month_day", "nth",
               "starts_on", "ends_on", "reading_time", "reading_days_after", "remind_after_minutes", "in_force"),
    Seat: ("schedule", "membership", "couple", "opens_at", "closes_at", "next_on", "next_due_at"),
    QuietDays: ("id", "couple", "set_by", "first_on", "last_on", "set_at"),
}  # fmt: skip


@dataclass(frozen=True)
class Laid:
    """What was laid: numbers of rows, and the bursts' instants with `due` seats each."""

    couples: int
    schedules: int
    seats: int
    due: int
    bursts: tuple[datetime, ...]


def lay_people(
    *, schedules: int, due: int = 0, bursts: Sequence[datetime] = (), now: datetime, seed: int = 1
) -> Laid:
    """Lay `schedules` schedules into an empty database, with `due` seats due at each of `bursts` (whole minutes
    after `now`, within a day). Both numbers are even. Raises ValueError where there are not enough couples: a
    burst takes one couple for two seats, and no couple is in two."""
    couples = schedules // 2
    wanted = due // 2 * len(bursts)
    if schedules % 2 or due % 2 or wanted > couples:
        message = f"{len(bursts)} bursts of {due} seats do not go into {schedules} schedules"
        raise ValueError(message)
    town = _Town(now=now, seed=seed)
    step = couples // wanted if wanted else couples + 1
    with quickly(TABLES):
        for start in range(0, couples, CHUNK):
            for number in range(start, min(start + CHUNK, couples)):
                place, rest = divmod(number, step)
                chosen = rest == 0 and place < wanted
                town.couple(number, burst=bursts[place % len(bursts)] if chosen else None)
            town.write()
    return Laid(couples=couples, schedules=2 * couples, seats=4 * couples, due=due, bursts=tuple(bursts))


class _Kind(NamedTuple):
    """What one rhythm asks, and when."""

    rule: Rule
    questions: str
    reading: time | None
    remind: int | None


class _Town:
    """Makes couples' rows, chunk by chunk."""

    def __init__(self, *, now: datetime, seed: int) -> None:
        self.now = now
        self.chance = Random(seed)
        self.new_id = Ids()
        self.long_ago = [_at(now - timedelta(days=days)) for days in range(120, 400)]
        self.rows: dict[type, list[Row]] = {model: [] for model in TABLES}
        keys = ring.load()
        self.kek, self.kek_name = keys.keys[keys.current], keys.current

    def write(self) -> None:
        """Insert what was made so far."""
        with transaction.atomic():
            for model in TABLES:
                lay(model, _ROWS[model], self.rows[model])
                self.rows[model].clear()

    def couple(self, number: int, *, burst: datetime | None) -> None:
        """One couple: two people, a plan, and two rhythms, of which the first is due at `burst` for both."""
        chance, new_id = self.chance, self.new_id
        couple, plan = new_id(), new_id()
        since = chance.choice(self.long_ago)
        first = chance.choice(ZONES)
        zones = (first, first if chance.random() < 0.8 else chance.choice(ZONES))
        rests = burst is None and chance.random() < 1 / 30
        self.rows[Couple].append((couple, since, since))
        self._key(couple, "couple", since)
        people = [self._person(2 * number + side, zones[side], since) for side in (0, 1)]
        places = [new_id(), new_id()]
        for side, slot in enumerate("ab"):
            rested = _at(self.now - DAY) if rests and side == 0 else None
            self.rows[Membership].append((places[side], couple, people[side], slot, since, rested))
        self.rows[RepairPlan].append((plan, couple, since, since))
        if chance.random() < 1 / 20:
            begins = self.now.date() - timedelta(days=chance.randrange(20, 60))
            ends = begins + timedelta(days=chance.randrange(1, 14))
            self.rows[QuietDays].append((new_id(), couple, places[0], f"{begins}", f"{ends}", _at(self.now)))
        for line in (1, 2):
            at = burst if line == 1 else None
            self._rhythm(line, couple, plan, places, zones, since, burst=at, rests=rests)

    def _person(self, number: int, zone: str, since: str) -> str:
        person = self.new_id()
        key, data_key = self._key(person, "person", since)
        stopped = since if self.chance.random() < 1 / 50 else None
        self.rows[User].append(
            (person, f"p{number}@mail.example", "!", zone, self._settings(person, key, data_key), since, since,
             self.new_id(), stopped, since)
        )  # fmt: skip
        return person

    def _key(self, owner: str, kind: str, since: str) -> tuple[str, bytes]:
        key, data_key = self.new_id(), crypto.new_key()
        wrapped = crypto.wrap(data_key, kek=self.kek)
        self.rows[DataKey].append((key, kind, owner, self.kek_name, wrapped, since))
        return key, data_key

    def _settings(self, person: str, key: str, data_key: bytes) -> bytes:
        """As `accounts.users.preferences` seals them."""
        quiet = b'["22:30","07:00"]' if self.chance.random() < 0.25 else b"null"
        plain = b'{"theme":"","quiet":' + quiet + b',"exit_keys":true}'
        ident = UUID(hex=key)
        owner = UUID(hex=person)
        bound = crypto.additional_data(label="users.user.settings", row=owner, owner=owner, key=ident)
        return crypto.seal(plain, dek=data_key, key=ident, bound_to=bound, size=512)

    def _rhythm(
        self,
        line: int,
        couple: str,
        plan: str,
        places: list[str],
        zones: tuple[str, str],
        since: str,
        *,
        burst: datetime | None,
        rests: bool,
    ) -> None:
        agreement, schedule = self.new_id(), self.new_id()
        dates = {burst.astimezone(_zone(zone)).date() for zone in zones} if burst else set()
        kind = self._kind(line, dates)
        rule = kind.rule
        self.rows[Agreement].append((agreement, plan, "rhythm", f"{line}", since, since))
        self.rows[Schedule].append(
            (schedule, agreement, couple, kind.questions, rule.frequency.value, f"{rule.every}",
             f"{rule.weekdays}", _or_none(rule.month_day), _or_none(rule.nth), f"{rule.starts_on}",
             _or_none(rule.ends_on), _or_none(kind.reading), "1", _or_none(kind.remind), "1")
        )  # fmt: skip
        usual = self.chance.choice(OPENINGS)
        for side in (0, 1):
            zone = zones[side]
            if burst is not None:
                local = burst.astimezone(_zone(zone))
                opens, on, due = local.time(), local.date(), burst
            else:
                opens = usual
                found = _later(rule, opens, zone, (self.now + DAY).astimezone(_zone(zone)).date())
                on, due = found if found and not rests else (None, None)
            closes = (datetime.combine(date.min, opens) + WINDOW).time()
            self.rows[Seat].append(
                (schedule, places[side], couple, f"{opens}", f"{closes}", _or_none(on), due and _at(due))
            )

    def _kind(self, line: int, dates: set[date]) -> _Kind:
        """A rhythm, of whichever kind of rule, that names each of `dates`."""
        chance = self.chance
        rule = chance.choice(_rules(self.now.date()))
        for _ in range(20):
            if all(next_date(rule, on - DAY) == on for on in dates):
                break
            rule = chance.choice(_rules(self.now.date()))
        else:
            rule = Rule(
                frequency=Frequency.DAILY, starts_on=self.now.date() - timedelta(days=chance.randrange(5, 300))
            )
        reading = None if chance.random() < 0.1 else chance.choice(READINGS)
        remind = chance.choice((None, None, None, None, 30, 60, 60, 60))
        return _Kind(rule, "daily" if line == 1 else "weekly", reading, remind)


@lru_cache(maxsize=4)
def _rules(today: date) -> list[Rule]:
    """Some hundreds of rules of all five kinds, begun at different times; some end."""
    chance = Random(7)
    rules = []
    for number in range(600):
        starts = today - timedelta(days=chance.randrange(5, 300))
        ends = today + timedelta(days=chance.randrange(60, 500)) if chance.random() < 0.1 else None
        days = weekday_bits(*chance.sample(range(7), chance.randrange(1, 5)))
        one = 1 << chance.randrange(7)
        match number % 20:
            case 0 | 1:
                rule = Rule(Frequency.EVERY_WEEKS, starts, ends, every=chance.choice((2, 2, 3)), weekdays=days)
            case 2:
                rule = Rule(Frequency.MONTHLY_DAY, starts, ends, month_day=chance.randrange(1, 32))
            case 3:
                rule = Rule(Frequency.MONTHLY_NTH, starts, ends, weekdays=one, nth=chance.choice((1, 2, 3, 4, -1)))
            case n if n < 11:
                rule = Rule(Frequency.WEEKLY, starts, ends, weekdays=days)
            case _:
                rule = Rule(Frequency.DAILY, starts, ends)
        rules.append(rule)
    return rules


@lru_cache(maxsize=500_000)
def _later(rule: Rule, opens: time, zone: str, after: date) -> tuple[date, datetime] | None:
    return next_occurrence(rule, opens, _zone(zone), after)


@lru_cache(maxsize=100)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _or_none(value: object) -> str | None:
    return None if value is None else f"{value}"
