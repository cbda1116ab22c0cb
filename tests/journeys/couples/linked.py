"""Make the six couples in the database of a site that has not started yet, with the verbs of the rooms.

python -m tests.journeys.couples.linked 2026-11-23T12:00:00+00:00      the Monday on which the first begin
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django


def main(monday: datetime) -> None:
    """Keys, tables, twelve people, six links."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "repair.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from accounts.vault import ring
    from tests.journeys.couples.people import COUPLES, begins

    ring.create(Path(settings.KEYS_FILE))
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        for couple in COUPLES:
            at = begins(couple, monday)
            persons = [_joins(person, now=at - timedelta(hours=1)) for person in (couple.one, couple.two)]
            _link(*persons, shown_name=couple.one.name, now=at)


def _joins(who, *, now: datetime):  # type: ignore[no-untyped-def]  # the app is not loaded where types would stand
    from allauth.account.models import EmailAddress

    from accounts.users import services as users
    from accounts.users.models import CONSENT_VERSION, Kind, User

    email = f"{who.name.lower()}@mail.example"
    person = User.objects.create_user(email, None, date_joined=now)
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    users.arrive(
        person=person, kind=Kind.PARTNER, name=who.name, time_zone=who.zone, quiet=None,
        consent_version=CONSENT_VERSION, now=now,
    )  # fmt: skip
    return person


def _link(one, two, *, shown_name: str, now: datetime) -> None:  # type: ignore[no-untyped-def]
    from accounts.couples import linking

    invitation = linking.invite(inviter=one, address=two.email, shown_name=shown_name, now=now)
    linking.accept(person=two, invitation_id=invitation.pk, now=now)
    linking.confirm(inviter=one, invitation_id=invitation.pk, now=now)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
