"""Reports: the list, and one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ..archive import Archive, PublishedEdition, Report, ReportFilter, check_report_id, to_rfc3339
from ..web import ArchiveOf, ProblemError

router = APIRouter(prefix="/v1", tags=["reports"])


def report_url(report: str) -> str:
    """Give the path of a report; every segment may stand in a URL as it is, percent-encoded by the client."""
    from urllib.parse import quote

    return f"/v1/reports/{quote(report)}"


def visible_report(archive: Archive, report: str) -> Report:
    """Look a report up that a consumer may see.

    Raises:
        ProblemError: 404 when there is none, 410 when it was withdrawn or erased.
    """
    found = archive.catalog.reports.get(check_report_id(report))
    if found is None:
        raise ProblemError(404, "report-unknown", f"no report {report!r}")
    if found.standing in ("withdrawn", "erased"):
        raise ProblemError(410, f"report-{found.standing}", f"report {report!r} is {found.standing}")
    return found


def edition_json(edition: PublishedEdition) -> dict[str, Any]:
    """Give what is known of an edition besides its two objects."""
    url = f"{report_url(edition.report)}/-/editions/{edition.number}"
    return {
        "number": edition.number,
        "event": edition.event,
        "published_at": to_rfc3339(edition.published_at),
        "revision": edition.revision,
        "fingerprint": edition.fingerprint,
        "content": {"sha256": edition.content, "bytes": edition.content_bytes, "href": url},
        "record": {"sha256": edition.record, "bytes": edition.record_bytes, "href": f"{url}/record"},
        "title": edition.facts.title,
        "grade": edition.facts.grade,
        "characters": edition.facts.characters,
    }


def report_json(report: Report) -> dict[str, Any]:
    """Give a report as the API tells it."""
    return {
        "id": report.id,
        "labels": report.labels,
        "standing": report.standing,
        "editions": report.editions,
        "revisions": report.revisions,
        "latest": edition_json(report.latest) if report.latest else None,
        "href": report_url(report.id),
    }


@router.get("/reports")
def list_reports(
    archive: ArchiveOf,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    label: str | None = None,
    prefix: str | None = None,
) -> dict[str, Any]:
    """List reports in order of their ids."""
    page = archive.catalog.reports.list(ReportFilter(label=label, prefix=prefix), after=cursor, limit=limit)
    return {"reports": [report_json(report) for report in page.items], "cursor": page.cursor}


@router.get("/reports/{report:path}")
def get_report(archive: ArchiveOf, report: str) -> dict[str, Any]:
    """Tell about one report and its latest edition."""
    return report_json(visible_report(archive, report))
