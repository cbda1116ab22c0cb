"""The first lines: up to three at once, written alone, each a commitment of its own from the moment it is sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.meanwhile import ChangedMeanwhile
from repair.boundaries.forms import CommitmentForm
from repair.plan import services
from repair.plan.desk import default_date, line_id
from repair.plan.drafts import keep_draft
from repair.plan.kinds import Body, kind_named
from repair.plan.models import Version
from repair.plan.standing import today_where

if TYPE_CHECKING:
    from accounts.access import Viewer

KIND = "commitment"
LABELS = (gettext_lazy("First line"), gettext_lazy("Second line"), gettext_lazy("Third line"))


class OtherWords(ChangedMeanwhile):
    """Some of the `lines` were sent before, in other words."""

    def __init__(self, lines: set[UUID]) -> None:
        super().__init__(
            _("From this page lines were sent before, in other words. Sending now proposes these as more lines.")
        )
        self.lines = lines


class FirstLine(CommitmentForm):
    """One of the three. Left empty it is no line; begun, it asks what every commitment asks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        del self.fields["both_see"], self.fields["about"], self.fields["warm"]
        self.fields["what"].help_text = gettext_lazy("In your own words, as you’d say it aloud.")


@dataclass
class Place:
    """One of the three places: its form, and the id the line (or draft) will have."""

    form: FirstLine
    line: UUID

    @property
    def id_name(self) -> str:
        """The name of the hidden field that carries the id."""
        return f"{self.form.prefix}-line"

    @property
    def is_used(self) -> bool:
        """Whether anything was written or chosen here."""
        return self.form.has_changed()

    def typed(self) -> dict[str, str]:
        """What stands here, as a draft keeps it."""
        raw = {name: self.form.data.get(self.form.add_prefix(name), "") for name in self.form.fields}
        return {name: str(value) for name, value in raw.items() if value}


def places(viewer: "Viewer", data: QueryDict | None = None) -> list[Place]:
    """The three places, empty or as they were sent."""
    made = []
    for number, label in enumerate(LABELS, 1):
        prefix = f"l{number}"
        form = FirstLine(data, viewer=viewer, prefix=prefix)
        form.fields["what"].label = label
        raw = data.get(f"{prefix}-line") if data is not None else None
        made.append(Place(form, line_id(raw) if raw else uuid.uuid4()))
    return made


@transaction.atomic
def send(*, viewer: "Viewer", lines: Sequence[tuple[UUID, Body]], now: datetime) -> None:
    """Propose them all, each signed for its author, or none. Sent twice, they are the same lines.

    Raises what `repair.plan.services.propose` raises, OtherWords in the place of ChangedMeanwhile.
    """
    # No form carries the date, so a second press does not ask for another one.
    sent = Version.objects.filter(agreement__in=[line for line, _body in lines], number=1)
    dates = dict(sent.filter(author__person=viewer.person).values_list("agreement_id", "look_again_on"))
    today, other = default_date(today_where(viewer), kind_named(KIND)), set[UUID]()
    for line, body in lines:
        words = services.Words(fields=body, look_again_on=dates.get(line, today))
        try:
            services.propose(viewer=viewer, kind=KIND, words=words, line=line, now=now)
        except ChangedMeanwhile:
            other.add(line)
    if other:
        raise OtherWords(other)


@transaction.atomic
def keep(*, viewer: "Viewer", lines: Sequence[tuple[UUID, dict[str, str]]], now: datetime) -> None:
    """Keep them all as drafts, or none. Raises what `keep_draft` raises."""
    for line, typed in lines:
        keep_draft(viewer=viewer, kind=KIND, typed=typed, draft=line, now=now)


__all__ = ["FirstLine", "OtherWords", "Place", "keep", "places", "send"]
