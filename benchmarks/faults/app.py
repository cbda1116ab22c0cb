"""The site's own Celery application, beating faster: a run of hours on the site's clock takes minutes.

Nothing of the engine is changed but how many seats make a batch, so that few people are enough for several lanes.
Before each task a worker reads from a file what the harness wants of it, so that not every fault needs new
workers: where to be killed, which address the relay has, and in the short form how short the waits for a silent
relay are.
"""

import json
import os
from pathlib import Path
from typing import Any

from celery import signals
from django.conf import settings

from accounts.mail import failpoints
from repair.celery import app

BEAT_SECONDS = 0.25
SEATS_AT_ONCE = 50

app.conf.beat_schedule = {
    name: {**entry, "schedule": BEAT_SECONDS if name == "run-due" else entry["schedule"]}
    for name, entry in app.conf.beat_schedule.items()
}


_is_its_turn = failpoints._is_its_turn


def _tell_of_it(name: str, action: str) -> bool:
    """A line for each process that is about to kill itself, so that kills are counted, not guessed."""
    is_its_turn = _is_its_turn(name, action)
    if is_its_turn:
        with Path(os.environ["FAULTS_KILLS"]).open("a") as out:
            out.write(f"{name}\n")
    return is_its_turn


@signals.task_prerun.connect
def _heed(**_: Any) -> None:
    """`settings`: of Django's; `waits`: of accounts.mail.smtp."""
    from accounts.mail import smtp
    from checkins.reminders import engine

    engine.SEATS_AT_ONCE = SEATS_AT_ONCE
    failpoints._is_its_turn = _tell_of_it
    told = json.loads(Path(os.environ["FAULTS_TOLD"]).read_text())
    for name, value in told.get("settings", {}).items():
        setattr(settings, name, value)
    for name, seconds in told.get("waits", {}).items():
        setattr(smtp, name, seconds)
