"""Names of cached values. They hold addresses and network addresses, so that only a hash of them is stored."""

from accounts.vault.services import keyed_hash


def hashed_key(key: str, key_prefix: str, version: int) -> str:
    """The name under which a value is kept: a keyed hash of what it was asked for by."""
    return keyed_hash("cache", f"{key_prefix}:{version}:{key}").hex()
