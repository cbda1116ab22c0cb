"""Rule 1, non-interference: what others observe does not depend on what only Ana may know.

Two worlds differ in one secret of Ana. Everybody else asks for everything there is in both, presses every button
they are offered, and reads their mail: status, headers, cookies, bytes, messages, exports, the shape of the
queries, mail, audit rows and log lines must be equal. The leaks in `test_leaks.py` show that it bites.
"""

from dataclasses import replace

import pytest

from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.looking import ASKED, COMMON, FAR, NEAR, WAYS, House
from tests.contract.secret import Secret
from tests.contract.secrets_of_ana import SECRETS, STACKS
from tests.security import tally
from tests.security.test_form_fuzz import WHOLE

# SQLite alone: what is compared are answers, and the suite asks both databases for those elsewhere.
pytestmark = [pytest.mark.pure, pytest.mark.timeout(1800)]
HARNESS = "two worlds"


def test_there_are_enough_secrets() -> None:
    assert len(SECRETS) >= 18
    assert len({secret.name for secret in SECRETS}) == len(SECRETS)
    assert all(len(secret.worlds) > 1 for secret in SECRETS)


@pytest.mark.slow
@pytest.mark.thorough  # `make test` has all secrets laid over each other, below
@pytest.mark.parametrize("secret", SECRETS, ids=lambda s: s.name)
def test_nobody_else_can_tell(cast: Cast, clock: Moved, secret: Secret) -> None:
    """ASVS 8.2.3."""
    house = House.build(cast, clock)
    found = house.told_apart(secret, NEAR, ways=COMMON)
    tally.add(HARNESS, cases=house.compared, found=len(found))
    assert found == []


@pytest.mark.slow
@pytest.mark.minutes(1)
@pytest.mark.parametrize("viewers", [NEAR, FAR[:4], FAR[4:]], ids=", ".join)
@pytest.mark.parametrize("stack", STACKS, ids=lambda s: s.name)
def test_nobody_at_all_can_tell(cast: Cast, clock: Moved, stack: Secret, viewers: tuple[str, ...]) -> None:
    """All routes, for everybody of the cast; in `make security` wrong presses too, HEAD and htmx."""
    house = House.build(cast, clock)
    found = house.told_apart(stack, viewers, ways=WAYS if WHOLE else COMMON)
    tally.add(HARNESS, cases=house.compared, found=len(found))
    assert found == []


@pytest.mark.thin
@pytest.mark.parametrize("name", ["whether she answered, skipped, drafted", "why it rests"])
def test_the_other_cannot_tell_in_the_quick_suite(cast: Cast, clock: Moved, name: str) -> None:
    """The thin form: each route with empty hands, for the one who would most like to know."""
    secret = next(secret for secret in SECRETS if secret.name == name)
    thin = replace(secret, worlds=secret.worlds[:3])
    assert House.build(cast, clock, kept=False).told_apart(thin, ["ben"], ways=ASKED) == []
