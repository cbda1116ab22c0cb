"""Rule 4, at the very moment: Ana leaves while something of Ben’s is under way. What is finished then holds no
word of hers and no hour of theirs: the forms on his open pages, what a script asks for them, an export being made,
a note in a sender's hands, and his calendar."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.http import urlencode

from accounts.couples import ports
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.couples.states import CoupleState
from accounts.mail import dispatch, kinds
from accounts.privacy import ports as holdings
from accounts.users import calendar
from accounts.users.models import User
from checkins.reminders import engine
from checkins.reminders.notes import NOTE
from repair.schedules.models import Seat
from repair.schedules.services import standing_changed
from tests.cast import Cast
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import Moved
from tests.contract.looking import browser, script_of
from tests.contract.pressing import PASSWORD, Press
from tests.contract.world import build_world, furnish
from tests.security import tally

pytestmark = pytest.mark.pure
HERS = (b"Ana asks for this", b"An evening Ana shared", b"With words")  # open to Ben until she leaves
UNDER_WAY = {  # as a browser asks, and as a script would ask for a part of an open page, or only for what is new
    "form or link": {},
    "fragment": {
        "HX-Request": "true",
        "X-Requested-With": "XMLHttpRequest",
        "If-None-Match": "*",
        "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
        "Range": "bytes=0-",
    },
}


class Evening:
    """Ben's open browser, and Ana who leaves."""

    def __init__(self, cast: Cast, clock: Moved) -> None:
        self.cast, self.clock = cast, clock
        self.world = build_world(cast, now=clock.at)
        furnish(cast, self.world, now=clock.at)
        Seat.objects.update(next_on=None, next_due_at=None)  # to where the engine would have put them
        standing_changed(couple=cast.couples["ana"], now=clock.at)

    @property
    def ben(self) -> Client:
        return browser(User.objects.get(pk=self.cast.ben.pk), self.clock)

    def open_pages(self) -> tuple[Press, ...]:
        """Everything that can be pressed or fetched on the pages he has open."""
        return script_of(self.ben, self.world, self.clock, viewer="ben", crawl=True)

    def ana_leaves(self) -> None:
        person = User.objects.get(pk=self.cast.ana.pk)
        assert couples.leave(person=person, couple_id=self.cast.couples["ana"].pk, now=self.clock.at)

    # -- the five: what of hers each yields once she has left
    def pages(self, script: tuple[Press, ...], way: str) -> list[str]:
        client, headers = self.ben, UNDER_WAY[way]
        found = []
        for press in script:
            if way == "fragment" and press.method != "GET":
                continue
            with transaction.atomic():
                answer = client.generic(
                    press.method, press.path, _body(press), _FORM, headers=headers, follow=True
                )
                transaction.set_rollback(True)
            if answer.status_code in {206, 304} or any(word in answer.content for word in HERS):
                found.append(f"{press.method} {press.path}")
        return found

    def export(self, *, leave: Callable[[], None], when: str) -> list[str]:
        """Ben asks for his file; she leaves while he proves that it is he, or between two parts of the file."""
        client = self.ben
        if when == "before the proof":
            client = Client()
            client.force_login(User.objects.get(pk=self.cast.ben.pk))
            assert client.post("/you/export/").status_code == 302
            leave()
            answer = client.post("/again/", {"password": PASSWORD, "next": "/you/export/"})
        else:
            answer = self._export_interrupted(client, leave)
        assert answer["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            text = b"".join(archive.read(name) for name in archive.namelist())
        return [word.decode() for word in HERS if word in text]

    def _export_interrupted(self, client: Client, leave: Callable[[], None]) -> HttpResponse:
        account = holdings.registered()["account"]  # the first part of every file
        left: list[bool] = []

        def export_of(viewer: Any) -> Any:
            if not left:
                left.append(True)
                leave()
            return account.export_of(viewer)

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(holdings._HOLDINGS, "account", replace(account, export_of=export_of))
            answer: HttpResponse = client.post("/you/export/")
        return answer

    def note(self, *, leave: Callable[[], None]) -> list[str]:
        """His note is owed; a sender has taken it and opened its line when she leaves."""
        due = Seat.objects.filter(membership__person=self.cast.ben).order_by("next_due_at").first()
        assert due is not None
        assert due.next_due_at is not None
        now = self.clock.set(due.next_due_at + timedelta(seconds=5))
        engine.run_due(now=now)
        line = Interrupted(leave)
        dispatch.send_owed(now=now, transport=line)
        return line.to

    def calendar(self, secret: str) -> list[str]:
        answers = [
            Client().get(f"/times/calendar/{secret}.ics", headers=headers) for headers in UNDER_WAY.values()
        ]
        assert {answer.status_code for answer in answers} == {200}
        return ["an hour" for answer in answers if b"VEVENT" in answer.content]


class Interrupted(Accepting):
    """A relay that somebody leaves in front of."""

    def __init__(self, leave: Callable[[], None]) -> None:
        super().__init__()
        self.leave = leave

    def connect(self) -> None:
        self.leave()


_FORM = "application/x-www-form-urlencoded"


def _body(press: Press) -> bytes:
    return urlencode(press.fields, doseq=True).encode() if press.method == "POST" else b""


@pytest.fixture
def evening(cast: Cast, clock: Moved) -> Evening:
    return Evening(cast, clock)


def counted(cases: int, found: list[str]) -> None:
    tally.add("in flight", cases=cases, found=len(found))
    assert found == []


def nothing() -> None:
    """She stays."""


def lines_of(script: tuple[Press, ...]) -> tuple[Press, ...]:
    """The two pages that show most of hers."""
    return tuple(press for press in script if press.path in {"/lines/", "/story/"} and press.method == "GET")


@pytest.mark.slow
def test_his_open_pages_yield_nothing_of_hers(evening: Evening) -> None:
    """ASVS 8.3.2: every form, link and fragment of every page that he had open, pressed after she has left."""
    script = evening.open_pages()
    assert evening.pages(lines_of(script), "fragment"), "while she stays, her words are there"
    evening.ana_leaves()
    hers = sorted(map(repr, Membership.objects.filter(person=evening.cast.ana).values_list()))
    found = [f"{way}: {where}" for way in UNDER_WAY for where in evening.pages(script, way)]
    assert sorted(map(repr, Membership.objects.filter(person=evening.cast.ana).values_list())) == hers
    counted(len(script), found)


@pytest.mark.parametrize("when", ["before the proof", "while it is made"])
def test_a_file_being_made_has_nothing_of_hers(evening: Evening, when: str) -> None:
    assert evening.export(leave=nothing, when=when), "while she stays, her words are in it"
    counted(1, evening.export(leave=evening.ana_leaves, when=when))


def test_a_note_in_a_senders_hands_is_not_sent(evening: Evening) -> None:
    """ASVS 8.3.3."""
    counted(1, evening.note(leave=evening.ana_leaves))


def test_a_note_goes_out_while_she_stays(evening: Evening) -> None:
    assert "ben" in evening.note(leave=nothing)


def test_his_calendar_is_empty_at_once(evening: Evening) -> None:
    secret = calendar.switch_on(person=evening.cast.ben)
    assert evening.calendar(secret), "while she stays, there are hours in it"
    evening.ana_leaves()
    counted(len(UNDER_WAY), evening.calendar(secret))


# Seeded faults: a site that still believes what it knew before she left.


@pytest.fixture
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.couples.queries.state_of", lambda rows, *, now: CoupleState.ACTIVE)
    monkeypatch.setattr(ports.on_standing_changed, "_hooks", [])


def _pages(evening: Evening) -> list[str]:
    script = lines_of(evening.open_pages())
    evening.ana_leaves()
    return evening.pages(script, "form or link") and evening.pages(script, "fragment")


def _file(when: str) -> Callable[[Evening], list[str]]:
    return lambda evening: evening.export(leave=evening.ana_leaves, when=when)


def _note(evening: Evening) -> list[str]:
    def wanted(mail: Any, now: datetime) -> bool:
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(kinds._KINDS, "note", replace(NOTE, lock_and_ask=wanted))
        return evening.note(leave=evening.ana_leaves)


def _calendar(evening: Evening) -> list[str]:
    secret = calendar.switch_on(person=evening.cast.ben)
    evening.ana_leaves()
    return evening.calendar(secret)


SEEDED = {
    "pages": _pages,
    "a file asked for before": _file("before the proof"),
    "a file being made": _file("while it is made"),
    "a note": _note,
    "a calendar": _calendar,
}


@pytest.mark.slow
@pytest.mark.parametrize("channel", SEEDED)
def test_a_site_that_still_believes_it_is_noticed(evening: Evening, believing: None, channel: str) -> None:
    """Seeded fault of each of the five above."""
    assert SEEDED[channel](evening)
    tally.add("in flight", seeded=1, caught=1)
