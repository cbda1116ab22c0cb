"""Looking at two worlds with the same eyes: every page, press and mail that one viewer can observe, compared."""

import re
import time
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from unittest import mock

from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.access import viewer_of
from accounts.audit.queries import entries_for
from accounts.mail import dispatch
from accounts.users.models import User
from checkins.reminders import engine
from tests.cast import Cast
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import Moved
from tests.contract.pressing import Press, presses
from tests.contract.retelling import Tale
from tests.contract.secret import Secret, nothing
from tests.contract.visiting import Seen, seeded_ids, visit_twice, visits
from tests.contract.world import build_world, furnish

# Whoever has something to do with Ana is shown every secret by itself; who shares nothing with her, all at once.
NEAR = ("ben", "theo")
FAR = ("cleo", "nobody", "una", "ivy", "rae", "hal", "wim", "stan", "sue")
ASKED = frozenset({"asked"})  # each route with empty hands
COMMON = ASKED | {"link", "pressed"}  # and everything the pages offer
WAYS = COMMON | {"pressed wrongly", "head", "htmx"}
HOURS = (0, 1, 2, 24.6, 27)  # after which the engine runs, to see what is mailed
_CHANCE = re.compile(rb"(?<==3D)[\w-]{22}|/n/[\w-]{22}|[0-9a-f]{32}")

Observed = dict[tuple[Press, str], Any]
_KEPT: dict[Any, tuple[dict[str, tuple[Press, ...]], dict[tuple[str, bool], Observed], Tale]] = {}
# One instant for all browsers of a run, so that the rows of their sessions are alike.
_BEGAN = time.time()
_EXPIRES = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Difference:
    """Where a world of a secret can be told from the first one: by whom, where, in which channels."""

    secret: str
    world: int
    viewer: str
    route: str
    way: str
    channels: tuple[str, ...]


@dataclass
class House:
    """A furnished world, and what everybody saw in it before anything was done; kept for all secrets of a run,
    because the ids in it are the same each time."""

    cast: Cast
    world: dict[str, Any]
    clock: Moved
    scripts: dict[str, tuple[Press, ...]] = field(default_factory=dict)
    base: dict[tuple[str, bool], Observed] = field(default_factory=dict)
    tale: Tale = field(default_factory=Tale)
    only: frozenset[str] | None = None  # the names of the routes to look at; None: all
    compared: int = 0  # answers laid over each other

    @classmethod
    def build(cls, cast: Cast, clock: Moved, *, kept: bool = True) -> "House":
        """Everything in it. With `kept`, what was seen of it before is looked up."""
        world = build_world(cast, now=clock.at)
        furnish(cast, world, now=clock.at)
        known = _KEPT.setdefault(cast.ana.pk, ({}, {}, Tale())) if kept else ({}, {}, Tale())
        return cls(cast, world, clock, *known)

    def person(self, viewer: str) -> User | None:
        return None if viewer == "nobody" else User.objects.get(pk=getattr(self.cast, viewer).pk)

    def told_apart(
        self, secret: Secret, viewers: Iterable[str], *, ways: Container[str] = WAYS
    ) -> list[Difference]:
        """What of the secret’s worlds can be told from the first one, its declared openings aside. With fewer
        `ways` than all, account pages are left out too."""
        looks = [viewer for viewer in (*viewers, *secret.more) if viewer not in secret.not_for]
        clients = {viewer: browser(self.person(viewer), self.clock) for viewer in looks}
        for viewer in looks:
            if viewer not in self.scripts:
                crawl = viewer in NEAR and ways != ASKED
                script = script_of(clients[viewer], self.world, self.clock, viewer=viewer, crawl=crawl)
                self.scripts[viewer] = tuple(p for p in script if self.only is None or _route(p) in self.only)
        first: dict[str, Observed] = {}
        found = []
        for number, apply in enumerate(secret.worlds):
            seen = self._seen(apply, clients, ways, turn=f"{secret.name} {number}")
            first = first or seen
            for viewer in looks:
                found += _differences(secret, number, viewer, first[viewer], seen[viewer])
                self.compared += len(seen[viewer]) if number else 0
        return found

    def forget(self) -> None:
        """The site is no longer the same: nothing seen before holds."""
        self.base.clear()
        self.tale.clear()

    def _seen(
        self, apply: Any, clients: dict[str, Client], ways: Container[str], *, turn: str
    ) -> dict[str, Observed]:
        keys = {viewer: (viewer, ways is WAYS) for viewer in clients}
        if apply is nothing and all(key in self.base for key in keys.values()):
            return {viewer: self.base[key] for viewer, key in keys.items()}
        at = self.clock.at
        with transaction.atomic():
            with seeded_ids("a secret"):
                apply(self.cast, self.world, at)
            seen = {
                viewer: observe(c, self._script(viewer, ways), tale=self.tale, who=(viewer, at), turn=turn)
                for viewer, c in clients.items()
            }
            for viewer in clients:
                seen[viewer][_ROWS] = _rows_of(viewer_of(self.person(viewer), now=at))
            post = posted(self.clock) if self.only is None or "the post" in self.only else []
            transaction.set_rollback(True)
        self.clock.set(at)
        for viewer in clients:
            person = self.person(viewer)
            seen[viewer][_POST] = [entry[1:] for entry in post if person and entry[0] == person.email]
        if apply is nothing:
            self.base |= {key: seen[viewer] for viewer, key in keys.items()}
        return seen

    def _script(self, viewer: str, ways: Container[str]) -> Iterable[Press]:
        script = self.scripts[viewer]
        return script if ways is WAYS else [p for p in script if p.way in ways and ":" in _route(p)]


_POST = (Press("the post", "", ""), "mail")
_ROWS = (Press("the audit", "", ""), "audit")


def _rows_of(viewer: Any) -> list[tuple[Any, ...]]:
    return list(entries_for(viewer).values_list("number", "at", "what", "couple", "actor", "only_for"))


def browser(person: User | None, clock: Moved) -> Client:
    """A browser of somebody who has just proved themself, so that no page asks for that again."""
    client = Client()
    if person is not None:
        with seeded_ids(f"a browser of {person.pk}"), mock.patch("time.time", return_value=_BEGAN):
            client.force_login(person)
            session = client.session
            proof = {"method": "password", "at": _BEGAN + 1_000_000, "reauthenticated": True}
            session["account_authentication_methods"] = [proof]
            session["account_authentication_methods_user"] = str(person.pk)
            session["began"] = session["seen"] = clock.at.isoformat()
            session.save()
        Session.objects.filter(pk=session.session_key).update(expire_date=_EXPIRES)
    return client


def script_of(
    client: Client, world: dict[str, Any], clock: Moved, *, viewer: str, crawl: bool
) -> tuple[Press, ...]:
    """Everything there is to ask for: each route with empty hands; with `crawl` also what the pages offer (every
    button and link), and the same pages for HEAD and for htmx."""
    sets = world["sets"] if viewer == "ben" else world["sets"][:1]
    script = {Press("asked", method, url): None for each in sets for _, method, url in visits(each)}
    if not crawl:
        return tuple(script)
    today = clock.at.date()
    looked: set[str] = set()
    alike: set[Any] = set()
    for _ in range(2):  # the pages, and the pages they lead to
        for press in [p for p in script if p.method == "GET" and p.path not in looked]:
            looked.add(press.path)
            seen = visit_twice(client, "GET", press.path)[0]
            if seen.status == 200 and b"<html" in seen.body:
                for found in presses(press.path, seen.body, today=today):
                    asked = found.method == "GET" and Press("asked", "GET", found.path) in script
                    known = asked or found.likeness in alike
                    alike.add(found.likeness)
                    script |= {} if known else {found: None}
                if press.way == "asked":
                    script[Press("head", "HEAD", press.path)] = None
                    script[Press("htmx", "GET", press.path, headers=(("HX-Request", "true"),))] = None
    return tuple(script)


def observe(client: Client, script: Iterable[Press], *, tale: Tale, who: Any, turn: str) -> Observed:
    """What is seen of each press, and of the page it leads to."""
    seen: Observed = {}
    for press in script:

        def ask(press: Press = press) -> list[Seen]:
            headers = dict(press.headers)
            return visit_twice(
                client, press.method, press.path, press.fields, headers=headers, onward=press.onward
            )

        answers = tale.answers((who, press), ask, turn=f"{turn} {who} {press}")
        seen |= {(press, stage): answer for stage, answer in zip(("answer", "after"), answers, strict=False)}
    return seen


def posted(clock: Moved) -> list[tuple[str, float, bytes]]:
    """(address, hours from now, message) of all that the engine mails in the hours after now. Moves the clock."""
    start, found = clock.at, []
    for hours in HOURS:
        at = clock.set(start)
        at = clock.move(hours=hours)
        line = Accepting()
        engine.run_due(now=at)
        dispatch.send_owed(now=at, transport=line)
        found += [
            (each.recipient, hours, _CHANCE.sub(b"?", each.content.replace(b"=\r\n", b""))) for each in line.sent
        ]
    clock.set(start)
    return sorted(found)


def _differences(secret: Secret, number: int, viewer: str, first: Observed, seen: Observed) -> list[Difference]:
    found = []
    for key in seen:
        press, stage = key
        one, two = first.get(key), seen.get(key)
        if isinstance(one, Seen) and isinstance(two, Seen):
            channels = one.differs(two)
        else:
            channels = [stage] if one != two else []
        route = _route(press)
        if key not in first:
            channels = ["what it leads to"]
        if channels and not any(o.allows(viewer, route, press.method, stage, channels) for o in secret.openings):
            way = press.way if stage == "answer" else f"{press.way}, {stage}"
            found.append(Difference(secret.name, number, viewer, f"{press.method} {route}", way, tuple(channels)))
    return found


@cache
def _route(press: Press) -> str:
    if not press.path:
        return press.way
    try:
        return resolve(press.path.partition("?")[0]).view_name
    except Resolver404:
        return "no such page"


__all__ = ["ASKED", "COMMON", "FAR", "NEAR", "WAYS", "Difference", "House", "browser", "observe", "posted"]
