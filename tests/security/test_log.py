"""What the log may hold: no text of people, no secret of an address; and no line that somebody forged."""

import io
import logging
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from repair.celery import _plain_lines
from repair.logs import Lines, plain
from tests.cast import Cast
from tests.conftest import Moved
from tests.security.forms import World, encoded
from tests.security.nasty import NASTY

LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+ [^\x00-\x1f\x7f-\x9f]*"
)
CANARY = "canary 5527 words"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything the site writes down, as the settings would write it."""
    assert settings.LOGGING["formatters"]["plain"]["()"] == "repair.logs.Lines"
    out = io.StringIO()
    handler, root = logging.StreamHandler(out), logging.getLogger()
    handler.setFormatter(Lines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def stray(text: str) -> list[str]:
    """Lines that are neither a line of the log nor the place of an exception."""
    return [line for line in text.split("\n") if line and not LINE.fullmatch(line) and not line.startswith("  ")]


class Failing:
    """A site that breaks with what was typed in the exception's own words."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if words := request.POST.get("name"):
            try:
                int(words)
            except ValueError as error:
                raise RuntimeError(words) from error
        return self.get_response(request)  # type: ignore[no-any-return]


@pytest.mark.pure
def test_no_words_no_address_no_secret(cast: Cast, clock: Moved, log: io.StringIO, settings: Any) -> None:
    """ASVS 16.2.5, 14.2.1: faults, refused hosts, large forms, denied pages: none leaves what was typed."""
    world = World(cast, now=clock.at)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.security.test_log.Failing"]
    broken = world.send("ana", "POST", "/you/settings/", encoded((("name", CANARY.encode()),)))
    assert broken.status_code == 500
    world.send("", "GET", "/", HTTP_HOST="canary5527.example")
    world.send("ana", "POST", "/you/settings/", encoded((("zone", b"canary5527" * 40_000),)))
    world.send("", "POST", "/i/canary5527secret/", encoded((("name", CANARY.encode()),)))
    world.send("ana", "GET", "/m/canary5527/?q=canary5527")
    text = log.getvalue()
    assert "RuntimeError" in text
    assert "test_log.py" in text
    said = [line for line in text.split("\n") if "canary" in line.lower() and "DisallowedHost" not in line]
    assert said == []
    assert not stray(text)


@pytest.mark.pure
def test_who_is_turned_away_leaves_one_line(cast: Cast, clock: Moved, log: io.StringIO) -> None:
    """ASVS 16.3.2: the page and the method, without whom it was or what they asked for."""
    world = World(cast, now=clock.at)
    log.truncate(0)
    world.send("cleo", "GET", f"/lines/{world.arguments['line']}/?q=canary5527")
    world.send("ana", "DELETE", "/story/")
    said = [line.partition("refused: ")[2] for line in log.getvalue().split("\n") if "refused: " in line]
    assert said == ["404 GET repair:line", "405 DELETE checkins:timeline"]


@pytest.mark.pure
def test_no_line_can_be_forged(monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 16.4.1: whatever is written down stays one line, without control characters."""
    out = io.StringIO()
    handler, logger = logging.StreamHandler(out), logging.getLogger("anything.in_a_test")
    handler.setFormatter(Lines())
    monkeypatch.setattr(logger, "propagate", False)  # the runner’s own collectors cannot carry half a character
    monkeypatch.setattr(logger, "handlers", [handler])
    for number, (_, value) in enumerate(NASTY):
        logger.warning("said %s %s", number, value.decode("utf-8", "surrogateescape"))
    text = out.getvalue()
    assert stray(text) == []
    assert text.count("\n") == len(NASTY)


@pytest.mark.pure
def test_the_usual_format_would_be_caught() -> None:
    """Seeded: the formatter everybody uses lets a line be forged and repeats an exception's words."""
    usual = logging.Formatter("{asctime} {levelname} {name} {message}", style="{")
    record = logging.makeLogRecord({"name": "a", "levelno": 30, "levelname": "WARNING", "msg": "x\nroot forged"})
    assert stray(usual.format(record))
    assert not stray(Lines().format(record))
    try:
        int(CANARY)
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    assert CANARY in usual.format(record)
    assert CANARY not in Lines().format(record)
    assert "ValueError" in Lines().format(record)


@pytest.mark.pure
@pytest.mark.parametrize(("said", "written"), [
    ("GET /i/abcDEF123 200", "GET /i/… 200"), ("/m/tok/", "/m/…/"), ("/n/tok?x=1", "/n/…?…"),
    ("to a.b@mail.example now", "to …@… now"),
    ("/today/?q=words", "/today/?…"), ("/lines/", "/lines/"), ("a\u202eb", "a\\u202eb"),
])  # fmt: skip
def test_what_goes(said: str, written: str) -> None:
    """ASVS 14.2.1: addresses with secrets are cut."""
    assert plain(said) == written


@pytest.mark.pure
def test_a_task_that_fails_says_its_kind_alone() -> None:
    """ASVS 16.2.5: Celery's own line of a failed task names neither the exception's words nor the arguments."""
    out = io.StringIO()
    logger = logging.getLogger("celery.app.trace.of-a-test")
    logger.addHandler(logging.StreamHandler(out))
    _plain_lines(logger)
    said = {
        "name": "a.task",
        "id": "1",
        "exc": f"ValueError('{CANARY}')",
        "args": f"('{CANARY}',)",
        "description": "raised unexpected",
    }
    logger.error("Task %(name)s[%(id)s] %(description)s: %(exc)s %(args)s", said)
    assert "canary" not in out.getvalue()
    assert "ValueError" in out.getvalue()
