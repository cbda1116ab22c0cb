"""What this room registers when the site starts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.mail.models import Attempt, Mail, State, Stream
from accounts.privacy.ports import Holding, register

if TYPE_CHECKING:
    from accounts.access import Viewer
    from accounts.users.models import User


def _export(viewer: "Viewer") -> list[dict[str, Any]]:
    """The mails to this person's own address: when, under which subject, and whether the relay took them."""
    if viewer.person is None:
        return []
    mails = Mail.objects.filter(person=viewer.person, address=viewer.person.email).order_by("due_at")
    return [
        {
            "due": mail.due_at.isoformat(),
            "subject": str(Stream(mail.stream).label),
            "sent": mail.state == State.SENT,
        }
        for mail in mails
    ]


def _erase(person: "User", now: datetime) -> None:
    """Nothing more is sent, and no row keeps the address or what a mail said."""
    mails = Mail.objects.filter(person=person)
    mails.filter(state=State.OWED).update(state=State.UNWANTED, next_try_at=None, settled_at=now)
    mails.update(address="", payload=b"")


register(Holding(name="mail", title="Mails sent to you", models=(Mail, Attempt), export_of=_export, erase=_erase))
