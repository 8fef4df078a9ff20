"""The sections of every report's latest edition, as rows: for queries across reports, and for search.

Derived: made anew from content objects at any time (``clear`` and ``follow`` from the beginning). It follows the
ledger by its own cursor in ``followers``, moved in the transaction that writes the rows, so two processes that follow
at once are harmless: one of them finds that the cursor has moved, and its rows are not written.

How they are asked stands in ``sql/searching.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, delete, insert, select, text, update

from .names import content_key
from .sql import searching
from .sql.searching import FoundSection, SectionFilter
from .tables import followers, sections
from .values import ReportFilter

if TYPE_CHECKING:
    from .archive import Archive

FOLLOWER: Final = "sections"
BATCH: Final = 50
"""Reports whose rows are written in one transaction; SQLite has one writer at a time."""


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
    ) -> tuple[Sequence[FoundSection], tuple[str, int] | None]:
        """Give sections of the latest editions of reports that match, in order of report and document.

        And where to go on, None at the end: a page costs a bounded time, so it may be short before that.
        """
        return searching.listed(
            self._database, self._archive.catalog.reports, which, reports, after=after, limit=limit
        )

    def search(
        self,
        words: Sequence[str],
        which: SectionFilter,
        reports: ReportFilter,
        *,
        after: int | None,
        limit: int,
    ) -> tuple[Sequence[tuple[int, FoundSection]], int | None]:
        """Find sections whose own text holds every word, newest rows first; with their row numbers, and where to go on.

        None there is the end: a page costs a bounded time, so it may be short before that.
        """
        return searching.search(
            self._database, self._archive.catalog.reports, words, which, reports, after=after, limit=limit
        )


__all__ = ["FoundSection", "SectionFilter", "SectionIndex"]
