"""Drawings of a PDF that contain themselves: refused before pdfium opens the file, which would draw them for ever.

A form (ISO 32000-1, 8.10) is drawn wherever it is named, and may name others. Two that name each other twice are drawn
2^n times. A form is a stream, so its dictionary stands in the open; what this look misses (resources inside an object
stream) is bounded by the child process.
"""

from __future__ import annotations

import re
from typing import Final

from ..errors import RejectedError

NESTED: Final = 8
"""Drawings inside one another, at most: of 46 PDFs at hand none has a drawing in a drawing."""

_FORM: Final = re.compile(rb"/Form\b")
_NUMBER: Final = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\b")
_XOBJECTS: Final = re.compile(rb"/XObject\s*(?:<<(.{0,65536}?)>>|(\d{1,9})\s+\d{1,5}\s+R)", re.DOTALL)
_RESOURCES: Final = re.compile(rb"/Resources\s*(\d{1,9})\s+\d{1,5}\s+R")
_REFERENCE: Final = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+R\b")
_DICTIONARY: Final = 1 << 13
"""Bytes before the word that makes an object a form, and behind an object's number, that are looked at."""


def refuse_endless_drawings(data: bytes) -> None:
    """Refuse a PDF with a drawing that contains itself, or drawings nested too deep.

    Raises:
        RejectedError: ``hostile``.
    """
    forms: dict[int, bytes] = {}
    for found in _FORM.finditer(data):
        header = data.rfind(b"obj", max(0, found.start() - _DICTIONARY), found.start())
        numbers = _NUMBER.findall(data, max(0, header - 20), header + 3)
        if numbers:
            forms[int(numbers[-1])] = _dictionary(data, header + 3)
    objects = _Objects(data)
    inside = {
        number: [one for one in _named(held, objects) if one in forms] for number, held in forms.items()
    }
    depths: dict[int, int] = {}
    for number in forms:
        if _depth(number, inside, depths) > NESTED:
            raise RejectedError(
                "hostile",
                f"a drawing of this PDF contains itself, or more than {NESTED} drawings stand one in another; "
                "print it to a new PDF",
            )


def _dictionary(data: bytes, at: int) -> bytes:
    held = data[at : at + _DICTIONARY]
    ends = [end for mark in (b"stream", b"endobj") if (end := held.find(mark)) >= 0]
    return held[: min(ends)] if ends else held


class _Objects:
    """The objects of a file that are written in the open, by number; looked for when the first is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ends: dict[int, int] | None = None

    def dictionary(self, number: int) -> bytes:
        """Give the dictionary of an object; nothing for one that is not there."""
        if self._ends is None:
            self._ends = {int(found[1]): found.end() for found in _NUMBER.finditer(self._data)}
        end = self._ends.get(number)
        return b"" if end is None else _dictionary(self._data, end)


def _named(held: bytes, objects: _Objects) -> set[int]:
    """Give the objects that a form may draw by its resources, written in it or in an object of their own."""
    apart = _RESOURCES.search(held)
    if apart:
        held = objects.dictionary(int(apart[1]))
    found: set[int] = set()
    for listed in _XOBJECTS.finditer(held):
        names = listed[1] if listed[1] is not None else objects.dictionary(int(listed[2]))
        found.update(int(one[1]) for one in _REFERENCE.finditer(names))
    return found


def _depth(start: int, inside: dict[int, list[int]], depths: dict[int, int]) -> int:
    """Tell how many drawings stand one in another from here on, more than ``NESTED`` for a ring; without recursion."""
    way: list[int] = [start]
    while way:
        number = way[-1]
        if number in depths:
            way.pop()
            continue
        waiting = [one for one in inside[number] if one not in depths]
        if not waiting:
            depths[number] = 1 + max((depths[one] for one in inside[number]), default=0)
            way.pop()
        elif len(way) > NESTED:
            return len(way)
        else:
            way.append(waiting[0])
    return depths[start]
