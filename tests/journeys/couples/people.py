"""The six couples: who they are, what they say privately of what happened, and when their story begins."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta


@dataclass(frozen=True)
class Person:
    """One of the two: the name, and what they say of it all on a page that nobody else sees."""

    name: str
    track: str
    willing: str
    hope: str
    direction: str
    zone: str = "Europe/Berlin"


@dataclass(frozen=True)
class Couple:
    """Two people, the programme they are on, what happened, and the week in which they were linked."""

    programme: str
    kind: str  # of breach, as “What happened, and what I hope” names it
    one: Person
    two: Person
    week: int


COUPLES = (
    # Ten days ago Hanna found messages to somebody Timo once loved. They sleep in two rooms.
    Couple(
        "first_aid", "emotional",
        Person("Hanna", "hurt", "3", "To sleep through one night again", "unsure"),
        Person("Timo", "broke", "7", "That she can bear to sit beside me at breakfast", "repair"),
        week=0,
    ),
    # Oskar had an affair that ended in spring. Mirjam wants to understand, and then to decide.
    Couple(
        "understanding", "sexual",
        Person("Mirjam", "hurt", "4", "To know what I am deciding about", "unsure"),
        Person("Oskar", "broke", "6", "To say it once without defending myself", "repair", zone="Europe/Lisbon"),
        week=6,
    ),
    # Lena and Aylin both told lies about money. They want to talk again without shouting.
    Couple(
        "rebuilding", "money",
        Person("Lena", "both", "6", "A Sunday without figures", "repair"),
        Person("Aylin", "both", "5", "To say no without a slammed door", "repair"),
        week=14,
    ),
    # Paul hid for years that he watched films. Judith minds the hiding more than the films.
    Couple(
        "clear_stretch", "porn",
        Person("Judith", "hurt", "5", "To stop listening for the laptop", "repair"),
        Person("Paul", "broke", "5", "To fall asleep without it", "repair"),
        week=20,
    ),
    # Two years after. Marek would like to be near again; Sofie wants to find out whether she does.
    Couple(
        "closeness", "sexual",
        Person("Sofie", "hurt", "4", "To want something because I want it", "unsure"),
        Person("Marek", "broke", "6", "An evening without an aim", "repair"),
        week=26,
    ),
    # Ordinary life is back with Ruth and Viktor. They look up once a month.
    Couple(
        "quiet_path", "online",
        Person("Ruth", "hurt", "6", "To notice in time when we go quiet", "repair"),
        Person("Viktor", "broke", "6", "That talking stays as easy as it was this summer", "repair"),
        week=44,
    ),
)  # fmt: skip


def couple_on(programme: str) -> Couple:
    """The couple on a programme."""
    return next(couple for couple in COUPLES if couple.programme == programme)


def first_monday(today: datetime) -> datetime:
    """The coming Monday at noon, in UTC: the stories begin on it, whatever day it is when they are played."""
    monday = today.date() + timedelta(days=7 - today.weekday())
    return datetime.combine(monday, time(12), tzinfo=UTC)


def begins(couple: Couple, monday: datetime) -> datetime:
    """When a couple is linked: each has its own weeks of the one clock."""
    return monday + timedelta(weeks=couple.week)
