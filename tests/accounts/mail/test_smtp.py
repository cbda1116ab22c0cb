"""Talking to a relay: what every answer, silence and broken line comes to."""

import ssl
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from accounts.mail import smtp
from accounts.mail.smtp import Relay as Address
from accounts.mail.smtp import SmtpTransport
from accounts.mail.transport import Envelope, Outcome, Result, Unreachable
from tests.accounts.mail.relay import DRIP, HANG_UP, SILENCE, Relay, running


def envelope(content: bytes = b"Subject: Your note\r\n\r\nHello\r\n.dot\r\n") -> Envelope:
    return Envelope(uuid.uuid4(), "notes@kept.example", "ana@mail.example", content)


def send(relay: Relay, **rules: list[str]) -> Result:
    relay.rules.update(rules)
    line = SmtpTransport(Address.from_url(relay.url))
    line.connect()
    try:
        return line.send(envelope(), go=lambda: True)
    finally:
        line.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of a test's length."""
    monkeypatch.setattr(smtp, "SENDING_SECONDS", 0.4)
    monkeypatch.setattr(smtp, "OPENING_SECONDS", 0.4)


ANSWERS = [
    # step, the relay's reply, outcome, code, reached DATA, because
    ("dot", "250 taken", Outcome.ACCEPTED, 250, True, "the usual way"),
    ("MAIL", "421 closing", Outcome.LATER, 421, False, "a relay that closes is tried again"),
    ("MAIL", "550 no such sender", Outcome.LATER, 550, False, "a refused sender is not the recipient's doing"),
    ("MAIL", "530 log in first", Outcome.LATER, 530, False, "nor is our missing password"),
    ("RCPT", "421 closing", Outcome.LATER, 421, False, "a relay that closes is tried again"),
    ("RCPT", "450 greylisted", Outcome.LATER, 450, False, "greylisting is a wait"),
    ("RCPT", "451 local error", Outcome.LATER, 451, False, "their error is a wait"),
    ("RCPT", "452 full", Outcome.LATER, 452, False, "a full box is a wait"),
    ("RCPT", "550 no such user", Outcome.REFUSED, 550, False, "an address that is none is refused for good"),
    ("RCPT", "553 no such user", Outcome.REFUSED, 553, False, "the same by another number"),
    ("DATA", "451 try later", Outcome.LATER, 451, False, "nothing was handed over"),
    ("DATA", "554 no", Outcome.REFUSED, 554, False, "refused before the content"),
    ("dot", "451 try later", Outcome.LATER, 451, True, "heard, and plainly not taken"),
    ("dot", "554 looks like spam", Outcome.REFUSED, 554, True, "heard, and refused for good"),
    ("RCPT", HANG_UP, Outcome.LATER, None, False, "a line that breaks before DATA handed nothing over"),
    ("DATA", HANG_UP, Outcome.LATER, None, False, "the same at the word itself"),
    ("body", HANG_UP, Outcome.UNKNOWN, None, True, "a line that breaks within the content: nobody can say"),
    ("dot", HANG_UP, Outcome.UNKNOWN, None, True, "a line that breaks after the dot: nobody can say"),
    ("RCPT", "what?", Outcome.LATER, None, False, "nonsense is no yes"),
]


TALKS = [("8BITMIME",), ("8BITMIME", "PIPELINING")]


@pytest.mark.parametrize("extensions", TALKS, ids=["one by one", "in one go"])
@pytest.mark.parametrize(("step", "reply", "outcome", "code", "reached", "because"), ANSWERS)
def test_every_answer(
    step: str, reply: str, outcome: Outcome, code: int | None, reached: bool, because: str, extensions: tuple[str]
) -> None:
    with running(extensions=extensions) as relay:
        found = send(relay, **{step: [reply]})
    assert (found.outcome, found.code, found.reached_data) == (outcome, code, reached), because


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("MAIL", Outcome.LATER),
        ("RCPT", Outcome.LATER),
        ("DATA", Outcome.LATER),
        ("dot", Outcome.UNKNOWN),
    ],
)
def test_silence_ends_at_the_deadline(step: str, outcome: Outcome) -> None:
    with running() as relay:
        began = time.monotonic()
        found = send(relay, **{step: [SILENCE]})
        assert found.outcome == outcome
        assert time.monotonic() - began < 3


@pytest.mark.usefixtures("hurried")
def test_a_relay_that_drips_does_not_hold_the_worker() -> None:
    """One byte now and then resets a plain time-out for ever; the deadline is for the whole conversation."""
    with running(rules={"MAIL": [DRIP]}) as relay:
        began = time.monotonic()
        assert send(relay).outcome is Outcome.LATER
        assert time.monotonic() - began < 3


OPENINGS = [
    ("banner", "554 not you", "turned away at the door"),
    ("banner", HANG_UP, "the door is shut"),
    ("EHLO", "421 closing", "closing"),
    ("AUTH", "535 wrong", "our password is wrong"),
]


@pytest.mark.parametrize(("step", "reply", "because"), OPENINGS)
def test_a_relay_that_will_not_have_us_is_out_of_reach(step: str, reply: str, because: str) -> None:
    replies = [reply] * 3 if step == "EHLO" else [reply]
    with running(rules={step: replies, "HELO": ["421 closing"]}, extensions=("AUTH PLAIN",)) as relay:
        line = SmtpTransport(Address.from_url(f"smtp://kept:secret@127.0.0.1:{relay.port}"))
        with pytest.raises(Unreachable):
            line.connect()
        assert not relay.got, because


def test_nobody_listens() -> None:
    with running() as relay:
        gone = relay.url
    with pytest.raises(Unreachable):
        SmtpTransport(Address.from_url(gone)).connect()


@pytest.mark.parametrize(
    ("rules", "extensions", "because"),
    [
        ({}, (), "it offers no STARTTLS"),
        ({"STARTTLS": ["454 not now"]}, ("STARTTLS",), "it refuses STARTTLS"),
        ({"STARTTLS": ["220 go ahead"]}, ("STARTTLS",), "it says yes and goes on in plain"),
    ],
)
@pytest.mark.usefixtures("hurried")
def test_never_plain_where_tls_was_asked_for(
    rules: dict[str, list[str]], extensions: tuple[str, ...], because: str
) -> None:
    with running(rules=dict(rules), extensions=extensions) as relay:
        line = SmtpTransport(Address.from_url(f"smtp+tls://kept:secret@127.0.0.1:{relay.port}"))
        with pytest.raises(Unreachable):
            line.connect()
        said = " ".join(relay.said)
        assert "MAIL" not in said, because
        assert "AUTH" not in said, because


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


def test_starttls_with_a_certificate_that_holds(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    ours = ssl.create_default_context(cafile=str(cert))
    monkeypatch.setattr(smtp, "tls_context", lambda: ours)
    with running(tls=server, extensions=("STARTTLS", "AUTH PLAIN")) as relay:
        line = SmtpTransport(Address.from_url(f"smtp+tls://kept:secret@localhost:{relay.port}"))
        line.connect()
        assert line.send(envelope(), go=lambda: True).outcome is Outcome.ACCEPTED
        line.close()
    assert relay.said.index("STARTTLS") < relay.said.index("AUTH")


def test_starttls_with_a_certificate_that_does_not_hold(certificate: tuple[Path, Path]) -> None:
    key, cert = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    with running(tls=server, extensions=("STARTTLS",)) as relay:
        line = SmtpTransport(Address.from_url(f"smtp+tls://localhost:{relay.port}"))
        with pytest.raises(Unreachable):
            line.connect()
    assert not relay.got


def test_one_connection_for_a_batch_and_the_content_arrives_whole() -> None:
    with running() as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        for _ in range(5):
            line.connect()
            assert line.send(envelope(), go=lambda: True).outcome is Outcome.ACCEPTED
        line.close()
    assert relay.connections == 1
    assert {got.content for got in relay.got} == {envelope().content}
    assert relay.got[0].recipient == "ana@mail.example"


def test_a_line_the_relay_closed_meanwhile_is_opened_anew() -> None:
    with running(rules={"MAIL": ["250 ok", "421 enough for one connection"]}) as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        line.connect()
        found = [line.send(envelope(), go=lambda: True).outcome for _ in range(3)]
        line.close()
    assert found == [Outcome.ACCEPTED] * 3
    assert relay.connections == 2


def test_after_a_break_the_next_mail_goes_over_a_new_line() -> None:
    with running(rules={"dot": [HANG_UP]}) as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        line.connect()
        assert line.send(envelope(), go=lambda: True).outcome is Outcome.UNKNOWN
        line.connect()
        assert line.send(envelope(), go=lambda: True).outcome is Outcome.ACCEPTED
        line.close()
    assert relay.connections == 2


@pytest.mark.parametrize("extensions", TALKS, ids=["one by one", "in one go"])
@pytest.mark.parametrize(("step", "outcome"), [("MAIL", Outcome.LATER), ("RCPT", Outcome.REFUSED)])
def test_a_refusal_leaves_the_line_fit_for_the_next(step: str, outcome: Outcome, extensions: tuple[str]) -> None:
    with running(rules={step: ["550 no"]}, extensions=extensions) as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        line.connect()
        assert line.send(envelope(), go=lambda: True).outcome is outcome
        assert line.send(envelope(), go=lambda: True).outcome is Outcome.ACCEPTED
        line.close()
    assert relay.connections == 1


@pytest.mark.parametrize("noes", [[False], [True, False]], ids=["before DATA", "before the content"])
def test_called_off_at_the_last_moment(noes: list[bool]) -> None:
    answers = iter(noes)
    with running() as relay:
        line = SmtpTransport(Address.from_url(relay.url))
        line.connect()
        found = line.send(envelope(), go=lambda: next(answers))
        line.close()
        time.sleep(0.1)
    assert found.called_off
    assert found.outcome is Outcome.LATER
    assert not relay.got


def test_the_greeting_does_not_name_this_machine() -> None:
    with running() as relay:
        send(relay)
    assert relay.said[0] == "ehlo kept.example"


@pytest.mark.parametrize("url", ["", "http://a", "smtp://", "smtp+ssl://a", "127.0.0.1:25"])
def test_addresses_of_relays_that_are_none(url: str) -> None:
    with pytest.raises(ValueError):
        Address.from_url(url)


def test_address_of_a_relay() -> None:
    assert Address.from_url("smtp+tls://me%40here:p%3Aw@relay.example") == Address(
        "smtp+tls", "relay.example", 587, "me@here", "p:w"
    )
