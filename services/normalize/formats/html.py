"""Web pages: the article as lines with marks, everything else marked as the site's, each character with its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...edition import Place, Places
from ..decipher import DECIPHERED_BY, decipher, tell_wounds
from ..decoding import REPLACEMENT, Wound
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .assembly import Assembly
from .html_lines import write
from .html_script import with_script_opened
from .html_source import with_source_opened
from .html_tree import build

MEDIA_TYPE: Final = "text/html"
READER: Final = ("html", "5")

_META_CHARSET: Final = re.compile(
    rb"""(?i)<meta[^>]{0,400}?charset\s*+=\s*+["']?\s*+([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9_.:-]{2,40})"""
)
_SHELL: Final = re.compile(rb"(?i)<(?:script|frameset|iframe)\b")
CHARSET_WITHIN: Final = 8192
"""Bytes within which a page declares its charset: browsers look at 1024; saved pages put scripts before it."""


class HtmlPlaces:
    """The way from the reading back to byte ranges."""

    __slots__ = ("_assembly", "_begin", "_page", "_under")

    def __init__(
        self, assembly: Assembly, page: Places, begin: int = 0, under: Assembly | None = None
    ) -> None:
        self._assembly = assembly
        self._page = page
        self._under = under  # the page that was made of a string in a script
        self._begin = begin  # where the page begins in the decoded source

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the byte ranges behind ``text[start:end]``; the tags between them are not in them."""
        return tuple(
            place
            for low, high in origins(self._assembly, self._under, start, end)
            for place in self._page.locate(low + self._begin, high + self._begin)
        )


def origins(assembly: Assembly, under: Assembly | None, start: int, end: int) -> list[tuple[int, int]]:
    """Give where ``text[start:end]`` of a reading stands in the decoded page, through the page ``under`` it."""
    found = assembly.origins(start, end)
    return found if under is None else [span for low, high in found for span in under.origins(low, high)]


def declared_charset(data: bytes) -> str | None:
    """Give the charset that a page declares for itself."""
    found = _META_CHARSET.search(data, 0, CHARSET_WITHIN)
    return (found[1] or found[2]).decode("ascii") if found else None


def read(data: bytes, hints: Hints) -> Reading:
    """Read a page.

    Raises:
        RejectedError: ``too-deep``, ``shown-by-script``, or as ``decipher`` does.
    """
    reading = read_page(data, hints, declared_charset(data))[0]
    if not reading.text.strip() and _SHELL.search(data):
        raise RejectedError(
            "shown-by-script",
            "the page as saved has no text, a script or its frames show it; save what the browser shows, in one file "
            "(.mhtml, SingleFile) or as PDF, and send that",
        )
    return reading


def read_page(data: bytes, hints: Hints, declared: str | None) -> tuple[Reading, HtmlPlaces]:
    """Read a page that ``declared`` its charset, itself or by the envelope in which it came.

    Raises:
        RejectedError: ``too-deep``, or as ``decipher`` does.
    """
    decoding, encoding = decipher(data, hints, declared=declared)
    out = Assembly()
    page = build(decoding.text)
    opened = with_source_opened(decoding.text, page)
    made = with_script_opened(decoding.text, page) if opened is None else None
    if made is not None:
        opened = made.text()
    odd = write(page if opened is None else build(opened), out)
    text = out.text()
    wounds = tuple(in_reading(out, decoding.wounds, made))
    findings = (*tell_wounds(data, wounds, encoding.codec), *odd)
    reader = (*READER, DECIPHERED_BY)
    places = HtmlPlaces(out, decoding.places, under=made)
    return Reading(text, places, MEDIA_TYPE, encoding, reader, tuple(out.marks), findings), places


def in_reading(out: Assembly, wounds: Sequence[Wound], under: Assembly | None = None) -> Iterator[Wound]:
    """Move the wounds into the reading, as far as they stand there and not inside a tag or a script."""
    if not wounds:
        return
    by_place = {wound.at: wound for wound in wounds}
    for found in re.finditer(REPLACEMENT, out.text()):
        wound = by_place.get(origins(out, under, found.start(), found.end())[0][0])
        if wound is not None:
            yield wound._replace(at=found.start())
