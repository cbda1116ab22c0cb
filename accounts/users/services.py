"""Verbs about one person's own account: arriving, changing what they told, stopping mail, being suspended."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import Http404

from accounts.access import Viewer
from accounts.audit import services as audit
from accounts.couples import services as couples
from accounts.couples.models import Membership
from accounts.mail.models import Mail, State
from accounts.refusal import Refusal
from accounts.users import sessions
from accounts.users.models import Consent, Kind, User
from accounts.users.preferences import Preferences, preferences_of, seal_preferences
from accounts.vault import services as vault
from accounts.vault.models import DataKey


@transaction.atomic
def arrive(
    *,
    person: User,
    kind: Kind,
    name: str,
    time_zone: str,
    quiet: tuple[str, str] | None,
    consent_version: int,
    now: datetime,
) -> bool:
    """Finish “About you”: the name shown to the other, zone, quiet hours, 18 or over, and the consent to store.

    `kind` is chosen here, once. Returns whether this call did it; a second one changes nothing.
    """
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.has_arrived:
        return False
    row.kind, row.time_zone = kind, time_zone
    row.adult_at = row.arrived_at = now
    vault.seal(row, "name", name)
    seal_preferences(row, Preferences(quiet=quiet))
    row.save(update_fields=["kind", "time_zone", "adult_at", "arrived_at", "name", "settings"])
    Consent.objects.get_or_create(person=row, version=consent_version, defaults={"given_at": now})
    return True


@transaction.atomic
def change_about(
    *, viewer: Viewer, name: str, time_zone: str, quiet: tuple[str, str] | None, now: datetime
) -> None:
    """Save the viewer's own name, zone and quiet hours.

    A changed name goes into the couple's record too. A changed zone holds for evenings not yet made, so the rooms
    above are told.
    """
    row = _locked(viewer)
    moved = row.time_zone != time_zone
    row.time_zone = time_zone
    vault.seal(row, "name", name)
    seal_preferences(row, replace(preferences_of(viewer, row), quiet=quiet))
    row.save(update_fields=["time_zone", "name", "settings"])
    couples.rename(person=row, name=name, now=now)
    if moved:
        couples.standing_changed(person=row, now=now)


@transaction.atomic
def change_looks(*, viewer: Viewer, theme: str, exit_keys: bool) -> None:
    """Save the viewer's own theme and exit keys."""
    row = _locked(viewer)
    seal_preferences(row, replace(preferences_of(viewer, row), theme=theme, exit_keys=exit_keys))
    row.save(update_fields=["settings"])


@transaction.atomic
def hide_chart(*, viewer: Viewer, until: str) -> None:
    """Leave the drawing off the viewer's own timeline until a day of theirs ("2026-12-20"); empty: show it."""
    row = _locked(viewer)
    seal_preferences(row, replace(preferences_of(viewer, row), chart_hidden_until=until))
    row.save(update_fields=["settings"])


@transaction.atomic
def stop_notes(*, person: User, now: datetime) -> None:
    """Stop the evening notes. Nothing else stops, and nobody is told. Holds the rows a mail about to go holds."""
    _lock_couple(person)
    User.objects.filter(pk=person.pk, mail_stopped_at=None).update(mail_stopped_at=now)


@transaction.atomic
def resume_notes(*, person: User) -> None:
    """Let the evening notes come again, and try an address once more that was refused."""
    _lock_couple(person)
    User.objects.filter(pk=person.pk).update(mail_stopped_at=None, mail_failed_at=None)


@transaction.atomic
def forget_unconfirmed(*, pk: UUID, now: datetime) -> bool:
    """Drop an account whose address was never confirmed, with its key. Codes still owed to it are not sent.
    Returns whether there was one; raises ProtectedError for one that other rows name."""
    person = User.objects.select_for_update().filter(pk=pk, arrived_at=None).first()
    if person is None or EmailAddress.objects.filter(user=person, verified=True).exists():
        return False
    Mail.objects.filter(person=person, state=State.OWED).update(
        state=State.UNWANTED, next_try_at=None, settled_at=now
    )
    Mail.objects.filter(person=person).update(person=None, address="", payload=b"")
    DataKey.objects.filter(owner_id=person.pk).delete()
    person.delete()
    return True


@transaction.atomic
def suspend(*, email: str, now: datetime) -> User:
    """Close an account for the operator: nobody signs in to it, and to others it rests. Ends its sessions.

    Raises Refusal for an address nobody has, or an account closed already.
    """
    person = _by_email(email)
    _lock_couple(person)
    if not User.objects.filter(pk=person.pk, suspended_at=None).update(suspended_at=now):
        raise Refusal("this account is suspended already")
    sessions.end_all(person)
    couples.standing_changed(person=person, now=now)
    audit.record(what="suspend", only_for=person, now=now)
    return person


@transaction.atomic
def unsuspend(*, email: str, now: datetime) -> User:
    """Open a suspended account again. Raises Refusal for an address nobody has, or an account that is open."""
    person = _by_email(email)
    _lock_couple(person)
    began = person.suspended_at
    if began is None or not User.objects.filter(pk=person.pk, suspended_at=began).update(suspended_at=None):
        raise Refusal("this account is not suspended")
    couples.stood_still(person=person, began=began, now=now)
    couples.standing_changed(person=person, now=now)
    audit.record(what="unsuspend", only_for=person, now=now)
    return person


def _by_email(email: str) -> User:
    person = User.objects.filter(email=User.objects.normalize_email(email), erased_at=None).first()
    if person is None:
        raise Refusal("nobody has this address")
    return person


def _locked(viewer: Viewer) -> User:
    """The viewer's own row, held. Raises Http404 for nobody."""
    if viewer.person is None:
        raise Http404
    _lock_couple(viewer.person)
    return User.objects.select_for_update().get(pk=viewer.person.pk)


def _lock_couple(person: User) -> None:
    """Hold the rows that a mail about to be sent and every change of standing hold, in their order."""
    couple = Membership.objects.filter(person=person, left_at=None).values("couple")
    list(Membership.objects.select_for_update().filter(couple__in=couple).order_by("pk").values_list("pk"))
