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

_SMALL: Final = 18
_LARGE: Final = 20
"""Bits of a hash. A report of 15,000 characters has 7,000 different pairs, ten megabytes have some 400,000."""
_SMALL_TEXT: Final = 1 << 17
_FACTOR: Final = 40_503
"""Odd, and near 2^16 divided by the golden ratio: the hashes of neighbouring code points lie far apart (Knuth, 6.4)."""


class Words:
    """Words that are asked for together."""

    __slots__ = ("_first", "_last", "_words")

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        both = [[_ends(word, bits) for word in words] for bits in (_SMALL, _LARGE)]
        self._first, self._last = (
            tuple(np.array([ends[side] for ends in those], np.intp) for those in both) for side in (0, 1)
        )

    def within(self, text: str, seen: npt.NDArray[np.bool_]) -> list[int]:
        """Give the numbers of those that stand in ``text``, whose pairs are ``seen``."""
        large = len(seen) > 1 << _LARGE
        maybe = np.flatnonzero(seen[self._first[large]] & seen[self._last[large]])
        return [number for number in maybe.tolist() if self._words[number] in text]


class Neighbours:
    """The pairs of neighbours of one text."""

    __slots__ = ("_bits", "_cells", "_seen", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._bits = _SMALL if len(text) <= _SMALL_TEXT else _LARGE
        self._seen = np.zeros((1 << self._bits) + 1, np.bool_)
        self._seen[_hashes(text, self._bits)] = True
        self._seen[-1] = True  # the cell of every word that has no two characters
        self._cells = memoryview(self._seen.data)

    def hold(self, word: str) -> bool:
        """Tell whether ``word`` stands in the text."""
        first, last = _ends(word, self._bits)
        return bool(self._cells[first] and self._cells[last] and word in self._text)

    def among(self, words: Words) -> list[int]:
        """Give the numbers of those of ``words`` that stand in the text, in order."""
        return words.within(self._text, self._seen)


@lru_cache(maxsize=4)
def neighbours_of(text: str) -> Neighbours:
    """Look at ``text``; the stages that ask about the same text share the answer."""
    return Neighbours(text)


@lru_cache(maxsize=512)
def _ends(word: str, bits: int) -> tuple[int, int]:
    """Give the cells of the first two characters of ``word`` and of the last two."""
    hashes = _hashes(word, bits)
    return (int(hashes[0]), int(hashes[-1])) if len(hashes) else (-1, -1)


def _hashes(text: str, bits: int) -> npt.NDArray[np.intp]:
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    left, right = units[:-1], units[1:]
    wide = left.astype(np.uint32) * np.uint32(_FACTOR) + right
    return np.asarray(wide & np.uint32((1 << bits) - 1), np.intp)
