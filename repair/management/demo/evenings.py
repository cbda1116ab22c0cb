"""The made-up couple's evenings: marks that drift, words, gaps, things kept to oneself, and what is read."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from accounts.users import services as users
from checkins.progress.services import Note, mark_evening
from checkins.prompts import services as prompts
from checkins.prompts.lines import asked_lines
from checkins.prompts.models import Back, CheckIn, Prompt
from checkins.prompts.reading import opened
from checkins.prompts.replies import Choice, add_later, choose, keep_heard, say_back
from checkins.prompts.sheets import Report, Share
from repair.management.demo import words
from repair.management.demo.world import World

WEEKS = 12
LAST_MISS = -4  # later evenings are complete, so that the newest page shows something


@dataclass(frozen=True)
class Temper:
    """One partner: where each mark begins and ends over the weeks, how it scatters, and their habits."""

    marks: dict[str, tuple[float, float]]
    scatter: float
    misses: float
    skips: float
    feelings_early: tuple[str, ...]
    feelings_late: tuple[str, ...]


TEMPERS = {
    "mara": Temper(
        marks={
            "safe": (2.3, 5.2), "close": (2.2, 4.8),
            "reach": (2.8, 4.9), "word": (5.2, 5.6), "hope": (2.6, 4.7), "hard": (5.4, 3.6),
        },
        scatter=0.65, misses=0.10, skips=0.05,
        feelings_early=("hurt", "tense", "tired", "sad", "angry", "afraid"),
        feelings_late=("calm", "hopeful", "tired", "tender", "unsure", "curious"),
    ),
    "jonas": Temper(
        marks={
            "safe": (4.8, 5.7), "close": (3.6, 4.9),
            "reach": (3.9, 5.2), "word": (4.4, 5.4), "hope": (4.1, 5.2), "hard": (4.6, 3.4),
        },
        scatter=0.6, misses=0.14, skips=0.06,
        feelings_early=("ashamed", "tense", "afraid", "lonely", "tired", "numb"),
        feelings_late=("hopeful", "calm", "grateful", "relieved", "unsure", "tired"),
    ),
}  # fmt: skip
HARD_DAYS = range(-36, -33)  # before the rest


def plan_evenings(world: World) -> None:
    """Every evening of twelve weeks but today's, which is left to whoever looks around."""
    for day in range(-84, 0):
        for who in ("mara", "jonas"):
            minute = world.chance.randrange(5, 85)
            at = f"{20 + (30 + minute) // 60:02d}:{(30 + minute) % 60:02d}"
            world.plan_act(day, at, lambda w, who=who, day=day: _answer(w, who, day, "daily"))  # type: ignore[misc]
        if world.day(day).weekday() == 6:
            world.plan_act(day, "18:10", lambda w, day=day: _answer(w, "jonas", day, "weekly"))  # type: ignore[misc]
            world.plan_act(day, "18:40", lambda w, day=day: _answer(w, "mara", day, "weekly"))  # type: ignore[misc]
            world.plan_act(day + 1, "19:05", lambda w, day=day: _read_the_week(w, day))  # type: ignore[misc]
    world.plan_act(-34, "22:50", _marks_the_car)
    world.plan_act(-26, "09:30", _marks_the_walk)
    world.plan_act(-9, "22:20", _marks_for_herself)
    for who in ("mara", "jonas"):
        world.plan_act(-2, "12:00", lambda w, who=who: users.resume_notes(person=w.people[who]))  # type: ignore[misc]


def _answer(world: World, who: str, day: int, questions: str) -> None:
    """One sheet, or none: missed, left for tonight, begun and not sent."""
    temper = TEMPERS[who]
    chance = world.chance.random()
    prompt = (
        Prompt.objects.filter(
            membership__person=world.people[who],
            check_in__on=world.day(day),
            check_in__question_set=questions,
            opens_at__lte=world.now,
            closes_at__gt=world.now,
        )
        .select_related("check_in")
        .first()
    )
    if prompt is None or (chance < temper.misses and day < LAST_MISS and questions == "daily"):
        return
    viewer = world.viewer(who)
    if chance < temper.misses + temper.skips and day < LAST_MISS:
        prompts.leave_for_tonight(viewer=viewer, prompt_id=prompt.pk, now=world.now)
        return
    asked = {line.id: line.two_sided for line in asked_lines(viewer).lines} if questions == "weekly" else {}
    values = _values(world, who, day, questions, list(asked))
    prompts.keep_step(viewer=viewer, prompt_id=prompt.pk, values=values, now=world.now)
    share, private = _sharing(world, day, questions)
    prompts.send(
        viewer=viewer, prompt_id=prompt.pk, share=share, private=private, case=True, asked=asked, now=world.now
    )
    if (who, day) == ("jonas", -18):  # taken back before the hour, and sent with other words
        prompts.take_back(viewer=viewer, prompt_id=prompt.pk, now=world.now)
        prompts.keep_step(viewer=viewer, prompt_id=prompt.pk, values={"good": words.GOOD[3]}, now=world.now)
        prompts.send(
            viewer=viewer, prompt_id=prompt.pk, share=share, private=private, case=True, asked=asked, now=world.now
        )


def _values(world: World, who: str, day: int, questions: str, asked: list[UUID]) -> dict[str, Any]:
    """What stands on the pages of one sheet."""
    temper, chance = TEMPERS[who], world.chance
    along = min(1.0, max(0.0, (day + 84) / 80))
    slugs = ("safe", "close") if questions == "daily" else ("reach", "word", "hope", "hard")
    marks = {}
    for slug in slugs:
        begins, ends = temper.marks[slug]
        mark = begins + (ends - begins) * along + chance.gauss(0, temper.scatter)
        mark -= (1.6 if who == "mara" else 0.9) * (day in HARD_DAYS and slug != "hard")
        marks[slug] = min(7, max(1, round(mark)))
    feelings = temper.feelings_late if chance.random() < along else temper.feelings_early
    values: dict[str, Any] = {"marks": marks, "feelings": (chance.choice(feelings),)}
    if questions == "daily":
        values["good"] = chance.choice(words.GOOD) if chance.random() < 0.45 else ""
        return values
    week = min(WEEKS - 1, (day + 84) // 7)
    notice, feel, need = (words.MARA if who == "mara" else words.JONAS)[week]
    values["texts"] = {"notice": notice, "feel": feel, "need": need}
    answers = [Report.KEPT] * 5 + [Report.PARTLY] * 3 + [Report.NOT_KEPT, Report.NOT_DUE, Report.UNSURE]
    values["reports"] = {str(line): chance.choice(answers).value for line in asked}
    return values


def _sharing(world: World, day: int, questions: str) -> tuple[Share, list[str]]:
    """Mostly everything; now and then the marks alone, one mark less, or nothing."""
    chance = world.chance.random()
    if day >= LAST_MISS or chance < 0.84:
        return Share.ALL, []
    if chance < 0.90:
        return Share.MARKS, []
    if chance < 0.95:
        return Share.ALL, ["close" if questions == "daily" else "hard"]
    return Share.NONE, []


# --- afterwards -----------------------------------------------------------------------------------------------


def _read_the_week(world: World, day: int) -> None:
    """On Mondays, after the reading hour: most weeks are read, and sometimes one thing is said back."""
    check_in = CheckIn.objects.filter(
        couple__memberships__person=world.people["mara"], on=world.day(day), question_set="weekly"
    ).first()
    if check_in is None:
        return
    week = (day + 84) // 7
    for number, who in enumerate(("mara", "jonas")):
        viewer = world.viewer(who)
        if not opened(viewer, check_in).is_open:
            return
        choose(viewer=viewer, check_in=check_in, choice=Choice.NOW, now=world.now)
        if (week + number) % 2 == 0:
            text = words.HEARD[(week + number) % len(words.HEARD)]
            keep_heard(viewer=viewer, check_in=check_in, text=text, now=world.now)
        if (week + number) % 3 == 0:
            kind, text = words.REPLIES[(week + number) % len(words.REPLIES)]
            by = _next_friday(world) if kind != "understood" else None
            say_back(viewer=viewer, check_in=check_in, back=Back(kind), text=text, by=by, now=world.now)
    if week == 5:
        add_later(viewer=world.viewer("mara"), check_in=check_in, text=words.LATER, now=world.now)


def _next_friday(world: World) -> date:
    today = world.now.date()
    return today + timedelta(days=(4 - today.weekday()) % 7 + 1)


def _marks_the_car(world: World) -> None:
    note = Note(
        world.day(-35), "The message in the car", "I read it before I understood whose it was.", shared=True
    )
    mark_evening(viewer=world.viewer("mara"), note=note, now=world.now)


def _marks_the_walk(world: World) -> None:
    note = Note(world.day(-27), "We walked home", "Nobody had to say the first sentence.", shared=True)
    mark_evening(viewer=world.viewer("jonas"), note=note, now=world.now)


def _marks_for_herself(world: World) -> None:
    note = Note(world.day(-9), "The good evening", "To remember that there was one.", shared=False)
    mark_evening(viewer=world.viewer("mara"), note=note, now=world.now)
