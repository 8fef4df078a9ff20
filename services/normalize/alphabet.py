"""Which characters a text has: asked once a text, so that a stage can tell at once that it has nothing to do.

A Chinese report has a thousand different characters, nine in ten of them ideographs that no stage asks for by name. So
ideographs are kept as the bits of one whole number and the others as a set: 5,000 characters take 20 microseconds where
a set of all of them takes 95, and ten times as much where other work has emptied the processor's caches (ADR 100).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import numpy as np

from .units import units_of

FIRST: Final = 0x3400
BEYOND: Final = 0xA000
"""The ideographs of the basic plane, ``FIRST`` ≤ code < ``BEYOND``."""

SHORT: Final = 256
"""Characters below which a set of them all is made as fast."""


class Alphabet(AbstractSet[str]):
    """The distinct characters of a text; like a frozen set, and quick to answer ``isdisjoint`` and ``in``."""

    __slots__ = ("_ideographs", "others")

    def __init__(self, others: frozenset[str], ideographs: int) -> None:
        """Take the ideographs as bits, that of ``FIRST`` the lowest, and whatever else there is."""
        self.others = others
        self._ideographs = ideographs

    def __contains__(self, char: object) -> bool:
        if char in self.others:
            return True
        code = ord(char) if isinstance(char, str) and len(char) == 1 else 0
        return FIRST <= code < BEYOND and bool(self._ideographs >> (code - FIRST) & 1)

    def __iter__(self) -> Iterator[str]:
        yield from self.others
        yield from _written(self._ideographs)

    @property
    def has_ideographs(self) -> bool:
        """Whether any ideograph of the basic plane is among them."""
        return self._ideographs != 0

    def __bool__(self) -> bool:
        return bool(self.others) or self.has_ideographs

    def __len__(self) -> int:
        return len(self.others) + self._ideographs.bit_count()

    def __and__(self, kind: AbstractSet[object]) -> frozenset[str]:
        """Give the characters of ``kind`` that the text has."""
        if not isinstance(kind, frozenset):
            return frozenset(char for char in kind if isinstance(char, str) and char in self)
        others, ideographs = _parts_of(kind)
        both = self._ideographs & ideographs
        found = self.others & others
        return found.union(_written(both)) if both else found

    __rand__ = __and__

    def isdisjoint(self, kind: Iterable[object]) -> bool:
        """Tell that the text has no character of ``kind``."""
        if not isinstance(kind, frozenset):
            return not any(char in self for char in kind)
        others, ideographs = _parts_of(kind)
        return not self._ideographs & ideographs and self.others.isdisjoint(others)

    def union(self, chars: str) -> Alphabet:
        """Give the alphabet of this text and ``chars``."""
        if not chars:
            return self
        others, ideographs = _divided(frozenset(chars))
        return Alphabet(self.others | others if others else self.others, self._ideographs | ideographs)


Characters = Alphabet | frozenset[str]
"""What a stage may be handed: an alphabet, or a plain set where somebody runs one stage by itself."""


def others_in(alphabet: Characters) -> frozenset[str]:
    """Give what an alphabet has besides ideographs, and of a plain set all: enough to look for other scripts in."""
    return alphabet.others if isinstance(alphabet, Alphabet) else alphabet


def alphabet_of(text: str) -> Alphabet:
    """Give the distinct characters of ``text``."""
    if len(text) < SHORT:
        return Alphabet(*_divided(frozenset(text)))
    places = units_of(text).places
    if len(places) != len(text):  # with characters beyond the basic plane, which are two units each
        return Alphabet(*_divided(frozenset(text)))
    seen = bytearray(0x10000)
    np.frombuffer(seen, np.bool_)[places] = True
    bits = np.packbits(np.frombuffer(seen, np.bool_, BEYOND - FIRST, FIRST), bitorder="little").tobytes()
    # One by one: halves of surrogate pairs that stand alone in the text must not come together here.
    others = []
    at = seen.find(1)
    while at >= 0:
        if FIRST <= at < BEYOND:
            at = BEYOND - 1
        else:
            others.append(chr(at))
        at = seen.find(1, at + 1)
    return Alphabet(frozenset(others), int.from_bytes(bits, "little"))


@lru_cache(maxsize=128)
def _parts_of(kind: frozenset[str]) -> tuple[frozenset[str], int]:
    """Divide a kind of characters; each stage asks for the same kinds at every text."""
    return _divided(kind)


def _divided(chars: frozenset[str]) -> tuple[frozenset[str], int]:
    bits = bytearray((BEYOND - FIRST) // 8)
    others = []
    for char in chars:
        at = ord(char) - FIRST
        if 0 <= at < BEYOND - FIRST:
            bits[at >> 3] |= 1 << (at & 7)
        else:
            others.append(char)
    return (frozenset(others) if len(others) < len(chars) else chars), int.from_bytes(bits, "little")


def _written(ideographs: int) -> Iterator[str]:
    bits = np.frombuffer(ideographs.to_bytes((BEYOND - FIRST) // 8, "little"), np.uint8)
    return map(chr, (np.unpackbits(bits, bitorder="little").nonzero()[0] + FIRST).tolist())
