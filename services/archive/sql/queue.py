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
    insert,
    or_,
    select,
    update,
)

from ...contract.kinds import Queue
from ..errors import ClaimLostError
from ..tables import revisions, work
from ..values import Claim, Purpose, WorkItem, WorkState
from .counting import SqlCounting
from .database import SqlDatabase
from .parking import SqlParking, settle_revision
from .prepared import Prepared, pipelined
from .rows import item_of, revision_of

_REVISION: Final = Prepared(select(revisions).where(revisions.c.id == bindparam("revision")))
_FINISH: Final = Prepared(
    update(work)
    .where(
        work.c.id == bindparam("item"),
        or_(work.c.token == bindparam("old_token"), work.c.state == "waiting"),
    )
    .values(state="done", lease_until=None, token=None, code=None, reason=None)
)


class SqlWorkQueue(SqlCounting, SqlParking):
    """See ``catalog.WorkQueue``."""

    def __init__(self, database: SqlDatabase) -> None:
        super().__init__(database)
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
        due = _due_unsent(bindparam("queue"), now, bindparam("limit", type_=BigInteger))
        self._due = Prepared(due)
        fresh = due.where(work.c.attempts == 0)
        self._due_fresh = Prepared(fresh)
        self._claim_fresh = Prepared(
            update(work)
            .where(work.c.id.in_(fresh.with_for_update(skip_locked=True)))
            .values(
                state="claimed",
                attempts=1,
                sent_at=now,
                lease_until=now + bindparam("lease", type_=BigInteger),
                claimed_by=bindparam("worker"),
                token=bindparam("new_token"),
            )
            .returning(work)
        )
        self._mark_sent = Prepared(
            update(work)
            .where(work.c.id.in_(due.with_for_update(skip_locked=True)))
            .values(sent_at=now)
            .returning(work.c.id)
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
                self.park_used_up(connection, max_attempts, item=item)
                return None
            found = _REVISION.first(connection, revision=row["revision"])
            assert found is not None
            revision = revision_of(found)
        return Claim(item_of(row), revision, token, row["lease_until"])

    def claim_fresh(self, queue: Queue, *, worker: str, seconds: float, limit: int) -> Sequence[Claim]:
        due = {"queue": queue, "now": self._database.now(), "limit": limit}
        with self._database.look() as connection:
            if self._due_fresh.first(connection, **due) is None:
                return ()
        token = secrets.token_hex(16)
        with self._database.write_relaxed() as connection:
            taken = self._claim_fresh.all(
                connection, **due, lease=_milliseconds(seconds), worker=worker, new_token=token
            )
            with pipelined(connection):
                wanted = [_REVISION.start(connection, revision=row["revision"]) for row in taken]
            found = [revision_of(row) for one in wanted if (row := one.first()) is not None]
        claims = [
            Claim(item_of(row), revision, token, row["lease_until"])
            for row, revision in zip(taken, found, strict=True)
        ]
        return sorted(claims, key=lambda claim: claim.item.id)

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

    def give_back(self, *claims: Claim, delay: float = 0.0) -> None:
        with self._database.write_relaxed() as connection:
            connection.execute(
                update(work)
                .where(
                    work.c.id.in_([claim.item.id for claim in claims]),
                    work.c.token.in_({claim.token for claim in claims}),
                )
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
                    self.park(connection, claim.item.id, code, reason)
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
        due = {"queue": queue, "now": self._database.now(), "limit": limit}
        with self._database.look() as connection:
            if self._due.first(connection, **due) is None:
                return ()
        with self._database.write_relaxed() as connection:
            return sorted(row["id"] for row in self._mark_sent.all(connection, **due))

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
        with self._database.look() as connection:
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
            parked = self.park_used_up(connection, max_attempts)
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

    def enqueue(
        self, revision: str, *, purpose: Purpose, queue: Queue, wanted: str = "", run: int | None = None
    ) -> int:
        with self._database.write() as connection:
            return enqueue(connection, revision, purpose, queue, wanted, run or 0, self._database.now())


def finish(connection: Connection, claim: Claim) -> None:
    """End a claim with an outcome, also when its lease ran out and nobody has taken the item since."""
    _FINISH.do(connection, item=claim.item.id, old_token=claim.token)


def finish_all(connection: Connection, claims: Iterable[Claim]) -> None:
    """End several claims with an outcome."""
    _FINISH.many(connection, [{"item": claim.item.id, "old_token": claim.token} for claim in claims])


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


def _due_unsent(
    queue: ColumnElement[str], now: ColumnElement[int], limit: ColumnElement[int]
) -> Select[tuple[int]]:
    return (
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


__all__ = ["SqlWorkQueue", "drop_all", "enqueue", "finish", "finish_all"]
