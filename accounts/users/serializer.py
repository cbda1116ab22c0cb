"""What a session holds, sealed: while a second step is set up its secret stands there, and mailed codes for as
long as they hold. A stolen database or log, or a copy of the write-ahead log, must not have them."""

import json
from typing import Any
from uuid import UUID

from accounts.vault import crypto, ring
from accounts.vault.crypto import CannotOpen

_SESSION = "users.session"
_KEY = UUID(int=0)  # the one key of this purpose


class Sealed:
    """A serializer for Django's sessions (SESSION_SERIALIZER), under a key derived from the key file's root."""

    def dumps(self, held: dict[str, Any]) -> bytes:
        """The sealed bytes of what a session holds."""
        plain = json.dumps(held, separators=(",", ":")).encode()
        return crypto.seal(plain, dek=_key(), key=_KEY, bound_to=_SESSION.encode())

    def loads(self, data: bytes) -> dict[str, Any]:
        """What a session holds; nothing where it does not open: another key file, or from before it was sealed."""
        try:
            found: dict[str, Any] = json.loads(crypto.unseal(data, dek=_key(), bound_to=_SESSION.encode()))
        except CannotOpen:
            return {}
        return found


def _key() -> bytes:
    return crypto.derive(ring.load().mac, purpose=_SESSION)
