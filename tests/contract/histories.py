"""Histories: days of two people, played in two worlds that differ in what Ana does with her evenings.

What both do otherwise is the same in both worlds, and so are the hours. After every step everything that Ben can
see of his pages and of his mail is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from accounts.access import Viewer, viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.mail import dispatch
from accounts.users.models import User
from checkins.prompts import replies
from checkins.prompts import services as prompts
from checkins.prompts.models import CheckIn, Prompt
from checkins.prompts.reading import opened
from checkins.prompts.replies import Choice
from checkins.prompts.sheets import Share
from checkins.reminders import engine
from repair.schedules.models import Schedule, Seat
from tests.cast import Cast
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import Moved
from tests.contract.looking import browser
from tests.contract.visiting import Seen, seeded_ids, visit
from tests.contract.world import make_schedule, propose

MINUTE = timedelta(minutes=1)
_CHANCE = re.compile(rb"/n/[\w-]{22}|[0-9a-f]{32}")
Evening = Callable[[Viewer, Prompt, datetime], None]

# --- what Ana does with an evening, unseen ---


def _nothing(viewer: Viewer, prompt: Prompt, now: datetime) -> None:
    pass


def _skips(viewer: Viewer, prompt: Prompt, now: datetime) -> None:
    prompts.leave_for_tonight(viewer=viewer, prompt_id=prompt.pk, now=now)


def _drafts(viewer: Viewer, prompt: Prompt, now: datetime) -> None:
    prompts.keep_step(viewer=viewer, prompt_id=prompt.pk, values={"marks": {"safe": 2}, "good": "secret"}, now=now)


def _sends(share: Share, mark: int = 2) -> Evening:
    def does(viewer: Viewer, prompt: Prompt, now: datetime) -> None:
        values = {"marks": {"safe": mark}, "feelings": ("calm",)}
        prompts.keep_step(viewer=viewer, prompt_id=prompt.pk, values=values, now=now)
        prompts.send(viewer=viewer, prompt_id=prompt.pk, share=share, private=(), case=True, asked={}, now=now)

    return does


def _takes_back(viewer: Viewer, prompt: Prompt, now: datetime) -> None:
    _sends(Share.ALL)(viewer, prompt, now)
    prompts.take_back(viewer=viewer, prompt_id=prompt.pk, now=now)


ABSENT: dict[str, Evening] = {
    "nothing": _nothing, "skips": _skips, "drafts": _drafts, "keeps it": _sends(Share.NONE),
    "takes back": _takes_back,
}  # fmt: skip
SHARES: dict[str, Evening] = {"shares": _sends(Share.ALL), "shares otherwise": _sends(Share.ALL, 7)}


@dataclass
class Played:
    """What Ben saw after each step, and the number of the first step after which something was open to him that
    both shared (None: never)."""

    seen: list[dict[str, Any]] = field(default_factory=list)
    opened_at: int | None = None


class Days:
    """The days of one world. Everything is made inside a transaction that the caller rolls back."""

    def __init__(self, cast: Cast, clock: Moved, hers: Evening, *, soon: bool = False) -> None:
        self.cast, self.clock, self.hers = cast, clock, hers
        self.line = Accepting()
        with seeded_ids("days"):
            make_schedule(cast.couples["ana"].pk, now=clock.at)
        if soon:
            Schedule.objects.update(reading_time=None)
        for person, at in ((cast.ana, datetime(2026, 9, 14, 19, 30, tzinfo=UTC)),
                           (cast.ben, datetime(2026, 9, 15, 0, 30, tzinfo=UTC))):  # fmt: skip
            seats = Seat.objects.filter(membership__person=person)  # 20:30 on their own clocks
            seats.update(next_on=date(2026, 9, 14), next_due_at=at)

    def play(self, steps: list[tuple[Any, ...]]) -> Played:
        """Do all that, and look after each step."""
        played = Played()
        for number, (verb, *words) in enumerate(steps):
            with seeded_ids(f"step {number}"):
                getattr(self, verb)(*words)
            self._beat(number)
            self._ana(number)
            played.seen.append(self._look())
            if played.opened_at is None and self._open_to_ben():
                played.opened_at = number
        return played

    # --- what both know of ---

    def wait(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    def until(self, what: str) -> None:
        """To just after the next opening, window end or reading hour there is."""
        now = self.clock.at
        hours = {
            "opening": Seat.objects.values_list("next_due_at", flat=True),
            "end": Prompt.objects.values_list("closes_at", flat=True),
            "hour": CheckIn.objects.values_list("reads_at", flat=True),
        }[what]
        self.clock.set(min((at for at in hours if at and at >= now), default=now) + MINUTE)

    def answers(self, share: str) -> None:
        """Ben sends in what is open to him."""
        for prompt in self._open(self.cast.ben):
            _sends(Share(share))(self._viewer(self.cast.ben), prompt, self.clock.at)

    def proposes(self, name: str) -> None:
        if not self._rests():
            propose(self.cast, getattr(self.cast, name), f"A line at {self.clock.at:%H:%M}", now=self.clock.at)

    def chooses(self, choice: str) -> None:
        viewer = self._viewer(self.cast.ben)
        for check_in in [] if self._rests() else CheckIn.objects.filter(couple=self.cast.couples["ana"]):
            if opened(viewer, check_in).is_open:
                replies.choose(viewer=viewer, check_in=check_in, choice=Choice(choice), now=self.clock.at)

    def rests_or_goes_on(self) -> None:
        verb = couples.resume if self._rests() else couples.rest
        verb(person=self.cast.ben, now=self.clock.at)

    # --- what only one knows of ---

    def _ana(self, number: int) -> None:
        """Once for each evening, Ana does with it what this world says."""
        if self._rests():
            return
        for prompt in self._open(self.cast.ana):
            if prompt.sent_at is None and prompt.skipped_at is None and not bytes(prompt.draft):
                with seeded_ids(f"hers {number}"):
                    self.hers(self._viewer(self.cast.ana), prompt, self.clock.at)

    def _open(self, person: User) -> list[Prompt]:
        if self._rests():
            return []
        rows = Prompt.objects.filter(membership__person=person, sent_at=None, not_sent=False)
        rows = rows.select_related("membership", "check_in")
        return [row for row in rows if prompts.takes_words(row, now=self.clock.at)]

    def _beat(self, number: int) -> None:
        with seeded_ids(f"beat {number}"):
            engine.run_due(now=self.clock.at)
        dispatch.send_owed(now=self.clock.at, transport=self.line)

    # --- what Ben sees ---

    def _look(self) -> dict[str, Any]:
        client = browser(User.objects.get(pk=self.cast.ben.pk), self.clock)
        paths = ["/today/", "/answers/", "/story/", "/lines/", "/helper/visits/"]
        for prompt in Prompt.objects.filter(membership__person=self.cast.ben).select_related("check_in"):
            paths += [f"/evening/{prompt.pk}/", f"/evening/{prompt.pk}/sealed/", f"/reading/{prompt.check_in_id}/"]
        seen: dict[str, Any] = {path: visit(client, "GET", path) for path in paths[:5] + paths[-6:]}
        mails = [each for each in self.line.sent if each.recipient == self.cast.ben.email]
        return seen | {"mail": [_CHANCE.sub(b"?", m.content.replace(b"=\r\n", b"")) for m in mails]}

    def _open_to_ben(self) -> bool:
        viewer = self._viewer(self.cast.ben)
        return any(opened(viewer, check_in).is_open for check_in in CheckIn.objects.all())

    def _viewer(self, person: User) -> Viewer:
        return viewer_of(User.objects.get(pk=person.pk), now=self.clock.at)

    def _rests(self) -> bool:
        return Membership.objects.filter(couple=self.cast.couples["ana"]).exclude(rested_at=None).exists()


def told_apart(
    cast: Cast, clock: Moved, worlds: dict[str, Evening], steps: list[tuple[Any, ...]], *, soon: bool = False
) -> list[str]:
    """Where Ben can tell the worlds apart: “world, step: page, channels”. Once something is open that both shared,
    the worlds may differ, and are not compared any further. With `soon` one reads as soon as both are in."""
    start, played = clock.at, {}
    for name, hers in worlds.items():
        with transaction.atomic():
            played[name] = Days(cast, clock, hers, soon=soon).play(steps)
            transaction.set_rollback(True)
        clock.set(start)
    ends = min((p.opened_at for p in played.values() if p.opened_at is not None), default=len(steps))
    first, *others = played
    return [
        f"{name}, step {number} {steps[number]}: {page} {channels}"
        for name in others
        for number in range(ends)
        for page, channels in _differences(played[first].seen[number], played[name].seen[number])
    ]


def _differences(one: dict[str, Any], two: dict[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for page in {**one, **two}:
        here, there = one.get(page), two.get(page)
        if here != there:
            both = isinstance(here, Seen) and isinstance(there, Seen)
            found.append((page, here.differs(there) if both else "there or not"))
    return found


_step = st.one_of(
    st.tuples(st.just("until"), st.sampled_from(["opening", "opening", "end", "hour", "hour"])),
    st.tuples(st.just("until"), st.sampled_from(["opening", "end", "hour"])),
    st.tuples(st.just("answers"), st.sampled_from([share.value for share in Share])),
    st.tuples(st.just("wait"), st.sampled_from([5, 61, 300, 1440])),
    st.tuples(st.just("proposes"), st.sampled_from(["ana", "ben"])),
    st.tuples(st.just("chooses"), st.sampled_from([choice.value for choice in Choice])),
    st.tuples(st.just("rests_or_goes_on")),
)


def histories(steps: int) -> Any:
    """Scripts of that many steps."""
    return st.lists(_step, min_size=steps, max_size=steps)
