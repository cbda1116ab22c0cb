"""One message, ready for the relay: headers that say nothing, text and HTML that say the same.

Everything a stranger could see of it from outside (sender, subject, preheader, addresses of links) is constant or
opaque. Nothing in it is fetched from anywhere, and no link in it signs anybody in.
"""

import binascii
from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.mail import stopping
from accounts.mail.kinds import Rendered, kind_of
from accounts.mail.models import Mail, Stream

if TYPE_CHECKING:
    from accounts.access import Viewer

_LONGEST_HEADER = 900
_ONE_LINE = policy.SMTP.clone(max_line_length=998)
_FILLER = mark_safe("&#847;&zwnj;&nbsp;" * 60)  # noqa: S308 - keeps the first lines out of a preview


def build(mail: Mail, viewer: "Viewer", *, now: datetime) -> bytes:
    """The message for one mail as it goes over the wire: ASCII alone, CRLF line ends, no header folded (an address
    in one must stay whole). `viewer` is the system for the purpose of mail.

    Put together by hand: the standard library takes five times as long for the same bytes. Raises whatever its
    kind's `render` raises, and ValueError for an address or header that would break out of its line.
    """
    rendered = kind_of(mail).render(mail, viewer)
    stop = _stop_url(mail)
    text, html = _parts(rendered, frame=_frame(mail), stop=stop)
    edge = f"={mail.pk.hex}="  # no line of quoted-printable can look like it
    head = {
        "Subject": _encoded(subject_of(mail)),
        "From": _sender(settings.DEFAULT_FROM_EMAIL),
        "To": ascii_address(mail.address),
        "Date": format_datetime(now),
        "Message-ID": message_id(mail),
        "Auto-Submitted": "auto-generated",
        **(
            {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
            if stop
            else {}
        ),
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{edge}"',
    }
    return b"\r\n".join(
        [
            *(_line(name, value) for name, value in head.items()),
            b"",
            f"--{edge}".encode(),
            text,
            f"--{edge}".encode(),
            html,
            f"--{edge}--".encode(),
            b"",
        ]
    )


def _line(name: str, value: str) -> bytes:
    if not value.isascii() or not value.isprintable() or len(value) > _LONGEST_HEADER:
        message = f"the header {name} cannot be written"
        raise ValueError(message)
    return f"{name}: {value}".encode()


@lru_cache(maxsize=8)
def _encoded(words: str) -> str:
    """`words` as a header takes them."""
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=_LONGEST_HEADER).encode()


@lru_cache(maxsize=8)
def _sender(value: str) -> str:
    """“Name <address>” as a header takes it. Raises ValueError for a line break in it."""
    message = EmailMessage(policy=_ONE_LINE)
    message["From"] = value
    return message.as_string().partition(": ")[2].strip()


def subject_of(mail: Mail) -> str:
    """One of the three constant subjects."""
    return str(Stream(mail.stream).label)


def message_id(mail: Mail) -> str:
    """The same for every try to send this mail, so that copies can be told for what they are."""
    return f"<{mail.pk.hex}@{settings.MAIL_FROM.partition('@')[2]}>"


def ascii_address(address: str) -> str:
    """`address` with its domain in the form the wire takes. Raises ValueError where there is no such form."""
    local, at, domain = address.rpartition("@")
    if not at or not local.isascii() or any(c.isspace() or not c.isprintable() for c in address):
        raise ValueError("not an address that can be written to a relay")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _frame(mail: Mail) -> dict[str, Any]:
    site = settings.SITE_NAME
    return {
        "subject": subject_of(mail),
        "site_name": site,
        "site_url": settings.SITE_URL,
        "preheader": _("This is a short note from {site}.").format(site=site),
        "filler": _FILLER,
    }


def _stop_url(mail: Mail) -> str:
    """The address that stops the notes, with one click; empty for mails that are none."""
    if mail.stream != Stream.NOTES or mail.person is None:
        return ""
    return settings.SITE_URL + path_of("accounts:stop_mail", stopping.token_of(mail.person))


def path_of(name: str, token: str) -> str:
    """The path of the address called `name` that has one opaque part, of letters, digits, - and _ alone."""
    return _path(name).replace("~", token)


@cache
def _path(name: str) -> str:
    return reverse(name, args=["~"])


def _parts(rendered: Rendered, *, frame: dict[str, Any], stop: str) -> tuple[bytes, bytes]:
    """Text and HTML. Where a kind says which values are its own, what stands around them is made once for many."""
    if rendered.own is None:
        data = {**frame, **rendered.context, "stop_url": stop}
        text, html = _text(rendered.template, data), _html(rendered.template, data)
        return _HEAD["plain"] + _quoted(text), _HEAD["html"] + _quoted(html)
    own = {**rendered.own, "stop_url": stop} if stop else rendered.own
    shared = tuple({**frame, **rendered.context}.items())
    around = _around(rendered.template, shared, tuple(own), get_language())
    escaped = {name: escape(value) for name, value in own.items()}
    return _filled(around[0], own), _filled(around[1], escaped)


_Piece = bytes | str  # as it goes over the wire; or a line with slots


def _filled(pieces: tuple[_Piece, ...], own: Mapping[str, str]) -> bytes:
    return b"".join([one if isinstance(one, bytes) else _quoted(one.format_map(own)) for one in pieces])


@lru_cache(maxsize=512)
def _around(
    template: str, shared: tuple[tuple[str, Any], ...], own: tuple[str, ...], language: str | None
) -> tuple[tuple[_Piece, ...], tuple[_Piece, ...]]:
    """Text and HTML in one language, cut into what is the same for many mails and the lines with `own` values."""
    data = {**dict(shared), **{name: _slot(name) for name in own}}
    return _cut("plain", _text(template, data), own), _cut("html", _html(template, data), own)


def _cut(subtype: str, text: str, own: tuple[str, ...]) -> tuple[_Piece, ...]:
    marks = [(_slot(name), f"{{{name}}}") for name in own]
    pieces: list[_Piece] = [_HEAD[subtype]]
    for line in text.splitlines():
        if any(slot in line for slot, _ in marks):
            pieces.append(_with_marks(line, marks))
        else:
            pieces.append(_quoted(line))
    return tuple(pieces)


def _with_marks(line: str, marks: list[tuple[str, str]]) -> str:
    """A line as `str.format_map` takes it."""
    safe = line.replace("{", "{{").replace("}", "}}")
    for slot, mark in marks:
        safe = safe.replace(slot, mark)
    return safe


def _slot(name: str) -> str:
    return f"\ue000{name}\ue001"  # signs for private use: nothing that is rendered has them


_HEAD = {
    subtype: f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
    for subtype in ("plain", "html")
}


def _quoted(text: str) -> bytes:
    """Lines in quoted-printable, no longer than 76 signs, each with its end."""
    return binascii.b2a_qp(("\r\n".join(text.splitlines()) + "\r\n").encode(), istext=True)


def _text(template: str, data: Mapping[str, Any]) -> str:
    # Nothing is escaped in plain text; line ends are the message's own business.
    found = get_template(f"emails/{template}.txt")
    return str(found.template.render(Context(dict(data), autoescape=False))).strip() + "\n"  # type: ignore[attr-defined]


def _html(template: str, data: Mapping[str, Any]) -> str:
    return _inliner().inline(get_template(f"emails/{template}.html").render(dict(data)))


@cache
def _inliner() -> css_inline.CSSInliner:
    css = Path(str(get_template("emails/mail.css").origin)).read_text()  # type: ignore[attr-defined]
    return css_inline.CSSInliner(extra_css=css, load_remote_stylesheets=False)
