"""The first step of every verb on a plan: lock both memberships, then ask again whether the couple is active."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.couples.queries import state_of
from accounts.couples.states import CoupleState
from accounts.refusal import Refusal
from repair.plan.models import Agreement, RepairPlan, Version

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.access import Viewer


class Stale(Refusal):
    """The page the person stood on is out of date: status 409, and a page that shows what is true now."""


class NotActive(Exception):
    """The couple stopped being active between opening the page and pressing the button. The view sends the
    person back to the plan's own address, which shows how things stand."""


def locked(viewer: "Viewer", *, now: datetime) -> tuple[Membership, CoupleState]:
    """Lock both memberships of the viewer's couple, in the order of their keys. Returns the viewer's own, and
    where the couple stands at `now`, read behind the lock."""
    rows = list(
        Membership.objects.select_for_update(of=("self",))
        .select_related("couple", "person")
        .filter(couple_id=viewer.mine.couple_id)
        .order_by("pk")
    )
    return next(row for row in rows if row.pk == viewer.mine.pk), state_of(rows, now=now)


def entered(viewer: "Viewer", *, now: datetime) -> Membership:
    """`locked`, for verbs that need an active couple. Returns the viewer's own membership.

    Raises NotActive unless the couple is active at `now`.
    """
    mine, state = locked(viewer, now=now)
    if state is not CoupleState.ACTIVE:
        raise NotActive
    return mine


def plan_of(mine: Membership) -> RepairPlan:
    """The couple's plan. Raises Http404 where none was begun."""
    plan = RepairPlan.objects.filter(couple_id=mine.couple_id).first()
    if plan is None:
        raise Http404
    return plan


def line_of(viewer: "Viewer", line: "UUID", *, ended: bool = False) -> tuple[Agreement, list[Version]]:
    """A line of the viewer's plan, locked, with its versions (by number) and their signatures.

    Raises Http404 for an unknown or foreign one; Stale for one that is history, unless `ended`.
    """
    agreement = (
        Agreement.objects.visible_to(viewer)
        .select_for_update(of=("self",))
        .select_related("plan")
        .filter(pk=line)
        .first()
    )
    if agreement is None:
        raise Http404
    if agreement.ended_at is not None and not ended:
        raise Stale(_("This line has ended. Nothing about it was changed."))
    versions = list(
        Version.objects.filter(agreement=agreement)
        .select_related("author", "agreement__plan")
        .prefetch_related("signatures")
        .order_by("number")
    )
    return agreement, versions
