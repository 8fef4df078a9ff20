"""`jiaokan demo`: the system with the sample reports in it, and what was found in them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from ..client import Client, ClientError
from .pushing import Journal, Pushed, plan, push_items
from .serving import DATA, announce, environment_of, interruptible, say
from .stack import Stack, StackError

SAMPLES: Final = Path("samples") / "reports"
MOST_RULES: Final = 5
"""Kinds of repair that are named for each sample; the rest is counted."""


@click.command()
@click.option(
    "--once", is_flag=True, help="Stop when the samples are published; exit code 0 only if all were."
)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, show_default=True, help="Its folder."
)  # fmt: skip
@click.option(
    "--samples", type=click.Path(path_type=Path, file_okay=False, exists=True), default=SAMPLES, show_default=True,
    help="Folder of reports to push.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="A busy one: the next."
)
def demo(once: bool, data: Path, samples: Path, port: int) -> None:  # noqa: FBT001 - click passes options by name
    """Serve the whole system here, push the sample reports, and show what was found and repaired."""
    environment = environment_of({"data": data, "port": port})
    failed = False
    with interruptible():
        try:
            say(f"starting in {data}: server, worker, priority worker, sweeper")
            with Stack(data, host="127.0.0.1", port=port, environment=environment, say=say) as stack:
                stack.wait_ready()
                say(f"the server answers at {stack.url}; pushing {samples}")
                failed = not _publish(stack.url, samples)
                announce(stack)
                if not once:
                    stack.run()
        except (StackError, ClientError) as error:
            raise click.ClickException(str(error)) from None
    if failed:
        sys.exit(1)


def _publish(url: str, samples: Path) -> bool:
    items = plan([samples], None, "", {})
    if not items:
        raise click.ClickException(f"no reports in {samples}")
    table = Table(title="What was found and repaired", title_justify="left", show_lines=True)
    for name in ("report", "source", "repaired", "left or doubtful", "grade"):
        table.add_column(name, overflow="fold")
    good = 0
    places: list[str] = []
    with Client(url) as client:
        pushes = push_items(client, items, Journal(None), jobs=4, follow=True, step=lambda _: None)
        done: dict[str, Pushed] = {}
        for pushed in pushes:
            done[pushed.item.report] = pushed
            told: Any = pushed.revision or {}
            why = pushed.error or told.get("reason") or ""
            say(f"{pushed.item.report}: {pushed.outcome}{f': {why}' if why else ''}")
        for item in items:
            pushed = done[item.report]
            if pushed.outcome != "published" or pushed.revision is None:
                table.add_row(item.report, pushed.outcome, pushed.error or "", "", "")
                continue
            good += 1
            edition = pushed.revision["edition"]
            assert edition is not None
            record = client.record(item.report, edition["number"]).value
            content = client.content(item.report, edition["number"]).value
            table.add_row(
                f"{item.report}\n{content['title'] or ''}",
                _source(record),
                _repaired(record),
                _found(record),
                record["quality"]["grade"],
            )
            places.append(f"{url}{edition['href']}/text")
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    # A line each, unbroken: a terminal makes links of them.
    print("Where to look (…/record has the apparatus, …/outline the sections):", *places, sep="\n  ")
    say(f"{good} of {len(items)} samples are published")
    return good == len(items)


def _source(record: Mapping[str, Any]) -> str:
    encoding = record["source"]["encoding"]
    return f"{encoding['codec']}, {record['script']['found']}\n{record['source']['bytes']} bytes"


def _repaired(record: Mapping[str, Any]) -> str:
    counts: Counter[str] = Counter()
    for entry in record["apparatus"]["edits"]:
        counts[entry["stage"]] += entry.get("count", 1)
    return _lines(counts) or "nothing: it was clean"


def _found(record: Mapping[str, Any]) -> str:
    return _lines(Counter(found["code"] for found in record["apparatus"]["findings"])) or "nothing"


def _lines(counts: Counter[str]) -> str:
    named = [f"{count} × {name}" for name, count in counts.most_common(MOST_RULES)]
    rest = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST_RULES))
    return "\n".join([*named, *([f"{rest} others"] if rest else [])])
