"""Which characters a text has: asked once a text, so that a stage can tell at once that it has nothing to do.

A Chinese report has a thousand different characters, nine in ten of them ideographs that no stage asks for by name. So
ideographs are kept as a table of bits and the others as a set: 5,000 characters take 25 microseconds where a set of all
of them takes 95, and ten times as much where other work has emptied the processor's caches (ADR 100).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from .units import units_of

Table = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

FIRST: Final = 0x3400
BEYOND: Final = 0xA000
"""The ideographs of the basic plane, ``FIRST`` ≤ code < ``BEYOND``."""

SHORT: Final = 256
"""Characters below which a set of them all is made as fast."""


class Alphabet(AbstractSet[str]):
    """The distinct characters of a text; like a frozen set, and quick to answer ``isdisjoint`` and ``in``."""

    __slots__ = ("_ideographs", "others")

    def __init__(self, others: frozenset[str], ideographs: Table) -> None:
        """Take the ideographs as a table of ``BEYOND - FIRST`` truths, and whatever else there is."""
        self.others = others
        self._ideographs = ideographs

    def __contains__(self, char: object) -> bool:
        if char in self.others:
            return True
        code = ord(char) if isinstance(char, str) and len(char) == 1 else 0
        return FIRST <= code < BEYOND and bool(self._ideographs[code - FIRST])

    def __iter__(self) -> Iterator[str]:
        yield from self.others
        yield from map(chr, (np.flatnonzero(self._ideographs) + FIRST).tolist())

    @property
    def has_ideographs(self) -> bool:
        """Whether any ideograph of the basic plane is among them."""
        return bool(self._ideographs.any())

    def __bool__(self) -> bool:
        return bool(self.others) or self.has_ideographs

    def __len__(self) -> int:
        return len(self.others) + int(np.count_nonzero(self._ideographs))

    def __and__(self, kind: AbstractSet[object]) -> frozenset[str]:
        """Give the characters of ``kind`` that the text has."""
        if not isinstance(kind, frozenset):
            return frozenset(char for char in kind if isinstance(char, str) and char in self)
        others, ideographs = _parts_of(kind)
        found = self.others & others
        if ideographs is None or not np.count_nonzero(here := self._ideographs[ideographs]):
            return found
        return found.union(map(chr, (ideographs[here] + FIRST).tolist()))

    __rand__ = __and__

    def isdisjoint(self, kind: Iterable[object]) -> bool:
        """Tell that the text has no character of ``kind``."""
        if not isinstance(kind, frozenset):
            return not any(char in self for char in kind)
        others, ideographs = _parts_of(kind)
        return self.others.isdisjoint(others) and (
            ideographs is None or not np.count_nonzero(self._ideographs[ideographs])
        )

    def union(self, chars: str) -> Alphabet:
        """Give the alphabet of this text and ``chars``."""
        if not chars:
            return self
        more = frozenset(chars)
        others, ideographs = _divided(more)
        table = self._ideographs
        if ideographs is not None:
            table = table.copy()
            table[ideographs] = True
        return Alphabet(self.others | others if others else self.others, table)


Characters = Alphabet | frozenset[str]
"""What a stage may be handed: an alphabet, or a plain set where somebody runs one stage by itself."""


def others_in(alphabet: Characters) -> frozenset[str]:
    """Give what an alphabet has besides ideographs, and of a plain set all: enough to look for other scripts in."""
    return alphabet.others if isinstance(alphabet, Alphabet) else alphabet


def alphabet_of(text: str) -> Alphabet:
    """Give the distinct characters of ``text``."""
    if len(text) < SHORT:
        return _NOTHING.union(text)
    places = units_of(text).places
    if len(places) != len(text):  # with characters beyond the basic plane, which are two units each
        return _NOTHING.union(text)
    seen = np.zeros(0x10000, np.bool_)
    seen[places] = True
    # One by one: halves of surrogate pairs that stand alone in the text must not come together here.
    below, above = seen[:FIRST].nonzero()[0], seen[BEYOND:].nonzero()[0] + BEYOND
    return Alphabet(frozenset(map(chr, below.tolist() + above.tolist())), seen[FIRST:BEYOND].copy())


@lru_cache(maxsize=128)
def _parts_of(kind: frozenset[str]) -> tuple[frozenset[str], Places | None]:
    """Divide a kind of characters; each stage asks for the same kinds at every text."""
    return _divided(kind)


def _divided(chars: frozenset[str]) -> tuple[frozenset[str], Places | None]:
    codes = [ord(char) - FIRST for char in chars if FIRST <= ord(char) < BEYOND]
    if not codes:
        return chars, None
    return frozenset(char for char in chars if not FIRST <= ord(char) < BEYOND), np.array(codes, np.intp)


_NOTHING: Final = Alphabet(frozenset(), np.zeros(BEYOND - FIRST, np.bool_))
