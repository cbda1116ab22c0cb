"""Two worlds that differ in what one did privately must look alike to the other, on every page of these rooms.

The inviter's pages over all that the invited person can do short of a yes; the resting page over all its causes.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.couples import landing, linking, mails, services
from accounts.couples.models import Invitation, Never
from accounts.mail.models import Mail
from accounts.users.models import User
from tests.cast import Cast, make_person
from tests.conftest import Moved
from tests.contract.visiting import fingerprint, visit

# Every page, twice: left out of the quick suite; what is compared are answers, so one database is enough.
pytestmark = [pytest.mark.slow, pytest.mark.pure]

Story = Callable[[Cast, Moved], None]
ADDRESS = "jo@mail.example"
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def nothing(cast: Cast, clock: Moved) -> None:
    """Nobody did anything."""


def _the_row(cast: Cast) -> Invitation:
    row = landing.by_id(Invitation.objects.get(inviter=cast.ivy).pk)
    assert row is not None
    return row


# Before the invitation: who has the address, and what they and others did earlier.


def has_an_account(cast: Cast, clock: Moved) -> None:
    make_person("Jo", now=clock.at)


def has_an_account_and_is_linked(cast: Cast, clock: Moved) -> None:
    from tests.cast import make_couple

    make_couple(make_person("Jo", now=clock.at), make_person("Lea", now=clock.at), now=clock.at)


def is_a_therapist(cast: Cast, clock: Moved) -> None:
    make_person("Jo", now=clock.at, therapist=True)


def was_written_to_three_times(cast: Cast, clock: Moved) -> None:
    for name in ("Max", "Lea", "Kim"):
        row = linking.invite(
            inviter=make_person(name, now=clock.at), address=ADDRESS, shown_name=name, now=clock.at
        )
        assert mails.lock_and_ask(Mail.objects.get(ref=row.pk), clock.at)


def said_never_before(cast: Cast, clock: Moved) -> None:
    row = linking.invite(inviter=cast.ivy, address=ADDRESS, shown_name="Ivy", now=clock.at - timedelta(days=9))
    linking.never(invitation=_the_row(cast), person=None, now=clock.at - timedelta(days=9))
    Mail.objects.filter(ref=row.pk).delete()
    Invitation.objects.filter(pk=row.pk).delete()
    assert Never.objects.exists()


BEFORE: list[Story] = [
    nothing,
    has_an_account,
    has_an_account_and_is_linked,
    is_a_therapist,
    was_written_to_three_times,
    said_never_before,
]

# After it: what they do with the mail.


def looks(cast: Cast, clock: Moved) -> None:
    from tests.accounts.couples.conftest import secret_of

    assert Client().get(f"/i/{secret_of(_the_row(cast))}/").status_code == 200


def says_not_now(cast: Cast, clock: Moved) -> None:
    from tests.accounts.couples.conftest import secret_of

    assert Client().post(f"/i/{secret_of(_the_row(cast))}/", {"answer": "later"}).status_code == 302


def says_never(cast: Cast, clock: Moved) -> None:
    from tests.accounts.couples.conftest import secret_of

    assert Client().post(f"/i/{secret_of(_the_row(cast))}/", {"answer": "never"}).status_code == 302
    assert Never.objects.exists()


def makes_an_account_and_says_never(cast: Cast, clock: Moved) -> None:
    linking.never(invitation=_the_row(cast), person=make_person("Jo", now=clock.at), now=clock.at)


AFTER: list[Story] = [nothing, looks, says_not_now, says_never, makes_an_account_and_says_never]


def observed(client: Client, method: str, path: str, data: dict[str, str] | None = None) -> tuple[Any, ...]:
    """Status, headers, bytes and the shape of the queries of one request. What it wrote stays."""
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(path, data or {})
    headers = sorted((k, v) for k, v in response.items() if k != "Set-Cookie")
    body = _ID.sub(b"id", _TOKEN.sub(b"", response.content))
    return response.status_code, headers, body, [fingerprint(q["sql"]) for q in captured.captured_queries]


def the_inviters_story(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], before: Story, after: Story
) -> list[Any]:
    """All that Ivy can see from the first press until a day after the date on the page."""
    words = {"to": ADDRESS, "name": "Ivy"}
    sent = {**words, "seen": f"Ivy <{ADDRESS}>"}
    start, seen = clock.at, []
    with transaction.atomic():
        before(cast, clock)
        seen.append(observed(client_of(cast.ivy), "post", "/together/", words))
        seen.append(observed(client_of(cast.ivy), "post", "/together/", sent))
        row = Invitation.objects.get(inviter=cast.ivy)
        mails.lock_and_ask(Mail.objects.get(ref=row.pk), clock.at)
        after(cast, clock)
        for hours in (0, 1, 24 * 3, 24 * 7 - 1, 24 * 7, 24 * 8, 24 * 40):
            clock.set(start + timedelta(hours=hours))
            for path in (
                "/today/",
                "/together/",
                "/together/?another",
                "/together/confirm/",
                "/you/closed/",
                "/you/nevers/",
            ):
                seen.append(observed(client_of(cast.ivy), "get", path))
            if hours in {1, 24 * 8}:
                seen.append(observed(client_of(cast.ivy), "post", "/together/", sent))
        seen.append(observed(client_of(cast.ivy), "post", "/together/take-back/", {"about": str(row.pk)}))
        transaction.set_rollback(True)
    clock.set(start)
    return seen


@pytest.mark.parametrize("after", AFTER[1:], ids=lambda s: s.__name__)
def test_the_inviter_cannot_tell_what_was_done_with_the_mail(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], after: Story
) -> None:
    first = the_inviters_story(cast, clock, client_of, nothing, nothing)
    assert the_inviters_story(cast, clock, client_of, nothing, after) == first


@pytest.mark.parametrize("before", BEFORE[1:], ids=lambda s: s.__name__)
def test_the_inviter_cannot_tell_who_has_the_address(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], before: Story
) -> None:
    first = the_inviters_story(cast, clock, client_of, nothing, nothing)
    assert the_inviters_story(cast, clock, client_of, before, nothing) == first


class Leak:
    """A middleware that tells an inviter whether anybody said never. Seeded, to see that the comparison bites."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if Never.objects.exists():
            response["X-Never"] = "1"
        return response


def test_a_seeded_leak_is_caught(
    cast: Cast, clock: Moved, client_of: Callable[..., Client], settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Leak"]
    first = the_inviters_story(cast, clock, client_of, nothing, nothing)
    assert the_inviters_story(cast, clock, client_of, nothing, says_never) != first


# The resting page.


def rests(cast: Cast, clock: Moved, who: str) -> None:
    assert services.rest(person=getattr(cast, who), now=clock.at)


def leaves(cast: Cast, clock: Moved, who: str) -> None:
    person = getattr(cast, who)
    couple = person.memberships.get(left_at=None).couple_id
    assert services.leave(person=person, couple_id=couple, now=clock.at)


def deletes(cast: Cast, clock: Moved, who: str) -> None:
    person = getattr(cast, who)
    User.objects.filter(pk=person.pk).update(delete_asked_at=clock.at)
    services.standing_changed(person=person, now=clock.at)


def is_suspended(cast: Cast, clock: Moved, who: str) -> None:
    person = getattr(cast, who)
    User.objects.filter(pk=person.pk).update(suspended_at=clock.at)
    services.standing_changed(person=person, now=clock.at)


def undoes(cast: Cast, clock: Moved, who: str) -> None:
    assert services.undo_link(person=getattr(cast, who), now=clock.at)


GETS = (
    "/together/",
    "/together/?another",
    "/together/confirm/",
    "/you/rest/",
    "/you/rest/page/",
    "/you/leave/",
    "/you/closed/",
    "/you/nevers/",
    "/i/",
)
POSTS = ("/together/", "/together/undo/", "/together/confirm/", "/you/rest/", "/you/resume/", "/you/leave/")


def the_others_view(cast: Cast, client_of: Callable[..., Client], other: str, couple: str) -> list[Any]:
    """Every page of these rooms, visited and pressed by the other partner."""
    client, about = client_of(getattr(cast, other)), str(cast.couples[couple].pk)
    seen = [visit(client, "GET", path) for path in (*GETS, f"/you/closed/{about}/")]
    return seen + [visit(client, "POST", path, about=about) for path in POSTS]


@pytest.mark.parametrize(
    ("who", "other", "couple", "causes"),
    [
        ("ana", "ben", "ana", (rests, leaves, deletes, is_suspended)),
        ("ben", "ana", "ana", (rests, leaves, deletes, is_suspended)),
        ("cora", "cal", "cora", (rests, undoes, leaves, deletes, is_suspended)),
    ],
)
def test_the_other_cannot_tell_why_it_rests(
    cast: Cast,
    clock: Moved,
    client_of: Callable[..., Client],
    who: str,
    other: str,
    couple: str,
    causes: tuple[Callable[[Cast, Moved, str], None], ...],
) -> None:
    start, worlds = clock.at, []
    for cause in causes:
        with transaction.atomic():
            cause(cast, clock, who)
            seen = []
            for later in (0, 25, 24 * 40):
                clock.set(start + timedelta(hours=later))
                seen.append(the_others_view(cast, client_of, other, couple))
            worlds.append(seen)
            transaction.set_rollback(True)
        clock.set(start)
    for cause, seen in zip(causes, worlds, strict=True):
        for at, (mine, first) in enumerate(zip(seen, worlds[0], strict=True)):
            for path, one, two in zip((*GETS, "closed plan", *POSTS), mine, first, strict=True):
                assert one.differs(two) == [], f"{cause.__name__} differs at {path}, look {at}"


def test_the_therapist_cannot_tell_why_it_rests(
    cast: Cast, clock: Moved, client_of: Callable[..., Client]
) -> None:
    client, worlds = client_of(cast.theo), []
    for cause in (rests, leaves, deletes, is_suspended):
        with transaction.atomic():
            cause(cast, clock, "ana")
            worlds.append(
                [visit(client, "GET", path) for path in ("/cases/", f"/cases/{cast.couples['ana'].pk}/")]
            )
            transaction.set_rollback(True)
    assert [one.status for one in worlds[0]] == [200, 200]
    assert b"Not shared at present" in worlds[0][1].body
    for seen in worlds[1:]:
        assert [one.differs(two) for one, two in zip(seen, worlds[0], strict=True)] == [[], []]


def test_the_resting_page_is_one_page_for_all_couples_and_times(
    cast: Cast, clock: Moved, client_of: Callable[..., Client]
) -> None:
    """No part depends on time or couple; only the looking person's own colour is their own."""
    pages = set()
    for days in (0, 1, 400):
        clock.move(days=days)
        for person in (cast.eve, cast.rob):
            page = client_of(person).get("/together/")
            assert page.status_code == 200
            pages.add(_TOKEN.sub(b"", page.content))
    assert len(pages) == 1
