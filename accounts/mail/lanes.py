"""Several senders side by side in one process. A sender spends most of its time waiting: for its commit to reach
the disk, for the relay's answers. Meanwhile another works. Each has its own connections and its own leases, like a
process of its own; nothing is shared between them but the outbox.
"""

import logging
import threading
import time
from collections import Counter

from django.conf import settings
from django.db import connections

from accounts.mail import dispatch
from accounts.mail.transport import Transport, Unreachable, from_settings
from repair import clock

log = logging.getLogger(__name__)

AT_ONCE = 25  # mails that a lane claims: few, so that all lanes end together
BUSY = 0.4  # of its time; a process that works less opens as many lanes as it takes to be that busy
SHORTEST_SECONDS = 0.03  # of which that can be said


def send_owed() -> Counter[str]:
    """Send what is owed now, in one lane and, while this process mostly waits, in up to `MAIL_LANES`. Returns how
    many mails ended in which way."""
    lanes = _Lanes(most=settings.MAIL_LANES, ends_at=time.monotonic() + dispatch.JOB_SECONDS)
    try:
        tally = lanes.send()
    finally:
        lanes.join()
    return sum(lanes.tallies, tally)


class _Lanes:
    def __init__(self, *, most: int, ends_at: float) -> None:
        self.most = most
        self.ends_at = ends_at
        self.tallies: list[Counter[str]] = []
        self._others: list[threading.Thread] = []
        self._looking = threading.Lock()
        self._looked_at = time.monotonic(), time.process_time()

    def send(self, line: Transport | None = None) -> Counter[str]:
        """What one lane does."""
        left = self.ends_at - time.monotonic()
        return dispatch.send_owed(
            now=clock.now(), transport=line, limit=AT_ONCE, seconds=left, when_more=self._look
        )

    def join(self) -> None:
        """Until every lane has ended; none opens after the first has."""
        with self._looking:
            self.most = 0
        for other in self._others:
            other.join()

    def _look(self) -> None:
        """Open more lanes, if this process waited more than it worked since somebody last looked."""
        with self._looking:
            now, worked = time.monotonic(), time.process_time()
            passed, busy = now - self._looked_at[0], worked - self._looked_at[1]
            if passed < SHORTEST_SECONDS:
                return
            self._looked_at = now, worked
            lanes = len(self._others) + 1
            wanted = min(self.most, int(lanes * BUSY * passed / max(busy, 0.001)))
            for _ in range(wanted - lanes if now < self.ends_at else 0):
                self._others.append(threading.Thread(target=self._beside, name="mail lane"))
                self._others[-1].start()

    def _beside(self) -> None:
        line = from_settings()
        try:
            line.connect()  # before anything is claimed: a relay may not want another line
            self.tallies.append(self.send(line))
        except Unreachable:
            log.warning("the relay takes no further line")
        except Exception:  # what it had claimed is due again when its lease ends; the other lanes go on
            log.exception("a lane of mail broke")
        finally:
            connections.close_all()  # this thread's own
