"""Export of 100,000 sections as Parquet and NDJSON: memory flat, right in DuckDB and pandas, true at its number.

Arguments: sections (100000). The server's memory is looked at while a tenth is exported and while all is; a report
that is published meanwhile comes by the feed behind the number that the export names.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final, Self

import httpx
import psutil

from bench.api.publishing import publish_invented
from bench.api.sections import A_REPORT
from bench.api.serving import BARE
from bench.trials.serving import served
from jiaokan.archive import (
    Archive,
    Making,
    ReportFilter,
    accept,
    content_key,
    load_settings,
    open_archive,
    publish,
)

FLAT: Final = 48
"""Mebibytes that all may take more than a tenth: less than what the sections themselves have, some 50."""


class Watch:
    """Looks at a process's memory as long as the context is open."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most = 0.0

    def _look(self) -> None:
        while not self._end.wait(0.05):
            self.most = max(self.most, self._process.memory_info().rss / 2**20)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def run(arguments: list[str]) -> dict[str, Any]:
    """Publish, export, open."""
    sections = int(arguments[0]) if arguments else 100_000
    reports = sections // A_REPORT
    with tempfile.TemporaryDirectory(prefix="jiaokan-export-") as name:
        folder = Path(name)
        archive = open_archive(load_settings(data=folder / "data", durable=False))
        publish_invented(archive, reports)
        print(f"{reports} reports published", flush=True)
        (folder / BARE).write_bytes(b"{}")
        measured: dict[str, Any] = {"sections": sections, "reports": reports}
        with served(folder) as (url, server):
            for form in ("parquet", "ndjson"):
                fetch(url, form, folder / "warm", {"grade": "D"})
                with Watch(server) as tenth:
                    fetch(url, form, folder / "tenth", {"script": "Hans", "kind": "communique"})
                with Watch(server) as whole:
                    told = fetch(url, form, folder / f"all.{form}", {})
                measured[form] = {
                    **told,
                    "memory of a tenth, MiB": round(tenth.most, 1),
                    "memory of all, MiB": round(whole.most, 1),
                }
                assert whole.most - tenth.most < FLAT, measured
            measured["true at"] = true_at(url, archive)
        archive.close()
        measured["opened"] = opened(folder / "all.parquet", folder / "all.ndjson", sections, reports)
    return measured


def fetch(url: str, form: str, path: Path, which: dict[str, str]) -> dict[str, Any]:
    """Export to a file; tells how long it took and when its first byte came."""
    began = time.perf_counter()
    first = None
    with (
        httpx.stream(
            "GET", f"{url}/v1/export", params={"form": form, **which}, timeout=600, trust_env=False
        ) as answer,
        path.open("wb") as file,
    ):
        assert answer.status_code == 200
        for piece in answer.iter_bytes():
            first = first or time.perf_counter() - began
            file.write(piece)
    return {
        "sequence": int(answer.headers["jiaokan-sequence"]),
        "bytes": path.stat().st_size,
        "seconds": round(time.perf_counter() - began, 1),
        "first byte after, s": round(first or 0.0, 2),
    }


def true_at(url: str, archive: Archive) -> dict[str, Any]:
    """Publish a report while an export is read: the feed behind the export's number has it."""
    with httpx.stream("GET", f"{url}/v1/export", timeout=600, trust_env=False) as answer:
        sequence = int(answer.headers["jiaokan-sequence"])
        pieces = answer.iter_bytes()
        next(pieces)
        accepted = accept(archive, "zz/late/2024", b"late")
        known = archive.catalog.reports.list(ReportFilter(), limit=1).items[0]
        assert known.latest is not None
        content = archive.objects.get(content_key(known.latest.content))
        publish(archive, Making(accepted.revision.id, "f1", content, b"{}", known.latest.facts))
        for _ in pieces:
            pass
    events = httpx.get(f"{url}/v1/feed", params={"after": sequence}, trust_env=False).json()["events"]
    assert [event["report"] for event in events] == ["zz/late/2024"], events
    return {"sequence": sequence, "events behind it": len(events)}


def opened(parquet: Path, ndjson: Path, sections: int, reports: int) -> dict[str, Any]:
    """Open the file as users do, and compare it with the other form."""
    import duckdb
    import pandas as pd

    rows, named, length = duckdb.sql(
        f"SELECT count(*), count(DISTINCT report), sum(length(own_text)) FROM '{parquet}'"
    ).fetchall()[0]
    frame = pd.read_parquet(parquet)
    assert (rows, named, len(frame)) == (sections, reports, sections)
    spans = 0
    with ndjson.open(encoding="utf-8") as lines:
        for line in lines:
            content = json.loads(line)["content"]
            spans += sum(one["body"][1] - one["span"][0] for one in content["sections"])
    assert spans == int(length) == int(frame["own_text"].str.len().sum())
    return {"DuckDB rows": rows, "pandas rows": len(frame), "characters in both forms": spans}
