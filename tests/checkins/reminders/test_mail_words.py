"""What the notes say, to the letter; and that no mail of any kind says a word that would give its reader away.

After a change that is meant, write the files anew: `KEPT_GOLDEN=write pytest tests/checkins/reminders`.
"""

import os
import re
import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from accounts.access import Purpose, system
from accounts.couples.models import Invitation
from accounts.mail import kinds, message
from accounts.mail import services as outbox
from accounts.mail.models import Mail
from accounts.users import mails as account_mails
from accounts.users.models import User
from checkins.reminders import engine
from repair.schedules.models import Schedule, Seat
from repair.schedules.recurrence import instant
from tests.cast import Cast
from tests.checkins.reminders.conftest import mails_of, utc
from tests.conftest import Moved

Rhythm = Callable[..., Schedule]
GOLDEN = Path(__file__).parent / "golden"
EVERY_KIND = Path(__file__).parents[2] / "accounts/mail/golden"
MAIL_ID = uuid.UUID(int=0x4B9)


def as_sent(mail: Mail, now: Any) -> bytes:
    """The bytes for the relay."""
    return message.build(mail, system(Purpose.MAIL, now=now), now=now)


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def readable(raw: bytes) -> str:
    """All headers and both parts, decoded, with what is random by name."""
    found = parsed(raw)
    head = "".join(f"{name}: {value}\n" for name, value in found.items())
    parts = "".join(f"\n--- {part.get_content_type()}\n{part.get_content()}" for part in found.iter_parts())
    return re.sub(r"/m/[\w-]{43}/", "/m/TOKEN/", (head + parts).replace("\r\n", "\n"))


WORDINGS = [
    ("daily", {}, "note", "one minute, one note"),
    ("daily-with-reminder", {"remind_after_minutes": 60}, "note", "at most one more"),
    ("weekly", {"question_set": "weekly"}, "note", "five minutes"),
    ("monthly", {"question_set": "monthly"}, "note", "ten minutes, not a few"),
    ("quarterly", {"question_set": "quarterly"}, "note", "a quarter of an hour, not a few minutes"),
    ("reminder", {"remind_after_minutes": 60}, "reminder", "still open"),
    ("morning", {"opens": time(7), "closes": time(9), "remind_after_minutes": 30}, "note", "today, not tonight"),
]


@pytest.mark.parametrize(("name", "fields", "kind", "because"), WORDINGS, ids=[w[0] for w in WORDINGS])
def test_each_note_to_the_letter(
    cast: Cast, clock: Moved, rhythm: Rhythm, name: str, fields: dict[str, Any], kind: str, because: str
) -> None:
    rhythm(next_on=date(2026, 9, 15), **fields)
    engine.run_due(now=clock.set(Seat.objects.get(membership__person=cast.ana).next_due_at))
    (mail,) = mails_of(cast.ana, kind)
    gathered = kinds.kind_of(mail).gather([mail])[mail.pk]
    mail.pk, mail.gathered = MAIL_ID, gathered
    _same(f"{name}.txt", readable(as_sent(mail, clock.at)))


def test_a_note_about_several_to_the_letter(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(question_set="weekly")
    rhythm(opens=time(20, 35), closes=time(22))
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    (mail,) = mails_of(cast.ana)
    gathered = kinds.kind_of(mail).gather([mail])[mail.pk]
    mail.pk, mail.gathered = MAIL_ID, gathered
    _same("several.txt", readable(as_sent(mail, clock.at)))


def test_a_long_one_beside_others_is_not_a_few_minutes(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    rhythm(question_set="quarterly")
    rhythm(opens=time(20, 35), closes=time(22))
    engine.run_due(now=clock.set(utc(14, 19, 35)))
    (mail,) = mails_of(cast.ana)
    mail.gathered = kinds.kind_of(mail).gather([mail])[mail.pk]
    said = readable(as_sent(mail, clock.at))
    assert said.count("It takes about a quarter") == 0
    assert said.count("Together they take about 16 minutes.") == 2, "in the text and in the HTML"


def _same(name: str, found: str, folder: Path = GOLDEN) -> None:
    path = folder / name
    if os.environ.get("KEPT_GOLDEN") == "write":
        path.write_text(found)
    assert found == path.read_text()


# Handbook, safety and security, 7.2 and M1: nothing that says what the site is for.
LEXICON = re.compile(
    r"repair|trust|couple|partner|therap|counsel|boundar|check.?in|commitment|agreement|ritual|affair|betray|cheat|"
    r"infidel|unfaithful|adulter|relationship|marriage|spouse|husband|wife|breach|hurt|heal|forgiv|lie\b|lies\b|"
    r"secret|abuse|safety",
    re.IGNORECASE,
)


def _notes(cast: Cast, rhythm: Rhythm, clock: Moved, kind: str) -> list[Mail]:
    rhythm(remind_after_minutes=60)
    rhythm(question_set="weekly", opens=time(21), remind_after_minutes=60)
    found = []
    for at in (utc(14, 19, 30), utc(14, 20)):
        engine.run_due(now=clock.set(at))
        found += mails_of(cast.ana, kind)
    return found


def _account(cast: Cast, clock: Moved, kind: str) -> list[Mail]:
    for name, (its_kind, _what) in account_mails.KINDS.items():
        if its_kind == kind:
            context = {"user": cast.ana, "code": "482913"}
            account_mails.owe(name, address=cast.ana.email, context=context, now=clock.at)
    return list(Mail.objects.filter(kind=kind))


def _invitation(cast: Cast, clock: Moved) -> list[Mail]:
    invitation = Invitation.objects.get(inviter=cast.sol)
    return [
        outbox.owe(
            kind="invitation",
            now=clock.at,
            person=cast.sol,
            address=cast.ivy.email,
            ref=invitation.pk,
            payload={"secret": "x" * 43},
        )
    ]


def samples(kind: str, cast: Cast, rhythm: Rhythm, clock: Moved) -> list[Mail]:
    """Mails of every sort of a kind. A new kind needs an entry here."""
    if kind in {"note", "reminder"}:
        return _notes(cast, rhythm, clock, kind)
    if kind.startswith("account_"):
        return _account(cast, clock, kind)
    assert kind == "invitation", f"no sample of the kind {kind}"
    return _invitation(cast, clock)


ALL_KINDS = ["account_code", "account_exists", "account_notice", "invitation", "note", "reminder"]


def test_every_registered_kind_is_looked_at() -> None:
    assert sorted(kinds.registered()) == ALL_KINDS


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_to_the_letter(cast: Cast, clock: Moved, rhythm: Rhythm, kind: str) -> None:
    """All headers and both parts of every sort of mail there is; only ids and hours of sending go."""
    found = {
        re.sub(r"[0-9a-f]{32}|Date: .*", "…", readable(as_sent(m, clock.at)))
        for m in samples(kind, cast, rhythm, clock)
    }
    _same(f"{kind}.txt", "\n========\n".join(sorted(found)), EVERY_KIND)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_no_word_of_the_lexicon_in_any_mail(cast: Cast, clock: Moved, rhythm: Rhythm, kind: str) -> None:
    found = samples(kind, cast, rhythm, clock)
    assert found
    for mail in found:
        text = readable(as_sent(mail, clock.at)).replace("boundary=", "")  # MIME's own word
        assert not LEXICON.findall(text), f"{kind}: {LEXICON.findall(text)}"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_no_name_but_the_senders_own_in_an_invitation(cast: Cast, clock: Moved, rhythm: Rhythm, kind: str) -> None:
    for mail in samples(kind, cast, rhythm, clock):
        text = readable(as_sent(mail, clock.at)).replace("ana@mail.example", "").replace("ivy@mail.example", "")
        names = {name.title() for name in cast.people} & set(re.findall(r"[A-Z]\w+", text))
        assert names == ({"Sol"} if kind == "invitation" else set())


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_nothing_is_fetched_and_both_parts_have_the_same_links(
    cast: Cast, clock: Moved, rhythm: Rhythm, kind: str
) -> None:
    for mail in samples(kind, cast, rhythm, clock):
        text, html = (part.get_content() for part in parsed(as_sent(mail, clock.at)).iter_parts())
        assert not re.search(r"<img|<link|<script|<iframe|src=|url\(|@import|@font-face", html)
        assert set(re.findall(r"https?://\S+", text)) == set(re.findall(r'href="(https?://[^"]+)"', html))


def test_the_lexicon_can_find_something() -> None:
    assert LEXICON.findall("Your couples check-in") == ["couple", "check-in"]


def test_the_zone_of_the_mail_is_the_readers_own(cast: Cast, clock: Moved, rhythm: Rhythm) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Kathmandu")
    rhythm(next_on=date(2026, 9, 15))
    at = instant(date(2026, 9, 15), time(20, 30), User.objects.get(pk=cast.ana.pk).zone)
    assert at is not None
    engine.run_due(now=clock.set(at + timedelta(seconds=5)))
    (mail,) = mails_of(cast.ana)
    assert "until 23:00" in readable(as_sent(mail, clock.at))
