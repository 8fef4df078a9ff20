"""Boxes of a page: as the page holds them, and turned by its ``/Rotate`` into what a reader sees."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FAR: Final = 100_000.0
"""Points; a page is at most 14,400 wide (ISO 32000-1, annex C). What lies beyond is an error in the file."""


class Shown(NamedTuple):
    """The sides of all characters of a page as a reader sees them, in thousandths of a point.

    Four flat arrays: most characters are never asked, and a number of each would be made for nothing.
    """

    left: array[int]
    bottom: array[int]
    right: array[int]
    top: array[int]


def seen(boxes: NDArray[np.int32], turned: int, width: int, height: int) -> tuple[NDArray[np.int32], Shown]:
    """Give the sides of boxes of the page's space as a reader sees them: all at once (4 × n), and one by one."""
    sides = turn(boxes, turned, width, height).T
    return sides, Shown(*(array("i", side.tobytes()) for side in sides))


def written(sides: NDArray[np.int32], lines: Sequence[tuple[int, int]]) -> int:
    """Tell by how much a page must be turned that its lines be level: 0, 90 (they climb) or 270 (they fall).

    Columns of old writing fall, the first one at the right; a broad table that was laid on its side falls or climbs.
    """
    ends = np.array([(low, high - 1) for low, high in lines if high - low >= LONG])
    if len(ends) < LEAST_LINES:
        return 0
    middles = (sides[:2] + sides[2:])[:, ends]
    across, up = (middles[:, :, 1] - middles[:, :, 0]).astype(np.int64)
    size = ends[:, 1] - ends[:, 0]
    upright = np.abs(up) > STEEP * np.abs(across)
    if size[upright].sum() * 1000 < MOSTLY * size.sum():
        return 0
    return 90 if size[upright & (up > 0)].sum() * 2 > size[upright].sum() else 270


LONG: Final = 6
"""Characters of a line that show its direction."""
LEAST_LINES: Final = 3
STEEP: Final = 3
"""Times that a line is as high as broad, if it stands upright."""
MOSTLY: Final = 800
"""Per mille of a page's characters in such lines, if the page is written so."""


def turn(boxes: NDArray[np.int32], turned: int, width: int, height: int) -> NDArray[np.int32]:
    """Turn boxes of the page's space into what a reader sees; ``width`` and ``height`` are of the page as shown."""
    left, bottom, right, top = boxes.T
    if turned == 90:
        return np.stack([bottom, height - right, top, height - left], axis=1).astype(np.int32)
    if turned == 180:
        return np.stack([width - right, height - top, width - left, height - bottom], axis=1).astype(np.int32)
    if turned == 270:
        return np.stack([width - top, left, width - bottom, right], axis=1).astype(np.int32)
    return boxes


def turn_one(box: list[int], turned: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Turn one box, as ``turn`` turns many."""
    left, bottom, right, top = box
    if turned == 90:
        return bottom, height - right, top, height - left
    if turned == 180:
        return width - right, height - top, width - left, height - bottom
    if turned == 270:
        return width - top, left, width - bottom, right
    return left, bottom, right, top
