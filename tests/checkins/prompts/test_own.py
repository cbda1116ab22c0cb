"""The couple's own question: asked where it says, answered apart, read by the rule, gone when one steps out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import viewer_of
from checkins.prompts import holdings, reading
from checkins.prompts.models import Prompt
from checkins.prompts.own import asked_now
from checkins.prompts.sheets import Share, Words
from repair.plan.models import Agreement, Version
from repair.plan.services import withdraw
from tests.cast import Cast
from tests.checkins.make import MINUTE, Evening, draft_of, make_evening, send, sheet_of, step
from tests.conftest import Moved
from tests.repair.plan.lines import agreed, proposed, signed, suggested

Browser = Callable[..., Client]
BY_MARK = {
    "what": "How easy was it to laugh?", "answer": "mark", "low": "Hard", "high": "Easy", "asked_with": "daily",
}  # fmt: skip
BY_LINE = {"what": "What made you smile?", "answer": "line", "asked_with": "daily"}


def ask(cast: Cast, clock: Moved, fields: dict[str, str]) -> tuple[Agreement, str]:
    """The question both signed, and the key of its answers."""
    line = agreed(cast.ana, cast.ben, now=clock.at, kind="question", fields=fields)
    return line, f"own-{Version.objects.get(agreement=line).pk.hex}"


def given(client: Client, prompt: Prompt, *, who: str = "all", **more: str) -> None:
    assert client.post(step(prompt, 1), {**MINUTE, **more}).status_code == 302
    assert client.post(step(prompt, 2), {"who": who}).status_code == 302


def read(client: Client, evening: Evening) -> str:
    client.post(f"/reading/{evening.check_in.pk}/choose/", {"choice": "now"})
    return client.get(f"/reading/{evening.check_in.pk}/", follow=True).content.decode()


def test_a_mark_from_its_first_page_to_side_by_side(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, BY_MARK)
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    page = ana.get(step(tonight.ana, 1)).content.decode()
    assert page.index(BY_MARK["what"]) < page.index(MINUTE["feelings"])
    assert "Your own question, from the plan." in page
    assert ana.post(step(tonight.ana, 1), MINUTE).status_code == 422, "given or passed, as every mark"
    given(ana, tonight.ana, **{f"mark-{key}": "6"})
    given(client_of(cast.ben), tonight.ben, **{f"mark-{key}": "2"})
    assert f"{BY_MARK['what']}" in ana.get(f"/answers/{tonight.ana.pk}/").content.decode()
    clock.move(days=1)
    for who in (cast.ana, cast.ben):
        page = read(client_of(who), tonight)
        assert "Ana 6, Ben 2." in page
        assert "1 is “hard”, 7 “easy”." in page


def test_a_line_of_words_is_read_with_the_words(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, BY_LINE)
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    data = {"mark-safe": "5", "mark-close": "4"}
    assert ana.post(step(tonight.ana, 1), {**data, f"text-{key}": "Your hat."}).status_code == 302
    assert "My marks and my words" in ana.get(step(tonight.ana, 2)).content.decode()
    ana.post(step(tonight.ana, 2), {"who": "all"})
    given(client_of(cast.ben), tonight.ben, **{f"text-{key}": "The rain."})
    clock.move(days=1)
    page = read(client_of(cast.ben), tonight)
    assert page.index(BY_LINE["what"]) < page.index("Your hat.") < page.index("The rain.")
    assert "Your hat." in client_of(cast.ana).get(f"/answers/{tonight.ana.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "kind", "answer", "said"),
    [
        pytest.param(BY_MARK, "mark", "6", "How easy was it to laugh? 6 of 7.", id="a mark"),
        pytest.param(BY_LINE, "text", "Your hat.", "What made you smile? Your hat.", id="a line"),
    ],
)
def test_what_one_wrote_is_read_back_whole_before_one_says_who_sees_it(
    cast: Cast, clock: Moved, client_of: Browser, fields: dict[str, str], kind: str, answer: str, said: str
) -> None:
    _line, key = ask(cast, clock, fields)
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    data = {"mark-safe": "5", "mark-close": "4", f"{kind}-{key}": answer}
    assert ana.post(step(tonight.ana, 1), data).status_code == 302
    page = ana.get(step(tonight.ana, 2)).content.decode()
    assert said in page[page.index("What you wrote") : page.index("<form")]
    assert said in ana.get("/answers/").content.decode(), "and in the list of one’s own"
    ana.post(step(tonight.ana, 2), {"who": "none"})
    assert said in ana.get("/answers/").content.decode()
    assert said not in client_of(cast.ben).get("/answers/").content.decode()


@pytest.mark.parametrize("share", ["marks", "none"])
def test_words_that_one_keeps_open_to_nobody(cast: Cast, clock: Moved, client_of: Browser, share: str) -> None:
    _line, key = ask(cast, clock, BY_LINE)
    tonight = make_evening(cast, now=clock.at)
    given(client_of(cast.ana), tonight.ana, who=share, **{f"text-{key}": "Your hat."})
    given(client_of(cast.ben), tonight.ben, **{f"text-{key}": "The rain."})
    clock.move(days=1)
    for who, other in ((cast.ana, "The rain."), (cast.ben, "Your hat.")):
        assert other not in read(client_of(who), tonight)


SIX = {"safe": 5, "close": 4}


@pytest.mark.parametrize(
    "hers",
    [
        pytest.param({"marks": SIX}, id="not answered"),
        pytest.param({"marks": SIX | {"key": 6}, "private": {"key"}}, id="kept private"),
    ],
)
def test_not_given_it_is_not_there(cast: Cast, clock: Moved, hers: dict[str, Any]) -> None:
    """By the rule every other mark is read by: one alone opens nothing, and why it is not there looks the same."""
    _line, key = ask(cast, clock, BY_MARK)
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    marks = {slug.replace("key", key): mark for slug, mark in hers["marks"].items()}
    private = frozenset(slug.replace("key", key) for slug in hers.get("private", ()))
    send(evening.ana, at=evening.ana.opens_at, marks=marks, private=private)
    send(evening.ben, at=evening.ben.opens_at, marks=SIX | {key: 2})
    for who in (cast.ana, cast.ben):
        seen = reading.opened(viewer_of(who, now=clock.at), evening.check_in)
        assert set(seen.marks) == {"safe", "close"}


def test_keeping_it_to_oneself_is_offered_like_every_mark(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, BY_MARK)
    tonight, ana = make_evening(cast, now=clock.at), client_of(cast.ana)
    ana.post(step(tonight.ana, 1), {**MINUTE, f"mark-{key}": "6"})
    assert f'value="{key}"' in ana.get(step(tonight.ana, 2)).content.decode()
    ana.post(step(tonight.ana, 2), {"who": "all", "private": [key]})
    assert sheet_of(tonight.ana).private == {key}
    assert BY_MARK["what"] in ana.get(f"/reading/{tonight.check_in.pk}/narrow/").content.decode()


def test_two_wordings_are_no_pair(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """Ana answered before other words came into force, Ben after: each answered something else."""
    line, key = ask(cast, clock, BY_MARK)
    tonight = make_evening(cast, now=clock.at)
    given(client_of(cast.ana), tonight.ana, **{f"mark-{key}": "6"})
    newer = suggested(cast.ben, line, {**BY_MARK, "what": "How easy was it to cry?"}, now=clock.at)
    signed(cast.ana, line, now=clock.at)
    ben = client_of(cast.ben)
    assert "How easy was it to cry?" in ben.get(step(tonight.ben, 1)).content.decode()
    given(ben, tonight.ben, **{f"mark-own-{newer.pk.hex}": "2"})
    clock.move(days=1)
    page = read(client_of(cast.ana), tonight)
    assert "Ana 5, Ben 5." in page
    assert "Ana 6" not in page
    assert BY_MARK["what"] in client_of(cast.ana).get(f"/answers/{tonight.ana.pk}/").content.decode()


def _not_signed(cast: Cast, clock: Moved) -> None:
    proposed(cast.ana, now=clock.at, kind="question", fields=BY_MARK)


def _stepped_out(cast: Cast, clock: Moved) -> None:
    line, _key = ask(cast, clock, BY_MARK)
    withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, now=clock.at)


def _lapsed(cast: Cast, clock: Moved) -> None:
    line, _key = ask(cast, clock, BY_MARK)
    Version.objects.filter(agreement=line).update(look_again_on=clock.at.date() - timedelta(days=1))


def _elsewhere(cast: Cast, clock: Moved) -> None:
    ask(cast, clock, {**BY_MARK, "asked_with": "weekly"})


@pytest.mark.parametrize("why", [_not_signed, _stepped_out, _lapsed, _elsewhere], ids=lambda why: why.__name__)
def test_it_is_asked_only_while_it_holds_and_only_where_it_says(
    cast: Cast, clock: Moved, client_of: Browser, why: Callable[[Cast, Moved], None]
) -> None:
    why(cast, clock)
    tonight = make_evening(cast, now=clock.at)
    for who, prompt in ((cast.ana, tonight.ana), (cast.ben, tonight.ben)):
        assert BY_MARK["what"] not in client_of(who).get(step(prompt, 1)).content.decode()
        assert asked_now(viewer_of(who, now=clock.at), "daily") is None


def test_what_was_answered_stays_when_it_is_gone(cast: Cast, clock: Moved, client_of: Browser) -> None:
    line, key = ask(cast, clock, BY_MARK)
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    for prompt, mark in ((evening.ana, 6), (evening.ben, 2)):
        send(prompt, at=prompt.opens_at, marks=SIX | {key: mark})
    withdraw(viewer=viewer_of(cast.ben, now=clock.at), line=line.pk, now=clock.at)
    assert "Ana 6, Ben 2." in read(client_of(cast.ana), evening)
    assert BY_MARK["what"] in client_of(cast.ana).get(f"/answers/{evening.ana.pk}/").content.decode()


def test_the_weekly_pages_keep_it_beside_their_own_words(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, {**BY_LINE, "asked_with": "weekly"})
    sunday, ana = make_evening(cast, now=clock.at, questions="weekly"), client_of(cast.ana)
    marks = {f"mark-{slug}": "4" for slug in ("reach", "word", "hope", "hard")}
    ana.post(step(sunday.ana, 1), {**marks, f"text-{key}": "Your hat."})
    ana.post(step(sunday.ana, 2), {})
    assert ana.get(f"/evening/{sunday.ana.pk}/").url != step(sunday.ana, 4), "its words are not the week's"
    ana.post(step(sunday.ana, 3), {"text-need": "An hour."})
    assert draft_of(cast.ana, sunday.ana)["texts"] == {
        "notice": "", "feel": "", "need": "An hour.", key: "Your hat.",
    }  # fmt: skip
    ana.post(step(sunday.ana, 1), {**marks, f"text-{key}": "Your scarf."})
    assert draft_of(cast.ana, sunday.ana)["texts"]["need"] == "An hour."


def test_no_report_is_asked_on_it(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ask(cast, clock, BY_MARK)
    sunday = make_evening(cast, now=clock.at, questions="weekly")
    assert BY_MARK["what"] not in client_of(cast.ana).get(step(sunday.ana, 2)).content.decode()


def test_it_is_counted_and_drawn_nowhere(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, BY_MARK)
    couple = cast.couples["ana"].pk
    for days in range(1, 6):
        evening = make_evening(cast, now=clock.at - timedelta(days=days), opened=24 * 60, reads_in=0)
        for prompt in (evening.ana, evening.ben):
            send(prompt, at=prompt.opens_at, marks=SIX | {key: 7}, share=Share.ALL)
    for who in (cast.ana, cast.theo):
        viewer = viewer_of(who, now=clock.at)
        seen = reading.opened_marks(couple, viewer, timezone.now().date() - timedelta(days=9000), clock.at.date())
        assert not any(slug.startswith("own-") for _on, slug, _marks in seen)
    page = client_of(cast.ana).get(f"/story/?q={key}").content.decode()
    assert BY_MARK["what"] not in page.split("<svg")[-1].split("</svg>")[0]


def test_export_says_it_in_words(cast: Cast, clock: Moved, client_of: Browser) -> None:
    _line, key = ask(cast, clock, BY_MARK)
    evening = make_evening(cast, now=clock.at, opened=24 * 60, reads_in=0)
    for prompt, mark in ((evening.ana, 6), (evening.ben, 2)):
        send(prompt, at=prompt.opens_at, marks=SIX | {key: mark}, words=Words(feelings=("calm",)))
    ana = viewer_of(cast.ana, now=clock.at)
    found = holdings.export_of(ana)
    assert {"question": BY_MARK["what"], "answer": "6 of 7"} in found["answers"][0]["answers"]
    assert found["side_by_side"][0]["marks"][BY_MARK["what"]] == 2
    assert (evening.check_in.on, "daily", BY_MARK["what"], 6, 7, "no") in holdings.tables_of(ana)["marks.csv"]
    assert key not in str(found)


def test_a_name_in_braces_is_only_what_was_signed(cast: Cast, clock: Moved, client_of: Browser) -> None:
    ask(cast, clock, {**BY_MARK, "what": "How was {name}?"})
    tonight = make_evening(cast, now=clock.at)
    assert "How was {name}?" in client_of(cast.ana).get(step(tonight.ana, 1)).content.decode()
