"""Rule 1 on these pages: what Ben observes does not depend on what Ana did, but where an opening was declared.

Ben’s every page, in worlds that differ only in Ana: before the hour all of them; after it all in which nothing is
shared by both. Status, headers, bytes and the shape of the queries are compared.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.access import viewer_of
from checkins.prompts import drafts
from checkins.prompts.drafts import Draft
from checkins.prompts.models import Prompt
from checkins.prompts.sheets import Share, Words
from tests.cast import Cast
from tests.checkins.make import MINUTE, Evening, make_evening, make_line, send
from tests.conftest import Moved
from tests.contract.visiting import Seen, visit

# Every page, twice: left out of the quick suite; what is compared are answers, so one database is enough.
pytestmark = [pytest.mark.slow, pytest.mark.pure]

Browser = Callable[..., Client]
Does = Callable[[Cast, Prompt, datetime], None]


def _nothing(cast: Cast, prompt: Prompt, at: datetime) -> None:
    pass


def _skips(cast: Cast, prompt: Prompt, at: datetime) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(skipped_at=at)


def _drafts(cast: Cast, prompt: Prompt, at: datetime) -> None:
    drafts.keep(viewer_of(cast.ana, now=at), prompt, Draft(marks={"safe": 1}, texts={"need": "x"}, share="all"))
    prompt.save(update_fields=["draft"])


def _sends(share: Share, **fields: Any) -> Does:
    def does(cast: Cast, prompt: Prompt, at: datetime) -> None:
        send(prompt, at=at, share=share, **fields)

    return does


def _takes_back(cast: Cast, prompt: Prompt, at: datetime) -> None:
    row = send(prompt, at=at)
    row.taken_back_at, row.marks, row.words = at, b"", b""
    row.save()
    Prompt.objects.filter(pk=prompt.pk).update(sent_at=None)


ABSENT: dict[str, Does] = {
    "nothing": _nothing,
    "skips": _skips,
    "drafts": _drafts,
    "keeps it private": _sends(Share.NONE),
    "keeps every part private": _sends(Share.MARKS, private=frozenset({"safe", "close", "hope"})),
    "answers nothing": _sends(Share.ALL, marks={}, words=Words(), reports={}),
    "only a good thing": _sends(Share.ALL, marks={}, words=Words(), good="for the jar"),
    "takes it back": _takes_back,
}
SENT: dict[str, Does] = {
    "shares all": _sends(Share.ALL),
    "shares other marks": _sends(Share.ALL, marks={"safe": 1, "close": 7, "hope": 2}),
    "shares words": _sends(Share.WORDS, words=Words(own="canary", texts={"need": "canary"})),
}


def pages(evening: Evening) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, data) of everything Ben can ask about this evening."""
    prompt, check_in = evening.ben.pk, evening.check_in.pk
    yield "GET", "/today/", {}
    yield "GET", "/answers/", {}
    yield "GET", f"/answers/{prompt}/", {}
    for page in ("", "1/", "2/", "3/", "4/", "sealed/"):
        yield "GET", f"/evening/{prompt}/{page}", {}
    yield "GET", f"/reading/{check_in}/", {}
    yield "GET", f"/reading/{check_in}/narrow/", {}
    yield "POST", f"/evening/{prompt}/1/", MINUTE
    yield "POST", f"/evening/{prompt}/2/", {"who": "all"}
    yield "POST", f"/evening/{prompt}/4/", {"words": "pair", "marks": "pair"}
    yield "POST", f"/evening/{prompt}/skip/", {"x": "y"}
    yield "POST", f"/evening/{prompt}/take-back/", {"x": "y"}
    yield "POST", f"/reading/{check_in}/choose/", {"choice": "now"}
    yield "POST", f"/reading/{check_in}/reply/", {"heard": "x"}
    yield "POST", f"/reading/{check_in}/add/", {"later": "x"}
    yield "POST", f"/reading/{check_in}/narrow/", {"who": "none", "words": "none", "marks": "none"}


def seen_by_ben(client: Client, evening: Evening) -> dict[tuple[str, str], Seen]:
    return {(method, path): visit(client, method, path, **data) for method, path, data in pages(evening)}


def apart(
    worlds: dict[str, Does], cast: Cast, evening: Evening, client: Client, at: datetime
) -> list[tuple[str, tuple[str, str], list[str]]]:
    """In which world which page differs from the first world, and in what."""
    first: dict[tuple[str, str], Seen] = {}
    found = []
    for name, does in worlds.items():
        with transaction.atomic():
            does(cast, Prompt.objects.select_related("membership__person", "check_in").get(pk=evening.ana.pk), at)
            seen = seen_by_ben(client, evening)
            transaction.set_rollback(True)
        first = first or seen
        found += [
            (name, page, first[page].differs(seen[page])) for page in seen if first[page].differs(seen[page])
        ]
    return found


def _row(questions: str, ben: str, hours: int, *, slow: bool = False) -> Any:
    return pytest.param(
        questions, ben, hours, marks=[pytest.mark.slow] if slow else [], id=f"{questions}, {ben}, {hours} h later"
    )


@pytest.mark.parametrize(
    ("questions", "ben", "hours"),
    [
        _row("daily", "has sent", 0),
        _row("weekly", "has not sent", 20),
        *(
            _row(questions, ben, hours, slow=True)
            for questions in ("daily", "weekly")
            for ben in ("has sent", "has not sent")
            for hours in (0, 3, 20)
        ),
    ],
)
def test_before_the_hour_nothing_shows(
    cast: Cast, clock: Moved, client_of: Browser, questions: str, ben: str, hours: int
) -> None:
    evening = make_evening(cast, now=clock.at, questions=questions)
    make_line(cast, now=clock.at, what="Hers", who=evening.ana.membership.slot)
    if ben == "has sent":
        send(evening.ben, at=clock.at)
    at = clock.at
    clock.move(hours=hours)
    assert apart({**ABSENT, **SENT}, cast, evening, client_of(cast.ben), at) == []


@pytest.mark.parametrize(
    ("questions", "ben"),
    [
        ("daily", Share.ALL),
        *(
            pytest.param(questions, ben, marks=pytest.mark.slow)
            for questions in ("daily", "weekly")
            for ben in (Share.ALL, Share.MARKS, Share.NONE, None)
        ),
    ],
)
def test_after_the_hour_absent_is_absent(
    cast: Cast, clock: Moved, client_of: Browser, questions: str, ben: Share | None
) -> None:
    evening = make_evening(cast, now=clock.at, questions=questions)
    if ben is not None:
        send(evening.ben, at=clock.at, share=ben)
    at = clock.at
    clock.move(days=1, minutes=5)
    worlds = dict(ABSENT)
    if ben is None or ben is Share.NONE:
        worlds |= SENT
    assert apart(worlds, cast, evening, client_of(cast.ben), at) == []


@pytest.mark.parametrize("hours", [pytest.param(1, marks=pytest.mark.slow), 3], ids=["open", "all closed"])
def test_as_soon_as_both_are_in_absent_is_absent(cast: Cast, clock: Moved, client_of: Browser, hours: int) -> None:
    evening = make_evening(cast, now=clock.at, reads_in=None)
    send(evening.ben, at=clock.at)
    at = clock.at
    clock.move(hours=hours)
    assert apart(ABSENT, cast, evening, client_of(cast.ben), at) == []


def test_the_harness_tells_a_declared_opening(cast: Cast, clock: Moved, client_of: Browser) -> None:
    """It can fail: from the hour on, both having shared is seen on Today and on the reading page."""
    evening = make_evening(cast, now=clock.at)
    send(evening.ben, at=clock.at)
    at = clock.at
    clock.move(days=1, minutes=5)
    worlds = {"nothing": _nothing, "shares all": SENT["shares all"]}
    found = {page for _, page, _ in apart(worlds, cast, evening, client_of(cast.ben), at)}
    assert ("GET", "/today/") in found
    assert ("GET", f"/reading/{evening.check_in.pk}/") in found


def test_what_she_did_with_the_card_shows_nowhere(cast: Cast, clock: Moved, client_of: Browser) -> None:
    evening = make_evening(cast, now=clock.at - timedelta(days=1), reads_in=24 * 60)
    for prompt in (evening.ana, evening.ben):
        send(prompt, at=prompt.opens_at)
    address = f"/reading/{evening.check_in.pk}/"

    def chooses(choice: str, heard: str = "") -> Does:
        def does(cast: Cast, prompt: Prompt, at: datetime) -> None:
            ana = client_of(cast.ana)
            ana.post(f"{address}choose/", {"choice": choice})
            ana.post(f"{address}reply/", {"heard": heard})
            ana.get(address)

        return does

    worlds = {
        "nothing": _nothing, "reads": chooses("now"), "hears": chooses("now", "canary"),
        "tomorrow": chooses("tomorrow"), "never": chooses("never"),
    }  # fmt: skip
    ben = client_of(cast.ben)
    ben.post(f"{address}choose/", {"choice": "now"})
    assert apart(worlds, cast, evening, ben, clock.at) == []
