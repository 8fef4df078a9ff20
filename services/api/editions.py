"""Editions: content and record byte for byte, and the views of a content."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from ..archive import Archive, PublishedEdition, content_key, record_key
from ..edition import to_json
from ..edition.rendering import markdown
from ..edition.schema import schema_bytes
from ..web import ArchiveOf, ProblemError
from .reports import edition_json, report_url, visible_report

router = APIRouter(prefix="/v1", tags=["editions"])
IfNoneMatch = Annotated[str | None, Header()]


def find_edition(archive: Archive, report: str, number: str) -> PublishedEdition:
    """Look an edition up by its number, or the ``latest`` one.

    Raises:
        ProblemError: 404, 410.
    """
    found = visible_report(archive, report)
    edition = found.latest if number == "latest" else None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        edition = archive.catalog.reports.edition(found.id, int(number))
    if edition is None:
        raise ProblemError(404, "edition-unknown", f"report {found.id!r} has no edition {number!r}")
    return edition


def serve(
    edition: PublishedEdition, body: Callable[[], bytes], etag: str, wanted: str | None, media_type: str
) -> Response:
    """Serve bytes under a strong ETag, or 304 when the client has them."""
    url = f"{report_url(edition.report)}/-/editions/{edition.number}"
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": "no-cache",
        "Jiaokan-Edition": str(edition.number),
        "Link": f'<{url}>; rel="canonical", <{url}/record>; rel="describedby"',
    }
    matches = {part.strip().removeprefix("W/") for part in (wanted or "").split(",")}
    if matches & {f'"{etag}"', "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)


@router.get("/reports/{report:path}/-/editions")
def list_editions(archive: ArchiveOf, report: str) -> dict[str, Any]:
    """List the editions of a report, oldest first."""
    found = visible_report(archive, report)
    return {"editions": [edition_json(one) for one in archive.catalog.reports.editions(found.id)]}


@router.get("/reports/{report:path}/-/editions/{number}")
def get_content(archive: ArchiveOf, report: str, number: str, if_none_match: IfNoneMatch = None) -> Response:
    """Give the content object, byte for byte."""
    edition = find_edition(archive, report, number)
    return serve(
        edition,
        lambda: archive.objects.get(content_key(edition.content)),
        edition.content,
        if_none_match,
        "application/json",
    )


@router.get("/reports/{report:path}/-/editions/{number}/record")
def get_record(archive: ArchiveOf, report: str, number: str, if_none_match: IfNoneMatch = None) -> Response:
    """Give the record object, byte for byte."""
    edition = find_edition(archive, report, number)
    return serve(
        edition,
        lambda: archive.objects.get(record_key(edition.record)),
        edition.record,
        if_none_match,
        "application/json",
    )


def _content(archive: Archive, edition: PublishedEdition) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(archive.objects.get(content_key(edition.content)))
    return value


@router.get("/reports/{report:path}/-/editions/{number}/text")
def get_text(archive: ArchiveOf, report: str, number: str, if_none_match: IfNoneMatch = None) -> Response:
    """Give the clean text alone."""
    edition = find_edition(archive, report, number)

    def body() -> bytes:
        return str(_content(archive, edition)["text"]).encode()

    return serve(edition, body, f"{edition.content}-text", if_none_match, "text/plain; charset=utf-8")


@router.get("/reports/{report:path}/-/editions/{number}/markdown")
def get_markdown(archive: ArchiveOf, report: str, number: str, if_none_match: IfNoneMatch = None) -> Response:
    """Give the edition as Markdown."""
    edition = find_edition(archive, report, number)

    def body() -> bytes:
        return markdown(_content(archive, edition)).encode()

    return serve(edition, body, f"{edition.content}-markdown", if_none_match, "text/markdown; charset=utf-8")


@router.get("/reports/{report:path}/-/editions/{number}/outline")
def get_outline(archive: ArchiveOf, report: str, number: str, if_none_match: IfNoneMatch = None) -> Response:
    """Give the sections without their text."""
    edition = find_edition(archive, report, number)

    def body() -> bytes:
        content = _content(archive, edition)
        return to_json({"title": content["title"], "sections": content["sections"]})

    return serve(edition, body, f"{edition.content}-outline", if_none_match, "application/json")


@router.get("/reports/{report:path}/-/editions/{number}/sections/{section}")
def get_section(
    archive: ArchiveOf, report: str, number: str, section: str, if_none_match: IfNoneMatch = None
) -> Response:
    """Give one section, by id or by anchor, with its text."""
    edition = find_edition(archive, report, number)
    content = _content(archive, edition)
    found = next((one for one in content["sections"] if section in (one["id"], one["anchor"])), None)
    if found is None:
        raise ProblemError(404, "section-unknown", f"edition {edition.number} has no section {section!r}")
    text = content["text"]
    told = {**found, "text": text[slice(*found["span"])], "own_text": text[slice(*found["body"])]}
    return serve(
        edition, lambda: to_json(told), f"{edition.content}-{found['id']}", if_none_match, "application/json"
    )


@router.get("/schemas/{name}", tags=["schemas"])
def get_schema(request: Request, name: str) -> Response:  # noqa: ARG001
    """Give the JSON Schema of content or record."""
    try:
        return Response(schema_bytes(name), media_type="application/schema+json")
    except ValueError as error:
        raise ProblemError(404, "schema-unknown", str(error)) from None
