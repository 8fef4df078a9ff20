"""What one document says about its own language: counts of its own n-grams over the table's costs.

The mixture is that of Witten and Bell (1991), with the table as its lowest level: a context seen ``n`` times with
``k`` different followers gives the table a share of ``k·WEIGHT / (n + k·WEIGHT)``. So the document speaks only
where it has itself been in that context, and in proportion to how often.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .model import I32, I64
from .table import SKIP, SYMBOL_BITS, U16, U64

_ORDERS: Final = (3, 4, 5)
"""Shorter contexts than two characters are better known to the table."""

WEIGHT: Final = 30
_BITS: Final = np.uint64(SYMBOL_BITS)

_LOG_SIZE: Final = 1 << 16
_LOGS: Final[I32] = np.rint(np.log(np.maximum(np.arange(_LOG_SIZE), 1)) * 1000).astype(np.int32)
"""Natural logarithms of whole numbers, in milli-nats."""

_SUM_SIZE: Final = 9_000
_SUMS: Final[I32] = np.rint(np.log1p(np.exp(np.arange(_SUM_SIZE) / -1000)) * 1000).astype(np.int32)
"""What adding the smaller of two probabilities takes off the larger one's cost, by the difference."""


def add_costs(one: I32, other: I32) -> I32:
    """The cost of two probabilities' sum."""
    apart = np.minimum(np.abs(one - other), _SUM_SIZE - 1)
    total: I32 = np.minimum(one, other) - _SUMS[apart]
    return total


class DocumentModel:
    """The counts of one document. ``present`` says which code points it has."""

    def __init__(self, pieces: list[U16], present: npt.NDArray[np.bool_], script: str) -> None:
        self.present = present
        self.script = script
        self._counts: dict[int, tuple[U64, I32]] = {}
        self._contexts: dict[int, tuple[U64, I32, I32]] = {}
        for order in (2, *_ORDERS):
            grams = [_grams(piece, order) for piece in pieces if len(piece) >= order]
            keys, counts = np.unique(
                np.concatenate(grams) if grams else np.zeros(0, np.uint64), return_counts=True
            )
            self._counts[order] = keys, counts.astype(np.int32)
            if order > 2:
                contexts, starts = np.unique(keys >> _BITS, return_index=True)
                total = np.add.reduceat(counts, starts) if len(counts) else counts
                kinds = np.diff(np.append(starts, len(keys)))
                self._contexts[order] = contexts, total.astype(np.int32), kinds.astype(np.int32)

    def paired(self, before: I64, after: I64) -> npt.NDArray[np.bool_]:
        """Tell which pairs of symbols stand side by side in the document."""
        keys, _ = self._counts[2]
        if not len(keys):
            return np.zeros(len(before), bool)
        query = ((before << SYMBOL_BITS) | after).astype(np.uint64)
        at = np.minimum(np.searchsorted(keys, query), len(keys) - 1)
        met: npt.NDArray[np.bool_] = keys[at] == query
        return met

    def places(self, keys: U64) -> I32:
        """Where each history stands among the contexts of each order; -1 where it does not."""
        out = np.full((len(keys), len(_ORDERS)), -1, np.int32)
        for column, order in enumerate(_ORDERS):
            contexts, _, _ = self._contexts[order]
            if not len(contexts):
                break
            context = keys & np.uint64((1 << (SYMBOL_BITS * (order - 1))) - 1)
            at = np.minimum(np.searchsorted(contexts, context), len(contexts) - 1)
            known = (contexts[at] == context) & ((context >> np.uint64(SYMBOL_BITS * (order - 2))) != 0)
            out[known, column] = at[known]
        return out

    def mixed(self, places: I32, of: I64, symbols: I64, cost: I32) -> I32:
        """Mix the table's costs of ``symbols`` with this document's; ``places[of]`` are their contexts."""
        for column, order in enumerate(_ORDERS):
            place = places[of, column]
            live = np.flatnonzero(place >= 0)
            if not len(live):
                break
            place = place[live]
            contexts, total, kinds = self._contexts[order]
            keys, counts = self._counts[order]
            query = (contexts[place] << _BITS) | symbols[live].astype(np.uint64)
            found = np.minimum(np.searchsorted(keys, query), len(keys) - 1)
            seen = np.where(keys[found] == query, counts[found], 0)
            share = _LOGS[np.minimum(total[place] + WEIGHT * kinds[place], _LOG_SIZE - 1)]
            below = cost[live] - _LOGS[np.minimum(WEIGHT * kinds[place], _LOG_SIZE - 1)] + share
            own = share - _LOGS[np.minimum(seen, _LOG_SIZE - 1)]
            cost[live] = np.where(seen > 0, add_costs(below, own), below)
        return cost


def _grams(symbols: U16, order: int) -> U64:
    keys = np.zeros(len(symbols) - order + 1, np.uint64)
    whole = np.ones(len(keys), bool)
    for at in range(order):
        part = symbols[at : at + len(keys)]
        keys = (keys << _BITS) | part
        whole &= (part != 0) & (part != SKIP)
    return keys[whole]
