"""How often a couple checks in, as steps from every day to every quarter, and the days offered for each.

The plan proposes a step; it counts like any other words of a rhythm, when both have signed them. With the days
come the questions made for them: nobody is asked about “today” once a month.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from repair.plan.kinds import Body
from repair.schedules.recurrence import Frequency

QUARTER = 12  # weeks
# Each step: its name in an address, how it reads, and what it lays out in the rhythm's form.
STEPS: dict[str, tuple[str | Promise, dict[str, Any]]] = {
    "daily": (
        gettext_lazy("every day"),
        {"frequency": Frequency.DAILY.value, "weekdays": [], "questions": "daily"},
    ),
    "three": (
        gettext_lazy("three days a week"),
        {"frequency": Frequency.WEEKLY.value, "weekdays": ["0", "2", "4"], "questions": "daily"},
    ),
    "weekly": (
        gettext_lazy("once a week"),
        {"frequency": Frequency.WEEKLY.value, "weekdays": ["6"], "questions": "weekly"},
    ),
    "monthly": (
        gettext_lazy("once a month"),
        {"frequency": Frequency.MONTHLY_NTH.value, "nth": "1", "nth_day": "6", "questions": "monthly"},
    ),
    "quarterly": (
        gettext_lazy("once a quarter"),
        {
            "frequency": Frequency.EVERY_WEEKS.value,
            "weekdays": ["6"],
            "every": str(QUARTER),
            "questions": "quarterly",
        },
    ),
}


def step_of(body: Body) -> str:
    """The step that a rhythm's wording is on, or nearest to."""
    match Frequency(body["frequency"]):
        case Frequency.DAILY:
            return "daily"
        case Frequency.WEEKLY:
            return "three" if len(body["weekdays"]) > 1 else "weekly"
        case Frequency.EVERY_WEEKS:
            return "weekly" if body["every"] < 4 else "monthly" if body["every"] < QUARTER else "quarterly"
        case _:
            return "monthly"


def beside(step: str) -> tuple[str, str]:
    """The step down and the step up from one; empty where there is none."""
    names = list(STEPS)
    here = names.index(step)
    return names[here + 1] if here + 1 < len(names) else "", names[here - 1] if here else ""


def laid_out(body: Body, wanted: str) -> dict[str, Any]:
    """The form's values for the same rhythm on another step; nothing for a step that there is not."""
    return dict(STEPS[wanted][1]) if wanted in STEPS else {}
