"""A relay in a process of its own that does what it is told, and writes down what it heard.

Told over a control port, one JSON object per line: {"rules": [...]}, {"listen": false}, {"ask": true}. A rule:
`step` (banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, body, dot, or *), `do` (a reply, or: hang up, reset,
silence, drop), `to` (part of the recipient; from RCPT on), `times` (per recipient, or in all where no `to` is
given), `greylist` (minutes of the site's clock), `wait` (seconds before every reply).

Written down, one JSON object per line: every connection, MAIL, DATA and message kept, with the instant on the
monotonic clock (`at`) and on the machine's (`wall`).
"""

import asyncio
import json
import re
import socket
import ssl
import struct
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

USUAL = {
    "banner": "220 relay ready",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}
EXTENSIONS = ("8BITMIME", "AUTH PLAIN")
HEADER = {name: re.compile(rb"(?mi)^" + name + rb": *([^\r\n]*)") for name in (b"message-id", b"to")}
LONGEST = 4 * 1024 * 1024


class Over(Exception):
    """This connection is over."""


class Relay:
    """What all connections share: the rules, how often each was used, the record."""

    def __init__(self, record: Path, clock_file: Path, tls: ssl.SSLContext | None) -> None:
        self.record = record.open("a", buffering=1)
        self.clock_file = clock_file
        self.tls = tls
        self.rules: list[dict[str, Any]] = []
        self.used: Counter[tuple[int, str]] = Counter()
        self.first_seen: dict[str, float] = {}
        self.open = 0
        self.connections = 0
        self.kept = 0
        self.heard = 0  # commands
        self.served: Counter[str] = Counter()  # how often a rule was followed, by what it does

    def note(self, what: str, **more: Any) -> None:
        """One line of the record."""
        line = {"what": what, "at": time.monotonic(), "wall": time.time(), **more}
        self.record.write(json.dumps(line) + "\n")

    def site_seconds(self) -> float:
        """The site's clock."""
        try:
            offset = float(self.clock_file.read_text().strip() or 0)
        except (FileNotFoundError, ValueError):
            offset = 0.0
        return time.time() + offset

    def rule_for(self, step: str, recipient: str) -> dict[str, Any]:
        """The first rule for this step that still holds, or nothing."""
        for number, rule in enumerate(self.rules):
            if rule["step"] not in {step, "*"} or not self._is_for(rule, recipient):
                continue
            if "greylist" in rule:
                first = self.first_seen.setdefault(recipient, self.site_seconds())
                if self.site_seconds() - first >= rule["greylist"] * 60:
                    continue
            key = (number, recipient if rule.get("to") else "")
            if "times" in rule and self.used[key] >= rule["times"]:
                continue
            self.used[key] += 1
            self.served[f"{step} {rule['do']}" if "do" in rule else f"{step} slow"] += 1
            return rule
        return {}

    @staticmethod
    def _is_for(rule: dict[str, Any], recipient: str) -> bool:
        wanted = rule.get("to", "")
        return not wanted or (bool(recipient) and wanted in recipient)


class Talk:
    """One connection."""

    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relay = relay
        self.reader = reader
        self.writer = writer
        self.recipient = ""
        self.safe = False  # TLS is on
        self.pipelines = relay.connections % 2 == 0  # every second one offers to hear several commands at once

    async def say(self, step: str, rule: dict[str, Any] | None = None) -> str:
        """Answer as the rules have it. Returns what was said. Raises Over."""
        rule = self.relay.rule_for(step, self.recipient) if rule is None else rule
        if rule.get("wait"):
            await asyncio.sleep(rule["wait"])
        do = rule.get("do") or USUAL.get(step, "250 ok")
        if do == "reset":
            link = self.writer.get_extra_info("socket")
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
            raise Over
        if do in {"hang up", "drop"}:
            raise Over
        if do == "silence":
            await self.reader.read(LONGEST)
            raise Over
        if step == "EHLO" and do == "250 ok":
            named = [*EXTENSIONS, *(["PIPELINING"] if self.pipelines else [])]
            named += ["STARTTLS"] if self.relay.tls and not self.safe else []
            do = "\r\n".join(["250-relay", *(f"250-{name}" for name in named), "250 done"])
        self.writer.write(do.encode() + b"\r\n")
        await self.writer.drain()
        return str(do)

    async def talk(self) -> None:
        """From the banner to the end."""
        await self.say("banner")
        while True:
            line = await self.reader.readline()
            if not line:
                return
            words = line.decode(errors="replace").strip()
            self.relay.heard += 1
            verb = words.partition(" ")[0].upper()
            if verb == "MAIL":
                self.recipient = ""
                self.relay.note("MAIL", safe=self.safe)
            elif verb == "AUTH":
                self.relay.note("AUTH", safe=self.safe)
            elif verb == "RCPT":
                self.recipient = words.partition("<")[2].partition(">")[0]
            said_at = time.monotonic(), time.time()
            said = await self.say(verb)
            if verb == "STARTTLS" and said.startswith("220") and self.relay.tls is not None:
                await self.writer.start_tls(self.relay.tls)
                self.safe = True
            elif verb == "DATA" and said.startswith("354"):
                self.relay.note("DATA", recipient=self.recipient, wall=said_at[1])
                await self.content(*said_at)
            elif verb == "QUIT":
                return

    async def content(self, data_at: float, data_wall: float) -> None:
        """Hear one message out; keep it unless the rules have it refused or dropped."""
        body = self.relay.rule_for("body", self.recipient)
        if body.get("do"):
            await self.reader.read(200)
            if body["do"] == "silence":
                await self.reader.read(LONGEST)
                while not self.reader.at_eof():
                    await self.reader.read(LONGEST)
            raise Over
        content = await self.reader.readuntil(b"\r\n.\r\n")
        found = {name: HEADER[name].search(content) for name in HEADER}
        told = self.relay.rule_for("dot", self.recipient)
        do = told.get("do", "")
        if not do or do[0] == "2" or do in {"hang up", "reset", "silence"}:
            self.relay.kept += 1
            self.relay.note(
                "kept",
                recipient=self.recipient,
                data_at=data_at,
                data_wall=data_wall,
                site=self.relay.site_seconds(),
                **{n.decode().replace("-", "_"): m.group(1).decode() if m else "" for n, m in found.items()},
            )
        await self.say("dot", told)


async def serve(port: int, control: int, relay: Relay) -> None:
    """Until the process is ended."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay.connections += 1
        relay.open += 1
        try:
            await Talk(relay, reader, writer).talk()
        except (Over, OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            relay.open -= 1
            writer.close()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(meet, "127.0.0.1", port, limit=LONGEST)

    door: asyncio.Server | None = await listen()

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal door
        while line := await reader.readline():
            told = json.loads(line)
            if "rules" in told:
                relay.rules, relay.used = told["rules"], Counter()
                relay.served.clear()
            if told.get("listen") is False and door is not None:
                door.close()
                door = None
            elif told.get("listen") and door is None:
                door = await listen()
            state = {name: getattr(relay, name) for name in ("open", "connections", "kept", "heard", "served")}
            writer.write(json.dumps(state).encode() + b"\n")
            await writer.drain()

    await asyncio.start_server(obey, "127.0.0.1", control)
    await asyncio.Event().wait()


def main() -> None:
    """`relay.py port control-port record clock-file [certificate key]`."""
    port, control, record, clock_file, *files = sys.argv[1:]
    tls = None
    if files:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)
    asyncio.run(serve(int(port), int(control), Relay(Path(record), Path(clock_file), tls)))


if __name__ == "__main__":
    main()
