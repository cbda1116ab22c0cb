"""Taking back one's own unsigned proposal while the plan rests: it needs nobody, and tells nobody."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.mail.models import Mail
from accounts.users.models import User
from repair.plan import services
from repair.plan.locks import Stale
from repair.plan.models import Agreement, Version
from repair.plan.queries import line_read
from repair.timeline.models import TimelineEvent
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.plan.lines import COMMITMENT, agreed, open_version, proposed, signed, suggested

Browser = Callable[..., Client]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # drawn anew for each answer


def closed(cast: Cast) -> str:
    return f"/you/closed/{cast.couples['ana'].pk}/"


def press(client: Client, version: Version) -> Any:
    return client.post(f"/lines/{version.agreement_id}/take-back/", {"version": str(version.pk)})


@pytest.mark.parametrize("who_rests", ["ana", "ben"])
def test_it_is_reached_from_the_page_of_the_plan_that_rests(
    cast: Cast, client_of: Browser, clock: Moved, who_rests: str
) -> None:
    version = open_version(proposed(cast.ana, now=clock.at))
    couples.rest(person=cast.people[who_rests], now=clock.at)
    client = client_of(cast.ana)
    page = client.get(closed(cast)).content.decode()
    assert COMMITMENT["what"] in page
    assert f'value="{version.pk}"' in page
    assert COMMITMENT["what"] not in client_of(cast.ben).get(closed(cast)).content.decode()
    answer = press(client, version)
    assert (answer.status_code, answer["Location"]) == (302, closed(cast))
    version.refresh_from_db()
    assert version.closed_at is not None
    page = client.get(closed(cast)).content.decode()
    assert COMMITMENT["what"] in page, "one’s own words stay readable"
    assert str(version.pk) not in page
    assert "take-back" not in page
    assert press(client, version).status_code == 302, "pressed twice is once"
    couples.resume(person=cast.people[who_rests], now=clock.at)
    ben = viewer_of(User.objects.get(pk=cast.ben.pk), now=clock.at)
    assert line_read(ben, version.agreement_id)[0].open is None, "there is nothing left to sign"


def test_what_was_overtaken_stays_readable_as_it_is_exported(cast: Cast, client_of: Browser, clock: Moved) -> None:
    line = proposed(cast.ana, now=clock.at)
    newer = suggested(cast.ana, line, {**COMMITMENT, "what": "Tea, not coffee"}, now=clock.at)
    couples.rest(person=cast.ana, now=clock.at)
    page = client_of(cast.ana).get(closed(cast)).content.decode()
    assert COMMITMENT["what"] in page
    assert "Tea, not coffee" in page
    assert re.findall(r'name="version" value="([^"]+)"', page) == [str(newer.pk)]
    theirs = client_of(cast.ben).get(closed(cast)).content.decode()
    assert COMMITMENT["what"] not in theirs
    assert "Tea, not coffee" not in theirs


def goes_on_first(monkeypatch: pytest.MonkeyPatch, person: User, *, now: datetime) -> None:
    """`person` goes on between the press that takes back and its lock."""
    real = services.take_back

    def late(**given: Any) -> None:
        couples.resume(person=person, now=now)
        real(**given)

    monkeypatch.setattr(services, "take_back", late)


def test_the_rest_that_ends_in_between_leads_to_the_line(
    cast: Cast, client_of: Browser, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = open_version(proposed(cast.ana, now=clock.at))
    couples.rest(person=cast.ben, now=clock.at)
    goes_on_first(monkeypatch, cast.ben, now=clock.at)
    client = client_of(cast.ana)
    answer = press(client, version)
    assert (answer.status_code, answer["Location"]) == (302, f"/lines/{version.agreement_id}/")
    assert client.get(answer["Location"]).status_code == 200
    version.refresh_from_db()
    assert version.closed_at is not None


def test_the_rest_that_ends_in_the_cooling_off_leads_to_the_plan(
    cast: Cast, client_of: Browser, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = open_version(proposed(cast.ana, now=clock.at))
    couples.rest(person=cast.cora, now=clock.at)
    goes_on_first(monkeypatch, cast.cora, now=clock.at)
    client = client_of(cast.cora)
    answer = press(client, version)
    assert (answer.status_code, answer["Location"]) == (302, "/lines/")
    assert client.get("/lines/").status_code == 200


def test_words_in_force_stay_as_they_were(cast: Cast, client_of: Browser, clock: Moved) -> None:
    line = agreed(cast.ana, cast.ben, now=clock.at)
    later = suggested(cast.ana, line, {**COMMITMENT, "what": "Tea, not coffee"}, now=clock.at)
    couples.rest(person=cast.ben, now=clock.at)
    press(client_of(cast.ana), later)
    couples.resume(person=cast.ben, now=clock.at)
    page = client_of(cast.ben).get(f"/lines/{line.pk}/").content.decode()
    assert COMMITMENT["what"] in page
    assert Version.objects.filter(agreement=line, closed_at=None, both_signed_at=None).count() == 0


@pytest.mark.parametrize("who", ["ben", "cleo", "rita", "drew", "sol", "cora", "theo"])
def test_nobody_takes_back_anothers(cast: Cast, client_of: Browser, clock: Moved, who: str) -> None:
    version = open_version(proposed(cast.ana, now=clock.at))
    couples.rest(person=cast.ana, now=clock.at)
    assert press(client_of(cast.people[who]), version).status_code == 404
    version.refresh_from_db()
    assert version.closed_at is None


def test_after_leaving_it_is_read_and_nothing_is_pressed(cast: Cast, client_of: Browser, clock: Moved) -> None:
    version = open_version(proposed(cast.ana, now=clock.at))
    couples.leave(person=cast.ana, couple_id=cast.couples["ana"].pk, now=clock.at)
    page = client_of(cast.ana).get(closed(cast)).content.decode()
    assert COMMITMENT["what"] in page
    assert "take-back" not in page
    assert press(client_of(cast.ana), version).status_code == 404


def test_signed_meanwhile_it_is_told(cast: Cast, client_of: Browser, clock: Moved) -> None:
    line = proposed(cast.ana, now=clock.at)
    version = open_version(line)
    signed(cast.ben, line, now=clock.at)
    couples.rest(person=cast.ben, now=clock.at)
    with pytest.raises(Stale):
        services.take_back(
            viewer=viewer_of(User.objects.get(pk=cast.ana.pk), now=clock.at), line=line.pk, version=version.pk,
            now=clock.at,
        )  # fmt: skip
    assert (
        "step out of it at any time"
        in client_of(cast.ana)
        .post(f"/lines/{line.pk}/take-back/", {"version": str(version.pk)}, follow=True)
        .content.decode()
    )


def test_when_it_was_taken_back_shows_nowhere(cast: Cast, client_of: Browser, clock: Moved) -> None:
    """Two worlds: taken back a day before the rest, or in the middle of it. Once the plan goes on the other finds
    the same bytes; no event, no mail."""
    line = proposed(cast.ana, now=clock.at)
    version, ana, ben = open_version(line), client_of(cast.ana), client_of(cast.ben)
    began, found = clock.at, []
    for when in ("before", "in the rest"):
        with transaction.atomic():
            if when == "before":
                press(ana, version)
            clock.move(days=1)
            couples.rest(person=cast.ben, now=clock.at)
            clock.move(days=3)
            resting = [TOKEN.sub("", ben.get(path).content.decode()) for path in (closed(cast), "/today/")]
            if when == "in the rest":
                press(ana, version)
            after = [TOKEN.sub("", ben.get(path).content.decode()) for path in (closed(cast), "/today/")]
            assert after == resting
            clock.move(days=3)
            couples.resume(person=cast.ben, now=clock.at)
            pages = [
                ben.get(path).content.decode() for path in ("/lines/", f"/lines/{line.pk}/", "/story/", "/today/")
            ]
            found.append([TOKEN.sub("", page) for page in pages])
            events = TimelineEvent.objects.count(), Mail.objects.count()
            found[-1].append(str(events))
            transaction.set_rollback(True)
        clock.set(began)
    assert found[0] == found[1]
    assert Agreement.objects.filter(pk=line.pk).exists()
    assert Membership.objects.filter(person=cast.ana, left_at=None).exists()
