"""Making lines for tests, by the verbs themselves."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from accounts.access import viewer_of
from accounts.users.models import User
from repair.plan import services, wording
from repair.plan.kinds import Body
from repair.plan.models import Agreement, Version

COMMITMENT: Body = {"what": "I make the morning coffee", "who": "a", "know": "The cups are on the table."}
BOUNDARY: Body = {
    "what": "Phones lie in the hall at night",
    "who": "both",
    "own_space": "What is on them",
    "know": "They lie there at 22:00.",
}


def words(now: datetime, fields: Body | None = None, *, days: int = 28, note: str = "") -> services.Words:
    """Words to propose, to be looked at again in `days` days."""
    return services.Words(dict(fields or COMMITMENT), now.date() + timedelta(days=days), note)


def proposed(
    by: User, *, now: datetime, kind: str = "commitment", fields: Body | None = None, **more: Any
) -> Agreement:
    """A line proposed and signed by one."""
    viewer = viewer_of(by, now=now)
    return services.propose(viewer=viewer, kind=kind, words=words(now, fields, **more), line=uuid.uuid4(), now=now)


def agreed(by: User, other: User, *, now: datetime, **more: Any) -> Agreement:
    """A line in force."""
    line = proposed(by, now=now, **more)
    signed(other, line, now=now)
    return line


def open_version(line: Agreement) -> Version:
    """The wording that is open to sign."""
    return Version.objects.get(agreement=line, closed_at=None, both_signed_at=None)


def signed(by: User, line: Agreement, *, now: datetime) -> Version:
    """The open wording, signed by another."""
    viewer = viewer_of(by, now=now)
    version = open_version(line)
    fields = wording.fields_of(viewer, version)
    assert fields is not None
    mac = wording.mac_of(version, fields)
    return services.sign(viewer=viewer, line=line.pk, version=version.pk, mac=mac, now=now)


def suggested(by: User, line: Agreement, fields: Body, *, now: datetime, **more: Any) -> Version:
    """Other words, on top of the newest wording."""
    seen = Version.objects.filter(agreement=line).latest("number").number
    return services.suggest(
        viewer=viewer_of(by, now=now), line=line.pk, seen=seen, words=words(now, fields, **more), now=now
    )


def posted(fields: dict[str, Any], *, now: datetime, **more: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    look_again: date = now.date() + timedelta(days=28)
    return {"line": str(uuid.uuid4()), "look_again_on": look_again.isoformat(), "do": "send", **fields, **more}
