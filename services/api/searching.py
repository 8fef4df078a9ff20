"""Sections across reports: by their place in the outline, and by words in their text."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from ..archive import FoundSection, SectionFilter, SectionIndex
from ..contract import shapes
from ..web import ArchiveOf
from ..web.access import Reader
from ..web.describing import gives
from ..web.paging import next_page
from .answers import json_answer
from .filters import PagedFilters
from .reports import report_url

router = APIRouter(prefix="/v1", tags=["search"])

AROUND: Final = 40
"""Characters shown on each side of a word that was found."""

SNIPPETS_MOST: Final = 3


class SectionQuery(PagedFilters):
    """Filters of reports, and of their sections."""

    section: str | None = Field(
        None, max_length=200, description="Id of the section, such as `c2` or `c2.s1`."
    )
    anchor: str | None = Field(None, max_length=200)
    section_kind: str | None = Field(
        None, max_length=20, description="Form of the label: `chapter`, `point` …"
    )
    ordinal: int | None = Field(None, ge=0, le=10_000)
    role: str | None = Field(None, pattern="^(review|plan)$")
    cursor: str | None = Field(
        None, max_length=600, pattern=r"^[0-9]{1,9}@", description="As the page before said; opaque."
    )
    heading: str | None = Field(None, min_length=1, max_length=200, description="A part of the heading.")

    def sections(self) -> SectionFilter:
        """Make the filter of sections."""
        return SectionFilter(
            self.section, self.anchor, self.section_kind, self.ordinal, self.role, self.heading
        )


class SearchQuery(SectionQuery):
    """What is searched for, and where."""

    cursor: str | None = Field(None, pattern=r"^[0-9]{1,18}$", description="As the page before said.")

    q: str = Field(
        max_length=200,
        pattern=r"^ *[^ \x00]+( +[^ \x00]+){0,7} *$",
        description="One to eight words, divided by spaces; a section must hold all of them.",
    )


def found_json(found: FoundSection) -> shapes.FoundSection:
    """Give a section that a query found, without its text."""
    return {
        "report": found.report,
        "edition": found.edition,
        "id": found.section,
        "anchor": found.anchor,
        "parent": found.parent,
        "kind": found.kind,
        "level": found.level,
        "label": found.label,
        "ordinal": found.ordinal,
        "heading": found.heading,
        "role": found.role,
        "span": list(found.span),
        "href": f"{report_url(found.report)}/-/editions/{found.edition}/sections/{found.section}",
    }


@router.get("/sections", summary="Sections of many reports", responses=gives(shapes.Sections))
def list_sections(
    archive: ArchiveOf, caller: Reader, request: Request, query: Annotated[SectionQuery, Query()]
) -> Response:
    """List sections of latest editions, such as the second chapter (`section=c2`) of every 2023 report of a province.

    In order of report and document, each with its own text. A page costs a bounded time: it may be short before
    `cursor` is null.
    """
    after = _position(query.cursor)
    index = SectionIndex(archive)
    found, stopped = index.query(query.sections(), query.of(caller), after=after, limit=query.limit)
    told: shapes.Sections = {
        "sections": [{**found_json(one), "own_text": one.own} for one in found],
        "cursor": None if stopped is None else _cursor(*stopped),
        "true_at": index.reached(),
    }
    return json_answer(told, **next_page(request, cursor=told["cursor"]))


@router.get("/search", summary="Search headings and texts", responses=gives(shapes.Hits))
def search(
    archive: ArchiveOf, caller: Reader, request: Request, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Find sections whose heading or own text holds all words; newest first, with snippets and their spans.

    Words of three characters and more are found by an index; shorter ones are read for, newest sections first. A page
    costs a bounded time: it may have fewer hits than `limit`, or none, before `cursor` is null.
    """
    words = [word for word in query.q.split(" ") if word]
    after = query.cursor
    index = SectionIndex(archive)
    hits, cursor = index.search(
        words, query.sections(), query.of(caller), after=int(after) if after else None, limit=query.limit
    )
    told: shapes.Hits = {
        "hits": [{**found_json(one), "snippets": _snippets(one, words)} for _, one in hits],
        "cursor": None if cursor is None else str(cursor),
        "true_at": index.reached(),
    }
    return json_answer(told, **next_page(request, cursor=told["cursor"]))


def _snippets(found: FoundSection, words: list[str]) -> list[shapes.Snippet]:
    """Show each word where it first stands; spans are in the clean text of the edition."""
    snippets: list[shapes.Snippet] = []
    for word in words[:SNIPPETS_MOST]:
        at = found.own.casefold().find(word.casefold())
        if at < 0:
            continue
        low, high = max(0, at - AROUND), min(len(found.own), at + len(word) + AROUND)
        base = found.span[0]
        snippets.append(
            {
                "text": found.own[low:high],
                "span": [base + low, base + high],
                "match": [base + at, base + at + len(word)],
            }
        )
    return snippets


def _cursor(report: str, position: int) -> str:
    return f"{position}@{report}"


def _position(cursor: str | None) -> tuple[str, int] | None:
    if cursor is None:
        return None
    position, _, report = cursor.partition("@")
    return report, int(position)
