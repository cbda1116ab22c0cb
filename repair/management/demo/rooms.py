"""The made-up couple's own corners: a season's lines, what is given, a loop drawn by both."""

from functools import partial

from checkins.hard.asides import Kind as Put_
from checkins.hard.asides import Put, put_aside
from checkins.seasons import gifts, jar
from checkins.seasons.gifts import Gift, Kind
from repair.management.demo.world import World
from repair.programmes import content, pieces

LINES = {
    "mara": jar.ThenNow(
        "I counted the hours until you were home.", "I notice in the evening that I forgot to count."
    ),
    "jonas": jar.ThenNow("I answered before you had finished asking.", "I count to three, and mostly I listen."),
}
LOOP = {
    "mara": {
        "feel": "that something is being left out",
        "do": "ask again, and then once more",
        "see": "somebody who will never be content",
        "under": "am afraid of being the last to know",
        "long": "to hear it before I have to ask",
        "name": "The staircase",
    },
    "jonas": {
        "feel": "that any answer will be the wrong one",
        "do": "answer shortly and look for something to tidy",
        "see": "somebody who is hiding again",
        "under": "am ashamed and don’t know where to put it",
        "long": "to be allowed to be slow",
        "name": "The staircase",
        "step": "Say “I need a minute”, and come back after one.",
    },
}


def plan_rooms(world: World) -> None:
    """What each puts by, gives and writes, besides the evenings."""
    for who, lines in LINES.items():
        world.plan_act(-10, "20:05", partial(_lines, who=who, lines=lines))
        world.plan_act(-8, "19:40", partial(_loop, who=who))
    thanks = Gift(Kind.THANKS, "For taking the early train on Tuesday.", shared=True)
    world.plan_act(-7, "12:10", lambda w: _gives(w, "jonas", thanks))
    world.plan_act(-1, "20:40", lambda w: _gives(w, "mara", Gift(Kind.LETTER, "Read this in the garden.")))
    world.plan_act(-6, "21:00", _moment)
    world.plan_act(-5, "21:00", _day_ahead)
    world.plan_act(-3, "23:10", _parks)


def _lines(world: World, who: str, lines: jar.ThenNow) -> None:
    jar.choose_lines(viewer=world.viewer(who), lines=lines, now=world.now)


def _loop(world: World, who: str) -> None:
    viewer = world.viewer(who)
    own = pieces.keep(viewer=viewer, practice=content.practice("our_loop"), values=LOOP[who], now=world.now)
    pieces.finish(viewer=viewer, piece=own.row.pk)
    pieces.share(viewer=viewer, piece=own.row.pk, now=world.now)


def _gives(world: World, who: str, gift: Gift) -> None:
    gifts.give(viewer=world.viewer(who), gift=gift, now=world.now)


def _moment(world: World) -> None:
    moment = Gift(
        Kind.MILESTONE,
        "Said at noon that I was dreading it.",
        on=world.day(-7),
        title="We talked about money and both slept",
        other="You put the letters on the table yourself.",
        shared=True,
    )
    _gives(world, "mara", moment)


def _day_ahead(world: World) -> None:
    day = Put(Put_.DAY, world.day(5), "The office party", "You don’t have to stay to the end.", "Ring Inés")
    put_aside(viewer=world.viewer("mara"), put=day, now=world.now)


def _parks(world: World) -> None:
    parked = Put(Put_.PARKED, world.day(4), text="Ask about the summer, but not at midnight.")
    put_aside(viewer=world.viewer("mara"), put=parked, now=world.now)
