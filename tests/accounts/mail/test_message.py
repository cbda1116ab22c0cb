"""What one message looks like from outside: constant, neutral, whole."""

import re
import uuid
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from accounts.access import Purpose, system
from accounts.mail import kinds, message, stopping
from accounts.mail.kinds import MailKind, Rendered
from accounts.mail.models import Mail, Stream
from tests.accounts.mail.conftest import Plain
from tests.cast import Cast
from tests.conftest import Moved

NOW = datetime(2026, 9, 14, 18, 30, tzinfo=UTC)


def built(mail: Mail) -> EmailMessage:
    """The message as it comes out at the other end of the wire."""
    raw = message.build(mail, system(Purpose.MAIL, now=NOW), now=NOW)
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def mail_for(cast: Cast, stream: Stream = Stream.ACCOUNT, **fields: Any) -> Mail:
    usual = {"kind": "plain", "stream": stream, "person": cast.ana, "address": cast.ana.email, "due_at": NOW}
    return Mail(**{**usual, **fields})


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("stream", "subject"),
    [(Stream.NOTES, "Your note"), (Stream.ACCOUNT, "Your account"), (Stream.INVITATION, "A note for you")],
)
def test_three_subjects_and_one_sender(cast: Cast, stream: Stream, subject: str) -> None:
    found = built(mail_for(cast, stream))
    assert found["Subject"] == subject
    assert found["From"] == "Kept <notes@kept.example>"
    assert found["To"] == "ana@mail.example"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == NOW


@pytest.mark.usefixtures("plain")
def test_the_same_message_for_every_try(cast: Cast) -> None:
    mail = mail_for(cast)
    viewer = system(Purpose.MAIL, now=NOW)
    first, second = (message.build(mail, viewer, now=NOW) for _ in range(2))
    assert first == second
    assert built(mail)["Message-ID"] == f"<{mail.pk.hex}@kept.example>"


@pytest.mark.usefixtures("plain")
def test_only_notes_can_be_stopped_with_one_click(cast: Cast) -> None:
    found = built(mail_for(cast, Stream.NOTES))
    url = f"http://localhost:8000/m/{stopping.token_of(cast.ana)}/"
    assert found["List-Unsubscribe"] == f"<{url}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for stream in (Stream.ACCOUNT, Stream.INVITATION):
        assert built(mail_for(cast, stream))["List-Unsubscribe"] is None


@pytest.mark.usefixtures("plain")
def test_the_wire_is_ascii_with_short_lines_and_no_folded_address(cast: Cast) -> None:
    mail = mail_for(cast, Stream.NOTES)
    raw = message.build(mail, system(Purpose.MAIL, now=NOW), now=NOW)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"\r\n " not in head
    assert max(len(line) for line in body.split(b"\r\n")) <= 78


@pytest.mark.usefixtures("plain")
def test_text_first_then_html_with_styles_inside_and_nothing_from_elsewhere(cast: Cast) -> None:
    found = built(mail_for(cast))
    text, html = found.get_payload()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    page = html.get_content()
    assert 'class="code" style="' in page
    assert not re.search(r"<img|<link|<script|src=|url\(|@import", page)
    assert "This is a short note from Kept." in page
    assert page.index("This is a short note from Kept.") < page.index("482 913")


def test_plain_text_is_not_escaped_and_html_is(cast: Cast, plain: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "O’Brien & <Sons>"
    kind = MailKind(
        "plain", Stream.ACCOUNT, plain.ask, lambda mail, viewer: Rendered("account_code", {"code": name})
    )
    monkeypatch.setitem(kinds._KINDS, "plain", kind)
    text, html = built(mail_for(cast)).get_payload()
    assert name in text.get_content()
    assert "&lt;Sons&gt;" in html.get_content()


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    "address",
    [
        "ana@mail.example\r\nBcc: eve@mail.example",
        "ana@mail.example\nX: y",
        "ana@mail.example\u2028x",
        "änä@mail.example",
        "a b@mail.example",
        "nobody",
    ],
)
def test_addresses_that_cannot_be_written(cast: Cast, address: str) -> None:
    with pytest.raises(ValueError):
        built(mail_for(cast, address=address))


@pytest.mark.usefixtures("plain")
def test_a_domain_in_another_script(cast: Cast) -> None:
    assert built(mail_for(cast, address="ana@bücher.example"))["To"] == "ana@xn--bcher-kva.example"


def test_tokens_are_long_keyed_and_one_persons(cast: Cast, clock: Moved) -> None:
    token = stopping.token_of(cast.ana)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert stopping.reference_in(token) == cast.ana.mail_ref
    assert token != stopping.token_of(cast.ben)
    forged = uuid.uuid4().hex
    for wrong in (
        token[:-1],
        token[::-1],
        "",
        "x" * 43,
        forged,
        token + "A",
        "é" * 43,
        token.replace(token[0], "!"),
    ):
        assert stopping.reference_in(wrong) is None


@pytest.mark.usefixtures("plain")
def test_a_site_with_a_name_in_another_script(cast: Cast, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Zettel für Özlem <notes@kept.example>"
    found = built(mail_for(cast))
    assert found["From"].addresses[0].display_name == "Zettel für Özlem"
    assert found["From"].addresses[0].addr_spec == "notes@kept.example"


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", ["A\r\nBcc: eve@mail.example", "A\nB"])
def test_a_site_name_that_would_break_out_of_its_line(cast: Cast, settings: Any, name: str) -> None:
    """ASVS 1.3.11."""
    settings.DEFAULT_FROM_EMAIL = f"{name} <notes@kept.example>"
    with pytest.raises(ValueError):
        built(mail_for(cast))


AWKWARD = ["a" * 400, "dot\n.\n..\nFrom here", "tab\t \nend ", "ünï=cödé 🙂", "a\rb\x0bc\u2028d", "=3D=\n=="]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_out_as_it_went_in(
    cast: Cast, plain: Plain, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    kind = MailKind(
        "plain", Stream.ACCOUNT, plain.ask, lambda mail, viewer: Rendered("account_code", {"code": text})
    )
    monkeypatch.setitem(kinds._KINDS, "plain", kind)
    part = built(mail_for(cast)).get_payload()[0].get_content()
    assert "\n".join(text.splitlines()).strip() in part.replace("\r\n", "\n")
