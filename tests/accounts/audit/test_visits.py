"""The list of visits: the same for both partners, nothing of what either of them did."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.audit.models import Entry
from accounts.audit.queries import said_of
from accounts.audit.services import record
from accounts.couples.models import Membership
from accounts.privacy.ports import registered
from accounts.therapists.models import Profile
from tests.accounts.users.helpers import give_app, proved
from tests.cast import Cast
from tests.conftest import START, Moved
from tests.contract.visiting import visits
from tests.contract.world import build_world

ClientOf = Callable[..., Client]


def page(client: Client) -> str:
    html = client.get("/helper/visits/").content.decode()
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)


def test_both_read_each_visit_by_their_own_clock(cast: Cast, clock: Moved, client_of: ClientOf) -> None:
    record(what=Entry.What.THERAPIST_VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo)
    record(what=Entry.What.THERAPIST_BRIEF, now=clock.move(hours=1), couple=cast.couples["ana"], actor=cast.theo)
    hers, his = page(client_of(cast.ana)), page(client_of(cast.ben))
    assert "14 Sep 2026, 19:00" in hers
    assert "14 Sep 2026, 14:00" in his
    for html in (hers, his):
        assert html.index("The page for the session") < html.index("The timeline</td>")
        assert html.count("Dr Theo") == 2
    assert "Nothing yet." in page(client_of(cast.cleo))


def test_the_page_is_as_it_was_while_the_plan_rests(cast: Cast, clock: Moved, client_of: ClientOf) -> None:
    record(what=Entry.What.THERAPIST_VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo)
    before = page(client_of(cast.ben))
    Membership.objects.filter(person=cast.ana).update(rested_at=START)
    assert page(client_of(cast.ben)) == before


def test_a_therapist_who_is_gone_is_still_one(cast: Cast, clock: Moved, client_of: ClientOf) -> None:
    record(what=Entry.What.THERAPIST_VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo)
    registered()["therapists"].erase(cast.theo, clock.at)
    assert not Profile.objects.filter(therapist=cast.theo).exists()
    assert "A therapist</td>" in page(client_of(cast.ana))


@pytest.mark.parametrize("what", Entry.What.values)
def test_everything_has_words(what: str) -> None:
    assert said_of(Entry(what=what))


@pytest.mark.parametrize(("who", "status"), [("sol", 200), ("rob", 200), ("theo", 404), (None, 302)])
def test_who_has_the_page(cast: Cast, client_of: ClientOf, who: str | None, status: int) -> None:
    client = client_of(cast.people[who] if who else None)
    assert client.get("/helper/visits/").status_code == status
    assert client.post("/helper/visits/").status_code in {405, 302}


def test_an_export_holds_what_the_screen_does(cast: Cast, clock: Moved) -> None:
    from accounts.access import viewer_of

    record(what=Entry.What.THERAPIST_VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo)
    export = registered()["audit"].export_of
    assert export(viewer_of(cast.ana, now=START)) == [{"at": START.isoformat(), "what": "The timeline"}]
    assert export(viewer_of(cast.cleo, now=START)) == []


def test_what_the_operator_does_to_an_account_is_read_by_its_owner_alone(
    cast: Cast, clock: Moved, client_of: ClientOf
) -> None:
    give_app(cast.ana)
    before = page(client_of(cast.ben))
    for command, words in (
        (("lost_step", cast.ana.email), "Removing the second step of this account was begun"),
        (("lost_step", cast.ana.email, "--stop"), "Removing the second step of this account was stopped"),
    ):
        call_command(*command)
        assert words in page(client_of(cast.ana))
    call_command("suspend", cast.ana.email)
    assert page(client_of(cast.ben)) == before
    call_command("unsuspend", cast.ana.email)
    hers = page(client_of(cast.ana))
    assert "This account was closed for a while" in hers
    assert "This account was opened again" in hers
    assert hers.count("The operator") == 4
    assert page(client_of(cast.ben)) == before


@pytest.mark.slow
def test_nothing_a_partner_does_is_noted(cast: Cast, clock: Moved, client_of: ClientOf) -> None:
    """Ana looks at every page there is, presses what stops and what takes her words along: no row is written."""
    world = build_world(cast, now=clock.at)
    rows, before = Entry.objects.count(), page(client_of(cast.ben))
    ana = proved(cast.ana)
    pages = [
        url for name, method, url in visits(world["arguments"]) if method == "GET" and name != "accounts:exit"
    ]
    assert [ana.get(url).status_code for url in pages].count(200) > 40
    for url in ("/you/export/", "/you/notes/", "/times/calendar/address/", "/times/calendar/", "/you/rest/"):
        assert ana.post(url).status_code in {200, 302}, url
    assert Entry.objects.count() == rows
    assert ana.post("/you/resume/").status_code == 302
    assert page(client_of(cast.ben)) == before


def test_only_therapists_pages_and_the_operators_verbs_write_rows() -> None:
    writes = re.compile(r"(?:audit\.|audit_services\.|\b)record(?:_each)?\(\s*what=")
    found = {
        path.as_posix()
        for root in ("accounts", "repair", "checkins")
        for path in Path(root).rglob("*.py")
        if writes.search(path.read_text())
    }
    assert found == {
        "accounts/users/services.py", "accounts/users/lost_step.py", "checkins/caseload/views.py",
        "repair/management/demo/people.py",
    }  # fmt: skip
