"""After four, twelve and twenty-six weeks, and then twice a year, the plan proposes to check in less often.

It follows from what both see: the day the plan began, and the rhythm in force. Nothing of what either answered, or
how often, has a part in it. Doing nothing keeps the rhythm as it is.
"""

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING
from uuid import UUID

from checkins.seasons.year import began_on
from repair.plan.queries import PlanRead, plan_read
from repair.schedules.stepping import STEPS, beside, step_of

if TYPE_CHECKING:
    from accounts.access import Viewer

AFTER = (4, 12, 26)  # weeks
AGAIN = 26  # and every so many weeks from then on
STANDS = 14  # days for which the proposal stands


@dataclass(frozen=True)
class Proposal:
    """What the plan proposes: for which line, after how many weeks, and the steps down and up (empty: none)."""

    line: UUID
    weeks: int
    here: str
    down: str
    up: str
    held: bool = False  # another rhythm in force is on the step down already: this line would end

    @property
    def said(self) -> str:
        """The present step in words."""
        return str(STEPS[self.here][0])

    @property
    def said_down(self) -> str:
        """The step down in words."""
        return str(STEPS[self.down][0]) if self.down else ""

    @property
    def said_up(self) -> str:
        """The step up in words."""
        return str(STEPS[self.up][0]) if self.up else ""


def weeks_reached(began: date, today: date) -> int | None:
    """The number of weeks whose proposal stands today; None while none does."""
    days = (today - began).days
    reached = [weeks for weeks in AFTER if weeks * 7 <= days]
    if not reached:
        return None
    last = reached[-1] if days < 2 * AGAIN * 7 else days // (AGAIN * 7) * AGAIN
    return last if days < last * 7 + STANDS else None


def proposal_of(viewer: "Viewer", *, began: date | None = None) -> Proposal | None:
    """What the plan proposes to the viewer's couple now; None where nothing does, or the two are at it already.
    The same for both."""
    weeks = weeks_reached(began or began_on(viewer), viewer.now.astimezone(UTC).date())
    return None if weeks is None else step_from(plan_read(viewer), weeks)


def step_from(plan: PlanRead, weeks: int) -> Proposal | None:
    """The steps from the rhythm in force that asks most often; None without one, and while other words wait. Where
    another rhythm is on the step down already, that one is enough: no second is proposed beside it."""
    rhythms = [line for line in plan.lines if line.kind.name == "rhythm" and line.in_force is not None]
    places = list(STEPS)
    found = [(places.index(step_of(line.in_force.fields)), line) for line in rhythms if line.in_force.fields]  # type: ignore[union-attr]
    if not found:
        return None
    place, line = min(found, key=lambda one: (one[0], one[1].agreement.number))
    if line.open is not None:
        return None
    down, up = beside(places[place])
    held = any(places[other] == down for other, _line in found)
    return Proposal(line.pk, weeks, places[place], down, up, held)
