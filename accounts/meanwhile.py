"""What a form carries so that pressed twice it is once, and so that an older window overwrites nothing.

A form that makes a row carries the row's id, made when the page is drawn (`line`, read by `plan.desk.line_id`):
sent again it finds the row, and answers as it did. A form that changes what is there carries when that was changed
last (`seen`): where it was changed since, nothing is overwritten, and both texts stand on one page (status 409).
"""

from datetime import datetime

from accounts.refusal import Refusal


class ChangedMeanwhile(Refusal):
    """It was changed in another window; what was typed is still on the form. Status 409."""


def version_of(changed_at: datetime | None) -> str:
    """What a form carries of what it changes; "" where there is nothing yet."""
    return changed_at.isoformat() if changed_at is not None else ""


def check_seen(seen: str | None, changed_at: datetime | None, said: str) -> None:
    """Raise ChangedMeanwhile, which says `said`, where a form's `seen` is not when it was changed last. None is
    what comes from no form, and passes."""
    if seen is not None and seen != version_of(changed_at):
        raise ChangedMeanwhile(said)
