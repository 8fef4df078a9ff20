"""UTF-8 read as GBK whose private-use characters were dropped.

GB 18030 gives a private-use character for a pair that GBK left free, and what copies a text often drops these: of
能够 (E883BD E5A49F) the pair A49F is gone, and ``鑳藉`` is stored. A first byte says how many bytes its character has,
so that a place where a pair is missing is known: behind a first byte (both others are gone), or across the border of
two characters (the last byte of one and the first of the next). Only the pairs that GBK left free can be missing; which
one it was, the language says. Every such character is a guess.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..language.model import I64, Model
from .chains import Alignment, Step, encode_as, pieces_of
from .lossy import BEAM, HOLES, Filler, Guess, Path
from .undo import PROVED, Undone, cost_of, wins

STEP: Final = Step("gb18030", "utf-8")
_LOST: Final = -1
_CONTINUES: Final = range(0x80, 0xC0)

LONGEST: Final = 400
"""Stored characters of a line that is read so; the ways through a longer one are not followed."""

DROPPED_IN: Final = 3
"""At most one character in so many is a guess: with fewer that stand whole nothing bears the reading out."""


class _Way(NamedTuple):
    """One reading up to a byte."""

    path: Path
    guesses: tuple[int, ...] = ()
    """Which of its characters did not stand whole."""
    drops: tuple[int, ...] = ()
    """The bytes before which a pair was dropped."""


@cache
def _free() -> npt.NDArray[np.bool_]:
    """The pairs of bytes that GB 18030 reads as private-use characters."""
    free = np.zeros((256, 256), bool)
    for first in range(0xA1, 0xFF):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            char = bytes((first, second)).decode("gb18030", "replace")
            free[first, second] = "\ue000" <= char <= "\uf8ff"
    return free


def undone_dropped(line: str, filler: Filler, model: Model) -> Undone | None:
    """Undo a line that is UTF-8 read as GBK but for pairs that are gone; None where it is no such thing."""
    if len(line) > LONGEST:
        return None
    slots: list[int] = []
    widths: list[int] = []
    for char in line:
        data = None if char in HOLES else encode_as(char, STEP)
        if data is None and char not in HOLES:
            return None
        slots += [_LOST] if data is None else data
        widths.append(len(data or b"?"))
    read = _read(slots, widths, filler)
    if read is None or not read[0].drops:
        return None
    way, guesses = read
    new = "".join(map(chr, way.path.chars))
    whole = sum("\u3400" <= char < "\ua000" for at, char in enumerate(new) if at not in way.guesses)
    if whole < PROVED or len(way.guesses) * DROPPED_IN > len(new):
        return None
    if not wins(new, cost_of(line, model)[0], model, (STEP,)):
        return None
    alignment = _aligned(new, widths, way.drops)
    return None if alignment is None else Undone(0, len(line), new, alignment, (STEP,), guesses)


def _aligned(new: str, widths: list[int], drops: tuple[int, ...]) -> Alignment | None:
    """Give the pieces that belong together; a dropped pair counts with the stored character before it."""
    stored = list(widths)
    ends = np.cumsum(widths)
    for drop in drops:
        stored[int(np.searchsorted(ends, drop))] += 2
    right = [len(char.encode()) for char in new]
    return tuple(pieces_of(stored, right)) if sum(stored) == sum(right) else None


def _read(slots: list[int], widths: list[int], filler: Filler) -> tuple[_Way, tuple[Guess, ...]] | None:
    """Follow every way through the bytes that keeps to the form of UTF-8; give the likeliest, and how sure it is."""
    codes, parts = filler.characters(STEP.right)
    second, last = parts[:, 1], parts[:, 2]
    free = _free()[second, last]
    crossing = (last >= _CROSSING[0]) & (last < _CROSSING[1])
    edges = {0, *np.cumsum(widths).tolist()}
    sure: list[Guess] = []
    waiting: dict[int, list[_Way]] = {0: [_Way(Path(0, 0, ()))]}
    while waiting:
        at = min(waiting)
        ways = _settled(waiting.pop(at), sure, filler, alone=not waiting, ended=at == len(slots))
        if at == len(slots):
            return ways[0], tuple(sure)
        width, options = filler.options_at(slots, at, STEP)
        if width:
            guessed = min(slots[at : at + width]) < 0
            waiting.setdefault(at + width, []).extend(_onward(ways, options, filler, guessed=guessed))
        if not 0xE0 <= slots[at] < 0xF0:
            continue
        here = parts[:, 0] == slots[at]
        if at + 1 in edges and (here & free).any():
            gone = _onward(ways, codes[here & free], filler, drop=at + 1)
            waiting.setdefault(at + 1, []).extend(gone)
        if at + 2 not in edges or at + 2 > len(slots) or slots[at + 1] not in _CONTINUES:
            continue
        one = here & (second == slots[at + 1]) & crossing
        if at + 4 <= len(slots) and slots[at + 2] in _CONTINUES and slots[at + 3] in _CONTINUES:
            width, other = 4, (second == slots[at + 2]) & (last == slots[at + 3])
        elif at + 2 == len(slots) or slots[at + 2] not in _CONTINUES:
            width, other = 2, free  # two pairs are gone, and with them a whole character
        else:
            continue
        if one.any() and other.any():
            gone = _onward(ways, codes[one], filler, drop=at + 2)
            gone = _onward(gone, codes[other], filler, drop=at + 2 if width == 2 else 0)
            waiting.setdefault(at + width, []).extend(gone)
    return None


_CROSSING: Final = (0xAA, 0xB0)
"""The last bytes of a character that make a free pair with the first of the next: AAA1 to AFFE are."""


def _onward(
    ways: list[_Way], options: I64, filler: Filler, *, guessed: bool = True, drop: int = 0
) -> list[_Way]:
    """Go on from each way to each option; a character is a guess unless it stood whole."""
    groups: dict[tuple[tuple[int, ...], tuple[int, ...]], list[Path]] = {}
    for way in ways:
        groups.setdefault((way.guesses, way.drops), []).append(way.path)
    out = []
    for (guesses, drops), paths in groups.items():
        for path in filler.weighed(paths, options):
            here = (*guesses, len(path.chars) - 1) if guessed else guesses
            out.append(_Way(path, here, (*drops, drop) if drop else drops))
    return out


def _settled(ways: list[_Way], sure: list[Guess], filler: Filler, *, alone: bool, ended: bool) -> list[_Way]:
    """Keep the likeliest ways; where all see the same behind them, the best alone, with a share for each guess."""
    if ended:  # what stands behind the text is the end of a line
        ways = [way._replace(path=way.path._replace(cost=filler.cost_at_end(way.path))) for way in ways]
    ways = sorted(ways, key=lambda way: way.path.cost)[:BEAM]
    if not ended and not (alone and len({way.path.key for way in ways}) == 1):
        return ways
    best = ways[0]
    apart = np.array([way.path.cost - best.path.cost for way in ways])
    weight = np.exp(np.minimum(apart, 40_000) / -1000)
    for at in best.guesses[len(sure) :]:
        same = [
            len(way.path.chars) == len(best.path.chars) and way.path.chars[at] == best.path.chars[at]
            for way in ways
        ]
        sure.append(Guess(at, min(999, int(weight[same].sum() * 1000 / weight.sum()))))
    return [best]
