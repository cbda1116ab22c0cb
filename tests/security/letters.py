"""One real mail of every kind, as it goes over the wire, and every link that stands in one."""

import re
from email import message_from_bytes, policy
from typing import Any

from accounts.access import Purpose, system
from accounts.couples import linking
from accounts.mail import kinds, message
from accounts.mail.models import Mail
from accounts.users import mails as account_mails
from checkins.reminders import engine
from repair.schedules.models import Seat
from tests.cast import Cast
from tests.checkins.reminders.conftest import make_rhythm
from tests.conftest import Moved

_LINK = re.compile(r"https?://[^\s\"<>]+")


def owe_every_kind(cast: Cast, clock: Moved) -> list[Mail]:
    """A note and a reminder to Ana, an invitation from Sol to Ivy, and every mail about an account."""
    make_rhythm(cast.couples["ana"], now=clock.at, remind_after_minutes=60)
    due = Seat.objects.get(membership__person=cast.ana).next_due_at
    assert due is not None
    engine.run_due(now=clock.set(due))
    linking.invite(inviter=cast.sol, address="jo@mail.example", shown_name="Sol", now=clock.at)
    for name in account_mails.KINDS:
        context = {"user": cast.ana, "code": "482913"}
        account_mails.owe(name, address=cast.ana.email, context=context, now=clock.at)
    found = [m for m in Mail.objects.all() if m.person_id != cast.ben.pk]
    assert {mail.kind for mail in found} == set(kinds.registered())
    return found


def links_in(mails: list[Mail], *, now: Any) -> list[str]:
    """Every address in any header or part, the one that stops mail with one click included; paths, each once."""
    reader, found = system(Purpose.MAIL, now=now), set()
    for mail in mails:
        parsed = message_from_bytes(message.build(mail, reader, now=now), policy=policy.default)
        texts = [str(value) for value in parsed.values()]
        texts += [str(part.get_content()) for part in parsed.walk() if not part.is_multipart()]
        found |= {link.rstrip(".,;") for text in texts for link in _LINK.findall(text)}
    return sorted("/" + link.split("/", 3)[3] if link.count("/") > 2 else "/" for link in found)
