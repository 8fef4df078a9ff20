"""What a beam of ways gives: the best one followed back, and what those that lost to it read otherwise."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..language.model import I64

DOUBT: Final = 7_000
"""Milli-nats: a reading that is dearer by more weighs less than one in a thousand."""

BEFORE: Final = 2
"""Characters read before a stored one at most, where bytes vanished; those read with it follow."""


class Read(NamedTuple):
    """One stretch read: for each piece how many stored characters gave how many new ones, and which are guesses."""

    text: str
    pieces: tuple[tuple[int, int, bool], ...]
    """The third: whether the stored character stayed."""
    guesses: tuple[tuple[int, int], ...]
    """Number in ``text``, confidence per mille."""
    cost: int


class Level(NamedTuple):
    """The ways behind one stored character, and those that ended in the same state as one of them."""

    parent: I64
    read: I64
    """What each way read: before the character, where a byte vanished there, and with it."""
    stayed: npt.NDArray[np.bool_]
    pending: I64
    losers: dict[int, list[tuple[int, int, tuple[int, ...]]]]
    """By number of way: cost behind it, parent, and what was read."""


def reading_of(levels: list[Level], ends: list[tuple[int, int, tuple[int, ...]]], cost: int) -> Read:
    """Follow the best way back, and beside it those that lost to it."""
    path = [0] * len(levels)
    _, at, last = ends[0]
    for depth in range(len(levels) - 1, -1, -1):
        path[depth] = at
        at = int(levels[depth].parent[at])
    placed: list[tuple[int, int, int]] = []
    pieces: list[tuple[int, int, bool]] = []
    stored = new = 0
    for depth, number in enumerate(path):
        level = levels[depth]
        read = level.read[number].tolist()
        for turn, code in enumerate(read[:BEFORE]):
            if code:
                placed.append((depth, turn, code))
                new += 1
        if read[0] and stored:
            pieces.append((stored, new, False))
            stored = new = 0
        stored += 1
        for turn, code in enumerate(read[BEFORE:], BEFORE):
            if code:
                placed.append((depth, turn, code))
                new += 1
        if not int(level.pending[number]):
            pieces.append((stored, new, bool(level.stayed[number])))
            stored = new = 0
    for turn, code in enumerate(last):
        if code:
            placed.append((len(levels), turn, code))
            new += 1
    if new and not stored and pieces:
        before, after, _ = pieces.pop()
        pieces.append((before, after + new, False))
    elif new:
        pieces.append((stored, new, False))
    weight = [0.0] * len(placed)
    for behind, start, drop in ends[1:]:
        _doubt(levels, path, placed, weight, (len(levels), behind, start, drop))
    for depth, number in enumerate(path):
        for behind, start, own in levels[depth].losers.get(number, ()):
            _doubt(levels, path, placed, weight, (depth, behind, start, own))
    guesses = tuple(
        (place, min(999, int(1000 / (1 + share)))) for place, share in enumerate(weight) if share > 0
    )
    return Read("".join(chr(code) for _, _, code in placed), tuple(pieces), guesses, cost)


def _doubt(
    levels: list[Level],
    path: list[int],
    placed: list[tuple[int, int, int]],
    weight: list[float],
    loser: tuple[int, int, int, tuple[int, ...]],
) -> None:
    """Weigh one way that lost: what the best one reads otherwise is less sure by its share."""
    depth, behind, at, last = loser
    read = {(depth, turn, code) for turn, code in enumerate(last) if code}
    low = depth
    while low > 0 and path[low - 1] != at:
        low -= 1
        level = levels[low]
        read |= {(low, turn, code) for turn, code in enumerate(level.read[at].tolist()) if code}
        at = int(level.parent[at])
    share = float(np.exp(-behind / 1000))
    for place, one in enumerate(placed):
        if low <= one[0] <= depth and one not in read:
            weight[place] += share
