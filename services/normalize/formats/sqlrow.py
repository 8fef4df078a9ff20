"""One row of an SQL dump: a report that a crawler stored as a page in a column.

``(id, url, title, content, html) values (1, '…', '…', '<p>…</p>', '<div>…')``: the column that holds the report is read
as a page, each character with its bytes in the dump; the other columns are the crawler's, not the document's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ...edition import Finding
from ..decipher import DECIPHERED_BY, decipher
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from . import plain
from .assembly import Assembly
from .html import HtmlPlaces
from .html_lines import write
from .html_tree import build

MEDIA_TYPE: Final = "text/html"
READER: Final = ("sql-row", "1")

_HEAD: Final = re.compile(
    r"\A[\s\ufeff]*(?:insert\s+into\s+\S{1,80}\s*)?\(\s*((?:[`\"\[]?[A-Za-z_]\w{0,60}[`\"\]]?\s*,\s*){1,80}[`\"\[]?[A-Za-z_]\w{0,60}[`\"\]]?)\s*\)\s*values\s*\(",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(
    r"\s*(?:N?'((?:[^'\\]++|\\.|'')*+)'|([^,'()]*+(?:\([^()']*+\))?))\s*([,)])", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(.)|''", re.DOTALL)
CONTENT: Final = ("content", "text", "body", "article", "html", "detail", "zhengwen", "neirong")
"""Names of the column that holds the report, the likeliest first."""
LEAST: Final = 100
"""Ideographs from which on what has another name is a report."""
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


def read(data: bytes, hints: Hints) -> Reading:
    """Read the report in a row; what only looks like a row is read as the text that it is.

    Raises:
        RejectedError: as the readers of pages and of text do.
    """
    decoding, encoding = decipher(data, hints)
    found = _report(decoding.text)
    if found is None:
        return plain.read(data, hints)
    name, start, end = found
    out = Assembly()
    write(build(_unescaped(decoding.text[start:end])), out)
    text = out.text()
    if not text.strip():
        raise RejectedError("empty", f"the column {name} of this row holds no text")
    places = HtmlPlaces(out, decoding.places, start)
    findings = (Finding(0, 0, "sql-row", f"read from the column {name!r} of a row of an SQL dump"),)
    reader = (*READER, DECIPHERED_BY)
    return Reading(text, places, MEDIA_TYPE, encoding, reader, tuple(out.marks), findings)


def _report(text: str) -> tuple[str, int, int] | None:
    """Find the column that holds the report: its name and where its literal begins and ends."""
    head = _HEAD.match(text)
    if head is None:
        return None
    names = [name.strip(' `"[]\n\t\r').lower() for name in head[1].split(",")]
    held: dict[str, tuple[int, int]] = {}
    at = head.end()
    for name in names:
        value = _VALUE.match(text, at)
        if value is None:
            break
        if value[1] is not None:
            held[name] = value.span(1)
        at = value.end()
        if value[3] == ")":
            break
    if not held:
        return None
    name = report_among({name: count_han(text[start:end]) for name, (start, end) in held.items()})
    return None if name is None else (name, *held[name])


def count_han(text: str) -> int:
    """Count the ideographs of a text: by them it is told what of a record is a report."""
    return len(_HAN.findall(text))


def report_among(weights: Mapping[str, int], names: Sequence[str] = CONTENT) -> str | None:
    """Choose what holds the report in a record, by how many ideographs stand under each name; None where nothing does.

    One of ``names`` that has half as many as the most, else what has the most if it has ``LEAST``.
    """
    most = max(weights.values(), default=0)
    for name in names:
        if weights.get(name, 0) * 2 >= most > 0:
            return name
    return max(weights, key=lambda one: weights[one]) if most >= LEAST else None


def _unescaped(literal: str) -> str:
    """Undo the escapes of a literal without moving a character: what is left over is an invisible one."""

    def plain_form(found: re.Match[str]) -> str:
        char = found[1]
        if char is None:
            return "\u200b'"
        return {"n": " \n", "r": "  ", "t": " \t", "0": "  "}.get(char, "\u200b" + char)

    return _ESCAPE.sub(plain_form, literal)
