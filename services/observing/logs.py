"""Logs: lines for a person at a terminal, JSON for a machine that collects them. docs/operating.md has the format."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any, Final, Literal

from .context import FIELDS, bound
from .telling import trace_names

LogFormat = Literal["auto", "json", "console"]

NOISY: Final = (
    "celery",
    "kombu",
    "multiprocessing",
    "urllib3",
    "alembic",
    "opentelemetry",
    "httpx",
    "httpcore",
)
"""Libraries whose lines below a warning say nothing about reports."""

_LONGEST: Final = 20_000
"""Characters of a message or a traceback that are logged: a line has a bound like everything else."""


def set_up_logs(form: LogFormat, level: str, *, part: str) -> None:
    """Send every log of this process to standard error.

    Args:
        form: ``json`` or ``console``; ``auto`` is ``console`` at a terminal only.
        level: the least level that is logged.
        part: what this process is: ``api``, ``worker`` …
    """
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(part) if as_json else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)  # else they are lines of another form
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Give what a line says besides its message: bound to the context, or given with ``extra``."""
    at_hand = bound()
    fields: dict[str, Any] = {}
    for name in FIELDS:
        value = record.__dict__.get(name, at_hand.get(name))
        if value is not None:
            fields[name] = value
    fields.update(trace_names())
    return fields


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as a line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "at": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "part": self._part,
            "logger": record.name,
            "message": record.getMessage()[:_LONGEST],
            **fields_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)[-_LONGEST:]
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """Lines for a person."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as a line, with its fields behind it."""
        told = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        first, newline, rest = super().format(record).partition("\n")
        return f"{first}  [{told}]{newline}{rest}" if told else f"{first}{newline}{rest}"
