"""R9–R11, R13: leaving against mail under a lease, access ended against being read, a deletion against a file,
workers against one another."""

import io
import itertools
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from accounts.audit import services as audit
from accounts.audit.models import Entry
from accounts.couples import services as couples
from accounts.mail import dispatch, outcomes
from accounts.mail.models import Mail, State
from accounts.privacy import services as privacy
from accounts.therapists.models import Grant
from accounts.therapists.queries import access_to_case
from accounts.therapists.services import stamp_of
from accounts.users.models import User
from accounts.vault.models import DataKey
from checkins.prompts.models import CheckIn, Prompt
from checkins.reminders import engine
from checkins.reminders.models import Delivery
from tests.cast import Cast, book, make_grant
from tests.checkins.make import make_evening, send
from tests.checkins.reminders.conftest import Accepting, make_rhythm
from tests.repair.plan.lines import agreed
from tests.security.races.harness import Answer, Race, Stage
from tests.security.races.pairs import couple

ORDER = itertools.count()  # drawn while the membership is held, so it is the order of the commits
BEGUN: dict[UUID, int] = {}  # mail → when its attempt was written
STOPPED: dict[UUID, int] = {}  # couple → when the stop was written


@contextmanager
def witnessed() -> Iterator[None]:
    """Every attempt and every stop draws a number before it commits, under the lock that both need."""
    begin, tell = outcomes.begin, couples._tell

    def begins(mail: Mail, **words: Any) -> int | None:
        number = begin(mail, **words)
        if number is not None:
            BEGUN[mail.pk] = next(ORDER)
        return number

    def tells(places: list[Any], **words: Any) -> None:
        tell(places, **words)
        STOPPED[places[0].couple_id] = next(ORDER)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes, "begin", begins)
        patch.setattr(couples, "_tell", tells)
        yield


def due(stage: Stage) -> Cast:
    """A couple whose evening begins now, on both clocks."""
    pair = couple(stage)
    make_rhythm(pair.couples["ana"], now=stage.now, opens=time(20, 30))
    return pair


def serve(stage: Stage) -> bool:
    return engine.serve_batch(now=stage.now, ran=engine.Ran())


def deliver(stage: Stage, line: Accepting) -> Counter[str]:
    return dispatch.send_owed(now=stage.now, transport=line, limit=2)


def mails_of(pair: Cast) -> "list[Mail]":
    return list(Mail.objects.filter(person__in=pair.people.values()))


def leave_or_send(stage: Stage) -> Iterator[str]:
    """Two workers send a couple's notes while one of them leaves, or rests: no attempt after the stop."""
    pair, line = due(stage), Accepting()
    serve(stage)
    tab = stage.tabs(pair.ana, 1)[0]
    leave = partial(tab.post, reverse("accounts:leave"), {"about": str(pair.couples["ana"].pk)})
    stop = leave if stage.trial % 2 else partial(tab.post, reverse("accounts:rest"))
    stage.at_once(stage.lagging(stop, 0.04), *[stage.lagging(partial(deliver, stage, line), 0.04)] * 2)
    deliver(stage, line)
    stopped = STOPPED.pop(pair.couples["ana"].pk, None)
    mails = mails_of(pair)
    if stopped is None or len(mails) != 2:
        yield "the stop did not happen, or there were not two notes"
        return
    after = [mail for mail in mails if BEGUN.get(mail.pk, -1) > stopped]
    stage.sides["sent first" if any(mail.pk in BEGUN for mail in mails) else "stopped first"] += 1
    if after:
        yield f"{len(after)} attempts began after the stop"
    if any(copies > 1 for copies in Counter(line.to).values()):
        yield "a note was sent twice"
    if any(mail.state == State.OWED for mail in mails):
        yield "a note is owed for ever"


def workers(stage: Stage) -> Iterator[str]:
    """Three engines serve the same three couples while three workers send: each row once, each note once."""
    pairs, line = [due(stage) for _ in range(3)], Accepting()
    serving, sending = partial(serve, stage), partial(deliver, stage, line)
    stage.at_once(*[serving] * 3, *[stage.lagging(sending, 0.05) for _ in range(3)])
    stage.at_once(*[sending] * 4)
    owned = [pair.couples["ana"] for pair in pairs]
    if CheckIn.objects.filter(couple__in=owned).count() != 3:
        yield "not one check-in each"
    if Prompt.objects.filter(check_in__couple__in=owned).count() != 6:
        yield "not one prompt for each person"
    if Delivery.objects.filter(membership__couple__in=owned).count() != 6:
        yield "not one note for each person"
    copies = Counter(line.to)
    for pair in pairs:
        for person in pair.people.values():
            sent = copies[person.email.partition("@")[0]]
            if sent != 1:
                yield f"{sent} copies of one note"


def granted(stage: Stage) -> tuple[Cast, User, dict[str, Grant]]:
    """A couple, their therapist inside a reading window, and both yeses."""
    pair, theo = couple(stage), stage.person("Theo", therapist=True)
    owned = pair.couples["ana"]
    book(theo, owned, at=stage.now)
    return (
        pair,
        theo,
        {name: make_grant(theo, owned, person, now=stage.now) for name, person in pair.people.items()},
    )


def grant_or_end(stage: Stage) -> Iterator[str]:
    """The therapist reads in three tabs while Ana ends her yes in one and says it anew in another: nothing is read
    after the end, and every page read stands in the audit."""
    pair, theo, yes = granted(stage)
    owned = pair.couples["ana"].pk
    reading, hers = stage.tabs(theo, 4), stage.tabs(pair.ana, 2)
    page = reverse("checkins:case", args=[owned])
    again = {"answer": "start", "profile": stamp_of(theo.profile)}
    results = stage.at_once(
        stage.lagging(partial(hers[0].post, reverse("accounts:end_grant", args=[yes["ana"].pk])), 0.04),
        partial(hers[1].post, reverse("accounts:grant", args=[yes["ana"].pair_id]), again),
        *(stage.lagging(partial(_look, tab.get, page), 0.1) for tab in reading[:3]),
    )
    ended, pages = results[0], [each for looked in results[2:] for each in looked]
    pages += _look(reading[3].get, page)
    read = [each for each in pages if each.status == 200]
    stage.sides["read before" if read else "ended before"] += 1
    if any(each.asked > ended.came for each in read):
        yield "read after the yes had ended"
    if access_to_case(theo, owned, now=stage.now) is not None:
        yield "there is access after one of the two ended it"
    if Grant.objects.filter(membership=yes["ana"].membership, therapist=theo, ended_at=None).count() > 1:
        yield "two yeses of one person stand"
    if Entry.objects.filter(couple=owned).count() != len(read):
        yield "not exactly one row in the audit for each page read"
    if audit.verify().broken_at is not None:
        yield "the chain of the audit is broken"


def _look(get: Any, page: str) -> list[Answer]:
    return [get(page) for _ in range(2)]


def delete_or_export(stage: Stage) -> Iterator[str]:
    """Ana deletes her account while two tabs make her file; seven days later she is erased while Ben makes his. A
    file is whole or there is none, and her browsers are signed out."""
    pair = couple(stage)
    line = agreed(pair.ana, pair.ben, now=stage.now)
    tonight = make_evening(pair, now=stage.now, reads_in=-1)
    for prompt in (tonight.ana, tonight.ben):
        send(prompt, at=stage.now)
    hers, his = stage.tabs(pair.ana, 3), stage.tabs(pair.ben, 2)
    export = reverse("accounts:export")
    made = stage.at_once(
        stage.lagging(partial(hers[0].post, reverse("accounts:delete")), 0.3),
        *(partial(tab.post, export) for tab in hers[1:]),
    )
    files = [each for each in made[1:] if each.status == 200]
    stage.sides["a file" if files else "no file"] += 1
    yield from _broken_files(files, pair.ana)
    if not User.objects.get(pk=pair.ana.pk).delete_asked_at:
        yield "not deleted"
    if any(not tab.get(reverse("accounts:you")).to.startswith("/sign-in/") for tab in hers):
        yield "still signed in"
    over = stage.now + privacy.UNDO_FOR
    erasing = stage.lagging(partial(privacy.erase_due, now=over), 0.05)
    made = stage.at_once(erasing, erasing, *(partial(tab.post, export) for tab in his))
    if sorted(made[:2]) != [0, 1] or DataKey.objects.get(owner_id=pair.ana.pk).destroyed_at is None:
        yield "not erased exactly once"
    yield from _broken_files(made[2:], pair.ben)
    if line.kind not in json.dumps(_data(made[2])):
        yield "what both signed is missing in Ben’s file"


def _data(answer: Answer) -> dict[str, Any]:
    archive = zipfile.ZipFile(io.BytesIO(answer.response.content))
    found: dict[str, Any] = json.loads(archive.read("data.json"))
    return found


def _broken_files(answers: list[Answer], person: User) -> Iterator[str]:
    for answer in answers:
        try:
            data = _data(answer)
        except (zipfile.BadZipFile, KeyError, ValueError):
            yield "a file that is none"
            continue
        if data.get("Your account", {}).get("e-mail") != person.email or "Check-ins" not in data:
            yield f"a file with parts missing: {sorted(data)}"


RACES = [
    Race("R9", "leave against mail lease", leave_or_send, around=witnessed, says_who=True),
    Race("R10", "grant against end against page view", grant_or_end, says_who=True),
    Race("R11", "delete against export", delete_or_export, says_who=True),
    Race("R13", "two workers lease", workers),
]
