"""`jiaokan get`: an edition out of a running system."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from ..edition.rendering import outline_lines
from .client import Client, ClientError, report_path

WHAT: Final = ("json", "content", "record", "text", "markdown", "outline", "about")


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
    base = f"{report_path(report)}/-/editions/{edition}"
    try:
        with Client(url, key) as client:
            body = _body(client, report, base, form)
    except ClientError as error:
        raise click.ClickException(str(error)) from None
    if out is not None:
        out.write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()


def _body(client: Client, report: str, base: str, form: str) -> bytes:
    if form == "about":
        return client.call("GET", report_path(report)).content + b"\n"
    if form in ("record", "text", "markdown"):
        body = client.call("GET", f"{base}/{form}").content
        return body if form == "record" or body.endswith(b"\n") else body + b"\n"
    answer = client.call("GET", base)
    if form == "content":
        return answer.content
    if form == "outline":
        return "".join(f"{line}\n" for line in outline_lines(answer.json())).encode()
    # The record of this very edition: between two requests another may have become the latest.
    number = answer.headers.get("Jiaokan-Edition")
    of_this = f"{report_path(report)}/-/editions/{number}" if number else base
    record = client.call("GET", f"{of_this}/record").content
    return b'{"content":' + answer.content + b',"record":' + record + b"}\n"
