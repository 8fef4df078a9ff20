"""Which stages have anything to do in a text: told of all of them at once, by its characters and by its words.

Of the sixty stages a clean report needs twenty. To enter each of the others costs more than what it finds out: code
and tables that no processor's cache holds any longer when the next report comes. So the runner asks for all of them
together: each distinct character says which stages want it, and one look at the neighbours finds the words of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .alphabet import BEYOND, FIRST, Characters, others_in
from .neighbours import Words, neighbours_of

if TYPE_CHECKING:
    from .stage import Stage

Numbers = int
"""A set of stages: bit ``n`` is set for the one with number ``n``."""

_NONE: Final[Numbers] = 0


class Gates:
    """What some stages need, turned round: from characters and words to stages."""

    __slots__ = ("_by_char", "_chars", "_ideographs", "_of_words", "_wanting_no_char", "_wanting_no_word")

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._by_char: dict[str, Numbers] = {}
        self._ideographs: list[tuple[Numbers, frozenset[str]]] = []
        self._wanting_no_char = self._wanting_no_word = _NONE
        self._of_words: dict[Words, Numbers] = {}
        for number, stage in enumerate(stages):
            bit = 1 << number
            if stage.needs is None:
                self._wanting_no_char |= bit
            else:
                # An alphabet keeps ideographs by themselves, and answers for a whole kind of them at once.
                ideographs = frozenset(char for char in stage.needs if FIRST <= ord(char) < BEYOND)
                if ideographs:
                    self._ideographs.append((bit, ideographs))
                for char in stage.needs - ideographs:
                    self._by_char[char] = self._by_char.get(char, _NONE) | bit
            if stage.words is None:
                self._wanting_no_word |= bit
            else:
                self._of_words[stage.words] = self._of_words.get(stage.words, _NONE) | bit
        self._chars = frozenset(self._by_char)

    def opened_by(self, text: str, alphabet: Characters) -> Numbers:
        """Give the stages that a text opens: each has one of the characters that it needs, and one of the words."""
        return self._by_chars(alphabet) & self._by_words(text)

    def _by_chars(self, alphabet: Characters) -> Numbers:
        opened = self._wanting_no_char
        for char in others_in(alphabet) & self._chars:
            opened |= self._by_char[char]
        for bit, ideographs in self._ideographs:
            if not opened & bit and not alphabet.isdisjoint(ideographs):
                opened |= bit
        return opened

    def _by_words(self, text: str) -> Numbers:
        opened = self._wanting_no_word
        for words in neighbours_of(text).standing(self._of_words):
            opened |= self._of_words[words]
        return opened
