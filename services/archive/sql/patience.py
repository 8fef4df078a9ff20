"""Connections to PostgreSQL that wait for an answer so long and no longer.

A server that lives cuts a statement off itself (``statement_timeout``), and one whose machine is gone is noticed by
TCP. One that hangs, or a way to it on which packets vanish while something in between acknowledges them, says nothing
for ever; libpq has no limit for that.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event

LOOK: Final = 0.1
"""Seconds between two looks at the clock, as psycopg itself has it."""


class _Impatient(psycopg.Connection[Any]):
    patience: float | None = None
    given_up = ""

    def wait(self, gen: Any, interval: float = LOOK, timeout: float | None = None) -> Any:
        if self.given_up:
            raise psycopg.OperationalError(self.given_up)
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.patience and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # the answer may come yet: nobody is to take it for that to another question
                self.given_up = f"no answer within {self.patience:g} s"
                raise psycopg.OperationalError(self.given_up) from None
            raise


def give_up_after(engine: Engine, seconds: float) -> None:
    """Let no connection of this engine wait longer for an answer; it is closed then."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> psycopg.Connection[Any]:
        made = _Impatient.connect(*arguments, **options)
        made.patience = seconds
        return made


def wait_for_ever(connection: Connection) -> None:
    """Let this connection wait as long as it takes: a migration of millions of rows has no limit of time."""
    driver: Any = connection.connection.driver_connection
    driver.patience = None
    connection.detach()  # and never goes back to those who have one
