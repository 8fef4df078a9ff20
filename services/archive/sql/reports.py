"""What consumers may see, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from ...contract.kinds import RevisionState, Standing
from ..tables import counters, drafts, editions, facets, ledger, reports, revisions
from ..values import Page, PublishedEdition, Report, ReportFilter, Revision
from .database import SqlDatabase
from .folding import pair_name, pair_value
from .listing import after_prefix, has_facet, leading, matching, may_go_on, stopped_at, wanted_facets
from .rows import edition_of, report_of, revision_of

CLOCKS_APART: Final = 1_000
"""Entries among which the first after a time is looked for: workers' clocks may differ by as many entries."""

MANY: Final = 500
"""Values in one IN list; SQLite takes 32,766, but plans are made for each length."""

_WITH_DRAFT = editions.join(
    drafts, and_(drafts.c.revision == editions.c.revision, drafts.c.fingerprint == editions.c.fingerprint)
)
_EDITION_COLUMNS = (
    editions,
    drafts.c.content,
    drafts.c.content_bytes,
    drafts.c.record,
    drafts.c.record_bytes,
    drafts.c.facts,
)
_VISIBLE = select(counters.c.value).where(counters.c.name == "visible").scalar_subquery()
_EDITIONS = (
    select(*_EDITION_COLUMNS)
    .select_from(_WITH_DRAFT)
    .where(editions.c.report == bindparam("report"), editions.c.sequence <= _VISIBLE)
    .order_by(editions.c.number)
)
_EDITION = _EDITIONS.where(editions.c.number == bindparam("number"))
_REVISION = select(revisions).where(revisions.c.id == bindparam("revision"))
_LISTED = select(
    reports,
    *(column.label(f"edition_{column.name}") for column in editions.c),
    drafts.c.content.label("draft_content"),
    drafts.c.content_bytes,
    drafts.c.record,
    drafts.c.record_bytes,
    drafts.c.facts.label("draft_facts"),
).select_from(
    reports.outerjoin(
        editions, and_(editions.c.report == reports.c.id, editions.c.number == reports.c.latest)
    ).outerjoin(
        drafts, and_(drafts.c.revision == editions.c.revision, drafts.c.fingerprint == editions.c.fingerprint)
    )
)


class SqlReports:
    """See ``catalog.Reports``."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database

    def get(self, report: str) -> Report | None:
        with self._database.read() as connection:
            row = connection.execute(_LISTED.where(reports.c.id == report)).mappings().first()
        return None if row is None else _listed(row)

    def standing(self, report: str) -> Standing | None:
        with self._database.read() as connection:
            standing: Standing | None = connection.execute(
                select(reports.c.standing).where(reports.c.id == report)
            ).scalar_one_or_none()
        return standing

    def list(self, which: ReportFilter, *, after: str | None = None, limit: int = 100) -> Page[Report]:
        with self._database.read() as connection:
            ids, cursor = self._ids(connection, which, after, limit)
            rows = {
                row["id"]: row for row in connection.execute(_LISTED.where(reports.c.id.in_(ids))).mappings()
            }
        return Page(tuple(_listed(rows[report]) for report in ids), cursor)

    def ids(self, which: ReportFilter, *, after: str | None = None, limit: int = 100) -> Page[str]:
        with self._database.read() as connection:
            return Page(*self._ids(connection, which, after, limit))

    def _ids(
        self, connection: Connection, which: ReportFilter, after: str | None, limit: int
    ) -> tuple[tuple[str, ...], str | None]:
        which = self._since(connection, which)
        wanted = leading(connection, wanted_facets(which))
        if wanted is None or which.labels == ():
            return (), None
        page = matching(which, after, wanted, sort=self._database.dialect == "postgresql")
        found = connection.execute(page.limit(limit)).all()
        cursor: str | None = None
        if len(found) == limit:
            cursor = str(found[-1][-1])
        elif may_go_on(which, wanted, len(found)):
            stopped = connection.execute(stopped_at(which, after, wanted)).scalar_one_or_none()
            cursor = None if stopped is None else str(stopped)
        return tuple(str(row[0]) for row in found), cursor

    def edition(self, report: str, number: int) -> PublishedEdition | None:
        with self._database.read() as connection:
            row = connection.execute(_EDITION, {"report": report, "number": number}).mappings().first()
        return None if row is None else edition_of(row)

    def editions(self, report: str) -> Sequence[PublishedEdition]:
        with self._database.read() as connection:
            return tuple(map(edition_of, connection.execute(_EDITIONS, {"report": report}).mappings()))

    def revision(self, revision: str) -> Revision | None:
        with self._database.read() as connection:
            row = connection.execute(_REVISION, {"revision": revision}).mappings().first()
        return None if row is None else revision_of(row)

    def revisions(self, report: str) -> Sequence[Revision]:
        query = select(revisions).where(revisions.c.report == report).order_by(revisions.c.id)
        with self._database.read() as connection:
            return tuple(map(revision_of, connection.execute(query).mappings()))

    def revisions_in(
        self, state: RevisionState, *, after: str | None = None, limit: int = 100
    ) -> Page[Revision]:
        query = select(revisions).where(revisions.c.state == state).order_by(revisions.c.id).limit(limit)
        if after is not None:
            query = query.where(revisions.c.id > after)
        with self._database.read() as connection:
            found = tuple(map(revision_of, connection.execute(query).mappings()))
        return Page(found, found[-1].id if len(found) == limit else None)

    def children(self, revision: str) -> Sequence[Revision]:
        query = select(revisions).where(revisions.c.parent == revision).order_by(revisions.c.id)
        with self._database.read() as connection:
            return tuple(map(revision_of, connection.execute(query).mappings()))

    def known_revision_ids(self, ids: Sequence[str]) -> frozenset[str]:
        with self._database.read() as connection:
            return frozenset(
                found
                for start in range(0, len(ids), MANY)
                for found in connection.execute(
                    select(revisions.c.id).where(revisions.c.id.in_(list(ids[start : start + MANY])))
                ).scalars()
            )

    def digests_named(
        self, kind: Literal["sources", "contents", "records"], digests: Sequence[str]
    ) -> frozenset[str]:
        with self._database.read() as connection:
            found: set[str] = set()
            for start in range(0, len(digests), MANY):
                found.update(connection.execute(naming_query(kind, digests[start : start + MANY])).scalars())
        return frozenset(found)

    def values(self, facet: str, *, prefix: str = "", limit: int = 100) -> Sequence[tuple[str, int]]:
        query = (
            select(facets.c.value, func.count())
            .where(facets.c.name == facet, facets.c.value >= prefix)
            .group_by(facets.c.value)
            .order_by(facets.c.value)
            .limit(limit)
        )
        if prefix:
            query = query.where(facets.c.value < after_prefix(prefix))
        with self._database.read() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query))

    def years(self, *, region: str, issuer: str | None, kind: str) -> Mapping[int, Sequence[str]]:
        # All reports of the series, by region and kind; their years by each report's own rows.
        series = facets.alias("series")
        years = facets.alias("years")
        query = (
            select(years.c.value, years.c.report)
            .select_from(series.join(years, and_(years.c.report == series.c.report, years.c.name == "year")))
            .where(series.c.name == pair_name("region", "kind"), series.c.value == pair_value(region, kind))
            .order_by(years.c.value, years.c.report)
        )
        if issuer is not None:
            query = query.where(has_facet("issuer", [issuer], series.c.report))
        found: dict[int, list[str]] = {}
        with self._database.read() as connection:
            for year, report in connection.execute(query):
                found.setdefault(int(year), []).append(report)
        return found

    def totals(self) -> Mapping[str, int]:
        with self._database.read() as connection:
            counted = {
                f"reports-{name}": count
                for name, count in connection.execute(
                    select(reports.c.standing, func.count()).group_by(reports.c.standing)
                )
            }
            counted |= {
                f"revisions-{name}": count
                for name, count in connection.execute(
                    select(revisions.c.state, func.count()).group_by(revisions.c.state)
                )
            }
        return counted

    def _since(self, connection: Any, which: ReportFilter) -> ReportFilter:
        """Turn a time into the ledger sequence before the first event at or after it."""
        if which.changed_since is None:
            return which
        from dataclasses import replace

        # By the index of times, not by the least sequence of all: that is looked for from the ledger's beginning.
        early = (
            select(ledger.c.sequence)
            .where(ledger.c.at >= which.changed_since)
            .order_by(ledger.c.at, ledger.c.sequence)
            .limit(CLOCKS_APART)
            .subquery()
        )
        first = connection.execute(select(func.min(early.c.sequence))).scalar_one()
        if first is None:
            first = 1 + (connection.execute(select(func.max(ledger.c.sequence))).scalar_one() or 0)
        return replace(which, changed_since=None, changed_after=max(first - 1, which.changed_after or 0))


def naming_query(kind: Literal["sources", "contents", "records"], digests: Sequence[str]) -> Select[str]:
    """Select those digests that a revision names, or a draft of one; what is erased names nothing."""
    if kind == "sources":
        return select(revisions.c.source).where(
            revisions.c.source.in_(list(digests)), revisions.c.state != "erased"
        )
    column = drafts.c.content if kind == "contents" else drafts.c.record
    return (
        select(column)
        .select_from(drafts.join(revisions, revisions.c.id == drafts.c.revision))
        .where(column.in_(list(digests)), revisions.c.state != "erased")
    )


def _listed(row: Mapping[Any, Any]) -> Report:
    latest = None
    if row["edition_number"] is not None and row["record"] is not None:
        latest = edition_of(
            {
                **{name: row[f"edition_{name}"] for name in editions.c.keys()},  # noqa: SIM118 - a ColumnCollection
                "content": row["draft_content"],
                "content_bytes": row["content_bytes"],
                "record": row["record"],
                "record_bytes": row["record_bytes"],
                "facts": row["draft_facts"],
            }
        )
    return report_of(row, latest)


__all__ = ["SqlReports"]
