"""What lies on the desk while a line is written: the kind's form, the dates, and what stage it is at.

A line is written in one form that is posted again from stage to stage (the mirror, a preview), carried in hidden
fields; nothing is stored on the way.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from accounts.access import Viewer
from repair.plan.forms import Dates
from repair.plan.kinds import AgreementKind, Body, WordingForm
from repair.plan.services import Words
from repair.plan.standing import today_where

OWN_DATE = "look_again_on"


@dataclass
class Desk:
    """One line being written. `line` is the id it will have: of the agreement, or of the draft until then."""

    kind: AgreementKind
    form: WordingForm
    dates: Dates
    line: UUID
    note: bool

    @property
    def is_valid(self) -> bool:
        """Whether both forms hold; asks both, so that all problems are shown at once."""
        return all([self.form.is_valid(), self.dates.is_valid()])

    def words(self) -> Words:
        """What is proposed, after `is_valid`."""
        date_of = self.form.cleaned_data if OWN_DATE in self.form.fields else self.dates.cleaned_data
        note = self.dates.cleaned_data.get("note", "") if self.note else ""
        return Words(fields=self.form.body(), look_again_on=date_of[OWN_DATE], note=note)

    def typed(self) -> dict[str, Any]:
        """What stands in the form, finished or not, by field name: for a draft."""
        found: dict[str, Any] = {}
        for form in (self.form, self.dates):
            for name, field in form.fields.items():
                raw = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
                found[name] = _plain(raw)
        return {name: value for name, value in found.items() if value not in (None, "", [], False)}


def fresh(
    kind: AgreementKind,
    viewer: Viewer,
    *,
    initial: dict[str, Any] | None = None,
    base: Body | None = None,
    line: UUID | None = None,
    note: bool = False,
) -> Desk:
    """An empty desk, or one with `initial` laid out."""
    today = today_where(viewer)
    first = {OWN_DATE: default_date(today, kind), **(initial or {})}
    return Desk(
        kind=kind,
        form=kind.form(viewer=viewer, base=base, initial=first),
        dates=Dates(today=today, note=note, own_date=_dates_itself(kind), initial=first),
        line=line or uuid.uuid4(),
        note=note,
    )


def posted(
    kind: AgreementKind, viewer: Viewer, data: QueryDict, *, base: Body | None = None, note: bool = False
) -> Desk:
    """The desk as it was sent."""
    if data.get("do") == "end30":  # the mirror's offer of an end date, taken
        data = data.copy()
        data["about"] = "on"
    return Desk(
        kind=kind,
        form=kind.form(data, viewer=viewer, base=base),
        dates=Dates(data, today=today_where(viewer), note=note, own_date=_dates_itself(kind)),
        line=line_id(data.get("line")),
        note=note,
    )


def reopened(desk: Desk, viewer: Viewer) -> Desk:
    """The same desk with what was typed laid out again, without complaint."""
    return fresh(desk.kind, viewer, initial=desk.typed(), base=desk.form.base, line=desk.line, note=desk.note)


def carried(data: QueryDict) -> list[tuple[str, str]]:
    """The fields to carry on in hidden inputs, as (name, value)."""
    skip = {"csrfmiddlewaretoken", "do"}
    taken = [(name, value) for name, values in data.lists() if name not in skip for value in values]
    if data.get("do") == "end30":
        taken = [(name, value) for name, value in taken if name != "about"] + [("about", "on")]
    return [(name, str(value)) for name, value in taken]


def line_id(raw: str | None) -> UUID:
    """The id the form carried; a new one where it carried none that is one."""
    try:
        return uuid.UUID(str(raw))
    except ValueError:
        return uuid.uuid4()


def default_date(today: date, kind: AgreementKind) -> date:
    """When to look again unless another day is chosen: in four weeks, or when the kind says."""
    return today + kind.look_again_after


def _dates_itself(kind: AgreementKind) -> bool:
    return OWN_DATE in kind.form.base_fields


def _plain(raw: Any) -> Any:
    if isinstance(raw, list | tuple):
        return [str(value).replace("\x00", "") for value in raw]
    return raw if raw is None or isinstance(raw, bool) else str(raw).replace("\x00", "")
