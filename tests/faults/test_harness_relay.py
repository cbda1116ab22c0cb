"""The relay that the harness breaks: it does what it is told, to whom, as often, and no more."""

import json
import smtplib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.house import RelayLine

pytestmark = pytest.mark.pure


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayLine]:
    """One in a process of its own."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    line = RelayLine(tmp_path, clock)
    yield line
    line.end()


def send(relay: RelayLine, to: str = "ana@mail.example") -> Any:
    """Send one mail; the reply's code, or the error."""
    try:
        with smtplib.SMTP("127.0.0.1", relay.port, timeout=5) as wire:
            content = f"To: {to}\r\nMessage-ID: <1@kept.example>\r\n\r\nHello\r\n"
            wire.sendmail("notes@kept.example", [to], content)
    except smtplib.SMTPRecipientsRefused as error:
        return error.recipients[to][0]
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except (smtplib.SMTPServerDisconnected, OSError):
        return "broken"
    return 250


def test_left_alone_it_takes_and_writes_down_each(relay: RelayLine) -> None:
    began = time.monotonic()
    assert send(relay) == 250
    kept = relay.heard("kept")
    assert [entry["recipient"] for entry in kept] == ["ana@mail.example"]
    assert (kept[0]["to"], kept[0]["message_id"]) == ("ana@mail.example", "<1@kept.example>")
    assert began < kept[0]["data_at"] < kept[0]["at"] < time.monotonic()
    assert not relay.heard("MAIL")[0]["safe"], "that was in clear, and it says so"


RULES = [
    # rule, what two tries give, what is kept of them
    ({"step": "RCPT", "do": "450 later", "to": "ana", "times": 1}, [450, 250], 1),
    ({"step": "RCPT", "do": "450 later", "to": "ben", "times": 1}, [250, 250], 2),
    ({"step": "RCPT", "do": "550 never"}, [550, 550], 0),
    ({"step": "banner", "do": "hang up", "times": 1}, ["broken", 250], 1),
    ({"step": "MAIL", "do": "reset", "times": 1}, ["broken", 250], 1),
    ({"step": "DATA", "do": "451 later", "times": 1}, [451, 250], 1),
    ({"step": "body", "do": "hang up", "times": 1}, ["broken", 250], 1),
    ({"step": "dot", "do": "hang up", "times": 1}, ["broken", 250], 2),
    ({"step": "dot", "do": "drop", "times": 1}, ["broken", 250], 1),
    ({"step": "dot", "do": "452 full", "times": 1}, [452, 250], 1),
    ({"step": "*", "wait": 0.05}, [250, 250], 2),
]


@pytest.mark.parametrize(("rule", "given", "kept"), RULES)
def test_each_rule(relay: RelayLine, rule: dict[str, Any], given: list[Any], kept: int) -> None:
    relay.tell(rules=[rule])
    assert [send(relay), send(relay)] == given
    assert len(relay.heard("kept")) == kept


def test_greylisting_goes_by_the_clock_of_the_site(relay: RelayLine, tmp_path: Path) -> None:
    relay.tell(rules=[{"step": "RCPT", "do": "450 greylisted", "greylist": 5}])
    assert send(relay) == 450
    (tmp_path / "clock").write_text("290")
    assert send(relay) == 450
    (tmp_path / "clock").write_text("301")
    assert send(relay) == 250


def test_it_can_be_away(relay: RelayLine) -> None:
    relay.tell(listen=False)
    assert send(relay) == "broken"
    relay.tell(listen=True)
    assert send(relay) == 250


def test_what_was_before_the_mark_is_not_read(relay: RelayLine) -> None:
    send(relay)
    relay.mark()
    assert relay.heard("kept") == []
    send(relay)
    assert len(relay.heard("kept")) == 1
    assert json.dumps(relay.tell()["kept"]) == "2"


def test_every_second_connection_offers_pipelining(relay: RelayLine) -> None:
    offers = []
    for _ in range(4):
        with smtplib.SMTP("127.0.0.1", relay.port, timeout=5) as wire:
            wire.ehlo()
            offers.append(wire.has_extn("pipelining"))
    assert sorted(offers) == [False, False, True, True]
