"""What no browser sends, sent over a socket to the servers it runs on, waitress and gunicorn: broken lengths,
two meanings of one request, odd lines. Never a fault of ours, never a word about it, and the site goes on."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from deploy.services import free_port, wait_for
from repair.env import BASE_DIR
from tests.security import tally

pytestmark = [pytest.mark.slow, pytest.mark.pure, pytest.mark.django_db]

HOST = b"Host: localhost\r\n"
LENGTHS = (
    b"abc", b"-1", b"+5", b"1e3", b"0x10", b"5 5", b"5,5", b"5, 6", b"", b" ", b"5;", b"1_0", b"\xd9\xa3", b"005",
    b"9" * 30, b"9" * 5000, b"NaN", b"1.0",
)  # fmt: skip
# What servers refuse by themselves with a number of their own.
THEIRS = {501, 505}


def _post(*headers: bytes, body: bytes = b"x=1&y") -> bytes:
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    return b"POST /sign-in/ HTTP/1.1\r\n" + HOST + kind + b"".join(h + b"\r\n" for h in headers) + b"\r\n" + body


def _get(path: bytes, *headers: bytes, host: bytes = HOST, version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET " + path + b" " + version + b"\r\n" + host + b"".join(h + b"\r\n" for h in headers) + b"\r\n"


REQUESTS: dict[str, bytes] = {
    **{f"length {value[:12]!r}": _post(b"Content-Length: " + value) for value in LENGTHS},
    "no length": _post(),
    "two lengths": _post(b"Content-Length: 5", b"Content-Length: 6"),
    "one length twice": _post(b"Content-Length: 5", b"Content-Length: 5"),
    "length and pieces": _post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nGET /x"),
    "pieces and no more": _post(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "pieces of no length": _post(b"Transfer-Encoding: chunked", body=b"zz\r\nx\r\n0\r\n\r\n"),
    "pieces of a length below nothing": _post(b"Transfer-Encoding: chunked", body=b"-1\r\nx\r\n0\r\n\r\n"),
    "pieces with much beside": _post(
        b"Transfer-Encoding: chunked", body=b"1;" + b"a" * 9000 + b"\r\nx\r\n0\r\n\r\n"
    ),
    "pieces of another kind": _post(b"Transfer-Encoding: xchunked"),
    "pieces, twice said": _post(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "pieces behind a space": _post(b"Transfer-Encoding : chunked", b"Content-Length: 5"),
    "packed": _post(b"Content-Encoding: gzip", b"Content-Length: 5"),
    "length under another name": _post(b"Content_Length: abc", b"Content-Length: 5"),
    "no host": _get(b"/terms/", host=b""),
    "two hosts": _get(b"/terms/", b"Host: elsewhere.example"),
    "another host": _get(b"/terms/", host=b"Host: elsewhere.example\r\n"),
    "a host of signs": _get(b"/terms/", host=b"Host: \xff\xfe<>\"'\r\n"),
    "a long host": _get(b"/terms/", host=b"Host: " + b"a" * 60_000 + b"\r\n"),
    "another site’s address": _get(b"http://elsewhere.example/terms/"),
    "no address": _get(b""),
    "a star": _get(b"*"),
    "NUL in the address": _get(b"/te\0rms/"),
    "NUL, written out": _get(b"/terms/%00"),
    "half a character": _get(b"/%ED%A0%80/%C0%AF/%"),
    "a long address": _get(b"/" + b"a" * 70_000),
    "NUL in a header": _get(b"/terms/", b"X-A: a\0b"),
    "a folded header": _get(b"/terms/", b"X-A: a", b"  b"),
    "a header without a name": _get(b"/terms/", b": a"),
    "a name with a space": _get(b"/terms/", b"X A: a"),
    "a header without a colon": _get(b"/terms/", b"nothing"),
    "bare ends of lines": _get(b"/terms/").replace(b"\r\n", b"\n"),
    "a long header": _get(b"/terms/", b"X-A: " + b"a" * 70_000),
    "many headers": _get(b"/terms/", *(b"X-%d: a" % n for n in range(2000))),
    "a long cookie": _get(b"/terms/", b"Cookie: x=" + b"a" * 60_000),
    "many cookies": _get(b"/terms/", b"Cookie: " + b"; ".join(b"c%d=1" % n for n in range(2000))),
    "an odd cookie": _get(b"/terms/", b"Cookie: s=\xff\x01; ;=; x"),
    "version nine": _get(b"/terms/", version=b"HTTP/9.9"),
    "no version": b"GET /terms/\r\n\r\n",
    "an odd method": _get(b"/terms/").replace(b"GET", b"G\xffT", 1),
    "a long method": _get(b"/terms/").replace(b"GET", b"A" * 9000, 1),
    "CONNECT": _get(b"localhost:1").replace(b"GET", b"CONNECT", 1),
    "TRACE": _get(b"/terms/").replace(b"GET", b"TRACE", 1),
    "wait for it": _post(b"Expect: 100-continue", b"Content-Length: 5"),
    "upgrade": _get(b"/terms/", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c"),
    "nothing": b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
}  # fmt: skip


def answer(port: int, sent: bytes) -> bytes:
    """Everything that comes back before the other side has nothing more to say; nothing where it hangs up."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65_536):
                found += piece
        except OSError:
            pass
    return found


def wrong_with(got: bytes) -> str:
    """What must not be: a fault of ours, or words about it."""
    statuses = [
        int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:] + got.split(b"HTTP/1.0 ")[1:] if part[:3].isdigit()
    ]
    if faults := [status for status in statuses if status >= 500 and status not in THEIRS]:
        return f"status {faults}"
    if b"Traceback" in got or b"elsewhere.example" in got.partition(b"\r\n\r\n")[0]:
        return "it tells what went wrong, or leads elsewhere"
    return ""


WAITRESS = ["-c", "import sys; from repair import embedded; embedded.web(port=int(sys.argv[1])).run()", "{port}"]
GUNICORN = [
    "-m",
    "gunicorn",
    "repair.wsgi",
    "--worker-class",
    "gthread",
    "--threads",
    "8",
    "-b",
    "127.0.0.1:{port}",
]


@contextmanager
def served(words: list[str], folder: Path) -> Iterator[int]:
    """One of the site's own entrances, for as long as the block runs."""
    port = free_port()
    told = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "EMAIL_URL"}}
    process = subprocess.Popen(
        [sys.executable, *(word.format(port=port) for word in words)],
        cwd=BASE_DIR,
        env={**told, "DATA_DIR": str(folder), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, seconds=60)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("words", [WAITRESS, GUNICORN], ids=["waitress", "gunicorn"])
def test_nothing_sent_by_hand_breaks_the_site(words: list[str], tmp_path: Path) -> None:
    with served(words, tmp_path) as port:
        answers = {name: answer(port, sent) for name, sent in REQUESTS.items()}
        found = {name: wrong for name, got in answers.items() if (wrong := wrong_with(got))}
        with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
            slow.sendall(_post(b"Content-Length: 5", body=b"x"))  # the rest never comes
            assert answer(port, _get(b"/terms/", b"Connection: close")).startswith(b"HTTP/1.1 200")
    tally.add("raw requests", cases=len(REQUESTS), requests=len(REQUESTS), found=len(found))
    assert found == {}
    assert sum(got.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400")) for got in answers.values()) > 10


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_server_that_hands_on_what_it_was_told_is_found() -> None:
    """Seeded: the simplest server there is gives the site a length that is no number."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    assert wrong_with(answer(server.server_port, _post(b"Content-Length: 1e3")))
    thread.join(10)
    server.server_close()
    tally.add("raw requests", seeded=1, caught=1)
