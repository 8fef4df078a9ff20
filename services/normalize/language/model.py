"""Costs of characters under the table of n-grams, for arrays of hypotheses at once.

All costs are whole milli-nats: minus the natural logarithm of a probability, times 1000. A history is one 64-bit
key of the last four symbols. N-grams lie in one open-addressed array of 64-bit slots: the upper 48 bits of the
mixed key, then a byte of cost and a byte of back-off; a look-up is a gather and a comparison, for all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .table import (
    BACKOFF_STEP,
    BACKOFF_ZERO,
    COST_STEP,
    NEVER,
    ORDER,
    PAIR_STEP,
    SKIP,
    SYMBOL_BITS,
    U8,
    U16,
    U64,
    Pairs,
    Table,
)

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

UNKNOWN_COST: Final = 15_000
"""Milli-nats of a character outside the table: some thousandth of a text, spread over 20,000 characters."""

_SLOT_BITS: Final = 23
"""8.4 million slots of 8 bytes for 2.6 million entries: a hit takes 1.2 probes, a miss 1.5, against 1.7 and 3.6 in
half the memory, where the long tails made a search three times slower."""

_LAST: Final = (1 << _SLOT_BITS) - 1

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(64 - _SLOT_BITS)
_BITS: Final = np.uint64(SYMBOL_BITS)
_VALUE: Final = np.uint64(0xFFFF)
_MASKS: Final = tuple(np.uint64((1 << (SYMBOL_BITS * n)) - 1) for n in range(ORDER + 1))
_ONE: Final = _MASKS[1]
_CONTEXTS: Final = np.array(_MASKS[:ORDER], np.uint64)[:, None]
"""What is asked of a history for n-grams of each order."""
_BYTE: Final = np.uint64(8)
_LOW: Final = np.uint64(0xFF)


_TOGETHER: Final = np.arange(8)
_FEW: Final = 1_000
"""Keys up to which the slots behind the first are looked at together, eight (64 bytes) at once: hardly a key stands
further off, so 250 keys take 40 microseconds instead of 100. Of many keys that would read too much."""

_FIRST_OF: Final = np.arange(0, ORDER * SYMBOL_BITS, SYMBOL_BITS, dtype=np.uint64)[:, None]
"""By how much n-grams of each order are shifted so that their first symbol is left."""

BLOCK: Final = 4_096
"""Symbols whose costs are asked for at once: 2 MB of intermediate numbers."""

_APART: Final = np.zeros(ORDER - 1, np.uint16)
"""Symbols that no character has."""

_NO_COSTS: Final[I32] = np.zeros(0, np.int32)


class Model:
    """The table made ready for questions. Immutable."""

    __slots__ = ("_met", "_pairs", "_singles", "_slots", "_unigrams", "fold", "form", "symbols")

    def __init__(self, pairs: Pairs, table: Table) -> None:
        self.fold: U16 = pairs.fold
        self.form: U8 = pairs.form
        self._met: U8 = np.packbits(pairs.cost != NEVER)
        self._pairs = pairs.cost
        self.symbols: str = "\0" + str(table.head["symbols"])
        unigrams = np.full(SKIP + 1, UNKNOWN_COST, np.int32)
        first = table.levels[0]
        unigrams[first.keys.astype(np.int64)] = first.cost.astype(np.int32) * COST_STEP
        self._unigrams = unigrams
        self._slots = _make_slots(table)
        self._singles = self._find(np.arange(SKIP + 1, dtype=np.uint64))
        self._singles[0] = 0

    def symbols_of(self, text: str) -> U16:
        """Fold ``text``; one symbol a character, ``SKIP`` for what is passed over."""
        units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self.fold[np.where(units < 65536, units, 0)]

    def backoffs(self, keys: U64) -> I32:
        """What each history costs when it must be cut short.

        ``[i, n]`` is what a next symbol pays after history i when its longest known n-gram has order n.
        """
        backoff = np.zeros((len(keys), ORDER + 1), np.int32)
        for n in range(ORDER - 1, 0, -1):
            part = keys & _MASKS[n]
            entry = self._find(part)
            known = (entry != 0) & ((part >> np.uint64(SYMBOL_BITS * (n - 1))) != 0)
            weight = (entry & np.uint64(0xFF)).astype(np.int32)
            backoff[:, n] = backoff[:, n + 1] + np.where(known, (weight - BACKOFF_ZERO) * BACKOFF_STEP, 0)
        return backoff

    def costs(self, keys: U64, backoffs: I32, of: I64, symbols: I64) -> I32:
        """Cost of each of ``symbols`` after the history ``keys`` beside it, whose back-offs stand in row ``of``."""
        out: I32 = self._unigrams[symbols] + backoffs[of, 1]
        live = np.flatnonzero(self.paired(keys & np.uint64(SKIP), symbols))
        wanted = symbols.astype(np.uint64)
        for n in range(2, ORDER + 1):
            if not len(live):
                break
            context = keys[live] & _MASKS[n - 1]
            entry = self._find((context << _BITS) | wanted[live])
            hit = (entry != 0) & ((context >> np.uint64(SYMBOL_BITS * (n - 2))) != 0)
            live, entry = live[hit], entry[hit]
            cost = ((entry >> np.uint64(8)) & np.uint64(0xFF)).astype(np.int32) * COST_STEP
            out[live] = cost + backoffs[of[live], n]
        return out

    def paired(
        self, before: npt.NDArray[np.integer], after: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.bool_]:
        """Tell which pairs of symbols stood side by side in what was counted."""
        at = (before.astype(np.int64) << SYMBOL_BITS) | after.astype(np.int64)
        met: npt.NDArray[np.bool_] = ((self._met[at >> 3] >> (7 - (at & 7)).astype(np.uint8)) & 1).astype(
            bool
        )
        return met

    def pair_costs(self, before: I64, after: I64) -> I64:
        """Cost of each symbol after the one before it, by pairs alone; 0 for a pair that was never counted."""
        steps = self._pairs[(before << SYMBOL_BITS) | after]
        return np.where(steps == NEVER, 0, steps).astype(np.int64) * PAIR_STEP

    def running_costs(self, symbols: U16) -> I32:
        """Cost of each symbol of one sequence after the four before it.

        What ``costs`` gives, with five questions in one: an n-gram that ends in a symbol is the history of the next.
        """
        keys = running_keys(symbols)
        costs = [
            self._running(keys[max(start - 1, 0) : start + BLOCK], symbols[max(start - 1, 0) : start + BLOCK])
            for start in range(0, len(symbols), BLOCK)
        ]
        out: I32 = np.concatenate([costs[0], *(cost[1:] for cost in costs[1:])]) if costs else _NO_COSTS
        return out

    def costs_apart(self, stretches: Sequence[U16]) -> list[I32]:
        """Give the cost of each symbol of several sequences, none of which tells of another.

        All in one question: what it costs to ask is more than what a sequence adds. Unknowns keep them apart.
        """
        if not stretches:
            return []
        costs = self.running_costs(np.concatenate([part for one in stretches for part in (one, _APART)]))
        out = []
        at = 0
        for one in stretches:
            out.append(costs[at : at + len(one)])
            at += len(one) + len(_APART)
        return out

    def _running(self, keys: U64, symbols: U16) -> I32:
        """Cost of symbols that follow one another; but for the text's first, the first has no history here."""
        singles: I32 = self._unigrams[symbols]
        # Whatever is counted is counted for its last two symbols as well, and of a reading one off hardly a pair is.
        (met,) = self.paired(keys & _ONE, symbols).nonzero()
        if not len(met):
            singles[1:] += _weights(self._singles[symbols[:-1]]) * BACKOFF_STEP
            return singles
        grams = ((keys & _CONTEXTS) << _BITS) | symbols
        entry = np.zeros(grams.shape, np.uint64)
        entry[0] = self._singles[symbols]
        entry[1:, met] = self._find(grams[1:, met].reshape(-1)).reshape(ORDER - 1, len(met))
        entry[(grams >> _FIRST_OF) == 0] = 0
        weight = _weights(entry[:-1, :-1]) * BACKOFF_STEP
        backoff = np.zeros(grams.shape, np.int32)
        # Whoever has no longer n-gram than n pays for all the longer histories that are known.
        for n in range(ORDER - 2, -1, -1):
            backoff[n, 1:] = backoff[n + 1, 1:] + weight[n]
        cost = ((entry >> _BYTE) & _LOW).astype(np.int32) * COST_STEP
        cost[0] = singles
        longest = np.maximum((entry != 0).sum(axis=0), 1) - 1
        at = np.arange(len(symbols))
        out: I32 = cost[longest, at] + backoff[longest, at]
        return out

    def costs_of(self, text: str) -> I64:
        """Give the cost of each character of ``text`` after those before it; 0 for what the model passes over."""
        symbols = self.symbols_of(text)
        kept = np.flatnonzero(symbols != SKIP)
        costs = np.zeros(len(symbols), np.int64)
        costs[kept] = self.running_costs(symbols[kept])
        return costs

    def _find(self, keys: U64) -> U64:
        """Give cost and back-off (16 bits, cost above) of each key, plus 1 << 16 where it is known; else 0."""
        mixed = keys * _MIX
        at = (mixed >> _SHIFT).astype(np.int64)
        slot = self._slots[at]
        match = ((slot ^ mixed) <= _VALUE) & (slot != 0)
        out = np.where(match, slot & _VALUE | np.uint64(0x10000), np.uint64(0))
        todo = np.flatnonzero(~match & (slot != 0))
        at = at[todo]
        while len(todo) > _FEW:
            at = (at + 1) & _LAST
            slot = self._slots[at]
            match = ((slot ^ mixed[todo]) <= _VALUE) & (slot != 0)
            out[todo[match]] = slot[match] & _VALUE | np.uint64(0x10000)
            going = ~match & (slot != 0)
            todo, at = todo[going], at[going]
        at += 1
        while len(todo):
            # A key stands before the first empty slot or nowhere: none of those behind it has the key.
            slots = self._slots[(at[:, None] + _TOGETHER) & _LAST]
            matches = ((slots ^ mixed[todo][:, None]) <= _VALUE) & (slots != 0)
            row, column = matches.nonzero()
            out[todo[row]] = slots[row, column] & _VALUE | np.uint64(0x10000)
            going = slots.all(axis=1)
            going[row] = False
            todo, at = todo[going], at[going] + len(_TOGETHER)
        return out


def _weights(entries: U64) -> I32:
    """Give what it costs to cut each history short, in steps; 0 for those that are not known."""
    weights: I32 = ((entries & _LOW).astype(np.int32) - BACKOFF_ZERO) * (entries != 0)
    return weights


def running_keys(symbols: U16) -> U64:
    """The history key before each symbol of a sequence."""
    wide = np.concatenate([np.zeros(ORDER - 1, np.uint64), symbols.astype(np.uint64)])
    keys = np.zeros(len(symbols), np.uint64)
    for back in range(ORDER - 1, 0, -1):
        keys = (keys << _BITS) | wide[ORDER - 1 - back : ORDER - 1 - back + len(symbols)]
    return keys


def _make_slots(table: Table) -> U64:
    mixed = np.concatenate([level.keys for level in table.levels]) * _MIX
    cost = np.concatenate([level.cost for level in table.levels]).astype(np.uint64)
    backoff = np.concatenate([level.backoff for level in table.levels]).astype(np.uint64)
    entries = (mixed & ~_VALUE) | (cost << np.uint64(8)) | backoff
    slots = np.zeros(1 << _SLOT_BITS, np.uint64)
    at = (mixed >> _SHIFT).astype(np.int64)
    while len(entries):
        # Whoever is written last to a free slot keeps it; the others go one slot on. The order is the array's own.
        free = slots[at] == 0
        slots[at[free]] = entries[free]
        going = slots[at] != entries
        entries, at = entries[going], (at[going] + 1) & _LAST
    return slots
