"""A relay on 127.0.0.1 that a test tells how to behave, step by step, and that remembers everything."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

# What the relay does at a step: a reply as text, or one of these.
HANG_UP = "<hang up>"
SILENCE = "<say nothing>"
DRIP = "<a byte now and then>"


@dataclass
class Got:
    """One message the relay took to the end."""

    sender: str
    recipient: str
    content: bytes
    at: float


@dataclass
class Relay:
    """`rules` maps a step to replies, used up one by one and then the usual one: banner, EHLO, STARTTLS, AUTH,
    MAIL, RCPT, DATA, body (hangs up or falls silent within the content), dot, RSET."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    got: list[Got] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    delay: dict[str, float] = field(default_factory=dict)
    port: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _stopped: bool = False

    USUAL = {
        "banner": "220 relay ready",
        "EHLO": "250 hello",
        "STARTTLS": "220 go ahead",
        "AUTH": "235 welcome",
        "MAIL": "250 ok",
        "RCPT": "250 ok",
        "DATA": "354 go on",
        "dot": "250 taken",
        "RSET": "250 ok",
        "QUIT": "221 bye",
    }

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def reply(self, step: str) -> str:
        time.sleep(self.delay.get(step, 0))
        queue = self.rules.get(step)
        return queue.pop(0) if queue else self.USUAL.get(step, "250 ok")


@contextmanager
def running(relay: Relay | None = None, **kwargs: object) -> Iterator[Relay]:
    """A relay that listens, for the length of the block."""
    it = relay or Relay(**kwargs)  # type: ignore[arg-type]
    door = socket.create_server(("127.0.0.1", 0))
    it.port = door.getsockname()[1]
    threading.Thread(target=_accept, args=(it, door), daemon=True).start()
    try:
        yield it
    finally:
        it._stopped = True
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        door.close()
        for one in it._open:
            one.close()


def _accept(relay: Relay, door: socket.socket) -> None:
    while True:
        try:
            link, _ = door.accept()
        except OSError:
            return
        relay.connections += 1
        relay._open.append(link)
        threading.Thread(target=_serve, args=(relay, link), daemon=True).start()


class _HungUp(Exception):
    pass


def _say(relay: Relay, link: socket.socket, step: str) -> str:
    words = relay.reply(step)
    if words == HANG_UP:
        link.close()
        raise _HungUp
    if words == SILENCE:
        while not relay._stopped:
            time.sleep(0.05)
        raise _HungUp
    if words == DRIP:
        while not relay._stopped:
            link.sendall(b"2")
            time.sleep(0.1)
        raise _HungUp
    if step == "EHLO" and words.startswith("250"):
        lines = ["250-relay", *(f"250-{name}" for name in relay.extensions), "250 done"]
        words = "\r\n".join(lines)
    link.sendall(words.encode() + b"\r\n")
    return words


def _serve(relay: Relay, link: socket.socket) -> None:
    try:
        _talk(relay, link)
    except (OSError, _HungUp, ValueError):
        pass
    finally:
        link.close()


def _talk(relay: Relay, link: socket.socket) -> None:  # noqa: C901 - a conversation is one long list
    sender = recipient = ""
    _say(relay, link, "banner")
    lines = link.makefile("rb")
    while True:
        line = lines.readline()
        if not line:
            return
        words = line.decode().strip()
        verb = words.partition(" ")[0].upper()
        relay.said.append(words if verb != "AUTH" else "AUTH")
        said = _say(relay, link, verb)
        if verb == "STARTTLS" and said.startswith("220") and relay.tls is not None:
            link = relay.tls.wrap_socket(link, server_side=True)
            relay._open.append(link)
            lines = link.makefile("rb")
        elif verb == "MAIL":
            sender = words.partition("<")[2].partition(">")[0]
        elif verb == "RCPT":
            recipient = words.partition("<")[2].partition(">")[0]
        elif verb == "QUIT":
            return
        elif verb == "DATA" and said.startswith("354"):
            at = time.monotonic()
            if relay.rules.get("body"):
                relay.rules["body"].pop(0)
                lines.readline()
                raise _HungUp
            content = b""
            while (line := lines.readline()) != b".\r\n":
                if not line:
                    return
                content += line[1:] if line.startswith(b"..") else line
            told = relay.rules.get("dot", [""])
            if not told or told[0] in {"", HANG_UP, SILENCE} or told[0].startswith("2"):
                relay.got.append(Got(sender, recipient, content, at))
            _say(relay, link, "dot")
