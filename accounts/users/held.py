"""A form that came after its session had ended: what was typed waits, sealed, for its author to sign in again.

It waits in the browser's new, anonymous session, under the author's own key and bound to the author, so that
somebody else who signs in on the same browser gets nothing of it. It goes with that session.
"""

import json
from base64 import b64decode, b64encode
from typing import Any

from django.http import HttpRequest

from accounts.users.models import User
from accounts.vault import crypto
from accounts.vault.services import CannotOpen, KeyCache

LABEL = "users.held"
AT_MOST = 60_000  # bytes; the longest form of the site is a third of it
# Names of hidden fields and buttons; a form of nothing else has nothing to keep.
_NOT_TYPED = frozenset({"do", "answer", "about", "line", "seen"})
_ROOMS = frozenset({"accounts", "repair", "checkins"})


def keep(request: HttpRequest, *, author: User) -> bool:
    """Seal what this POST carries into the anonymous session; whether it did. Passes over forms of the sign-in
    (they hold passwords), forms without a filled field, and those that are too long."""
    fields = typed(request)
    if not any(value.strip() and name not in _NOT_TYPED for name, value in fields):
        return False
    plain = json.dumps(fields, ensure_ascii=False).encode()
    if len(plain) > AT_MOST:
        return False
    try:
        key, dek = KeyCache().of_owner(author.pk)
    except CannotOpen:
        return False
    bound = crypto.additional_data(label=LABEL, row=author.pk, owner=author.pk, key=key)
    box = b64encode(crypto.seal(plain, dek=dek, key=key, bound_to=bound)).decode()
    request.session["held"] = {"path": request.path, "author": str(author.pk), "box": box}
    return True


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values that this POST carries; nothing for forms of the sign-in."""
    match = request.resolver_match
    if match is None or match.namespace not in _ROOMS:
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values if name[:4] != "csrf"]


def waiting(request: HttpRequest, *, person: User) -> list[tuple[str, str]] | None:
    """Names and values of the form that waits for `person` at this address; None where none does. What waits for
    somebody else is dropped."""
    held: dict[str, Any] | None = request.session.get("held")
    if held is None:
        return None
    if held["author"] != str(person.pk):
        drop(request)
        return None
    if held["path"] != request.path:
        return None
    try:
        key, dek = KeyCache().of_owner(person.pk)
        bound = crypto.additional_data(label=LABEL, row=person.pk, owner=person.pk, key=key)
        fields = json.loads(crypto.unseal(b64decode(held["box"]), dek=dek, bound_to=bound))
    except CannotOpen:
        drop(request)
        return None
    return [(str(name), str(value)) for name, value in fields]


def words(fields: list[tuple[str, str]]) -> list[str]:
    """What of it is text to be read: values of more than one word."""
    return [value for _name, value in fields if len(value.split()) > 1]


def drop(request: HttpRequest) -> None:
    """Let go of what waits."""
    request.session.pop("held", None)
