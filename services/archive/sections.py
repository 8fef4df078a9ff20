"""The sections of every report's latest edition, as rows: for queries across reports, and for search.

Derived: made anew from content objects at any time (``clear`` and ``follow`` from the beginning). It follows the
ledger by its own cursor in ``followers``, moved in the transaction that writes the rows, so two processes that follow
at once are harmless: one of them finds that the cursor has moved, and its rows are not written.

Search is by trigrams: SQLite's FTS5 tokenizer of that name, PostgreSQL's pg_trgm. Words of three characters and more
are found by the index. Of PostgreSQL's index only texts are asked, and rows are read back to be sure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from .names import content_key
from .tables import Serial, Sorted, facets, followers, metadata
from .tables import reports as reports_table
from .values import ReportFilter

if TYPE_CHECKING:
    from .archive import Archive

FOLLOWER: Final = "sections"
BATCH: Final = 50
"""Reports whose rows are written in one transaction; SQLite has one writer at a time."""

TRIGRAM: Final = 3
"""Characters of a word that the index needs at least."""

CANDIDATES_MOST: Final = 2_000
"""Rows that a search looks at, at most, before filters; beyond that the answer says that it is not complete."""

sections = Table(
    "sections",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("report", Sorted, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("section", Sorted, nullable=False),
    Column("anchor", Sorted, nullable=False),
    Column("parent", Sorted),
    Column("kind", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("ordinal", Integer),
    Column("label", Text),
    Column("heading", Text),
    Column("role", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("own_end", Integer, nullable=False),
    Column("own", Text, nullable=False),
    Index("ix_sections_report", "report", "position", unique=True),
    Index("ix_sections_section", "section", "report"),
    Index("ix_sections_kind_ordinal", "kind", "ordinal", "report"),
    Index(
        "ix_sections_own_trgm",
        "own",
        postgresql_using="gin",
        postgresql_ops={"own": "gin_trgm_ops"},
    ).ddl_if(dialect="postgresql"),
)
"""``own`` is label, heading and own text; the texts of all sections of a report make up its clean text.

SQLite's index is ``sections_search``, an FTS5 table without a copy of the text, kept by triggers (migration 0003).
"""


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section of a report's latest edition. Offsets are code points of the clean text."""

    report: str
    edition: int
    position: int
    section: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    ordinal: int | None
    label: str | None
    heading: str | None
    role: str | None
    span: tuple[int, int]
    body_end: int
    own: str


@dataclass(frozen=True, slots=True)
class SectionFilter:
    """Which sections; every member that is set must hold."""

    section: str | None = None
    anchor: str | None = None
    kind: str | None = None
    ordinal: int | None = None
    role: str | None = None
    heading: str | None = None
    """A part of the heading."""


class SectionIndex:
    """The rows, how they follow the ledger, and the ways to ask them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._database = archive.catalog.database

    def follow(self, *, limit: int = BATCH) -> int:
        """Bring the rows up to the next events of the ledger; tells how many events were followed (0: up to date)."""
        with self._database.read() as connection:
            reached = self._reached(connection)
        events, upto = self._archive.catalog.ledger.events(after=reached, limit=limit)
        if upto <= reached:
            return 0
        fresh = {
            report: list(self._rows_of(report)) for report in dict.fromkeys(event.report for event in events)
        }
        with self._database.write() as connection:
            if self._reached(connection, lock=True) != reached:
                return 0  # someone else followed meanwhile
            for report, rows in fresh.items():
                connection.execute(delete(sections).where(sections.c.report == report))
                if rows:
                    connection.execute(insert(sections), rows)
            moved = connection.execute(
                update(followers).where(followers.c.name == FOLLOWER).values(sequence=upto)
            )
            if moved.rowcount == 0:
                connection.execute(insert(followers).values(name=FOLLOWER, sequence=upto))
        return max(1, len(events))

    def clear(self) -> None:
        """Forget all rows; ``follow`` makes them anew."""
        with self._database.write() as connection:
            connection.execute(delete(sections))
            connection.execute(delete(followers).where(followers.c.name == FOLLOWER))

    def sees_han(self) -> bool:
        """Tell whether the search index holds Chinese at all.

        PostgreSQL's pg_trgm asks the database's LC_CTYPE what a letter is; under ``C`` no Han character is one, and
        every search reads every row. A database made with ``C.UTF-8`` is right.
        """
        if self._database.dialect == "sqlite":
            return True
        with self._database.read() as connection:
            return bool(connection.execute(text("SELECT cardinality(show_trgm('工业经济'))")).scalar_one())

    def reached(self) -> int:
        """Tell the ledger sequence that the rows are true at."""
        with self._database.read() as connection:
            return self._reached(connection)

    def _reached(self, connection: Connection, *, lock: bool = False) -> int:
        query = select(followers.c.sequence).where(followers.c.name == FOLLOWER)
        found = connection.execute(query.with_for_update() if lock else query).scalar_one_or_none()
        return int(found or 0)

    def _rows_of(self, report: str) -> Iterator[dict[str, Any]]:
        found = self._archive.catalog.reports.get(report)
        if found is None or found.standing != "published" or found.latest is None:
            return
        content: Mapping[str, Any] = json.loads(self._archive.objects.get(content_key(found.latest.content)))
        text_: str = content["text"]
        for position, section in enumerate(content["sections"]):
            start, end = section["span"]
            own_end = section["body"][1]
            yield {
                "report": report,
                "edition": found.latest.number,
                "position": position,
                "section": section["id"],
                "anchor": section["anchor"],
                "parent": section["parent"],
                "kind": section["kind"],
                "level": section["level"],
                "ordinal": section["ordinal"],
                "label": section["label"],
                "heading": section["heading"],
                "role": section["role"],
                "start": start,
                "end": end,
                "own_end": own_end,
                # PostgreSQL keeps no NUL in text; clean text has none, but a stray one must not stop the follower.
                "own": text_[start:own_end].replace("\0", ""),
            }

    def query(
        self, which: SectionFilter, reports: ReportFilter, *, after: tuple[str, int] | None, limit: int
    ) -> Sequence[FoundSection]:
        """Give sections of the latest editions of reports that match, in order of report and document."""
        wanted = select(sections).where(*_conditions(which)).order_by(sections.c.report, sections.c.position)
        wanted = wanted.where(*_of_reports(reports))
        if after is not None:
            wanted = wanted.where(tuple_(sections.c.report, sections.c.position) > tuple_(*after))
        with self._database.read() as connection:
            return [_found(row) for row in connection.execute(wanted.limit(limit))]

    def search(
        self,
        words: Sequence[str],
        which: SectionFilter,
        reports: ReportFilter,
        *,
        after: int | None,
        limit: int,
    ) -> tuple[Sequence[tuple[int, FoundSection]], int | None]:
        """Find sections whose own text holds every word; gives them with their row numbers, and where to go on.

        Newest rows come first. Words shorter than ``TRIGRAM`` narrow what a longer one finds; alone they are looked
        for among the newest ``CANDIDATES_MOST`` rows that match the filters.
        """
        wanted = select(sections).where(*_conditions(which), *_of_reports(reports))
        if after is not None:
            wanted = wanted.where(sections.c.id < after)
        long = [word for word in words if len(word) >= TRIGRAM]
        if self._database.dialect == "sqlite" and long:
            phrase = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
            hits = text("SELECT rowid FROM sections_search WHERE sections_search MATCH :phrase").bindparams(
                phrase=phrase
            )
            wanted = wanted.where(
                sections.c.id.in_(hits.columns(Column("rowid", BigInteger)).scalar_subquery())
            )
        elif long:
            wanted = wanted.where(*(sections.c.own.like(_pattern(word), escape="\\") for word in long))
        short = [word for word in words if len(word) < TRIGRAM]
        if short and not long:
            newest = wanted.order_by(sections.c.id.desc()).limit(CANDIDATES_MOST).subquery()
            wanted = select(newest).where(*(newest.c.own.like(_pattern(word), escape="\\") for word in short))
            order = newest.c.id.desc()
        else:
            wanted = wanted.where(*(sections.c.own.like(_pattern(word), escape="\\") for word in short))
            order = sections.c.id.desc()
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(order).limit(limit)).all()
        return [(row.id, _found(row)) for row in rows], rows[-1].id if len(rows) == limit else None


def _conditions(which: SectionFilter) -> list[Any]:
    found: list[Any] = []
    for name in ("section", "anchor", "kind", "ordinal", "role"):
        value = getattr(which, name)
        if value is not None:
            found.append(sections.c[name] == value)
    if which.heading is not None:
        found.append(sections.c.heading.like(_pattern(which.heading), escape="\\"))
    return found


def _of_reports(which: ReportFilter) -> list[Any]:
    """Limit to reports that match: one look-up by primary key for each facet."""
    found: list[Any] = []
    for name in ("issuer", "region", "within", "year", "label", "kind", "script", "grade"):
        value = getattr(which, name)
        if value is not None:
            found.append(_has(name, [str(value)]))
    if which.labels is not None:
        found.append(_has("access", list(which.labels)))
    if which.prefix:
        found.append(sections.c.report.between(which.prefix, which.prefix + "\U0010ffff"))
    if which.changed_after is not None:
        found.append(
            select(reports_table.c.id)
            .where(reports_table.c.id == sections.c.report, reports_table.c.changed > which.changed_after)
            .exists()
        )
    if which.changed_since is not None:
        found.append(
            select(reports_table.c.id)
            .where(
                reports_table.c.id == sections.c.report,
                func.coalesce(reports_table.c.changed_at, 0) >= which.changed_since,
            )
            .exists()
        )
    return found


def _has(name: str, values: list[str]) -> Any:
    other = facets.alias(f"of_{name}")
    return (
        select(other.c.report)
        .where(other.c.name == name, other.c.value.in_(values), other.c.report == sections.c.report)
        .exists()
    )


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _found(row: Row[Any]) -> FoundSection:
    return FoundSection(
        row.report,
        row.edition,
        row.position,
        row.section,
        row.anchor,
        row.parent,
        row.kind,
        row.level,
        row.ordinal,
        row.label,
        row.heading,
        row.role,
        (row.start, row.end),
        row.own_end,
        row.own,
    )
