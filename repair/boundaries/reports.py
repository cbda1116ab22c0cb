"""Who is asked how a line went. The one who does it reports; the other only where both can see it themselves.

One answer set serves everywhere a line is reported on.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from repair.plan.queries import Line, lines_in_force

if TYPE_CHECKING:
    from accounts.access import Viewer

REPORTED_KINDS = ("boundary", "commitment", "ritual", "trigger")


class Report(models.TextChoices):
    """How a line went."""

    KEPT = "kept", gettext_lazy("Kept")
    PARTLY = "partly", gettext_lazy("Partly")
    NOT_KEPT = "not_kept", gettext_lazy("Not kept")
    DID_NOT_COME_UP = "did_not_come_up", gettext_lazy("Did not come up")
    NOT_SURE = "not_sure", gettext_lazy("Not sure")


@dataclass(frozen=True)
class Asked:
    """One line that a person is asked about. `does_it` is whether they do the line themselves (alone or both)."""

    line: UUID  # the agreement's id, the key of the report
    headline: str
    know: str  # how it will be known; empty where the line does not say
    does_it: bool
    both_do: bool


def asked_of(viewer: "Viewer") -> list[Asked]:
    """The lines in force that `viewer` is asked about in a weekly check-in, by number. A constant number of
    queries. Raises Http404 for somebody without an active couple."""
    slot = viewer.mine.slot
    found = (_asked(line, slot) for line in lines_in_force(viewer))
    return [asked for asked in found if asked is not None]


def headlines(viewer: "Viewer") -> dict[UUID, str]:
    """The headline of every line in force that is reported on, by agreement id: for reports side by side."""
    return {
        line.pk: line.words.headline for line in lines_in_force(viewer) if line.agreement.kind in REPORTED_KINDS
    }


def _asked(line: Line, slot: str) -> Asked | None:
    words = line.in_force
    if words is None or words.fields is None or line.agreement.kind not in REPORTED_KINDS:
        return None
    does_it = words.does is None or words.does.slot == slot
    if not does_it and not words.fields.get("both_see"):
        return None
    know = str(words.fields.get("know", ""))
    return Asked(line.pk, words.headline, know, does_it=does_it, both_do=words.does is None)
