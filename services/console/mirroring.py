"""`jiaokan mirror`: a complete copy of what may be read, kept up to date by the feed.

In DIR, what belongs to a report stands behind a segment ``-``, as in the API: ``<report>/-/editions/<n>/content.json``,
``record.json`` and ``about.json``, and ``<report>/-/latest`` with the latest number. A withdrawn or erased report
has no files. ``.mirror.json`` holds the sequence up to which the copy is true; a mirror that was interrupted goes on
there. Everything is written beside and renamed, so a reader sees old bytes or new ones.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from .client import Client, ClientError, report_path
from .progress import progress_bar

STATE: Final = ".mirror.json"
PAGE: Final = 500
WAIT: Final = 25
"""Seconds of one long-poll."""

RETRY_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between attempts when the system does not answer; the last one repeats in ``--follow``."""


class Mirror:
    """One copy in one folder. Safe to interrupt at any moment."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def sequence(self) -> int | None:
        """The ledger sequence up to which the copy is true; None before the first snapshot is complete."""
        try:
            state = json.loads((self._folder / STATE).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return int(state["sequence"]) if state.get("complete") else None

    def snapshot(self) -> Iterator[str]:
        """Copy everything; gives the reports as they are done. What changes meanwhile comes by the feed after it."""
        began = self._head()
        for report in self._reports():
            self._copy(report)
            yield report
        self._note(began)

    def follow(self, *, wait: float = 0) -> int:
        """Copy what changed since the last time; tells how many events there were."""
        after = self.sequence
        assert after is not None
        page = self._client.call(
            "GET", "/v1/feed", params={"after": after, "limit": PAGE, "wait": wait}
        ).json()
        for report in dict.fromkeys(event["report"] for event in page["events"]):
            self._copy(report)
        if page["next"] > after:
            self._note(page["next"])
        return len(page["events"])

    def _head(self) -> int:
        """Find the feed's present end by walking it: pages are cheap, and the head itself is nobody's secret."""
        after = self.sequence or 0
        while True:
            page = self._client.call("GET", "/v1/feed", params={"after": after, "limit": 1000}).json()
            if page["next"] <= after:
                return after
            after = int(page["next"])

    def _reports(self) -> Iterator[str]:
        cursor: str | None = None
        while True:
            options = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
            page = self._client.call("GET", "/v1/reports", params=options).json()
            yield from (report["id"] for report in page["reports"])
            cursor = page["cursor"]
            if cursor is None:
                return

    def _copy(self, report: str) -> None:
        base = self._folder.joinpath(*report.split("/"), "-")
        try:
            editions = self._client.call("GET", f"{report_path(report)}/-/editions").json()["editions"]
        except ClientError as error:
            if error.code not in ("report-withdrawn", "report-erased", "report-unknown"):
                raise
            shutil.rmtree(base, ignore_errors=True)
            return
        for about in editions:
            self._copy_edition(base / "editions" / str(about["number"]), about)
        latest = self._client.call("GET", report_path(report)).json()["latest"]
        if latest is not None:
            _write(base / "latest", f"{latest['number']}\n".encode())

    def _copy_edition(self, folder: Path, about: dict[str, Any]) -> None:
        for name in ("content", "record"):
            path, digest = folder / f"{name}.json", about[name]["sha256"]
            if path.is_file() and path.stat().st_size == about[name]["bytes"]:
                continue  # editions are immutable, and files are only ever renamed into place whole
            body = self._client.call("GET", about[name]["href"]).content
            if hashlib.sha256(body).hexdigest() != digest:
                raise ClientError(f"{about[name]['href']} came with other bytes than it names", retry=True)
            _write(path, body)
        _write(folder / "about.json", json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")

    def _note(self, sequence: int) -> None:
        _write(self._folder / STATE, json.dumps({"sequence": sequence, "complete": True}).encode())


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(body)
    beside.replace(path)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C, copying what changes as it changes.")
@click.option("--url", help="The system; default JIAOKAN_URL, else http://127.0.0.1:8321.")
@click.option("--key", help="Access key; default JIAOKAN_KEY.")
def mirror(folder: Path, *, follow: bool, url: str | None, key: str | None) -> None:
    """Copy every report that may be read into FOLDER, and bring it up to date the next time."""
    failures = 0
    with Client(url, key) as client:
        copy = Mirror(client, folder)
        while True:
            try:
                if copy.sequence is None:
                    with progress_bar("copying", 0) as step:
                        for report in copy.snapshot():
                            step(report)
                while copy.follow(wait=WAIT if follow else 0):
                    pass
                failures = 0
                if not follow:
                    click.echo(f"{folder} is true at sequence {copy.sequence}", err=True)
                    return
            except ClientError as error:
                if not error.retry or (failures >= len(RETRY_PAUSES) and not follow):
                    raise click.ClickException(str(error)) from None
                time.sleep(RETRY_PAUSES[min(failures, len(RETRY_PAUSES) - 1)])
                failures += 1
            except KeyboardInterrupt:
                click.echo(f"stopped; {folder} is true at sequence {copy.sequence}", err=True)
                return
