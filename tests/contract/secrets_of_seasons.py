"""Secrets of Ana about hard evenings and small joys: what she put aside, and what of it nobody is shown yet."""

from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.users import services as users
from accounts.users.models import User
from checkins.hard.models import Aside
from checkins.seasons import gifts, jar, nearness
from checkins.seasons.gifts import Gift, Kind
from checkins.seasons.year import current
from repair.programmes import content, parking, pieces
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, her, nothing
from tests.contract.world import put, slip_in
from tests.repair.plan.lines import agreed


def _puts(kind: str, *, days: int = 3, **said: str) -> World:
    """She has put something aside."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        put(cast.ana, kind, now=now, on=(now.date() + timedelta(days=days)).isoformat(), **said)

    return apply


def _drops_all(cast: Cast, world: dict[str, Any], now: Any) -> None:
    Aside.objects.filter(author=cast.ana).delete()


def _opens(*pages: str) -> World:
    """She looks at pages for a hard evening."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=cast.ana.pk))
        for each in pages:
            assert client.get(each).status_code == 200
        assert client.post("/tonight/tomorrow/").status_code == 302

    return apply


def _slip(line: str, *, days: int = 0) -> World:
    """She has put a line into the jar that is not open yet."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        viewer = her(cast, now)
        on = now.date() - timedelta(days=days)
        slip_in(cast.ana, line, on=on, couple=cast.couples["ana"], ends_on=current(viewer).last)

    return apply


def _lines(then: str, now_is: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        jar.choose_lines(viewer=her(cast, now), lines=jar.ThenNow(then, now_is), now=now)

    return apply


def _gives(kind: Kind, **said: Any) -> World:
    """She gives something that is not open yet, or never for anybody else."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        gifts.give(viewer=her(cast, now), gift=Gift(kind, **said), now=now)

    return apply


def _hides(until: str) -> World:
    """She has left the drawing off her timeline."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        users.hide_chart(viewer=her(cast, now), until=until)

    return apply


def _parks(rest: str, *, days: int = 1, undone: bool = False) -> World:
    """She has given a worry its ten minutes, and closed the rest until a day; and taken it back."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        me, found = her(cast, now), content.practice("worry_time")
        said = {"worries": "All of it", "rest": rest, "until": (now.date() + timedelta(days=days)).isoformat()}
        own = parking.finish(viewer=me, own=pieces.keep(viewer=me, practice=found, values=said, now=now), now=now)
        if undone:
            parking.take_back(viewer=me, own=own)

    return apply


_WORDS = {"words": ["near", "company", "space"], "far": "An hour for myself"}


def _with_words(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """The two have agreed on words for near and far."""
    agreed(cast.ana, cast.ben, now=now, kind="words", fields=_WORDS)


def _says(word: str, *, back: bool = False) -> World:
    """She says a word for the reading hour; or says it at once, and takes it back."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        me = her(cast, now)
        nearness.say(viewer=me, word=word, at_once=back, now=now)
        for gift in gifts.gifts_of(me, Kind.WORD) if back else []:
            assert gift.pk is not None
            gifts.take_back(viewer=me, given=gift.pk)

    return apply


def _word_on_its_way(cast: Cast, world: dict[str, Any], now: Any) -> None:
    gifts.give(viewer=her(cast, now), gift=Gift(Kind.WORD, text="space", shared=True,
                                                opens_at=now + timedelta(days=1)), now=now)  # fmt: skip


SECRETS = (
    Secret("the word she says for the reading hour, or took back", (
        _with_words, both(_with_words, _says("near")), both(_with_words, _says("space")),
        both(_with_words, _says("company", back=True)),
    )),
    Secret("that she hides the drawing from herself", (nothing, _hides("2026-10-14"), _hides("2026-09-01"))),
    Secret("thanks on their way, letters, moments for herself", (
        nothing, _gives(Kind.THANKS, text="For the tea", shared=True), _gives(Kind.LETTER, text="Dear me"),
        _gives(Kind.LETTER, text="x" * 3500, shared=True), _gives(Kind.MILESTONE, title="It held", text="I began"),
    )),
    Secret("a day that may be hard for her", (
        nothing, _puts("day", days=1, name="A trip", text="Go slowly"), _puts("day", days=9, name="x" * 80),
    )),
    Secret("what is in her jar, and how much", (
        nothing, _slip("x"), both(_slip("x" * 200), _slip("y", days=2), _slip("z", days=3)),
    )),
    Secret("the line she chose for the season", (nothing, _lines("Cold", ""), _lines("x" * 200, "y" * 200))),
    Secret("that her evening is hard: the cards she opens, and that she asks to be asked", (
        nothing, _opens("/tonight/", "/tonight/up/scared/", "/tonight/slow/", "/tonight/five/", "/tonight/call/"),
    )),
    Secret("what she parked, whom she calls, what was different", (
        nothing, _puts("parked", text="x" * 400), _puts("parked", days=0, text="due"), _drops_all,
        _parks("x" * 400), _parks("due", days=0), _parks("Not now", undone=True),
        _puts("person", name="Petra", more="0123"), _puts("after", days=-1, text="I waited"),
    )),
)  # fmt: skip

# What can be true at the same time, and that the other is shown nothing of.
AT_ONCE: tuple[World, ...] = (
    _opens("/tonight/", "/tonight/up/scared/"),
    _gives(Kind.THANKS, text="For the tea", shared=True),
    _gives(Kind.LETTER, text="x" * 3500, shared=True),
    _puts("day", days=1, name="A trip", text="Go slowly"),
    _word_on_its_way,
    _slip("x" * 200),
    _lines("Cold", "Less so"),
    _puts("parked", days=0, text="x" * 400),
    _parks("Whether it holds"),
    _puts("person", name="Petra", more="0123"),
    _puts("after", days=-1, text="I waited"),
)
