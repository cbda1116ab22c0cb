"""What came of every prompt, from the relay's record: lost, copies, wrong recipients, and what explains them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accounts.mail.models import Mail, State
from benchmarks.faults.house import House
from benchmarks.faults.lay import People

MOST_COPIES = 3
MOST_EXAMPLES = 5


@dataclass
class Row:
    """One line of the table."""

    name: str
    family: str
    due: int = 0
    lost: int = 0
    copies: dict[int, int] = field(default_factory=dict)  # how often the relay took one mail: how many mails
    after_withdrawal: int = 0
    wrong_recipient: int = 0
    ambiguous: int = 0
    unexplained: int = 0  # mails with more copies than 1 + ambiguous failures
    stopped: int = 0  # after three unknown outcomes
    drain_s: float | None = None  # on the site's clock, from the end of the fault to the last mail
    kills: int = 0
    trials: int = 0
    injected: int = 0  # how often the relay did what it was told to do wrong
    seconds: float = 0.0
    notes: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)  # promises that did not hold

    @property
    def max_copies(self) -> int:
        """The most copies of one mail."""
        return max(self.copies, default=0)

    @property
    def extra(self) -> int:
        """Copies beyond the first of each mail."""
        return sum((n - 1) * mails for n, mails in self.copies.items())

    def check(self) -> "Row":
        """Name the promises that did not hold."""
        told = [
            (self.lost, f"{self.lost} lost"),
            (self.after_withdrawal, f"{self.after_withdrawal} after withdrawal"),
            (self.wrong_recipient, f"{self.wrong_recipient} to the wrong recipient"),
            (self.max_copies > MOST_COPIES, f"{self.max_copies} copies of one mail"),
            (self.unexplained, f"{self.unexplained} mails with more copies than ambiguous failures explain"),
            (not self.due and not self.trials, "nothing was due: this measured nothing"),
        ]
        self.broken += [words for wrong, words in told if wrong]
        return self

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "max_copies": self.max_copies}


def _pk_of(message_id: str) -> UUID | None:
    try:
        return UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None


def count(
    house: House,
    row: Row,
    people: People,
    *,
    excused: Collection[tuple[str, date]] = (),
    healed_at: datetime | None = None,
) -> Row:
    """Fill the row for `people` with what the relay kept since its mark. `excused` are the (address, date) that
    are not owed a mail: refused for good, withdrawn, or with a window that closed during the fault."""
    kept = house.relay.heard("kept")
    owner = {one.person: one.address for one in people.placed}
    mails = Mail.objects.filter(person__in=people.ids)
    person_of = dict(mails.values_list("pk", "person_id"))
    dates: dict[UUID, set[date]] = defaultdict(set)
    for mail, on in mails.values_list("pk", "delivery__prompts__check_in__on"):
        dates[mail].add(on)
    copies: Counter[UUID] = Counter()
    got: set[tuple[str, date]] = set()
    last = 0.0
    for entry in kept:
        pk = _pk_of(entry["message_id"])
        if pk not in person_of:
            continue  # of another scenario, or nobody's: counted below
        copies[pk] += 1
        recipient = entry["recipient"]
        if recipient != owner[person_of[pk]] or entry["to"] != recipient:
            row.wrong_recipient += 1
        got |= {(recipient, on) for on in dates[pk]}
        last = max(last, entry["site"])
    claimed = [_pk_of(entry["message_id"]) for entry in kept]
    known = set(Mail.objects.filter(pk__in=[pk for pk in claimed if pk]).values_list("pk", flat=True))
    row.wrong_recipient += sum(pk not in known for pk in claimed)
    owed = people.due - set(excused)
    row.due += len(owed)
    row.lost += len(owed - got)
    for address, on in sorted(owed - got)[:MOST_EXAMPLES]:
        theirs = mails.filter(person__email=address).values("state", "tries", "unknowns", "faults", "due_at")
        row.notes.setdefault("lost, for example", []).append(f"{address} on {on}: {list(theirs)}")
    unknowns = dict(mails.values_list("pk", "unknowns"))
    row.ambiguous += sum(unknowns.values())
    row.stopped += mails.filter(state=State.UNKNOWN).count()
    row.unexplained += sum(1 for pk, n in copies.items() if n > 1 + unknowns[pk])
    for n in copies.values():
        row.copies[n] = row.copies.get(n, 0) + 1
    if healed_at is not None and last:
        row.drain_s = round(max(0.0, (datetime.fromtimestamp(last, UTC) - healed_at).total_seconds()), 1)
    return row
