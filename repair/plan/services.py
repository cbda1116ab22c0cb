"""The verbs of a line: propose, suggest other words, sign, keep as it was, take back, end. (To step out: its own
module.)

All run in one transaction, lock both memberships and then the line, and are safe to repeat: the second of two
clicks finds the work done and changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.couples.models import Membership
from accounts.couples.states import CoupleState
from accounts.meanwhile import ChangedMeanwhile
from accounts.refusal import Refusal
from repair.plan import wording
from repair.plan.closing import close, end_line
from repair.plan.kinds import Body, kind_named
from repair.plan.locks import NotActive, Stale, entered, line_of, locked, plan_of
from repair.plan.models import Agreement, Draft, Signature, Version
from repair.plan.standing import standing_of, today_of
from repair.plan.stepping_out import Stepped, withdraw
from repair.timeline.services import note as note_event

if TYPE_CHECKING:
    from accounts.access import Viewer

# A proposal to end a line has no date of its own; the column wants one.
_END_STANDS = timedelta(days=3650)
# How many proposals of one person may be open at a time, so that nobody is buried in them.
MOST_OPEN = 30


@dataclass(frozen=True)
class Words:
    """What somebody proposes: the fields of the kind, when to look again, and a sentence to go with it."""

    fields: Body
    look_again_on: date
    note: str = ""


@transaction.atomic
def propose(
    *, viewer: "Viewer", kind: str, words: Words, line: UUID, now: datetime, draft: UUID | None = None
) -> Agreement:
    """A new line: its first version, signed for its author. `line` is the id the form carried, so that a form sent
    twice makes one line; `draft` is the viewer's draft it came from, which goes.

    Raises ChangedMeanwhile where `line` was proposed with other words, KeyError for an unknown kind, Http404 where
    it is somebody else's, Refusal while too many proposals of one's own are open, NotActive.
    """
    kind_named(kind)
    mine = entered(viewer, now=now)
    plan = plan_of(mine)
    there = Agreement.objects.filter(pk=line).first()
    if there is not None:
        if there.plan_id != plan.pk:
            raise Http404
        first = Version.objects.select_related("author", "agreement__plan").get(agreement=there, number=1)
        if there.kind == kind and first.author_id == mine.pk and _same(viewer, first, words):
            return there
        said = _("From this page a line was sent before, in other words. Sending now proposes these as one more.")
        raise ChangedMeanwhile(said)
    if Version.objects.filter(author=mine, both_signed_at=None, closed_at=None).count() >= MOST_OPEN:
        raise Refusal(_("Many of your proposals are open. Take one back or wait for an answer, then send this."))
    highest = Agreement.objects.filter(plan=plan).aggregate(n=Max("number"))["n"] or 0
    agreement = Agreement.objects.create(pk=line, plan=plan, kind=kind, number=highest + 1, made_at=now)
    _write(viewer, agreement, mine, words, number=1, now=now)
    if draft is not None:
        Draft.objects.filter(pk=draft, author_id=mine.person_id).delete()
    return agreement


@transaction.atomic
def suggest(*, viewer: "Viewer", line: UUID, seen: int, words: Words, now: datetime) -> Version:
    """Other words for a line: version n+1, signed for its author. An open proposal is overtaken; the wording in
    force stays in force until both have signed the new one. `seen` is the highest version the page showed.

    Raises Stale when another wording came meanwhile or the line has ended, Refusal for words that change nothing,
    Http404, NotActive.
    """
    mine = entered(viewer, now=now)
    agreement, versions = line_of(viewer, line)
    latest = versions[-1]
    if latest.number != seen:
        if latest.author_id == mine.pk and latest.number == seen + 1 and _same(viewer, latest, words):
            return latest
        raise Stale(_("Another wording came while you were writing. Yours is kept below, and was not sent."))
    standing = standing_of(agreement, versions, today=today_of(now))
    current = standing.open or standing.in_force
    if current is not None and _same(viewer, current, words):
        raise Refusal(_("These are the words that stand already. Change something, or leave it as it is."))
    if wording.is_end(words.fields) and standing.last is None:
        raise Refusal(_("This line was never in force. Its proposal can be taken back instead."))
    if standing.open is not None:
        close(standing.open, now=now)
    return _write(viewer, agreement, mine, words, number=latest.number + 1, now=now)


@transaction.atomic
def propose_end(*, viewer: "Viewer", line: UUID, seen: int, now: datetime) -> Version:
    """Propose to end a line by agreement: a wording that ends it, to be signed by both like any other.

    Raises what `suggest` raises.
    """
    words = Words(wording.END, today_of(now) + _END_STANDS)
    return suggest(viewer=viewer, line=line, seen=seen, words=words, now=now)


@transaction.atomic
def sign(*, viewer: "Viewer", line: UUID, version: UUID, mac: bytes, now: datetime) -> Version:
    """Sign exactly one wording. With the second signature it comes into force (or ends the line), is sealed anew
    under the couple's key, and the kind's hook runs. Signing again changes nothing.

    Raises Stale when that wording is not the open one, its text is not what `mac` stands for, or its dates have
    passed; Http404, NotActive.
    """
    mine = entered(viewer, now=now)
    agreement, versions = line_of(viewer, line, ended=True)
    wanted = next((v for v in versions if v.pk == version), None)
    if wanted is None:
        raise Http404
    if any(s.membership_id == mine.pk and s.withdrawn_at is None for s in wanted.signatures.all()):
        return wanted
    standing = standing_of(agreement, versions, today=today_of(now))
    if standing.open is None or standing.open.pk != wanted.pk:
        raise Stale(_("This wording is no longer open to sign."))
    fields = wording.fields_of(viewer, wanted)
    if fields is None or not constant_time_compare(wording.mac_of(wanted, fields), mac):
        raise Stale(_("The words on that page are not the ones proposed now. Read them again below."))
    if not wording.is_fresh(wanted, now=now):
        raise Stale(_("The date to look again has passed before both signed. Suggest it again with a new date."))
    Signature.objects.create(version=wanted, membership=mine, mac=mac, signed_at=now)
    _both_signed(viewer, agreement, wanted, fields, before=standing.last, was=standing.in_force, now=now)
    return wanted


@transaction.atomic
def keep(*, viewer: "Viewer", line: UUID, version: UUID, now: datetime) -> None:
    """Keep a line as it was: close the other's open proposal. Without effect where it is closed already.

    Raises Stale for a line with no earlier wording to keep and where both signed the new one, Http404, NotActive.
    """
    mine = entered(viewer, now=now)
    agreement, versions = line_of(viewer, line)
    standing = standing_of(agreement, versions, today=today_of(now))
    theirs = _by_id(versions, version)
    if theirs.author_id == mine.pk:
        raise Http404
    if theirs.both_signed_at is not None:
        raise Stale(_("You both have signed it meanwhile. You can step out of it at any time."))
    if standing.open is None or standing.open.pk != version:
        return
    if standing.last is None:
        raise Stale(_("There is no earlier wording to keep. You can leave this one unsigned."))
    close(standing.open, now=now)


@transaction.atomic
def take_back(*, viewer: "Viewer", line: UUID, version: UUID, now: datetime) -> None:
    """Take back one's own proposal before the other has signed, in a rest too: showing less needs nobody. Without
    effect where it is closed already.

    Raises Stale where it is in force already (one can step out then), Http404, NotActive before the cooling-off is
    over.
    """
    mine, state = locked(viewer, now=now)
    if state not in {CoupleState.ACTIVE, CoupleState.RESTING}:
        raise NotActive
    own = Version.objects.filter(agreement=line, pk=version, author=mine).first()
    if own is None:
        raise Http404
    if own.both_signed_at is not None:
        raise Stale(_("It was signed before you took it back. You can step out of it at any time."))
    if own.closed_at is None:
        close(own, now=now)


def _write(
    viewer: "Viewer", agreement: Agreement, mine: Membership, words: Words, *, number: int, now: datetime
) -> Version:
    """One immutable wording with its author's signature."""
    ends_on = None
    if not wording.is_end(words.fields):
        ends_on = kind_named(agreement.kind).ends_on(words.fields, today_of(now))
    version = Version(
        agreement=agreement,
        number=number,
        author=mine,
        made_at=now,
        look_again_on=min(words.look_again_on, ends_on) if ends_on else words.look_again_on,
        ends_on=ends_on,
    )
    wording.seal(version, words.fields, note=words.note, cache=viewer.keys)
    version.save()
    mac = wording.mac_of(version, words.fields)
    Signature.objects.create(version=version, membership=mine, mac=mac, signed_at=now)
    return version


def _both_signed(
    viewer: "Viewer",
    agreement: Agreement,
    version: Version,
    fields: Body,
    *,
    before: Version | None,
    was: Version | None,
    now: datetime,
) -> None:
    """A wording with two signatures takes its place. `before` is the last one both had signed, `was` the one in
    force until now."""
    version.both_signed_at = now
    wording.seal(version, fields, cache=viewer.keys)
    version.save(update_fields=["both_signed_at", "body"])
    if before is not None and before.closed_at is None:
        close(before, now=now, signatures=False)
    kind = kind_named(agreement.kind)
    couple_id = agreement.plan.couple_id
    if wording.is_end(fields):
        if was is not None:
            kind.out_of_force(agreement=agreement, now=now)
        end_line(agreement, before or version, couple_id=couple_id, now=now)
        return
    agreement.first_in_force_at = agreement.first_in_force_at or now
    agreement.lapsed_at = None
    agreement.save(update_fields=["first_in_force_at", "lapsed_at"])
    kind.into_force(viewer=viewer, version=version, body=fields, now=now)
    event = kind.told(fields, (wording.fields_of(viewer, before) or {}) if before is not None else None)
    note_event(couple_id=couple_id, kind=event, at=now, ref=version.pk)


def _same(viewer: "Viewer", version: Version, words: Words) -> bool:
    """Whether a version says exactly this: fields and date."""
    fields = wording.fields_of(viewer, version)
    if fields != words.fields:
        return False
    ends_on = None if wording.is_end(fields) else version.ends_on
    return version.look_again_on in {words.look_again_on, ends_on} or wording.is_end(fields)


def _by_id(versions: list[Version], version: UUID) -> Version:
    found = next((v for v in versions if v.pk == version), None)
    if found is None:
        raise Http404
    return found


__all__ = [
    "NotActive", "Stale", "Stepped", "Words", "keep", "propose", "propose_end", "sign", "suggest", "take_back",
    "withdraw",
]  # fmt: skip
