"""MHTML: a web page saved as one MIME message (RFC 2557). Its HTML parts are read as pages are."""

from __future__ import annotations

import email
import email.policy
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import Message
from typing import Final, NamedTuple

from ...edition import Finding, Mark, Place, Places
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .html import declared_charset, read_page

MEDIA_TYPE: Final = "multipart/related"
READER: Final = ("mhtml", "3")
MAX_PARTS: Final = 2_000
"""A saved page has a part for every picture and style sheet: some hundreds."""


PROSE: Final = 60
"""Ideographs, with a full stop among them, that make a frame part of the text: menus and counters have fewer."""


class MhtmlPlaces:
    """The way back to bytes of the decoded HTML parts: in the file they stand as quoted-printable or base64."""

    __slots__ = ("_parts", "_starts")

    def __init__(self, parts: Sequence[tuple[int, Places, str]]) -> None:
        self._parts = parts  # where each begins in the reading, its own places, its name
        self._starts = [start for start, _, _ in parts]

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the byte ranges, each with its part, behind ``text[start:end]``."""
        found: list[Place] = []
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._parts):
            begin, places, name = self._parts[number]
            stop = self._starts[number + 1] - 1 if number + 1 < len(self._parts) else end
            low, high = max(start - begin, 0), max(min(end, stop) - begin, 0)
            found += [replace(place, part=name) for place in places.locate(min(low, high), high)]
            number += 1
            if number >= len(self._parts) or self._starts[number] >= end:
                break
        return tuple(found)


class _Part(NamedTuple):
    name: str
    data: bytes
    declared: str | None


def read(data: bytes, hints: Hints) -> Reading:
    """Read a web archive: its page, and behind it the frames that hold prose; other frames are the site's.

    Raises:
        RejectedError: ``damaged`` when there is no HTML in it, ``too-deep``, or as the reader of pages does.
    """
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    except RecursionError as error:
        raise RejectedError(
            "too-deep", "the web archive nests its parts too deep; save the page as HTML and send that"
        ) from error
    readings: list[tuple[str, Reading, Places]] = []
    refused: RejectedError | None = None
    for part in _pages(message):
        try:
            reading, places = read_page(part.data, hints, part.declared)
        except RejectedError as error:
            refused = refused or error
            continue
        readings.append((part.name, reading, places))
    if not readings:
        raise refused or RejectedError(
            "damaged", "the web archive holds no page; save the page as HTML and send that"
        )
    text = ""
    parts: list[tuple[int, Places, str]] = []
    marks: list[Mark] = []
    findings: list[Finding] = []
    prose = [_is_prose(reading) for _, reading, _ in readings]
    for number, (name, reading, own) in enumerate(readings):
        if not reading.text:
            continue
        start = len(text) + 1 if text else 0
        text = f"{text}\n{reading.text}" if text else reading.text
        parts.append((start, own, name))
        if number and not prose[number] and (any(prose) or readings[0][1].text):
            marks.append(Mark(start, len(text), "page-furniture", {"what": "frame"}))
            continue
        marks += [mark._replace(start=mark.start + start, end=mark.end + start) for mark in reading.marks]
        findings += [
            finding._replace(start=finding.start + start, end=finding.end + start)
            for finding in reading.findings
        ]
    first = readings[0][1]
    return replace(
        first,
        text=text,
        places=MhtmlPlaces(parts or [(0, readings[0][2], readings[0][0])]),
        marks=tuple(marks),
        findings=tuple(findings),
        media_type=MEDIA_TYPE,
        reader=(*READER, *first.reader),
    )


def _pages(message: Message) -> list[_Part]:
    """Give the HTML parts, the root first: RFC 2387, 3.2, names it by ``start``, else it is the first."""
    start = message.get_param("start")
    found: list[_Part] = []
    for count, part in enumerate(_walk(message)):
        if count > MAX_PARTS:
            break
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        if any(payload == other.data for other in found):
            continue
        charset = part.get_param("charset")
        declared = charset if isinstance(charset, str) else declared_charset(payload)
        read_part = _Part(str(part.get("Content-Location") or "text/html"), payload, declared)
        if start and part.get("Content-ID") == start:
            found.insert(0, read_part)
        else:
            found.append(read_part)
    return found


def _is_prose(reading: Reading) -> bool:
    """Tell whether a frame holds a text of its own."""
    site = [mark for mark in reading.marks if mark.kind == "page-furniture"]
    kept = reading.text
    for mark in sorted(site, key=lambda mark: mark.start, reverse=True):
        kept = kept[: mark.start] + kept[mark.end :]
    return "。" in kept and sum("\u3400" <= char <= "\u9fff" for char in kept) >= PROSE


def _walk(message: Message) -> Iterator[Message]:
    """Give the parts in order, without recursion: a hostile message nests thousands."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part
