"""Everything that a relay may do wrong: to one recipient, to a connection, and by being slow or silent."""

from typing import Any

from accounts.mail.models import Attempt, Mail, State
from accounts.users.models import User
from benchmarks.faults.count import Row, count
from benchmarks.faults.lay import People
from benchmarks.faults.stage import Stage

# what the relay does to these recipients: mark in the address, step, what, how often to each, in words
PASSING = [
    ("rcpt421", "RCPT", "421 closing", 2),
    ("rcpt450", "RCPT", "450 mailbox busy", 2),
    ("rcpt451", "RCPT", "451 local error", 2),
    ("rcpt452", "RCPT", "452 no room", 2),
    ("data451", "DATA", "451 not now", 2),
    ("dot452", "dot", "452 no room", 2),
    ("rcpthang", "RCPT", "hang up", 2),
    ("rcptreset", "RCPT", "reset", 2),
    ("datahang", "DATA", "hang up", 2),
    ("datareset", "DATA", "reset", 2),
    ("bodyhang", "body", "hang up", 2),
    ("dothang", "dot", "hang up", 1),  # after taking the mail
    ("dotreset", "dot", "reset", 2),
    ("dotdrop", "dot", "drop", 2),  # hangs up and forgets the mail
]
SILENT = [("datasilent", "DATA"), ("bodysilent", "body"), ("dotsilent", "dot")]
FOR_GOOD = [
    ("no550", "RCPT", "550 no such user"),
    ("no551", "RCPT", "551 not here"),
    ("no552", "dot", "552 too big"),
    ("no553", "RCPT", "553 no such name"),
    ("no554", "dot", "554 no"),
]
GREY_MINUTES = 5
# what it does to whole connections: step, what
TO_CONNECTIONS = [
    ("banner", "421 not now"),
    ("banner", "554 go away"),
    ("banner", "hang up"),
    ("banner", "reset"),
    ("EHLO", "hang up"),
    ("EHLO", "reset"),
    ("AUTH", "535 wrong password"),
    ("AUTH", "reset"),
    ("MAIL", "421 closing"),
    ("MAIL", "451 local error"),
    ("MAIL", "550 not you"),
    ("MAIL", "reset"),
]
HURRIED = {"OPENING_SECONDS": 1.0, "SENDING_SECONDS": 1.0}


def _some(people: People, mark: str) -> People:
    mine = [one for one in people.placed if one.address.startswith(f"{mark}.")]
    return People(mine, people.dates, people.opens_at)


def to_recipients(stage: Stage) -> None:
    """All at once, mixed in the same batches; a row for each."""
    house = stage.house
    stage.staff()
    passing = PASSING[1::3] if stage.short else PASSING
    marks = [mark for mark, *_ in passing] + ["grey"]
    names = [f"relay: {do} at {step}, {times}×" for _, step, do, times in passing]
    rules: list[dict[str, Any]] = [
        {"to": f"{mark}.", "step": step, "do": do, "times": times} for mark, step, do, times in passing
    ]
    rules.append({"to": "grey.", "step": "RCPT", "do": "450 greylisted", "greylist": GREY_MINUTES})
    with stage.rows_of("relay", *names, f"relay: greylisting, {GREY_MINUTES} min") as rows:
        house.relay.tell(rules=rules)
        people = stage.people(stage.size(long=len(marks) * 10, short=len(marks)), marks=marks)
        house.move(1.5)
        began = stage.drain(minutes=25)  # what each is told to do ends by itself
        served = house.relay.tell()["served"]
        for row, mark, rule in zip(rows, marks, rules, strict=True):
            count(house, row, _some(people, mark), healed_at=began)
            row.injected = served.get(f"{rule['step']} {rule['do']}", 0)
            if not row.injected:
                row.broken.append("the relay never did it: this measured nothing")


def silences(stage: Stage) -> None:
    """A relay that falls silent in the midst. The workers wait as long as in production, but in the short form."""
    house = stage.house
    stage.staff()
    with stage.rows_of("relay", *(f"relay: silent at {step}, once each" for _, step in SILENT)) as rows:
        house.tell_workers(waits=HURRIED if stage.short else {})
        house.relay.tell(
            rules=[{"to": f"{mark}.", "step": step, "do": "silence", "times": 1} for mark, step in SILENT]
        )
        people = stage.people(stage.size(long=3, short=2), marks=[mark for mark, _ in SILENT])
        house.move(1.5)
        began = stage.drain()
        for row, (mark, _) in zip(rows, SILENT, strict=True):
            count(house, row, _some(people, mark), healed_at=began)


def for_good(stage: Stage) -> None:
    """Refused for good: one try, the address is marked for its owner's own screen, everybody else gets theirs."""
    house = stage.house
    stage.staff()
    names = [f"relay: {do} at {step}, always" for _, step, do in FOR_GOOD]
    with stage.rows_of("relay", *names, "relay: partners of those refused") as rows:
        house.relay.tell(rules=[{"to": f"{mark}.", "step": step, "do": do} for mark, step, do in FOR_GOOD])
        marks = [mark for one, *_ in FOR_GOOD for mark in (one, "")]  # the partner's address is sound
        people = stage.people(stage.size(long=50, short=len(FOR_GOOD)), marks=marks)
        house.move(1.5)
        began = stage.drain()
        for row, (mark, *_) in zip(rows, FOR_GOOD, strict=False):
            _refused(row, _some(people, mark))
        others = [one for one in people.placed if not one.address.startswith("no55")]
        count(house, rows[-1], People(others, people.dates, people.opens_at), healed_at=began)
        taken = {entry["recipient"] for entry in house.relay.heard("kept")}
        if any(one.startswith("no55") for one in taken):
            rows[-1].broken.append("a refused mail was taken")


def _refused(row: Row, people: People) -> None:
    row.trials = len(people.placed)
    mails = Mail.objects.filter(person__in=people.ids)
    wrong = [
        (mails.filter(state=State.REFUSED).count() != row.trials, "not every refusal ended its mail"),
        (Attempt.objects.filter(mail__in=mails).count() != row.trials, "a refused mail was tried again"),
        (User.objects.filter(pk__in=people.ids, mail_failed_at=None).exists(), "an owner was not told"),
    ]
    row.notes["refused for good"] = mails.filter(state=State.REFUSED).count()
    row.broken += [words for is_so, words in wrong if is_so]


def to_connections(stage: Stage) -> None:
    """One after the other in the short form; each alone, for ten minutes, in the long."""
    house = stage.house
    stage.staff()
    if stage.short:
        with stage.row("relay: every fault of a connection in turn", "relay") as row:
            wrongs = TO_CONNECTIONS[::2]
            _suffer(stage, row, [{"step": step, "do": do, "times": 1} for step, do in wrongs], couples=5)
        return
    for step, do in TO_CONNECTIONS:
        with stage.row(f"relay: {do} at {step}, 10 min", "relay") as row:
            _suffer(stage, row, [{"step": step, "do": do}], couples=20)
    with stage.row("relay: silent before the banner, once a minute", "relay") as row:
        _suffer(stage, row, [{"step": "banner", "do": "silence", "times": 2}], couples=20)
    with stage.row("relay: not there, 10 min", "relay") as row:
        house.relay.tell(listen=False)
        _suffer(stage, row, [], couples=20)


def _suffer(stage: Stage, row: Row, rules: list[dict[str, Any]], *, couples: int) -> None:
    house = stage.house
    house.relay.tell(rules=rules)
    people = stage.people(couples)
    house.move(1.5)
    stage.drain(minutes=60 if stage.short else 10)
    row.injected = sum(house.relay.tell()["served"].values())
    if not stage.short:
        stage.is_seen_owed(row)
    early = len(house.relay.heard("kept"))
    house.relay.tell(rules=[], listen=True)
    if rules and not row.injected:
        row.broken.append("the relay never did it: this measured nothing")
    if not stage.short and early and "times" not in (rules or [{}])[0]:
        row.broken.append("mail went through in the midst of the fault")
    healed_at = stage.drain()
    count(house, row, people, healed_at=healed_at)


def slow(stage: Stage) -> None:
    """Seconds before every reply: longer than an attempt stays fresh, so each is asked about anew."""
    house = stage.house
    stage.staff()
    seconds = 0.2 if stage.short else 2.6
    with stage.row(f"relay: slow, {seconds} s before every reply", "relay") as row:
        house.relay.tell(rules=[{"step": "*", "wait": seconds}])
        people = stage.people(stage.size(long=4, short=1))
        house.move(1.5)
        began = stage.drain()
        row.injected = sum(house.relay.tell()["served"].values())
        count(house, row, people, healed_at=began)


def no_tls(stage: Stage) -> None:
    """STARTTLS refused, not offered, broken off: nothing is said in clear. Once it is granted, mail flows."""
    ways = [
        ("refused", [{"step": "STARTTLS", "do": "454 not available"}]),
        ("not offered", [{"step": "EHLO", "do": "250 hello"}]),
        ("broken off", [{"step": "STARTTLS", "do": "reset"}]),
    ]
    for name, rules in ways[:1] if stage.short else ways:
        with stage.row(f"relay: STARTTLS {name}, 10 min", "relay") as row:
            without_tls(stage, row, rules, couples=stage.size(long=20, short=3))


def without_tls(stage: Stage, row: Row, rules: list[dict[str, Any]], *, couples: int, bug: str = "") -> None:
    """Fill the row: workers who must have TLS, before a relay that keeps it from them for ten minutes."""
    house = stage.house
    stage.staff(broken=bool(bug))
    house.relay.tell(rules=rules)
    house.tell_workers(bug=bug, EMAIL_URL=house.email_url.replace("smtp://", "smtp+tls://"))
    people = stage.people(couples)
    house.move(1.5)
    stage.drain(minutes=10)
    row.injected = sum(house.relay.tell()["served"].values())
    house.relay.tell(rules=[])
    healed_at = stage.drain()
    count(house, row, people, healed_at=healed_at)
    said = house.relay.heard("MAIL") + house.relay.heard("AUTH")
    row.notes["MAIL and AUTH in clear"] = clear = sum(not entry["safe"] for entry in said)
    row.notes["over TLS"] = sum(entry["safe"] for entry in said)
    if clear:
        row.broken.append(f"{clear} commands in clear")
    if not row.injected or not row.notes["over TLS"]:
        row.broken.append("TLS was never asked for: this measured nothing")
