"""Several senders side by side in one process. A sender spends most of its time waiting for a commit to reach the
disk, or for the relay's answer; meanwhile another works. Each has its own connections and its own leases, like a
process of its own: nothing is shared between them but the outbox.
"""

import logging
import threading
from collections import Counter

from django.conf import settings
from django.db import connections

from accounts.mail import dispatch
from repair import clock

log = logging.getLogger(__name__)


def send_owed() -> Counter[str]:
    """Send what is owed now, in up to `MAIL_LANES` lanes; the others open only where the first finds more than it
    takes at once. Returns how many mails ended in which way."""
    lanes: int = settings.MAIL_LANES
    tallies: list[Counter[str]] = []
    others = [threading.Thread(target=_beside, args=(tallies, lanes), name="mail lane") for _ in range(lanes - 1)]

    def open_others() -> None:
        for other in others:
            other.start()

    try:
        tally = dispatch.send_owed(now=clock.now(), limit=dispatch.BATCH // lanes, when_full=open_others)
    finally:
        for other in others:
            if other.ident is not None:
                other.join()
    return sum(tallies, tally)


def _beside(tallies: list[Counter[str]], lanes: int) -> None:
    try:
        tallies.append(dispatch.send_owed(now=clock.now(), limit=dispatch.BATCH // lanes))
    except Exception:  # what it had claimed is due again when its leases end; the other lanes go on
        log.exception("a lane of mail broke")
    finally:
        connections.close_all()  # this thread's own
