"""What every scenario does before and after: servers as they should be, rows of the table, nothing left over."""

import io
import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command

from accounts.mail.models import Mail, State
from benchmarks.faults.count import Row
from benchmarks.faults.flow import drain
from benchmarks.faults.house import House, Process
from benchmarks.faults.lay import People, lay
from checkins.reminders import health
from repair.schedules.models import Seat


@dataclass
class Stage:
    """The run: its house, how large it is, its chance, the rows so far."""

    house: House
    short: bool
    chance: random.Random
    rows: list[Row] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    beat: Process | None = None
    web: Process | None = None
    broken: bool = False  # whether the workers can be given bugs
    ended_by_themselves: int = 0  # workers that were started again
    bugs: dict[str, bool] = field(default_factory=dict)  # seeded, and whether each was found
    _tags: int = 0

    @property
    def stride(self) -> float:
        """By how many seconds at least the clock moves at a time: a beat's, and more in the short form."""
        return 150.0 if self.short else 20.0

    def drain(self, *, minutes: float = 15) -> datetime:
        """See flow.drain."""
        return drain(self.house, within=timedelta(minutes=minutes), stride=self.stride)

    def size(self, *, long: int, short: int) -> int:
        """One of two figures."""
        return short if self.short else long

    def people(self, couples: int, **how: object) -> People:
        """New couples of this scenario, due in a second."""
        self._tags += 1
        return lay(couples, now=self.house.now(), tag=f"s{self._tags}", **how)  # type: ignore[arg-type]

    def keep_up(self) -> None:
        """What runs the workers in production does: start one again that ended by itself."""
        for number, worker in enumerate(self.workers):
            if not worker.is_alive:
                self.workers[number] = self.house.worker(broken=self.broken, wait=False)
                self.ended_by_themselves += 1

    def staff(self, *, broken: bool = False) -> None:
        """See that two sound workers (or ones that can be given bugs) run, of two children each, and a beat."""
        if self.broken != broken or not self.workers or any(not worker.is_alive for worker in self.workers):
            self.dismiss()
            self.broken = broken
            self.workers = [self.house.worker(broken=broken, wait=False) for _ in range(2)]
        if self.beat is None or not self.beat.is_alive:
            self.beat = self.house.beat()
        for worker in self.workers:
            worker.wait_for("ready.")

    def kill_beat(self) -> int:
        """kill -9. Returns how many beats that were."""
        if self.beat is None or not self.beat.is_alive:
            return 0
        self.beat.kill()
        return 1

    def _status(self) -> dict[str, Any]:
        """What `manage.py delivery_status` tells the operator now."""
        out = io.StringIO()
        call_command("delivery_status", json=True, stdout=out)
        found: dict[str, Any] = json.loads(out.getvalue())
        return found

    def is_seen_standing_still(self, row: Row) -> None:
        """Without an engine: the last beat is long ago, seats wait, and the site is not ready."""
        found, now = self._status(), self.house.now()
        age = now - datetime.fromisoformat(found["last_beat"])
        row.notes["seen by the operator"] = {"last beat, s ago": round(age.total_seconds()), **found}
        if age < timedelta(minutes=9) or not found["unserved"] or health.is_ready(now=now):
            row.broken.append(f"the operator does not see that the engine stands still: {found}")

    def is_seen_owed(self, row: Row) -> None:
        """With mail that cannot go: the backlog, and since when."""
        owed, found = Mail.objects.filter(state=State.OWED).count(), self._status()
        row.notes["seen by the operator"] = found
        if found["backlog"] != owed or (owed and not found["oldest_owed"]):
            row.broken.append(f"the operator sees {found['backlog']} of {owed} mails owed")

    def see_web(self) -> None:
        """See that the site itself answers."""
        if self.web is None or not self.web.is_alive:
            self.web = self.house.web()

    def dismiss(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.end()
        self.workers = []

    @contextmanager
    def row(self, name: str, family: str) -> Iterator[Row]:
        """A scenario with one row to fill."""
        with self.rows_of(family, name) as rows:
            yield rows[0]

    @contextmanager
    def rows_of(self, family: str, *names: str) -> Iterator[list[Row]]:
        """A scenario with several rows to fill."""
        rows = [Row(name, family) for name in names]
        with self._alone(*rows):
            yield rows
        for row in rows:
            self.rows.append(row.check())
            print(line_of(row), flush=True)

    @contextmanager
    def scratch(self, name: str) -> Iterator[Row]:
        """A scenario whose row is no part of the table."""
        row = Row(name, "seeded bug")
        with self._alone(row):
            yield row

    @contextmanager
    def _alone(self, *rows: Row) -> Iterator[None]:
        """With the relay and the workers as they should be before, and nothing owed after."""
        self.house.relay.tell(rules=[], listen=True)
        self.house.tell_workers()
        self.house.relay.mark()
        self.house.supervisor = self.keep_up
        ended, began = self.ended_by_themselves, time.monotonic()
        try:
            yield
        finally:
            Mail.objects.filter(state=State.OWED).update(state=State.UNWANTED, next_try_at=None)
            Seat.objects.exclude(next_due_at=None).update(next_due_at=None)
        for row in rows:
            row.seconds = round(time.monotonic() - began, 1)
            if self.ended_by_themselves > ended:
                row.notes["workers that ended by themselves"] = self.ended_by_themselves - ended


def line_of(row: Row) -> str:
    """One row in words, as it is done."""
    copies = " ".join(f"{n}×{count}" for n, count in sorted(row.copies.items()))
    told = (
        f"{row.name:44} due {row.due:6} lost {row.lost} copies {copies or '–'} after stop {row.after_withdrawal}"
    )
    more = f"kills {row.kills} unknown {row.ambiguous} stopped {row.stopped} drain {row.drain_s} s"
    return f"{told} {more} ({row.seconds} s) {'; '.join(row.broken)}"
