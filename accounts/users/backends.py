"""Who is let in with a password."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress

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
