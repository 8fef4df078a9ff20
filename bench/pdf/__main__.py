"""`python -m bench.pdf [FILE…]`: pages a second, against pdfium's own text extraction alone, in the same run.

Without files: our samples, set by the tests' makers, and the PDFs of ``JIAOKAN_CORPUS/reports``; with LibreOffice also
samples printed by it, in one column, in two, and with tables. Processor time, the best of some runs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.fuzzing import bases
from bench.measuring import RESULTS, best_of, machine
from bench.printing import Layout, opendocument, paragraphs_of, printed, program
from bench.texts import long_report
from jiaokan.edition.collecting import collection_paused
from jiaokan.normalize import RejectedError
from jiaokan.normalize.formats.pdf import read
from jiaokan.normalize.formats.pdf_pages import opened
from jiaokan.normalize.hints import NO_HINTS

LAYOUTS = {
    "printed, one column": Layout(),
    "printed, two columns": Layout(size=10.5, leading=18, columns=2),
    "printed, with a table": Layout(table=True, notes=True),
}


def main(files: list[str]) -> None:
    """Measure, and keep the figures."""
    rows: dict[str, Any] = {}
    for name, data in _files(files):
        pages = _extract(data)
        alone = best_of(lambda data=data: _extract(data), rounds=9, seconds=8.0)  # type: ignore[misc]
        ours = best_of(lambda data=data: _read(data), rounds=9, seconds=8.0)  # type: ignore[misc]
        rows[name] = {
            "pages": pages,
            "pdfium alone, ms a page": round(alone * 1000 / pages, 2),
            "Jiaokan, ms a page": round(ours * 1000 / pages, 2),
            "ratio": round(alone / ours, 2),
        }
        print(name, rows[name], flush=True)
    told = {"benchmark": "pdf", "machine": machine(), "files": rows}
    (RESULTS / "pdf.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _files(names: list[str]) -> Iterator[tuple[str, bytes]]:
    if names:
        yield from ((name, Path(name).read_bytes()) for name in names)
        return
    yield "made by hand", bases()["pdf"][0]
    if program() is not None:
        report = paragraphs_of("云山市政府工作报告", long_report(60_000), length=20_000)
        made = printed([opendocument(report, layout) for layout in LAYOUTS.values()])
        yield from ((name, files["pdf"]) for name, files in zip(LAYOUTS, made, strict=True))
    root = os.environ.get("JIAOKAN_CORPUS")
    for path in sorted(Path(root, "reports").glob("*.pdf")) if root else ():
        yield path.name, path.read_bytes()


def _extract(data: bytes) -> int:
    with opened(data) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        return len(document)


def _read(data: bytes) -> None:
    """Read as a normalization does, which pauses the collector."""
    with collection_paused(), suppress(RejectedError):
        read(data, NO_HINTS)


if __name__ == "__main__":
    main(sys.argv[1:])
