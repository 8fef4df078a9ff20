"""Which words stand in a text: told of all words at once, by the characters that stand side by side.

To find that a word of two characters is not in 15,000 takes 11 microseconds, and the stages know some five hundred
words that most reports do not have. So one look goes over the pairs of neighbours: a table of 64 kB tells which of
them some word has. One pair in a hundred is looked up in the text itself, and every stage has its answer (ADR 145).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache
from sys import maxsize
from typing import Final

import numpy as np
import numpy.typing as npt

from .units import units_of

_FACTOR: Final = 40_503
"""Odd, and near 2^16 divided by the golden ratio: the hashes of neighbouring code points lie far apart (Knuth, 6.4)."""
_CELLS: Final = 1 << 16
PAIR: Final = 2

CROWDED: Final = 8
"""Where one place in so many begins a word or seems to (a page of dashes), each word is searched for instead."""


class Words:
    """Words that are asked for together; a word's number is its place among them."""

    def __init__(self, words: Sequence[str]) -> None:
        self.spelled = tuple(words)
        self.sought = maxsize
        """Its number among the groups that every text is looked through for; of any other group a huge one."""

    @classmethod
    def everywhere(cls, words: Sequence[str]) -> Words:
        """Make words that every text is asked for: they are looked for together with all others of this kind.

        For modules, when they are loaded. What only some texts are asked for would make all others slower.
        """
        made = cls(words)
        made.sought = len(_SOUGHT)
        _SOUGHT.append(made)
        return made

    @cached_property
    def telling(self) -> Telling:
        """The way to find these words alone."""
        return Telling((self,))

    def within(self, near: Neighbours) -> list[int]:
        """Give the numbers of those that stand in a text, in order."""
        return near.numbers_of(self)


_SOUGHT: Final[list[Words]] = []


class Telling:
    """Which two characters tell of the words of some groups.

    Of two both; of more the second and the third: in 技术支持 and 继续访问 these belong to two words, and stand side by
    side in few texts, where 技术 and 继续 stand in most.
    """

    __slots__ = ("_marks", "_of_pair", "_single")

    def __init__(self, groups: Sequence[Words]) -> None:
        self._marks = np.zeros(_CELLS, np.bool_)
        self._of_pair: dict[str, list[tuple[str, int, Words, int]]] = {}
        self._single: list[tuple[str, Words, int]] = []
        for group in groups:
            for number, word in enumerate(group.spelled):
                if len(word) < PAIR:
                    self._single.append((word, group, number))
                    continue
                first = int(len(word) > PAIR)
                at = self._of_pair.setdefault(word[first : first + PAIR], [])
                at.append((word, first, group, number))
        for pair in self._of_pair:
            self._marks[_cell(pair)] = True

    def found_in(self, text: str, cells: npt.NDArray[np.uint16]) -> dict[Words, list[int]]:
        """Give the numbers of the words that stand in ``text``, whose pairs lie in ``cells``, by their groups."""
        (places,) = self._marks.take(cells).nonzero()  # by [] it takes twice as long
        if len(places) * CROWDED > len(text):
            seen = set(np.unique(cells[places]).tolist())
            maybe = [known for pair in self._of_pair if _cell(pair) in seen for known in self._of_pair[pair]]
            found = {(group, number) for word, _, group, number in maybe if word in text}
        else:
            found = {
                (group, number)
                for at in places.tolist()
                for word, first, group, number in self._of_pair.get(text[at : at + PAIR], ())
                if at >= first and text.startswith(word, at - first)
            }
        found.update((group, number) for word, group, number in self._single if word in text)
        numbers: dict[Words, list[int]] = {}
        for group, number in found:
            numbers.setdefault(group, []).append(number)
        for those in numbers.values():
            those.sort()
        return numbers


class Neighbours:
    """The words of one text, as its neighbours tell them."""

    __slots__ = ("_cells", "_found", "_known", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._cells = _cells_of(text)
        self._known = len(_SOUGHT)
        self._found = _telling(self._known).found_in(text, self._cells)

    def among(self, words: Words) -> list[int]:
        """Give the numbers of those of ``words`` that stand in the text, in order."""
        return words.within(self)

    def standing(self, groups: Collection[Words]) -> list[Words]:
        """Give those of some groups of which a word stands in the text."""
        found, known = self._found, self._known
        return [words for words in groups if (words in found if words.sought < known else self.among(words))]

    def numbers_of(self, words: Words) -> list[int]:
        """Give the same, for ``words`` themselves."""
        if words.sought < self._known:
            return self._found.get(words, [])
        return words.telling.found_in(self._text, self._cells).get(words, [])


@lru_cache(maxsize=4)
def neighbours_of(text: str) -> Neighbours:
    """Look at ``text``; the stages that ask about the same text share the answer."""
    return Neighbours(text)


@lru_cache(maxsize=1)
def _telling(known: int) -> Telling:
    return Telling(_SOUGHT[:known])


def _cell(pair: str) -> int:
    return (ord(pair[0]) * _FACTOR + ord(pair[1])) % _CELLS


def _cells_of(text: str) -> npt.NDArray[np.uint16]:
    """Give the cells of all pairs of neighbours, by code points."""
    units: npt.NDArray[np.uint16] = units_of(text).units
    if len(units) != len(text):  # with characters beyond the basic plane
        units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint16)
    cells = units[:-1] * np.uint16(_FACTOR)
    cells += units[1:]
    return cells
