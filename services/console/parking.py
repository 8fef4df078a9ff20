"""`jiaokan parked`: what could not be done, through our own fault, and what becomes of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from .opened import data_option, opened

if TYPE_CHECKING:
    from ..archive import Archive, WorkItem


@click.group()
def parked() -> None:
    """List, retry or drop what is parked."""


@parked.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List what is parked: item, report, attempts, reason."""
    table = Table()
    for name in ("item", "report", "revision", "attempts", "reason"):
        table.add_column(name, overflow="fold")
    with opened(data) as archive:
        for item in _parked(archive):
            reason = f"{item.code}: {item.reason}"
            table.add_row(str(item.id), item.report, item.revision, str(item.attempts), reason)
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else 160).print(table)
    else:
        print("nothing is parked")


@parked.command()
@click.argument("items", nargs=-1, type=int, metavar="[ITEM]…")
@click.option("--all", "everything", is_flag=True, help="All that is parked.")
@data_option
def retry(items: tuple[int, ...], everything: bool, data: Path | None) -> None:  # noqa: FBT001 - click names it
    """Try again, with all attempts."""
    _each(items, everything, data, lambda archive, item: archive.catalog.queue.retry(item), "waits again")


@parked.command()
@click.argument("items", nargs=-1, type=int, metavar="[ITEM]…")
@click.option("--all", "everything", is_flag=True, help="All that is parked.")
@click.option("--why", required=True, help="The reason; the uploader reads it.")
@data_option
def drop(items: tuple[int, ...], everything: bool, why: str, data: Path | None) -> None:  # noqa: FBT001
    """Give up for good: the revision is rejected with this reason."""
    _each(
        items,
        everything,
        data,
        lambda archive, item: archive.catalog.queue.drop(item, reason=why),
        "is dropped",
    )


def _each(items: tuple[int, ...], everything: bool, data: Path | None, act: object, done: str) -> None:  # noqa: FBT001
    if bool(items) == everything:
        raise click.UsageError("name items, or say --all")
    assert callable(act)
    missing = 0
    with opened(data) as archive:
        for item in [one.id for one in _parked(archive)] if everything else items:
            if act(archive, item):
                print(f"{item} {done}")
            else:
                missing += 1
                print(f"{item} is not parked", file=sys.stderr)
    if missing:
        sys.exit(1)


def _parked(archive: Archive) -> Iterator[WorkItem]:
    after: str | None = None
    while True:
        page = archive.catalog.queue.parked(after=after)
        yield from page.items
        if page.cursor is None:
            return
        after = page.cursor
