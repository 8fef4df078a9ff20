"""Processor time of a question: this process's and that of the database's process behind the one connection in use.

On a machine that does other things too, time on the clock tells how busy it is; processor time tells what a page costs.
"""

from __future__ import annotations

import time
from pathlib import Path

from jiaokan.archive import Database


class ProcessorTime:
    """Reads both. For code that asks the catalog from one thread, so that its pool has one connection."""

    def __init__(self, database: Database) -> None:
        self._backend: Path | None = None
        if database.dialect == "postgresql":
            with database.read() as connection:
                number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            # Nanoseconds on a processor (proc(5)); the figures of `times` come in hundredths of a second.
            told = Path(f"/proc/{number}/schedstat")
            self._backend = told if told.exists() else None

    def seconds(self) -> float:
        """Give the seconds used so far."""
        own = time.process_time()
        if self._backend is None:
            return own
        return own + int(self._backend.read_text().split()[0]) / 1e9
