"""Reports: the list, one, and the values that a filter can take."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response

from ..archive import Archive, PublishedEdition, Report, ReportIdError, check_report_id, to_rfc3339
from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf, ProblemError
from ..web.access import Caller, Reader
from ..web.describing import gives
from ..web.paging import next_page
from .answers import json_answer
from .filters import PagedFiltersQuery

router = APIRouter(prefix="/v1", tags=["reports"])


_SEQUENCE: Final = re.compile(r"[0-9]{1,18}")


class _ReportConvertor(Convertor[str]):
    """A report's own address: any segments but ``-``, behind which stand the addresses of what belongs to it."""

    regex = r"(?!-(?:/|$))(?:(?!/-(?:/|$)).)+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("report", _ReportConvertor())


def report_url(report: str) -> str:
    """Give the path of a report, percent-encoded; slashes between segments stay."""
    return f"/v1/reports/{quote(report)}"


def visible_report(archive: Archive, caller: Caller, report: str) -> Report:
    """Look a report up that this caller may see.

    Raises:
        ProblemError: 404 when there is none for him, 410 when it was withdrawn or erased.
    """
    try:
        found = archive.catalog.reports.get(check_report_id(report))
    except ReportIdError:
        found = None  # what cannot be an id is no report
    if found is None or not caller.sees(found):
        raise ProblemError(404, "report-unknown", f"no report {report!r}")
    if found.standing in ("withdrawn", "erased"):
        raise ProblemError(410, f"report-{found.standing}", f"report {report!r} is {found.standing}")
    return found


def edition_json(edition: PublishedEdition) -> shapes.Edition:
    """Give what is known of an edition besides its two objects: the resource ``about``."""
    url = f"{report_url(edition.report)}/-/editions/{edition.number}"
    facts = edition.facts
    return {
        "report": edition.report,
        "number": edition.number,
        "event": edition.event,
        "sequence": edition.sequence,
        "published_at": to_rfc3339(edition.published_at),
        "revision": edition.revision,
        "fingerprint": edition.fingerprint,
        "reinstates": edition.reinstates,
        "content": {"sha256": edition.content, "bytes": edition.content_bytes, "href": url},
        "record": {"sha256": edition.record, "bytes": edition.record_bytes, "href": f"{url}/record"},
        "title": facts.title,
        "kind": facts.kind,
        "issuers": list(facts.issuers),
        "region": None
        if facts.region is None
        else {"code": facts.region, "name": facts.region_name, "level": facts.region_level},
        "covers": None if facts.covers is None else {"from": facts.covers[0], "to": facts.covers[1]},
        "plans": None if facts.plans is None else {"from": facts.plans[0], "to": facts.plans[1]},
        "number_line": facts.number,
        "issued_on": facts.issued_on,
        "script": facts.script,
        "grade": facts.grade,
        "characters": facts.characters,
        "sections": facts.sections,
    }


def report_json(report: Report) -> shapes.Report:
    """Give a report as the API tells it."""
    return {
        "id": report.id,
        "labels": list(report.labels),
        "standing": report.standing,
        "created_at": to_rfc3339(report.created_at),
        "changed": report.changed,
        "changed_at": to_rfc3339(report.changed_at) if report.changed_at else None,
        "editions": report.editions,
        "revisions": report.revisions,
        "latest": edition_json(report.latest) if report.latest else None,
        "href": report_url(report.id),
    }


@router.get("/reports", summary="List reports", responses=gives(shapes.Reports))
def list_reports(archive: ArchiveOf, caller: Reader, request: Request, query: PagedFiltersQuery) -> Response:
    """List reports that match every filter given.

    In order of ids, or of change with `changed_after` or `changed_since`: a report that changes while you page comes
    again at the end, and none is missed. Follow `cursor` until it is null.
    """
    by_change = query.changed_since is not None or query.changed_after is not None
    if by_change and query.cursor is not None and not _SEQUENCE.fullmatch(query.cursor):
        raise ProblemError(404, "cursor-unknown", "this is no cursor of a list by change; begin without one")
    page = archive.catalog.reports.list(query.of(caller), after=query.cursor, limit=query.limit)
    told: shapes.Reports = {"reports": [report_json(one) for one in page.items], "cursor": page.cursor}
    return json_answer(told, **next_page(request, cursor=page.cursor))


@router.get(
    "/values/{facet}",
    summary="The values that a filter can take",
    responses=gives(shapes.FilterValues),
)
def list_values(
    archive: ArchiveOf,
    caller: Reader,
    facet: Literal["label", "region", "within", "issuer", "kind", "year", "grade", "script"],
    prefix: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """List the values of one filter with the number of reports of each, in order of the values.

    Not for keys limited to labels: the counts would tell of reports that they may not see.
    """
    if caller.labels is not None:
        raise ProblemError(
            403, "labels-limited", "counts over all reports are not for a key limited to labels"
        )
    values = archive.catalog.reports.values(facet, prefix=prefix, limit=limit)
    told: shapes.FilterValues = {"values": [{"value": value, "reports": count} for value, count in values]}
    return json_answer(told)


@router.get(
    "/reports/{report:report}",
    summary="One report",
    responses=gives(shapes.Report),
)
def get_report(archive: ArchiveOf, caller: Reader, report: str) -> Response:
    """Tell about one report and its latest edition."""
    found = visible_report(archive, caller, report)
    body = to_json(report_json(found))
    links = {}
    if found.latest is not None:
        links["Link"] = f'<{report_url(found.id)}/-/editions/{found.latest.number}>; rel="latest-version"'
    return Response(body, headers={"Cache-Control": "no-cache", **links}, media_type="application/json")
