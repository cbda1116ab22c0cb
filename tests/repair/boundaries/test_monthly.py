"""One's own monthly mirror: the lines in force counted from one side, three ways on, and nobody the wiser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import viewer_of
from accounts.couples import services as couples
from accounts.mail.models import Mail
from accounts.safety import wishes
from accounts.users.models import User
from repair.boundaries import monthly
from repair.boundaries.monthly import Side
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.plan.lines import agreed, proposed

Browsers = Callable[..., Client]
PAGE = "/lines/for-me/"
CARD = "A page for you, once a month"


def line(what: str, who: str, **more: Any) -> dict[str, Any]:
    return {"what": what, "who": who, "know": "We see it.", **more}


COUNTED = [
    ("a line of mine", line("I make the coffee", "a"), (1, 0, 0), 0),
    ("a line of the other", line("You make the coffee", "b"), (0, 1, 0), 0),
    ("a line of both", line("Phones in the hall", "both"), (0, 0, 1), 0),
    ("about contacts, ticked", line("Lunches are named the evening before", "a", about=True), (1, 0, 0), 1),
    ("about contacts, by its words", line("I tell you the same day if R. writes", "a"), (1, 0, 0), 1),
    ("location", line("I share my location", "a"), (1, 0, 0), 1),
    ("passwords", line("Ben gives me his password", "b"), (0, 1, 0), 1),
    ("messages", line("Ben shows me his chats", "b"), (0, 1, 0), 1),
    ("reporting", line("Ben texts me when he arrives", "b"), (0, 1, 0), 1),
    ("curfew", line("Both home by 22", "both"), (0, 0, 1), 1),
    ("money is not sight", line("Ben hands over his salary", "b"), (0, 1, 0), 0),
]


@pytest.mark.parametrize(("what", "fields", "sides", "sight"), COUNTED, ids=[row[0] for row in COUNTED])
def test_what_counts_where(
    cast: Cast, clock: Moved, what: str, fields: dict[str, Any], sides: tuple[int, int, int], sight: int
) -> None:
    agreed(cast.ana, cast.ben, now=clock.at, fields=fields)
    hers = monthly.counts_of(viewer_of(cast.ana, now=clock.at))
    his = monthly.counts_of(viewer_of(cast.ben, now=clock.at))
    assert (hers.mine.lines, hers.other.lines, hers.both.lines) == sides
    assert hers.sight == sight
    assert (his.other, his.mine, his.both) == (hers.mine, hers.other, hers.both), "the same from the other side"


def test_only_lines_in_force_count(cast: Cast, clock: Moved) -> None:
    proposed(cast.ana, now=clock.at, fields=line("Not signed yet", "b"))
    agreed(cast.ana, cast.ben, now=clock.at, fields=line("Gone in two days", "b"), days=2)
    assert monthly.counts_of(viewer_of(cast.ana, now=clock.at)).other == Side(lines=1, sight=0)
    clock.move(days=4)
    counts = monthly.counts_of(viewer_of(cast.ana, now=clock.at))
    assert counts.all == 0
    assert counts.since is None


def test_the_page_says_the_numbers_and_how_long(cast: Cast, clock: Moved, client_of: Browsers) -> None:
    assert "No line is in force." in client_of(cast.ana).get(PAGE).content.decode()
    for number in range(3):
        fields = line(f"I tell you where I am, {number}", "b")
        agreed(cast.ana, cast.ben, now=clock.at, fields=fields, days=300)
    agreed(cast.ana, cast.ben, now=clock.at, fields=line("Coffee", "a"), days=300)
    clock.move(days=20)
    hers, his = (" ".join(client_of(who).get(PAGE).content.decode().split()) for who in (cast.ana, cast.ben))
    assert "1 line asks something of you, 3 of Ben, 0 of you both." in hers
    assert "3 lines ask something of you, 1 of Ana, 0 of you both." in his
    assert "0 of yours, 3 of Ben, 0 of both." in hers
    assert "The oldest has stood 20 days." in hers
    clock.move(days=133)
    assert "The oldest has stood 5 months." in client_of(cast.ana).get(PAGE).content.decode()


def test_nothing_to_tick_and_three_ways_of_one_weight(cast: Cast, client_of: Browsers) -> None:
    html = client_of(cast.ana).get(PAGE).content.decode()
    form = html.split('class="even"')[1].split("</form>")[0]
    assert form.count('<button class="btn btn--line" name="choice"') == 3
    assert form.count("<button") == 3
    assert 'type="radio"' not in html
    assert 'type="checkbox"' not in html


@pytest.mark.parametrize(("choice", "leads"), [("rest", "/you/rest/"), ("change", "/lines/"), ("keep", "/today/")])
def test_each_way_leads_on_and_leaves_the_same_behind(
    cast: Cast, clock: Moved, client_of: Browsers, choice: str, leads: str
) -> None:
    browser = client_of(cast.ana)
    mails = Mail.objects.count()
    assert CARD in browser.get("/today/").content.decode()
    assert browser.post(PAGE, {"choice": choice})["Location"] == leads
    kept = wishes.wishes_of(viewer_of(User.objects.get(pk=cast.ana.pk), now=clock.at))
    assert kept == wishes.Preferences(mirror_seen="2026-09"), "which way was chosen is kept nowhere"
    assert CARD not in browser.get("/today/").content.decode()
    assert CARD in client_of(cast.ben).get("/today/").content.decode(), "his own is his own"
    assert Mail.objects.count() == mails
    assert browser.get(PAGE).status_code == 200, "it can be opened at any time"


def test_looking_at_the_page_alone_changes_nothing(cast: Cast, clock: Moved, client_of: Browsers) -> None:
    browser = client_of(cast.ana)
    browser.get(PAGE)
    assert CARD in browser.get("/today/").content.decode()


@pytest.mark.parametrize("choice", ["", "REST", "leave", "x" * 4000])
def test_no_choice_is_asked_again(cast: Cast, client_of: Browsers, choice: str) -> None:
    browser = client_of(cast.ana)
    response = browser.post(PAGE, {"choice": choice})
    assert response.status_code == 422
    assert "Choose one of the three." in response.content.decode()
    assert CARD in browser.get("/today/").content.decode()


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 9, 30, 22, 59, tzinfo=UTC), "2026-09"),  # 23:59 in Lisbon
        (datetime(2026, 9, 30, 23, 0, tzinfo=UTC), "2026-10"),
    ],
)
def test_a_month_is_a_month_where_one_lives(cast: Cast, clock: Moved, at: datetime, month: str) -> None:
    assert monthly.this_month(viewer_of(cast.ana, now=at)) == month


def test_it_comes_back_with_the_next_month_and_not_in_the_first_weeks(cast: Cast, clock: Moved) -> None:
    viewer = viewer_of(cast.ana, now=clock.at)
    assert monthly.is_due(viewer)
    monthly.look(viewer)
    ana = User.objects.get(pk=cast.ana.pk)
    assert not monthly.is_due(viewer_of(ana, now=clock.at))
    assert monthly.is_due(viewer_of(ana, now=datetime(2026, 10, 1, 12, tzinfo=UTC)))
    joined = viewer.mine.joined_at
    assert not monthly.is_due(viewer_of(cast.ben, now=joined + monthly.FIRST_AFTER * 0.99))


def test_only_while_the_two_are_linked_and_not_resting(cast: Cast, clock: Moved, client_of: Browsers) -> None:
    assert client_of(cast.sol).get(PAGE).status_code == 404
    assert client_of(cast.theo).get(PAGE).status_code == 404
    assert f'href="{PAGE}"' in client_of(cast.ana).get("/you/").content.decode()
    assert f'href="{PAGE}"' not in client_of(cast.sol).get("/you/").content.decode()
    couples.rest(person=cast.ana, now=clock.at)
    assert b"This plan is resting" in client_of(cast.ben).get(reverse("repair:monthly_mirror")).content
