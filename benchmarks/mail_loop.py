"""The least that sending with Django costs: one process, one connection, ready-made words, nothing written."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from accounts.mail import message, stopping
from accounts.mail.models import Mail

BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def words_of(mail: Mail, text: str, html: str) -> dict[str, Any]:
    """What Django's message is made of, with the headers, the text and the HTML that ours has. In `text` and
    `html` LINK and STOP stand for the addresses of this mail."""
    person = mail.person
    assert person is not None
    link = f"{settings.SITE_URL}/n/{mail.pk.hex}/"
    stop = f"{settings.SITE_URL}/m/{stopping.token_of(person)}/"
    return {
        "subject": message.subject_of(mail),
        "body": text.replace("LINK", link).replace("STOP", stop),
        "from_email": settings.DEFAULT_FROM_EMAIL,
        "to": [mail.address],
        "headers": {
            "Message-ID": message.message_id(mail),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "alternatives": [(html.replace("LINK", link).replace("STOP", stop), "text/html")],
    }


def send(words: Sequence[dict[str, Any]], *, host: str, port: int) -> int:
    """Send messages over one connection. Returns how many."""
    with get_connection(BACKEND, host=host, port=port) as connection:
        return sum(EmailMultiAlternatives(**one, connection=connection).send() for one in words)
