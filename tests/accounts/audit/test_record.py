"""The audit: rows only added, in one keyed chain that notices every tampering."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction

from accounts.access import viewer_of
from accounts.audit.models import AppendOnly, Entry, Head
from accounts.audit.queries import entries_for
from accounts.audit.services import let_go, record, verify
from tests.cast import Cast, build_cast
from tests.conftest import START, Moved

VIEW = Entry.What.THERAPIST_VIEW


def _three(cast: Cast, clock: Moved) -> list[Entry]:
    couple = cast.couples["ana"]
    return [record(what=VIEW, now=clock.move(days=1), couple=couple, actor=cast.theo) for _ in range(3)]


def test_entries_are_numbered_and_hold(cast: Cast, clock: Moved) -> None:
    assert verify().broken_at is None  # nothing yet
    assert [e.number for e in _three(cast, clock)] == [1, 2, 3]
    found = verify()
    assert (found.count, found.newest, found.broken_at) == (3, 3, None)
    call_command("verify_audit")


def test_an_unknown_act_is_not_recorded(cast: Cast, clock: Moved) -> None:
    with pytest.raises(ValueError, match="peeked"):
        record(what="peeked", now=clock.at, couple=cast.couples["ana"])
    assert not Entry.objects.exists()


def _raw(sql: str, params: list[object] | None = None) -> None:
    """As somebody who owns the database, whom its own guards do not stop."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("set session_replication_role = replica")
        cursor.execute(sql, params)
        if connection.vendor == "postgresql":
            cursor.execute("set session_replication_role = origin")


def _swap(one: int, other: int) -> None:
    _raw(f"update accounts_entry set number=99 where number={one}")
    _raw(f"update accounts_entry set number={one} where number={other}")
    _raw(f"update accounts_entry set number={other} where number=99")


def _cut_the_end() -> None:
    mac = Entry.objects.get(number=2).mac
    _raw("delete from accounts_entry where number=3")
    _raw("update accounts_head set number=2, mac=%s", [mac])


TAMPERINGS: list[tuple[str, Callable[[], None], int]] = [
    ("what was done is altered", lambda: _raw("update accounts_entry set what='brief' where number=2"), 2),
    ("who did it is altered", lambda: _raw("update accounts_entry set actor_id=null where number=1"), 1),
    ("a row is hidden from them", lambda: _raw("update accounts_entry set couple_id=null where number=3"), 3),
    ("a row in the middle is gone", lambda: _raw("delete from accounts_entry where number=2"), 2),
    ("the oldest row is gone", lambda: _raw("delete from accounts_entry where number=1"), 1),
    ("the newest row is gone", lambda: _raw("delete from accounts_entry where number=3"), 3),
    ("two rows change places", lambda: _swap(1, 2), 1),
    ("the end is cut and the head set back", _cut_the_end, 1),
    ("the head is gone", lambda: _raw("delete from accounts_head"), 1),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "tamper", "at"), TAMPERINGS, ids=[t[0] for t in TAMPERINGS])
def test_tampering_is_noticed(
    cast: Cast, clock: Moved, sentence: str, tamper: Callable[[], None], at: int
) -> None:
    _three(cast, clock)
    tamper()
    assert verify().broken_at == at, sentence
    with pytest.raises(CommandError, match=f"entry {at}"):
        call_command("verify_audit")


def test_a_row_with_another_time_does_not_hold(cast: Cast, clock: Moved) -> None:
    _three(cast, clock)
    _raw("update accounts_entry set at=%s where number=2", [START - timedelta(days=9)])
    assert verify().broken_at == 2


def test_rows_are_neither_changed_nor_deleted(cast: Cast, clock: Moved) -> None:
    entry = _three(cast, clock)[0]
    for refused in (entry.save, entry.delete, Entry.objects.all().delete):
        with pytest.raises(AppendOnly):
            refused()
    with pytest.raises(AppendOnly):
        Entry.objects.update(what="brief")


REFUSED = [
    "update accounts_entry set what='brief' where number=2",
    "update accounts_entry set couple_id=null",
    "delete from accounts_entry where number=1",
    "delete from accounts_entry",
]


@pytest.mark.services
@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_itself_refuses(cast: Cast, clock: Moved, sql: str) -> None:
    """On PostgreSQL a trigger stands before the rows, whatever the code says; retention passes it, and the chain
    holds afterwards."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    entries = _three(cast, clock)
    with (
        pytest.raises(ProgrammingError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert (verify().count, verify().broken_at) == (3, None)
    assert let_go(before=entries[1].at) == 1
    assert (verify().count, verify().broken_at) == (2, None)
    with (
        pytest.raises(ProgrammingError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from accounts_entry where number=2")


@pytest.mark.services
def test_moving_the_line_by_hand_opens_the_way_and_is_noticed(cast: Cast, clock: Moved) -> None:
    """Without the key file nobody can say that the chain begins later: rows can be deleted then, but it shows."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    _three(cast, clock)
    with connection.cursor() as cursor:
        cursor.execute("update accounts_head set kept_from=3")
        cursor.execute("delete from accounts_entry where number<3")
    assert verify().broken_at is not None


def test_no_code_changes_or_deletes_rows() -> None:
    """Only `let_go` deletes, for the retention job."""
    touching = re.compile(r"\bEntry\.objects[^\n]*\.(update|delete|bulk_update|_raw_delete)\(|accounts_entry")
    found = [
        path.as_posix()
        for root in ("accounts", "repair", "checkins")
        for path in Path(root).rglob("*.py")
        if "migrations" not in path.parts and touching.search(path.read_text())
    ]
    assert found == []
    raw = [p.as_posix() for p in Path("accounts/audit").rglob("*.py") if "_raw_delete" in p.read_text()]
    assert raw == ["accounts/audit/services.py"]


def test_old_rows_go_and_the_rest_still_holds(cast: Cast, clock: Moved) -> None:
    entries = _three(cast, clock)
    assert let_go(before=entries[0].at) == 0
    assert let_go(before=entries[2].at) == 2
    assert (verify().count, verify().broken_at) == (1, None)
    record(what=VIEW, now=clock.move(days=1), couple=cast.couples["ana"], actor=cast.theo)
    assert (verify().count, verify().newest, verify().broken_at) == (2, 4, None)
    assert let_go(before=clock.move(days=9)) == 2
    assert record(what=VIEW, now=clock.at, couple=cast.couples["ana"]).number == 5
    assert verify().broken_at is None


def test_a_rolled_back_row_leaves_no_gap(cast: Cast, clock: Moved) -> None:
    _three(cast, clock)
    try:
        with transaction.atomic():
            record(what=VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo)
            raise RuntimeError
    except RuntimeError:
        pass
    assert record(what=VIEW, now=clock.at, couple=cast.couples["ana"], actor=cast.theo).number == 4
    assert verify().broken_at is None


def test_who_reads_which_rows(cast: Cast, clock: Moved) -> None:
    couple = cast.couples["ana"]
    both = record(what=VIEW, now=clock.at, couple=couple, actor=cast.theo).number
    hers = record(what=VIEW, now=clock.at, couple=couple, actor=cast.theo, only_for=cast.ana).number
    on_ben = record(what=Entry.What.SUSPEND, now=clock.at, only_for=cast.ben).number
    elsewhere = record(what=VIEW, now=clock.at, couple=cast.couples["cleo"], actor=cast.theo).number
    expected = {
        "ana": [hers, both],
        "ben": [on_ben, both],
        "cleo": [elsewhere],
        "sol": [],
        "theo": [],
        "sue": [],
    }
    for name, numbers in expected.items():
        viewer = viewer_of(cast.people[name], now=clock.at)
        assert [e.number for e in entries_for(viewer)] == numbers, name
    assert list(entries_for(viewer_of(None, now=clock.at))) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_parallel_records_stand_in_one_line() -> None:
    """Eight threads of five rows each, from an empty table: forty numbers without gap or fork."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    cast = build_cast(now=START)
    together = threading.Barrier(8)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            together.wait()
            for _ in range(5):
                record(what=VIEW, now=START, couple=cast.couples["ana"], actor=cast.theo)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert (verify().count, verify().broken_at) == (40, None)
    assert Head.objects.get().number == 40
