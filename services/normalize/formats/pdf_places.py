"""The way from the text of a PDF back to pages and boxes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...edition import Place
from .assembly import Assembly

CHAR: Final = 24
"""A place is ``page number << CHAR | index of the character on the page``."""


class PdfPlaces:
    """The way from the reading back to pages and boxes."""

    __slots__ = ("_assembly", "_boxes")

    def __init__(self, assembly: Assembly, boxes: dict[int, NDArray[np.int32]]) -> None:
        self._assembly = assembly
        self._boxes = boxes

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name page and box of each line behind ``text[start:end]``."""
        found: list[Place] = []
        for low, high in self._assembly.origins(start, end):
            page, first = low >> CHAR, low & (1 << CHAR) - 1
            boxes = self._boxes.get(page)
            if boxes is None or not len(boxes):
                found.append(Place(page=max(page, 1), box=(0, 0, 0, 0)))
                continue
            first = min(first, len(boxes) - 1)
            last = max(first + 1, min(high & (1 << CHAR) - 1, len(boxes))) if high > low else first
            found.extend(
                _boxes_of(page, boxes[first:last] if last > first else boxes[first : first + 1, [0, 1, 0, 3]])
            )
        return tuple(found)


def _boxes_of(page: int, boxes: NDArray[np.int32]) -> list[Place]:
    """Give one box for each stretch of characters on one level."""
    found: list[list[int]] = []
    for left, bottom, right, top in boxes.tolist():
        if found and (left == right or bottom == top):
            continue  # a space that pdfium put in has no extent
        if found and min(top, found[-1][3]) - max(bottom, found[-1][1]) > (top - bottom) // 2:
            last = found[-1]
            found[-1] = [min(last[0], left), min(last[1], bottom), max(last[2], right), max(last[3], top)]
        else:
            found.append([left, bottom, right, top])
    return [Place(page=page, box=(box[0], box[1], box[2], box[3])) for box in found]
