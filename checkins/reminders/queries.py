"""Reads about deliveries."""

from uuid import UUID

from accounts.access import Viewer
from checkins.prompts.models import Prompt


def prompts_behind(viewer: Viewer, token: str) -> list[UUID]:
    """The viewer's own prompts that a mail with this token was for, the first to close first; none for a mail to
    anybody else, or for a token that is none."""
    try:
        mail = UUID(hex=token) if len(token) == 32 else None
    except ValueError:
        mail = None
    if mail is None:
        return []
    mine = Prompt.objects.visible_to(viewer).filter(deliveries__mail=mail, deliveries__mail__person=viewer.person)
    return list(mine.order_by("closes_at").values_list("pk", flat=True))
