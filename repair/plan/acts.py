"""The three kinds of doing that trust grows from, and which of them no line in force holds.

Predictable check-ins, keeping agreed boundaries, steady warmth without a purpose (founding practice 000-9).
Counted from lines that both signed, so it reads the same for both; it is no measure of anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.plan.shown import Line


@dataclass(frozen=True)
class Act:
    """One kind of doing. `kind` is the kind of line that begins it, `step` what its address asks the form for."""

    name: str
    label: str | Promise
    begin: str | Promise
    kind: str
    step: str = ""


ACTS = (
    Act("turn_up", gettext_lazy("check-ins that can be counted on"), gettext_lazy("Propose a rhythm"), "rhythm"),
    Act("keep", gettext_lazy("a boundary that is kept"), gettext_lazy("Begin a boundary"), "boundary"),
    Act(
        "warm",
        gettext_lazy("warmth without a purpose"),
        gettext_lazy("Begin a small ritual of warmth"),
        "ritual",
        step="warm",
    ),
)


def missing(lines: Iterable[Line]) -> list[Act]:
    """The kinds of doing that no line in force holds, in their order."""
    held = {
        line.kind.act(line.in_force.fields)
        for line in lines
        if line.in_force is not None and line.in_force.fields is not None
    }
    return [act for act in ACTS if act.name not in held]


def sentence(gaps: list[Act]) -> str:
    """What is and is not in force, in one plain sentence."""
    if not gaps:
        return _(
            "All three are in force: check-ins that can be counted on, a boundary that is kept, and warmth "
            "without a purpose."
        )
    labels = get_text_list([str(act.label) for act in gaps], _("and"))
    if len(gaps) == len(ACTS):
        return _("None of the three is in force so far: %(labels)s.") % {"labels": labels}
    return _("Not in force so far: %(labels)s.") % {"labels": labels}
