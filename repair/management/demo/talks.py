"""What Mara keeps in her journal, and what the two talk about: one talk they had, and one that is offered."""

from uuid import uuid4

from checkins.conversations import closing, talks, topics
from checkins.journal.services import keep
from repair.management.demo.world import World

ENTRIES = (
    (-33, "unsaid", "That I checked the car twice before I got in.\n\nI don’t know what I was looking for."),
    (-18, "", "I laughed on the phone today and only noticed afterwards.\n\nThe flat was quiet, and it was mine."),
    (-5, "steady", "The walk. Saying “not now” and meaning only that.\n\nSleeping with the window open."),
)
TOPIC = "How we do Sundays, so that neither of us waits for the other"


def plan_talks(world: World) -> None:
    """The journal, a talk two weeks ago, an offer that waits."""
    for day, prompt, text in ENTRIES:
        world.plan_act(day, "21:50", lambda w, p=prompt, t=text: _writes(w, p, t))  # type: ignore[misc]
    world.plan_act(-15, "12:10", _brings_up)
    world.plan_act(-15, "12:20", lambda w: _offers(w, "mara", -14, "19:30"))
    world.plan_act(-15, "13:00", lambda w: talks.say_yes(viewer=w.viewer("jonas"), talk=w.kept["talk"], now=w.now))
    for who in ("mara", "jonas"):
        world.plan_act(-14, "19:31", lambda w, who=who: _comes(w, who))  # type: ignore[misc]
    world.plan_act(-14, "20:15", lambda w: _says(w, "mara", "I could say it without bracing."))
    world.plan_act(-14, "20:20", lambda w: _says(w, "jonas", "I had it wrong. It was the waiting."))
    world.plan_act(-2, "18:00", lambda w: _keeps(w, "mara", "Whether we tell my sister"))
    world.plan_act(-1, "12:30", lambda w: _offers(w, "jonas", 2, "19:30"))


def _writes(world: World, prompt: str, text: str) -> None:
    keep(viewer=world.viewer("mara"), entry=uuid4(), text=text, prompt=prompt, seen="", now=world.now)


def _keeps(world: World, who: str, text: str) -> None:
    topics.keep_topic(viewer=world.viewer(who), text=text, now=world.now)


def _brings_up(world: World) -> None:
    mara = world.viewer("mara")
    world.kept["topic"] = uuid4()
    topics.keep_topic(viewer=mara, text=TOPIC, now=world.now, topic=world.kept["topic"])
    topics.bring_up(viewer=mara, topic=world.kept["topic"], now=world.now)


def _offers(world: World, who: str, day: int, hour: str) -> None:
    at, topic = world.at(day, hour), world.kept["topic"]
    made = talks.offer(viewer=world.viewer(who), topic=topic, starts_at=at, minutes=8, now=world.now)
    world.kept["talk"] = made.pk


def _comes(world: World, who: str) -> None:
    talks.come(viewer=world.viewer(who), talk=world.kept["talk"], now=world.now)


def _says(world: World, who: str, text: str) -> None:
    word = closing.Word(took=True, text=text, share=True)
    closing.keep_word(viewer=world.viewer(who), talk=world.kept["talk"], word=word, now=world.now)
