"""`checkins:my_answers`, `checkins:answer` and `checkins:narrow`: one’s own sheets, wherever one stands."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.couples.models import Membership
from checkins.prompts.models import Prompt
from checkins.prompts.sheets import Share, Words
from tests.cast import Cast
from tests.checkins.make import fill, make_evening, schedule_of, send, sheet_of
from tests.conftest import Moved

Browser = Callable[..., Client]


def test_it_lists_what_is_sealed_and_what_was_before(cast: Cast, clock: Moved, client_of: Browser) -> None:
    before = make_evening(cast, now=clock.at - timedelta(days=3), reads_in=60)
    send(before.ana, at=before.ana.opens_at, share=Share.NONE)
    tonight = make_evening(cast, now=clock.at)
    fill(client_of(cast.ana), tonight.ana)
    page = client_of(cast.ana).get("/answers/").content.decode()
    assert page.index("Take it back") < page.index("Before")
    assert "In the jar: “You hummed.”" in page
    assert "Only you." in page
    assert "You hummed." not in client_of(cast.ben).get("/answers/").content.decode()


def test_an_evening_left_out_can_be_opened_after_all(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(f"/evening/{tonight.ana.pk}/skip/")
    assert b"Open it after all" in ana.get("/answers/").content


def test_one_evening_whole(cast: Cast, clock: Moved, client_of: Browser) -> None:
    week = make_evening(cast, now=clock.at, questions="weekly")
    send(
        week.ana,
        at=clock.at,
        marks={"hope": 4, "reach": 2},
        private=frozenset({"reach"}),
        words=Words(feelings=("tired",), texts={"need": "A walk"}),
    )
    page = client_of(cast.ana).get(f"/answers/{week.ana.pk}/").content.decode()
    for words in ("4 of 7", "2 of 7, kept to yourself", "tired", "A walk", "Take it back", "Show less"):
        assert words in page


def test_words_stay_readable_while_resting_and_after_leaving(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    fill(client_of(cast.ana), tonight.ana)
    place = Membership.objects.filter(person=cast.ana)
    for fields in ({"rested_at": clock.at}, {"rested_at": None, "left_at": clock.at}):
        place.update(**fields)
        for path in ("/answers/", f"/answers/{tonight.ana.pk}/"):
            page = client_of(cast.ana).get(path)
            assert page.status_code == 200
            assert "You hummed." in page.content.decode()
            assert "Take it back" not in page.content.decode(), "there is nothing to take back from"


def test_thirty_at_a_time(cast: Cast, clock: Moved, client_of: Browser) -> None:
    schedule = schedule_of(cast, now=clock.at)
    for days in range(1, 34):
        make_evening(cast, now=clock.at - timedelta(days=days), schedule=schedule)
    page = client_of(cast.ana).get("/answers/").content.decode()
    last = (clock.at - timedelta(days=30)).date()
    assert f'href="?before={last:%Y-%m-%d}"' in page
    earlier = client_of(cast.ana).get(f"/answers/?before={last:%Y-%m-%d}").content.decode()
    assert earlier.count("Nothing sent.") == 3
    for odd in ("yesterday", "0000-00-00", "9" * 300, "9999-12-31"):
        assert client_of(cast.ana).get("/answers/", {"before": odd}).status_code == 200


def test_two_evenings_of_one_date_are_not_parted(cast: Cast, clock: Moved, client_of: Browser) -> None:
    daily = schedule_of(cast, now=clock.at)
    for days in range(1, 31):
        make_evening(cast, now=clock.at - timedelta(days=days), schedule=daily)
    weekly = make_evening(cast, now=clock.at - timedelta(days=30), questions="weekly")
    browser, found, before = client_of(cast.ana), set[str](), ""
    for _page in range(2):
        page = browser.get(f"/answers/{before}").content.decode()
        found |= set(re.findall(r"/answers/([0-9a-f-]{36})/", page))
        before = next(iter(re.findall(r"\?before=[0-9-]{10}", page)), before)
    assert found == {str(row.pk) for row in Prompt.objects.filter(membership=weekly.ana.membership)}


def test_showing_less_narrows_and_never_widens(cast: Cast, clock: Moved, client_of: Browser) -> None:
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at)
    path, ana = f"/reading/{evening.check_in.pk}/narrow/", client_of(cast.ana)
    assert ana.get(path).content.count(b'name="who"') == 3
    assert ana.post(path, {}).status_code == 422
    assert ana.post(path, {"who": "marks", "private": ["safe"]}).status_code == 302
    assert sheet_of(evening.ana).share is Share.MARKS
    assert ana.get(path).content.count(b'name="who"') == 2, "what shows more is not offered again"
    assert ana.post(path, {"who": "all"}).status_code == 422
    ana.post(path, {"who": "marks", "private": []})
    assert sheet_of(evening.ana).private == {"safe"}, "what was private stays so"


def test_showing_less_works_while_resting(cast: Cast, clock: Moved, client_of: Browser) -> None:
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    send(evening.ana, at=evening.ana.opens_at)
    Membership.objects.filter(person=cast.ben).update(rested_at=clock.at)
    client_of(cast.ana).post(f"/reading/{evening.check_in.pk}/narrow/", {"who": "none"})
    assert sheet_of(evening.ana).share is Share.NONE


def test_where_nothing_was_sent_there_is_nothing_to_narrow(cast: Cast, clock: Moved, client_of: Browser) -> None:
    evening = make_evening(cast, now=clock.at)
    for method in ("get", "post"):
        client = client_of(cast.ana)
        assert getattr(client, method)(f"/reading/{evening.check_in.pk}/narrow/").status_code == 404


@pytest.mark.parametrize("who", ["ben", "cleo", "drew", "sol", "theo", "sue"])
def test_nobody_else_reads_them(cast: Cast, clock: Moved, client_of: Browser, who: str) -> None:
    tonight = make_evening(cast, now=clock.at)
    fill(client_of(cast.ana), tonight.ana)
    client = client_of(getattr(cast, who))
    assert client.get(f"/answers/{tonight.ana.pk}/").status_code == 404
    listed = client.get("/answers/")
    assert listed.status_code == (404 if who == "theo" else 200)
    assert b"You hummed." not in listed.content


def test_the_list_asks_as_much_for_many_as_for_few(
    cast: Cast, clock: Moved, client_of: Browser, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for days in range(20):
        evening = make_evening(cast, now=clock.at - timedelta(days=days))
        send(evening.ana, at=evening.ana.opens_at)
    client = client_of(cast.ana)
    client.get("/answers/")
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/answers/")
    assert Prompt.objects.count() == 40
