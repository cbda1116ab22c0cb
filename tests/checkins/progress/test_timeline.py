"""The timeline's page: the same drawing for everybody who may see it, from opened parts alone."""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Viewer, viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Membership, Rest
from accounts.privacy import services as privacy
from accounts.therapists.queries import access_to_case
from accounts.users import services as users
from accounts.vault import services as vault
from checkins.progress.models import MarkedEvening
from checkins.progress.story import story_of
from repair.plan.models import PhaseProposal
from repair.schedules.models import QuietDays
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.checkins.progress.rows import make_evenings, shared
from tests.conftest import START, Moved
from tests.repair.plan.lines import agreed

TODAY = START.date()
ClientOf = Callable[..., Client]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def both(*days: int) -> dict[date, dict[str, Any]]:
    return {ago(d): {"a": shared(3), "b": shared(5)} for d in days}


@pytest.fixture
def couple(cast: Cast) -> Any:
    return cast.couples["ana"]


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/story/{query}")
    assert response.status_code == 200
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", response.content.decode())


def chart_of(html: str) -> str:
    return html[html.index('<div class="chart">') : html.index('<p class="fine slimonly">')]


def table_of(html: str) -> str:
    return html[html.index('<table class="data">') : html.index("</table>")]


def test_it_says_draws_and_tabulates(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    html = page(client_of(cast.ana))
    assert "about the same, 3.0." in html
    assert "about the same, 5.0." in html
    assert html.count('<svg class="chart__') == 2
    assert html.count('<table class="data">') == 2, "on screen and in print"
    assert "2.0 apart" in html
    assert "Timeline –" in html
    assert not re.search(r" style=|<style|onclick", html)


def test_before_three_evenings_it_says_what_will_begin_it(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    make_evenings(couple.pk, both(2, 3), now=START)
    html = page(client_of(cast.ana))
    assert "Three evenings make a line." in html
    assert "chart__wide" not in html


def test_an_old_story_is_found_after_a_long_silence(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    make_evenings(couple.pk, both(*range(100, 120)), now=START)
    assert "chart__wide" in page(client_of(cast.ana))


@pytest.mark.parametrize("who", ["sol", "una"])
def test_alone_it_is_empty_or_leads_to_signing_in(cast: Cast, client_of: ClientOf, who: str) -> None:
    response = client_of(cast.people[who]).get("/story/")
    assert response.status_code == (200 if who == "sol" else 302)


def test_therapists_and_strangers_have_no_such_page(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.theo).get("/story/").status_code == 404
    assert client_of(None).get("/story/").status_code == 302
    assert client_of(cast.ana).post("/story/").status_code == 405


def test_a_resting_couple_has_the_resting_page(cast: Cast, client_of: ClientOf) -> None:
    assert "How it has gone" not in page(client_of(cast.rob))


def test_while_cooling_off_nothing_is_drawn(cast: Cast, client_of: ClientOf) -> None:
    assert "Three evenings make a line." in page(client_of(cast.cora))


def _viewers(cast: Cast, couple: Any) -> list[Viewer]:
    case = access_to_case(cast.theo, couple.pk, now=START)
    therapist = Viewer(person=cast.theo, case=case, now=START)
    return [viewer_of(cast.ana, now=START), viewer_of(cast.ben, now=START), therapist]


def test_the_drawing_is_the_same_bytes_for_all_three(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    make_evenings(couple.pk, both(*range(2, 50)), now=START)
    TimelineEvent.objects.create(couple=couple, kind="plan.began", at=START - timedelta(days=30))
    _mark(cast, couple, "ana", ago(9), shared=True)
    _mark(cast, couple, "ana", ago(5), shared=False)
    _mark(cast, couple, "ben", ago(4), shared=False)
    stories = [story_of(viewer) for viewer in _viewers(cast, couple)]
    assert len({story.chart for story in stories}) == 1
    assert len({str(story.rows) for story in stories}) == 1
    assert len({story.lede for story in stories}) == 1
    pages = [page(client_of(cast.people[name])) for name in ("ana", "ben")]
    assert len({chart_of(html) for html in pages}) == 1
    assert len({table_of(html) for html in pages}) == 1


def _mark(cast: Cast, couple: Any, who: str, on: date, *, shared: bool) -> MarkedEvening:
    row = MarkedEvening(couple=couple, author=cast.people[who], on=on, made_at=START)
    vault.seal(row, "text", {"name": f"{who} names it", "words": f"{who} writes", "shared": shared})
    row.save()
    return row


ABSENT = [
    ("nobody sent anything", {}),
    ("she alone sent", {"a": shared(1)}),
    ("he alone sent", {"b": shared(7)}),
    ("she kept the mark private", {"a": shared(1, private=["safe"]), "b": shared(7)}),
    ("she shares words only", {"a": shared(1, share="words"), "b": shared(7)}),
    ("both keep it to themselves", {"a": shared(1, share="none"), "b": shared(7, share="none")}),
]  # fmt: skip


def test_kept_skipped_and_missing_look_alike(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    """One evening in many, in six ways of not being open: one page."""
    from django.db import transaction

    seen = set()
    for _sentence, sent in ABSENT:
        with transaction.atomic():
            make_evenings(couple.pk, {**both(*range(4, 20)), ago(3): sent}, now=START)
            seen.add(re.sub(r'value="[\w]{64}"', "", page(client_of(cast.ben))))
            transaction.set_rollback(True)
    assert len(seen) == 1


def test_tonight_is_not_drawn_before_its_hour(cast: Cast, couple: Any, client_of: ClientOf, clock: Moved) -> None:
    make_evenings(couple.pk, both(*range(1, 20)), now=START)
    before = page(client_of(cast.ben))
    assert "Evenings both were in, last seven days: 5 of 5." in before
    clock.move(hours=1)  # 19:00: yesterday's reading hour was 18:30
    assert "Evenings both were in, last seven days: 6 of 6." in page(client_of(cast.ben))


def test_a_rest_is_drawn_like_quiet_days(cast: Cast, couple: Any) -> None:
    make_evenings(couple.pk, both(*range(2, 10), *range(15, 40)), now=START)
    viewer = viewer_of(cast.ben, now=START)
    ana = Membership.objects.get(person=cast.ana)
    quiet = QuietDays.objects.create(couple=couple, set_by=ana, first_on=ago(14), last_on=ago(10), set_at=START)
    as_quiet = story_of(viewer)
    quiet.delete()
    Rest.objects.create(
        membership=ana, began_at=START - timedelta(days=15, hours=-5), ended_at=START - timedelta(days=9, hours=4)
    )
    as_rest = story_of(viewer)
    assert as_rest.chart == as_quiet.chart
    assert [e.heading for e in as_rest.entries] == [e.heading for e in as_quiet.entries]
    assert "quiet days" in as_rest.chart


def _rests(cast: Cast, clock: Moved, until: Any) -> None:
    couples.rest(person=cast.ana, now=clock.at)
    couples.resume(person=cast.ana, now=until)


def _deletes(cast: Cast, clock: Moved, until: Any) -> None:
    privacy.ask_delete(person=cast.ana, now=clock.at)
    privacy.undo_delete(person=cast.ana, now=until)


def _is_suspended(cast: Cast, clock: Moved, until: Any) -> None:
    users.suspend(email=cast.ana.email, now=clock.at)
    users.unsuspend(email=cast.ana.email, now=until)


def test_afterwards_every_cause_of_rest_is_drawn_the_same(cast: Cast, couple: Any, clock: Moved) -> None:
    """A rest that ended, a deletion taken back, a suspension lifted: four days, hatched, without a name."""
    from django.db import transaction

    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    seen = set()
    for cause in (_rests, _deletes, _is_suspended):
        with transaction.atomic():
            clock.set(START)
            cause(cast, clock, START + timedelta(days=4))
            story = story_of(viewer_of(cast.ben, now=START + timedelta(days=9)))
            assert "quiet days" in story.chart
            seen.add((story.chart, tuple(entry.heading for entry in story.entries)))
            transaction.set_rollback(True)
    assert len(seen) == 1


QUERIES = [
    "",
    "?q=close",
    "?range=6m",
    "?range=all",
    "?q=nothing&range=never",
    "?q=%27%3C&range=%F0%9F%92%A9",
    "?q=a&q=b",
]


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_gives_a_page(cast: Cast, couple: Any, client_of: ClientOf, query: str) -> None:
    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    assert "chart__wide" in page(client_of(cast.ana), query)


# The timeline's own, with everything that finds out who is asking. A therapist's view asks for the grants and the
# booked sessions in place of the membership, counts the views of the last hour, and writes its row in the audit
# (read the head, write the row, write the head).
MOST = {"ana": 12, "ben": 12, "theo": 16}


@pytest.mark.slow
@pytest.mark.parametrize("who", MOST)
def test_two_years_take_the_same_few_queries(cast: Cast, couple: Any, client_of: ClientOf, who: str) -> None:
    """Two years of daily answers by two partners: as many queries as for a month, the drawing in one page."""
    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    _something_of_everything(cast, couple)
    client = client_of(cast.people[who])
    path = f"/cases/{couple.pk}/" if who == "theo" else "/story/"
    first = _queries(client, path)
    few = _queries(client, path)
    month, _html = _spent(client, path)
    make_evenings(couple.pk, both(*range(30, 732)), now=START)
    _something_of_everything(cast, couple)
    assert _queries(client, path) == few
    assert set(few) >= TOLD, "something of everything was asked for"
    assert len(few) <= MOST[who]
    assert "session written" in first, (
        "the first page of a session writes its own hour, as one does every 5 minutes"
    )
    if who != "theo":
        assert len(first) <= MOST[who]
    years, html = _spent(client, path)
    assert years < 25 * month, "as many times the evenings: nothing grows faster than they do"
    assert len(html) < 200_000


def _spent(client: Client, path: str) -> tuple[float, str]:
    """The processor's seconds for the whole story, the better of two looks, and the page."""
    spent = []
    for _ in range(2):
        began = time.process_time()
        html = client.get(path, {"range": "all"}).content.decode()
        spent.append(time.process_time() - began)
    return min(spent), html


def test_looking_back_for_a_beginning_takes_no_more_than_the_same_few(
    cast: Cast, couple: Any, client_of: ClientOf
) -> None:
    """The last weeks hold too little, so that the whole story is opened after them."""
    make_evenings(couple.pk, both(*range(100, 300)), now=START)
    _something_of_everything(cast, couple)
    client = client_of(cast.ana)
    page(client)
    found = _queries(client, "/story/", span="8w")
    assert found.count("checkins_answersheet") == 2
    assert len(found) <= MOST["ana"]


def _something_of_everything(cast: Cast, couple: Any) -> None:
    """Lines of the plan in every event's kind, a phase moved, quiet days, marked evenings."""
    before = START - timedelta(days=20)
    for kind in ("plan.changed", "plan.talk", "plan.ended"):
        line = agreed(cast.ana, cast.ben, now=before)
        ref = line.versions.get().pk
        TimelineEvent.objects.create(couple=couple, kind=kind, at=before, ref=ref)
    plan = line.plan
    PhaseProposal.objects.create(
        plan=plan, to="understanding", by=plan_place(cast.ana), made_at=before, agreed_at=before, closed_at=before
    )
    TimelineEvent.objects.create(couple=couple, kind="plan.phase", at=before, ref=plan.pk)
    QuietDays.objects.create(
        couple=couple, set_by=plan_place(cast.ben), first_on=ago(1), last_on=TODAY, set_at=before
    )
    for who in ("ana", "ben"):
        _mark(cast, couple, who, ago(6), shared=True)


def plan_place(person: Any) -> Membership:
    return Membership.objects.get(person=person)


TOLD = {
    "accounts_datakey",
    "checkins_checkin",
    "checkins_answersheet",
    "repair_quietdays",
    "repair_phaseproposal",
    "repair_timelineevent",
    "repair_version",
    "checkins_markedevening",
}


def _queries(client: Client, path: str, *, span: str = "all") -> list[str]:
    """Every query of one page by the first table it asks or writes, the session's own included. (Savepoints are
    the test's: a request has its transactions around them.)"""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path, {"range": span}).status_code == 200
    sql = [q["sql"] for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]]
    written = 'UPDATE "django_session"'
    tables = [re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', s)[0] for s in sql]
    return ["session written" if s.startswith(written) else table for s, table in zip(sql, tables, strict=True)]


def test_events_of_kinds_nobody_registered_are_left_out(cast: Cast, couple: Any) -> None:
    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    TimelineEvent.objects.create(couple=couple, kind="no.such.kind", at=START - timedelta(days=3))
    assert not story_of(viewer_of(cast.ana, now=START)).entries


def test_what_the_other_marked_for_themself_leaves_no_trace(cast: Cast, couple: Any, client_of: ClientOf) -> None:
    make_evenings(couple.pk, both(*range(2, 30)), now=START)
    before = page(client_of(cast.ben))
    _mark(cast, couple, "ana", ago(5), shared=False)
    assert page(client_of(cast.ben)) == before
    assert "ana writes" in page(client_of(cast.ana))
    _mark(cast, couple, "ana", ago(6), shared=True)
    after = page(client_of(cast.ben))
    assert "An evening Ana marked: “ana names it”" in after
    assert "Change it or take it away" not in after
