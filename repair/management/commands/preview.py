"""Print what a rule means: its dates, the wall clock as it will show, the instants, as the engine sees them."""

import argparse
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser

from repair.schedules.recurrence import DAY, LAST_OF_MONTH, Frequency, Rule, next_occurrence, weekday_bits

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Command(BaseCommand):
    """`manage.py preview --weekly mon,thu --at 20:30 --zone Europe/Lisbon --from 2026-11-23 --count 5`"""

    help = "Print the next times of a rule in a zone: date, wall clock, UTC."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        rule = parser.add_mutually_exclusive_group(required=True)
        rule.add_argument("--daily", action="store_true", help="every day")
        rule.add_argument("--weekly", type=_weekdays, metavar="DAYS", help="on weekdays, such as mon,thu")
        rule.add_argument(
            "--every-weeks", nargs=2, metavar=("N", "DAYS"), action=_EveryWeeks, help="every N weeks on weekdays"
        )
        rule.add_argument("--monthly-day", type=_month_day, metavar="DAY", help="on a day of the month, 1 to 31")
        rule.add_argument(
            "--monthly-nth",
            nargs=2,
            metavar=("NTH", "DAY"),
            action=_Nth,
            help="on the 1st, 2nd, 3rd, 4th or last weekday of the month, such as: last sun",
        )
        parser.add_argument("--at", type=_time, required=True, help="wall-clock time, 20:30")
        parser.add_argument("--zone", type=_zone, required=True, help="IANA time zone")
        parser.add_argument("--from", type=_date, required=True, dest="first", help="first day, 2026-11-23")
        parser.add_argument("--count", type=_count, default=20, help="how many to print")
        parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        rule, zone = _rule(options), options["zone"]
        found = list(_occurrences(rule, options["at"], zone, options["count"]))
        if options["json"]:
            rows = [
                {"date": day.isoformat(), "local": at.astimezone(zone).isoformat(), "utc": at.isoformat()}
                for day, at in found
            ]
            self.stdout.write(json.dumps(rows, indent=1))
            return
        for day, at in found:
            shown = at.astimezone(zone)
            self.stdout.write(f"{day:%a %Y-%m-%d}  {shown:%Y-%m-%d %H:%M %Z}  {at:%Y-%m-%d %H:%M}Z")


def _occurrences(rule: Rule, at: time, zone: ZoneInfo, count: int) -> Iterator[tuple[date, datetime]]:
    """The first `count` occurrences from the rule's start, one after the other as the engine asks for them."""
    after = rule.starts_on - DAY
    for _ in range(count):
        found = next_occurrence(rule, at, zone, after)
        if found is None:
            return
        yield found
        after = found[0]


def _rule(options: dict[str, Any]) -> Rule:
    first = options["first"]
    if options["weekly"]:
        return Rule(Frequency.WEEKLY, first, weekdays=options["weekly"])
    if options["every_weeks"]:
        every, weekdays = options["every_weeks"]
        return Rule(Frequency.EVERY_WEEKS, first, every=every, weekdays=weekdays)
    if options["monthly_day"]:
        return Rule(Frequency.MONTHLY_DAY, first, month_day=options["monthly_day"])
    if options["monthly_nth"]:
        nth, weekday = options["monthly_nth"]
        return Rule(Frequency.MONTHLY_NTH, first, nth=nth, weekdays=weekday)
    return Rule(Frequency.DAILY, first)


# --- what is typed -------------------------------------------------------------------------------------------


def _weekdays(text: str) -> int:
    try:
        return weekday_bits(*(WEEKDAYS.index(name.strip().lower()[:3]) for name in text.split(",")))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"weekdays are {', '.join(WEEKDAYS)}, with commas") from error


def _number(text: str, *, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text)
    raise argparse.ArgumentTypeError(f"a whole number from {low} to {high}")


def _month_day(text: str) -> int:
    return _number(text, low=1, high=31)


def _count(text: str) -> int:
    return _number(text, low=1, high=1_000_000)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a wall-clock time, such as 20:30") from error


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a date, such as 2026-11-23") from error
    if found == date.min:
        raise argparse.ArgumentTypeError("a date after the very first")
    return found


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder, or not a name at all
        raise argparse.ArgumentTypeError("an IANA time zone, such as Europe/Lisbon") from error


class _EveryWeeks(argparse.Action):
    """Two words: how many weeks, and which weekdays."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        try:
            setattr(namespace, self.dest, (_number(values[0], low=1, high=520), _weekdays(values[1])))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from error


class _Nth(argparse.Action):
    """Two words: which one of the month, and its weekday."""

    PLACES = {"1": 1, "2": 2, "3": 3, "4": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1}
    PLACES |= {"2nd": 2, "3rd": 3, "4th": 4, "last": LAST_OF_MONTH, "-1": LAST_OF_MONTH}

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        place = self.PLACES.get(values[0].lower())
        if place is None or "," in values[1]:
            raise argparse.ArgumentError(self, "first, second, third, fourth or last, and one weekday")
        try:
            setattr(namespace, self.dest, (place, _weekdays(values[1])))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from error
