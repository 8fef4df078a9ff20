"""`jiaokan get`: an edition out of a running system."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final, Literal

import click

from ..client import Client, ClientError, Retry
from ..edition.rendering import outline_lines

WHAT: Final = ("json", "content", "record", "text", "markdown", "outline", "about")

BRIEF: Final = Retry(tries=3, first=0.2)
"""For commands before which a person sits and waits."""


@click.command()
@click.argument("report")
@click.option("--edition", default="latest", show_default=True, help="Its number.")
@click.option(
    "--format", "form", type=click.Choice(WHAT), default="json", show_default=True,
    help="json: content and record, as `jiaokan verify` reads them.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--url", help="The system; default JIAOKAN_URL, else http://127.0.0.1:8321.")
@click.option("--key", help="Access key; default JIAOKAN_KEY.")
def get(report: str, edition: str, form: str, out: Path | None, url: str | None, key: str | None) -> None:
    """Get the latest edition of REPORT, or a numbered one."""
    try:
        with Client(url, key, retry=BRIEF) as client:
            body = _body(client, report, _number(edition), form)
    except ClientError as error:
        raise click.ClickException(str(error)) from None
    if out is not None:
        out.write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()


def _number(edition: str) -> int | Literal["latest"]:
    if edition == "latest":
        return "latest"
    if not edition.isascii() or not edition.isdigit():
        raise click.BadParameter(f"{edition!r} is neither a number nor latest", param_hint="--edition")
    return int(edition)


def _body(client: Client, report: str, number: int | Literal["latest"], form: str) -> bytes:
    if form == "about":
        told = client.report(report) if number == "latest" else client.about(report, number)
        return json.dumps(told, ensure_ascii=False).encode() + b"\n"
    if form in ("text", "markdown"):
        text = client.text(report, number) if form == "text" else client.markdown(report, number)
        return text.removesuffix("\n").encode() + b"\n"
    if form == "record":
        return client.record(report, number).body
    content = client.content(report, number)
    if form == "content":
        return content.body
    if form == "outline":
        return "".join(f"{line}\n" for line in outline_lines(json.loads(content.body))).encode()
    # The record of this very edition: between two requests another may have become the latest.
    record = client.record(report, content.edition or number)
    return b'{"content":' + content.body + b',"record":' + record.body + b"}\n"
