"""A backup from before an erasure is brought back: nothing serves until the erasures are replayed."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import models

from accounts.access import viewer_of
from accounts.couples.states import CoupleState
from accounts.privacy import house, ledger, services
from accounts.privacy.models import Erasure
from accounts.users.models import User
from accounts.vault import services as vault
from accounts.vault.models import DataKey
from repair import checks
from repair.plan.models import Draft
from tests.cast import Cast
from tests.conftest import Moved
from tests.contract.world import build_world

ROOT = Path(__file__).parents[3]


def _dump() -> list[models.Model]:
    """Rows as a backup would hold them: of people, keys, drafts and the ledger's own table."""
    return [row for model in (User, DataKey, Draft) for row in model.objects.all()]  # type: ignore[attr-defined]


def _restore(rows: list[models.Model]) -> None:
    Erasure.objects.all().delete()
    for row in rows:
        row._state.adding = False
        models.Model.save(row)


def test_a_backup_from_before_an_erasure_serves_only_after_the_replay(cast: Cast, clock: Moved) -> None:
    build_world(cast, now=clock.at)
    before = _dump()
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=7)
    assert services.erase_due(now=clock.at) == 1
    checks.refuse_before_replay()
    _restore(before)
    ana = User.objects.get(pk=cast.ana.pk)
    assert vault.open(viewer_of(ana, now=clock.at), ana, "name") == "Ana", "the backup can be read"
    with pytest.raises(ImproperlyConfigured, match="restore_check --replay"):
        checks.refuse_unsafe_start()
    with pytest.raises(ImproperlyConfigured, match="1 erased"):
        call_command("tick")
    with pytest.raises(CommandError, match="1 of those"):
        call_command("restore_check")
    call_command("restore_check", "--replay")
    ana = User.objects.get(pk=cast.ana.pk)
    assert ana.erased_at == clock.at
    assert "ana" not in ana.email
    assert bytes(DataKey.objects.get(owner_id=ana.pk).wrapped) == b""
    assert not Draft.objects.filter(author=ana).exists()
    assert viewer_of(User.objects.get(pk=cast.ben.pk), now=clock.at).state is CoupleState.RESTING
    assert Erasure.objects.filter(owner_id=ana.pk).exists()
    assert not Session.objects.exists()
    checks.refuse_before_replay()
    call_command("restore_check")


def test_a_couple_that_both_left_for_good_goes_again_too(cast: Cast, clock: Moved) -> None:
    before = _dump()
    for person in (cast.ana, cast.ben):
        services.ask_delete(person=person, now=clock.at)
    clock.move(days=7)
    assert services.erase_due(now=clock.at) == 2
    _restore(before)
    assert sorted(ledger.living()) == sorted([cast.ana.pk, cast.ben.pk, cast.couples["ana"].pk])
    assert services.replay_erasures(now=clock.at) == 3
    assert ledger.living() == []
    assert services.replay_erasures(now=clock.at) == 0


def test_the_file_holds_ids_alone_and_is_its_owners_alone(cast: Cast, clock: Moved) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=7)
    services.erase_due(now=clock.at)
    assert ledger.path().read_text().split() == [str(cast.ana.pk)]
    assert ledger.path().stat().st_mode & 0o777 == 0o600
    assert ledger.path().parent == Path(ledger.settings.KEYS_FILE).parent


def test_an_erasure_that_cannot_be_written_down_does_not_happen(
    cast: Cast, clock: Moved, settings: Any, tmp_path: Path
) -> None:
    services.ask_delete(person=cast.ana, now=clock.at)
    clock.move(days=7)
    key_file = settings.KEYS_FILE
    settings.KEYS_FILE = tmp_path / "gone" / "keys.json"
    assert services.erase_due(now=clock.at) == 0
    settings.KEYS_FILE = key_file
    assert User.objects.get(pk=cast.ana.pk).erased_at is None
    assert services.erase_due(now=clock.at) == 1


def test_a_line_cut_short_by_a_crash_is_passed_over_and_the_next_one_counts(db: None) -> None:
    ledger.add([first := uuid4()])
    with ledger.path().open("a") as out:
        out.write(f"\n{str(uuid4())[:20]}")
    ledger.add([second := uuid4()])
    assert ledger.named() == {first, second}


def test_a_ledger_that_was_altered_is_no_ledger(db: None) -> None:
    ledger.add([uuid4()])
    with ledger.path().open("a") as out:
        out.write("nobody\n")
    with pytest.raises(ImproperlyConfigured, match="cannot be told"):
        checks.refuse_before_replay()


def test_without_an_erasure_nothing_is_asked_of_the_database() -> None:
    assert checks.erasures_are_replayed() == []


def test_the_hourly_job_copies_what_another_machine_erased(cast: Cast, clock: Moved) -> None:
    Erasure.objects.create(owner_id=(owner := uuid4()), at=clock.at)
    house.keep_house(clock.at)
    assert ledger.named() == {owner}
    house.keep_house(clock.at)
    assert ledger.path().read_text().split() == [str(owner)]


@pytest.mark.slow
def test_every_entrance_refuses_a_restored_database(tmp_path: Path) -> None:
    """Real processes on a real file: the site, a worker and the engine do not begin; after the replay they do."""
    import os

    surroundings = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "KEYS_FILE"}}
    surroundings |= {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    assert run("manage.py", "make_keys").returncode == 0
    assert run("manage.py", "migrate", "-v0").returncode == 0
    make = (
        "from accounts.vault.services import make_key, Owner; from uuid import UUID; from repair import clock;"
        "make_key(Owner.couple(UUID(int=7)), now=clock.now())"
    )
    assert run("manage.py", "shell", "-c", make).returncode == 0
    serve = ("-c", "import repair.wsgi")
    assert run(*serve).returncode == 0
    (tmp_path / "keys.erased").write_text("00000000-0000-0000-0000-000000000007\n")
    for entrance in (serve, ("manage.py", "tick"), ("-m", "celery", "-A", "repair", "worker", "--pool=solo")):
        ended = run(*entrance)
        assert ended.returncode != 0, entrance
        assert "restore_check --replay" in ended.stdout + ended.stderr, entrance
    assert run("manage.py", "restore_check", "--replay").returncode == 0
    assert run(*serve).returncode == 0
    with sqlite3.connect(tmp_path / "kept.sqlite3") as database:
        assert database.execute("select length(wrapped) from accounts_datakey").fetchall() == [(0,)]
