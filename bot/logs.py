"""Log lines, and the id by which one request is found in the lines of all three processes.

No line holds a resident's words: addresses are told by their route, and an error by its kind and
where it was raised, since its text may quote what was worked on. The assistant's lines are made
here too, so this runs on Python 3.10 and imports nothing of ours.
"""

import json
import logging
import re
import sys
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Literal

HEADER = "X-Request-ID"
LogFormat = Literal["text", "json"]
REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request at hand."""
_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
_requests = logging.getLogger("bot.requests")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def good_id(given: str | None) -> str | None:
    """An id as another process or a proxy gave it; None if it can't be one."""
    return given if given and _ID.fullmatch(given) else None


@contextmanager
def as_request(given: str | None = None) -> Iterator[str]:
    """Work under the id given, else under the one there is, else under a fresh one."""
    identity = good_id(given) or REQUEST.get() or uuid.uuid4().hex
    before = REQUEST.set(identity)
    try:
        yield identity
    finally:
        REQUEST.reset(before)


def tell(what: str, level: int = logging.INFO, **fields: Any) -> None:
    """Write one line about a request or a turn; values are words of our own and numbers."""
    _requests.log(level, what, extra={"fields": fields})


def begin(process: str, form: LogFormat, level: str, libraries: str | None = None) -> None:
    """Write this process's lines: JSON to standard output, plain ones to standard error.

    `level` is for requests and turns, and for all else where `libraries` gives no other.
    Plain lines are for a person at a terminal, who sees requests only at the level debug.
    """
    handler = logging.StreamHandler(sys.stdout if form == "json" else sys.stderr)
    handler.setFormatter(JsonLines(process) if form == "json" else PlainLines())
    for name in list(logging.root.manager.loggerDict):  # handlers that libraries brought
        if isinstance(found := logging.root.manager.loggerDict[name], logging.Logger):
            found.handlers.clear()
            found.propagate = True
    logging.root.handlers[:] = [handler]
    logging.root.setLevel((libraries or level).upper())
    shown = level if form == "json" or level == "debug" else "warning"
    _requests.setLevel(shown.upper())


class PlainLines(logging.Formatter):
    """Lines for a person at a terminal."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, with its fields."""
        record.message = _words(record)
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return super().formatMessage(record) + fields

    def formatException(self, ei: _Raised) -> str:
        """The kinds of the errors, and where they were raised."""
        return "\n".join(f"  {line}" for line in _places(ei[1]))


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": _words(record),
            "request": REQUEST.get(),
            **_fields(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, "fields", {})
    return fields


def _words(record: logging.LogRecord) -> str:
    """The message. Of Rasa's own structured lines only the name: the rest may quote a message."""
    text = record.getMessage()
    if record.name.startswith("rasa") and text.startswith("{"):
        try:
            return str(json.loads(text)["event"])
        except (ValueError, KeyError, TypeError):
            return "a line that could not be read"
    return text


def _places(error: BaseException | None) -> list[str]:
    """Each error of a chain by its kind, and the places it went through, without its text."""
    lines: list[str] = []
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        for frame in traceback.extract_tb(error.__traceback__):
            lines.append(f"{frame.filename}:{frame.lineno} in {frame.name}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
