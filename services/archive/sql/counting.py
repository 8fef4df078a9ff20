"""How much waits, and for how long: what is measured, alarmed on and scaled by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all

from ...contract.kinds import Queue
from ..tables import work
from ..values import QUEUES, Purpose, QueueStatus, WaitingKind
from .database import SqlDatabase

COUNTED_MOST: Final = 100_000
"""Items of one state that are counted: 20 ms, and more would tell nobody to do anything else."""

DUE_MOST: Final = 1000
"""Items looked at for the longest due: those that wait without having been tried come first."""


def _some(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Give at most so many items, by a partial index: the table keeps what is done, and is never read whole."""
    columns = (work.c.queue, work.c.purpose, work.c.state, work.c.sent_at, work.c.created_at)
    few = select(*columns).where(*conditions).limit(COUNTED_MOST).subquery()
    return select(
        few.c.queue,
        few.c.purpose,
        few.c.state,
        func.count().label("count"),
        func.count(few.c.sent_at).label("sent"),
        func.min(few.c.created_at).label("since"),
    ).group_by(few.c.queue, few.c.purpose, few.c.state)


_LIVE: Final = union_all(
    _some(work.c.state == "waiting", work.c.sent_at.is_(None)),
    _some(work.c.state == "waiting", work.c.sent_at.is_not(None)),
    _some(work.c.state == "claimed"),
)
_FIRST_UNSENT: Final = (
    select(work.c.created_at)
    .where(work.c.queue == bindparam("queue"), work.c.state == "waiting", work.c.sent_at.is_(None))
    .order_by(work.c.not_before, work.c.id)
    .limit(1)
)
_PARKED: Final = select(func.count()).select_from(
    select(work.c.id).where(work.c.state == "parked").limit(COUNTED_MOST).subquery()
)


class SqlCounting:
    """The part of ``catalog.WorkQueue`` that counts."""

    _database: SqlDatabase

    def status(self) -> QueueStatus:
        with self._database.read() as connection:
            live = connection.execute(_LIVE).all()
            oldest_unsent = {
                queue: connection.execute(_FIRST_UNSENT, {"queue": queue}).scalar_one_or_none()
                for queue in QUEUES
            }
            parked = connection.execute(_PARKED).scalar_one()
        now = self._database.now()
        waiting: dict[str, int] = dict.fromkeys(QUEUES, 0)
        kinds: dict[tuple[Queue, Purpose], tuple[int, int]] = {}
        claimed = sent = 0
        oldest = now
        for queue, purpose, state, count, marked, since in live:
            oldest = min(oldest, since)
            if state == "claimed":
                claimed += count
                continue
            waiting[queue] += count
            sent += marked
            known, first = kinds.get((queue, purpose), (0, now))
            kinds[queue, purpose] = known + count, min(first, since)
        for queue, since in oldest_unsent.items():
            # Where not all were counted, the oldest may not be among those that were.
            if since is not None and waiting[queue] >= COUNTED_MOST:
                oldest = min(oldest, since)
                for kind, (count, first) in kinds.items():
                    if kind[0] == queue:
                        kinds[kind] = count, min(first, since)
        told = tuple(
            WaitingKind(queue, purpose, count, now - first)
            for (queue, purpose), (count, first) in sorted(kinds.items())
        )
        return QueueStatus(waiting, claimed, parked, sent, now - oldest, told)

    def longest_due(self, queues: Sequence[Queue]) -> float:
        now = self._database.moment()
        since: ColumnElement[int] = func.max(work.c.not_before, work.c.created_at)
        if self._database.dialect == "postgresql":
            since = func.greatest(work.c.not_before, work.c.created_at)
        longest = 0
        with self._database.read() as connection:
            for queue in queues:
                for sent in (True, False):
                    marked = work.c.sent_at.is_not(None) if sent else work.c.sent_at.is_(None)
                    first = (
                        select((now - since).label("due"))
                        .where(
                            work.c.queue == queue, work.c.state == "waiting", marked, work.c.not_before <= now
                        )
                        .order_by(*((work.c.sent_at,) if sent else (work.c.not_before, work.c.id)))
                        .limit(DUE_MOST)
                        .subquery()
                    )
                    longest = max(
                        longest, connection.execute(select(func.max(first.c.due))).scalar_one() or 0
                    )
        return longest / 1000


__all__ = ["SqlCounting"]
