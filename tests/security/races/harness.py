"""Races: several presses at the same moment, again and again; after each trial what must hold is asked.

A race is a function that plays one trial: it lays what it needs, lets `stage.at_once` run the acts, and yields a
sentence for everything that does not hold. Each act runs in a thread with a connection of its own; all wait for
one another at a barrier, and start with small random delays in most trials, so that each side wins some. An
exception nobody expected and an answer of 500 or more are counted as errors.
"""

import os
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from accounts.users.models import User
from tests.cast import make_person
from tests.security.browsers import signed_in

Act = Callable[[], Any]
TRIALS = int(os.environ.get("KEPT_RACES", "10"))
MOST_AT_ONCE = 16
DELAYS = (0.0, 0.001, 0.004, 0.016)  # seconds at most; one of them for each trial
PATIENCE = 60.0  # seconds; a trial that takes longer hangs


class Crew:
    """Threads that wait for acts, each with its own connection to the database."""

    def __init__(self) -> None:
        self.done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self.orders: list[queue.SimpleQueue[Any]] = []
        self.threads: list[threading.Thread] = []

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for order in self.orders:
            order.put(None)
        for thread in self.threads:
            thread.join(PATIENCE)

    def together(self, acts: list[Act]) -> list[Any]:
        """What each act returned, or the exception that came out of it."""
        while len(self.threads) < len(acts):
            self.orders.append(queue.SimpleQueue())
            self.threads.append(threading.Thread(target=self._work, args=(self.orders[-1],), daemon=True))
            self.threads[-1].start()
        gate = threading.Barrier(len(acts))
        for at, act in enumerate(acts):
            self.orders[at].put((at, act, gate))
        found = dict(self.done.get(timeout=PATIENCE) for _ in acts)
        return [found[at] for at in range(len(acts))]

    def _work(self, order: "queue.SimpleQueue[Any]") -> None:
        connection.ensure_connection()
        while (asked := order.get()) is not None:
            at, act, gate = asked
            try:
                gate.wait(PATIENCE)
                result = act()
            except Exception as error:  # noqa: BLE001 - the harness says what it was
                result = error
            self.done.put((at, result))
        connections.close_all()


@dataclass
class Stage:
    """What a race stands on: the instant it is, the number of the trial, people, browsers, and the crew."""

    crew: Crew
    now: datetime
    trial: int = 0
    errors: list[str] = field(default_factory=list)
    sides: Counter[str] = field(default_factory=Counter)  # who came first, where a race says so
    chance: random.Random = field(default_factory=lambda: random.Random(20261120))
    _people: int = 0

    def person(self, name: str, **fields: Any) -> User:
        """Somebody new, whose address no other trial has."""
        self._people += 1
        return make_person(f"{name}{self._people}", now=self.now, **fields)

    def tabs(self, person: User | None, number: int, **headers: str) -> "list[Browser]":
        """So many tabs of one browser in which `person` has just proved themself (None: nobody)."""
        first = signed_in(person).cookies if person is not None else SimpleCookie()
        return [Browser(self, first, **headers) for _ in range(number)]

    def at_once(self, *acts: Act, expected: tuple[type[Exception], ...] = ()) -> list[Any]:
        """Run all acts from one barrier. Their results in order; exceptions stand for themselves, and those not
        `expected` are errors."""
        assert len(acts) <= MOST_AT_ONCE
        most = DELAYS[self.trial % len(DELAYS)]
        late = [self.chance.uniform(0, most) for _ in acts]
        results = self.crew.together([_after(pause, act) for pause, act in zip(late, acts, strict=True)])
        wrong = [one for one in results if isinstance(one, Exception) and not isinstance(one, expected)]
        self.errors += [f"trial {self.trial}: {error!r}" for error in wrong]
        return results

    def lagging(self, act: Act, most: float) -> Act:
        """The same act, up to `most` seconds later: for the side that would win every time."""
        return _after(self.chance.uniform(0, most), act)


def _after(pause: float, act: Act) -> Act:
    def late() -> Any:
        time.sleep(pause)
        return act()

    return late


@dataclass(frozen=True)
class Answer:
    """One answer, and when it was asked for and came, in seconds of this process's clock."""

    response: HttpResponse
    asked: float
    came: float

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def to(self) -> str:
        """Where a redirect leads; "" for a page."""
        return self.response.get("Location", "")

    @property
    def text(self) -> str:
        return self.response.content.decode(errors="replace")


class Browser:
    """A tab: answers of 500 and more are errors of its stage, whoever reads the answer."""

    def __init__(self, stage: Stage, cookies: "SimpleCookie", **headers: str) -> None:
        self.stage = stage
        self.client = Client(raise_request_exception=False, HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0", **headers)
        self.client.cookies = SimpleCookie(cookies.output(header="", sep=";"))

    def get(self, path: str) -> Answer:
        return self._ask(self.client.get, path, {})

    def post(self, path: str, data: dict[str, Any] | None = None) -> Answer:
        return self._ask(self.client.post, path, data or {})

    def _ask(self, verb: Callable[..., HttpResponse], path: str, data: dict[str, Any]) -> Answer:
        asked = time.monotonic()
        response = verb(path, data)
        answer = Answer(response, asked, time.monotonic())
        if answer.status >= 500:
            found = getattr(response, "exc_info", None)
            self.stage.errors.append(
                f"trial {self.stage.trial}: {answer.status} at {path}: {found and found[1]!r}"
            )
        return answer


@dataclass(frozen=True)
class Race:
    """One race of the table. `around` holds while all its trials run; `says_who` that it notes who came first."""

    ident: str
    name: str
    play: Callable[[Stage], Iterator[str]]
    around: Callable[[], AbstractContextManager[Any]] = nullcontext
    says_who: bool = False

    def __str__(self) -> str:
        return f"{self.ident} {self.name}"


@dataclass
class Run:
    """What came of a race."""

    trials: int
    breaks: list[str]
    errors: list[str]
    sides: Counter[str]

    @property
    def found(self) -> int:
        return len(self.breaks) + len(self.errors)


def run(race: Race, *, now: datetime, trials: int = TRIALS, until_found: bool = False) -> Run:
    """Play a race so many times, or only until something is found."""
    breaks: list[str] = []
    with Crew() as crew, race.around():
        stage = Stage(crew, now)
        for trial in range(trials):
            stage.trial = trial
            breaks += [f"trial {trial}: {said}" for said in race.play(stage)]
            if until_found and (breaks or stage.errors):
                break
    return Run(stage.trial + 1, breaks, stage.errors, stage.sides)
