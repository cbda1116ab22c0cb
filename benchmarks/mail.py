"""`python -m benchmarks.mail --json`: mails per second through two worker processes, beside two other ways.

Ours: real note deliveries in the outbox, hints over Redis, two processes of a Celery worker, the engine's whole
way to each mail: claim, gather, ask again, commit the attempt, hand over, commit the result. The others: one task
per mail, on two processes as well (claim and mark in the database, a new connection each); and one process that
sends ready-made words over one connection with Django's own message class, and writes nothing down.

All have the same recipients, headers, text and HTML, and the same relay: `benchmarks.sink`. PostgreSQL is durable.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from benchmarks import measure, sink, stage
from deploy import services

PROCESSES = 2
LONG = (2400, 5)  # seats due in a round, rounds
SHORT = (600, 2)
PER_TASK = 5  # a task per mail is so slow that it is given every fifth; what is compared are rates
PATIENCE_SECONDS = 120.0  # for one way in one round
LOOK_SECONDS = 0.01


def main() -> None:
    """Measure, print the table and the report."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.mail", description=__doc__.partition("\n")[0])
    words.add_argument("--json", action="store_true", help="one JSON object as the last line")
    words.add_argument("--short", action="store_true", help="under a minute; for the suite")
    asked = words.parse_args()
    seats, rounds = SHORT if asked.short else LONG
    with ExitStack() as stack:
        where = stack.enter_context(stage.folder())
        database = stack.enter_context(stage.postgres())
        broker = stack.enter_context(services.redis())
        relay = stack.enter_context(sink.running())
        stage.set_up(where, database=database.url, redis=broker.url, relay=relay.url)
        bench = Bench(where, relay, seats=seats, rounds=rounds)
        bench.lay()
        stack.enter_context(worker("repair", "mail", where))
        stack.enter_context(worker("benchmarks.mail_each", "each", where))
        report = bench.run()
    tell(report)
    measure.finish(report, as_json=asked.json)


@contextmanager
def worker(app: str, queue: str, where: Path) -> Iterator[None]:
    """A Celery worker with two processes for as long as the block runs."""
    words = [sys.executable, "-m", "celery", "-A", app, "worker", "-Q", queue, "--concurrency", str(PROCESSES)]
    words += ["--pool", "prefork", "--without-gossip", "--without-mingle", "-n", f"{queue}@bench", "-l", "WARNING"]
    surroundings = {**os.environ, "BENCH_WORDS": str(where)}
    with (where / f"{queue}.log").open("wb") as log:
        process = subprocess.Popen(words, env=surroundings, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


class Bench:
    """One run: people and their due seats, then rounds of all three ways."""

    def __init__(self, where: Path, relay: sink.Sink, *, seats: int, rounds: int) -> None:
        self.where = where
        self.relay = relay
        self.seats = seats
        self.rounds = rounds
        self.text = self.html = ""
        self.commits: list[float] = []
        first = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=rounds + 3)
        # All open now, for two hours more; the reminders come long after the run.
        self.bursts = [first + timedelta(minutes=n) for n in range(rounds + 1)]

    def lay(self) -> None:
        """Couples with rhythms; at each burst `seats` seats are due."""
        from benchmarks.people import lay_people

        bursts = self.bursts
        lay_people(
            schedules=self.seats * len(bursts), due=self.seats, bursts=bursts, now=bursts[0] - timedelta(hours=1)
        )

    def run(self) -> dict[str, Any]:
        """All rounds. The first of each way warms up and does not count."""
        ways: dict[str, Callable[[list[Any]], float]] = {
            "ours": self.ours,
            "one_per_task": self.one_per_task,
            "reuse_loop": self.reuse_loop,
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        mails: list[int] = []
        extra = lost = 0
        for number, burst in enumerate(self.bursts):
            rows = self.owe(burst)
            order = list(ways)[number % 3 :] + list(ways)[: number % 3]
            # What ours sends is settled by it; the others are given the same rows again.
            for name in order:
                self.relay.forget()
                given = rows[::PER_TASK] if name == "one_per_task" else rows
                took = ways[name](given)
                found = self.relay.took()
                if found.messages != len(given):
                    measure.say(f"round {number}, {name}: {found} of {len(given)}")
                extra += found.messages - found.different
                lost += len(given) - found.different
                if number:
                    rates[name].append(len(given) / took)
            self.let_go()
            if number:
                mails.append(len(rows))
                measure.say(
                    f"round {number}: {len(rows)} mails; "
                    + ", ".join(f"{name} {rates[name][-1]:,.0f}/s" for name in ways)
                )
        return self.report(rates, mails, extra=extra, lost=lost)

    def owe(self, burst: datetime) -> list[Any]:
        """Serve what is due at `burst`, as the engine does. Returns the notes that may be sent now."""
        from accounts.mail.models import Mail, State
        from checkins.reminders import engine

        while engine.serve_batch(now=burst, ran=engine.Ran()):
            pass
        now = datetime.now(UTC)
        rows = list(Mail.objects.filter(state=State.OWED, next_try_at__lte=now).select_related("person"))
        rows = [mail for mail in rows if not self._held_soon(mail, now)]
        others = Mail.objects.filter(state=State.OWED).exclude(pk__in=[mail.pk for mail in rows])
        others.update(state=State.UNWANTED, next_try_at=None)  # quiet hours that end while it is measured
        self._ready_words(rows[0])
        self.commits.append(commit_ms())
        return rows

    def _held_soon(self, mail: Any, now: datetime) -> bool:
        """Whether quiet hours that begin while it is measured (mostly on the hour) would hold this mail."""
        from accounts.access import Purpose, system
        from checkins.reminders.notes import not_before

        moments = [now + timedelta(minutes=n) for n in range(0, 16, 5)]
        return any((not_before(mail, system(Purpose.MAIL, now=at)) or at) > at for at in moments)

    def _ready_words(self, mail: Any) -> None:
        """Text and HTML of a note of ours, for the other ways."""
        from accounts.access import Purpose, system
        from accounts.mail import message

        now = datetime.now(UTC)
        raw = message.build(mail, system(Purpose.MAIL, now=now), now=now)
        parsed = message_from_bytes(raw, policy=policy.default)
        stop = str(parsed["List-Unsubscribe"]).strip("<>")
        link = stop.partition("/m/")[0] + f"/n/{mail.pk.hex}/"
        self.text, self.html = (
            str(part.get_content()).replace(stop, "STOP").replace(link, "LINK") for part in parsed.iter_parts()
        )
        assert "STOP" in self.text
        assert "LINK" in self.html
        (self.where / "note.txt").write_text(self.text)
        (self.where / "note.html").write_text(self.html)

    def ours(self, rows: list[Any]) -> float:
        """From the hints to the last result in the database, in seconds."""
        from checkins.reminders import engine

        self._owed_again(rows, claimable=True)
        return measure.seconds(lambda: (engine.hand_over(now=datetime.now(UTC)), self._until_sent(len(rows))))

    def one_per_task(self, rows: list[Any]) -> float:
        """The same, a task for each mail."""
        from benchmarks.mail_each import send_one

        self._owed_again(rows, claimable=False)

        def all_of_them() -> None:
            for mail in rows:
                send_one.delay(mail.pk.hex)
            self._until_sent(len(rows))

        return measure.seconds(all_of_them)

    def reuse_loop(self, rows: list[Any]) -> float:
        """One process, one connection; the words are made ready before the clock starts."""
        from benchmarks import mail_loop

        words = [mail_loop.words_of(mail, self.text, self.html) for mail in rows]
        return measure.seconds(lambda: mail_loop.send(words, host="127.0.0.1", port=self.relay.port))

    def _owed_again(self, rows: list[Any], *, claimable: bool) -> None:
        """The round's rows as the engine wrote them; for the task per mail, so that no sender of ours has them."""
        from django.db import connection

        from accounts.mail.models import Attempt, Mail, State

        ids = [mail.pk for mail in rows]
        Attempt.objects.filter(mail__in=ids).delete()
        due = {"next_try_at": rows[0].due_at} if claimable else {"next_try_at": None}
        Mail.objects.filter(pk__in=ids).update(
            state=State.OWED, lease=None, lease_until=None, settled_at=None, **due
        )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE accounts_mail, accounts_attempt")

    def _until_sent(self, wanted: int) -> None:
        """Until the relay has all, and then until the database says so. Raises TimeoutError."""
        from accounts.mail.models import Mail, State

        ends_at = time.monotonic() + PATIENCE_SECONDS
        while self.relay.took().different < wanted or Mail.objects.filter(state=State.SENT).count() < wanted:
            if time.monotonic() > ends_at:
                raise TimeoutError("mail is still owed")
            time.sleep(LOOK_SECONDS)

    def let_go(self) -> None:
        """Nothing of this round is owed or counted in the next."""
        from accounts.mail.models import Mail, State

        Mail.objects.exclude(state=State.UNWANTED).update(state=State.UNWANTED, next_try_at=None)

    def report(self, rates: dict[str, list[float]], mails: list[int], *, extra: int, lost: int) -> dict[str, Any]:
        """Medians, and ratios pair by pair."""
        ours = rates["ours"]
        per_task, loop = (measure.Pairs(ours, rates[name]).ratio for name in ("one_per_task", "reuse_loop"))
        return {
            "mail_vs_one_per_task": round(per_task.median, 2),
            "mail_vs_reuse_loop": round(loop.median, 2),
            "ranges": {
                "mail_vs_one_per_task": [round(per_task.low, 2), round(per_task.high, 2)],
                "mail_vs_reuse_loop": [round(loop.low, 2), round(loop.high, 2)],
            },
            "mails_per_s": {name: round(measure.spread(values).median) for name, values in rates.items()},
            "ms_per_mail": {name: round(measure.spread([1e3 / v for v in values]).median, 2)
                            for name, values in rates.items()},
            "commit_ms": round(measure.spread(self.commits).median, 2),
            "mails": sum(mails),
            "rounds": len(mails),
            "processes": PROCESSES,
            "duplicates": extra,
            "lost": lost,
            "machine": measure.machine(),
        }  # fmt: skip


def commit_ms() -> float:
    """What a commit of one small row costs now, in milliseconds (the disk's part of it above all)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_commits (n integer)")
        return 10 * measure.seconds(
            lambda: [cursor.execute("INSERT INTO bench_commits VALUES (1)") for _ in range(100)]
        )


def tell(report: dict[str, Any]) -> None:
    """The table of docs/performance.md."""
    rates, each = report["mails_per_s"], report["ms_per_mail"]
    measure.say("\n| way | mails/s | ms/mail | ours is |\n|---|---|---|---|")
    for name, title in (
        ("ours", "two worker processes, the engine's whole way"),
        ("one_per_task", "two worker processes, one task per mail"),
        ("reuse_loop", "one process, one connection, nothing written"),
    ):
        ratio = f"{report[f'mail_vs_{name}']} ×" if name != "ours" else ""
        measure.say(f"| {title} | {rates[name]:,} | {each[name]} | {ratio} |")


if __name__ == "__main__":
    main()
