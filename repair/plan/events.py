"""What the plan's events read like on the timeline: the line in its own words, never who acted alone."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repair.plan.kinds import AgreementKind, Body, kind_named
from repair.plan.models import PhaseProposal, Version
from repair.plan.shown import headline_of
from repair.plan.wording import fields_of
from repair.timeline.kinds import EventKind, register
from repair.timeline.models import TimelineEvent

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.access import Viewer

PHASE = "plan.phase"
SENTENCES: "dict[str, str | Promise]" = {
    "plan.agreed": gettext_lazy("In force: “%(line)s”"),
    "plan.changed": gettext_lazy("New words in force: “%(line)s”"),
    "plan.talk": gettext_lazy("Out of force, needs a talk: “%(line)s”"),
    "plan.ended": gettext_lazy("Ended: “%(line)s”"),
}
_MORE: dict[str, Callable[[Body], str]] = {}


def _about_a_line(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    """Sentences with the words of the wording an event refers to. One function for all these kinds, so that a page
    asks once for all of them."""
    rows = Version.objects.visible_to(viewer).filter(pk__in=[event.ref for event in events if event.ref])
    found = {
        version.pk: (kind_named(version.agreement.kind), fields_of(viewer, version))
        for version in rows.select_related("author", "agreement__plan")
    }
    return {event.pk: _said(event.kind, *found[event.ref]) for event in events if event.ref in found}


def _said(event: str, kind: AgreementKind, fields: Body | None) -> str:
    if event in _MORE and fields is not None:
        return _MORE[event](fields)
    return str(SENTENCES.get(event, SENTENCES["plan.agreed"])) % {"line": headline_of(kind, fields)}


def _began(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    return {event.pk: _("The plan began") for event in events}


def moved_to(phase: str) -> str:
    """The sentence of a phase event, for the name of the phase."""
    return _("You both moved to %(phase)s") % {"phase": phase}


def _phase(events: Sequence[TimelineEvent], viewer: "Viewer") -> dict[UUID, str]:
    """A phase event and the proposal it came from share one instant."""
    moved = PhaseProposal.objects.filter(
        plan__in=[event.ref for event in events], agreed_at__in=[event.at for event in events]
    )
    to: dict[tuple[UUID | None, datetime | None], str] = {}
    for proposal in moved:
        to[(proposal.plan_id, proposal.agreed_at)] = proposal.get_to_display()
    return {event.pk: moved_to(to[(event.ref, event.at)]) for event in events if (event.ref, event.at) in to}


def register_sentence(event: str, sentence: Callable[[Body], str]) -> None:
    """For a room above: an event that its kind of line comes into force with, and how it reads for a wording."""
    _MORE[event] = sentence
    register(EventKind(event, _about_a_line, on_chart=True))


def register_events() -> None:
    """Register the plan's kinds of event."""
    register(EventKind("plan.began", _began, on_chart=True))
    for kind in SENTENCES:
        register(EventKind(kind, _about_a_line, on_chart=kind == "plan.agreed"))
    register(EventKind(PHASE, _phase, on_chart=True))
