"""From the lattice of a search to one reading: its characters, their places and their confidence."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ..language.document import add_costs
from ..language.model import I64
from ..language.table import U16
from .search import FAR, Search

_DEEP: Final = 12
"""Arcs into one node that are summed; those behind them weigh nothing."""

_WEIGHTS: Final = np.rint(np.exp(np.arange(16_000) / -1000) * (1 << 20)).astype(np.int64)


def share_of(costs: I64, chosen: int) -> int:
    """How likely one of several costs is among all of them, per mille."""
    apart = costs - costs[chosen]
    weights = np.where(apart < len(_WEIGHTS), _WEIGHTS[np.clip(apart, 0, len(_WEIGHTS) - 1)], 0)
    return int(_WEIGHTS[0]) * 1000 // max(int(weights.sum()), 1)


class Piece(NamedTuple):
    """One step of a reading: how many stored characters it takes (0 or more) and what it reads (or nothing)."""

    start: int
    end: int
    char: int
    confidence: int
    slipped: bool


class Reading(NamedTuple):
    """The best path through a lattice, and its cost."""

    pieces: tuple[Piece, ...]
    cost: int


def _sum_into(total: I64, target: I64, value: I64) -> None:
    order = np.lexsort((value, target))
    target, value = target[order], value[order]
    first = np.concatenate([[True], target[1:] != target[:-1]])
    starts = np.flatnonzero(first)
    rank = np.arange(len(target)) - np.repeat(starts, np.diff(np.append(starts, len(target))))
    for number in range(min(int(rank.max()) + 1, _DEEP)):
        chosen = rank == number
        total[target[chosen]] = add_costs(total[target[chosen]], value[chosen])


def read_lattice(search: Search, final: I64, symbols: U16, *, temperature: int = 1000) -> Reading | None:
    """Give the best reading of a finished search that ends in one of the nodes ``final``.

    ``temperature`` divides costs (per mille) before the probabilities of paths are summed.
    """
    if not len(final):
        return None
    groups = search.arcs
    place = search.at[: search.size]
    size = len(place)
    best = np.full(size, FAR, np.int64)
    best[0] = 0
    alpha = np.full(size, FAR, np.int64)
    alpha[0] = 0
    back = np.full((size, 2), -1, np.int64)
    for number, (source, target, _, cost) in enumerate(groups):
        whole = best[source] + cost
        order = np.lexsort((np.arange(len(target)), whole, target))
        heads = order[np.concatenate([[True], target[order][1:] != target[order][:-1]])]
        best[target[heads]] = whole[heads]
        back[target[heads], 0] = number
        back[target[heads], 1] = heads
        _sum_into(alpha, target, alpha[source] + cost * 1000 // temperature)
    beta = np.full(size, FAR, np.int64)
    beta[final] = 0
    for source, target, _, cost in reversed(groups):
        _sum_into(beta, source, beta[target] + cost * 1000 // temperature)
    total = int(beta[0])
    slots: dict[tuple[int, int], list[tuple[I64, I64]]] = {}
    for source, target, chars, cost in groups:
        behind = alpha[source] + cost * 1000 // temperature + beta[target] - total
        near = np.flatnonzero((behind < len(_WEIGHTS)) & (chars != 0))
        if not len(near):
            continue
        weight = _WEIGHTS[np.maximum(behind[near], 0)]
        starts, ends = place[source[near]], place[target[near]]
        for one, other in {(int(a), int(b)) for a, b in zip(starts, ends, strict=True)}:
            chosen = (starts == one) & (ends == other)
            slots.setdefault((one, other), []).append((chars[near[chosen]], weight[chosen]))
    pieces: list[Piece] = []
    node = int(final[np.argmin(best[final])])
    whole_cost = int(best[node])
    while node > 0:
        number, arc = (int(value) for value in back[node])
        source, target, char, _ = groups[number]
        code = int(char[arc])
        start, end = int(place[source[arc]]), int(place[target[arc]])
        confidence = 1000
        if code:
            same = 0
            symbol = int(symbols[code])
            for read, weights in slots.get((start, end), ()):
                alike = (read == code) | ((symbols[read] == symbol) if symbol else False)
                same += int(weights[alike].sum())
            confidence = min(1000, same * 1000 >> 20)
        slipped = bool(search.pending[source[arc]] >= 0 or search.pending[target[arc]] >= 0)
        pieces.append(Piece(start, end, code, confidence, slipped))
        node = int(source[arc])
    pieces.reverse()
    return Reading(tuple(pieces), whole_cost)
