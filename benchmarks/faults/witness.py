"""Who committed first, by PostgreSQL's own record: triggers note the transaction of every attempt and every
withdrawal, and `track_commit_timestamp` says when each committed.

An attempt and a withdrawal hold the same rows, so one commits wholly before the other begins to: their commit
timestamps, from one clock, cannot be in the wrong order.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

_TABLES = """
CREATE TABLE faults_seen (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(), what text, mail uuid, person uuid, couple uuid);
CREATE FUNCTION faults_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO faults_seen (what, mail) VALUES ('attempt', NEW.mail_id); RETURN NULL; END $$;
CREATE FUNCTION faults_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO faults_seen (what, person, couple) VALUES ('couple', NEW.person_id, NEW.couple_id);
  RETURN NULL;
END $$;
CREATE FUNCTION faults_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO faults_seen (what, person) VALUES ('stop', NEW.id); RETURN NULL; END $$;
CREATE TRIGGER faults_1 AFTER INSERT ON accounts_attempt FOR EACH ROW EXECUTE FUNCTION faults_attempt();
CREATE TRIGGER faults_2 AFTER UPDATE ON accounts_attempt FOR EACH ROW
  WHEN (OLD.began_at IS DISTINCT FROM NEW.began_at) EXECUTE FUNCTION faults_attempt();
CREATE TRIGGER faults_3 AFTER UPDATE ON accounts_membership FOR EACH ROW
  WHEN ((OLD.rested_at IS NULL AND NEW.rested_at IS NOT NULL) OR (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL))
  EXECUTE FUNCTION faults_place();
CREATE TRIGGER faults_4 AFTER UPDATE ON accounts_user FOR EACH ROW
  WHEN (OLD.mail_stopped_at IS NULL AND NEW.mail_stopped_at IS NOT NULL) EXECUTE FUNCTION faults_stop();
"""
_SEEN = "SELECT what, mail, person, couple, pg_xact_commit_timestamp(xid::xid) FROM faults_seen"
FRESH_SECONDS = 5.0  # DATA may follow a withdrawal by this much, where the attempt had committed before


def install() -> None:
    """Make the triggers, once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('faults_seen')")
        if cursor.fetchone() == (None,):
            cursor.execute(_TABLES)


@dataclass(frozen=True)
class Trial:
    """One mail whose person, or whose partner, withdrew: when that and the attempts committed (the machine's
    clock), and when the relay heard DATA for it."""

    address: str
    withdrawn_at: datetime
    attempts: tuple[datetime, ...]
    data: tuple[datetime, ...]

    @property
    def attempts_after(self) -> int:
        """Attempts that committed after the withdrawal had."""
        return sum(at > self.withdrawn_at for at in self.attempts)

    @property
    def late_data(self) -> int:
        """How often DATA was heard more than five seconds after it."""
        return sum((at - self.withdrawn_at).total_seconds() > FRESH_SECONDS for at in self.data)


def trials(mails: Iterable[tuple[UUID, UUID, UUID, str]], data: dict[str, list[datetime]]) -> list[Trial]:
    """For (mail, person, couple, address) of everybody concerned by a withdrawal: one trial each."""
    attempts: dict[Any, list[datetime]] = defaultdict(list)
    couples: dict[Any, datetime] = {}
    stops: dict[Any, datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN)
        for what, mail, person, couple, at in cursor.fetchall():
            if what == "attempt":
                attempts[mail].append(at)
            elif what == "couple":
                couples[couple] = min(at, couples.get(couple, at))
            else:
                stops[person] = min(at, stops.get(person, at))
    found = []
    for mail, person, couple, address in mails:
        ended = [at for at in (couples.get(couple), stops.get(person)) if at is not None]
        if ended:
            found.append(Trial(address, min(ended), tuple(attempts[mail]), tuple(data.get(address, ()))))
    return found
