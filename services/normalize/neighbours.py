"""Which characters stand side by side in a text: asked before a word is searched for.

To find that a word of two characters is not in 15,000 takes 11 microseconds, and the stages know some two hundred
words that most reports do not have. One look at all pairs of neighbours takes 40; then a word costs a look into a
table, and a list of words two microseconds. The table is one of hashes, so a yes is looked up in the text itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from .units import make_units, units_of

_BITS: Final = ((2_000, 14), (1 << 17, 18))
_LARGE: Final = 20
"""Characters of a text, and bits of a hash up to there. The short lines of a report have 800 different pairs, a report
of 15,000 characters has 7,000, ten megabytes have some 400,000."""
_FACTOR: Final = 40_503
"""Odd, and near 2^16 divided by the golden ratio: the hashes of neighbouring code points lie far apart (Knuth, 6.4)."""


class Words:
    """Words that are asked for together."""

    __slots__ = ("_cells", "spelled")

    def __init__(self, words: Sequence[str]) -> None:
        self.spelled = tuple(words)
        self._cells: dict[int, tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = {}
        for bits in (*(bits for _, bits in _BITS), _LARGE):
            ends = np.array([_ends(word, bits) for word in words], np.intp).reshape(-1, 2)
            self._cells[bits] = ends[:, 0].copy(), ends[:, 1].copy()

    def within(self, text: str, seen: npt.NDArray[np.bool_], bits: int) -> list[int]:
        """Give the numbers of those that stand in ``text``, whose pairs are ``seen``."""
        first, last = self._cells[bits]
        (maybe,) = (seen[first] & seen[last]).nonzero()
        return [number for number in maybe.tolist() if self.spelled[number] in text]


class Neighbours:
    """The pairs of neighbours of one text."""

    __slots__ = ("_bits", "_cells", "_seen", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._bits = next((bits for most, bits in _BITS if len(text) <= most), _LARGE)
        self._seen = np.zeros((1 << self._bits) + 1, np.bool_)
        self._seen[_hashes(units_of(text).places, self._bits)] = True
        self._seen[-1] = True  # the cell of every word that has no two characters
        self._cells = memoryview(self._seen.data)

    def hold(self, word: str) -> bool:
        """Tell whether ``word`` stands in the text."""
        first, last = _ends(word, self._bits)
        return bool(self._cells[first] and self._cells[last] and word in self._text)

    def among(self, words: Words) -> list[int]:
        """Give the numbers of those of ``words`` that stand in the text, in order."""
        return words.within(self._text, self._seen, self._bits)


@lru_cache(maxsize=4)
def neighbours_of(text: str) -> Neighbours:
    """Look at ``text``; the stages that ask about the same text share the answer."""
    return Neighbours(text)


@lru_cache(maxsize=512)
def _ends(word: str, bits: int) -> tuple[int, int]:
    """Give the cells of the first two characters of ``word`` and of the last two."""
    hashes = _hashes(make_units(word).places, bits)
    return (int(hashes[0]), int(hashes[-1])) if len(hashes) else (-1, -1)


def _hashes(places: npt.NDArray[np.intp], bits: int) -> npt.NDArray[np.intp]:
    hashes = places[:-1] * _FACTOR
    hashes += places[1:]
    hashes &= (1 << bits) - 1
    return hashes
