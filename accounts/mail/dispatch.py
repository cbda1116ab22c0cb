"""Sending what is owed: claim, ask again, begin, hand over, write down.

Sending of a mail begins when its attempt commits. That one short transaction holds the rows on which a stop would
be written, asks whether the mail is still wanted, and also writes down what became of the mail before it. No
transaction is open while the relay is talked to. What the rows then hold is in `outcomes`.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from accounts.access import Purpose, system
from accounts.mail import failpoints, message, outcomes
from accounts.mail.kinds import kind_of, registered
from accounts.mail.models import Mail
from accounts.mail.outcomes import DOWN, Done
from accounts.mail.transport import Envelope, Outcome, Result, Transport, Unreachable, from_settings
from accounts.vault import services as vault
from repair import clock

log = logging.getLogger(__name__)

BATCH = 100
FRESH_SECONDS = 5.0  # DATA later than this after the attempt's commit: ask again first
BATCH_SECONDS = 45.0  # what is not begun by then goes back, long before its lease ends
JOB_SECONDS = 10.0  # about a beat's half, so that the engine never waits long behind senders


def send_owed(
    *,
    now: datetime,
    transport: Transport | None = None,
    limit: int = BATCH,
    seconds: float = JOB_SECONDS,
    when_more: Callable[[], None] = lambda: None,
) -> Counter[str]:
    """Send what is owed at `now`, `limit` after `limit` over one connection, for about `seconds` at most.

    Returns how many mails ended in which way. Work takes time, so each mail after the first claim reads the clock
    anew. Any number of these may run at once. `when_more` is called when a claim is sent and there may be more.
    """
    tally: Counter[str] = Counter()
    ends_at = time.monotonic() + seconds
    line = transport or from_settings()
    try:
        at = now
        while True:
            batch = _Batch(line, now=at, limit=limit)
            goes_on = batch.run(tally)
            if not goes_on or time.monotonic() > ends_at:
                return tally
            when_more()
            at = clock.now()
    finally:
        line.close()


class _Batch:
    """Some mails under one lease, sent one after the other."""

    def __init__(self, line: Transport, *, now: datetime, limit: int) -> None:
        self.line = line
        self.limit = limit
        self.now = now
        self.lease = uuid4()
        self.viewer = system(Purpose.MAIL, now=now)
        self.done: Done | None = None  # handed over, not yet written down

    def run(self, tally: Counter[str]) -> bool:
        """Claim and send. Returns whether there may be more to claim."""
        mails = outcomes.claim(lease=self.lease, now=self.now, limit=self.limit)
        if not mails:
            return False
        failpoints.reach("after_claim")
        self._gather(mails)
        ends_at = time.monotonic() + BATCH_SECONDS
        left: list[Mail] = list(mails)
        reachable = True
        while left and reachable and time.monotonic() < ends_at:
            try:
                reachable = self._one(left[0], tally)
            except DOWN:
                log.exception("the database failed while mail was being sent")
                break
            if reachable:
                left.pop(0)
        self._write_down(tally)
        if not reachable:
            tally["postponed"] += outcomes.postpone(left, lease=self.lease, now=clock.now())
        elif left:
            outcomes.release([mail.pk for mail in left], lease=self.lease, now=clock.now())
        return reachable and not left and len(mails) == self.limit

    def _gather(self, mails: list[Mail]) -> None:
        """Fetch for the whole batch what its mails need: keys, and what their kinds ask for."""
        owners = {mail.seal_key or mail.person_id for mail in mails}
        vault.preload(self.viewer.keys, owners=[owner for owner in owners if owner is not None])
        kinds = registered()
        for name in {mail.kind for mail in mails} & kinds.keys():
            of_kind = [mail for mail in mails if mail.kind == name]
            try:
                found = kinds[name].gather(of_kind)
            except DOWN:
                raise
            except Exception:  # one kind's fault must not stop the others; its mails count it one by one
                log.exception("a kind of mail could not gather")
                continue
            for mail in of_kind:
                mail.gathered = found.get(mail.pk)

    def _one(self, mail: Mail, tally: Counter[str]) -> bool:
        """Send one mail, or find that it cannot or should not be. Returns False when the relay is out of reach."""
        envelope = self._built(mail, tally)
        if envelope is None:
            return True
        try:
            self.line.connect()
        except Unreachable:
            log.warning("the relay is out of reach")
            return False
        address = mail.address
        begun = self._begin(mail, tally)
        if begun is None:
            return True
        failpoints.reach("after_begin")
        if mail.address != address:  # the person has moved to another address since the mail was owed
            envelope = self._built(mail, tally)
        result = Result(Outcome.LATER) if envelope is None else self._hand_over(mail, begun, envelope)
        self.done = Done(mail=mail, number=begun, result=result, at=clock.now())
        failpoints.reach("before_commit")
        if result.outcome is Outcome.REFUSED or result.called_off:
            self._write_down(tally)
        return True

    def _built(self, mail: Mail, tally: Counter[str]) -> Envelope | None:
        """The message; None where it waits for its person's quiet hours or cannot be made (which is counted)."""
        now = clock.now()
        try:
            until = kind_of(mail).not_before(mail, self.viewer)
            if until is not None and until > now:
                self._write_down(tally)
                outcomes.hold(mail, lease=self.lease, until=until, now=now)
                return None
            return Envelope(
                mail=mail.pk,
                sender=settings.MAIL_FROM,
                recipient=message.ascii_address(mail.address),
                content=message.build(mail, self.viewer, now=now),
            )
        except DOWN:
            raise
        except Exception as error:  # noqa: BLE001 - what a kind or template does wrong is this mail's fault alone
            self._fault(mail, error, tally)
            return None

    def _begin(self, mail: Mail, tally: Counter[str]) -> int | None:
        """In one commit: what became of the mail before, and the attempt of this one, if it is still wanted.
        Returns the attempt's number."""
        done, address, number = self.done, mail.address, None
        try:
            with transaction.atomic():
                now = clock.now()
                wanted = _wanted(mail, now)  # first: whoever stops mail locks memberships before mails too
                if not wanted and now < outcomes.latest(mail) and outcomes.keep(mail, lease=self.lease):
                    wanted = _wanted(mail, now)  # a new prompt may have joined before the row was kept
                if wanted:
                    moved = mail.address != address
                    number = outcomes.begin(mail, after=done, moved=moved, lease=self.lease, now=now)
                else:
                    if done is not None:
                        outcomes.write(done, lease=self.lease)
                    outcomes.settle_unwanted(mail, lease=self.lease, now=now)
        except DOWN:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            self._fault(mail, error, tally)
            return None
        if done is not None:
            tally[done.result.outcome] += 1
            self.done = None
        if not wanted:
            tally["unwanted"] += 1
        return number

    def _hand_over(self, mail: Mail, number: int, envelope: Envelope) -> Result:
        """Talk to the relay. Right before DATA and before the content the attempt must be fresh, or asked anew.

        A mail with an unknown outcome behind it also has written down that DATA is next: only tries that may have
        come that far count towards the cap, should this worker die too.
        """
        since = time.monotonic()
        could_ask = True
        is_noted = mail.unknowns == 0

        def go() -> bool:
            nonlocal since, could_ask, is_noted
            is_fresh = time.monotonic() - since <= FRESH_SECONDS
            if is_fresh and is_noted:
                return True
            try:
                with transaction.atomic():
                    now = clock.now()
                    again = is_fresh or (
                        _wanted(mail, now) and outcomes.renew(mail, number, lease=self.lease, now=now)
                    )
                    if again and not is_noted:
                        outcomes.note_data(mail, number)
            except Exception:
                log.exception("a mail could not be asked about again")
                could_ask = False
                return False
            is_noted = True
            if not is_fresh:
                since = time.monotonic()
            return again

        result = self.line.send(envelope, go=go)
        return result if could_ask else replace(result, called_off=False)

    def _fault(self, mail: Mail, error: Exception, tally: Counter[str]) -> None:
        """Count a fault of this mail's own; the others flow on. Only the kind of the error is logged: its words
        could hold what a person wrote."""
        log.error("mail %s of kind %s cannot be made: %s", mail.pk, mail.kind, type(error).__name__)
        self._write_down(tally)
        outcomes.fault(mail, lease=self.lease, now=clock.now())
        tally["faults"] += 1

    def _write_down(self, tally: Counter[str]) -> None:
        """Commit what became of the last mail by itself, waiting for the database if it has gone."""
        done, self.done = self.done, None
        if done is not None:
            outcomes.write_surely(done, lease=self.lease)
            tally[done.result.outcome] += 1


def _wanted(mail: Mail, now: datetime) -> bool:
    """Whether the mail should still be sent; holds the rows on which a stop would be written."""
    return now < outcomes.latest(mail) and kind_of(mail).lock_and_ask(mail, now)
