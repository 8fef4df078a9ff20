"""What is parked: our fault, visible, and anyone may try it again or give it up."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select, update

from ...contract.kinds import Queue
from ..tables import revisions, work
from ..values import Page, WorkItem
from .database import SqlDatabase
from .rows import item_of

USED_UP: Final = "attempts-used-up"
"""Code of what is parked because every claim ended without an outcome: it crashes, hangs or eats memory."""


class SqlParking:
    """The part of ``catalog.WorkQueue`` that deals with what is parked."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def parked(self, *, after: str | None = None, limit: int = 100) -> Page[WorkItem]:
        query = select(work).where(work.c.state == "parked").order_by(work.c.id).limit(limit)
        if after is not None:
            query = query.where(work.c.id > int(after))
        with self._database.read() as connection:
            items = tuple(map(item_of, connection.execute(query).mappings()))
        return Page(items, str(items[-1].id) if len(items) == limit else None)

    def retry(self, item: int, *, queue: Queue = "interactive") -> bool:
        with self._database.write() as connection:
            row = connection.execute(
                update(work)
                .where(work.c.id == item, work.c.state == "parked")
                .values(
                    state="waiting",
                    attempts=0,
                    queue=queue,
                    sent_at=None,
                    not_before=0,
                    lease_until=None,
                    token=None,
                )
                .returning(work.c.revision)
            ).first()
            if row is not None:
                connection.execute(
                    update(revisions)
                    .where(revisions.c.id == row.revision, revisions.c.state == "parked")
                    .values(state="pending", code=None, reason=None, settled_at=None)
                )
        return row is not None

    def drop(self, item: int, *, reason: str) -> bool:
        with self._database.write() as connection:
            row = connection.execute(
                update(work)
                .where(work.c.id == item, work.c.state == "parked")
                .values(state="dropped", reason=reason)
                .returning(work.c.revision)
            ).first()
            if row is not None:
                settle_revision(connection, row.revision, "rejected", "dropped", reason, self._database.now())
        return row is not None

    def park_used_up(self, connection: Connection, max_attempts: int, *, item: int | None = None) -> int:
        """Park what has used up its attempts (all, or this item); tells how many there were."""
        query = select(work.c.id, work.c.attempts, work.c.code, work.c.reason).where(
            work.c.state == "claimed",
            work.c.lease_until < self._database.moment(),
            work.c.attempts >= max_attempts,
        )
        if item is not None:
            query = query.where(work.c.id == item)
        rows = connection.execute(query).all()
        for row in rows:
            reason = (
                f"{row.attempts} attempts ended without an outcome: its process was killed or ran out of time"
            )
            self.park(
                connection,
                row.id,
                USED_UP,
                reason if row.reason is None else f"{reason}; before: {row.reason}",
            )
        return len(rows)

    def park(self, connection: Connection, item: int, code: str, reason: str) -> None:
        """Park an item, and settle its revision so."""
        revision = connection.execute(
            update(work)
            .where(work.c.id == item)
            .values(state="parked", lease_until=None, token=None, code=code, reason=reason)
            .returning(work.c.revision)
        ).scalar_one()
        settle_revision(connection, revision, "parked", code, reason, self._database.now())


def settle_revision(
    connection: Connection, revision: str, state: str, code: str, reason: str, at: int
) -> None:
    """Note how a revision ended; one that is published stays so."""
    connection.execute(
        update(revisions)
        .where(revisions.c.id == revision, revisions.c.state.in_(("pending", "parked", "held")))
        .values(state=state, code=code, reason=reason, settled_at=at)
    )


__all__ = ["USED_UP", "SqlParking", "settle_revision"]
