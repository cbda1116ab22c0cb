"""Reading the plan: its lines with their state and words, for one viewer, with a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.couples.queries import memberships_of, names_of
from accounts.vault import services as vault
from repair.plan import diff, wording
from repair.plan.kinds import AgreementKind, Body, kind_named
from repair.plan.models import Agreement, PhaseProposal, RepairPlan, Version
from repair.plan.standing import LineStanding, LineState, standing_of, today_of

if TYPE_CHECKING:
    from accounts.access import Viewer

BOTH = "both"


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
        if self.fields is None:
            return _("Words that are gone")
        return _("End this line") if self.is_end else self.kind.headline(self.fields)

    @property
    def who(self) -> str:
        """Who does it, in words."""
        return self.does.name if self.does else _("Both")

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """The whole wording as (label, text): its fields, and who does it."""
        if self.fields is None or self.is_end:
            return [(_("Line"), self.headline)]
        parts = [(str(label), text) for label, text in self.kind.lines(self.fields) if text]
        return [*parts, (_("Who does this"), self.who)]

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
    def changes(self) -> list[diff.LineDiff]:
        """What the open proposal would change of the words that stand, changed parts only."""
        if self.open is None or self.open.is_end or self.last is None:
            return []
        return [part for part in self.open.against(self.last) if part.changed]


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


_ORDER = [
    LineState.REVIEW, LineState.PROPOSED, LineState.AGREED, LineState.TALK, LineState.ENDED, LineState.DROPPED,
]  # fmt: skip


def plan_read(viewer: "Viewer") -> PlanRead:
    """The whole plan for a partner, or for a therapist with access now (lines ever in force, signed words only).

    Raises Http404 where there is no plan to see.
    """
    couple = viewer.case.couple_id if viewer.case else viewer.couple_id
    plan = RepairPlan.objects.filter(couple_id=couple).first() if couple else None
    if plan is None or not (viewer.is_in(couple) or viewer.shares_with(couple)):
        raise Http404
    people = people_of(viewer, plan.couple_id)
    lines = _lines(viewer, people, Agreement.objects.visible_to(viewer).order_by("number"))
    lines.sort(key=lambda line: (not line.waits_for_me, _ORDER.index(line.state), line.agreement.number))
    proposal = None if viewer.case else plan.phase_proposals.filter(closed_at=None).first()
    return PlanRead(plan, lines, proposal, people)


def line_read(viewer: "Viewer", line: UUID) -> tuple[Line, list[Words]]:
    """One line, and all its wordings the viewer may read, newest first. Raises Http404."""
    agreements = Agreement.objects.visible_to(viewer).filter(pk=line)
    found = agreements.select_related("plan").first()
    if found is None:
        raise Http404
    people = people_of(viewer, found.plan.couple_id)
    versions = _versions(viewer, [found])
    read = _line(viewer, people, found, versions)
    return read, [_words(viewer, people, read.kind, version) for version in reversed(versions)]


def lines_in_force(viewer: "Viewer") -> list[Line]:
    """The lines that hold now, by number: for reports, counts and the therapist's pages."""
    return sorted(
        (line for line in plan_read(viewer).lines if line.in_force is not None), key=lambda x: x.agreement.number
    )


def signed_words(viewer: "Viewer", couple_id: UUID) -> list[Words]:
    """Every wording of a couple that both signed, by line and number: for export and for a closed plan. The
    viewer is or was a partner in it; empty for anybody else."""
    versions = list(
        Version.objects.visible_to(viewer)
        .filter(agreement__plan__couple_id=couple_id, both_signed_at__isnull=False)
        .select_related("author", "agreement__plan")
        .prefetch_related("signatures")
        .order_by("agreement__number", "number")
    )
    if not versions:
        return []
    people = people_of(viewer, couple_id)
    return [_words(viewer, people, kind_named(v.agreement.kind), v) for v in versions]


def words_of(viewer: "Viewer", versions: list[UUID]) -> dict[UUID, Words]:
    """Wordings by id, as far as the viewer may read them."""
    rows = list(
        Version.objects.visible_to(viewer)
        .filter(pk__in=versions)
        .select_related("author", "agreement__plan")
        .prefetch_related("signatures")
    )
    if not rows:
        return {}
    people = people_of(viewer, rows[0].agreement.plan.couple_id)
    return {v.pk: _words(viewer, people, kind_named(v.agreement.kind), v) for v in rows}


def people_of(viewer: "Viewer", couple_id: UUID) -> dict[UUID, Someone]:
    """Both partners by membership id, slot a first. Loads the keys of both and of the couple at once."""
    rows = memberships_of(couple_id)
    vault.preload(viewer.keys, owners=[couple_id, *(row.person_id for row in rows)])
    names = names_of(viewer, rows)
    return {row.pk: Someone(row, names[row.pk]) for row in rows}


def _lines(viewer: "Viewer", people: dict[UUID, Someone], agreements: Iterable[Agreement]) -> list[Line]:
    rows = list(agreements)
    by_line: dict[UUID, list[Version]] = {row.pk: [] for row in rows}
    for version in _versions(viewer, rows):
        by_line[version.agreement_id].append(version)
    return [_line(viewer, people, row, by_line[row.pk]) for row in rows if by_line[row.pk]]


def _versions(viewer: "Viewer", agreements: list[Agreement]) -> list[Version]:
    return list(
        Version.objects.visible_to(viewer)
        .filter(agreement__in=agreements)
        .select_related("author", "agreement__plan")
        .prefetch_related("signatures")
        .order_by("agreement_id", "number")
    )


def _line(viewer: "Viewer", people: dict[UUID, Someone], row: Agreement, versions: list[Version]) -> Line:
    kind = kind_named(row.kind)
    standing = standing_of(row, versions, today=today_of(viewer.now))
    if not versions:
        raise Http404

    def opened(version: Version | None) -> Words | None:
        return _words(viewer, people, kind, version) if version else None

    open_one = opened(standing.open)
    # The last words both signed; a wording that ended the line says nothing of its own.
    signed = (_words(viewer, people, kind, v) for v in reversed(versions) if v.both_signed_at is not None)
    last = next((words for words in signed if not words.is_end), None)
    return Line(
        agreement=row,
        kind=kind,
        standing=standing,
        in_force=last if standing.in_force is not None else None,
        open=open_one,
        last=last or (None if open_one else opened(versions[-1])),
        mine=viewer.standing.mine if viewer.standing else None,
    )


def _words(viewer: "Viewer", people: dict[UUID, Someone], kind: AgreementKind, version: Version) -> Words:
    fields = wording.fields_of(viewer, version)
    signed = [s for s in version.signatures.all() if s.withdrawn_at is None or version.both_signed_at is not None]
    does = None
    if fields is not None and not wording.is_end(fields):
        slot = kind.does(fields)
        does = next((person for person in people.values() if person.slot == slot), None)
    expected = wording.mac_of(version, fields) if fields is not None else b""
    return Words(
        version=version,
        kind=kind,
        fields=fields,
        note="" if version.both_signed_at else wording.note_of(viewer, version),
        author=people[version.author_id],
        signed=tuple(
            Signed(people[s.membership_id], s.signed_at) for s in sorted(signed, key=lambda s: s.signed_at)
        ),
        does=does,
        intact=fields is None or all(constant_time_compare(bytes(s.mac), expected) for s in signed),
    )


def last_date(words: Words) -> date:
    """The last day on which a wording holds."""
    version = words.version
    return min(version.look_again_on, version.ends_on) if version.ends_on else version.look_again_on


__all__ = [
    "BOTH", "Line", "LineState", "PlanRead", "Signed", "Someone", "Words", "last_date", "line_read",
    "lines_in_force", "people_of", "plan_read", "signed_words", "words_of",
]  # fmt: skip
