"""Everybody who can stand before a page, and what a page can answer them."""

from django.http import HttpResponse

from accounts.users.models import User
from tests.cast import Cast

# actor → the person of the cast
ACTORS = {
    "anonymous": "",
    "unverified": "una",
    "single": "sol",
    "partner A": "ana",
    "partner B": "ben",
    "rests": "rita",
    "other side rests": "rob",
    "leaver": "drew",
    "left behind": "eve",
    "other couple": "cleo",
    "invited": "ivy",
    "cooling off": "cora",
    "therapist granted": "theo",
    "half granted": "hal",
    "grants expired": "xan",
    "grant revoked": "rae",
    "outside the window": "wim",
    "staff": "stan",
    "superuser": "sue",
}

# One letter for each kind of answer; the tables are written in them:
#   Y in · L to sign-in · A prove yourself again · N not found · R resting page · C cooling off · Z closed window
#   M method refused


def person_of(cast: Cast, actor: str) -> User | None:
    """The person who plays an actor; None for nobody."""
    return getattr(cast, ACTORS[actor]) if ACTORS[actor] else None


def letter(response: HttpResponse) -> str:
    """What kind of answer this is. Raises AssertionError for a server error."""
    status = response.status_code
    assert status < 500, f"server error {status}"
    if status in {301, 302, 303}:
        to = response["Location"]
        if to.startswith("/sign-in/"):
            return "L"
        return "A" if to.startswith("/again/") else "Y"
    if status in {404, 405}:
        return {404: "N", 405: "M"}[status]
    names = {t.name for t in getattr(response, "templates", [])}
    if "accounts/couples/resting.html" in names:
        return "R"
    if "accounts/couples/cooling.html" in names:
        return "C"
    if "checkins/caseload/closed.html" in names:
        return "Z"
    return "Y"
