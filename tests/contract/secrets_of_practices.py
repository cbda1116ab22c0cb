"""Secrets of Ana about practices: what she wrote, finished, shared and took back, and what she says of it all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from checkins.today import beside
from checkins.today.beside import Choice
from repair.programmes import asking, content, pieces
from repair.programmes.story import Story, keep_story
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, her, nothing, of
from tests.repair.programmes.doing import answer_to, done

SEALED, OFFERED, PRIVATE, ASKED = "needs_under_armour", "name_the_hurt", "self_care", "understanding_why"


def _kept(practice: str, *, finished: bool, shared: bool = False, back: bool = False, words: str = "") -> World:
    """She wrote in a practice; and finished, shared it, took it back."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        found, me = content.practice(practice), her(cast, now)
        values = {item.name: answer_to(item) for item in found.items}
        values |= {item.name: words for item in found.items if words and item.type == "words"}
        own = pieces.keep(viewer=me, practice=found, values=values, now=now)
        if finished:
            pieces.finish(viewer=me, piece=own.row.pk)
        if shared:
            pieces.share(viewer=me, piece=own.row.pk, now=now)
        if back:
            pieces.take_back(viewer=me, piece=own.row.pk)

    return apply


def _earlier(practice: str, *does: tuple[int, str]) -> World:
    """What she did with one piece of a practice on earlier days: “share” or “back”, so many days ago."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        piece = done(cast.ana, practice, now=now - timedelta(days=does[0][0]))
        for days, what in does:
            then = now - timedelta(days=days)
            if what == "share":
                pieces.share(viewer=her(cast, then), piece=piece, now=then)
            else:
                pieces.take_back(viewer=her(cast, then), piece=piece)

    return apply


def _says(**fields: Any) -> World:
    """She answered “What happened, and what I hope”."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        keep_story(viewer=her(cast, now), story=replace(Story(), **fields), now=now)

    return apply


def _asks(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """She asked to read what opens only if it is asked for."""
    asking.ask(viewer=her(cast, now), practice=content.practice(ASKED), now=now)


def _ways(practice: str) -> tuple[World, ...]:
    """All that can be done with a practice before anything opens."""
    return (
        nothing,
        _kept(practice, finished=False),
        _kept(practice, finished=True),
        _kept(practice, finished=True, words="x" * 150),
        _kept(practice, finished=True, shared=True),
        _kept(practice, finished=True, shared=True, back=True),
    )


_ben_shared = of("ben", _kept(SEALED, finished=True, shared=True))


def _beside(choice: Choice) -> World:
    """She chose for her own page whether the path steps back on an evening with a check-in."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        beside.choose(viewer=her(cast, now), choice=choice)

    return apply


SECRETS = (
    Secret("whether her path steps back on an evening with a check-in", (
        nothing, _beside(Choice.TONIGHT), _beside(Choice.ALWAYS),
    )),
    Secret("what she did in a sealed practice", _ways(SEALED)),
    Secret("the same, when Ben shared his", tuple(both(_ben_shared, way) for way in _ways(SEALED))),
    Secret("what she shared and took back before his was there", tuple(
        both(of("ben", _earlier(SEALED, (3, "share"))), hers) for hers in (
            _earlier(SEALED, (3, "share")), _earlier(SEALED, (9, "share"), (6, "back"), (3, "share")),
        )
    )),
    Secret("what she took back after its hour, when his is not open yet", tuple(
        both(_ben_shared, hers) for hers in (
            nothing, _earlier(SEALED, (9, "share"), (6, "back")),
            _earlier(SEALED, (9, "share"), (6, "back"), (3, "share")),
        )
    )),
    Secret("what she did in one that can be offered", _ways(OFFERED)),
    Secret("what she writes for herself alone", _ways(PRIVATE)[:4]),
    Secret("whether she asked to read what he wrote", (
        of("ben", _kept(ASKED, finished=True, shared=True)),
        both(of("ben", _kept(ASKED, finished=True, shared=True)), _asks),
    )),
    Secret("whether she asked, when he wrote nothing", (nothing, _asks)),
    Secret("what she shared that must be asked for", (nothing, _kept(ASKED, finished=True, shared=True))),
    Secret("what she keeps in a log", _ways("urge_log")[:4]),
    Secret("what happened for her, and what she hopes", (
        nothing, _says(track="hurt", willing=2, asked="2026-09-01"),
        _says(track="broke", willing=7, direction="part"),
        _says(kinds=("money",), hope="x" * 200, direction="unsure"),
        _says(track="broke", kinds=("porn", "sexual"), willing=1, hope="x", direction="part", asked="2020-01-31"),
    )),
)  # fmt: skip

AT_ONCE: tuple[World, ...] = (
    _beside(Choice.ALWAYS),
    _kept(SEALED, finished=True, shared=True),
    _kept(OFFERED, finished=True, words="x" * 150),
    _kept(PRIVATE, finished=False),
    _says(track="broke", kinds=("sexual",), willing=1, hope="x" * 200, direction="part", asked="2020-01-31"),
)
