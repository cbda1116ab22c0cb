"""Who is let in with a password, and who a session belongs to."""

import uuid

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from accounts.users.models import User


class ConfirmedOnly(AuthenticationBackend):
    """An account whose address was never confirmed is answered like none at all.

    Otherwise somebody could sign up with another's address and then sign in with the password they chose: let on
    to the code, and the address was unknown before; turned away, and it has an account here.
    """

    def _check_password(self, user: User | None, password: str) -> User | None:
        let_in: User | None = super()._check_password(user, password)
        if let_in is None or not EmailAddress.objects.filter(user=let_in, verified=True).exists():
            return None
        return let_in

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """The person of a session, with what each page asks about them first, in one query per request."""
        mine = OuterRef("pk")
        people = User.objects.annotate(  # type: ignore[no-redef]  # both are declared on the person, as not asked
            address_confirmed=Exists(EmailAddress.objects.filter(user=mine, verified=True)),
            second_factor=Exists(Authenticator.objects.filter(user=mine)),
        )
        person = people.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
