"""The cards to hold up: one sentence on the whole screen. Nothing is sent, and nobody learns which was opened."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AWAY = timedelta(minutes=20)


@dataclass(frozen=True)
class HoldCard:
    """One card: its place in the address, its sentence, and a smaller one under it. `%(back)s` in the sentence
    stands for the hour at which one is back."""

    slug: str
    says: str | Promise
    under: str | Promise

    def said(self, back: str) -> str:
        """The sentence with the hour in it."""
        return str(self.says) % {"back": back}


CARDS = (
    HoldCard(
        "sit", gettext_lazy("Please sit with me. No talking."), gettext_lazy("You don’t have to fix anything.")
    ),
    HoldCard(
        "away",
        gettext_lazy("20 minutes, back at %(back)s."),
        gettext_lazy("I’m coming back. Please don’t follow me."),
    ),
    HoldCard("scared", gettext_lazy("I’m scared, not accusing."), gettext_lazy("I need a slow minute.")),
    HoldCard("ashamed", gettext_lazy("I’m ashamed, not leaving."), gettext_lazy("I’m still here.")),
    HoldCard(
        "hug", gettext_lazy("I’d like a hug. No is all right."), gettext_lazy("A shake of the head is enough.")
    ),
    HoldCard(
        "time",
        gettext_lazy("I heard you. I need time to answer."),
        gettext_lazy("You’ll hear from me tomorrow."),
    ),
    HoldCard("apart", gettext_lazy("Please no touch just now."), gettext_lazy("It needs no reason.")),
    HoldCard("loud", gettext_lazy("This is too loud for me."), gettext_lazy("Let’s stop for tonight.")),
)


def around(slug: str) -> tuple[HoldCard, HoldCard, HoldCard] | None:
    """The card before, the card itself and the next, in a ring; None for a card that there is not."""
    places = {card.slug: place for place, card in enumerate(CARDS)}
    if slug not in places:
        return None
    here = places[slug]
    return CARDS[here - 1], CARDS[here], CARDS[(here + 1) % len(CARDS)]


def back_at(here: datetime, carried: str = "") -> str:
    """The hour to promise, as “21:40”: the one that the address carries, so that looking again does not move it,
    else twenty minutes from `here`, on the holder's own clock."""
    try:
        return time.fromisoformat(carried).strftime("%H:%M")
    except ValueError:
        return (here + AWAY).strftime("%H:%M")


SENSES = (
    (5, gettext_lazy("you can see"), gettext_lazy("A cup, a seam in the wall, light on the floor. Say each one.")),
    (4, gettext_lazy("you can touch"), gettext_lazy("The chair under you, your sleeve, the table’s edge.")),
    (3, gettext_lazy("you can hear"), gettext_lazy("Near, then far. Your own breath may be one of them.")),
    (2, gettext_lazy("you can smell"), gettext_lazy("If there is nothing, think of two you like.")),
    (1, gettext_lazy("you can taste"), gettext_lazy("A sip of water will do.")),
)  # fmt: skip


def breaths() -> list[str]:
    """What the five breaths are called, for the counter."""
    return [_("%(n)s of 5") % {"n": n} for n in range(1, 6)]
