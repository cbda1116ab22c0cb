"""Secrets of Ana about talks: what she keeps for one, and what she says of one afterwards."""

from typing import Any

from checkins.conversations.models import TalkWord
from tests.cast import Cast
from tests.contract.secret import Secret, World, both, nothing
from tests.contract.talking import make_topic, note_topic, say_after


def _topic(text: str) -> World:
    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        make_topic(cast.ana, text, now=now)

    return apply


def _note(text: str) -> World:
    """On what both see."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        note_topic(cast.ana, world["topic"], text, now=now)

    return apply


def said(which: str, **word: Any) -> World:
    """What she says of a talk: of the fresh one, whose hour has not come, or of the past one, whose has."""

    def apply(cast: Cast, world: dict[str, Any], now: Any) -> None:
        say_after(cast.ana, world[which], now=now, **word)

    return apply


def _gone(cast: Cast, world: dict[str, Any], now: Any) -> None:
    """Her words of the past talk, when her key is."""
    say_after(cast.ana, world["past talk"], now=now, took=True, text="x", share=True)
    TalkWord.objects.filter(author=cast.ana).update(body=b"")


SECRETS = (
    Secret("topics she keeps to herself", (nothing, _topic("secret"), _topic("secret " * 40))),
    Secret("her note on a topic of both", (nothing, _note("secret"), _note("secret " * 200))),
    Secret("what she says of a talk before its hour", (
        nothing, said("fresh talk", took=True, text="secret", share=True), said("fresh talk", text="x" * 300),
        said("fresh talk", took=True),
    )),
    Secret("why nothing of hers is there of a talk", (
        nothing, said("past talk", text="secret"), said("past talk", text="secret " * 40), said("past talk"),
        said("past talk", share=True), _gone,
    )),
)  # fmt: skip

AT_ONCE: tuple[World, ...] = (
    _topic("secret " * 40),
    _note("secret"),
    both(said("fresh talk", took=True, text="secret", share=True), said("past talk", text="secret")),
)
