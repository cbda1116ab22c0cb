"""A therapist with codes, for tests of the partners' pages."""

from typing import Any

from accounts.therapists import codes
from accounts.therapists.models import CodePair
from accounts.therapists.services import make_codes, stamp_of
from accounts.users.models import User
from tests.cast import make_person
from tests.conftest import START


def therapist_with_codes() -> tuple[User, CodePair, str, str]:
    """A therapist, a pair, and its two codes."""
    therapist = make_person("Tea", now=START, therapist=True)
    pair = make_codes(therapist=therapist, now=START)
    return therapist, pair, codes.code_of(pair.pk, 1), codes.code_of(pair.pk, 2)


def yes(pair: CodePair, **fields: Any) -> dict[str, Any]:
    """What the form of the answer posts."""
    return {"answer": "start", "profile": stamp_of(pair.therapist.profile), **fields}
