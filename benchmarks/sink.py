"""A relay that says yes to everything and counts which messages it was given, in a process of its own.

So little work per message that it is not what is measured: one thread, epoll, canned replies. Only on 127.0.0.1.
It is asked over the same port, with words that no mail client says: COUNT (messages, different ids, most of one
id) and FORGET.
"""

import select
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

REPLIES = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
OK = b"250 ok\r\n"
END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Took:
    """What the sink was given since it was told to forget."""

    messages: int
    different: int
    most_of_one: int


class Sink:
    """A running sink, as the process that measures sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._link = socket.create_connection(("127.0.0.1", port))
        self._lines = self._link.makefile("rb")
        self._lines.readline()

    @property
    def url(self) -> str:
        """Its address as an EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def took(self) -> Took:
        """What it was given so far."""
        self._link.sendall(b"COUNT\r\n")
        return Took(*map(int, self._lines.readline().split()))

    def forget(self) -> None:
        """Begin to count anew."""
        self._link.sendall(b"FORGET\r\n")
        self._lines.readline()


@contextmanager
def running() -> Iterator[Sink]:
    """A sink for as long as the block runs."""
    words = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Sink(int(process.stdout.readline()))
        finally:
            process.terminate()


class Conversation:
    """One connection: what it said that is not answered yet, and whether a message is on its way."""

    __slots__ = ("in_message", "left", "link")

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.left = b""
        self.in_message = False

    def heard(self, got: Counter[bytes]) -> bool:
        """Answer what came in; False when the connection is over."""
        more = self.link.recv(1 << 18)
        if not more:
            return False
        said, answers, goes_on = self.left + more, [], True
        while True:
            end = said.find(END if self.in_message else b"\r\n")
            if end < 0:
                break
            if self.in_message:
                got[_id_in(said)] += 1
                said, self.in_message = said[end + 5 :], False
                answers.append(OK)
                continue
            verb, said = said[:4].upper(), said[end + 2 :]
            if verb == b"COUN":
                answers.append(b"%d %d %d\r\n" % (got.total(), len(got), max(got.values(), default=0)))
            elif verb == b"FORG":
                got.clear()
                answers.append(OK)
            else:
                answers.append(REPLIES.get(verb, OK))
            self.in_message = verb == b"DATA"
            goes_on = verb != b"QUIT"
        self.left = said
        if answers:
            self.link.sendall(b"".join(answers))
        return goes_on


def _id_in(message: bytes) -> bytes:
    begin = message.find(b"Message-ID: <") + 13
    return message[begin : message.find(b">", begin)]


def serve(door: socket.socket) -> None:
    """Answer whoever comes, until the process is ended."""
    got: Counter[bytes] = Counter()
    talks: dict[int, Conversation] = {}
    watch = select.epoll()
    watch.register(door, select.EPOLLIN)
    while True:
        for number, _ in watch.poll():
            if number == door.fileno():
                link, _ = door.accept()
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                link.sendall(b"220 sink\r\n")
                talks[link.fileno()] = Conversation(link)
                watch.register(link, select.EPOLLIN)
                continue
            try:
                goes_on = talks[number].heard(got)
            except ConnectionError:
                goes_on = False
            if not goes_on:
                watch.unregister(number)
                talks.pop(number).link.close()


def main() -> None:
    """Listen on a free port and say which."""
    door = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(door.getsockname()[1], flush=True)
    serve(door)


if __name__ == "__main__":
    main()
