"""What the tests of linking and stopping share: fresh sign-ins, invitations made by the verbs themselves."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.access import Purpose, system
from accounts.couples import linking
from accounts.couples.models import Invitation
from accounts.mail.models import Mail
from accounts.users.models import User
from accounts.vault import services as vault
from tests.conftest import Moved


def secret_of(invitation: Invitation) -> str:
    """The secret that stands in the mail of an invitation."""
    mail = Mail.objects.get(kind="invitation", ref=invitation.pk)
    payload: dict[str, str] = vault.open(system(Purpose.MAIL, now=invitation.created_at), mail, "payload")
    return payload["secret"]


@pytest.fixture
def fresh_client_of(client_of: Callable[..., Client]) -> Callable[[User], Client]:
    """A browser whose person has just proved themself."""

    def make(person: User) -> Client:
        client = client_of(person)
        session = client.session
        proof = {"method": "password", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return make


@pytest.fixture
def invited(clock: Moved) -> Callable[[User, str], Invitation]:
    """`invited(sol, "ivy@mail.example")`: an invitation by the verb, its mail owed."""

    def make(inviter: User, address: str) -> Invitation:
        return linking.invite(inviter=inviter, address=address, shown_name="Sol", now=clock.at)

    return make
