"""The UTF-16 units of a text as arrays: made once for whoever looks at a whole text in C.

A clean report goes through all stages as the same string, and alphabet, glance and neighbours begin with its units.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

KEPT: Final = 1 << 20
"""Characters of the longest text whose units are kept until the next two: ten megabytes of them."""


class Units(NamedTuple):
    """The units of a text, twice: as they are, and as indices that numpy need not cast, which halves a look-up."""

    units: npt.NDArray[np.uint16]
    places: npt.NDArray[np.intp]


def make_units(text: str) -> Units:
    """Give the units of ``text``, lone surrogates too; a character beyond the basic plane has two."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    places = units.astype(np.intp)
    places.setflags(write=False)  # as the other is: both are shared
    return Units(units, places)


_kept = lru_cache(maxsize=2)(make_units)


def units_of(text: str) -> Units:
    """Give the units of a whole text; who asks about the same text shares the answer."""
    return _kept(text) if len(text) <= KEPT else make_units(text)


def codes_of(text: str) -> npt.NDArray[np.uint16]:
    """Give the code points of a whole text, one a character; 0 for what lies beyond the basic plane.

    The same as the units where nothing does. Whoever tells of places in the text asks for these: behind a character
    beyond the plane each unit stands one further on than its character.
    """
    units = units_of(text).units
    if len(units) == len(text):
        return units
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.where(points < 1 << 16, points, np.uint32(0)).astype(np.uint16)
