"""Whether a note is still wanted, asked in one round trip: two statements, because the second must see what was
committed while the first waited for its rows."""

from dataclasses import dataclass
from datetime import datetime

from accounts.mail import trips
from accounts.mail.models import Mail
from accounts.mail.trips import Statement

# Both places of the couple that a mail's delivery belongs to, with their accounts: kept until the commit, in the
# order in which everything keeps memberships.
_PLACES = Statement(
    "kept_places_of_a_mail",
    ("uuid", "timestamptz", "uuid"),
    """
    SELECT m.person_id = %s, p.email, p.mail_stopped_at, p.mail_failed_at, c.cooling_until > %s,
           m.left_at, m.rested_at, p.suspended_at, p.erased_at, p.delete_asked_at
    FROM accounts_membership m
    JOIN accounts_user p ON p.id = m.person_id
    JOIN accounts_couple c ON c.id = m.couple_id
    WHERE m.couple_id = (SELECT own.couple_id FROM checkins_delivery d
                         JOIN accounts_membership own ON own.id = d.membership_id WHERE d.mail_id = %s)
    ORDER BY m.id""",
    keeps=("m", "p"),
)
# A prompt of the mail that is open and unanswered, of a rhythm in force, on a day that is not quiet.
_WAITING = Statement(
    "kept_waiting_of_a_mail",
    ("uuid", "timestamptz"),
    """
    SELECT 1 FROM checkins_delivery d
    JOIN checkins_delivery_prompts about ON about.delivery_id = d.mail_id
    JOIN checkins_prompt q ON q.id = about.prompt_id
    JOIN checkins_checkin i ON i.id = q.check_in_id
    JOIN repair_schedule s ON s.id = i.schedule_id
    WHERE d.mail_id = %s AND q.sent_at IS NULL AND q.skipped_at IS NULL AND NOT q.not_sent AND q.closes_at > %s
      AND s.in_force AND NOT EXISTS (
        SELECT 1 FROM repair_quietdays r WHERE r.couple_id = i.couple_id AND r.ended_at IS NULL
        AND r.first_on <= i."on" AND r.last_on >= i."on")
    LIMIT 1""",
)
_STOPS = slice(4, 10)  # of a place: it cools off, or what makes a couple rest


@dataclass(frozen=True)
class Answer:
    """Where a note would go now; and whether notes may go there, the couple is active, and a prompt waits."""

    address: str
    reachable: bool
    active: bool
    waits: bool

    @property
    def wanted(self) -> bool:
        return self.reachable and self.active and self.waits


def lock_and_ask(mail: Mail, now: datetime) -> Answer | None:
    """Ask about a mail of a delivery, holding both memberships and both accounts; None for one without a place.

    Active means what `accounts.couples.queries.state_of` says, from columns alone; a test holds the two together.
    """
    (places, _), (waiting, _) = trips.together(
        (_PLACES, (mail.person_id, now, mail.pk)), (_WAITING, (mail.pk, now))
    )
    mine = next((place for place in places if place[0]), None)
    if mine is None:
        return None
    _, address, mail_stopped_at, mail_failed_at, *_ = mine
    return Answer(
        address=address,
        reachable=mail_stopped_at is None and mail_failed_at is None,
        active=not any(any(place[_STOPS]) for place in places),
        waits=bool(waiting),
    )
