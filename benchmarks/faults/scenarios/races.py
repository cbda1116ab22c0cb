"""Resting, leaving and unsubscribing, raced against the sending of that very mail."""

import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from accounts.couples import services as couples
from accounts.mail import stopping
from accounts.mail.models import Attempt, Mail, State
from accounts.users.models import User
from benchmarks.faults import witness
from benchmarks.faults.count import Row, count
from benchmarks.faults.house import House
from benchmarks.faults.lay import People
from benchmarks.faults.stage import Stage

THREADS = 4
NEAR_MS = (1, 10, 100)


def _post(house: House, person: User) -> None:
    """One click in a mail program, over HTTP."""
    url = f"http://localhost:{house.web_port}/m/{stopping.token_of(person)}/"
    body = urllib.parse.urlencode(dict([stopping.ONE_CLICK])).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=20) as answer:
        answer.read()


class Withdrawing:
    """Threads that withdraw for people whose mail a worker holds just now, by the real verbs."""

    def __init__(self, stage: Stage, people: People, *, wanted: int, web: bool, after_s: float) -> None:
        self.after_s = after_s
        self.house = stage.house
        self.chance = stage.chance
        self.wanted = wanted
        self.by_person = {one.person: one for one in people.placed}
        self.untried = set(self.by_person)
        self.done: Counter[str] = Counter()
        self.verbs: dict[str, Callable[[User], object]] = {
            "rest": lambda person: couples.rest(person=person, now=self.house.now()),
            "leave": lambda person: couples.leave(
                person=person, couple_id=self.by_person[person.pk].couple, now=self.house.now()
            ),
            "stop": lambda person: stopping.stop_by_token(token=stopping.token_of(person), now=self.house.now()),
        }
        if web:
            self.verbs["one click"] = lambda person: _post(self.house, person)
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.wrong: list[str] = []
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(THREADS)]

    def __enter__(self) -> "Withdrawing":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _run(self) -> None:
        try:
            while not self.over.is_set() and sum(self.done.values()) < self.wanted:
                for person in self._in_hand() or [None]:
                    if person is None:
                        time.sleep(0.01)
                    else:
                        self._withdraw(person)
        except Exception as error:  # noqa: BLE001 - told in the row
            self.wrong.append(repr(error))
        finally:
            connection.close()

    def _in_hand(self) -> list[UUID | None]:
        """Some whose mail a worker holds; where the relay is slow, whose attempt has begun."""
        held = Mail.objects.filter(state=State.OWED).exclude(lease=None).order_by("?")
        if self.after_s:
            held = held.filter(attempts__outcome=Attempt.Outcome.BEGUN)
        return list(held.values_list("person_id", flat=True)[:4])

    def _withdraw(self, of: UUID) -> None:
        with self.lock:
            if of not in self.untried:
                return
            self.untried.discard(of)
            name = self.chance.choice(list(self.verbs))
        time.sleep(self.chance.random() * self.after_s)
        person = User.objects.get(pk=of)
        done = self.verbs[name](person)
        with self.lock:
            self.done[name] += done is not False  # the partner may have stopped both before


def race(stage: Stage, row: Row, *, wanted: int, couples_laid: int, web: bool, wait: float, bug: str = "") -> None:
    """Fill the row: at least `wanted` withdrawals among `couples_laid` couples, the relay taking `wait` seconds
    for each reply."""
    house = stage.house
    witness.install()
    stage.staff(broken=bool(bug))
    house.tell_workers(bug=bug)
    if web:
        stage.see_web()
    house.relay.tell(rules=[{"step": "*", "wait": wait}] if wait else [])
    people = stage.people(couples_laid)
    with Withdrawing(stage, people, wanted=wanted, web=web, after_s=2 * wait if wait > 1 else 0) as withdrawing:
        house.move(1.5)
        began = stage.drain()
    mails = Mail.objects.filter(person__in=people.ids)
    couple_of = {one.person: one.couple for one in people.placed}
    address_of = {one.person: one.address for one in people.placed}
    concerned = [
        (mail, person, couple_of[person], address_of[person])
        for mail, person in mails.values_list("pk", "person_id")
        if person is not None
    ]
    data: dict[str, list[datetime]] = {}
    for entry in house.relay.heard("DATA"):
        data.setdefault(entry["recipient"], []).append(datetime.fromtimestamp(entry["wall"], UTC))
    found = witness.trials(concerned, data)
    gone = {(trial.address, on) for trial in found for on in people.dates}
    count(house, row, people, excused=gone, healed_at=began)
    row.trials = sum(withdrawing.done.values())
    row.after_withdrawal = sum(1 for trial in found if trial.attempts_after or trial.late_data)
    _tell(row, found, withdrawing)


def _tell(row: Row, found: list[witness.Trial], withdrawing: Withdrawing) -> None:
    """How the race went: one that the same side always wins measures nothing."""
    sent = [trial for trial in found if trial.attempts]
    gaps = [abs((trial.withdrawn_at - at).total_seconds()) * 1000 for trial in sent for at in trial.attempts]
    data = [(at - t.withdrawn_at).total_seconds() for t in found for at in t.data]
    row.notes |= {
        "withdrawals": dict(withdrawing.done),
        "mails concerned": len(found),
        "withdrawn first": len(found) - len(sent),
        "sent first": len(sent),
        **{f"commits within {ms} ms": sum(gap <= ms for gap in gaps) for ms in NEAR_MS},
        "DATA after the withdrawal": sum(1 for seconds in data if seconds > 0),
        "latest DATA after it, s": round(max(data, default=0.0), 3),
    }
    if withdrawing.wrong:
        row.broken.append(f"a withdrawal failed: {withdrawing.wrong[0]}")
    if not sent or (len(sent) == len(found) and not withdrawing.after_s):
        row.broken.append("one side won every time: this measured nothing")


def withdrawals(stage: Stage) -> None:
    """Many people due at once, each withdrawing while a worker holds their mail."""
    with stage.row("raced: rest, leave, unsubscribe", "race") as row:
        wanted, laid, wait = (40, 60, 0.005) if stage.short else (2000, 3200, 0.06)
        race(stage, row, wanted=wanted, couples_laid=laid, web=not stage.short, wait=wait)
        if row.trials < wanted and not stage.short:
            row.broken.append(f"{row.trials} trials are too few")


def withdrawals_slow(stage: Stage) -> None:
    """The same before a relay so slow that the withdrawal comes between the attempt and DATA, or the content."""
    for wait, because in ((2.2, "asked anew before the content"), (2.6, "asked anew before DATA")):
        with stage.row(f"raced before a relay that takes {wait} s a reply", "race") as row:
            row.notes["because"] = because
            race(stage, row, wanted=8, couples_laid=8, web=False, wait=wait)
