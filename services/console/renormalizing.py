"""`jiaokan renormalize`: what a newer pipeline would change, shown first, applied by order, taken back by order."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from .opened import data_option, opened, who_options
from .progress import progress_bar
from .run_summary import ndjson, page, summarize, tables

if TYPE_CHECKING:
    from ..archive import Archive, Run, RunRow

LOOK_SECONDS: Final = 0.3
"""Between two looks at a run that workers and sweeper carry on."""

FORMATS: Final = ("table", "ndjson", "html")
_MOVING: Final = frozenset({"collecting", "drafting", "applying", "reverting"})


@click.command()
@click.option(
    "--dry-run", is_flag=True, help="Begin a run: make drafts, publish nothing, show what would change."
)
@click.option("--apply", "apply_", type=int, metavar="RUN", help="Publish the drafts of a run.")
@click.option("--revert", type=int, metavar="RUN", help="Publish the former bytes again.")
@click.option("--cancel", type=int, metavar="RUN", help="Give a run up.")
@click.option("--show", type=int, metavar="RUN", help="Show a run.")
@click.option("--list", "list_", is_flag=True, help="List the runs.")
@click.option("--label", help="Only reports with this label.")
@click.option("--fingerprint", help="Only editions that this pipeline made.")
@click.option("--failed", is_flag=True, help="Only reports whose newest revision was rejected or parked.")
@click.option("--report", "reports", multiple=True, help="Only this report; may be given again.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the summary to a file.")
@click.option("--no-wait", is_flag=True, help="Do not wait until it is done.")
@who_options
@data_option
def renormalize(
    dry_run: bool,  # noqa: FBT001 - click passes options by name
    apply_: int | None,
    revert: int | None,
    cancel: int | None,
    show: int | None,
    list_: bool,  # noqa: FBT001
    label: str | None,
    fingerprint: str | None,
    failed: bool,  # noqa: FBT001
    reports: tuple[str, ...],
    form: str,
    out: Path | None,
    no_wait: bool,  # noqa: FBT001
    by: str,
    why: str,
    data: Path | None,
) -> None:
    """Normalize the archive again, by the pipeline of this release. Needs a running system, which does the work.

    Nothing is published by a dry run. Applying is atomic for each report, goes on after an interruption, and can be
    reverted.
    """
    asked = [dry_run, apply_ is not None, revert is not None, cancel is not None, show is not None, list_]
    if sum(asked) != 1:
        raise click.UsageError("say one of --dry-run, --apply, --revert, --cancel, --show, --list")
    from ..archive import RunFilter
    from ..worker.renormalizing import apply_run, cancel_run, open_run, revert_run

    with opened(data) as archive:
        if list_:
            for run in archive.catalog.runs.list():
                counts = ", ".join(f"{count} {state}" for state, count in sorted(run.counts.items()))
                print(
                    f"{run.id}: {run.state}; {counts or 'no reports'}; {run.why or 'no reason given'} ({run.by})"
                )
            return
        number = next((one for one in (apply_, revert, cancel, show) if one is not None), 0)
        if dry_run:
            which = RunFilter(label=label, fingerprint=fingerprint, failed=failed, reports=reports)
            number = open_run(archive, which, by=by, why=why).id
            print(f"jiaokan: run {number} is opened", file=sys.stderr)
        elif apply_ is not None:
            apply_run(archive, number)
        elif revert is not None:
            revert_run(archive, number)
        elif cancel is not None:
            cancel_run(archive, number)
        run = _found(archive, number) if no_wait or show is not None else _wait(archive, number)
        _write(archive, run, form, out)
    if run.state == "drafted":
        would = f"`jiaokan renormalize --apply {run.id}` publishes it"
        changes = set(run.counts) - {"unchanged"}
        print(f"jiaokan: {would if changes else 'no edition would change'}", file=sys.stderr)


def _found(archive: Archive, number: int) -> Run:
    run = archive.catalog.runs.get(number)
    if run is None:
        raise click.ClickException(f"there is no run {number}")
    return run


def _wait(archive: Archive, number: int) -> Run:
    run = _found(archive, number)
    total = sum(run.counts.values())
    with progress_bar(f"run {number}", total or 1) as step:
        before = -1
        while (run := _found(archive, number)).state in _MOVING:
            now = sum(count for state, count in run.counts.items() if state != "waiting")
            if now != before:
                _steps(step, now - max(before, 0), f"{run.state}, {now} of {sum(run.counts.values())}")
                before = now
            time.sleep(LOOK_SECONDS)
    return run


def _steps(step: Callable[[str], None], count: int, name: str) -> None:
    for _ in range(count):
        step(name)


def _rows(archive: Archive, run: int) -> Iterator[RunRow]:
    after: str | None = None
    while True:
        rows = archive.catalog.runs.rows(run, after=after)
        yield from rows.items
        if rows.cursor is None:
            return
        after = rows.cursor


def _write(archive: Archive, run: Run, form: str, out: Path | None) -> None:
    if form == "ndjson":
        lines = (f"{line}\n" for line in ndjson(_rows(archive, run.id)))
        if out is None:
            sys.stdout.writelines(lines)
        else:
            with out.open("w", encoding="utf-8") as file:
                file.writelines(lines)
        return
    summary = summarize(run, _rows(archive, run.id))
    if form == "html":
        told = page(summary)
        if out is None:
            sys.stdout.write(told)
        else:
            out.write_text(told, encoding="utf-8")
        return
    told_to = StringIO() if out is not None else sys.stdout
    console = Console(file=told_to, width=None if sys.stdout.isatty() and out is None else 140)
    for table in tables(summary):
        console.print(table)
    if isinstance(told_to, StringIO) and out is not None:
        out.write_text(told_to.getvalue(), encoding="utf-8")
