"""One JSON record: a report that a crawler stored as ``{"title": "…", "content": "<p>…</p>"}``.

The member that holds the report is read, as a page where it has tags and as plain text else, with its title above it
where it does not begin with that; the other members are the crawler's, not the document's. Each character leads back
to its bytes in the file, escapes or not. RFC 8259 is the grammar.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ...edition import Finding
from ..decipher import DECIPHERED_BY, decipher, tell_wounds
from ..decoding import REPLACEMENT
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from . import plain
from .assembly import Assembly
from .html import HtmlPlaces, in_reading
from .html_lines import write
from .html_tree import build
from .sqlrow import CONTENT, count_han, report_among

MEDIA_TYPE: Final = "application/json"
READER: Final = ("json-record", "1")

NAMES: Final = (*CONTENT, "正文", "内容")
"""Names of the member that holds the report, the likeliest first."""
TITLES: Final = frozenset({"title", "headline", "subject", "biaoti", "标题"})
BEGINNING: Final = 200
"""Characters within which a report says its own title."""

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"|([{}\[\]:,])', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)|\\u(.{4})|\\(.)", re.DOTALL)
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_TAG: Final = re.compile(r"<(?:p|br|div|span|table|h[1-6]|section|article)\b[^<>]{0,2000}>", re.IGNORECASE)


class _Member(NamedTuple):
    """A string of a record: its name, the object that it stands in, and where its literal begins and ends."""

    name: str
    owner: int
    start: int
    end: int


def read(data: bytes, hints: Hints) -> Reading:
    """Read the report in a record; JSON without one is read as the text that it is.

    Raises:
        RejectedError: ``records`` for a file of many, else as the reader of text does.
    """
    if len(data) > plain.MAX_TEXT_BYTES:
        return plain.read(data, hints)
    decoding, encoding = decipher(data, hints)
    text = decoding.text
    records = _records(text)
    members = _report(text, list(_members(text))) if records else []
    if not members:
        return plain.read(data, hints)
    if records > 1:
        raise RejectedError(
            "records",
            f"this file holds {records} records, and each is a report of its own; send them one by one, or in a .zip",
        )
    said = Assembly()
    _say(text, members, said)
    wounds = tuple(in_reading(said, decoding.wounds))
    out, places = said, HtmlPlaces(said, decoding.places)
    odd: tuple[Finding, ...] = ()
    if _TAG.search(said.text()):
        out = Assembly()
        odd = tuple(write(build(said.text()), out))
        wounds, places = tuple(in_reading(out, wounds)), HtmlPlaces(out, places)
    name = members[-1].name
    if not out.text().strip():
        raise RejectedError("empty", f"the member {name} of this record holds no text")
    findings = (
        Finding(0, 0, "json-record", f"read from the member {name!r} of a JSON record"),
        *tell_wounds(data, wounds, encoding.codec),
        *odd,
    )
    reader = (*READER, DECIPHERED_BY)
    return Reading(out.text(), places, MEDIA_TYPE, encoding, reader, tuple(out.marks), findings)


def _records(text: str) -> int:
    """Count the records: objects on lines of their own, the objects of a list, or one; 0 where it is no JSON."""
    try:
        whole = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        return 0
    except ValueError:
        try:
            lines = [json.loads(line) for line in text.removeprefix("\ufeff").split("\n") if line.strip()]
        except (ValueError, RecursionError):
            return 0
        return len(lines) if all(isinstance(line, dict) for line in lines) else 0
    if isinstance(whole, list):
        return len(whole) if all(isinstance(one, dict) for one in whole) else 0
    return int(isinstance(whole, dict))


def _members(text: str) -> Iterator[_Member]:
    """Give the strings of a JSON text that was parsed already; one in a list has the name of the list."""
    names = [""]
    owners = [0]
    count = 0
    literal: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        sign = token[2]
        if literal is not None:
            if sign == ":":
                names[-1] = _unescaped(literal[1]).lower()
            else:
                yield _Member(names[-1], owners[-1], *literal.span(1))
            literal = None
        if sign is None:
            literal = token
        elif sign in "{[":
            count += sign == "{"
            names.append(names[-1])
            owners.append(count if sign == "{" else owners[-1])
        elif sign in "}]":
            names.pop()
            owners.pop()


def _report(text: str, members: Sequence[_Member]) -> list[_Member]:
    """Choose the members that are the report: those of one name, each behind the title of its object if that is new."""
    weights = Counter[str]()
    for member in members:
        weights[member.name] += count_han(_unescaped(text[member.start : member.end]))
    name = report_among(weights, NAMES)
    if name is None:
        return []
    titles = {member.owner: member for member in members if member.name in TITLES}
    chosen: list[_Member] = []
    for member in members:
        if member.name != name:
            continue
        title = titles.pop(member.owner, None)
        if title is not None and title is not member:
            words = "".join(_unescaped(text[title.start : title.end]).split())
            begins = _unescaped(text[member.start : member.end])[:BEGINNING]
            if words and words not in "".join(_TAG.sub("", begins).split()):
                chosen.append(title)
        chosen.append(member)
    return chosen


def _say(text: str, members: Sequence[_Member], said: Assembly) -> None:
    """Write the chosen literals without their escapes, a line each."""
    for member in members:
        if said.size:
            said.add("\n", member.start, 0)
        at = member.start
        for found in _ESCAPE.finditer(text, member.start, member.end):
            said.add(text[at : found.start()], at)
            said.add(_meant(found), found.start(), found.end() - found.start())
            at = found.end()
        said.add(text[at : member.end], at)


def _unescaped(literal: str) -> str:
    return _ESCAPE.sub(_meant, literal)


def _meant(found: re.Match[str]) -> str:
    """Give what an escape stands for; half of a pair stands for nothing that could be told."""
    if found[1]:
        return chr(0x10000 + ((int(found[1], 16) - 0xD800) << 10) + int(found[2], 16) - 0xDC00)
    if found[3]:
        code = int(found[3], 16)
        return chr(code) if not 0xD800 <= code < 0xE000 else REPLACEMENT
    return _PLAIN.get(found[4], found[4])
