"""`jiaokan doctor`: is each part of this system there, and does it work?"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import click
from rich.console import Console
from rich.table import Table

from .opened import data_option, missing

if TYPE_CHECKING:
    from ..archive import Archive, ArchiveError, Objects, Settings

LEAST_FREE: Final = 1 << 30
"""Bytes: below that a busy archive fills its disk within hours."""

OLDEST_SECONDS: Final = 120.0
"""Age of waiting work from which on somebody should look: a report takes well under a second."""

PACKAGES: Final = (
    "jiaokan",
    "chardet",
    "opencc",
    "pypinyin",
    "celery",
    "kombu",
    "sqlalchemy",
    "minio",
    "redis",
    "psycopg",
)

BEHIND_MOST: Final = 10_000
"""Events that the index of sections may be behind during a backfill; it follows some 200 a second."""

GOOD, DOUBTFUL, BAD = "good", "doubtful", "bad"


class Finding(NamedTuple):
    """What was found of one part: good, doubtful or bad, and what to do."""

    part: str
    state: str
    said: str


@click.command()
@data_option
@click.option("--url", help="Also ask the server there; default: the one that serves this folder, if any.")
@click.option("--strict", is_flag=True, help="Exit code 1 for what is doubtful, too.")
def doctor(data: Path | None, url: str | None, *, strict: bool) -> None:
    """Check settings, object store, catalog, broker, queue, ledger and server; exit code 1 when one is bad."""
    findings = list(_examine(data, url))
    table = Table()
    for name in ("part", "state", "what was found"):
        table.add_column(name, overflow="fold")
    colours = {GOOD: "green", DOUBTFUL: "yellow", BAD: "red"}
    for found in findings:
        table.add_row(found.part, f"[{colours[found.state]}]{found.state}[/]", found.said)
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    if any(found.state == BAD or (strict and found.state == DOUBTFUL) for found in findings):
        sys.exit(1)


def _examine(data: Path | None, url: str | None) -> Iterator[Finding]:
    from ..archive import ArchiveError, load_settings, open_archive, unknown_variables

    yield Finding("versions", GOOD, ", ".join(_versions()))
    try:
        settings = load_settings(**({} if data is None else {"data": data}))
    except ArchiveError as error:
        yield Finding("settings", BAD, str(error))
        return
    for unknown in unknown_variables(os.environ):
        yield Finding("settings", DOUBTFUL, unknown)
    where = f"objects {settings.objects_url}, catalog {settings.catalog_url}, broker {_without_password(settings)}"
    yield Finding("settings", GOOD, where)
    if settings.is_local and not settings.data.exists():
        yield Finding("data", BAD, missing(settings.data))
        return
    try:
        archive = open_archive(settings)
    except ArchiveError as error:
        yield from _without_archive(settings, error)
        return
    try:
        for part, look in _LOOKS:
            yield _look(part, look, archive)
    finally:
        archive.close()
    if settings.is_local or url:
        yield _server(settings, url)


def _without_archive(settings: Settings, error: ArchiveError) -> Iterator[Finding]:
    """Look at the parts one by one where they cannot be had together."""
    from ..archive import SettingsError, UnavailableError
    from ..archive.stores import open_objects

    if isinstance(error, SettingsError):
        yield Finding("settings", BAD, str(error))
        return
    part = error.part if isinstance(error, UnavailableError) else "catalog"
    yield Finding(part, BAD, _said(error))
    if part != "objects":
        yield _look("objects", lambda given: _put_and_got(open_objects(given)), settings)
    yield _look("broker", _broker_of, settings)


def _said(error: ArchiveError) -> str:
    """Say what is wrong, and what to do where the message itself does not."""
    from ..archive import NoRoomError, UnavailableError

    if not isinstance(error, UnavailableError) or isinstance(error, NoRoomError):
        return str(error)
    return f"{error}; {_DO[error.part]}"


_DO: Final = {
    "catalog": "is it up, does JIAOKAN_CATALOG name it, and is JIAOKAN_CATALOG_PASSWORD right? "
    "Uploads are refused with 503 meanwhile, and nothing is lost",
    "objects": "is it up, and do JIAOKAN_OBJECTS and the S3 settings name it? "
    "Uploads are refused with 503 meanwhile, and nothing is lost",
    "broker": "is it up, and does JIAOKAN_BROKER name it? Uploads are accepted meanwhile, and done when it is back",
}
"""What to look at when a part does not answer, and what that means for those who use it."""

T = TypeVar("T")


def _look(part: str, look: Callable[[T], Finding], given: T) -> Finding:
    from ..archive import ArchiveError

    try:
        return look(given)
    except ArchiveError as error:
        return Finding(part, BAD, _said(error))
    except Exception as error:  # noqa: BLE001 - whatever a part throws is a finding about it
        return Finding(part, BAD, f"{type(error).__name__}: {error}")


def _objects(archive: Archive) -> Finding:
    return _put_and_got(archive.objects)


def _put_and_got(objects: Objects) -> Finding:
    objects.check()
    key = f"doctor/{secrets.token_hex(8)}"
    began = time.perf_counter()
    objects.put(key, b"jiaokan")
    same = objects.get(key) == b"jiaokan"
    objects.remove(key)
    took = (time.perf_counter() - began) * 1000
    if not same:
        return Finding("objects", BAD, "what was put did not come back")
    return Finding("objects", GOOD, f"put, got and removed in {took:.0f} ms")


def _disk(archive: Archive) -> Finding:
    settings = archive.settings
    if not settings.data.exists():
        return Finding("disk", GOOD, "nothing is kept on this machine")
    free = shutil.disk_usage(settings.data).free
    state = GOOD if free > LEAST_FREE else DOUBTFUL
    return Finding("disk", state, f"{free / (1 << 30):.1f} GB free beside {settings.data}")


def _catalog(archive: Archive) -> Finding:
    began = time.perf_counter()
    totals = archive.catalog.reports.totals()
    took = (time.perf_counter() - began) * 1000
    told = ", ".join(f"{count} {name}" for name, count in sorted(totals.items()) if count) or "empty"
    return Finding("catalog", GOOD, f"{told} (in {took:.0f} ms)")


def _ledger(archive: Archive) -> Finding:
    head = archive.catalog.ledger.head()
    behind = head.assigned - head.visible
    if behind:
        return Finding(
            "ledger", DOUBTFUL, f"{behind} entries behind {head.visible} are not visible; does a sweeper run?"
        )
    return Finding("ledger", GOOD, f"{head.visible} entries, all visible")


def _queue(archive: Archive) -> Finding:
    status = archive.catalog.queue.status()
    waiting = sum(status.waiting.values())
    told = f"{waiting} waiting, {status.claimed} worked on, {status.parked} parked"
    if waiting and status.oldest / 1000 > OLDEST_SECONDS:
        return Finding(
            "queue",
            DOUBTFUL,
            f"{told}; the oldest waits for {status.oldest / 1000:.0f} s: does a worker run?",
        )
    if status.parked:
        return Finding("queue", DOUBTFUL, f"{told}; see `jiaokan parked list`")
    return Finding("queue", GOOD, told)


def _broker(archive: Archive) -> Finding:
    return _broker_of(archive.settings)


def _broker_of(settings: Settings) -> Finding:
    url = settings.broker_url
    if url.startswith("folder:"):
        folder = Path(url.removeprefix("folder:"))
        if folder.exists() and not os.access(folder, os.W_OK):
            return Finding("broker", BAD, f"{folder} cannot be written to")
        return Finding("broker", GOOD, f"{folder}; it holds nothing that matters")
    import redis

    began = time.perf_counter()
    try:
        redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        return Finding("broker", BAD, f"Redis does not answer: {error}; {_DO['broker']}")
    return Finding("broker", GOOD, f"Redis answers in {(time.perf_counter() - began) * 1000:.0f} ms")


def _search(archive: Archive) -> Finding:
    from ..archive import SectionIndex

    index = SectionIndex(archive)
    if not index.sees_han():
        return Finding(
            "search",
            DOUBTFUL,
            "the database's LC_CTYPE takes no Chinese character for a letter, so searches read every row; "
            "make the database with LC_CTYPE C.UTF-8, then `jiaokan archive rebuild`",
        )
    behind = archive.catalog.ledger.head().visible - index.reached()
    if behind > BEHIND_MOST:
        return Finding("search", DOUBTFUL, f"the index is {behind} events behind; do the followers run?")
    return Finding(
        "search", GOOD, "the index of sections is up to date" if not behind else f"{behind} events behind"
    )


_LOOKS: Final[tuple[tuple[str, Callable[[Archive], Finding]], ...]] = (
    ("objects", _objects),
    ("disk", _disk),
    ("catalog", _catalog),
    ("ledger", _ledger),
    ("queue", _queue),
    ("search", _search),
    ("broker", _broker),
)


def _server(settings: Settings, url: str | None) -> Finding:
    import httpx

    from .stack import read_json

    there = url or os.environ.get("JIAOKAN_URL") or read_json(settings.data / "serving.json").get("url")
    if there is None:
        return Finding("server", DOUBTFUL, "none was ever started in this folder; `jiaokan serve` starts one")
    try:
        answer = httpx.get(f"{there}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        return Finding("server", DOUBTFUL, f"{there} does not answer ({error}); `jiaokan serve` starts it")
    if answer.status_code != 200:
        return Finding("server", BAD, f"{there} answers, but is not ready: {answer.text.strip()[:200]}")
    return Finding("server", GOOD, f"{there} is ready")


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def _without_password(settings: Settings) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(settings.broker_url)
    if parts.password is None:
        return settings.broker_url
    return settings.broker_url.replace(f":{parts.password}@", ":…@")
