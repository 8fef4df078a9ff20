"""Differences by HTTP: between two editions of a report, and between two years of a series."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ..archive import Archive, PublishedEdition, record_key
from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf, ProblemError
from ..web.access import Reader
from ..web.describing import DIGEST, ETAG, NOT_MODIFIED, gives
from .answers import preferred, tagged
from .differences import Difference, as_html, as_json, as_unified_text, compare_editions, compare_years
from .editions import content_of, find_edition

router = APIRouter(prefix="/v1", tags=["differences"])

FORMS: Final = ("application/json", "text/plain; charset=utf-8", "text/html; charset=utf-8")
_DIFFERENCE: Final = (
    gives(
        shapes.Difference,
        "What differs: JSON, unified text or a page, as Accept asks.",
        headers={**ETAG, **DIGEST},
        also={"text/plain": {"type": "string"}, "text/html": {"type": "string"}},
    )
    | NOT_MODIFIED
)
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Vary": "Accept",
}

EditionNumber = Annotated[str, Query(pattern=r"^(latest|[1-9][0-9]{0,8})$")]
ReportId = Annotated[str, Query(max_length=600)]


@router.get("/reports/{report:path}/-/differences", summary="Two editions of a report", responses=_DIFFERENCE)
def get_differences(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    report: str,
    before: EditionNumber,
    after: EditionNumber = "latest",
) -> Response:
    """Tell what differs between two editions: why, section by section, and inline by runs of characters."""
    old = find_edition(archive, caller, report, before)
    new = find_edition(archive, caller, report, after)
    difference = difference_of_editions(archive, old, new)
    return _answer(request, difference, old.report, f"edition {old.number}", f"edition {new.number}")


@router.get("/differences", summary="Two years of a series", responses=_DIFFERENCE)
def get_year_differences(
    archive: ArchiveOf, caller: Reader, request: Request, before: ReportId, after: ReportId
) -> Response:
    """Tell what differs between the latest editions of two reports, sections aligned by what they say."""
    old = find_edition(archive, caller, before, "latest")
    new = find_edition(archive, caller, after, "latest")
    difference = difference_of_years(archive, old, new)
    return _answer(request, difference, new.facts.title or new.report, old.report, new.report)


def difference_of_editions(archive: Archive, old: PublishedEdition, new: PublishedEdition) -> Difference:
    """Compare two editions of a report."""
    return compare_editions(
        content_of(archive, old),
        content_of(archive, new),
        before_record=_record_of(archive, old),
        after_record=_record_of(archive, new),
        same_hints=_same_hints(archive, old, new),
    )


def difference_of_years(archive: Archive, old: PublishedEdition, new: PublishedEdition) -> Difference:
    """Compare editions of two reports of a series."""
    return compare_years(content_of(archive, old), content_of(archive, new))


def _answer(request: Request, difference: Difference, title: str, before: str, after: str) -> Response:
    form = preferred(request, FORMS)
    if form == FORMS[0]:
        body = to_json(as_json(difference))
    elif form == FORMS[1]:
        body = as_unified_text(difference).encode()
    else:
        body = as_html(difference, title=title, before=before, after=after).encode()
    return tagged(request, body, media_type=form, headers=PAGE_HEADERS)


def _record_of(archive: Archive, edition: PublishedEdition) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(archive.objects.get(record_key(edition.record)))
    return value


def _same_hints(archive: Archive, old: PublishedEdition, new: PublishedEdition) -> bool:
    first, second = (
        archive.catalog.reports.revision(old.revision),
        archive.catalog.reports.revision(new.revision),
    )
    if first is None or second is None:
        raise ProblemError(404, "revision-unknown", "a revision of these editions is not known any more")
    return dict(first.hints) == dict(second.hints)
