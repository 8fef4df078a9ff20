"""How sections are asked: by their place in the outline, and by words. A page costs a bounded time (ADR 0087).

Search has three ways, tried in this order:

1. *Few reports match* the filters: their sections are read, and the words looked for in them.
2. *The index of trigrams* gives the rows that hold a word. SQLite's (the FTS5 tokenizer of that name) gives them newest
   first. PostgreSQL's (pg_trgm) knows no order: it is asked for so many rows at most, and only when there are no more
   are they the answer.
3. *The newest rows* are read, newest first: a frequent word fills the page from them at once. When it does not, the
   index is asked once more, for more rows, and failing that further rows are read.

Words shorter than a trigram are read for, unless a longer one stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select, text, tuple_

from ..catalog import Reports
from ..database import Database
from ..tables import reports as reports_table
from ..tables import sections
from ..values import ReportFilter
from .folding import ACCESS
from .listing import after_prefix, has_facet

TRIGRAM: Final = 3
"""Characters of a word that the index needs at least."""

RARE: Final = 500
"""Rows that the index is asked for first: a few milliseconds, and all there is of most words that people look for."""

NEWEST: Final = 5_000
"""Rows that are read, newest first: some 10 ms, and enough for every word that one section in fifty holds."""

CANDIDATES: Final = 5_000
"""Rows that the index is asked for at most; reading so many, strewn over the table, takes some 30 ms."""

HOPELESS: Final = 2
"""Times ``CANDIDATES`` that a word must seem to have before the index is not asked again: it would say "more" after
20 ms. How many it seems to have is told by how near to one another the first ``RARE`` stand."""

FURTHER: Final = 25_000
"""Rows that are read beyond the newest for one page, when the index does not help: some 50 ms."""

REPORTS_FEW: Final = 400
"""Reports whose sections, 40 each, are read rather than searched for."""

REPORTS_A_PAGE: Final = 400
"""Reports whose sections one page of a list looks at."""

PAGE_END: Final = 999_999_999
"""A position behind every section of a report: where a page that came to its bound goes on."""

_AT_ONCE: Final = 500


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


def listed(
    database: Database,
    catalog: Reports,
    which: SectionFilter,
    reports: ReportFilter,
    *,
    after: tuple[str, int] | None,
    limit: int,
) -> tuple[list[FoundSection], tuple[str, int] | None]:
    """See ``SectionIndex.query``."""
    if (which.section is not None or which.anchor is not None) and reports == ReportFilter():
        return _listed_by_name(database, which, after, limit)
    found: list[FoundSection] = []
    if after is not None and after[1] < PAGE_END:
        found = _of_listed(database, [after[0]], which, reports, after, limit)
    if len(found) < limit:
        # In order of ids whatever is asked: by change is a condition here, not an order.
        lead = replace(reports, changed_after=None, changed_since=None)
        page = catalog.ids(lead, after=after[0] if after else None, limit=REPORTS_A_PAGE)
        changed = replace(
            ReportFilter(), changed_after=reports.changed_after, changed_since=reports.changed_since
        )
        found += _of_listed(database, page.items, which, changed, None, limit - len(found))
        if len(found) < limit:
            return found, None if page.cursor is None else (page.cursor, PAGE_END)
    return found, (found[-1].report, found[-1].position)


def _listed_by_name(
    database: Database, which: SectionFilter, after: tuple[str, int] | None, limit: int
) -> tuple[list[FoundSection], tuple[str, int] | None]:
    """Read the index of section ids, of which a report has each once, or that of anchors, of which it may not."""
    if which.section is not None:
        named, besides = select(sections).where(sections.c.section == which.section), {"section": None}
        if after is not None:
            named = named.where(sections.c.report > after[0])
        window = named.order_by(sections.c.report).limit(NEWEST).subquery()
    else:
        named, besides = select(sections).where(sections.c.anchor == which.anchor), {"anchor": None}
        if after is not None:
            named = named.where(tuple_(sections.c.report, sections.c.position) > tuple_(*after))
        window = named.order_by(sections.c.report, sections.c.position).limit(NEWEST).subquery()
    order = window.c.report, window.c.position
    wanted = select(window).where(*_conditions(replace(which, **besides), window.c))
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(*order).limit(limit)).all()
        if len(rows) < limit:
            last = connection.execute(select(*order).order_by(*order).offset(NEWEST - 1).limit(1)).first()
            return list(map(_found, rows)), None if last is None else (last.report, last.position)
    return list(map(_found, rows)), (rows[-1].report, rows[-1].position)


def _of_listed(
    database: Database,
    of: Sequence[str],
    which: SectionFilter,
    reports: ReportFilter,
    after: tuple[str, int] | None,
    limit: int,
) -> list[FoundSection]:
    if not of:
        return []
    wanted = select(sections).where(
        sections.c.report.in_(list(of)), *_conditions(which, sections.c), *_of_reports(reports, sections.c)
    )
    if after is not None:
        wanted = wanted.where(tuple_(sections.c.report, sections.c.position) > tuple_(*after))
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(sections.c.report, sections.c.position).limit(limit))
        return [_found(row) for row in rows]


def search(
    database: Database,
    catalog: Reports,
    words: Sequence[str],
    which: SectionFilter,
    reports: ReportFilter,
    *,
    after: int | None,
    limit: int,
) -> tuple[list[tuple[int, FoundSection]], int | None]:
    """See ``SectionIndex.search``."""
    few: Sequence[str] | None = None
    if reports != ReportFilter():
        page = catalog.ids(reports, limit=REPORTS_FEW + 1)
        few = page.items if page.cursor is None else None
    with database.read() as connection:
        rows, cursor = _Search(connection, database.dialect, words, which, reports, limit).run(few, after)
    return [(row.id, _found(row)) for row in rows], cursor


class _Search:
    """One page of one search."""

    def __init__(
        self,
        connection: Connection,
        dialect: str,
        words: Sequence[str],
        which: SectionFilter,
        reports: ReportFilter,
        limit: int,
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._words = words
        self._long = [word for word in words if len(word) >= TRIGRAM]
        self._which = which
        self._reports = reports
        self._limit = limit
        self._rows: list[Row[Any]] = []
        self._density = 0.0
        """Rows that hold the long words for each row number, as the first ones of the index have it."""

    def run(self, few: Sequence[str] | None, after: int | None) -> tuple[list[Row[Any]], int | None]:
        """Give the rows, newest first, and the row number before which the next page goes on."""
        if few is not None:
            return self._rows, self._in_reports(few, after)
        if self._long and self._dialect == "sqlite":
            return self._rows, self._by_phrase(after)
        if self._long and self._indexed(RARE, after):
            return self._rows, self._full_or(None)
        stopped = self._read(NEWEST, after)
        if stopped is None or len(self._rows) == self._limit:
            return self._rows, self._full_or(None)
        worth_asking = self._density * stopped < HOPELESS * CANDIDATES
        if self._long and worth_asking and self._indexed(CANDIDATES, stopped):
            return self._rows, self._full_or(None)
        return self._rows, self._full_or(self._read(FURTHER, stopped))

    def _full_or(self, stopped: int | None) -> int | None:
        return int(self._rows[-1].id) if len(self._rows) == self._limit else stopped

    def _in_reports(self, few: Sequence[str], after: int | None) -> int | None:
        if not few:
            return None
        wanted = select(sections).where(sections.c.report.in_(list(few)), *self._all(sections.c))
        if after is not None:
            wanted = wanted.where(sections.c.id < after)
        wanted = wanted.order_by(sections.c.id.desc()).limit(self._limit)
        self._rows += self._connection.execute(wanted)
        return self._full_or(None)

    def _by_phrase(self, after: int | None) -> int | None:
        # With nothing to be looked up besides, what is found is what is wanted.
        plain = len(self._long) == len(self._words) and not self._besides(sections.c)
        many = self._limit if plain else CANDIDATES
        phrase = " AND ".join('"' + word.replace('"', '""') + '"' for word in self._long)
        found = self._connection.execute(
            text(
                "SELECT rowid FROM sections_search WHERE sections_search MATCH :phrase AND rowid < :before"
                " ORDER BY rowid DESC LIMIT :many"
            ),
            {"phrase": phrase, "before": 2**62 if after is None else after, "many": many},
        )
        ids = [row[0] for row in found]
        self._fetch(ids, [_holds(word, sections.c) for word in self._words])
        return self._full_or(ids[-1] if len(ids) == many else None)

    def _read(self, many: int, after: int | None) -> int | None:
        """Read so many rows before ``after``, newest first; tells where it stopped, None when there were no more."""
        newest = select(sections)
        if after is not None:
            newest = newest.where(sections.c.id < after)
        window = newest.order_by(sections.c.id.desc()).limit(many).subquery()
        wanted: Select[Any] = select(window).where(*self._all(window.c))
        if self._dialect != "sqlite":  # see listing.matching
            wanted = wanted.order_by(window.c.id.desc())
        self._rows += self._connection.execute(wanted.limit(self._limit - len(self._rows)))
        if len(self._rows) == self._limit:
            return int(self._rows[-1].id)
        last = select(window.c.id).order_by(window.c.id.desc()).offset(many - 1).limit(1)
        return self._connection.execute(last).scalar_one_or_none()

    def _indexed(self, most: int, before: int | None) -> bool:
        """Take what PostgreSQL's index finds for the long words; False when that is more than so many rows."""
        # Nothing but the index of trigrams may answer: rows read one by one until there are enough are the other way.
        self._let_plans_scan("off")
        # The row number is looked at afterwards: as a condition it would draw the index of row numbers in.
        wanted = select(sections.c.id).where(*(_holds(word, sections.c) for word in self._long))
        ids = list(self._connection.execute(wanted.limit(most + 1)).scalars())
        if len(ids) > most:
            self._let_plans_scan("on")
            self._density = most / (max(ids) - min(ids) + 1)
            return False
        self._let_plans_scan("on")
        # A row never changes under its number, so what the index found need not be looked for again.
        short = [_holds(word, sections.c) for word in self._words if len(word) < TRIGRAM]
        self._fetch(sorted((one for one in ids if before is None or one < before), reverse=True), short)
        return True

    def _let_plans_scan(self, switch: str) -> None:
        """Allow or forbid, in this transaction, all plans but those by bitmaps; a look-up by number has one, too."""
        self._connection.execute(
            text("SELECT set_config('enable_seqscan', :to, true), set_config('enable_indexscan', :to, true)"),
            {"to": switch},
        )

    def _fetch(self, ids: Sequence[int], words: Sequence[Any]) -> None:
        """Read those rows of these numbers that match besides, as many as the page still takes."""
        for start in range(0, len(ids), _AT_ONCE):
            room = self._limit - len(self._rows)
            if room == 0:
                return
            wanted = select(sections).where(
                sections.c.id.in_(list(ids[start : start + _AT_ONCE])), *words, *self._besides(sections.c)
            )
            self._rows += self._connection.execute(wanted.order_by(sections.c.id.desc()).limit(room))

    def _all(self, columns: Any) -> list[Any]:
        return [*(_holds(word, columns) for word in self._words), *self._besides(columns)]

    def _besides(self, columns: Any) -> list[Any]:
        return [*_conditions(self._which, columns), *_of_reports(self._reports, columns)]


def _holds(word: str, columns: Any) -> Any:
    """Tell whether a row holds a word; letters in either case, as SQLite has it by itself."""
    like = columns.own.like if word.lower() == word.upper() else columns.own.ilike
    return like(_pattern(word), escape="\\")


def _conditions(which: SectionFilter, columns: Any) -> list[Any]:
    found: list[Any] = []
    for name in ("section", "anchor", "kind", "ordinal", "role"):
        value = getattr(which, name)
        if value is not None:
            found.append(columns[name] == value)
    if which.heading is not None:
        found.append(columns.heading.like(_pattern(which.heading), escape="\\"))
    return found


def _of_reports(which: ReportFilter, columns: Any) -> list[Any]:
    """Limit to reports that match: one look-up by primary key for each filter."""
    found: list[Any] = []
    for name in ("issuer", "region", "within", "year", "label", "kind", "script", "grade"):
        value = getattr(which, name)
        if value is not None:
            found.append(has_facet(name, [str(value)], columns.report))
    if which.labels is not None:
        found.append(has_facet(ACCESS, which.labels, columns.report))
    if which.prefix:
        found += [columns.report >= which.prefix, columns.report < after_prefix(which.prefix)]
    of_report = reports_table.c.id == columns.report
    if which.changed_after is not None:
        changed = select(reports_table.c.changed).where(of_report).scalar_subquery()
        found.append(changed > which.changed_after)
    if which.changed_since is not None:
        changed_at = select(reports_table.c.changed_at).where(of_report).scalar_subquery()
        found.append(changed_at >= which.changed_since)
    return found


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
