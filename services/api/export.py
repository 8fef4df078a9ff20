"""Bulk export: every report that matches, as NDJSON (streamed) or Parquet, with the sequence it is true at.

Both are made piece by piece: memory stays flat, and a slow client slows only itself.
"""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import islice
from typing import Annotated, Any, Final, Literal

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from ..archive import Archive, ObjectMissingError, Report, ReportFilter, content_key
from ..edition import to_json
from ..web import ArchiveOf
from ..web.access import Reader
from ..web.describing import gives_bytes
from .filters import Filters
from .reports import edition_json

router = APIRouter(prefix="/v1", tags=["export"])

PAGE: Final = 200
_FORMS: Final = gives_bytes(
    "application/x-ndjson",
    "A report a line (about, content); or Parquet, a section a row.",
    headers={
        "Jiaokan-Sequence": {
            "description": "The ledger sequence from which the feed goes on.",
            "schema": {"type": "integer", "minimum": 0},
        }
    },
)
_FORMS[200]["content"]["application/vnd.apache.parquet"] = {"schema": {"type": "string"}}
ROWS: Final = 2_000
"""Rows of one group in the Parquet file: some 2 MB before compression."""

TURN: Final = 200
"""Rows that are brought into columns at once: as long as that takes, 2 ms, the interpreter does nothing else."""

AT_ONCE: Final = 2
"""Threads that all exports of a process share, so that a hundred of them leave the others to everyone else."""


class ExportQuery(Filters):
    """Filters of reports, and the form of the export."""

    form: Literal["ndjson", "parquet"] = Field(
        "ndjson", description="`ndjson`: a report a line; `parquet`: a section a row."
    )


@router.get(
    "/export",
    summary="Everything that matches, in one go",
    response_class=StreamingResponse,
    responses=_FORMS,
)
def export(
    archive: ArchiveOf, caller: Reader, request: Request, query: Annotated[ExportQuery, Query()]
) -> Response:
    """Export the latest editions of all reports that match.

    `Jiaokan-Sequence` names the ledger sequence from which the feed goes on: export, then follow from there, and
    nothing is missed (a report that changes meanwhile may be in both).
    """
    # The head is read first: what changes while the export runs comes again by the feed.
    sequence = archive.catalog.ledger.head().visible
    headers = {
        "Jiaokan-Sequence": str(sequence),
        "Cache-Control": "no-store",
    }
    if query.form == "parquet":
        headers["Content-Disposition"] = f'attachment; filename="jiaokan-{sequence}.parquet"'
    media_type = "application/x-ndjson" if query.form == "ndjson" else "application/vnd.apache.parquet"
    if request.scope.get("jiaokan.head"):
        return Response(headers=headers, media_type=media_type)
    which = query.of(caller)
    pieces = (
        ndjson(archive, which) if query.form == "ndjson" else parquet(section_rows(archive, which), sequence)
    )
    return StreamingResponse(_paced(request.app, pieces), headers=headers, media_type=media_type)


async def _paced(app: FastAPI, pieces: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    """Make one piece after another, each when the client has taken the one before; exports share few threads."""
    limiter: CapacityLimiter | None = getattr(app.state, "exports", None)
    if limiter is None:
        limiter = app.state.exports = CapacityLimiter(AT_ONCE)
    try:
        while (piece := await to_thread.run_sync(next, pieces, None, limiter=limiter)) is not None:
            yield piece
    finally:
        # Also where the client has gone: what a generator holds ends with it.
        with CancelScope(shield=True):
            await to_thread.run_sync(pieces.close, limiter=limiter)


def exported(archive: Archive, which: ReportFilter) -> Iterator[tuple[Report, bytes]]:
    """Give every report that matches with its content object, in order of the list."""
    cursor: str | None = None
    while True:
        page = archive.catalog.reports.list(which, after=cursor, limit=PAGE)
        for report in page.items:
            if report.latest is None:
                continue
            try:
                content = archive.objects.get(content_key(report.latest.content))
            except ObjectMissingError:
                # Erased since the page was read: it is gone, and the feed says so to who follows it from here.
                if archive.catalog.reports.standing(report.id) != "erased":
                    raise
                continue
            yield report, content
        cursor = page.cursor
        if cursor is None:
            return


def ndjson(archive: Archive, which: ReportFilter) -> Generator[bytes, None, None]:
    """Give a line a report: ``about`` and ``content``, the content byte for byte as it is stored."""
    for report, content in exported(archive, which):
        assert report.latest is not None
        yield b'{"about":' + to_json(edition_json(report.latest)) + b',"content":' + content + b"}\n"


def section_rows(archive: Archive, which: ReportFilter) -> Iterator[dict[str, Any]]:
    """Give a row a section, with the facts of its report."""
    for report, body in exported(archive, which):
        assert report.latest is not None
        facts = report.latest.facts
        content = json.loads(body)
        text: str = content["text"]
        for position, section in enumerate(content["sections"]):
            yield {
                "report": report.id,
                "edition": report.latest.number,
                "labels": list(report.labels),
                "title": facts.title,
                "document_kind": facts.kind,
                "issuers": list(facts.issuers),
                "region": facts.region,
                "region_name": facts.region_name,
                "covers_from": facts.covers[0] if facts.covers else None,
                "covers_to": facts.covers[1] if facts.covers else None,
                "grade": facts.grade,
                "position": position,
                "section": section["id"],
                "anchor": section["anchor"],
                "parent": section["parent"],
                "kind": section["kind"],
                "level": section["level"],
                "label": section["label"],
                "ordinal": section["ordinal"],
                "heading": section["heading"],
                "role": section["role"],
                "start": section["span"][0],
                "end": section["span"][1],
                "own_text": text[section["span"][0] : section["body"][1]],
            }


class _Sink(io.RawIOBase):
    """Takes what a writer writes, until it is fetched."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def fetch(self) -> bytes:
        """Give what was written since the last time."""
        found, self._pieces = b"".join(self._pieces), []
        return found


def parquet(rows: Iterator[dict[str, Any]], sequence: int) -> Generator[bytes, None, None]:
    """Give a Parquet file piece by piece, a group of rows at a time; its directory is the last piece."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    integer, string = pa.int32(), pa.string()
    schema = pa.schema(
        [
            ("report", string),
            ("edition", integer),
            ("labels", pa.list_(string)),
            ("title", string),
            ("document_kind", string),
            ("issuers", pa.list_(string)),
            ("region", string),
            ("region_name", string),
            ("covers_from", integer),
            ("covers_to", integer),
            ("grade", string),
            ("position", integer),
            ("section", string),
            ("anchor", string),
            ("parent", string),
            ("kind", string),
            ("level", integer),
            ("label", string),
            ("ordinal", integer),
            ("heading", string),
            ("role", string),
            ("start", integer),
            ("end", integer),
            ("own_text", string),
        ],
        metadata={"jiaokan-sequence": str(sequence), "jiaokan-schema": "jiaokan/sections/1"},
    )
    sink = _Sink()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        batches = []
        while batch := list(islice(rows, TURN)):
            batches.append(pa.RecordBatch.from_pylist(batch, schema=schema))
            if len(batches) * TURN >= ROWS:
                writer.write_table(pa.Table.from_batches(batches, schema=schema))
                batches = []
                yield sink.fetch()
        if batches:
            writer.write_table(pa.Table.from_batches(batches, schema=schema))
    yield sink.fetch()
