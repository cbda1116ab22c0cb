"""Django's own mail functions are closed: a mail is an outbox row."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class RefusingBackend(BaseEmailBackend):
    """Raises on any try to send past the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise RuntimeError("mail is owed through accounts.mail, not sent from here")
