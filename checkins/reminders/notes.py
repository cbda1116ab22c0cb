"""The two kinds of mail about prompts: the note, and the one reminder. When they are wanted, and what they say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from accounts.mail.kinds import MailKind, Rendered
from accounts.mail.message import path_of
from accounts.mail.models import Mail, State, Stream
from checkins.prompts.models import Prompt
from checkins.reminders import asking
from checkins.reminders.batch import quiet_hours_of
from checkins.reminders.models import Delivery
from checkins.reminders.planning import NEAR
from checkins.reminders.quiet import held_until
from repair.programmes.content import question_set

if TYPE_CHECKING:
    from accounts.access import Viewer

FEW = 9  # so many minutes together are a few
EVENING_FROM = 16


@dataclass(frozen=True)
class About:
    """One prompt that a mail is for, as far as the mail speaks of it."""

    opens_at: datetime
    closes_at: datetime
    question_set: str
    remind_after: int | None
    waits: bool  # neither sent in nor skipped


def lock_and_ask(mail: Mail, now: datetime) -> bool:
    """Whether a note is wanted now: both are in, neither rests, notes are not stopped, a prompt of it still waits,
    and its day is no quiet day. Holds both memberships and both accounts, where each of these would be written."""
    answer = asking.lock_and_ask(mail, now)
    if answer is None or not answer.wanted:
        return False
    mail.address = answer.address
    return True


def lock_and_ask_reminder(mail: Mail, now: datetime) -> bool:
    """As for a note; and only where the note itself went out, and not just now: a backlog is one mail."""
    if not lock_and_ask(mail, now):
        return False
    notes = Mail.objects.filter(delivery__kind=Delivery.Kind.NOTE, delivery__prompts__deliveries__mail=mail.pk)
    return not notes.filter(state=State.OWED).exists() and not notes.filter(settled_at__gt=now - NEAR).exists()


def gather(mails: Sequence[Mail]) -> Mapping[UUID, Any]:
    """What each mail is about, for a whole batch with one query."""
    rows = Prompt.objects.filter(deliveries__mail__in=[mail.pk for mail in mails]).values_list(
        "deliveries__mail",
        "opens_at",
        "closes_at",
        "check_in__question_set",
        "check_in__schedule__remind_after_minutes",
        "sent_at",
        "skipped_at",
    )
    found: dict[UUID, list[About]] = defaultdict(list)
    for mail, opens_at, closes_at, asked, remind_after, sent_at, skipped_at in rows:
        waits = sent_at is None and skipped_at is None
        found[mail].append(About(opens_at, closes_at, asked, remind_after, waits))
    return found


def not_before(mail: Mail, viewer: "Viewer") -> datetime | None:
    """The end of the quiet hours it would fall into, by the person's own clock."""
    if mail.person is None:
        return None
    return held_until(viewer.now, quiet_hours_of(viewer, mail.person), mail.person.zone)


def render(mail: Mail, viewer: "Viewer") -> Rendered:
    """A note: until when it is open, how long it takes, one link. Raises ValueError for a mail about nothing."""
    about: list[About] = mail.gathered if mail.gathered is not None else list(gather([mail]).get(mail.pk, []))
    if not about or mail.person is None:
        raise ValueError("a note without a prompt")
    waiting = [one for one in about if one.waits and one.closes_at > viewer.now] or about
    zone = mail.person.zone
    opened = min(one.opens_at for one in waiting).astimezone(zone)
    asked = [question_set(one.question_set) for one in waiting]
    minutes = sum(one.minutes for one in asked)
    return Rendered(
        "note",
        {
            "until": f"{min(one.closes_at for one in waiting).astimezone(zone):%H:%M}",
            "opened": f"{opened:%H:%M}",
            "lasts": asked[0].said.within if len(asked) == 1 else "",
            "minutes": minutes if minutes > FEW else 0,
            "evening": opened.hour >= EVENING_FROM,
            "again": mail.kind == REMINDER.name,
            "one_more": mail.kind == NOTE.name and any(one.remind_after is not None for one in waiting),
        },
        own={"link": settings.SITE_URL + path_of("checkins:note", mail.pk.hex)},
    )


NOTE = MailKind("note", Stream.NOTES, lock_and_ask, render, gather=gather, not_before=not_before)
REMINDER = MailKind("reminder", Stream.NOTES, lock_and_ask_reminder, render, gather=gather, not_before=not_before)
