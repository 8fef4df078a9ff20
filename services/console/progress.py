"""Progress on standard error, where a person looks on; nothing where a program does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

Step = Callable[[str], None]


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Step]:
    """Show a bar of ``total`` steps (0: nobody knows how many); call what it gives with the name of each thing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", style="dim"),
    )
    # Lines that are written meanwhile (rejections) go above the bar.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(what, total=total or None, name="")
        yield lambda name: bar.update(task, advance=1, name=name)
