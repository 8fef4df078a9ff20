"""The way in, in SQL: revisions and idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Text, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from ...contract.kinds import Queue
from ..database import Database
from ..errors import RemovedMeanwhileError, ReportClosedError
from ..names import source_key
from ..tables import counters, idempotency, removals, reports, revisions, work
from ..values import Accepted, Revision, same_input
from .database import SqlDatabase
from .folding import set_access
from .prepared import Found, Prepared, pipelined
from .rows import revision_of, revision_row, to_text

DAY: Final = 86_400_000
"""Milliseconds for which an idempotency key is remembered."""

CLOCKS_DIFFER: Final = 60_000
"""Milliseconds by which the clocks of two machines are trusted to differ at most, where it matters."""

_REPORT: Final = Prepared(select(reports.c.standing).where(reports.c.id == bindparam("report")))
_NEWEST: Final = Prepared(
    select(reports.c.standing, revisions)
    .select_from(reports.outerjoin(revisions, revisions.c.report == reports.c.id))
    .where(reports.c.id == bindparam("report"))
    .order_by(revisions.c.id.desc())
    .limit(1)
)
_BELOW: Final = Prepared(
    select(revisions)
    .where(revisions.c.report == bindparam("report"), revisions.c.id <= bindparam("below"))
    .order_by(revisions.c.id.desc())
    .limit(1)
)
_ABOVE: Final = Prepared(
    select(revisions)
    .where(revisions.c.report == bindparam("report"), revisions.c.id > bindparam("above"))
    .order_by(revisions.c.id)
    .limit(1)
)
_ENTER: Final = Prepared(insert(revisions))
_ENTER_REPORT: Final = Prepared(
    insert(reports).values(
        id=bindparam("report"),
        standing="open",
        labels=bindparam("its_labels"),
        created_at=bindparam("at"),
        first_revision=bindparam("revision"),
        revisions=1,
    )
)
_REMOVED: Final = Prepared(select(removals.c.key, removals.c.done_at))


class SqlIntake:
    """See ``catalog.Intake``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._add_work = Prepared(
            insert(work)
            .values(
                revision=bindparam("revision"),
                report=bindparam("report"),
                purpose="publish",
                queue=bindparam("queue"),
                state="waiting",
                created_at=bindparam("created_at"),
                trace=bindparam("trace"),
                sent_at=case((bindparam("sent", type_=Boolean), database.moment_or_bind()), else_=None),
            )
            .returning(work.c.id)
        )

    def newest(self, report: str) -> Revision | None:
        with self._database.look() as connection:
            row = _NEWEST.first(connection, report=report)
        _refuse_closed(report, row)
        return None if row is None or row["id"] is None else revision_of(row)

    def add(
        self,
        revision: Revision,
        *,
        queue: Queue,
        sent: bool = False,
        put_again: bool = False,
        trace: str | None = None,
    ) -> Accepted:
        with self._database.write_relaxed() as connection:
            with pipelined(connection):
                lock_naming(self._database, connection, report=revision.report)
                known = _REPORT.start(connection, report=revision.report)
                removed = _REMOVED.start(connection)
            standing = _refuse_closed(revision.report, known.first())
            being_removed = removed.all()
            # A report that was not there before the lock was taken has no neighbours.
            below = above = None
            if standing is not None:
                below = _BELOW.first(connection, report=revision.report, below=revision.id)
                above = _ABOVE.first(connection, report=revision.report, above=revision.id)
            for neighbour in (below, above):
                if neighbour is not None:
                    found = revision_of(neighbour)
                    if found.id == revision.id or same_input(found, revision):
                        return Accepted(revision.report, found, "known")
            refuse(
                being_removed, [source_key(revision.source)], since=revision.accepted_at, put_again=put_again
            )
            if standing is not None:
                connection.execute(
                    update(reports)
                    .where(reports.c.id == revision.report)
                    .values(revisions=reports.c.revisions + 1)
                )
                if below is None:
                    # A late first revision: the report is as that one says, as a rebuild would find it.
                    connection.execute(
                        update(reports)
                        .where(reports.c.id == revision.report)
                        .values(
                            labels=to_text(revision.labels),
                            created_at=revision.accepted_at,
                            first_revision=revision.id,
                        )
                    )
                    set_access(connection, revision.report, revision.labels)
            elif revision.labels:
                set_access(connection, revision.report, revision.labels)
            with pipelined(connection):
                _ENTER.do(connection, **revision_row(revision))
                if standing is None:
                    _ENTER_REPORT.do(connection, **_report_row(revision))
                adding = self._add_work.start(
                    connection,
                    revision=revision.id,
                    report=revision.report,
                    queue=queue,
                    created_at=self._database.now(),
                    trace=trace,
                    sent=sent,
                    now=self._database.now(),
                )
            added = adding.first()
            assert added is not None
            item: int = added["id"]
        return Accepted(revision.report, revision, "new", item, queue, sent)

    def add_fresh(
        self, wanted: Sequence[tuple[Revision, Queue, bool, str | None]]
    ) -> Sequence[Accepted | None]:
        now = self._database.now()
        with self._database.write_relaxed() as connection:
            with pipelined(connection):
                lock_naming_of(self._database, connection, [revision.report for revision, *_ in wanted])
                standing = [_REPORT.start(connection, report=revision.report) for revision, *_ in wanted]
                removed = _REMOVED.start(connection)
            known = [found.first() is not None for found in standing]
            gone = {row["key"] for row in removed.all()}
            fresh = [
                None if is_known or source_key(one[0].source) in gone else one
                for one, is_known in zip(wanted, known, strict=True)
            ]
            going = [one for one in fresh if one is not None]
            with pipelined(connection):
                _ENTER.many(connection, [revision_row(revision) for revision, *_ in going])
                _ENTER_REPORT.many(connection, [_report_row(revision) for revision, *_ in going])
                adding = [
                    self._add_work.start(
                        connection,
                        revision=revision.id,
                        report=revision.report,
                        queue=queue,
                        created_at=now,
                        trace=trace,
                        sent=sent,
                        now=now,
                    )
                    for revision, queue, sent, trace in going
                ]
            items = iter([found.all()[0]["id"] for found in adding])
            for revision, *_ in going:
                if revision.labels:
                    set_access(connection, revision.report, revision.labels)
        return [one and Accepted(one[0].report, one[0], "new", next(items), one[1], one[2]) for one in fresh]

    def recall(self, scope: str, key: str) -> Mapping[str, Any] | None:
        with self._database.read() as connection:
            text = connection.execute(
                select(idempotency.c.value).where(
                    idempotency.c.scope == scope,
                    idempotency.c.key == key,
                    idempotency.c.at > self._database.now() - DAY,
                )
            ).scalar_one_or_none()
        return None if text is None else dict(json.loads(text))

    def remember(self, scope: str, key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute(delete(idempotency).where(idempotency.c.at <= now - DAY))
            row = {"scope": scope, "key": key, "value": to_text(dict(value)), "at": now}
            connection.execute(insert_unless_there(self._database, idempotency), row)
            text = connection.execute(
                select(idempotency.c.value).where(idempotency.c.scope == scope, idempotency.c.key == key)
            ).scalar_one()
        return dict(json.loads(text))


def insert_unless_there(database: Database, table: Any) -> Any:
    """Give an INSERT that does nothing when the row is there already."""
    if database.dialect == "sqlite":
        return insert_sqlite(table).on_conflict_do_nothing()
    return insert_pg(table).on_conflict_do_nothing()


def lock_naming(database: Database, connection: Connection, *, report: str | None = None) -> None:
    """Let nobody remove objects while this transaction names some, nor another one enter this report's revisions.

    SQLite has one writer anyway. Publishing needs no lock of its own: it holds the ledger's counter.
    """
    if database.dialect == "postgresql":
        if report is None:
            connection.execute(select(func.pg_advisory_xact_lock_shared(_REMOVING)))
        else:
            _LOCK.do(connection, report=report)


def lock_naming_of(database: Database, connection: Connection, reports: Sequence[str]) -> None:
    """Do the same for several reports.

    Whoever holds some waits for the others in order of names, and for a remover only after that: no two of them, and
    nobody who enters a single report, can wait for each other.
    """
    if database.dialect == "postgresql":
        for report in sorted(reports):
            _LOCK_REPORT.do(connection, report=report)
        _LOCK_NAMING.do(connection)


def lock_removing(database: Database, connection: Connection) -> None:
    """Let nobody name an object while this transaction decides whether to remove one."""
    if database.dialect == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_REMOVING)))
        connection.execute(select(counters.c.value).where(counters.c.name == "assigned").with_for_update())


_REMOVING: Final = 7_236_401_559
"""Number of the advisory lock between those who name objects (shared) and those who remove some."""

_OF_REPORT: Final = func.pg_advisory_xact_lock(func.hashtextextended(bindparam("report", type_=Text), 0))
_LOCK: Final = Prepared(select(_OF_REPORT, func.pg_advisory_xact_lock_shared(_REMOVING)))
_LOCK_REPORT: Final = Prepared(select(_OF_REPORT))
_LOCK_NAMING: Final = Prepared(select(func.pg_advisory_xact_lock_shared(_REMOVING)))


def _report_row(revision: Revision) -> dict[str, Any]:
    return {
        "report": revision.report,
        "its_labels": to_text(revision.labels),
        "at": revision.accepted_at,
        "revision": revision.id,
    }


def refuse_removed(connection: Connection, keys: list[str], *, since: int, put_again: bool) -> None:
    """Refuse to name an object that someone removed after it was put.

    Raises:
        RemovedMeanwhileError: put it again, then ask again with ``put_again``.
    """
    # The table is all but empty, always: reading it whole is one statement for any number of keys.
    refuse(_REMOVED.all(connection), keys, since=since, put_again=put_again)


def refuse(removed: Sequence[Found], keys: list[str], *, since: int, put_again: bool) -> None:
    """Do the same with the table's rows in hand."""
    for row in removed:
        if row["key"] in keys and (
            row["done_at"] is None or (not put_again and row["done_at"] > since - CLOCKS_DIFFER)
        ):
            raise RemovedMeanwhileError(row["key"])


def _refuse_closed(report: str, row: Found | None) -> str | None:
    if row is None:
        return None
    if row["standing"] in {"withdrawn", "erased"}:
        raise ReportClosedError(report, row["standing"])
    return str(row["standing"])
