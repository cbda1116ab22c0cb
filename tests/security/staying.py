"""What is left to the one who stays, and to the therapist, when the other stops: every address they were ever
given, followed over half a year of moved time with the jobs running. Cause after cause, the same is expected."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.couples import linking
from accounts.couples import services as couples
from accounts.couples.hashes import hash_of_address, hash_of_secret
from accounts.couples.models import Invitation
from accounts.mail import dispatch, stopping
from accounts.mail.models import Mail, State, Stream
from accounts.privacy import house
from accounts.users import calendar
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.prompts.models import Prompt
from checkins.reminders import engine
from checkins.reminders.models import DeliveredPrompt, Delivery
from repair.plan import dates
from tests.accounts.couples.conftest import secret_of
from tests.cast import Cast
from tests.checkins.reminders.conftest import Accepting
from tests.conftest import Moved
from tests.contract.looking import browser
from tests.contract.secret import World
from tests.contract.secrets_of_stopping import deleting, left, rests, suspended
from tests.contract.visiting import Seen, seeded_ids, visit
from tests.contract.world import build_world, furnish

CAUSES: dict[str, World] = {"rests": rests, "left": left, "suspended": suspended, "deleting": deleting}
# Around each of the dates on which something ends: the seven days of a deletion, thirty and ninety of retention.
DAYS = (0, 0.05, 1, 6.9, 7.1, 30.5, 60, 90.5, 95, 100, 187)
CLOSES_ON = 95  # when the one who stays closes their own side
PAGES = (
    "/today/", "/together/", "/together/?another", "/together/confirm/", "/lines/", "/story/", "/answers/",
    "/helper/", "/helper/visits/", "/you/", "/you/rest/", "/you/leave/", "/you/closed/", "/you/nevers/",
    "/you/export/", "/times/calendar/", "/times/quiet/",
)  # fmt: skip
CASE = ("case", "session", "signals", "book")
ONE_CLICK = dict([stopping.ONE_CLICK])
CHANCE = re.compile(rb"[0-9a-f]{32}")  # ids in a message
Ask = tuple[str, str, str, dict[str, Any]]  # whose browser, method, path, form

Channels = dict[str, list[Ask]]


class Left:
    """One couple, with all that the two were ever sent or shown."""

    def __init__(self, cast: Cast, clock: Moved) -> None:
        self.cast, self.clock, self.couple = cast, clock, cast.couples["ana"]
        self.world = build_world(cast, now=clock.at)
        furnish(cast, self.world, now=clock.at)
        with seeded_ids("what they hold"):
            self.channels = self._channels()

    def _channels(self) -> Channels:
        cast, case = self.cast, self.couple.pk
        notes = {name: self._note(getattr(cast, name)) for name in ("ana", "ben")}
        stops = {name: f"/m/{stopping.token_of(getattr(cast, name))}/" for name in ("ana", "ben")}
        files = {name: calendar.switch_on(person=getattr(cast, name)) for name in ("ana", "ben")}
        asked = linking.invite(inviter=cast.sol, address=cast.ana.email, shown_name="Sol", now=self.clock.at)
        links = [f"/i/{secret}/" for secret in (self._of_the_couple(), secret_of(asked))]
        about = {"about": str(case)}
        return {
            "pages": [("ben", "GET", path, {}) for path in (*PAGES, f"/you/closed/{case}/")],
            "presses": [("ben", "POST", path, about) for path in ("/you/resume/", "/you/leave/", "/together/")],
            "mail links": [(who, "GET", path, {}) for path in notes.values() for who in ("ben", "nobody")],
            "one-click": [
                ("nobody", method, path, form)
                for path in stops.values()
                for method, form in (("GET", {}), ("POST", ONE_CLICK))
            ],
            "calendar": [("nobody", "GET", f"/times/calendar/{file}.ics", {}) for file in files.values()],
            "invitations": [
                *((who, "GET", path, {}) for path in links for who in ("ben", "nobody")),
                ("sol", "GET", "/together/", {}),
                ("ben", "POST", "/together/", {"to": cast.ana.email, "name": "Ben"}),
            ],
            "the therapist’s row": [
                ("theo", "GET", path, {})
                for path in ("/cases/", *(reverse(f"checkins:{page}", kwargs={"case": case}) for page in CASE))
            ],
        }

    def _note(self, person: User) -> str:
        """The link in a note that went out yesterday."""
        prompt = Prompt.objects.get(check_in=self.world["yesterday"], membership__person=person)
        at = prompt.opens_at
        mail = Mail.objects.create(
            kind="note", stream=Stream.NOTES, person=person, address=person.email, due_at=at, state=State.SENT,
            settled_at=at,
        )  # fmt: skip
        sent = Delivery.objects.create(mail=mail, membership=prompt.membership, kind="note", planned_at=at)
        DeliveredPrompt.objects.create(delivery=sent, prompt=prompt)
        return reverse("checkins:note", args=[mail.pk.hex])

    def _of_the_couple(self) -> str:
        """The secret of the invitation by which the two were linked, kept by whoever got it."""
        secret, began = "c" * 43, self.clock.at - timedelta(days=3)
        row = Invitation(
            inviter=self.cast.ana, accepted_by=self.cast.ben, secret_hash=hash_of_secret(secret),
            address_hash=hash_of_address(self.cast.ben.email), created_at=began, settled_at=began,
            expires_at=began + timedelta(days=7), accepted_at=began, confirmed_at=began,
        )  # fmt: skip
        for column, words in (("address", self.cast.ben.email), ("shown_name", "Ana")):
            vault.seal(row, column, words)
        row.save()
        return secret

    # -- looking
    def followed(self, cause: World, *, days: tuple[float, ...] = DAYS, only: str = "") -> dict[str, list[Any]]:
        """All that is seen in each channel, day by day, after `cause`. Leaves nothing behind."""
        start = self.clock.at
        seen: dict[str, list[Any]] = {name: [] for name in (*self.channels, "mails") if only in {"", name}}
        with transaction.atomic():
            with seeded_ids("the stop"):
                cause(self.cast, self.world, start)
            for day in days:
                now = self.clock.set(start + timedelta(days=day))
                posted = self._jobs(now)
                if day == CLOSES_ON:
                    assert couples.leave(person=self.cast.ben, couple_id=self.couple.pk, now=now)
                browsers = {
                    who: browser(self._person(who), self.clock) for who in ("ben", "theo", "sol", "nobody")
                }
                for name, looks in seen.items():
                    asked = self.channels.get(name, [])
                    looks.extend(posted if name == "mails" else [])
                    looks.extend(visit(browsers[who], method, path, **form) for who, method, path, form in asked)
            transaction.set_rollback(True)
        self.clock.set(start)
        return seen

    def _person(self, who: str) -> User | None:
        return None if who == "nobody" else User.objects.get(pk=self.cast.people[who].pk)

    def _jobs(self, now: datetime) -> list[tuple[str, bytes]]:
        """What beat would have run by now; returns what was mailed to anybody but Ana."""
        line = Accepting()
        dates.pass_dates(now=now)
        engine.run_due(now=now)
        dispatch.send_owed(now=now, transport=line)
        house.keep_house(now)
        others = [each for each in line.sent if each.recipient != self.cast.ana.email]
        return [(each.recipient, CHANCE.sub(b"?", each.content)) for each in others]


def told_apart(first: dict[str, list[Any]], other: dict[str, list[Any]]) -> list[str]:
    """Where two followed worlds differ: channel, number of the look, and in what."""
    found = []
    for name, looks in first.items():
        if len(looks) != len(other[name]):
            found.append(f"{name}: {len(looks)} and {len(other[name])}")
        for number, (one, two) in enumerate(zip(looks, other[name], strict=False)):
            apart = one.differs(two) if isinstance(one, Seen) else ["message"] * (one != two)
            found += [f"{name}, look {number}: {apart}"] if apart else []
    return found
