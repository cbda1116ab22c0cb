"""The made-up couple's plan: lines in every state, two rhythms, the phases, quiet days, a rest."""

from accounts.couples import services as couples
from repair.management.demo import words
from repair.management.demo.world import Typed, World
from repair.plan import services as plan
from repair.plan.models import PhaseProposal
from repair.plan.phases import agree_phase, propose_phase
from repair.plan.queries import line_read
from repair.schedules.quiet import set_quiet_days

DAILY: Typed = {
    "frequency": "daily",
    "questions": "daily",
    "opens": "20:30",
    "closes": "23:00",
    "reading": "next",
    "reading_at": "18:30",
    "remind": "60",
}
WEEKLY: Typed = {**DAILY, "frequency": "weekly", "weekdays": ["6"], "questions": "weekly", "opens": "17:00"}


def plan_agreements(world: World) -> None:
    """Everything that is agreed, asked, taken back and ended."""
    _rhythms(world)
    _in_force(world)
    _under_review(world)
    _needs_a_talk(world)
    _history(world)
    _waiting(world)
    world.plan_act(-47, "19:00", lambda w: propose_phase(viewer=w.viewer("jonas"), to="understanding", now=w.now))
    world.plan_act(-46, "08:10", _agrees_on_the_phase)
    world.plan_act(-58, "18:00", lambda w: _quiet(w, "jonas", -55, -52))
    world.plan_act(-2, "12:30", lambda w: _quiet(w, "mara", 9, 12))
    world.plan_act(-33, "23:40", lambda w: couples.rest(person=w.people["mara"], now=w.now))
    world.plan_act(-28, "09:15", lambda w: couples.resume(person=w.people["mara"], now=w.now))


def _rhythms(world: World) -> None:
    starts = world.day(-84).isoformat()
    daily, weekly = {**DAILY, "starts_on": starts}, {**WEEKLY, "starts_on": starts}
    world.plan_act(-86, "19:00", lambda w: w.propose("mara", "daily", "rhythm", daily))
    world.plan_act(-86, "19:10", lambda w: w.propose("mara", "weekly", "rhythm", weekly))
    world.plan_act(-85, "08:00", lambda w: w.sign("jonas", "daily"))
    world.plan_act(-85, "08:05", lambda w: w.sign("jonas", "weekly"))
    three = {**daily, "frequency": "weekly", "weekdays": ["0", "2", "4"]}
    note = "Twelve weeks of every evening. Three would do me now."
    world.plan_act(-1, "19:20", lambda w: w.suggest("mara", "daily", three, note=note))


def _both(world: World, key: str, kind: str, by: str, day: int, *, again_in: int = 150) -> None:
    """A line that one proposes on an evening and the other signs the next morning."""
    other = "jonas" if by == "mara" else "mara"
    world.plan_act(day, "20:00", lambda w: w.propose(by, key, kind, words.LINES[key], again_in=again_in))
    world.plan_act(day + 1, "07:40", lambda w: w.sign(other, key))


def _in_force(world: World) -> None:
    _both(world, "halfhour", "ritual", "mara", -83)
    _both(world, "card", "trigger", "mara", -80)
    _both(world, "pause", "timeout", "jonas", -79)
    _both(world, "words", "words", "mara", -70)
    _both(world, "thursday", "commitment", "mara", -66)
    _both(world, "letter", "boundary", "jonas", -12, again_in=20)


def _under_review(world: World) -> None:
    _both(world, "phones", "boundary", "mara", -75)
    before = words.LINES["phones"]
    changed = {
        **before,
        "what": f"{before['what']}, except when one of us is on call and has said so before dinner",
    }
    note = "I’m on call every fourth week. I don’t want to hide it or break this."
    world.plan_act(-5, "21:14", lambda w: w.suggest("jonas", "phones", changed, note=note))


def _needs_a_talk(world: World) -> None:
    _both(world, "sunday", "ritual", "jonas", -64, again_in=55)  # its date has passed
    _both(world, "mornings", "commitment", "jonas", -60)
    world.plan_act(-15, "22:05", _steps_out)
    _both(world, "travel", "boundary", "jonas", -78, again_in=29)  # it lapsed after its 30 days


def _history(world: World) -> None:
    _both(world, "late", "commitment", "mara", -82)
    world.plan_act(-24, "20:10", _asks_to_end)
    world.plan_act(-23, "07:45", lambda w: w.sign("jonas", "late"))
    world.plan_act(-71, "20:40", lambda w: w.propose("jonas", "calendar", "commitment", words.LINES["calendar"]))
    world.plan_act(-70, "07:10", _takes_back)


def _waiting(world: World) -> None:
    world.plan_act(-3, "20:02", lambda w: w.propose("jonas", "coffee", "commitment", words.LINES["coffee"]))
    world.plan_act(-1, "19:40", lambda w: w.propose("mara", "twice", "trigger", words.LINES["twice"]))


def _steps_out(world: World) -> None:
    plan.withdraw(viewer=world.viewer("mara"), line=world.lines["mornings"], now=world.now)


def _asks_to_end(world: World) -> None:
    viewer = world.viewer("mara")
    _read, wordings = line_read(viewer, world.lines["late"])
    seen = wordings[0].version.number
    plan.propose_end(viewer=viewer, line=world.lines["late"], seen=seen, now=world.now)


def _takes_back(world: World) -> None:
    viewer = world.viewer("jonas")
    _read, wordings = line_read(viewer, world.lines["calendar"])
    version = wordings[0].version.pk
    plan.take_back(viewer=viewer, line=world.lines["calendar"], version=version, now=world.now)


def _agrees_on_the_phase(world: World) -> None:
    proposal = PhaseProposal.objects.get(closed_at=None)
    agree_phase(viewer=world.viewer("mara"), proposal=proposal.pk, now=world.now)


def _quiet(world: World, who: str, first: int, last: int) -> None:
    set_quiet_days(
        viewer=world.viewer(who),
        first_on=world.day(first),
        last_on=world.day(last),
        today=world.day(0) if last > 0 else world.day(first),
        now=world.now,
    )
