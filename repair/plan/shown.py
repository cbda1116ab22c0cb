"""What a page of the plan is handed: people, wordings and lines, opened for one viewer. Nothing here asks the
database; `queries.py` fills these in."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from repair.plan import diff, wording
from repair.plan.kinds import AgreementKind, Body
from repair.plan.models import Agreement, PhaseProposal, RepairPlan, Version
from repair.plan.standing import LineStanding, LineState, is_past


@dataclass(frozen=True)
class Someone:
    """A partner as a page names them: name, and slot for colour and shape."""

    membership: Membership
    name: str

    @property
    def slot(self) -> str:
        return self.membership.slot


@dataclass(frozen=True)
class Signed:
    """One signature as it is shown."""

    by: Someone
    at: datetime


def headline_of(kind: AgreementKind, fields: Body | None) -> str:
    """The one line that stands for a wording; `fields` is None where its author's key is gone."""
    if fields is None:
        return _("Words that are gone")
    return _("End this line") if wording.is_end(fields) else kind.headline(fields)


@dataclass(frozen=True)
class Words:
    """One wording, opened for a viewer. `fields` is None where its author's key is gone."""

    version: Version
    kind: AgreementKind
    fields: Body | None
    note: str
    author: Someone
    signed: tuple[Signed, ...]
    does: Someone | None  # None: both
    intact: bool  # whether every signature is to exactly these words

    @property
    def is_end(self) -> bool:
        """Whether it proposes to end the line."""
        return self.fields is not None and wording.is_end(self.fields)

    @property
    def headline(self) -> str:
        """The one line that stands for it on lists."""
        return headline_of(self.kind, self.fields)

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """The whole wording as (label, text): its fields, and who does it."""
        if self.fields is None or self.is_end:
            return [(_("Line"), self.headline)]
        return parts_of(self.kind, self.fields, self.does)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The parts that are read below the headline, without those that only repeat it."""
        return [(label, text) for label, text in self.parts[:-1] if text != self.headline]

    @property
    def mac(self) -> str:
        """What a signature would be a yes to, in hexadecimal."""
        return wording.mac_of(self.version, self.fields).hex() if self.fields is not None else ""

    def against(self, other: "Words | None") -> list[diff.LineDiff]:
        """This wording compared with another, part by part; everything is new where there is none."""
        return diff.lines(other.parts if other else [], self.parts)


@dataclass(frozen=True)
class Line:
    """One line of the plan as a viewer reads it."""

    agreement: Agreement
    kind: AgreementKind
    standing: LineStanding
    in_force: Words | None
    open: Words | None
    last: Words | None
    mine: Membership | None  # the viewer's own place; None for a therapist
    people: dict[UUID, Someone]
    today: date

    @property
    def pk(self) -> UUID:
        return self.agreement.pk

    @property
    def state(self) -> LineState:
        return self.standing.state

    @property
    def words(self) -> Words:
        """The wording that stands for the line: in force, else the last that was, else the open one."""
        return self.in_force or self.last or self.open  # type: ignore[return-value]  # there is always one

    @property
    def open_is_mine(self) -> bool:
        """Whether the open proposal is the viewer's own."""
        return self.open is not None and self.mine is not None and self.open.author.membership.pk == self.mine.pk

    @property
    def waits_for_me(self) -> bool:
        """Whether the other's proposal is open for the viewer to answer."""
        return self.open is not None and self.mine is not None and not self.open_is_mine

    @property
    def can_end(self) -> bool:
        """Whether the viewer may propose to end it: both signed it once, and no end is proposed already."""
        ending = self.open is not None and self.open.is_end
        return self.standing.last is not None and self.state is not LineState.ENDED and not ending

    @property
    def past_on(self) -> date | None:
        """The last day of a wording whose dates have passed; None while they lie ahead."""
        if self.last is None or not is_past(self.last.version, today=self.today):
            return None
        return last_date(self.last)

    @property
    def changes(self) -> list[diff.LineDiff]:
        """What the open proposal would change of the words that stand, changed parts only."""
        if self.open is None or self.open.is_end or self.last is None:
            return []
        return [part for part in self.open.against(self.last) if part.changed]

    def changes_by(self, stands: Words, fields: Body) -> list[diff.LineDiff]:
        """What a body would change of the words that stand, changed parts only."""
        parts = parts_of(self.kind, fields, someone_in(self.people, self.kind.does(fields)))
        return [part for part in diff.lines(stands.parts, parts) if part.changed]


@dataclass(frozen=True)
class PlanRead:
    """The plan with its lines: those waiting for the viewer first, ended ones last."""

    plan: RepairPlan
    lines: list[Line]
    phase_proposal: PhaseProposal | None
    people: dict[UUID, Someone]

    def having(self, *states: LineState) -> list[Line]:
        """The lines in any of these states, in order."""
        return [line for line in self.lines if line.state in states]

    @property
    def waiting(self) -> list[Line]:
        """The lines the viewer may answer."""
        return [line for line in self.lines if line.waits_for_me]


def parts_of(kind: AgreementKind, fields: Body, does: Someone | None) -> list[tuple[str, str]]:
    """A whole wording as (label, text): its fields, and who does it (None: both)."""
    parts = [(str(label), text) for label, text in kind.lines(fields) if text]
    return [*parts, (_("Who does this"), does.name if does else _("Both"))]


def someone_in(people: dict[UUID, Someone], slot: str) -> Someone | None:
    """The partner in a slot; None for "both"."""
    return next((person for person in people.values() if person.slot == slot), None)


def last_date(words: Words) -> date:
    """The last day on which a wording holds."""
    version = words.version
    return min(version.look_again_on, version.ends_on) if version.ends_on else version.look_again_on
