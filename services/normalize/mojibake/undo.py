"""Mojibake undone: which chain of wrong decodings gives fluent Chinese, if any does.

"Leave it alone" is the answer that every chain must beat, by much: what comes out has to read like Chinese text, not
just better than what went in.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from ..language.model import Model
from ..language.table import SKIP
from .chains import LOOSE, STEPS, Alignment, Step, aligned, composed, undo
from .lossy import Guess

DEEPEST: Final = 3
"""Layers of wrong decoding."""

FLUENT: Final = 6_500
"""Milli-nats a character of real Chinese at most: reports 2.4, news and poems up to 6; wrong decodings 10 and more."""

FLUENT_SHORT: Final = 5_500
SHORT: Final = 12
"""Characters; below, chance is kinder."""

FLUENT_BESIDE: Final = 8_000
"""The same for a line of a text in which another line proved the chain: 九层之台, a name, a rare phrase."""

FLUENT_PROVED: Final = 10_000
"""The same for a reading whose bytes are UTF-8: names of lanes in a row cost nine, and chance gives no such bytes."""

PROVED: Final = 6
"""Characters of Chinese that prove it: 18 bytes, each in its place."""

GAIN: Final = 15_000
"""Milli-nats won in all over leaving it alone."""

LEAST_HAN: Final = 3

TRIES: Final = 60
"""Steps tried for one text in all."""


class Undone(NamedTuple):
    """A stretch of mojibake and what it was."""

    start: int
    end: int
    new: str
    alignment: Alignment
    chain: tuple[Step, ...]
    guesses: tuple[Guess, ...] = ()
    """Characters of ``new`` with a lost byte."""


def cost_of(text: str, model: Model) -> tuple[int, int]:
    """Give the cost of the characters of ``text`` that are not ASCII, and how many they are."""
    symbols = model.symbols_of(text)
    kept = symbols != SKIP
    wide = (np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) > 0x7F)[kept]
    costs = model.running_costs(symbols[kept])[wide] if kept.any() else np.zeros(0, np.int32)
    return int(costs.sum()), len(costs)


_HAN: Final = re.compile("[\u3400-\u9fff]")


def best_chain(text: str, model: Model) -> tuple[tuple[Step, ...], str] | None:
    """Find the chain that turns ``text`` into fluent Chinese; None where it should be left alone."""
    stays, count = cost_of(text, model)
    if stays <= count * FLUENT:
        return None
    best: tuple[int, tuple[Step, ...], str] | None = None
    waiting: list[tuple[str, tuple[Step, ...]]] = [(text, ())]
    seen = {text}
    for _ in range(TRIES):
        if not waiting:
            break
        at, chain = waiting.pop(0)
        for step in STEPS:
            read = undo(at, step)
            if read is None or read in seen or "\ufffd" in read:
                continue
            seen.add(read)
            longer = (*chain, step)
            chinese = _is_han(read)
            if chinese and _is_met(read, model):
                cost, _ = cost_of(read, model)
                if best is None or cost < best[0]:
                    best = cost, longer, read
            if len(longer) < DEEPEST and step not in LOOSE and (step.right == "utf-8" or not chinese):
                waiting.append((read, longer))
        if best is not None and _fluent(best[2], best[0], best[1]):
            break  # a shorter chain to fluent text is not beaten by a longer one
    if best is None or stays - best[0] < GAIN or not _fluent(best[2], best[0], best[1]):
        return None
    return best[1], best[2]


def _is_han(read: str) -> bool:
    """Tell that a reading is ideographs already: GBK gives them for any bytes, and no layer lies below them."""
    return len(_HAN.findall(read)) * 2 >= sum(1 for char in read if char > "\x7f")


def _is_met(read: str, model: Model) -> bool:
    """Tell that half of the neighbours of a reading ever met: of a wrong one's a fifth, and it need not be weighed."""
    symbols = model.symbols_of(read).astype(np.int64)
    symbols = symbols[symbols != SKIP]
    met = model.paired(symbols[:-1], symbols[1:])
    return int(met.sum()) * 2 >= len(met)


def _fluent(text: str, cost: int, chain: tuple[Step, ...]) -> bool:
    count = sum(1 for char in text if char > "\x7f")
    han = len(_HAN.findall(text))
    if han < LEAST_HAN or han * 2 < count:
        return False
    if chain and han >= PROVED and all(step.right == "utf-8" for step in chain):
        return cost <= count * FLUENT_PROVED
    return cost <= count * (FLUENT if han >= SHORT else FLUENT_SHORT)


def undo_chain(text: str, chain: tuple[Step, ...]) -> tuple[str, Alignment] | None:
    """Undo a chain on the whole of ``text``, keeping the way."""
    way: Alignment | None = None
    for step in chain:
        read = undo(text, step)
        if read is None:
            return None
        pieces = aligned(text, read, step)
        if pieces is None:
            pieces = ((len(text), len(read)),)
        way = pieces if way is None else composed(way, pieces)
        text = read
    return None if way is None else (text, way)


def wins(read: str, stays: int, model: Model, chain: tuple[Step, ...] = ()) -> bool:
    """Tell whether ``read`` is fluent, and much better than what costs ``stays``; ``chain``, if no byte was lost."""
    cost, _ = cost_of(read, model)
    return stays - cost >= GAIN and _fluent(read, cost, chain)


def wins_beside(read: str, stays: int, chain: tuple[Step, ...], model: Model) -> bool:
    """The same where another line of the text proved ``chain``: bytes that are UTF-8 by chance need no second witness.

    A closing 谢谢大家 is not fluent by the measure of reports, nor is a name; nothing else is valid UTF-8 once read
    so. Of GBK and Big5, which read anything, half of what the line cost has to be won: a wrong reading costs ten and
    more a character, a clean line of Chinese two to six, and one of another language fifteen.
    """
    cost, count = cost_of(read, model)
    if stays - cost < GAIN or len(_HAN.findall(read)) * 2 < count:
        return False
    return chain[-1].right == "utf-8" or (cost <= count * FLUENT_BESIDE and cost * 2 <= stays)
