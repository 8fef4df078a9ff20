"""Back to the source: its bytes, and what lies behind a span of clean text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Final, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from ..archive import Archive, PublishedEdition, content_key, record_key, source_key
from ..contract import shapes
from ..edition import Edition, Place
from ..web import ArchiveOf, ProblemError
from ..web.access import Reader
from ..web.describing import DIGEST, EDITION, ETAG, NOT_MODIFIED, gives, gives_bytes
from .answers import byte_range, json_answer, matches, repr_digest
from .editions import Number, edition_headers, find_edition

router = APIRouter(prefix="/v1", tags=["source"])

SPAN_MOST: Final = 10_000
"""Characters of one trace at most."""

READ_SECONDS: Final = 20.0
"""For a PDF or a DOCX to be read again. Of 36 real ones the longest takes two on a busy machine."""

AROUND: Final = 32
"""Bytes of the source shown on each side of a place."""

HARMLESS: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""A source is whatever somebody uploaded: a browser must not run it, guess its type or show it as a page of ours."""


@router.get(
    "/reports/{report:path}/-/editions/{number}/source",
    summary="The uploaded bytes",
    response_class=StreamingResponse,
    responses=gives_bytes("application/octet-stream", "The bytes.", headers={**ETAG, **EDITION, **DIGEST})
    | {206: {"description": "The range of bytes that was asked for."}}
    | NOT_MODIFIED,
)
def get_source(archive: ArchiveOf, caller: Reader, request: Request, report: str, number: Number) -> Response:
    """Give the very bytes that the edition was made from, as an attachment; ranges are served."""
    edition = find_edition(archive, caller, report, number)
    revision = archive.catalog.reports.revision(edition.revision)
    if revision is None:
        raise ProblemError(404, "source-unknown", "the source of this edition is not known any more")
    etag = revision.source
    headers = {
        **HARMLESS,
        **edition_headers(edition),
        "ETag": f'"{etag}"',
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{etag[:16]}.bin"',
    }
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    size = revision.source_bytes
    wanted = byte_range(request, size, etag)
    start, end = wanted or (0, size)
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    else:
        headers["Repr-Digest"] = repr_digest(etag)
    pieces: Iterator[bytes] = (
        iter(())
        if request.scope.get("jiaokan.head")
        else archive.objects.stream(source_key(etag), start=start, end=end)
    )
    return StreamingResponse(
        pieces, 206 if wanted else 200, headers=headers, media_type="application/octet-stream"
    )


def reopened(archive: Archive, edition: PublishedEdition) -> tuple[Edition, bytes]:
    """Read an edition and its source back, ready to be traced.

    Raises:
        ProblemError: 409, the source cannot be read again by this release, or not within ``READ_SECONDS``.
    """
    from ..normalize.formats.child import ReaderLostError, is_risky, read_in_child
    from ..normalize.replay import ReplayError, reopen

    revision = archive.catalog.reports.revision(edition.revision)
    if revision is None:
        raise ProblemError(404, "source-unknown", "the source of this edition is not known any more")
    source = archive.objects.get(source_key(revision.source))
    content = archive.objects.get(content_key(edition.content))
    record = archive.objects.get(record_key(edition.record))
    try:
        if is_risky(source):
            # It went through a worker once; what it costs there must not be anybody's to spend here (ADR 137).
            return reopen(content, record, source, partial(read_in_child, seconds=READ_SECONDS)), source
        return reopen(content, record, source), source
    except ReaderLostError as error:
        raise ProblemError(
            409, "cannot-replay", f"the source could not be read again here: {error}", flaws=[str(error)]
        ) from error
    except ReplayError as error:
        raise ProblemError(
            409,
            "cannot-replay",
            "this edition was made by a release whose readers this one does not have; "
            "renormalize the report, or ask with the release named in its record",
            flaws=list(error.flaws),
        ) from error


@router.get(
    "/reports/{report:path}/-/editions/{number}/trace",
    summary="A span back to its source",
    responses=gives(shapes.Trace),
)
def get_trace(
    archive: ArchiveOf,
    caller: Reader,
    report: str,
    number: Number,
    start: Annotated[int, Query(ge=0, le=2**31, description="First character of the span.")],
    end: Annotated[int, Query(ge=0, le=2**31, description="Behind its last character.")],
) -> Response:
    """Tell where in the source a span of the clean text stands, what was changed there, and the bytes around it."""
    edition = find_edition(archive, caller, report, number)
    if not start <= end <= start + SPAN_MOST:
        raise ProblemError(
            404, "span-unknown", f"a span has 0 to {SPAN_MOST} characters, and start comes before end"
        )
    opened, source = reopened(archive, edition)
    if end > len(opened.text):
        raise ProblemError(404, "span-unknown", f"the text has {len(opened.text)} characters")
    trace = opened.trace(start, end)
    told: shapes.Trace = {
        "span": [start, end],
        "text": opened.text[start:end],
        "source": [_place(place, source) for place in trace.source],
        "edits": [
            {
                "stage": edit.stage,
                "rule": edit.rule,
                "source": [_place(place, source) for place in edit.source],
                "clean": list(edit.clean),
                "was": edit.was,
                "now": edit.now,
                "confidence": edit.confidence,
            }
            for edit in trace.edits
        ],
    }
    return json_answer(told)


def _place(place: Place, source: bytes) -> shapes.SourcePlace:
    told = cast("shapes.SourcePlace", place.as_json())
    if place.bytes is not None:
        low, high = place.bytes
        told["hex"] = source[low : min(high, low + SPAN_MOST)].hex()
        told["before"] = source[max(0, low - AROUND) : low].hex()
        told["after"] = source[high : high + AROUND].hex()
    return told
