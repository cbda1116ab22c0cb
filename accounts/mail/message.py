"""One message, ready for the relay: headers that say nothing, text and HTML that say the same.

Everything a stranger could see of it from outside (sender, subject, preheader, addresses of links) is constant or
opaque. Nothing in it is fetched from anywhere, and no link in it signs anybody in.
"""

from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.mail import stopping
from accounts.mail.kinds import kind_of
from accounts.mail.models import Mail, Stream

if TYPE_CHECKING:
    from accounts.access import Viewer

_WIRE = policy.SMTP.clone(max_line_length=998)  # headers are never folded: an address in one must stay whole
_FILLER = mark_safe("&#847;&zwnj;&nbsp;" * 60)  # noqa: S308 - keeps the first lines out of a preview


def build(mail: Mail, viewer: "Viewer", *, now: datetime) -> EmailMessage:
    """The message for one mail. `viewer` is the system for the purpose of mail.

    Raises whatever its kind's `render` raises, and ValueError for an address or header with a line break.
    """
    rendered = kind_of(mail).render(mail, viewer)
    stop = _stop_url(mail)
    data = {**_frame(mail), **rendered.context, "stop_url": stop}
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = subject_of(mail)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = ascii_address(mail.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(mail)
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(rendered.template, data), cte="quoted-printable")
    message.add_alternative(_html(rendered.template, data), subtype="html", cte="quoted-printable")
    message.set_boundary(f"={mail.pk.hex}=")
    return message


def to_bytes(message: EmailMessage) -> bytes:
    """The message as it goes over the wire, with CRLF line ends and ASCII alone."""
    return message.as_bytes(policy=_WIRE)


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
    return settings.SITE_URL + reverse("accounts:stop_mail", args=[stopping.token_of(mail.person)])


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
