"""Bulk export: every report that matches, as NDJSON (streamed) or Parquet, with the sequence it is true at.

Both are made piece by piece: memory stays flat, and a slow client slows only itself.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from ..archive import Archive, ObjectMissingError, Report, ReportFilter, content_key
from ..edition import to_json
from ..web import ArchiveOf, ProblemError
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
def export(archive: ArchiveOf, caller: Reader, query: Annotated[ExportQuery, Query()]) -> Response:
    """Export the latest editions of all reports that match.

    `Jiaokan-Sequence` names the ledger sequence from which the feed goes on: export, then follow from there, and
    nothing is missed (a report that changes meanwhile may be in both).
    """
    # The head is read first: what changes while the export runs comes again by the feed.
    sequence = archive.catalog.ledger.head().visible
    headers = {
        "Jiaokan-Sequence": str(sequence),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    which = query.of(caller)
    if query.form == "ndjson":
        return StreamingResponse(ndjson(archive, which), headers=headers, media_type="application/x-ndjson")
    path = _parquet_file(archive, which, sequence)
    headers["Content-Disposition"] = f'attachment; filename="jiaokan-{sequence}.parquet"'
    return FileResponse(
        path,
        headers=headers,
        media_type="application/vnd.apache.parquet",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


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


def ndjson(archive: Archive, which: ReportFilter) -> Iterator[bytes]:
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


def write_parquet(rows: Iterator[dict[str, Any]], path: Path, *, sequence: int) -> int:
    """Write rows to a Parquet file, group by group; tells how many there were."""
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
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        group: list[dict[str, Any]] = []
        for row in rows:
            group.append(row)
            count += 1
            if len(group) >= ROWS:
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
                group = []
        if group or not count:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
    return count


def _parquet_file(archive: Archive, which: ReportFilter, sequence: int) -> Path:
    """Make the file whole before it is sent: a Parquet file's directory stands at its end."""
    handle, name = tempfile.mkstemp(prefix="jiaokan-export-", suffix=".parquet")
    os.close(handle)
    path = Path(name)
    try:
        write_parquet(section_rows(archive, which), path, sequence=sequence)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ProblemError(
                503, "no-room", "the export could not be written here; try a narrower filter"
            ) from error
        raise
    return path
