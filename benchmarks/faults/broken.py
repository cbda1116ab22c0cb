"""Bugs on purpose, each of which the harness must find. Only a worker that the harness starts loads this.

`sent_first` marks a mail as sent before it is handed over. `no_expiry` never lets a lease end. `no_recheck` does
not ask again before an attempt begins. `no_cap` tries again however often an outcome was unknown. `plain` goes on
in clear where the relay refuses TLS.
"""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import signals

import benchmarks.faults.app
from repair.celery import app

__all__ = ["BUGS", "app", "benchmarks"]


def _sent_first() -> None:
    from accounts.mail import dispatch
    from accounts.mail.models import Mail, State

    real = dispatch._Batch._hand_over

    def hand_over(self: Any, mail: Mail, *begun: Any) -> Any:
        Mail.objects.filter(pk=mail.pk).update(state=State.SENT, next_try_at=None)
        return real(self, mail, *begun)

    _put(dispatch._Batch, "_hand_over", hand_over)


def _no_expiry() -> None:
    from accounts.mail import outcomes

    _put(outcomes, "LEASE", timedelta(days=3650))


def _no_recheck() -> None:
    from accounts.mail import dispatch

    _put(dispatch, "_wanted", lambda mail, now: True)


def _no_cap() -> None:
    from accounts.mail import outcomes

    _put(outcomes, "UNKNOWN_CAP", 99)


def _plain() -> None:
    from accounts.mail import smtp

    _put(smtp._Wire, "starttls", lambda self, context: (220, b""))


BUGS: dict[str, Callable[[], None]] = {
    "sent_first": _sent_first,
    "no_expiry": _no_expiry,
    "no_recheck": _no_recheck,
    "no_cap": _no_cap,
    "plain": _plain,
}
_sound: list[tuple[Any, str, Any]] = []  # what was patched, to be put back


def _put(where: Any, name: str, what: Any) -> None:
    _sound.append((where, name, getattr(where, name)))
    setattr(where, name, what)


@signals.task_prerun.connect
def _break(**_: Any) -> None:
    while _sound:
        setattr(*_sound.pop())
    bug = json.loads(Path(os.environ["FAULTS_TOLD"]).read_text()).get("bug")
    if bug:
        BUGS[bug]()
