"""The secrets of Ana in which two worlds can differ; and all of them laid over each other."""

from tests.contract import secrets_of_account as account
from tests.contract import secrets_of_answers as answers
from tests.contract import secrets_of_ladder as ladder
from tests.contract import secrets_of_practices as practices
from tests.contract import secrets_of_seasons as seasons
from tests.contract import secrets_of_stopping as stopping
from tests.contract import secrets_of_talks as talks
from tests.contract.secret import Secret, both, nothing

SECRETS = (
    *answers.SECRETS,
    *account.SECRETS,
    *practices.SECRETS,
    *ladder.SECRETS,
    *seasons.SECRETS,
    *talks.SECRETS,
    *stopping.SECRETS,
)

# For those who have nothing to do with her, and for what is rarely asked: many secrets at once. A difference here
# does not say which secret it is; none means none of them.
STACKS = (
    Secret(
        "everything she keeps to herself, at once",
        (
            nothing,
            both(
                *answers.AT_ONCE,
                *account.AT_ONCE,
                *practices.AT_ONCE,
                *ladder.AT_ONCE,
                *seasons.AT_ONCE,
                *talks.AT_ONCE,
            ),
            both(answers.skipped, *account.AT_ONCE[:2]),
        ),
    ),
    Secret("every way to stop, at once", stopping.AT_ONCE),
)
