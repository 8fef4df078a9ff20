"""Web pages: the article as lines with marks, everything else marked as the site's, each character with its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...edition import Place, Places
from ..decipher import DECIPHERED_BY, decipher, tell_wounds
from ..decoding import REPLACEMENT, Wound
from ..hints import Hints
from ..reading import Reading
from .assembly import Assembly
from .html_lines import write
from .html_source import with_source_opened
from .html_tree import build

MEDIA_TYPE: Final = "text/html"
READER: Final = ("html", "5")

_META_CHARSET: Final = re.compile(
    rb"""(?i)<meta[^>]{0,400}?charset\s*+=\s*+["']?\s*+([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9_.:-]{2,40})"""
)
CHARSET_WITHIN: Final = 8192
"""Bytes within which a page declares its charset: browsers look at 1024; saved pages put scripts before it."""


class HtmlPlaces:
    """The way from the reading back to byte ranges."""

    __slots__ = ("_assembly", "_begin", "_page")

    def __init__(self, assembly: Assembly, page: Places, begin: int = 0) -> None:
        self._assembly = assembly
        self._page = page
        self._begin = begin  # where the page begins in the decoded source

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the byte ranges behind ``text[start:end]``; the tags between them are not in them."""
        return tuple(
            place
            for low, high in self._assembly.origins(start, end)
            for place in self._page.locate(low + self._begin, high + self._begin)
        )


def declared_charset(data: bytes) -> str | None:
    """Give the charset that a page declares for itself."""
    found = _META_CHARSET.search(data, 0, CHARSET_WITHIN)
    return (found[1] or found[2]).decode("ascii") if found else None


def read(data: bytes, hints: Hints) -> Reading:
    """Read a page.

    Raises:
        RejectedError: ``too-deep``, or as ``decipher`` does.
    """
    return read_page(data, hints, declared_charset(data))[0]


def read_page(data: bytes, hints: Hints, declared: str | None) -> tuple[Reading, HtmlPlaces]:
    """Read a page that ``declared`` its charset, itself or by the envelope in which it came.

    Raises:
        RejectedError: ``too-deep``, or as ``decipher`` does.
    """
    decoding, encoding = decipher(data, hints, declared=declared)
    out = Assembly()
    page = build(decoding.text)
    opened = with_source_opened(decoding.text, page)
    odd = write(page if opened is None else build(opened), out)
    text = out.text()
    findings = (*tell_wounds(data, tuple(in_reading(out, decoding.wounds)), encoding.codec), *odd)
    reader = (*READER, DECIPHERED_BY)
    places = HtmlPlaces(out, decoding.places)
    return Reading(text, places, MEDIA_TYPE, encoding, reader, tuple(out.marks), findings), places


def in_reading(out: Assembly, wounds: Sequence[Wound]) -> Iterator[Wound]:
    """Move the wounds into the reading, as far as they stand there and not inside a tag or a script."""
    if not wounds:
        return
    by_place = {wound.at: wound for wound in wounds}
    for found in re.finditer(REPLACEMENT, out.text()):
        wound = by_place.get(out.origins(found.start(), found.end())[0][0])
        if wound is not None:
            yield wound._replace(at=found.start())
