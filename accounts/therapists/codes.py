"""Codes that a therapist hands over in person: two for a couple, one for each partner.

They are typed by hand, so they are short: ten letters and digits, 50 bits, in two groups (Crockford's alphabet,
without I, L, O and U). What makes that enough: a partner may try ten times an hour, a code is open for seven days
and works once, and it opens a public profile only; access begins with two partners' yes. A code is the keyed hash
of its pair and side, so that it needs no place in the database: there stands only a second keyed hash of it.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from accounts.users.models import User
from accounts.vault import services as vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 10
OPEN_FOR = timedelta(days=7)
TRIES_AN_HOUR = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_of(pair: object, side: int) -> str:
    """The code of one side (1 or 2) of a pair, as ten letters without a space."""
    number = int.from_bytes(vault.keyed_hash("therapist code", f"{pair}|{side}"), "big")
    return "".join(ALPHABET[(number >> (5 * i)) & 31] for i in range(LETTERS))


def shown(code: str) -> str:
    """The code in two groups, as it is handed over."""
    return f"{code[:5]} {code[5:]}"


def typed(entered: str) -> str:
    """What somebody typed, read kindly: any case, with or without spaces and hyphens, O as 0 and I or L as 1."""
    return re.sub(r"[\s\-–]", "", entered).upper().translate(_READ_AS)


def hash_of(code: str) -> bytes:
    """What the database keeps of a code."""
    return vault.keyed_hash("therapist code at rest", code)


def may_try(person: UUID, *, now: datetime) -> bool:
    """Count one try of a person to enter a code; False once there were more than ten in this hour.

    The person's row is held meanwhile: a cache reads and then writes, so that many tries at once would count as
    one.
    """
    key = f"helper-code-{person}-{now:%Y%m%d%H}"
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=person).values_list("pk"))
        tries = int(cache.get(key, 0)) + 1
        cache.set(key, tries, timeout=3700)
    return tries <= TRIES_AN_HOUR
