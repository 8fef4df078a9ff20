"""`jiaokan amend`: a person has the last word."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..client import Client, ClientError
from .getting import BRIEF
from .opened import who_options

FOLLOW_SECONDS = 20.0


@click.command()
@click.argument("report")
@click.option(
    "--hints",
    "hints_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Hints (JSON).",
)
@click.option("--encoding", help="The codec, as ordered; obeyed if the bytes allow it.")
@click.option(
    "--script", type=click.Choice(("Hans", "Hant", "mixed", "other")), help="The script of the source."
)
@click.option(
    "--metadata", multiple=True, metavar="NAME=VALUE", help="A member of the metadata; may be given again."
)
@click.option(
    "--replace",
    "replaces",
    nargs=2,
    multiple=True,
    metavar="WAS NOW",
    help="In the clean text, WAS becomes NOW.",
)
@click.option(
    "--accept", "accepts", nargs=2, multiple=True, metavar="WAS NOW", help="Apply the proposal WAS → NOW."
)
@click.option(
    "--refuse", "refuses", nargs=2, multiple=True, metavar="WAS NOW", help="Do not apply the edit WAS → NOW."
)
@click.option("--before", default="", help="What stands before the place, where WAS alone is not unique.")
@click.option("--after", default="", help="What stands after it.")
@click.option("--profile", help="Another profile.")
@click.option("--anew", is_flag=True, help="Only these hints hold, nothing of what was stated before.")
@click.option("--url", help="The system; default JIAOKAN_URL, else http://127.0.0.1:8321.")
@click.option("--key", help="Access key; default JIAOKAN_KEY.")
@who_options
def amend(
    report: str,
    hints_file: Path | None,
    encoding: str | None,
    script: str | None,
    metadata: tuple[str, ...],
    replaces: tuple[tuple[str, str], ...],
    accepts: tuple[tuple[str, str], ...],
    refuses: tuple[tuple[str, str], ...],
    before: str,
    after: str,
    profile: str | None,
    anew: bool,  # noqa: FBT001 - click passes options by name
    url: str | None,
    key: str | None,
    by: str,
    why: str,
) -> None:
    """Send hints for the newest source of REPORT, and wait for the edition that they give.

    The exit code is 1 when something that was said fits nowhere, or when no edition came of it.
    """
    hints = _hints_of(hints_file)
    hints |= {name: value for name, value in (("encoding", encoding), ("script", script)) if value}
    if metadata:
        hints["metadata"] = {**hints.get("metadata", {}), **_members(metadata)}
    said = {"replace": replaces, "accept": accepts, "refuse": refuses}
    place = {"before": before, "after": after, "who": by, "why": why}
    amendments = _amendments(said, {name: value for name, value in place.items() if value})
    if amendments:
        hints["amendments"] = [*hints.get("amendments", []), *amendments]
    try:
        with Client(url, key, retry=BRIEF) as client:
            receipt = client.amend(report, hints, profile=profile, replace=anew or None)
            if receipt["outcome"] == "known":
                print(f"{report}: this was stated already; nothing changes")
                return
            revision = client.revision(receipt["revision"], wait=FOLLOW_SECONDS)
            edition = revision.get("edition")
            unheard = _unheard(client, report, edition["number"], hints) if edition else []
    except ClientError as error:
        raise click.ClickException(str(error)) from None
    for message in unheard:
        more = "; --before and --after tell places apart" if "one was meant" in message else ""
        print(f"jiaokan: without effect: {message}{more}", file=sys.stderr)
    print(f"{report}: {_outcome(report, revision)}")
    if unheard or revision["state"] in ("rejected", "parked"):
        sys.exit(1)


def _hints_of(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        hints = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--hints") from None
    if not isinstance(hints, dict):
        raise click.BadParameter("not a JSON object", param_hint="--hints")
    return hints


def _amendments(
    said: Mapping[str, tuple[tuple[str, str], ...]], place: Mapping[str, str]
) -> list[dict[str, str]]:
    return [
        {"action": action, "was": was, "now": now, **place}
        for action, pairs in said.items()
        for was, now in pairs
    ]


def _outcome(report: str, revision: Mapping[str, Any]) -> str:
    edition = revision.get("edition")
    if edition:
        return f"edition {edition['number']} (grade {edition['grade']})"
    if revision["state"] == "held":
        return f"held: {revision['reason']}; see `jiaokan report held {report}`"
    reason = f": {revision['code']}: {revision['reason']}" if revision.get("code") else ""
    return f"{revision['state']}{reason}"


def _unheard(client: Client, report: str, number: int, hints: Mapping[str, Any]) -> list[str]:
    """Give what was said now and fits nowhere, as the edition's findings tell it; earlier words are not told again."""
    found = client.record(report, number).value["apparatus"]["findings"]
    said = {(one["action"], one["was"], one["now"]) for one in hints.get("amendments", ())}
    named = set(hints.get("metadata", ()))
    return [
        finding["message"]
        for finding in found
        if (
            finding["code"] == "amendment-unused"
            and tuple(finding["data"][name] for name in ("action", "was", "now")) in said
        )
        or (finding["code"] == "metadata-hint-unread" and finding["data"]["member"] in named)
    ]


def _members(given: tuple[str, ...]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", param_hint="--metadata")
        try:
            # A region, a list of issuers or a span of years is JSON; a plain word is a word.
            members[name] = json.loads(value) if value[:1] in ("{", "[", '"') or value == "null" else value
        except ValueError:
            members[name] = value
    return members
