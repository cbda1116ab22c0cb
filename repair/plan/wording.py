"""What is signed: the canonical text of a wording, its keyed hash, and the sealed body it comes from.

A version's `body` seals {"fields": …, "note": …}: the structured fields of its kind, which are signed, and the
sentence that went with a proposal, which is not and is dropped when both have signed.
"""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.vault import services as vault
from repair.plan.kinds import Body
from repair.plan.models import Version

if TYPE_CHECKING:
    from accounts.access import Viewer

END: Body = {"end": True}  # the wording of a proposal to end a line by agreement


def canonical(version: Version, fields: Body) -> str:
    """The exact text of a wording: its fields with kind, numbers, plan and dates, in one fixed order."""
    agreement = version.agreement
    whole: dict[str, Any] = {
        "plan": str(agreement.plan_id),
        "kind": agreement.kind,
        "line": agreement.number,
        "version": version.number,
        "look_again_on": version.look_again_on.isoformat(),
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
        "fields": fields,
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mac_of(version: Version, fields: Body) -> bytes:
    """The keyed hash (HMAC-SHA256, 32 bytes) that a signature is a yes to."""
    return vault.keyed_hash("plan.signature", canonical(version, fields))


def seal(version: Version, fields: Body, *, note: str = "", cache: vault.KeyCache | None = None) -> None:
    """Seal the wording into the row, under its author's key, or the couple's once both have signed."""
    vault.seal(version, "body", {"fields": fields, "note": note}, cache=cache)


def fields_of(viewer: "Viewer", version: Version) -> Body | None:
    """The structured fields, for somebody who may read them; None where their author's key is gone.

    Raises Http404 for somebody who may not, CannotOpen where the bytes were altered.
    """
    return _opened(viewer, version).get("fields")


def note_of(viewer: "Viewer", version: Version) -> str:
    """The sentence that went with a proposal; empty where there is none."""
    return _opened(viewer, version).get("note") or ""


def is_end(fields: Body) -> bool:
    """Whether a wording proposes to end the line."""
    return fields == END


def is_fresh(version: Version, *, now: datetime) -> bool:
    """Whether a wording's dates still lie ahead, so that signing it would put it in force."""
    today = now.date()
    return version.look_again_on >= today and (version.ends_on is None or version.ends_on >= today)


def _opened(viewer: "Viewer", version: Version) -> dict[str, Any]:
    opened: dict[str, Any] | None = vault.open_or(viewer, version, "body", gone=None)
    return opened or {}
