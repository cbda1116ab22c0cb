"""Reading the plan: its lines with their state and words, for one viewer, with a constant number of queries."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils.crypto import constant_time_compare

from accounts.couples.queries import memberships_of, names_of
from accounts.vault import services as vault
from repair.plan import wording
from repair.plan.kinds import AgreementKind, kind_named
from repair.plan.models import Agreement, RepairPlan, Version
from repair.plan.shown import Line, PlanRead, Signed, Someone, Words, someone_in
from repair.plan.standing import LineState, standing_of, today_of

if TYPE_CHECKING:
    from accounts.access import Viewer

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


def in_force_of(viewer: "Viewer", *kinds: str) -> list[Line]:
    """The lines of these kinds that hold now, by number, without reading the rest of the plan. Empty for somebody
    without a partner."""
    couple = viewer.couple_id
    if couple is None or not viewer.is_in(couple):
        return []
    rows = Agreement.objects.visible_to(viewer).filter(plan__couple_id=couple, kind__in=kinds, ended_at=None)
    agreements = list(rows.order_by("number"))
    if not agreements:
        return []
    read = _lines(viewer, people_of(viewer, couple), agreements)
    return [line for line in read if line.in_force is not None]


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


def own_proposals(viewer: "Viewer", couple_id: UUID) -> list[Words]:
    """The viewer's own wordings that the other has not signed, open or closed, by line; in every state of the
    couple. The viewer is or was a partner in it."""
    versions = list(
        Version.objects.filter(agreement__plan__couple_id=couple_id, author__person=viewer.person)
        .filter(both_signed_at=None)
        .select_related("author", "agreement__plan")
        .prefetch_related("signatures")
        .order_by("agreement__number", "number")
    )
    people = people_of(viewer, couple_id) if versions else {}
    return [_words(viewer, people, kind_named(v.agreement.kind), v) for v in versions]


def people_of(viewer: "Viewer", couple_id: UUID) -> dict[UUID, Someone]:
    """Both partners by membership id, slot a first. Loads the keys of both and of the couple at once."""
    here = viewer.standing is not None and viewer.couple_id == couple_id
    rows = sorted([viewer.mine, viewer.other], key=lambda m: m.slot) if here else memberships_of(couple_id)
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
        people=people,
        today=today_of(viewer.now),
    )


def _words(viewer: "Viewer", people: dict[UUID, Someone], kind: AgreementKind, version: Version) -> Words:
    fields = wording.fields_of(viewer, version)
    signed = [s for s in version.signatures.all() if s.withdrawn_at is None or version.both_signed_at is not None]
    does = None
    if fields is not None and not wording.is_end(fields):
        does = someone_in(people, kind.does(fields))
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


__all__ = [
    "Line", "LineState", "PlanRead", "Signed", "Someone", "Words", "in_force_of", "line_read", "lines_in_force",
    "people_of", "plan_read", "signed_words",
]  # fmt: skip
