"""Sealing of single values: pure functions over bytes, no Django, no database.

A sealed value is `version | key id | nonce | ciphertext and tag`. The additional data ties it to its field,
its row, its owner and its key, so that it opens nowhere else. AES-256-GCM, NIST SP 800-38D; key wrap RFC 3394.
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

FORMAT = 1
STEP = 64
KEY_BYTES = 32
NONCE_BYTES = 12
_HEAD = 1 + 16 + NONCE_BYTES
_LENGTH = 4


class CannotOpen(Exception):
    """The bytes do not open under this key, for this row and field: altered, moved, or the key is gone."""


def pad(plain: bytes, *, size: int | None) -> bytes:
    """`plain` with its length before it, filled up to `size` bytes, or to the next 64 where size is None.

    Raises ValueError when it does not fit `size`.
    """
    framed = len(plain).to_bytes(_LENGTH, "big") + plain
    target = size if size is not None else -(-len(framed) // STEP) * STEP
    if len(framed) > target:
        message = f"{len(plain)} bytes do not fit a field of fixed size {target}"
        raise ValueError(message)
    return framed.ljust(target, b"\0")


def unpad(framed: bytes) -> bytes:
    """What `pad` was given."""
    length = int.from_bytes(framed[:_LENGTH], "big")
    return framed[_LENGTH : _LENGTH + length]


def additional_data(*, label: str, row: UUID, owner: UUID, key: UUID) -> bytes:
    """What a sealed value is tied to."""
    return b"|".join((label.encode(), row.bytes, owner.bytes, key.bytes))


def seal(plain: bytes, *, dek: bytes, key: UUID, bound_to: bytes, size: int | None = None) -> bytes:
    """Encrypt `plain` under `dek`; a fresh random nonce each time."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes([FORMAT]) + key.bytes + nonce + AESGCM(dek).encrypt(nonce, pad(plain, size=size), bound_to)


def key_of(sealed: bytes) -> UUID:
    """The id of the key a value was sealed with. Raises CannotOpen for bytes of no known form."""
    _must_be_sealed(sealed)
    return UUID(bytes=bytes(sealed[1:17]))


def _must_be_sealed(sealed: bytes) -> None:
    if len(sealed) <= _HEAD or sealed[0] != FORMAT:
        raise CannotOpen("not a sealed value")


def unseal(sealed: bytes, *, dek: bytes, bound_to: bytes) -> bytes:
    """The plaintext. Raises CannotOpen when a single bit or the binding differs."""
    _must_be_sealed(sealed)
    nonce, body = sealed[17:_HEAD], sealed[_HEAD:]
    try:
        return unpad(AESGCM(dek).decrypt(nonce, body, bound_to))
    except InvalidTag as error:
        raise CannotOpen("altered, moved, or another key") from error


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(KEY_BYTES)


def wrap(dek: bytes, *, kek: bytes) -> bytes:
    """A data key encrypted under a key encryption key."""
    return aes_key_wrap(kek, dek)


def unwrap(wrapped: bytes, *, kek: bytes) -> bytes:
    """The data key. Raises CannotOpen under the wrong key encryption key."""
    try:
        return aes_key_unwrap(kek, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise CannotOpen("the wrapped key does not open") from error


def derive(root: bytes, *, purpose: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(root)


def keyed_hash(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(key, message, hashlib.sha256).digest()
