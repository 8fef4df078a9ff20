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

from ..client import Client, ClientError, Retry, Stored
from ..contract.shapes import Edition
from .progress import progress_bar

STATE: Final = ".mirror.json"
PAGE: Final = 500
WAIT: Final = 25
"""Seconds of one long-poll."""

GONE: Final = ("report-withdrawn", "report-erased", "report-unknown")

RETRY: Final = Retry(tries=7, first=0.2, most=10.0)
"""About 12 s in all, which outlives a server's restart."""

AFTER_FAILURE: Final = 10.0
"""Seconds after which ``--follow`` asks a system again that does not answer."""


class Mirror:
    """One copy in one folder. Safe to interrupt at any moment."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def sequence(self) -> int | None:
        """The ledger sequence up to which the copy is true; None before the first snapshot is complete."""
        state = self._state()
        return int(state["sequence"]) if state and state["complete"] else None

    def snapshot(self) -> Iterator[str]:
        """Copy everything; gives the reports as they are done. What changes meanwhile comes by the feed after it."""
        # A snapshot that was broken off goes on from where it began: what it had copied and was withdrawn since is not
        # listed any more, and only the feed tells of it.
        began = self._begun()
        if began is None:
            began = self._head()
            self._note(began, complete=False)
        for report in self._client.reports(limit=PAGE):
            self._copy(report["id"])
            yield report["id"]
        self._note(began)

    def _begun(self) -> int | None:
        state = self._state()
        return int(state["sequence"]) if state and not state["complete"] else None

    def _state(self) -> dict[str, Any] | None:
        try:
            state = json.loads((self._folder / STATE).read_bytes())
            return {"sequence": int(state["sequence"]), "complete": bool(state["complete"])}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def follow(self, *, wait: float = 0) -> int:
        """Copy what changed since the last time; tells how many events there were."""
        after = self.sequence
        assert after is not None
        page = self._client.feed(after=after, limit=PAGE, wait=wait)
        for report in dict.fromkeys(event["report"] for event in page["events"]):
            self._copy(report)
        if page["next"] > after:
            self._note(page["next"])
        return len(page["events"])

    def _head(self) -> int:
        """Find the feed's present end by walking it: pages are cheap, and the head itself is nobody's secret."""
        after = self.sequence or 0
        for page in self._client.follow(after=after, limit=1000, wait=0):
            if page["next"] <= after:
                break
            after = page["next"]
        return after

    def _copy(self, report: str) -> None:
        base = self._folder.joinpath(*report.split("/"), "-")
        try:
            for about in self._client.editions(report)["editions"]:
                self._copy_edition(base / "editions" / str(about["number"]), about)
            latest = self._client.report(report)["latest"]
        except ClientError as error:
            # It may go at any moment of the copying; the feed tells when it comes back.
            if error.code not in GONE:
                raise
            shutil.rmtree(base, ignore_errors=True)
            return
        if latest is not None:
            _write(base / "latest", f"{latest['number']}\n".encode())

    def _copy_edition(self, folder: Path, about: Edition) -> None:
        for name, size, digest in (
            ("content", about["content"]["bytes"], about["content"]["sha256"]),
            ("record", about["record"]["bytes"], about["record"]["sha256"]),
        ):
            path = folder / f"{name}.json"
            if path.is_file() and path.stat().st_size == size:
                continue  # editions are immutable, and files are only ever renamed into place whole
            fetch = self._client.content if name == "content" else self._client.record
            stored: Stored[Any] = fetch(about["report"], about["number"])
            if hashlib.sha256(stored.body).hexdigest() != digest:
                raise ClientError(
                    f"the {name} of {about['report']} came with other bytes than it names", retry=True
                )
            _write(path, stored.body)
        _write(folder / "about.json", json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")

    def _note(self, sequence: int, *, complete: bool = True) -> None:
        _write(self._folder / STATE, json.dumps({"sequence": sequence, "complete": complete}).encode())


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
    with Client(url, key, retry=RETRY) as client:
        copy = Mirror(client, folder)
        while True:
            try:
                if copy.sequence is None:
                    with progress_bar("copying", 0) as step:
                        for report in copy.snapshot():
                            step(report)
                while copy.follow(wait=WAIT if follow else 0):
                    pass
                if not follow:
                    click.echo(f"{folder} is true at sequence {copy.sequence}", err=True)
                    return
            except ClientError as error:
                if not error.retry or not follow:
                    raise click.ClickException(str(error)) from None
                time.sleep(AFTER_FAILURE)
            except KeyboardInterrupt:
                click.echo(f"stopped; {folder} is true at sequence {copy.sequence}", err=True)
                return
