"""Putting a reading together: text grows piece by piece, each piece with its place in the source."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from ...edition import NO_DATA, Mark


class Assembly:
    """A text that grows, with the origin of each piece.

    A piece came from ``length`` units of the source that begin at ``source``. What a unit is (a character of the
    decoded page, a character of a run) is the reader's affair. When a piece is as long as its origin, each character
    has a place of its own; otherwise (an entity, a list label) the piece has one place.
    """

    __slots__ = ("_lengths", "_pieces", "_sources", "_starts", "_text", "marks", "size")

    def __init__(self) -> None:
        self._text = ""
        self._pieces: list[str] = []
        """What came after ``_text`` was put together last."""
        self.size = 0
        self._starts = array("q")
        """Of the pieces in ``_text``; those of the others follow from their lengths."""
        self._sources = array("q")
        self._lengths = array("q")
        self.marks: list[Mark] = []

    def add(self, text: str, source: int, length: int | None = None) -> None:
        """Append ``text``, which came from ``length`` units at ``source`` (as many as it has characters, if None)."""
        size = len(text)
        if size:
            self._pieces.append(text)
            self._sources.append(source)
            self._lengths.append(size if length is None else length)
            self.size += size

    def mark(
        self, start: int, kind: str, data: Mapping[str, Any] = NO_DATA, *, end: int | None = None
    ) -> None:
        """Mark what was added since ``start`` (or up to ``end``)."""
        self.marks.append(Mark(start, self.size if end is None else end, kind, data))

    def text(self) -> str:
        """Give the whole text; the assembly may go on growing."""
        self._settle()
        return self._text

    def _settle(self) -> None:
        if self._pieces:
            self._starts.extend(accumulate(map(len, self._pieces[:-1]), initial=len(self._text)))
            self._text += "".join(self._pieces)
            self._pieces.clear()

    def origins(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give the half-open source spans behind ``text[start:end]``, neighbours merged, in the text's order."""
        self._settle()
        if not self._starts:
            return [(0, 0)]
        number = max(bisect_right(self._starts, start) - 1, 0)
        if start == end:
            low = self._unit(number, start)
            return [(low, low)]
        found: list[tuple[int, int]] = []
        while number < len(self._starts) and self._starts[number] < end:
            begin = self._starts[number]
            stop = self._starts[number + 1] if number + 1 < len(self._starts) else self.size
            source, length = self._sources[number], self._lengths[number]
            if length == stop - begin:
                span = (source + max(start - begin, 0), source + min(end, stop) - begin)
            else:
                span = (source, source + length)
            if found and found[-1][1] == span[0]:
                found[-1] = (found[-1][0], span[1])
            elif not found or span[0] < span[1]:
                found.append(span)
            number += 1
        wide = [span for span in found if span[0] < span[1]]
        return wide or found[:1] or [(0, 0)]

    def _unit(self, number: int, at: int) -> int:
        begin = self._starts[number]
        stop = self._starts[number + 1] if number + 1 < len(self._starts) else self.size
        source, length = self._sources[number], self._lengths[number]
        if at >= stop:
            return source + length
        return source + (at - begin) if length == stop - begin else source
