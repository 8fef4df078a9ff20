"""Manifests: what is stated of many files, as CSV with a header or as JSON lines.

``path`` names the file as it is sent (``path`` below the folder that is pushed, the key below the prefix, the file
name of a form); the other columns are the fields of a statement.
"""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .statements import Statement

_logger: Final = logging.getLogger(__name__)

NAMES: Final = ("manifest.csv", "manifest.jsonl", "manifest.ndjson")
"""A file of this name, at the top of what is pushed or watched, is the manifest and not a report."""

MOST_BYTES: Final = 64 << 20
"""Of a manifest: about a million lines."""


class ManifestError(ValueError):
    """Not a manifest; the message names the line and says what is wrong with it."""


def manifest_rows(data: bytes) -> dict[str, dict[str, Any]]:
    """Read a manifest; gives the fields of each path, unchecked.

    Raises:
        ManifestError: not a manifest.
    """
    if len(data) > MOST_BYTES:
        raise ManifestError(f"a manifest has at most {MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"a manifest is UTF-8; byte {error.start} is not") from None
    rows: dict[str, dict[str, Any]] = {}
    for number, fields in _json_lines(text) if text.lstrip().startswith("{") else _csv_rows(text):
        path = fields.get("path")
        if not isinstance(path, str) or not path:
            raise ManifestError(f"manifest, line {number}: it names no path")
        if path in rows:
            raise ManifestError(f"manifest, line {number}: {path!r} was named before")
        rows[path] = {name: value for name, value in fields.items() if name != "path"}
    return rows


def read_manifest(data: bytes) -> dict[str, Statement]:
    """Read a manifest; gives what is stated of each path, checked.

    Raises:
        ManifestError: not a manifest, or a statement in it cannot be.
    """
    from ..archive import ArchiveError
    from .statements import StatementError, read_statement

    stated = {}
    for path, fields in manifest_rows(data).items():
        try:
            stated[path] = read_statement(fields)
        except (ArchiveError, StatementError) as error:
            raise ManifestError(f"manifest, {path!r}: {error}") from error
    return stated


class ReadManifests:
    """The manifests of a place that is looked at again and again: each is read, and complained of, once a change."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[tuple[int, int], Mapping[str, Statement]]] = {}

    def read(
        self, name: str, size: int, modified: int, fetch: Callable[[], bytes]
    ) -> Mapping[str, Statement]:
        """Give what a manifest states; nothing where it is none, which is logged.

        Args:
            name: of the file or object.
            size: its bytes; one over ``MOST_BYTES`` is not fetched.
            modified: when it was changed last, in whatever unit.
            fetch: gives its bytes; what it raises is raised.
        """
        known = self._read.get(name)
        if known is None or known[0] != (size, modified):
            known = (size, modified), _stated_in(name, size, fetch)
            self._read[name] = known
        return known[1]


def _stated_in(name: str, size: int, fetch: Callable[[], bytes]) -> Mapping[str, Statement]:
    if size > MOST_BYTES:
        _logger.warning("%s is left out: a manifest has at most %d bytes", name, MOST_BYTES)
        return {}
    try:
        return read_manifest(fetch())
    except ManifestError as error:
        _logger.warning("%s is left out: %s", name, error)
        return {}


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ManifestError(f"manifest, line {number}: not JSON: {error}") from None
        if not isinstance(fields, dict):
            raise ManifestError(f"manifest, line {number}: not an object")
        yield number, fields


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        if "path" not in (rows.fieldnames or ()):
            raise ManifestError("manifest, line 1: a CSV manifest has a header with the column path")
        for row in rows:
            if row.get(""):
                raise ManifestError(f"manifest, line {rows.line_num}: more fields than the header names")
            yield rows.line_num, {name: value for name, value in row.items() if name and value}
    except csv.Error as error:
        raise ManifestError(f"manifest, line {rows.line_num}: {error}") from None
