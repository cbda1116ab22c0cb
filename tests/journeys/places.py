"""Every place where a distributed site leaves something behind: logs, servers' files, queues, mails, folders."""

import base64
import gzip
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import psycopg
import redis
from django.apps import apps
from django.core import signing
from playwright.sync_api import APIResponse

from accounts.vault import crypto
from accounts.vault.fields import SealedField
from deploy import services
from tests.journeys.dump import Wanted, leaks
from tests.journeys.sites import Site
from tests.journeys.visitor import Visitor, text_of

HELD_BACK = {"keys.json", "secret"}  # what the data folder keeps apart from the database
# Columns that hold nothing at the end of the story, and why.
EMPTY = {
    "accounts.Mail.payload": "emptied once the mail has gone; codes and the invitation went through it",
    "accounts.Never.name": "nobody says never; it is the name the invitation shows",
    "checkins.Prompt.draft": "emptied when the evening is sent in; each evening went through it",
    **dict.fromkeys(
        (
            "checkins.Aside.body",
            "checkins.Given.body",
            "checkins.JournalEntry.body",
            "checkins.SeasonLines.words",
            "checkins.TalkWord.body",
            "checkins.Topic.text",
            "checkins.TopicNote.text",
            "repair.OwnStory.body",
            "repair.Piece.body",
            "repair.Piece.head",
            "repair.PieceReply.body",
        ),
        "its room has no act in the story yet",
    ),
}


class Places:
    """The places of one site. What went through them is noted from the moment this is made."""

    def __init__(self, site: Site, redis_url: str) -> None:
        self.site = site
        self.redis_url = redis_url
        self.said = site.folder / "redis.said"  # what Redis was told
        self.errors: list[bytes] = []  # what error pages answered
        self.shown_name = "\0"  # what the inviter let the invitation say
        folder = Path(self._ask("SHOW data_directory"))
        self.data, self.log = folder, folder.parent / "log"
        self.log_from = self.log.stat().st_size
        self.first_wal = self._ask("SELECT pg_walfile_name(pg_current_wal_lsn())")

    @property
    def database(self) -> str:
        return self.site.environment["DATABASE_URL"]

    def _ask(self, sql: str) -> str:
        with psycopg.connect(self.database, autocommit=True) as connection:
            answer = connection.execute(sql.encode())
            row = answer.fetchone() if answer.description else None
        return str(row[0]) if row else ""

    # -- what is looked for
    def keys(self) -> list[Wanted]:
        """The bytes of every key of the site: those of the key file, and each person's and couple's own."""
        kept = json.loads((self.site.folder / "data" / "keys.json").read_text())
        wrapping = {name: base64.b64decode(value) for name, value in kept["keys"].items()}
        with psycopg.connect(self.database) as connection:
            rows = connection.execute("SELECT kek, wrapped FROM accounts_datakey").fetchall()
        found = [*wrapping.values(), base64.b64decode(kept["mac"])]
        found += [crypto.unwrap(bytes(wrapped), kek=wrapping[kek]) for kek, wrapped in rows]
        return [*found, self.site.environment["SECRET_KEY"]]

    def never_filled(self) -> list[str]:
        """Sealed columns in which nothing stands: the search of those would say nothing."""
        found = []
        with psycopg.connect(self.database) as connection:
            for model in apps.get_models():
                for field in (f for f in model._meta.local_fields if isinstance(f, SealedField)):
                    sql = f'SELECT 1 FROM "{model._meta.db_table}" WHERE length("{field.column}") > 0 LIMIT 1'
                    if connection.execute(sql.encode()).fetchone() is None:
                        found.append(f"{model._meta.label}.{field.name}")
        return sorted(found)

    # -- error pages
    def provoke(self, visitor: Visitor, words: str) -> None:
        """Ask for what is refused, with private words in every part of the request; keep what is answered."""
        asked, url = visitor.context.request, self.site.url
        answers: list[APIResponse] = [
            asked.get(f"{url}/nothing/{words}/?q={words}"),
            asked.get(f"{url}/i/{words}/"),
            asked.get(f"{url}/support/?country=%00{words}"),
            asked.get(f"{url}/static/{words}.js"),
            asked.get(f"{url}/today/", headers={"Host": "elsewhere.example"}),
            asked.post(f"{url}/you/settings/", form={"name": words}),
            asked.put(f"{url}/today/", data=words, headers={"Referer": f"{url}/{words}"}),
            asked.post(f"{url}/you/settings/", form={"name": words * 30_000}),
        ]
        assert all(400 <= answer.status < 500 for answer in answers), [answer.status for answer in answers]
        self.errors += [json.dumps(answer.headers).encode() + answer.body() for answer in answers]

    # -- where
    def gather(self) -> dict[str, bytes]:
        """Everything that lies in each place now."""
        self._ask("CHECKPOINT")
        here = self._ask("SELECT oid FROM pg_database WHERE datname = current_database()")
        last = self._ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
        segments = [p for p in (self.data / "pg_wal").iterdir() if self.first_wal <= p.name <= last]
        with psycopg.connect(self.database) as connection:
            sessions = connection.execute("SELECT session_data FROM django_session").fetchall()
        found = {f"the log of {log.stem}": log.read_bytes() for log in self.site.logs}
        return found | {
            "PostgreSQL's log": self.log.read_bytes()[self.log_from :],
            "PostgreSQL's files": _all((self.data / "base" / here).iterdir()),
            "the write-ahead log": _all(segments),
            "a dump": self._dump(),
            "sessions": "\n".join(data for (data,) in sessions).encode(),
            "what Redis was told": self.said.read_bytes(),
            "Redis' dump": self._redis_dump(),
            "mails": b"\n".join(self._mail(message) for _, message in self._mails()),
            "error pages": b"\n".join(self.errors),
            "the temporary folder": _all(self.site.folder.joinpath("tmp").rglob("*")),
            "the data folder": _all(self.site.folder.joinpath("data").rglob("*")),
            "the beat's file": _all(self.site.folder.glob("beat*")),
        }

    def search(self, wanted: Iterable[Wanted]) -> dict[str, list[str]]:
        """Where any of the wanted lies, and in which form."""
        looked_for = list(wanted)
        found = {name: leaks(data, looked_for) for name, data in self.gather().items()}
        return {name: forms for name, forms in found.items() if forms}

    def _dump(self) -> bytes:
        program = str(services.find_postgres() / "pg_dump")
        dump = subprocess.run([program, self.database], capture_output=True, check=True).stdout
        assert b"COPY public.accounts_user " in dump
        return dump

    def _redis_dump(self) -> bytes:
        into = self.site.folder / "redis.rdb"
        with redis.Redis.from_url(self.redis_url) as server:
            server.config_set("rdbcompression", "no")
        subprocess.run(["redis-cli", "-u", self.redis_url, "--rdb", str(into)], capture_output=True, check=True)
        return into.read_bytes()

    def _mails(self) -> list[tuple[str, EmailMessage]]:
        assert self.site.inbox is not None
        return self.site.inbox.mails

    def _mail(self, message: EmailMessage) -> bytes:
        """All headers and parts; of an invitation without the one name that is meant to stand in it."""
        texts = [str(part.get_content()) for part in message.walk() if not part.is_multipart()]
        if "/i/" in text_of(message):
            texts = [text.replace(self.shown_name, "") for text in texts]
        return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *texts]).encode()

    # -- the other way round
    def plant(self, seed: str) -> None:
        """Leave `seed` in every place, in the way that a careless change would."""
        for log in self.site.logs:
            with log.open("a") as out:
                out.write(f"ERROR something broke: {seed}\n")
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute("CREATE TABLE seeded (words text, packed bytea)")
            packed = gzip.compress(seed.encode())
            connection.execute("INSERT INTO seeded VALUES (%s, %s)", (seed, packed))
            session = signing.dumps({"form": seed, "more": "x" * 400}, compress=True)
            ends = datetime(2100, 1, 1, tzinfo=UTC)
            connection.execute("INSERT INTO django_session VALUES ('seeded', %s, %s)", (session, ends))
        body = base64.b64encode(json.dumps([[seed], {}]).encode()).decode()
        with redis.Redis.from_url(self.redis_url) as server:
            server.rpush("seeded", json.dumps({"body": body}))
        mail = EmailMessage()
        mail["Subject"] = "Your note"
        mail.set_content(seed, cte="base64")
        self._mails().append(("x@mail.example", mail))
        self.errors.append(f"<p>{seed} is not valid.</p>".encode())
        for folder in ("tmp", "data/staticfiles"):
            (self.site.folder / folder / "seeded.gz").write_bytes(gzip.compress(seed.encode()))
        with (self.site.folder / "beat").open("ab") as out:
            out.write(seed.encode())


def _all(paths: Iterable[Path]) -> bytes:
    return b"\n".join(p.read_bytes() for p in sorted(paths) if p.is_file() and p.name not in HELD_BACK)


@contextmanager
def watched(site: Site, redis_url: str) -> Iterator[Places]:
    """The places of a site, with an ear at its Redis for as long as the block runs."""
    places = Places(site, redis_url)
    with (
        places.said.open("wb") as out,
        subprocess.Popen(["redis-cli", "-u", redis_url, "monitor"], stdout=out) as ear,
    ):
        try:
            yield places
        finally:
            ear.terminate()
