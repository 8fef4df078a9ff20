"""Renormalization runs, in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from ..runs import Difference, Run, RunFilter, RunRow
from ..tables import drafts, editions, facets, reports, revisions, run_rows, runs
from ..values import Draft, Page
from .database import SqlDatabase
from .folding import ACCESS
from .queue import enqueue
from .rows import facts_from_text, to_text


class SqlRuns:
    """See ``catalog.Runs``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def open(self, which: RunFilter, *, by: str, why: str) -> Run:
        with self._database.write() as connection:
            row = {
                "state": "collecting",
                "which": to_text(which.as_json()),
                "asked_by": by,
                "why": why,
                "created_at": self._database.now(),
            }
            number = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
            return _run({**row, "id": number}, {})

    def extend(self, run: int, *, limit: int = 500) -> int:
        with self._database.write() as connection:
            row = (
                connection.execute(
                    select(runs).where(runs.c.id == run, runs.c.state == "collecting").with_for_update()
                )
                .mappings()
                .first()
            )
            if row is None:
                return 0
            found = connection.execute(_next(json.loads(row["which"]), row["reached"]).limit(limit)).all()
            for report, revision, number in found:
                connection.execute(
                    insert(run_rows),
                    {
                        "run": run,
                        "report": report,
                        "revision": revision,
                        "state": "waiting",
                        "before": number,
                    },
                )
                enqueue(connection, revision, "draft", "bulk", "", run, self._database.now())
            values = {"reached": found[-1][0]} if found else {"state": "drafting"}
            connection.execute(update(runs).where(runs.c.id == run).values(**values))
        return len(found)

    def get(self, run: int) -> Run | None:
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run)).mappings().first()
            return None if row is None else _run(row, _counts(connection, run))

    def list(self, *, limit: int = 50) -> Sequence[Run]:
        with self._database.read() as connection:
            rows = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(limit)).mappings().all()
            return tuple(_run(row, _counts(connection, row["id"])) for row in rows)

    def record(self, run: int, revision: str, *, draft: Draft | None, difference: Difference) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(run_rows)
                .where(run_rows.c.run == run, run_rows.c.revision == revision)
                .values(
                    state=difference.state,
                    fingerprint=None if draft is None else draft.fingerprint,
                    difference=to_text(difference.as_json()),
                )
            )

    def rows(
        self, run: int, *, state: str | None = None, after: str | None = None, limit: int = 200
    ) -> Page[RunRow]:
        query = (
            select(run_rows, drafts.c.facts)
            .select_from(
                run_rows.outerjoin(
                    drafts,
                    and_(
                        drafts.c.revision == run_rows.c.revision,
                        drafts.c.fingerprint == run_rows.c.fingerprint,
                    ),
                )
            )
            .where(run_rows.c.run == run)
            .order_by(run_rows.c.report)
            .limit(limit)
        )
        if state is not None:
            query = query.where(run_rows.c.state == state)
        if after is not None:
            query = query.where(run_rows.c.report > after)
        with self._database.read() as connection:
            found = tuple(map(_row, connection.execute(query).mappings()))
        return Page(found, found[-1].report if len(found) == limit else None)

    def settle(self, run: int, report: str, *, state: str, number: int | None = None) -> None:
        values: dict[str, Any] = {"state": state}
        if number is not None:
            values["after"] = number
        with self._database.write() as connection:
            connection.execute(
                update(run_rows).where(run_rows.c.run == run, run_rows.c.report == report).values(**values)
            )

    def move(self, run: int, *, state: str, expected: Sequence[str]) -> bool:
        with self._database.write() as connection:
            return (
                connection.execute(
                    update(runs).where(runs.c.id == run, runs.c.state.in_(list(expected))).values(state=state)
                ).rowcount
                == 1
            )


def _next(which: Mapping[str, Any], reached: str) -> Any:
    """Select the next reports of a run: id, revision to be normalized, number of the edition that stands."""
    if which.get("failed"):
        # The newest revision counts: an older failure was overtaken by whatever came after it.
        newest = (
            select(revisions.c.report, func.max(revisions.c.id).label("id"))
            .where(revisions.c.report > reached)
            .group_by(revisions.c.report)
            .subquery()
        )
        query = (
            select(reports.c.id, revisions.c.id, reports.c.latest)
            .select_from(
                newest.join(revisions, revisions.c.id == newest.c.id).join(
                    reports, reports.c.id == newest.c.report
                )
            )
            .where(
                revisions.c.state.in_(("rejected", "parked")), reports.c.standing.in_(("open", "published"))
            )
        )
    else:
        query = (
            select(reports.c.id, editions.c.revision, editions.c.number)
            .select_from(
                reports.join(
                    editions, and_(editions.c.report == reports.c.id, editions.c.number == reports.c.latest)
                )
            )
            .where(reports.c.standing == "published")
        )
        if which.get("fingerprint"):
            query = query.where(editions.c.fingerprint == which["fingerprint"])
    query = query.where(reports.c.id > reached)
    if which.get("label"):
        query = query.where(
            select(facets.c.report)
            .where(facets.c.name == ACCESS, facets.c.value == which["label"], facets.c.report == reports.c.id)
            .exists()
        )
    if which.get("reports"):
        query = query.where(reports.c.id.in_(list(which["reports"])))
    return query.order_by(reports.c.id)


def _counts(connection: Connection, run: int) -> dict[str, int]:
    rows = connection.execute(
        select(run_rows.c.state, func.count()).where(run_rows.c.run == run).group_by(run_rows.c.state)
    )
    return {row[0]: row[1] for row in rows}


def _run(row: Mapping[Any, Any], counts: Mapping[str, int]) -> Run:
    return Run(
        id=row["id"],
        state=row["state"],
        which=json.loads(row["which"]),
        by=row["asked_by"],
        why=row["why"],
        created_at=row["created_at"],
        counts=counts,
    )


def _row(row: Mapping[Any, Any]) -> RunRow:
    told = json.loads(row["difference"]) if row["difference"] else {}
    return RunRow(
        run=row["run"],
        report=row["report"],
        revision=row["revision"],
        before=row["before"],
        after=row["after"],
        fingerprint=row["fingerprint"],
        title=facts_from_text(row["facts"]).title,
        difference=Difference(
            state=row["state"],
            rules={name: (counts[0], counts[1]) for name, counts in told.get("rules", {}).items()},
            examples=tuple(told.get("examples", ())),
            changed=told.get("changed", 0),
            grades=tuple(told.get("grades", ("", ""))),
            code=told.get("code"),
            reason=told.get("reason"),
        ),
    )
