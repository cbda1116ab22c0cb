"""The relay over SMTP: one connection for a whole batch, every step on its own, every wait with an end.

`smtp://` is plain, `smtp+tls://` demands STARTTLS (a relay that refuses it gets nothing), `smtps://` is TLS from
the first byte. A 5xx counts against a mail only where it answers its recipient or its content: what a relay says
to us at the door, about our password or our sender is not the recipient's doing.
"""

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from accounts.mail import failpoints
from accounts.mail.transport import Envelope, Outcome, Result, Unreachable

OPENING_SECONDS = 20.0  # connection, banner, EHLO, STARTTLS and AUTH together
SENDING_SECONDS = 60.0  # one message, to the relay's last answer; well under the lease
STALE_SECONDS = 2.0  # a connection that the relay closed meanwhile shows it sooner than this
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")
_BROKEN = (OSError, smtplib.SMTPException)
_CLOSING = 421


@dataclass(frozen=True)
class Relay:
    """Where the relay is and how to talk to it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> "Relay":
        """Read an EMAIL_URL. Raises ValueError for one in no known form."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("EMAIL_URL must begin with smtp://, smtp+tls:// or smtps:// and name a host")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities. Loading them takes longer than a mail."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Lines:
    """What smtplib reads replies from: each read ends when the whole conversation must."""

    def __init__(self, wire: "_Wire") -> None:
        self._wire = wire
        self._kept = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._kept and len(self._kept) < limit:
            self._wire.set_time()
            more = self._wire.sock.recv(4096)
            if not more:
                break
            self._kept += more
        end = self._kept.find(b"\n") + 1 or len(self._kept)
        line, self._kept = self._kept[: min(end, limit)], self._kept[min(end, limit) :]
        return line

    def close(self) -> None:
        self._kept = b""


class _Wire(smtplib.SMTP):
    """smtplib with one deadline for a conversation in place of a time-out for each read: a relay that answers a
    byte a second would else hold a worker for hours."""

    ends_at = float("inf")
    sock: Any
    _host: str
    file: Any

    def until(self, seconds: float) -> None:
        """From now, all that is sent and read must be done within `seconds`."""
        self.ends_at = time.monotonic() + seconds

    def set_time(self) -> None:
        """Give the socket what is left. Raises TimeoutError when nothing is."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Lines(self)
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock:
            self.set_time()
        super().send(s)


class _TlsWire(_Wire, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class SmtpTransport:
    """One connection to the relay, opened when needed and opened again when it broke."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._wire: _Wire | None = None
        self._sent = 0  # over this connection

    def connect(self) -> None:
        """Open the connection, if none is open. Raises Unreachable."""
        if self._wire is not None:
            return
        try:
            self._wire = self._open()
        except _BROKEN as error:
            raise Unreachable from error
        self._sent = 0

    def send(self, envelope: Envelope, *, go: Callable[[], bool]) -> Result:
        """Hand one message over; see Transport. A connection that served before and breaks ahead of DATA is opened
        anew once: relays close those that idle or have carried enough."""
        if self._wire is None:
            return Result(Outcome.LATER)
        was_used, began = self._sent > 0, time.monotonic()
        result = self._try(envelope, go)
        broke_at_once = self._wire is None and time.monotonic() - began < STALE_SECONDS
        if was_used and broke_at_once and not result.reached_data and not result.called_off:
            with suppress(Unreachable):
                self.connect()
                result = self._try(envelope, go)
        return result

    def close(self) -> None:
        """Say goodbye and close."""
        if self._wire is not None:
            with suppress(*_BROKEN):
                self._wire.until(2.0)
                self._wire.quit()
        self._drop()

    def _open(self) -> _Wire:
        relay = self.relay
        name = settings.MAIL_FROM.partition("@")[2] or "localhost"  # never this machine's own name
        if relay.scheme == "smtps":
            wire: _Wire = _TlsWire(local_hostname=name, timeout=OPENING_SECONDS, context=tls_context())
        else:
            wire = _Wire(local_hostname=name, timeout=OPENING_SECONDS)
        wire.until(OPENING_SECONDS)
        try:
            wire._host = relay.host  # what smtplib checks a certificate against
            code, _ = wire.connect(relay.host, relay.port)
            if code != 220:
                raise Unreachable
            wire.ehlo_or_helo_if_needed()
            if relay.scheme == "smtp+tls":
                wire.starttls(context=tls_context())  # raises where the relay has no TLS or refuses it
                wire.ehlo_or_helo_if_needed()
            if relay.user:
                wire.login(relay.user, relay.password)
        except BaseException:
            wire.close()
            raise
        return wire

    def _try(self, envelope: Envelope, go: Callable[[], bool]) -> Result:
        wire = self._wire
        if wire is None:
            return Result(Outcome.LATER)
        wire.until(SENDING_SECONDS)
        try:
            refusal = self._envelope(wire, envelope)
            if refusal is not None:
                return refusal
            failpoints.reach("before_data")
            if not go():
                self._reset(wire)
                return Result(Outcome.LATER, called_off=True)
            code, _ = wire.docmd("DATA")
        except _BROKEN:
            self._drop()
            return Result(Outcome.LATER)
        if code != 354:
            return self._answered(wire, code)
        if not go():  # the relay took long to say yes: nothing has been handed over before the final dot
            self._drop()
            return Result(Outcome.LATER, code, called_off=True)
        return self._content(wire, envelope)

    def _envelope(self, wire: _Wire, envelope: Envelope) -> Result | None:
        """Name sender and recipient, in one go where the relay takes that (RFC 2920). None when it took both."""
        if wire.has_extn("pipelining"):
            sender, recipient = map(smtplib.quoteaddr, (envelope.sender, envelope.recipient))
            wire.send(f"MAIL FROM:{sender}\r\nRCPT TO:{recipient}\r\n")
            code, _ = wire.getreply()
            to = -1 if code == _CLOSING else wire.getreply()[0]
        else:
            code, _ = wire.mail(envelope.sender)
            to = wire.rcpt(envelope.recipient)[0] if code == 250 else -1
        if code != 250:
            answer = self._answered(wire, code)
            return Result(Outcome.LATER, answer.code)  # about our sender, not about the recipient
        return None if to in {250, 251} else self._answered(wire, to)

    def _content(self, wire: _Wire, envelope: Envelope) -> Result:
        body = _DOT_AT_LINE_START.sub(b"..", envelope.content)
        try:
            wire.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            failpoints.reach("after_dot")
            code, _ = wire.getreply()
        except _BROKEN:
            self._drop()
            return Result(Outcome.UNKNOWN, reached_data=True)
        self._sent += 1
        answer = self._answered(wire, code)
        return Result(answer.outcome, answer.code, reached_data=True)

    def _answered(self, wire: _Wire, code: int) -> Result:
        """The result for a reply code, with the connection ready for the next message or dropped."""
        if code == 250:
            return Result(Outcome.ACCEPTED, code)
        if code == _CLOSING or not 400 <= code <= 599:
            self._drop()
        else:
            self._reset(wire)
        return Result(Outcome.REFUSED if 500 <= code <= 599 else Outcome.LATER, code if code > 0 else None)

    def _reset(self, wire: _Wire) -> None:
        try:
            code, _ = wire.rset()
        except _BROKEN:
            code = _CLOSING
        if code != 250:
            self._drop()

    def _drop(self) -> None:
        if self._wire is not None:
            with suppress(*_BROKEN):
                self._wire.close()
        self._wire = None
