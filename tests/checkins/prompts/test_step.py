"""The pages of a check-in: one file for the view `checkins:step`."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.access import viewer_of
from checkins.prompts import services
from checkins.prompts.models import AnswerSheet, Prompt
from checkins.prompts.sheets import Share
from tests.cast import Cast
from tests.checkins.make import MINUTE, draft_of, fill, make_evening, make_line, send, sheet_of, step
from tests.conftest import Moved

Browser = Callable[..., Client]


def test_the_daily_minute_from_first_page_to_sealed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    page = ana.get(step(tonight.ana, 1))
    assert page.status_code == 200
    assert b"checked" not in page.content, "nothing is chosen beforehand"
    assert "Ben" in page.content.decode()
    answer = ana.post(step(tonight.ana, 1), MINUTE)
    assert answer.url == step(tonight.ana, 2)
    page = ana.get(answer.url)
    assert b"checked" not in page.content, "nobody chooses for her who sees it"
    assert "feeling close 4" in page.content.decode()
    answer = ana.post(step(tonight.ana, 2), {"who": "marks", "private": ["close"]})
    assert answer.url == f"/evening/{tonight.ana.pk}/sealed/"
    sheet = sheet_of(tonight.ana)
    assert (sheet.marks, sheet.share, sheet.private) == ({"safe": 5, "close": 4}, Share.MARKS, {"close"})
    assert (sheet.words.feelings, sheet.good) == (("calm",), "You hummed.")
    tonight.ana.refresh_from_db()
    assert tonight.ana.sent_at == clock.at
    assert tonight.ana.draft == b"", "nothing is left in the draft"


def test_the_last_choice_stands_there_the_next_time(cast: Cast, clock: Moved, client_of: Browser) -> None:
    before = make_evening(cast, now=clock.at - timedelta(days=1))
    send(before.ana, at=before.ana.opens_at, share=Share.MARKS, private=frozenset({"safe"}))
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), MINUTE)
    page = ana.get(step(tonight.ana, 2)).content.decode()
    assert 'value="marks" id="id_who_1" checked' in page
    assert 'value="safe" id="id_private_0" checked' in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"mark-safe": "5"}, "One question still needs a mark", id="a mark neither given nor passed"),
        pytest.param({}, "2 questions still need a mark", id="nothing at all"),
        pytest.param({**MINUTE, "mark-safe": "9"}, "Choose a mark from 1 to 7", id="no such mark"),
        pytest.param({**MINUTE, "mark-safe": "1" * 400}, "Choose a mark from 1 to 7", id="a huge number"),
        pytest.param({**MINUTE, "own": "x" * 41}, "This is 41 characters", id="a word too long"),
        pytest.param({**MINUTE, "feelings": "bliss"}, "bliss", id="a feeling that is not on the list"),
    ],
)
def test_bad_input_gets_422_and_loses_nothing(
    cast: Cast, clock: Moved, client_of: Browser, data: dict[str, str], words: str
) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    answer = ana.post(step(tonight.ana, 1), {"good": "You hummed.", **data})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Problem:" in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    if data.get("mark-safe") == "5":
        assert draft_of(cast.ana, tonight.ana)["marks"]["safe"] == 5, "the other answers are saved"
    if "good" not in data:
        assert draft_of(cast.ana, tonight.ana)["good"] == "You hummed."


def test_a_question_may_be_passed_over(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    answer = ana.post(step(tonight.ana, 1), {"mark-safe": "3", "pass-safe": "on", "pass-close": "on"})
    assert answer.status_code == 302
    ana.post(step(tonight.ana, 2), {"who": "all"})
    assert sheet_of(tonight.ana).marks == {}


def test_save_and_stop_asks_for_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    answer = ana.post(step(tonight.ana, 1), {"mark-safe": "3", "stop": "1"})
    assert answer.url == "/today/"
    assert draft_of(cast.ana, tonight.ana)["marks"] == {"safe": 3}


def test_the_last_page_needs_a_choice(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), MINUTE)
    for bad in ({}, {"who": "everybody"}, {"who": "all", "private": ["nonsense"]}):
        answer = ana.post(step(tonight.ana, 2), bad)
        assert answer.status_code == 422
        assert b"Nothing has been sent to anyone" in answer.content
    assert not AnswerSheet.objects.exists()


def test_another_device_goes_on_where_this_one_stopped(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    client_of(cast.ana).post(step(tonight.ana, 1), MINUTE)
    elsewhere = client_of(cast.ana)
    assert elsewhere.get(f"/evening/{tonight.ana.pk}/").url == step(tonight.ana, 2)
    page = elsewhere.get(step(tonight.ana, 1)).content.decode()
    assert 'value="5" id="id_mark-safe_4" aria-label="5" checked' in page
    assert "You hummed." in page


def test_a_lost_session_loses_no_page_that_was_saved(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), MINUTE)
    ana.logout()
    answer = ana.post(step(tonight.ana, 2), {"who": "all"})
    assert answer.status_code == 302
    assert "/sign-in/" in answer.url
    assert not AnswerSheet.objects.exists()
    ana.force_login(cast.ana)
    assert "feeling close 4" in ana.get(step(tonight.ana, 2)).content.decode()


def test_sending_twice_has_one_effect(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    first = fill(ana, tonight.ana)
    clock.move(minutes=1)
    second = ana.post(step(tonight.ana, 2), {"who": "none"})
    assert first.url == second.url == f"/evening/{tonight.ana.pk}/sealed/"
    assert AnswerSheet.objects.count() == 1
    assert sheet_of(tonight.ana).share is Share.ALL
    assert Prompt.objects.get(pk=tonight.ana.pk).sent_at == clock.at - timedelta(minutes=1)


def test_the_verb_itself_sends_once(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """As when two requests pass the page’s own look at the same time."""
    tonight = make_evening(cast, now=clock.at)
    fill(client_of(cast.ana), tonight.ana)
    before = AnswerSheet.objects.values().get()
    clock.move(minutes=1)
    services.send(
        viewer=viewer_of(cast.ana, now=clock.at),
        prompt_id=tonight.ana.pk,
        share=Share.NONE,
        private=[],
        case=True,
        asked={},
        now=clock.at,
    )
    assert AnswerSheet.objects.values().get() == before


def test_writing_on_after_another_device_sent_keeps_the_words_on_screen(
    cast: Cast, clock: Moved, client_of: Browser
) -> None:
    tonight = make_evening(cast, now=clock.at)
    fill(client_of(cast.ana), tonight.ana)
    answer = client_of(cast.ana).post(step(tonight.ana, 1), {**MINUTE, "good": "typed elsewhere"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "typed elsewhere" in page
    assert "This was sent already" in page
    assert "still need a mark" not in page
    assert "answers are saved" not in page, "they are not"
    assert sheet_of(tonight.ana).good == "You hummed."


def test_a_closed_window_says_so_and_loses_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), MINUTE)
    clock.move(hours=3)
    ana = client_of(cast.ana)
    answer = ana.post(step(tonight.ana, 1), {**MINUTE, "good": "too late, but kept"})
    assert answer.status_code == 409
    assert "This evening has closed" in answer.content.decode()
    assert draft_of(cast.ana, tonight.ana)["good"] == "too late, but kept"
    answer = ana.post(step(tonight.ana, 2), {"who": "all"})
    assert answer.status_code == 409
    assert "too late, but kept" in answer.content.decode()
    assert ana.get(step(tonight.ana, 1)).status_code == 200
    assert not AnswerSheet.objects.exists()


def test_nothing_is_sent_from_the_reading_hour_on(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """Even where the hour came before the window's end: nobody answers having read."""
    tonight, ana = make_evening(cast, now=clock.at, reads_in=10), client_of(cast.ana)
    send(tonight.ben, at=clock.at)
    ana.post(step(tonight.ana, 1), MINUTE)
    clock.move(minutes=11)
    assert ana.post(step(tonight.ana, 2), {"who": "all"}).status_code == 409
    assert AnswerSheet.objects.count() == 1


def test_a_page_before_the_window_leads_to_today(cast: Cast, clock: Moved, client_of: Browser) -> None:
    later = make_evening(cast, now=clock.at, opened=-60, lasts=150)
    assert client_of(cast.ana).get(step(later.ana, 1)).url == "/today/"
    assert client_of(cast.ana).get(f"/evening/{later.ana.pk}/").url == "/today/"


@pytest.mark.parametrize("who", ["ben", "cleo", "drew", "sol", "theo", "stan", "sue"])
def test_nobody_else_gets_in(cast: Cast, clock: Moved, client_of: Browser, who: str) -> None:
    tonight = make_evening(cast, now=clock.at)
    client = client_of(getattr(cast, who))
    for path in ("", "1/", "sealed/"):
        assert client.get(f"/evening/{tonight.ana.pk}/{path}").status_code == 404
    assert client.post(step(tonight.ana, 1), MINUTE).status_code == 404


@pytest.mark.parametrize("number", ["0", "3", "99", "9" * 30])
def test_a_page_that_is_none_is_404(cast: Cast, clock: Moved, client_of: Browser, number: str) -> None:
    tonight = make_evening(cast, now=clock.at)
    assert client_of(cast.ana).get(f"/evening/{tonight.ana.pk}/{number}/").status_code == 404


def test_the_weekly_five(cast: Cast, clock: Moved, client_of: Browser) -> None:
    week, ana = make_evening(cast, now=clock.at, questions="weekly"), client_of(cast.ana)
    slot = week.ana.membership.slot
    other = "b" if slot == "a" else "a"
    mine = make_line(cast, now=clock.at, what="I bring the questions on Thursday", who=slot)
    seen = make_line(cast, now=clock.at, what="Phones in the hall", who=other, both_see=True)
    make_line(cast, now=clock.at, what="I tell you the same day", who=other)
    make_line(cast, now=clock.at, what="Only proposed", who=slot, signed=False)
    marks = {f"mark-{slug}": "4" for slug in ("reach", "word", "hope", "hard")}
    assert ana.post(step(week.ana, 1), marks).url == step(week.ana, 2)
    page = ana.get(step(week.ana, 2)).content.decode()
    assert "Only proposed" not in page
    assert "“I tell you the same day” is the other’s to report" in page
    answer = ana.post(step(week.ana, 2), {f"line-{mine.pk}": "kept", f"line-{seen.pk}": ""})
    assert answer.url == step(week.ana, 3)
    words = {"text-notice": "The phone\r\nin the hall", "feelings": ["tired", "hopeful"], "text-need": "A walk"}
    assert b"Something bigger to tell? Not here." in ana.get(step(week.ana, 3)).content
    too_many = {**words, "feelings": ["tired", "sad", "calm", "angry"]}
    assert ana.post(step(week.ana, 3), too_many).status_code == 422
    assert ana.post(step(week.ana, 3), {**words, "text-need": "x" * 401}).status_code == 422
    assert ana.post(step(week.ana, 3), {**words, "text-need": "x\r\n" * 200}).status_code == 302
    assert ana.post(step(week.ana, 3), words).url == step(week.ana, 4)
    page = ana.get(step(week.ana, 4)).content.decode()
    assert "checked" not in page
    assert ana.post(step(week.ana, 4), {"words": "pair", "marks": "none"}).status_code == 302
    sheet = sheet_of(week.ana)
    assert sheet.share is Share.WORDS
    assert sheet.case is False
    assert sheet.reports == {str(mine.pk): "kept", str(seen.pk): None}
    assert sheet.two_sided == {str(seen.pk)}, "the other is asked about what they can see as well"
    assert sheet.words.texts == {"notice": "The phone\nin the hall", "need": "A walk"}
    assert sheet.words.feelings == ("tired", "hopeful")


@pytest.mark.parametrize("who", ["both", "doer"])
@pytest.mark.parametrize("steps_out", [False, True])
def test_stepping_out_between_the_two_sendings_opens_no_report(
    cast: Cast, clock: Moved, client_of: Browser, *, who: str, steps_out: bool
) -> None:
    """Ana reports on a line both are asked about; Ben steps out of it, and so is not asked any more."""
    week = make_evening(cast, now=clock.at, questions="weekly", reads_in=5)
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    slot = week.ana.membership.slot
    line = make_line(
        cast, now=clock.at, what="Phones in the hall", who={"both": "both", "doer": slot}[who], both_see=True
    )
    marks = {f"mark-{slug}": "4" for slug in ("reach", "word", "hope", "hard")}
    for client, prompt in ((ana, week.ana), (ben, week.ben)):
        if client is ben and steps_out:
            assert ben.post(f"/lines/{line.pk}/withdraw/").status_code == 302
        client.post(step(prompt, 1), marks)
        client.post(step(prompt, 2), {f"line-{line.pk}": "partly"})
        assert client.post(step(prompt, 4), {"words": "none", "marks": "pair"}).status_code == 302
    assert (str(line.pk) in sheet_of(week.ben).reports) is not steps_out
    clock.set(week.check_in.reads_at)
    for client in (ana, ben):
        client.post(f"/reading/{week.check_in.pk}/choose/", {"choice": "now"})
        page = client.get(f"/reading/{week.check_in.pk}/").content.decode()
        assert "Ana 4, Ben 4." in page, "the marks of both are open"
        assert ("Phones in the hall" in page) is not steps_out


def test_both_have_as_many_pages_whatever_they_are_asked(cast: Cast, clock: Moved, client_of: Browser) -> None:
    week = make_evening(cast, now=clock.at, questions="weekly")
    make_line(cast, now=clock.at, what="Hers", who=week.ana.membership.slot)
    for person, prompt in ((cast.ana, week.ana), (cast.ben, week.ben)):
        client = client_of(person)
        codes = [client.get(step(prompt, number)).status_code for number in range(1, 6)]
        assert codes == [200, 200, 200, 200, 404]
        assert b"Page 2 of 4" in client.get(step(prompt, 2)).content


def test_a_get_changes_nothing(cast: Cast, clock: Moved, client_of: Browser) -> None:
    tonight = make_evening(cast, now=clock.at)
    before = Prompt.objects.filter(pk=tonight.ana.pk).values().get()
    for path in ("", "1/", "2/", "sealed/"):
        client_of(cast.ana).get(f"/evening/{tonight.ana.pk}/{path}")
    assert Prompt.objects.filter(pk=tonight.ana.pk).values().get() == before
