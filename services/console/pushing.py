"""`jiaokan push`: a whole tree into a running system, in parallel, resumable."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import click
from rich.console import Console
from rich.table import Table

from ..client import Client, ClientError, Retry
from ..client.requests import digest_of
from ..contract.kinds import Queue
from ..contract.shapes import ArchiveReceipt, Receipt, Revision
from ..ingest.manifest import NAMES, ManifestError, manifest_rows
from ..ingest.naming import report_ids
from .files import Named, named_files
from .progress import progress_bar

RETRY: Final = Retry(tries=6, first=0.5)
"""About 15 s in all, which outlives a server's restart."""

FOLLOW_SECONDS: Final = 20.0
"""Of one long poll."""

AHEAD: Final = 4
"""Files in hand for each connection."""

FEW: Final = 16
"""Files of one push that someone may sit and wait for. More are bulk: they must not keep up who uploads one report."""

FAILED: Final = "failed"
OUTCOMES: Final = ("published", "held", "rejected", "parked", "pending", "new", "known", FAILED)


_BY_BADNESS: Final = ("known", "new", "published", "pending", "held", "rejected", "parked", FAILED)


class Item(NamedTuple):
    """One file to be pushed."""

    file: Named
    report: str
    fields: dict[str, str]


class Pushed(NamedTuple):
    """What became of it: an outcome, the receipt, the revision as followed, or the error."""

    item: Item
    outcome: str
    receipt: Receipt | ArchiveReceipt | None = None
    revision: Revision | None = None
    error: str | None = None


def plan(arguments: Sequence[Path], manifest: Path | None, prefix: str, fields: dict[str, str]) -> list[Item]:
    """Find the files that are meant, their report ids, and what is stated of them.

    Raises:
        ManifestError: the manifest cannot be read.
        OSError: so is its file.
    """
    found = list(named_files(arguments))
    stated: dict[str, dict[str, Any]] = {}
    files: list[Named] = []
    for named in found:
        if str(named.relative) in NAMES and any(argument.is_dir() for argument in arguments):
            if manifest is None:
                stated |= manifest_rows(named.path.read_bytes())
        else:
            files.append(named)
    if manifest is not None:
        stated = manifest_rows(manifest.read_bytes())
        files = [named for named in files if named.path.resolve() != manifest.resolve()]
    ids = report_ids([str(named.relative) for named in files])
    items = []
    for named, path_id in zip(files, ids, strict=True):
        own = {name: _plain(value) for name, value in stated.get(str(named.relative), {}).items()}
        report = own.pop("report", "") or f"{prefix.strip('/')}/{path_id}".strip("/")
        items.append(Item(named, report, {**fields, "name": named.path.name, **own}))
    _doubt(items, stated)
    return items


def _doubt(items: Sequence[Item], stated: Mapping[str, Any]) -> None:
    """Tell what a manifest says that is hardly meant: files that are not there, two files of one report."""
    missing = sorted(set(stated) - {str(item.file.relative) for item in items})
    if missing:
        print(
            f"jiaokan: the manifest names {len(missing)} files that are not here, {missing[0]!r} first; "
            "paths are below the folder that is pushed",
            file=sys.stderr,
        )
    for report, count in Counter(item.report for item in items).most_common(1):
        if count > 1:
            print(
                f"jiaokan: {count} files are revisions of {report!r}; which of them is the newest is chance: "
                "push them one after another",
                file=sys.stderr,
            )


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    return json.dumps(value, ensure_ascii=False)


class Journal:
    """What was pushed before, a line each, so that a push that was broken off goes on where it stopped.

    Pushing twice does no harm, the system knows the bytes; the journal saves sending them. It is a memory and no
    proof: the archive may be another one by now, the report erased, its newest bytes others. So the system is asked.
    """

    def __init__(self, path: Path | None) -> None:
        self._done: set[str] = set()
        self._lock = threading.Lock()
        self._file: IO[str] | None = None
        if path is not None:
            if path.exists():
                self._done = set(path.read_text().split("\n"))
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a")

    @staticmethod
    def name(url: str, item: Item, digest: str) -> str:
        """Name a push: system, report, bytes and what is stated."""
        told = json.dumps([url, item.report, digest, sorted(item.fields.items())])
        return hashlib.sha256(told.encode()).hexdigest()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def has(self, name: str) -> bool:
        """Tell whether it was done."""
        return name in self._done

    def add(self, name: str) -> None:
        """Note that it is done."""
        with self._lock:
            self._done.add(name)
            if self._file is not None:
                self._file.write(f"{name}\n")
                self._file.flush()


def push_items(
    client: Client,
    items: Sequence[Item],
    journal: Journal,
    *,
    jobs: int,
    follow: bool,
    step: Callable[[str], None],
) -> Iterator[Pushed]:
    """Push the items by ``jobs`` connections; gives them as they are done."""
    queue: Queue = "interactive" if len(items) <= FEW else "bulk"
    with ThreadPoolExecutor(jobs) as pool:
        waiting: set[Future[Pushed]] = set()
        todo = iter(items)
        while True:
            while len(waiting) < jobs * AHEAD and (item := next(todo, None)) is not None:
                waiting.add(pool.submit(_push, client, item, journal, follow, queue))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                pushed = future.result()
                step(str(pushed.item.file.relative))
                yield pushed


def _push(client: Client, item: Item, journal: Journal, follow: bool, queue: Queue) -> Pushed:  # noqa: FBT001 - called by submit
    try:
        digest = digest_of(item.file.path)
    except OSError as error:
        return Pushed(item, FAILED, error=f"cannot be read: {error.strerror}")
    name = journal.name(client.url, item, digest)
    try:
        if not follow and journal.has(name) and _is_newest(client, item.report, digest):
            return Pushed(item, "known")
        receipt = client.put_source(
            item.report, item.file.path, stated=item.fields, sha256=digest, queue=queue
        )
        journal.add(name)
        if receipt["outcome"] == "expanded":
            return _followed_members(client, item, receipt, follow=follow)
        if not follow:
            return Pushed(item, receipt["outcome"], receipt)
        revision = client.settled(receipt["revision"], wait=FOLLOW_SECONDS)
    except OSError as error:
        return Pushed(item, FAILED, error=f"cannot be read: {error.strerror}")
    except ClientError as error:
        return Pushed(item, FAILED, error=str(error))
    return Pushed(item, revision["state"], receipt, revision)


def _is_newest(client: Client, report: str, digest: str) -> bool:
    """Ask whether the newest revision of a report has these bytes. Whoever may not know sends them."""
    try:
        revisions = client.revisions_of(report)["revisions"]
    except ClientError as error:
        if error.status is None or error.retry:
            raise
        return False
    return bool(revisions) and revisions[-1]["source"]["sha256"] == digest


def _followed_members(client: Client, item: Item, receipt: ArchiveReceipt, *, follow: bool) -> Pushed:
    """Sum an archive up: its outcome is that of the member that did worst, and each that failed is named."""
    outcomes, errors = set(), []
    for member in receipt["members"]:
        if "problem" in member:
            outcomes.add(FAILED)
            errors.append(f"{member['name']}: {member['problem']['detail']}")
            continue
        if not follow:
            outcomes.add(member["outcome"])
            continue
        told = client.settled(member["revision"], wait=FOLLOW_SECONDS)
        outcomes.add(told["state"])
        if told["state"] in ("rejected", "parked"):
            errors.append(f"{member['name']}: {told['state']}: {told['code']}: {told['reason']}")
    worst = max(outcomes, key=_BY_BADNESS.index)
    return Pushed(item, worst, receipt, error="; ".join(errors) or None)


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE|DIR…", type=click.Path(path_type=Path, exists=True)
)
@click.option("--url", help="The system; default JIAOKAN_URL, else http://127.0.0.1:8321.")
@click.option("--key", help="Access key; default JIAOKAN_KEY.")
@click.option("--prefix", default="", help="Put before every report id that is made of a path.")
@click.option("--report", help="The report's id, when one file is pushed.")
@click.option(
    "--manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV or JSON lines."
)
@click.option("--label", "labels", multiple=True, help="Label of the reports; may be given again.")
@click.option("--hints", help="Hints (JSON) for all files.")
@click.option("--profile", help="Profile for all files.")
@click.option("--jobs", type=click.IntRange(1, 64), default=8, show_default=True, help="Connections.")
@click.option("--follow", is_flag=True, help="Wait until each is published, rejected or parked.")
@click.option(
    "--journal", type=click.Path(path_type=Path, dir_okay=False), help="Default: in the user's cache folder."
)
@click.option("--no-journal", is_flag=True, help="Send everything, also what the system has already.")
def push(
    files: tuple[Path, ...],
    url: str | None,
    key: str | None,
    prefix: str,
    report: str | None,
    manifest: Path | None,
    labels: tuple[str, ...],
    hints: str | None,
    profile: str | None,
    jobs: int,
    follow: bool,  # noqa: FBT001 - click passes options by name
    journal: Path | None,
    no_journal: bool,  # noqa: FBT001
) -> None:
    """Upload files and whole folders. A path below the folder, without its ending, is the report's id.

    A push that was broken off goes on where it stopped. The exit code is 1 when a file failed or was rejected.
    """
    given = {"labels": ",".join(labels), "hints": hints or "", "profile": profile or ""}
    try:
        items = plan(files, manifest, prefix, {name: value for name, value in given.items() if value})
    except (ManifestError, OSError) as error:
        raise click.ClickException(str(error)) from None
    if report is not None:
        if len(items) != 1:
            raise click.BadParameter("only one file can have it", param_hint="--report")
        items = [items[0]._replace(report=report)]
    counts: Counter[str] = Counter()
    kept = Journal(None if no_journal else journal or _cache() / "pushed")
    started = time.monotonic()
    with (
        closing(kept),
        _client(url, key, jobs) as client,
        progress_bar("push", len(items)) as step,
    ):
        for pushed in push_items(client, items, kept, jobs=jobs, follow=follow, step=step):
            counts[pushed.outcome] += 1
            told: Any = pushed.revision or {}
            if pushed.error or pushed.outcome in ("rejected", "parked"):
                reason = pushed.error or f"{pushed.outcome}: {told.get('code')}: {told.get('reason')}"
                print(f"{pushed.item.file.path}: {' '.join(reason.split())}", file=sys.stderr)
    _summary(counts, len(items), time.monotonic() - started)
    if counts[FAILED] or counts["rejected"] or counts["parked"]:
        sys.exit(1)


def _client(url: str | None, key: str | None, jobs: int) -> Client:
    try:
        return Client(url, key, connections=jobs, retry=RETRY)
    except ClientError as error:
        raise click.ClickException(str(error)) from None


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "jiaokan"


def _summary(counts: Counter[str], total: int, seconds: float) -> None:
    table = Table(
        title=f"{total} {'file' if total == 1 else 'files'} in {seconds:.1f} s", title_justify="left"
    )
    table.add_column("outcome")
    table.add_column("files", justify="right")
    for outcome in OUTCOMES:
        if counts[outcome]:
            table.add_row(outcome, str(counts[outcome]))
    Console(stderr=True).print(table)
