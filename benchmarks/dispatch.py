"""How fast due seats are served, and whether that stays so: `python -m benchmarks.dispatch [--short] [--json]`.

The real `run_due` with real schedules, rules, zones, keys and sealed settings, publishing its hints to a real
Redis, beside django-celery-beat, the loop row by row, and SQL alone; all on a PostgreSQL of the run's own that
waits for its disk. See docs/performance.md for how to read it. `--short` takes under a minute, has smaller numbers
and leaves out django-celery-beat, which takes minutes to load.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import measure, stage
from benchmarks.dispatcher import Dispatcher
from benchmarks.measure import Pairs, figure, pairwise, say, spread
from deploy import services

NOW = datetime(2026, 9, 14, 18, 0, tzinfo=UTC)
AT = NOW + timedelta(minutes=30)


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    small: int  # schedules, as many seats due
    large: int  # schedules, of whose seats as many are due as in the small one
    naive: int  # seats served one by one
    rounds: int
    empty_ticks: int
    window: float  # seconds of each round of beat
    beat: tuple[int, ...]  # numbers of schedules compared with beat


LONG = Size(10_000, 1_000_000, 500, 5, 200, 3.0, (10_000, 50_000))
SHORT = Size(2000, 20_000, 200, 3, 50, 0.0, ())


class Bench:
    """The servers of one run, and what was measured so far."""

    def __init__(self, size: Size, where: Path, postgres: services.Postgres, redis: services.Redis) -> None:
        self.size, self.where, self.postgres, self.redis = size, where, postgres, redis
        self.report: dict[str, Any] = {}
        self.table: list[tuple[str, str, str]] = []

    def run(self) -> None:
        """Measure all, the small town first."""
        stage.set_up(self.where, database=self.postgres.url, redis=self.redis.url)
        self._small()
        self._large()
        for number in self.size.beat:
            self._beat(number)

    # --- the parts

    def _small(self) -> None:
        from benchmarks import baselines, rows

        self._lay(self.size.small, [AT])
        rows.remember(AT)
        rows.put_back()
        with self._dispatcher("kept") as one, self._dispatcher("kept") as two:
            for each in (one, two):  # neither the first connection nor an empty cache is what is measured
                self._put_back_and(lambda each=each: self._rate(each.ask("serve", AT.isoformat())))

            def ours() -> float:
                return self._put_back_and(lambda: self._rate(one.ask("serve", AT.isoformat())))

            def naive() -> float:
                def some() -> None:
                    assert baselines.row_by_row(now=AT, limit=self.size.naive) == self.size.naive

                return self.size.naive / self._put_back_and(lambda: measure.seconds(some))

            def sql() -> float:
                def all_() -> None:
                    assert baselines.in_sql_alone(now=AT) == self.size.small

                return self.size.small / self._put_back_and(lambda: measure.seconds(all_))

            self._ratio("vs_naive", "row by row with the ORM", pairwise(ours, naive, rounds=self.size.rounds))
            self._ratio("vs_pure_sql", "SQL alone, one statement", pairwise(ours, sql, rounds=self.size.rounds))
            self._two(one, two)

    def _two(self, one: Dispatcher, two: Dispatcher) -> None:
        """Two processes at once against one, each with one lane: lanes are dispatchers side by side too."""
        from benchmarks import rows

        duplicates, shares = 0, []

        def alone() -> float:
            return self._put_back_and(lambda: self._rate(one.ask("serve", AT.isoformat(), 1)))

        def both() -> float:
            nonlocal duplicates
            rows.put_back()
            for each in (one, two):
                each.tell("serve", AT.isoformat(), 1)
            found = [each.heard() for each in (one, two)]
            left = rows.made(AT)
            assert left["prompts"] == self.size.small, left
            duplicates += left["duplicates"]
            shares.append(min(each["seats"] for each in found) / self.size.small)
            return self.size.small / (max(f["ended"] for f in found) - min(f["began"] for f in found))

        pairs = pairwise(both, alone, rounds=self.size.rounds)
        self._ratio("two_dispatchers", "one dispatcher", pairs, ours="two dispatchers")
        self._note("duplicates", duplicates, f"the smaller share of the two was {figure(min(shares))} or more")

    def _large(self) -> None:
        from benchmarks import rows

        rounds = self.size.rounds
        stage.new_database("large")
        bursts = [AT + timedelta(minutes=n) for n in range(rounds + 1)]
        took = measure.seconds(lambda: self._lay(self.size.large, bursts))
        say(f"  {self.size.large:,} schedules laid in {took:.0f} s")
        rows.warm()
        left = iter(bursts)
        with self._dispatcher("kept") as small, self._dispatcher("large") as large:
            self._use("kept")
            rows.put_back()
            self._empty(small, large)
            lags: dict[str, list[float]] = {"lag_10k_s": [], "lag_10k_of_1m_s": []}

            def in_small() -> float:
                self._use("kept")
                took = lags["lag_10k_s"]
                return self._put_back_and(lambda: self._rate(small.ask("serve", AT.isoformat()), took))

            def in_large() -> float:
                # Other seats each time, which were never touched before.
                self._use("large")
                rows.settle()
                return self._rate(large.ask("serve", next(left).isoformat()), lags["lag_10k_of_1m_s"])

            in_small(), in_large()
            held = [each.ask("serve", NOW.isoformat())["rss_mb"] for each in (small, large)]
            for lag in lags.values():
                lag.clear()
            pairs = pairwise(in_large, in_small, rounds=rounds)
            rows_of = f"{self.size.small:,} schedules"
            self._ratio("flat_1m_over_10k", rows_of, pairs, ours=f"{self.size.large:,} schedules")
            for (key, lag), number in zip(lags.items(), (self.size.small, self.size.large), strict=True):
                words = f"{spread(lag)} s for {self.size.small:,} prompts among {number:,} schedules"
                self._note(key, round(spread(lag).median, 3), words)
            after = [each.ask("serve", NOW.isoformat())["rss_mb"] for each in (small, large)]
            words = (
                f"{figure(after[0])} and {figure(after[1])} MB; after the first burst {held[0]:.0f}, {held[1]:.0f}"
            )
            self._note("rss_growth_mb_1m", round(after[1] - after[0], 1), words)
        self._use("kept")

    def _empty(self, small: Dispatcher, large: Dispatcher) -> None:
        pairs = pairwise(
            lambda: float(large.ask("empty", NOW.isoformat(), self.size.empty_ticks)["ms"]),
            lambda: float(small.ask("empty", NOW.isoformat(), self.size.empty_ticks)["ms"]),
            rounds=self.size.rounds,
        )
        ours, base = spread(pairs.ours), spread(pairs.base)
        self._note("empty_tick_ms", round(ours.median, 3), f"{ours} ms with {self.size.large:,} schedules")
        self._note("empty_tick_10k_ms", round(base.median, 3), f"{base} ms with {self.size.small:,} schedules")
        self._note("empty_tick_1m_over_10k", round(pairs.ratio.median, 2), f"{pairs.ratio}")

    def _beat(self, number: int) -> None:
        from benchmarks import rows

        name = f"due{number}"
        stage.new_database(name)
        self._lay(number, [AT])
        rows.remember(AT)
        rows.put_back()
        url = self._new_database(f"beat{number}")
        theirs = Dispatcher(number, database=url, redis=self.redis.url, module="benchmarks.beat")
        with ExitStack() as stack, self._dispatcher(name) as one:
            stack.callback(theirs.end)
            self._put_back_and(lambda: self._rate(one.ask("serve", AT.isoformat())))

            def ours() -> float:
                return self._put_back_and(lambda: self._rate(one.ask("serve", AT.isoformat()), due=number))

            def beat() -> float:
                found = theirs.ask("window", self.size.window)
                return float(found["sent"] / found["seconds"])

            pairs = pairwise(ours, beat, rounds=self.size.rounds)
        self._ratio(f"vs_beat_{number // 1000}k", f"django-celery-beat, {number:,} due", pairs)
        self._use("kept")

    # --- what they share

    def _lay(self, schedules: int, bursts: list[datetime]) -> None:
        from benchmarks.people import lay_people

        due = schedules if schedules in self.size.beat else self.size.small
        lay_people(schedules=schedules, due=due, bursts=bursts, now=NOW)

    def _use(self, name: str) -> None:
        stage.use(name)

    def _new_database(self, name: str) -> str:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
        return self.postgres.url_of(name)

    @contextmanager
    def _dispatcher(self, database: str) -> Iterator[Dispatcher]:
        found = Dispatcher(self.where, database=self.postgres.url_of(database), redis=self.redis.url)
        try:
            yield found
        finally:
            found.end()

    def _put_back_and(self, work: Any) -> float:
        from benchmarks import rows

        rows.put_back()
        return float(work())

    def _rate(self, found: dict[str, Any], lags: list[float] | None = None, *, due: int = 0) -> float:
        """Seats served in a second, all of them; how long that took goes into `lags`."""
        assert found["seats"] == (due or found["seats"]) > 0, found
        took = found["ended"] - found["began"]
        if lags is not None:
            assert found["seats"] == self.size.small, found
            lags.append(took)
        return float(found["seats"] / took)

    def _ratio(self, key: str, against: str, pairs: Pairs, *, ours: str = "ours") -> None:
        ratio = pairs.ratio
        self.report[key] = round(ratio.median, 2)
        self.report[f"{key}_range"] = [round(ratio.low, 2), round(ratio.high, 2)]
        words = f"{ours} {spread(pairs.ours)}/s, {against} {spread(pairs.base)}/s"
        self.table.append((key, str(ratio), words))
        say(f"  {key:24} {ratio!s:32} {words}")

    def _note(self, key: str, value: float, words: str) -> None:
        self.report[key] = value
        self.table.append((key, figure(value), words))
        say(f"  {key:24} {figure(value):32} {words}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="under a minute, with smaller numbers")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    asked = parser.parse_args()
    began = time.monotonic()
    with ExitStack() as stack:
        where = stack.enter_context(stage.folder())
        postgres = stack.enter_context(stage.postgres())
        redis = stack.enter_context(services.redis())
        bench = Bench(SHORT if asked.short else LONG, where, postgres, redis)
        bench.run()
    machine = measure.machine()
    say(f"\n{machine['processor']}, {machine['cores']} cores, load {machine['load']}, Python {machine['python']}")
    say("\n| | median (range) of the rounds | what was measured |\n|---|---|---|")
    for key, value, words in bench.table:
        say(f"| `{key}` | {value} | {words} |")
    seconds = round(time.monotonic() - began)
    say(f"\n{seconds} s in all, {bench.size.rounds} rounds each")
    measure.finish({**bench.report, "rounds": bench.size.rounds, "seconds": seconds}, as_json=asked.json)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
