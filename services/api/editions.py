"""Editions: content and record byte for byte, and the views of a content."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from ..archive import Archive, PublishedEdition, content_key, packed, record_key
from ..contract import shapes
from ..edition import to_json
from ..edition.rendering import markdown
from ..edition.schema import schema_bytes
from ..web import ArchiveOf, ProblemError
from ..web.access import Caller, Reader
from ..web.describing import DIGEST, EDITION, ETAG, NOT_MODIFIED, gives, gives_bytes
from .answers import (
    GZIP_LEAST,
    IMMUTABLE,
    NO_CACHE,
    json_answer,
    matches,
    preferred,
    repr_digest,
    tagged,
    takes_gzip,
)
from .reports import edition_json, report_url, visible_report

router = APIRouter(prefix="/v1", tags=["editions"])

Number = Annotated[str, Path(pattern=r"^(latest|[1-9][0-9]{0,8})$", description="A number, or `latest`.")]

CONTENT: Final = {"$ref": "#/components/schemas/Content"}
RECORD: Final = {"$ref": "#/components/schemas/Record"}
_BESIDE: Final = {**ETAG, **EDITION, **DIGEST}

VIEWS: Final = ("application/json", "text/plain; charset=utf-8", "text/markdown; charset=utf-8")


def find_edition(archive: Archive, caller: Caller, report: str, number: str) -> PublishedEdition:
    """Look an edition up by its number, or the ``latest`` one.

    Raises:
        ProblemError: 404, 410.
    """
    found = visible_report(archive, caller, report)
    edition = found.latest if number == "latest" else archive.catalog.reports.edition(found.id, int(number))
    if edition is None:
        detail = f"report {found.id!r} has no edition {number!r}"
        if found.latest is None:
            detail = f"report {found.id!r} has no edition yet: {_why_none(archive, found.id)}"
        raise ProblemError(404, "edition-unknown", detail)
    return edition


def _why_none(archive: Archive, report: str) -> str:
    """Say what became of the newest revision of a report without editions."""
    newest = archive.catalog.intake.newest(report)
    if newest is None:
        return "it has no revision"
    # Why it is parked is the operator's business: a traceback may be among it.
    reason = f": {newest.reason}" if newest.reason and newest.state in ("held", "rejected") else ""
    return f"its newest revision, {newest.id}, is {newest.state}{reason}"


def edition_headers(edition: PublishedEdition) -> dict[str, str]:
    """Give what travels beside the bytes of an edition: its number, and links to its neighbours."""
    base = f"{report_url(edition.report)}/-/editions"
    links = [f'<{base}/latest>; rel="latest-version"', f'<{base}/{edition.number}/record>; rel="describedby"']
    if edition.number > 1:
        links.append(f'<{base}/{edition.number - 1}>; rel="predecessor-version"')
    return {"Jiaokan-Edition": str(edition.number), "Link": ", ".join(links)}


def content_of(archive: Archive, edition: PublishedEdition) -> dict[str, Any]:
    """Read and parse the content object."""
    value: dict[str, Any] = json.loads(archive.objects.get(content_key(edition.content)))
    return value


@router.get(
    "/reports/{report:path}/-/editions",
    summary="All editions of a report",
    responses=gives(shapes.Editions),
)
def list_editions(archive: ArchiveOf, caller: Reader, report: str) -> Response:
    """List the editions of a report, oldest first."""
    found = visible_report(archive, caller, report)
    editions = archive.catalog.reports.editions(found.id)
    told: shapes.Editions = {"editions": [edition_json(one) for one in editions]}
    return json_answer(told)


@router.get(
    "/reports/{report:path}/-/editions/{number}",
    summary="Content of an edition",
    responses=gives(
        CONTENT,
        "The content object, byte for byte; or its text or Markdown, as Accept asks.",
        headers=_BESIDE,
        also={"text/plain": {"type": "string"}, "text/markdown": {"type": "string"}},
    )
    | NOT_MODIFIED,
)
def get_content(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number
) -> Response:
    """Give the content object byte for byte; with `Accept`, its text or Markdown instead."""
    edition = find_edition(archive, caller, report, number)
    media_type = preferred(request, VIEWS)
    if media_type == VIEWS[0]:
        return _object(archive, request, edition, "contents", edition.content)
    return _view(archive, request, edition, "text" if media_type == VIEWS[1] else "markdown")


@router.get(
    "/reports/{report:path}/-/editions/{number}/record",
    summary="Record of an edition",
    responses=gives(RECORD, "The record object, byte for byte.", headers=_BESIDE) | NOT_MODIFIED,
)
def get_record(archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number) -> Response:
    """Give the record object byte for byte: how the content came about."""
    edition = find_edition(archive, caller, report, number)
    return _object(archive, request, edition, "records", edition.record)


@router.get(
    "/reports/{report:path}/-/editions/{number}/about",
    summary="About an edition",
    responses=gives(shapes.Edition, headers=EDITION),
)
def get_about(archive: ArchiveOf, caller: Reader, report: str, number: Number) -> Response:
    """Tell number, times, hashes and facts of an edition."""
    edition = find_edition(archive, caller, report, number)
    return json_answer(edition_json(edition), **edition_headers(edition))


@router.get(
    "/reports/{report:path}/-/editions/{number}/text",
    summary="Plain text of an edition",
    responses=gives_bytes("text/plain", "The clean text.", headers=_BESIDE) | NOT_MODIFIED,
)
def get_text(archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number) -> Response:
    """Give the clean text alone."""
    return _view(archive, request, find_edition(archive, caller, report, number), "text")


@router.get(
    "/reports/{report:path}/-/editions/{number}/markdown",
    summary="An edition as Markdown",
    responses=gives_bytes("text/markdown", "The edition as Markdown.", headers=_BESIDE) | NOT_MODIFIED,
)
def get_markdown(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number
) -> Response:
    """Give the edition as Markdown."""
    return _view(archive, request, find_edition(archive, caller, report, number), "markdown")


@router.get(
    "/reports/{report:path}/-/editions/{number}/outline",
    summary="Outline of an edition",
    responses=gives(shapes.Outline, headers=_BESIDE) | NOT_MODIFIED,
)
def get_outline(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number
) -> Response:
    """Give the sections without their text."""
    edition = find_edition(archive, caller, report, number)
    content = content_of(archive, edition)
    told: shapes.Outline = {"title": content["title"], "sections": content["sections"]}
    body = to_json(told)
    return tagged(request, body, media_type="application/json", headers=edition_headers(edition))


@router.get(
    "/reports/{report:path}/-/contents/{sha256}",
    summary="A content of a report by its hash",
    responses=gives(CONTENT, "The content object, byte for byte.", headers={**ETAG, **DIGEST}) | NOT_MODIFIED,
)
def get_content_by_hash(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, sha256: str
) -> Response:
    """Give a content object of a report by its SHA-256: an address that can be kept for ever."""
    return _by_hash(archive, caller, request, report, sha256, "content")


@router.get(
    "/reports/{report:path}/-/records/{sha256}",
    summary="A record of a report by its hash",
    responses=gives(RECORD, "The record object, byte for byte.", headers={**ETAG, **DIGEST}) | NOT_MODIFIED,
)
def get_record_by_hash(
    archive: ArchiveOf, caller: Reader, request: Request, report: str, sha256: str
) -> Response:
    """Give a record object of a report by its SHA-256: an address that can be kept for ever."""
    return _by_hash(archive, caller, request, report, sha256, "record")


def _by_hash(
    archive: Archive,
    caller: Caller,
    request: Request,
    report: str,
    sha256: str,
    which: Literal["content", "record"],
) -> Response:
    found = visible_report(archive, caller, report)
    if not any(getattr(edition, which) == sha256 for edition in archive.catalog.reports.editions(found.id)):
        raise ProblemError(404, f"{which}-unknown", f"report {found.id!r} has no {which} {sha256[:80]!r}")
    headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    return _bytes(archive, request, "contents" if which == "content" else "records", sha256, headers)


def _object(
    archive: Archive,
    request: Request,
    edition: PublishedEdition,
    kind: Literal["contents", "records"],
    sha256: str,
) -> Response:
    headers = {"Cache-Control": NO_CACHE, "Vary": "Accept, Accept-Encoding", **edition_headers(edition)}
    return _bytes(archive, request, kind, sha256, headers)


def _bytes(
    archive: Archive,
    request: Request,
    kind: Literal["contents", "records"],
    sha256: str,
    headers: dict[str, str],
) -> Response:
    """Answer with an object as it is stored, or packed as it is stored: each with the tag and digest of its bytes."""
    wanted, etag = request.headers.get("if-none-match"), sha256
    if matches(wanted, sha256) or matches(wanted, f"{sha256}-gzip"):
        return Response(status_code=304, headers={**headers, "ETag": f'"{sha256}"'})
    body = archive.objects.get(content_key(sha256) if kind == "contents" else record_key(sha256))
    digest = sha256
    if len(body) >= GZIP_LEAST and takes_gzip(request.headers.get("accept-encoding", "").encode("latin-1")):
        body, etag = packed(archive, kind, sha256), f"{sha256}-gzip"
        digest = hashlib.sha256(body).hexdigest()
        headers = {**headers, "Content-Encoding": "gzip"}
    return Response(
        body,
        headers={**headers, "ETag": f'"{etag}"', "Repr-Digest": repr_digest(digest)},
        media_type="application/json",
    )


def _view(archive: Archive, request: Request, edition: PublishedEdition, view: str) -> Response:
    content = content_of(archive, edition)
    body = content["text"] if view == "text" else markdown(content)
    return tagged(
        request,
        body.encode(),
        media_type=VIEWS[1] if view == "text" else VIEWS[2],
        headers={"Vary": "Accept", **edition_headers(edition)},
    )


schemas = APIRouter(prefix="/v1", tags=["schemas"])


@schemas.get(
    "/schemas/{name}",
    summary="JSON Schema of content or record",
    responses=gives_bytes(
        "application/schema+json", "The schema; its `x-version` rises with every addition."
    ),
)
def get_schema(name: str) -> Response:
    """Give the JSON Schema of `content` or `record`, version 1."""
    try:
        return Response(schema_bytes(name), media_type="application/schema+json")
    except ValueError as error:
        raise ProblemError(404, "schema-unknown", str(error)) from None
