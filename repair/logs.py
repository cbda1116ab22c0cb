"""How a line of the log is written: without what people typed, and so that nothing typed can pass for a line.

A message keeps its words; secrets in addresses, mail addresses and control characters go. Of an exception stay its
kind and where it happened: its own words can hold values (“invalid literal: …”).
"""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

_SECRET_PATHS = re.compile(r"(/(?:i|n|m|demo|mailbox|times/calendar)/)[^/\s\"'?]+")
_QUERY = re.compile(r"\?[^\s\"']+")
_ADDRESS = re.compile(r"[^\s<>\"'=:,/]+@[^\s<>\"',]+")
# Control characters, line and paragraph separators, and signs that turn the direction of writing round.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

LONGEST = 1000  # letters of a message; nothing that we say ourselves is as long

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def plain(text: str) -> str:
    """One line without secrets of addresses, mail addresses, queries or control characters."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    text = _ADDRESS.sub("…@…", _QUERY.sub("?…", _SECRET_PATHS.sub(r"\1…", text)))
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Lines(logging.Formatter):
    """Time, level, logger, message; below it, indented, where an exception happened."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        record.exc_text = None
        if isinstance(record.args, dict) and "exc" in record.args:  # Celery, of a task that failed
            kind = str(record.args["exc"]).partition("(")[0]
            record.args = {**record.args, "exc": kind, "args": "", "kwargs": "", "traceback": ""}
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        record.message = plain(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Kind and place of an exception and of those before it; not their words."""
        lines: list[str] = []
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            lines += [f"    {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's own name
        return ""
