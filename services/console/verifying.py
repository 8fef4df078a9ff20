"""`jiaokan verify`: prove an edition from its source."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from ..edition import to_json
from ..normalize.replay import ReplayError
from ..normalize.replay import verify as check

Stored = tuple[bytes, bytes]


@click.command()
@click.argument("edition", type=click.Path(path_type=Path, exists=True, allow_dash=True))
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(edition: Path, source: Path) -> None:
    """Check EDITION against SOURCE: schema, hashes, every pass replayed, every span.

    EDITION is what `jiaokan normalize` or `jiaokan get` wrote: a JSON file with content and record, an NDJSON file
    (the line that belongs to SOURCE is taken), or a folder with content.json and record.json.
    """
    data = source.read_bytes()
    try:
        found = check(*_stored(edition, hashlib.sha256(data).hexdigest()), data)
    except ReplayError as error:
        for flaw in error.flaws:
            print(f"{edition}: {flaw}", file=sys.stderr)
        sys.exit(1)
    print(
        f"{edition}: holds: {found.characters} characters from {len(data)} bytes, {found.edits} edits in "
        f"{found.passes} passes replayed, {found.findings} findings, {found.sections} sections"
    )


def _stored(edition: Path, sha256: str) -> Stored:
    if edition.is_dir():
        try:
            return (edition / "content.json").read_bytes(), (edition / "record.json").read_bytes()
        except OSError as error:
            raise ReplayError([f"a folder needs content.json and record.json: {error.strerror}"]) from None
    data = sys.stdin.buffer.read() if str(edition) == "-" else edition.read_bytes()
    try:
        candidates = _candidates(json.loads(data))
    except (ValueError, RecursionError):
        try:
            candidates = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError) as error:
            raise ReplayError([f"neither JSON nor lines of JSON: {error}"]) from None
    pairs = [one for one in candidates if isinstance(one, dict) and {"content", "record"} <= set(one)]
    if not pairs:
        raise ReplayError(["no edition in it: that is an object with content and record"])
    for pair in pairs:
        told = pair["record"]
        if (
            isinstance(told, dict)
            and isinstance(told.get("source"), dict)
            and told["source"].get("sha256") == sha256
        ):
            return _bytes(pair)
    if len(pairs) == 1:
        return _bytes(pairs[0])
    raise ReplayError([f"none of its {len(pairs)} editions comes from this source"])


def _candidates(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _bytes(pair: dict[str, Any]) -> Stored:
    # Writing JSON is canonical, so an object that was read and is written again has its bytes and its digest.
    return to_json(pair["content"]), to_json(pair["record"])
