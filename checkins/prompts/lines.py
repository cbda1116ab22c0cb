"""The lines of the plan that a weekly check-in asks about: the doer reports; the other what they could see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from checkins.prompts.sheets import MOST_REPORTS
from repair.plan.queries import Line, lines_in_force, plan_read

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class AskedLine:
    """One line as somebody is asked about it."""

    id: UUID
    headline: str
    hint: str
    two_sided: bool  # the other is asked about it too


@dataclass(frozen=True)
class Asked:
    """The lines somebody is asked about, and the headlines of those only the other reports."""

    lines: list[AskedLine]
    others: list[str]


def asked_lines(viewer: "Viewer") -> Asked:
    """The lines in force that `viewer` does, or whose keeping they can see for themself, by number. A constant
    number of queries."""
    asked, others = [], []
    for line in _in_force(viewer):
        does = line.words.does
        two_sided = does is None or _can_be_seen(line)
        if two_sided or (does and does.slot == viewer.mine.slot):
            asked.append(AskedLine(line.pk, line.words.headline, _hint(line, viewer.mine.slot), two_sided))
        else:
            others.append(line.words.headline)
    return Asked(asked[:MOST_REPORTS], others)


def headlines(viewer: "Viewer", lines: Iterable[UUID]) -> dict[UUID, str]:
    """The headlines of these lines of the viewer's plan, by id, whether they still hold or not."""
    wanted = set(lines)
    try:
        return {line.pk: line.words.headline for line in plan_read(viewer).lines if line.pk in wanted}
    except Http404:
        return {}


def _in_force(viewer: "Viewer") -> list[Line]:
    try:
        lines = lines_in_force(viewer)
    except Http404:
        return []
    return [line for line in lines if line.kind.reported]


def _can_be_seen(line: Line) -> bool:
    return bool((line.words.fields or {}).get("both_see"))


def _hint(line: Line, slot: str) -> str:
    does = line.words.does
    know = (line.words.fields or {}).get("know", "")
    if does is not None and does.slot == slot:
        return _("You do this.")
    who = _("%(name)s does this.") % {"name": does.name} if does else _("Both of you do this.")
    return f"{who} {_('How you know: %(know)s') % {'know': know}}" if know else who
