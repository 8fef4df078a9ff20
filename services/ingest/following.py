"""Following what was taken in, until it is published, rejected or parked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..archive import (
    Archive,
    PublishedEdition,
    ReportIdError,
    Revision,
    RevisionState,
    check_report_id,
    is_revision_id,
    to_rfc3339,
)
from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf, ProblemError
from ..web.access import Caller, Uploader
from ..web.describing import gives
from ..web.paging import next_page
from .taking import check_seen

router = APIRouter(prefix="/v1", tags=["ingest"])

MOST_WAIT: Final = 30
"""Seconds that one request may wait: below the idle limits of common proxies (60)."""

_FIRST_LOOK: Final = 0.02
_LAST_LOOK: Final = 0.25
"""Seconds between two looks, growing: a small report is published in some 100 ms, a large one in seconds."""


@router.get(
    "/revisions/{revision}",
    summary="Follow an upload",
    responses=gives(shapes.Revision, "What became of it."),
)
async def get_revision(
    archive: ArchiveOf,
    caller: Uploader,
    revision: str,
    wait: Annotated[float, Query(ge=0, le=MOST_WAIT, description="Seconds to wait for an outcome.")] = 0,
) -> Response:
    """Tell what became of an upload: pending, published, held, rejected or parked, with its reason.

    With ``wait``, the answer comes when there is an outcome, or after so many seconds.
    """
    if not is_revision_id(revision):
        raise ProblemError(404, "revision-unknown", f"no revision {revision[:80]!r}")
    end = time.monotonic() + wait
    pause = _FIRST_LOOK
    while True:
        found = await run_in_threadpool(archive.catalog.reports.revision, revision)
        if found is None:
            raise ProblemError(404, "revision-unknown", f"no revision {revision!r}")
        left = end - time.monotonic()
        if found.state != "pending" or left <= 0:
            break
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LAST_LOOK)
    await run_in_threadpool(_check_standing, archive, caller, found.report)
    told = await run_in_threadpool(_revision_json, archive, found)
    return _answer(told)


@router.get(
    "/revisions", summary="List revisions by state", responses=gives(shapes.Revisions, "A page of them.")
)
def list_revisions(
    archive: ArchiveOf,
    caller: Uploader,
    request: Request,
    state: RevisionState,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """List what is pending, rejected, parked or held, oldest first."""
    page = archive.catalog.reports.revisions_in(state, after=cursor, limit=limit)
    seen = [one for one in page.items if _sees(archive, caller, one.report)]
    told: shapes.Revisions = {"revisions": [_plain(one) for one in seen], "cursor": page.cursor}
    return _answer(told, **next_page(request, cursor=page.cursor))


@router.get(
    "/reports/{report:path}/-/revisions",
    summary="The revisions of a report",
    responses=gives(shapes.Revisions, "All of them."),
)
def list_of_report(archive: ArchiveOf, caller: Uploader, report: str) -> Response:
    """List all revisions of a report, oldest first."""
    try:
        report = check_report_id(report)
    except ReportIdError as error:
        raise ProblemError(404, "report-unknown", str(error)) from None
    _check_standing(archive, caller, report)
    revisions = archive.catalog.reports.revisions(report)
    if not revisions:
        raise ProblemError(404, "report-unknown", f"no report {report!r}")
    told: shapes.Revisions = {"revisions": [_plain(one) for one in revisions]}
    return _answer(told)


def _answer(told: shapes.Revision | shapes.Revisions, **headers: str) -> Response:
    return Response(
        to_json(told), headers={"Cache-Control": "no-store", **headers}, media_type="application/json"
    )


def _sees(archive: Archive, caller: Caller, report: str) -> bool:
    if caller.labels is None:
        return True
    found = archive.catalog.reports.get(report)
    return found is not None and caller.sees(found)


def _check_standing(archive: Archive, caller: Caller, report: str) -> None:
    check_seen(archive, caller, report)
    standing = archive.catalog.reports.standing(report)
    if standing in ("withdrawn", "erased"):
        raise ProblemError(410, f"report-{standing}", f"report {report!r} is {standing}")


def _revision_json(archive: Archive, revision: Revision) -> shapes.Revision:
    editions = archive.catalog.reports.editions(revision.report) if revision.state == "published" else ()
    told: shapes.Revision = {
        **_plain(revision),
        "attempts": sum(item.attempts for item in archive.catalog.queue.of_revision(revision.id)),
        "edition": _edition(revision, editions),
        "children": [_plain(child) for child in archive.catalog.reports.children(revision.id)],
    }
    return told


def _edition(revision: Revision, editions: Sequence[PublishedEdition]) -> shapes.PublishedAs | None:
    mine = [edition for edition in editions if edition.revision == revision.id]
    if not mine:
        return None
    latest = mine[-1]
    return {
        "number": latest.number,
        "title": latest.facts.title,
        "grade": latest.facts.grade,
        "content": latest.content,
        "record": latest.record,
        "href": f"/v1/reports/{quote(revision.report)}/-/editions/{latest.number}",
    }


def _plain(revision: Revision) -> shapes.ListedRevision:
    return {
        "revision": revision.id,
        "report": revision.report,
        "state": revision.state,
        "code": revision.code,
        "reason": revision.reason,
        "source": {"sha256": revision.source, "bytes": revision.source_bytes},
        "hints": dict(revision.hints),
        "labels": list(revision.labels),
        "profile": revision.profile,
        "name": revision.name,
        "by": revision.by,
        "origin": revision.origin,
        "parent": revision.parent,
        "accepted_at": to_rfc3339(revision.accepted_at),
        "settled_at": to_rfc3339(revision.settled_at) if revision.settled_at else None,
        "follow": f"/v1/revisions/{revision.id}",
    }
