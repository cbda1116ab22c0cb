"""The month and the season: from Today's card through every page to the reading, in their own words."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from checkins.prompts.models import AnswerSheet
from repair.programmes.content import QuestionSet, question_set
from tests.cast import Cast
from tests.checkins.make import Evening, make_evening, make_line, sheet_of, step
from tests.conftest import Moved

Browser = Callable[..., Client]
SETS = ["monthly", "quarterly"]


def answer(client: Client, evening: Evening, asked: QuestionSet, *, who: str) -> list[str]:
    """Every page filled in and sent, all shared. Returns the pages as they were shown."""
    prompt = getattr(evening, who)
    pages = []
    marks = {f"mark-{mark.slug}": "6" if who == "ana" else "3" for mark in asked.marks}
    words = {f"text-{stem.slug}": f"{stem.slug} of {who}" for stem in asked.words}
    for number, data in enumerate((marks, {}, words, {"words": "pair", "marks": "pair"}), 1):
        pages.append(client.get(step(prompt, number)).content.decode())
        assert client.post(step(prompt, number), data).status_code == 302, (number, data)
    return pages


@pytest.mark.parametrize("slug", SETS)
def test_from_today_to_side_by_side(cast: Cast, clock: Moved, client_of: Browser, slug: str) -> None:
    asked = question_set(slug)
    make_line(cast, now=clock.at, what="Phones in the hall", both_see=True)
    evening = make_evening(cast, now=clock.at, questions=slug)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    today = ana.get("/today/").content.decode()
    assert asked.said.card in today
    assert asked.said.asks in today
    pages = answer(ana, evening, asked, who="ana")
    answer(ben, evening, asked, who="ben")
    for mark in asked.marks:
        assert mark.asked(name="Ben", on=evening.check_in.on) in pages[0]
    assert asked.said.lines in pages[1]
    assert "Phones in the hall" in pages[1]
    assert asked.said.send in pages[3]
    clock.move(days=1)
    ana = client_of(cast.ana)
    ana.post(f"/reading/{evening.check_in.pk}/choose/", {"choice": "now"})
    read = ana.get(f"/reading/{evening.check_in.pk}/").content.decode()
    assert asked.said.read in read
    assert read.count("Ana 6, Ben 3.") == 2 * len(asked.marks), "in the drawing and under it"
    assert all(f"{stem.slug} of ben" in read for stem in asked.words)
    for text in (*pages, read):
        for word in ("the week", "this week", "five minutes", "my minute"):
            assert word not in text.lower().replace("the weeks", ""), "nothing speaks of another time"
    assert f"{asked.said.listed}" in ana.get("/answers/").content.decode()


def test_what_the_season_leaves_out_is_a_link_and_no_question(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    evening = make_evening(cast, now=clock.at, questions="quarterly")
    page = client_of(cast.ana).get(step(evening.ana, 3)).content.decode()
    for address in (reverse("repair:story"), reverse("repair:practice", args=["consent_lists"])):
        assert f'href="{address}"' in page
        assert client_of(cast.ana).get(address).status_code == 200


@pytest.mark.parametrize("slug", SETS)
def test_kept_private_is_as_if_it_had_not_been_asked(
    cast: Cast, clock: Moved, client_of: Browser, slug: str
) -> None:
    asked = question_set(slug)
    evening = make_evening(cast, now=clock.at, questions=slug)
    first = asked.marks[0].slug
    answer(client_of(cast.ben), evening, asked, who="ben")
    ana = client_of(cast.ana)
    ana.post(step(evening.ana, 1), {f"mark-{mark.slug}": "6" for mark in asked.marks})
    ana.post(step(evening.ana, 4), {"words": "none", "marks": "pair", "private": [first]})
    assert AnswerSheet.objects.count() == 2
    assert sheet_of(evening.ana).private == {first}
    clock.move(days=1)
    for who in (cast.ana, cast.ben):
        client = client_of(who)
        client.post(f"/reading/{evening.check_in.pk}/choose/", {"choice": "now"})
        read = client.get(f"/reading/{evening.check_in.pk}/").content.decode()
        assert read.count("Ana 6, Ben 3.") == 2 * (len(asked.marks) - 1)
        assert asked.marks[0].topic not in read
