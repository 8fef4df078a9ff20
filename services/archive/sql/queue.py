"""The catalog as a queue, in SQL. A claim is one UPDATE; leases are measured by the database's clock."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from ..errors import ClaimLostError
from ..tables import revisions, work
from ..values import Claim, Page, Purpose, Queue, QueueStatus, WaitingKind, WorkItem, WorkState
from .database import SqlDatabase
from .prepared import Prepared
from .rows import item_of, revision_of

USED_UP: Final = "attempts-used-up"
"""Code of what is parked because every claim ended without an outcome: it crashes, hangs or eats memory."""

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
_REVISION: Final = Prepared(select(revisions).where(revisions.c.id == bindparam("revision")))
_FINISH: Final = Prepared(
    update(work)
    .where(
        work.c.id == bindparam("item"),
        or_(work.c.token == bindparam("old_token"), work.c.state == "waiting"),
    )
    .values(state="done", lease_until=None, token=None, code=None, reason=None)
)


class SqlWorkQueue:
    """See ``catalog.WorkQueue``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        now = database.moment_or_bind()
        self._claim = Prepared(
            update(work)
            .where(
                work.c.id == bindparam("item"),
                work.c.attempts < bindparam("most"),
                or_(
                    and_(work.c.state == "waiting", work.c.not_before <= now),
                    and_(work.c.state == "claimed", work.c.lease_until < now),
                ),
            )
            .values(
                state="claimed",
                attempts=work.c.attempts + 1,
                lease_until=now + bindparam("lease", type_=BigInteger),
                claimed_by=bindparam("worker"),
                token=bindparam("new_token"),
            )
            .returning(work)
        )

    def claim(self, item: int, *, worker: str, seconds: float, max_attempts: int) -> Claim | None:
        token = secrets.token_hex(16)
        with self._database.write_relaxed() as connection:
            row = self._claim.first(
                connection,
                item=item,
                most=max_attempts,
                lease=_milliseconds(seconds),
                worker=worker,
                new_token=token,
                now=self._database.now(),
            )
            if row is None:
                self._park_used_up(connection, max_attempts, item=item)
                return None
            found = _REVISION.first(connection, revision=row["revision"])
            assert found is not None
            revision = revision_of(found)
        return Claim(item_of(row), revision, token, row["lease_until"])

    def renew(self, claim: Claim, *, seconds: float) -> Claim:
        with self._database.write_relaxed() as connection:
            until = connection.execute(
                update(work)
                .where(work.c.id == claim.item.id, work.c.token == claim.token, work.c.state == "claimed")
                .values(lease_until=self._database.moment() + _milliseconds(seconds))
                .returning(work.c.lease_until)
            ).scalar_one_or_none()
        if until is None:
            raise ClaimLostError(f"work item {claim.item.id} is no longer held by {claim.item.claimed_by}")
        return Claim(claim.item, claim.revision, claim.token, until)

    def give_back(self, claim: Claim, *, delay: float = 0.0) -> None:
        with self._database.write_relaxed() as connection:
            connection.execute(
                update(work)
                .where(work.c.id == claim.item.id, work.c.token == claim.token)
                .values(
                    state="waiting",
                    attempts=work.c.attempts - 1,
                    sent_at=None,
                    lease_until=None,
                    claimed_by=None,
                    token=None,
                    not_before=self._database.moment() + _milliseconds(delay),
                )
            )

    def fail(
        self, claim: Claim, *, code: str, reason: str, delay: float, max_attempts: int, final: bool = False
    ) -> WorkState:
        with self._database.write() as connection:
            held = and_(work.c.id == claim.item.id, work.c.token == claim.token)
            attempts = connection.execute(select(work.c.attempts).where(held)).scalar_one_or_none()
            if attempts is not None:
                if final or attempts >= max_attempts:
                    self._park(connection, claim.item.id, code, reason)
                else:
                    connection.execute(
                        update(work)
                        .where(held)
                        .values(
                            state="waiting",
                            sent_at=None,
                            lease_until=None,
                            token=None,
                            not_before=self._database.moment() + _milliseconds(delay),
                            code=code,
                            reason=reason,
                        )
                    )
            state: WorkState | None = connection.execute(
                select(work.c.state).where(work.c.id == claim.item.id)
            ).scalar_one_or_none()
        return state or "dropped"

    def finish(self, claim: Claim) -> None:
        with self._database.write_relaxed() as connection:
            finish(connection, claim)

    def reject(self, claim: Claim, *, code: str, reason: str) -> None:
        with self._database.write() as connection:
            settle_revision(connection, claim.revision.id, "rejected", code, reason, self._database.now())
            finish(connection, claim)

    def expire_worker(self, worker: str) -> int:
        whose = or_(work.c.claimed_by == worker, work.c.claimed_by.startswith(f"{worker}#", autoescape=True))
        with self._database.write() as connection:
            return connection.execute(
                update(work).where(work.c.state == "claimed", whose).values(lease_until=0)
            ).rowcount

    def unsent(self, queue: Queue, *, limit: int) -> Sequence[int]:
        now = self._database.moment()
        due = (
            select(work.c.id)
            .where(
                work.c.queue == queue,
                work.c.state == "waiting",
                work.c.sent_at.is_(None),
                work.c.not_before <= now,
            )
            .order_by(work.c.not_before, work.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            if connection.execute(due).first() is None:
                return ()
        with self._database.write_relaxed() as connection:
            return sorted(
                connection.execute(
                    update(work)
                    .where(work.c.id.in_(due.with_for_update(skip_locked=True)))
                    .values(sent_at=now)
                    .returning(work.c.id)
                ).scalars()
            )

    def unsend(self, items: Iterable[int]) -> None:
        with self._database.write_relaxed() as connection:
            connection.execute(
                update(work).where(work.c.id.in_(list(items)), work.c.state == "waiting").values(sent_at=None)
            )

    def lost(self, queue: Queue, *, older_than: float, limit: int) -> Sequence[int]:
        now = self._database.moment()
        gone = (
            select(work.c.id)
            .where(
                work.c.queue == queue,
                work.c.state == "waiting",
                work.c.sent_at < now - _milliseconds(older_than),
            )
            .order_by(work.c.sent_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            if connection.execute(gone).first() is None:
                return ()
        with self._database.write_relaxed() as connection:
            return sorted(
                connection.execute(
                    update(work).where(work.c.id.in_(gone)).values(sent_at=now).returning(work.c.id)
                ).scalars()
            )

    def expired(self, *, max_attempts: int, delay: float = 0.0) -> int:
        with self._database.read() as connection:
            if (
                connection.execute(
                    select(work.c.id).where(
                        work.c.state == "claimed", work.c.lease_until < self._database.moment()
                    )
                ).first()
                is None
            ):
                return 0
        with self._database.write_relaxed() as connection:
            parked = self._park_used_up(connection, max_attempts)
            freed = connection.execute(
                update(work)
                .where(
                    work.c.state == "claimed",
                    work.c.lease_until < self._database.moment(),
                    work.c.attempts < max_attempts,
                )
                .values(
                    state="waiting",
                    sent_at=None,
                    lease_until=None,
                    token=None,
                    not_before=self._database.moment() + (work.c.attempts - 1) * _milliseconds(delay),
                )
            ).rowcount
        return parked + freed

    def status(self) -> QueueStatus:
        with self._database.read() as connection:
            live = connection.execute(_LIVE).all()
            oldest_unsent = {
                queue: connection.execute(_FIRST_UNSENT, {"queue": queue}).scalar_one_or_none()
                for queue in ("interactive", "bulk")
            }
            parked = connection.execute(_PARKED).scalar_one()
        now = self._database.now()
        waiting: dict[str, int] = {"interactive": 0, "bulk": 0}
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

    def get(self, item: int) -> WorkItem | None:
        with self._database.read() as connection:
            row = connection.execute(select(work).where(work.c.id == item)).mappings().first()
        return None if row is None else item_of(row)

    def of_revision(self, revision: str) -> Sequence[WorkItem]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(work).where(work.c.revision == revision).order_by(work.c.id)
            ).mappings()
            return tuple(map(item_of, rows))

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

    def enqueue(
        self, revision: str, *, purpose: Purpose, queue: Queue, wanted: str = "", run: int | None = None
    ) -> int:
        with self._database.write() as connection:
            return enqueue(connection, revision, purpose, queue, wanted, run or 0, self._database.now())

    def _park_used_up(self, connection: Connection, max_attempts: int, *, item: int | None = None) -> int:
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
            self._park(
                connection,
                row.id,
                USED_UP,
                reason if row.reason is None else f"{reason}; before: {row.reason}",
            )
        return len(rows)

    def _park(self, connection: Connection, item: int, code: str, reason: str) -> None:
        revision = connection.execute(
            update(work)
            .where(work.c.id == item)
            .values(state="parked", lease_until=None, token=None, code=code, reason=reason)
            .returning(work.c.revision)
        ).scalar_one()
        settle_revision(connection, revision, "parked", code, reason, self._database.now())


def finish(connection: Connection, claim: Claim) -> None:
    """End a claim with an outcome, also when its lease ran out and nobody has taken the item since."""
    _FINISH.do(connection, item=claim.item.id, old_token=claim.token)


def settle_revision(
    connection: Connection, revision: str, state: str, code: str, reason: str, at: int
) -> None:
    """Note how a revision ended; one that is published stays so."""
    connection.execute(
        update(revisions)
        .where(revisions.c.id == revision, revisions.c.state.in_(("pending", "parked", "held")))
        .values(state=state, code=code, reason=reason, settled_at=at)
    )


def enqueue(
    connection: Connection, revision: str, purpose: str, queue: str, wanted: str, run: int, now: int
) -> int:
    """Add a work item, or wake the one that was done."""
    known = connection.execute(
        select(work.c.id).where(
            work.c.revision == revision, work.c.purpose == purpose, work.c.wanted == wanted, work.c.run == run
        )
    ).scalar_one_or_none()
    values: dict[str, Any] = {
        "queue": queue,
        "state": "waiting",
        "attempts": 0,
        "not_before": 0,
        "sent_at": None,
    }
    if known is not None:
        connection.execute(
            update(work)
            .where(work.c.id == known, work.c.state.in_(("done", "dropped", "parked")))
            .values(**values)
        )
        return int(known)
    report = connection.execute(select(revisions.c.report).where(revisions.c.id == revision)).scalar_one()
    return int(
        connection.execute(
            insert(work).returning(work.c.id),
            {
                **values,
                "revision": revision,
                "report": report,
                "purpose": purpose,
                "wanted": wanted,
                "run": run,
                "created_at": now,
            },
        ).scalar_one()
    )


def drop_all(connection: Connection, report: str) -> None:
    """Give up whatever is to be done for a report (it was erased)."""
    connection.execute(
        update(work)
        .where(work.c.report == report, work.c.state.in_(("waiting", "claimed", "parked")))
        .values(state="dropped", token=None, lease_until=None)
    )


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


__all__ = ["SqlWorkQueue", "drop_all", "enqueue", "finish", "settle_revision"]
