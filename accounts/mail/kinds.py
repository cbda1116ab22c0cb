"""The port by which a room says what its mails are: still wanted?, and what stands in them.

A room registers each kind at the start: `register(MailKind(...))`. The engine knows nothing else of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.mail.models import Mail, Stream

if TYPE_CHECKING:
    from accounts.access import Viewer


@dataclass(frozen=True)
class Rendered:
    """What the templates `emails/<template>.txt` and `.html` are filled with, and the one link.

    `own`: values of this mail alone (its link), none of them empty. A kind that gives them says that everything in
    `context` can be hashed and is the same for many mails; what is rendered around the own ones is then kept.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    own: dict[str, str] | None = None


@dataclass(frozen=True)
class MailKind:
    """One kind of mail.

    `lock_and_ask(mail, now)` runs inside the short transaction that begins an attempt: it locks the rows on
    which a stop would be written (membership, person), then says whether the mail is still wanted.
    It may set `mail.address` to where the person now reads their mail.
    `render(mail, viewer)` gives template and context; `viewer` is the system for the purpose of mail.
    `gather(mails)` fetches for a whole batch what `render` needs of each; it finds it as `mail.gathered`.
    `not_before(mail, viewer)` is asked just before sending: an instant until which the mail waits, or None.
    """

    name: str
    stream: Stream
    lock_and_ask: Callable[[Mail, datetime], bool]
    render: Callable[[Mail, "Viewer"], Rendered]
    gather: Callable[[Sequence[Mail]], Mapping[UUID, Any]] = lambda mails: {}
    not_before: Callable[[Mail, "Viewer"], datetime | None] = lambda mail, viewer: None


_KINDS: dict[str, MailKind] = {}


def register(kind: MailKind) -> None:
    """Add a kind. Raises ValueError for a name taken by another."""
    if _KINDS.get(kind.name, kind) != kind:
        message = f"two kinds of mail are called {kind.name}"
        raise ValueError(message)
    _KINDS[kind.name] = kind


def kind_of(mail: Mail) -> MailKind:
    """The kind of a mail. Raises KeyError for one that nobody registered."""
    return _KINDS[mail.kind]


def registered() -> dict[str, MailKind]:
    """All kinds by name."""
    return dict(_KINDS)
