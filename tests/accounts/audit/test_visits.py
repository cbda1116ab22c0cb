"""The list of visits: the same for both partners, nothing of what either of them did."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.audit.models import Entry
from accounts.audit.queries import said_of
from accounts.audit.services import record
from accounts.couples.models import Membership
from accounts.privacy.ports import registered
from accounts.therapists.models import Profile
from tests.cast import Cast
from tests.conftest import START, Moved

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
