"""The way mail is often sent from Celery, to compare with: one task per mail. It claims its row, sends over a new
connection, and marks the row. The rows are those of the real outbox; the words are given ready-made.

`celery -A benchmarks.mail_each worker -Q each`
"""

import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "repair.settings")
WORDS = "BENCH_WORDS"  # in the environment: a folder with the text and the HTML of a note

app = Celery("each")
app.config_from_object("django.conf:settings", namespace="CELERY")


@worker_process_init.connect
def _ready(**_: object) -> None:
    import django

    django.setup()


@cache
def words() -> tuple[str, str]:
    """Text and HTML, with LINK and STOP where each mail has its own."""
    folder = Path(os.environ[WORDS])
    return (folder / "note.txt").read_text(), (folder / "note.html").read_text()


@app.task(name="bench.send_one", queue="each", ignore_result=True)
def send_one(mail_id: str) -> None:
    """Claim, send, mark: two commits."""
    from accounts.mail.models import Mail, State
    from benchmarks import mail_loop
    from repair import clock

    if not Mail.objects.filter(pk=mail_id, state=State.OWED, lease=None).update(lease=mail_id):
        return
    mail = Mail.objects.select_related("person").get(pk=mail_id)
    mail_loop.send([mail_loop.words_of(mail, *words())], **_relay())
    Mail.objects.filter(pk=mail_id).update(state=State.SENT, settled_at=clock.now(), lease=None)


def _relay() -> dict[str, Any]:
    from django.conf import settings

    parts = urlsplit(settings.EMAIL_URL)
    return {"host": parts.hostname, "port": parts.port}
