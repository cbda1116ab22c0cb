"""The named places, told from outside: where, how often, and several at once."""

from typing import Any

import pytest

from accounts.mail import failpoints

pytestmark = pytest.mark.pure


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in place of doing it."""
    done: list[str] = []
    monkeypatch.setattr(failpoints, "_act", done.append)
    monkeypatch.setattr(failpoints, "_passed", {})
    return done


def test_nothing_happens_unless_it_is_told(acted: list[str], settings: Any) -> None:
    settings.FAILPOINT = ""
    for name in failpoints.NAMES:
        failpoints.reach(name)
    assert acted == []


def test_several_places_each_by_its_own_rule(acted: list[str], settings: Any) -> None:
    settings.FAILPOINT = "after_dot=pause:1, before_commit=kill@3"
    for _ in range(4):
        for name in failpoints.NAMES:
            failpoints.reach(name)
    assert acted == ["pause:1"] * 3 + ["kill@3"] + ["pause:1"]


@pytest.mark.parametrize(("chance", "least", "most"), [("0", 0, 0), ("0.1", 140, 260), ("1", 2000, 2000)])
def test_by_chance(acted: list[str], settings: Any, chance: str, least: int, most: int) -> None:
    settings.FAILPOINT = f"after_dot=kill~{chance}"
    for _ in range(2000):
        failpoints.reach("after_dot")
    assert least <= len(acted) <= most


def test_every_process_draws_anew(settings: Any, acted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FAILPOINT = "after_dot=kill~0.5"
    drawn = set()
    for process in (101, 102, 103):
        monkeypatch.setattr(failpoints.os, "getpid", lambda process=process: process)
        acted.clear()
        pattern = ""
        for _ in range(64):
            failpoints.reach("after_dot")
            pattern += str(len(acted))
        drawn.add(pattern)
    assert len(drawn) == 3


def test_what_is_to_be_done_is_read_from_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[tuple[int, int]] = []
    slept: list[float] = []
    monkeypatch.setattr(failpoints.os, "kill", lambda *words: killed.append(words))
    monkeypatch.setattr(failpoints.time, "sleep", slept.append)
    for action in ("kill", "kill@5", "kill~0.04", "pause:2", "pause:0.5~0.1", "nothing"):
        failpoints._act(action)
    assert [number for _, number in killed] == [failpoints.signal.SIGKILL] * 3
    assert slept == [2.0, 0.5]
