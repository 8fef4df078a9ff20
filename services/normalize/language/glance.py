"""A glance at a text: which neighbours never met. Some 0.1 ms on a clean report, and no table of n-grams."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..units import codes_of, units_of
from . import load_pairs
from .table import NEVER, SKIP, SYMBOL_BITS, U8, U16

I64 = npt.NDArray[np.int64]

FOREIGN: Final = SKIP
"""Beside a blank or a foreign character nothing is said: such pairs cost nothing."""


class Pairing(NamedTuple):
    """What a glance looks up: symbols, costs of pairs, and one bit a pair for those that never met."""

    symbol: U16
    cost: U8
    never: U8
    """The commonest characters have the lowest symbols, so that what a report asks for lies close together: a table of
    2 MB leaves the processor's caches to others, where the costs themselves take 16."""

    def costs(self, before: npt.NDArray[np.integer], after: npt.NDArray[np.integer]) -> I64:
        """Give what each character ``after`` costs behind the one ``before`` it, in steps."""
        at = (self.symbol[before].astype(np.int64) << SYMBOL_BITS) | self.symbol[after]
        steps: I64 = self.cost[at].astype(np.int64)
        return steps

    def never_met(self, before: U16, after: U16) -> npt.NDArray[np.bool_]:
        """Tell of pairs of symbols whether they never stood side by side."""
        at = before.astype(np.intp)
        at <<= SYMBOL_BITS - 3
        at |= after >> 3
        bits = self.never.take(at)
        bits >>= (after & 7).astype(np.uint8)
        bits &= 1
        never: npt.NDArray[np.bool_] = bits.view(np.bool_)
        return never


class Glance(NamedTuple):
    """What was seen: the text's code points, and the characters that never met their neighbour to the right."""

    codes: U16
    odd: I64


@lru_cache(maxsize=1)
def pairing() -> Pairing:
    """Give the tables of a glance, made at the first call (0.1 s)."""
    pairs = load_pairs()
    fold = pairs.fold.copy()
    foreign = fold == 0
    foreign[0x3400:0xA000] = False
    fold[foreign] = FOREIGN
    cost = pairs.cost.copy()
    square = cost.reshape(SKIP + 1, SKIP + 1)
    square[FOREIGN, :] = square[:, FOREIGN] = 0
    return Pairing(fold, cost, np.packbits(cost == NEVER, bitorder="little"))


@lru_cache(maxsize=2)
def glance_at(text: str) -> Glance:
    """Look at ``text``; the two stages that ask about the same text share the answer."""
    codes = codes_of(text)
    units = units_of(text)
    # In most texts the units are the code points, and their places in the tables are known already.
    places = units.places if codes is units.units else codes.astype(np.intp)
    tables = pairing()
    symbols = tables.symbol.take(places)
    return Glance(codes, tables.never_met(symbols[:-1], symbols[1:]).nonzero()[0])
