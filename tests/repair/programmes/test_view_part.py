"""The pages of a practice: every type of item, drafts, what is missing, the private notice."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.vault import services as vault
from repair.programmes import pieces
from repair.programmes.models import Piece
from tests.cast import Cast
from tests.conftest import Moved
from tests.repair.programmes.doing import FIRST, SECOND, do_everything, done, url, viewer

Browser = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("sample")


def answers(cast: Cast, clock: Moved) -> dict[str, object]:
    return vault.open(viewer(cast.ana, now=clock.at), Piece.objects.get(owner=cast.ana), "body")


def test_every_type_of_item_is_asked_and_kept(cast: Cast, clock: Moved, client_of: Browser) -> None:
    do_everything(client_of(cast.ana))
    assert answers(cast, clock) == {
        "happened": "It was a Tuesday.", "need": "An hour on Sundays", "acts": ["Tea", "A walk"], "kinds": ["one"],
        "sure": 5, "believe": 70, "by": "2026-12-24", "felt": ["calm"],
        "cards": {"late": "grey", "loan": "unbearable"}, "slept": ["sleep"],
    }  # fmt: skip
    assert pieces.own_pieces(viewer(cast.ana, now=clock.at))[0].head.done


def test_nothing_is_chosen_beforehand_and_the_timer_is_text(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    pages = [ana.get(url("everything", number)).content.decode() for number in (1, 2, 3)]
    assert all(" checked" not in page for page in pages)
    assert "Ten minutes" in pages[2]
    assert all("Reasons explain. They do not excuse." in page for page in pages), "the proof stands on every page"


@pytest.mark.parametrize(
    ("number", "data", "words"),
    [
        pytest.param(1, {"need": "x"}, "“What happened?”: write a word or two", id="something needed is missing"),
        pytest.param(1, {**FIRST, "happened": "x" * 501}, "This is 501 characters", id="too long"),
        pytest.param(1, {**FIRST, "acts-1": "x" * 81}, "This is 81 characters", id="a line of a list too long"),
        pytest.param(2, {**SECOND, "kinds": ["three"]}, "Choose among those shown", id="no such option"),
        pytest.param(2, {**SECOND, "sure": "8"}, "Choose one of those shown", id="no such mark"),
        pytest.param(2, {**SECOND, "believe": "55"}, "Choose one of those shown", id="no such percentage"),
        pytest.param(2, {**SECOND, "by": "2026-13-01"}, "Choose a day that exists", id="no such day"),
        pytest.param(2, {"sure": "5"}, "choose what fits best", id="nothing picked"),
        pytest.param(3, {"felt": ["calm", "sad", "angry"]}, "Choose at most 2 words", id="too many feelings"),
        pytest.param(3, {"felt": ["calm"], "cards-late": "x"}, "Choose one of those shown", id="no such pile"),
        pytest.param(3, {"felt": ["calm"]}, "“Sort these”: choose what fits", id="nothing sorted"),
    ],
)
def test_bad_input_gets_422_and_loses_nothing(
    cast: Cast, clock: Moved, client_of: Browser, number: int, data: dict[str, str], words: str
) -> None:
    answer = client_of(cast.ana).post(url("everything", number), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Problem:" in page
    for value in data.values():
        assert isinstance(value, list) or len(value) < 3 or value in page, "it stands there still"


def test_none_of_it_is_an_answer(cast: Cast, clock: Moved, client_of: Browser) -> None:
    assert client_of(cast.ana).post(url("everything", 2), {**SECOND, "believe": "0"}).status_code == 302
    assert answers(cast, clock)["believe"] == 0


def test_what_was_valid_is_kept_even_then(cast: Cast, clock: Moved, client_of: Browser) -> None:
    client_of(cast.ana).post(url("everything", 1), {**FIRST, "need": "x" * 900})
    assert answers(cast, clock)["happened"] == "It was a Tuesday."


def test_stopping_keeps_the_page_and_needs_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    answer = ana.post(url("everything", 1), {"need": "An hour", "_stop": "1"})
    assert answer.url == "/practices/everything/"
    assert "Go on where you stopped" in ana.get(answer.url).content.decode()
    assert "An hour" in ana.get(url("everything", 1)).content.decode()


def test_the_last_page_leads_back_to_what_is_missing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ana = client_of(cast.ana)
    data = {"felt": ["calm"], "cards-late": "grey"}
    assert ana.post(url("everything", 3), data).url == url("everything", 1)


@pytest.mark.parametrize("text", ["You always do.", "You’re like that", "he is cold", "NEVER again"])
def test_words_about_a_character_are_noticed_once_and_privately(
    cast: Cast, clock: Moved, client_of: Browser, text: str
) -> None:
    ana = client_of(cast.ana)
    page = ana.post(url("everything", 1), {**FIRST, "happened": text})
    assert page.status_code == 200
    assert "Only you see this note" in page.content.decode()
    assert answers(cast, clock)["happened"] == text, "kept either way"
    assert ana.post(url("everything", 1), {**FIRST, "happened": text, "_anyway": "1"}).url == url("everything", 2)


def test_words_about_what_happened_are_not(cast: Cast, clock: Moved, client_of: Browser) -> None:
    answer = client_of(cast.ana).post(url("everything", 1), {**FIRST, "happened": "On Tuesday you left."})
    assert answer.status_code == 302


def test_a_lesson_is_read_page_by_page_and_done(cast: Cast, clock: Moved, client_of: Browser) -> None:
    answer = client_of(cast.ana).post(url("lesson", 1))
    assert answer.url.startswith("/practices/piece/")
    assert answers(cast, clock) == {}


def test_what_is_done_once_leads_to_what_was_written(cast: Cast, clock: Moved, client_of: Browser) -> None:
    piece = done(cast.ana, "alone", now=clock.at)
    ana = client_of(cast.ana)
    assert ana.get(url("alone", 1)).url == f"/practices/piece/{piece}/"
    assert ana.post(url("alone", 1), {"said": "again"}).url == f"/practices/piece/{piece}/"


def test_doing_it_once_more_keeps_the_earlier_one(cast: Cast, clock: Moved, client_of: Browser) -> None:
    done(cast.ana, "own_part", now=clock.at)
    client_of(cast.ana).post(url("own_part", 1), {"said": "again"})
    mine = pieces.own_pieces(viewer(cast.ana, now=clock.at), "own_part")
    assert [own.head.done for own in mine] == [True, True]


@pytest.mark.parametrize(
    "path", ["/practices/nothing/", url("nothing", 1), url("everything", 4), url("everything", 0)]
)
def test_what_is_not_there_is_404(cast: Cast, clock: Moved, client_of: Browser, path: str) -> None:
    assert client_of(cast.ana).get(path).status_code == 404


def test_the_most_that_can_be_written_fits(cast: Cast, clock: Moved, client_of: Browser) -> None:
    most = {
        "happened": "𝄞" * 500,
        "need": "𝄞" * 200,
        "acts-0": "𝄞" * 80,
        "acts-1": "\n" * 80,
        "acts-2": "\x01" * 80,
    }
    answer = client_of(cast.ana).post(url("everything", 1), most)
    assert answer.status_code == 302
