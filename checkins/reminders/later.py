"""“Ask me again later”: one evening's own note moves to an hour its owner chooses. The window does not.

A note that is still owed moves, and its reminder behind it. Once the note is out, the one reminder comes at the
chosen hour instead. So there are never more than a note and one reminder, however often somebody presses.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.mail.models import Attempt, Mail, State, Stream
from accounts.refusal import Refusal
from checkins.prompts.models import Prompt
from checkins.prompts.queries import own_prompt
from checkins.prompts.services import takes_words
from checkins.reminders.batch import quiet_hours_of
from checkins.reminders.models import Delivery
from checkins.reminders.quiet import held_until
from repair.plan.locks import entered

if TYPE_CHECKING:
    from accounts.access import Viewer

QUARTER = timedelta(minutes=15)
STEPS = (15, 30, 60, 120, 240)  # minutes between the hours on offer
MOST_OFFERED = 6
NOTE, REMINDER = Delivery.Kind.NOTE, Delivery.Kind.REMINDER


def ends_at(prompt: Prompt) -> datetime:
    """Until when this evening takes words: the end of its window, or the reading hour where that comes first."""
    hour = prompt.check_in.reads_at
    return prompt.closes_at if hour is None else min(prompt.closes_at, hour)


def may_ask(viewer: "Viewer", prompt: Prompt) -> bool:
    """Whether another note about this evening could still be wanted: it is open and neither sent nor left."""
    return prompt.sent_at is None and prompt.skipped_at is None and takes_words(prompt, now=viewer.now)


def offered(viewer: "Viewer", prompt: Prompt) -> list[datetime]:
    """Up to six hours to be asked again at, on round times of the viewer's own clock, in UTC: a quarter of an hour
    or more from now and before the end, outside their quiet hours."""
    if viewer.person is None or not may_ask(viewer, prompt):
        return []
    zone, quiet = viewer.person.zone, quiet_hours_of(viewer, viewer.person)
    last = min(ends_at(prompt) - QUARTER, viewer.now + timedelta(days=1))
    at = viewer.now.replace(minute=0, second=0, microsecond=0)
    quarters = []
    while at <= last:
        if at >= viewer.now + QUARTER and held_until(at, quiet, zone) == at:
            quarters.append(at)
        at += QUARTER
    for minutes in STEPS:
        round_ones = [at for at in quarters if _minute_of_day(at.astimezone(zone)) % minutes == 0]
        if len(round_ones) <= MOST_OFFERED:
            return round_ones
    return round_ones[:MOST_OFFERED]


def planned(prompt: Prompt, *, now: datetime) -> datetime | None:
    """When the next mail about this evening is due; None where none is on its way. One query."""
    owed = Mail.objects.filter(delivery__prompts=prompt.pk, state=State.OWED, due_at__gt=now)
    return owed.order_by("due_at").values_list("due_at", flat=True).first()


@transaction.atomic
def ask_again(*, viewer: "Viewer", prompt_id: UUID, at: datetime, now: datetime) -> None:
    """Have the next note about one's own prompt come at `at`. Twice is once; another hour takes its place.

    Raises Refusal outside the window, in quiet hours, after an answer, where notes are stopped, or where note and
    reminder are both out; NotActive; Http404 for a prompt that is not the viewer's.
    """
    mine = entered(viewer, now=now)  # the row on which a sender waits: no attempt begins meanwhile
    prompt = own_prompt(viewer, prompt_id)
    _must_be_wanted(viewer, mine, prompt, at=at, now=now)
    note = _last_mail(prompt, NOTE)
    if note is None or note.state not in _OUT:
        _place(prompt, mine, NOTE, note, at=at)
        _reminder_follows(prompt, mine, at=at, now=now)
        return
    reminder = _last_mail(prompt, REMINDER)
    if reminder is not None and reminder.state in _OUT:
        raise Refusal(_("Both notes for this evening have gone out. It stays open here until it closes."))
    _place(prompt, mine, REMINDER, reminder, at=at)


_OUT = frozenset({State.SENT, State.UNKNOWN, State.REFUSED})


def _must_be_wanted(viewer: "Viewer", mine: Membership, prompt: Prompt, *, at: datetime, now: datetime) -> None:
    person = mine.person
    if person.mail_stopped_at is not None or person.mail_failed_at is not None:
        raise Refusal(_("Your notes are stopped, so none would come. You can let them come again under You."))
    if not may_ask(viewer, prompt) or not now < at < ends_at(prompt):
        raise Refusal(_("This evening is not open then. Nothing was changed."))
    if held_until(at, quiet_hours_of(viewer, person), person.zone) != at:
        raise Refusal(_("That falls into your quiet hours. Choose another time."))


def _last_mail(prompt: Prompt, kind: Delivery.Kind) -> Mail | None:
    """The prompt's latest mail of a kind, locked. One that a sender has begun counts as sent: it may be out."""
    rows = Mail.objects.select_for_update(of=("self",)).filter(delivery__prompts=prompt.pk, delivery__kind=kind)
    mail = rows.order_by("-due_at", "-pk").first()
    if mail is not None and mail.state == State.OWED:
        begun = Attempt.objects.filter(mail=mail, outcome__in=[Attempt.Outcome.BEGUN, Attempt.Outcome.UNKNOWN])
        mail.state = State.SENT if begun.exists() else mail.state
    return mail


def _place(prompt: Prompt, mine: Membership, kind: Delivery.Kind, mail: Mail | None, *, at: datetime) -> None:
    """Let a mail of this kind about this prompt alone be due at `at`: the owed one, moved, or a new one. A mail
    that is owed for other prompts too stays as it is for them."""
    delivery = Delivery.objects.get(mail=mail) if mail is not None and mail.state == State.OWED else None
    if delivery is not None and delivery.prompts.exclude(pk=prompt.pk).exists():
        delivery.prompts.remove(prompt)
        delivery = None
    if delivery is None:
        made = Mail.objects.create(
            kind=kind.value,
            stream=Stream.NOTES,
            person=mine.person,
            address=mine.person.email,
            due_at=at,
            next_try_at=at,
            not_after=ends_at(prompt),
        )
        Delivery.objects.create(mail=made, membership=mine, kind=kind, planned_at=at).prompts.add(prompt)
        return
    values = {"due_at": at, "next_try_at": at, "not_after": ends_at(prompt), "lease": None, "lease_until": None}
    Mail.objects.filter(pk=delivery.mail_id).update(**values)
    Delivery.objects.filter(pk=delivery.pk).update(planned_at=at)


def _reminder_follows(prompt: Prompt, mine: Membership, *, at: datetime, now: datetime) -> None:
    """Keep the reminder as long after the note as was agreed; without room for it in the window, let it go."""
    reminder = _last_mail(prompt, REMINDER)
    if reminder is None or reminder.state != State.OWED:
        return
    minutes = prompt.check_in.schedule.remind_after_minutes
    again_at = at + timedelta(minutes=minutes) if minutes else ends_at(prompt)
    if again_at < ends_at(prompt):
        _place(prompt, mine, REMINDER, reminder, at=again_at)
        return
    delivery = Delivery.objects.get(mail=reminder)
    if delivery.prompts.exclude(pk=prompt.pk).exists():
        delivery.prompts.remove(prompt)
        return
    Mail.objects.filter(pk=reminder.pk).update(
        state=State.UNWANTED, next_try_at=None, settled_at=now, lease=None, lease_until=None
    )


def _minute_of_day(local: datetime) -> int:
    return local.hour * 60 + local.minute
