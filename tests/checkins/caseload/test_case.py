"""A therapist's pages of one couple: open only as far as both let them, each view with its row in the audit."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Viewer
from accounts.audit.models import Entry
from accounts.couples.models import Couple, Membership
from accounts.therapists.models import Grant, Session
from accounts.therapists.queries import access_to_case
from accounts.users.models import User
from accounts.vault import services as vault
from checkins.progress.marks import marks_of
from checkins.progress.models import MarkedEvening
from tests.cast import Cast
from tests.checkins.caseload.given import ago, eight_weeks
from tests.checkins.progress.rows import make_evenings, shared
from tests.conftest import START, Moved

ClientOf = Callable[..., Client]
PAGES = {"": "view", "session/": "brief", "signals/": "signals"}


@pytest.fixture
def couple(cast: Cast) -> Couple:
    return eight_weeks(cast)


def get(client: Client, couple: Couple, page: str = "") -> str:
    response = client.get(f"/cases/{couple.pk}/{page}")
    assert response.status_code == 200
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_it_is_read(cast: Cast, couple: Couple, client_of: ClientOf, page: str) -> None:
    html = get(client_of(cast.theo), couple, page)
    assert "Ana &amp; Ben" in html
    assert not re.search(r" style=|<style|onclick", html)
    assert "Mark an evening" not in html
    assert "<form" not in html, "read-only"


def test_the_drawing_is_the_couples_own(cast: Cast, couple: Couple, client_of: ClientOf) -> None:
    pages = [get(client_of(cast.theo), couple), client_of(cast.ana).get("/story/").content.decode()]
    charts = {p[p.index('<div class="chart">') : p.index('<p class="fine slimonly">')] for p in pages}
    tables = {p[p.index('<table class="data">') : p.index("</table>")] for p in pages}
    assert len(charts) == len(tables) == 1


@pytest.mark.parametrize(("page", "what"), PAGES.items())
@pytest.mark.parametrize("method", ["get", "head"])
def test_every_view_leaves_one_row_both_partners_read(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str, what: str, method: str
) -> None:
    getattr(client_of(cast.theo), method)(f"/cases/{couple.pk}/{page}")
    entry = Entry.objects.get()
    assert (entry.what, entry.couple_id, entry.actor_id, entry.only_for_id) == (
        what,
        couple.pk,
        cast.theo.pk,
        None,
    )
    for person in (cast.ana, cast.ben):
        assert "Dr Theo" in client_of(person).get("/helper/visits/").content.decode()
    assert "Dr Theo" not in client_of(cast.cleo).get("/helper/visits/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_row_no_page(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise OSError

    monkeypatch.setattr("checkins.caseload.views.record", fails)
    client = client_of(cast.theo)
    client.raise_request_exception = False
    response = client.get(f"/cases/{couple.pk}/{page}")
    assert response.status_code == 500
    assert "Ana" not in response.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("rae", 404), ("hal", 404), ("xan", 404), ("ana", 404), ("cleo", 404), ("sue", 404), (None, 302)],
)
def test_nobody_else_has_it(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str, who: str | None, status: int
) -> None:
    response = client_of(cast.people[who] if who else None).get(f"/cases/{couple.pk}/{page}")
    assert response.status_code == status
    assert not Entry.objects.exists()


def test_a_hundred_and_twenty_views_an_hour(cast: Cast, couple: Couple, client_of: ClientOf, clock: Moved) -> None:
    from accounts.audit.services import record

    for _ in range(119):
        record(what="view", now=clock.at, couple=couple, actor=cast.theo)
    client = client_of(cast.theo)
    get(client, couple)
    assert client.get(f"/cases/{couple.pk}/").status_code == 429
    assert Entry.objects.count() == 120
    clock.move(hours=1, seconds=1)
    get(client_of(cast.theo), couple)


def test_looking_at_a_long_list_locks_nobody_out(
    cast: Cast, couple: Couple, client_of: ClientOf, clock: Moved
) -> None:
    from accounts.audit.services import record_each

    for _look in range(4):  # a list of forty couples, looked at four times
        record_each(what="list", now=clock.at, couples=[couple] * 40, actor=cast.theo)
    assert "chart" in get(client_of(cast.theo), couple)


def test_an_unknown_case_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.theo).get("/cases/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert client_of(cast.theo).get("/cases/x/").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_outside_the_window_it_is_closed(cast: Cast, couple: Couple, client_of: ClientOf, page: str) -> None:
    html = get(client_of(cast.wim), couple, page)
    assert "Not open now" in html
    assert "Saturday 19 September, 19:00" in html  # a day before the session, in Lisbon
    assert "chart" not in html
    assert not Entry.objects.exists(), "nothing was read"


def _causes(cast: Cast) -> list[Callable[[], object]]:
    ana = Membership.objects.filter(person=cast.ana)
    user = User.objects.filter(pk=cast.ana.pk)
    return [
        lambda: ana.update(rested_at=START),
        lambda: ana.update(left_at=START),
        lambda: user.update(delete_asked_at=START),
        lambda: user.update(suspended_at=START),
        lambda: Membership.objects.filter(person=cast.ben).update(rested_at=START),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_rest_has_one_constant_page_whatever_the_cause(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str
) -> None:
    from django.db import transaction

    seen = set()
    for cause in _causes(cast):
        with transaction.atomic():
            cause()
            seen.add(get(client_of(cast.theo), couple, page))
            transaction.set_rollback(True)
    assert len(seen) == 1
    html = seen.pop()
    assert "Not shared at present" in html
    assert "chart" not in html


def test_outside_the_window_a_rest_is_not_to_be_seen(cast: Cast, couple: Couple, client_of: ClientOf) -> None:
    before = [get(client_of(cast.wim), couple), client_of(cast.wim).get("/cases/").content]
    Membership.objects.filter(person=cast.ana).update(rested_at=START)
    assert [get(client_of(cast.wim), couple), client_of(cast.wim).get("/cases/").content] == before


def test_access_from_its_start_shows_nothing_older(cast: Cast, couple: Couple, client_of: ClientOf) -> None:
    for grant in Grant.objects.filter(therapist=cast.theo).select_related("membership"):
        vault.seal(grant, "scope", {"since": "start", "words": True, "window": "session"})
        grant.save()
    html = get(client_of(cast.theo), couple, "?range=all")
    assert f"{ago(10).day} September to" in html
    for d in (20, 40):
        assert f"{ago(d).day} {ago(d):%b}<" not in html


@pytest.mark.parametrize("words", [True, False])
def test_words_only_where_both_let_them_be_read(
    cast: Cast, couple: Couple, client_of: ClientOf, words: bool
) -> None:
    grant = Grant.objects.select_related("membership").get(therapist=cast.theo, membership__person=cast.ben)
    vault.seal(grant, "scope", {"since": "beginning", "words": words, "window": "session"})
    grant.save()
    for author, is_shared in ((cast.ana, True), (cast.ben, False)):
        row = MarkedEvening(couple=couple, author=author, on=ago(5), made_at=START)
        said = {"name": "The drive", "words": f"said by {author.email}", "shared": is_shared}
        vault.seal(row, "text", said)
        row.save()
        case = access_to_case(cast.theo, couple.pk, now=START)
        viewer = Viewer(person=cast.theo, case=case, now=START)
        assert not row.may_open(viewer, "text")
        assert [(mark.row, bool(mark.words)) for mark in marks_of(viewer) if mark.row == row] == (
            [(row, words)] if is_shared else []
        )
    html = get(client_of(cast.theo), couple)
    assert ("said by ana@" in html) is words
    assert "An evening Ana marked" in html
    assert "said by ben@" not in html


SECRETS = {
    "a sheet kept private": {"a": {"marks": {"safe": 1}, "share": "none"}},
    "a sheet sent in alone": {"a": {"marks": {"safe": 1}, "share": "all"}},
    "nothing": {},
}


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_tell_kept_from_missing_in_nothing(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str
) -> None:
    from django.db import transaction

    seen = set()
    for sent in SECRETS.values():
        with transaction.atomic():
            make_evenings(couple.pk, {ago(1): sent}, now=START, question_set="weekly")
            seen.add(get(client_of(cast.theo), couple, page))
            transaction.set_rollback(True)
    assert len(seen) == 1


def test_signals_are_in_words(cast: Cast, couple: Couple, client_of: ClientOf) -> None:
    html = get(client_of(cast.theo), couple, "signals/")
    assert "The space narrowed" in html
    assert "Ana’s line moved by more than the reliable change" in html
    assert "Ben’s line moved" not in html
    assert "1.0 points, per person and question asked daily" in html
    assert "The space narrowed" not in get(client_of(cast.theo), couple, "session/")


def test_the_session_page_looks_back_to_the_last_session(
    cast: Cast, couple: Couple, client_of: ClientOf, clock: Moved
) -> None:
    Session.objects.create(
        therapist=cast.theo,
        couple=couple,
        starts_at=START - timedelta(days=12),
        booked_at=START - timedelta(days=20),
    )
    html = get(client_of(cast.theo), couple, "session/")
    assert "Since your session on 2 September" in html
    assert "9 of 11 evenings both in" in html
    assert "next on Tuesday 15 September, 07:00" in html
    assert 'class="lined"' in html


def test_a_wish_stands_only_beside_the_others(cast: Cast, couple: Couple, client_of: ClientOf) -> None:
    from checkins.prompts.models import AnswerSheet

    def write(who: User, text: str) -> None:
        sheet = AnswerSheet.objects.get(author=who, on=ago(2))
        vault.seal(sheet, "words", {"need": text})
        sheet.save()

    write(cast.ana, "an hour without phones")
    assert "an hour without phones" not in get(client_of(cast.theo), couple, "session/")
    write(cast.ben, "a walk")
    html = get(client_of(cast.theo), couple, "session/")
    assert "an hour without phones" in html
    assert "a walk" in html


@pytest.mark.parametrize("page", PAGES)
def test_a_case_takes_the_same_queries_for_any_length(
    cast: Cast, couple: Couple, client_of: ClientOf, page: str
) -> None:
    client = client_of(cast.theo)
    get(client, couple, page)  # the first visit makes the head of the audit and the session
    with CaptureQueriesContext(connection) as two_months:
        get(client, couple, page)
    make_evenings(couple.pk, {ago(d): {"a": shared(3), "b": shared(4)} for d in range(60, 400)}, now=START)
    with CaptureQueriesContext(connection) as a_year:
        get(client, couple, page)
    assert len(a_year) == len(two_months)
    assert len(a_year) <= 40


def test_the_page_for_the_joint_room_names_nobody_beside_a_marked_evening(
    cast: Cast, couple: Couple, client_of: ClientOf
) -> None:
    row = MarkedEvening(couple=couple, author=cast.ana, on=ago(5), made_at=START)
    vault.seal(row, "text", {"name": "The drive & back", "words": "", "shared": True})
    row.save()
    joint, alone = (get(client_of(cast.theo), couple, path) for path in ("session/", ""))
    assert "An evening marked: “The drive &amp; back”" in joint
    assert "An evening Ana marked" not in joint
    assert "An evening Ana marked: “The drive &amp; back”" in alone
