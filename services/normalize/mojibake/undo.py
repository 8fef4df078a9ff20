"""Mojibake undone: which chain of wrong decodings gives fluent Chinese, if any does.

"Leave it alone" is the answer that every chain must beat, by much: what comes out has to read like Chinese text, not
just better than what went in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from ..language.model import Model
from ..language.table import SKIP
from .chains import LOOSE, STEPS, Alignment, Step, aligned, composed, undo
from .gate import may_be_mojibake
from .lossy import HOLES, LOSSY_STEPS, Filler, Guess

DEEPEST: Final = 3
"""Layers of wrong decoding."""

FLUENT: Final = 6_500
"""Milli-nats a character of real Chinese at most: reports 2.4, news and poems up to 6; wrong decodings 10 and more."""

FLUENT_SHORT: Final = 5_500
SHORT: Final = 12
"""Characters; below, chance is kinder."""

GAIN: Final = 15_000
"""Milli-nats won in all over leaving it alone."""

LEAST_HAN: Final = 3

SAMPLE: Final = 1_200
"""Characters by which a chain is judged; what it gives is then made from the whole."""

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
            cost, _ = cost_of(read, model)
            if best is None or cost < best[0]:
                best = cost, longer, read
            if len(longer) < DEEPEST and step not in LOOSE:
                waiting.append((read, longer))
        if best is not None and _fluent(best[2], best[0]):
            break  # a shorter chain to fluent text is not beaten by a longer one
    if best is None or stays - best[0] < GAIN or not _fluent(best[2], best[0]):
        return None
    return best[1], best[2]


def _fluent(text: str, cost: int) -> bool:
    count = sum(1 for char in text if char > "\x7f")
    han = len(_HAN.findall(text))
    if han < LEAST_HAN or han * 2 < count:
        return False
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


def undone_in(text: str, model: Model) -> list[Undone]:
    """Find what of ``text`` is mojibake: the whole, else line by line with the chain of its neighbours."""
    sample = text if len(text) <= SAMPLE else None
    lines = [(start, end) for start, end in _lines(text) if not text[start:end].isascii()]
    if not lines:
        return []
    if sample is None:
        taken, length = [], 0
        for start, end in lines:
            taken.append(text[start:end])
            length += end - start
            if length >= SAMPLE:
                break
        sample = "\n".join(taken)
    found = best_chain(sample, model)
    if found is not None:
        whole = undo_chain(text, found[0])
        if whole is not None:
            return [Undone(0, len(text), whole[0], whole[1], found[0])]
    filler = Filler(model)
    trial = _filled(sample, cost_of(sample, model)[0], model, filler)
    if trial is not None:
        whole_text = _filled(text, cost_of(text, model)[0], model, filler, trial.chain)
        if whole_text is not None:
            return [whole_text]
    return list(_by_line(text, lines, model, filler))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^\s](?:[^\r\n]*[^\s])?", text):
        yield found.span()


LINES: Final = 400
"""Lines tried one by one in a text that is not mojibake as a whole."""


def _by_line(text: str, lines: list[tuple[int, int]], model: Model, filler: Filler) -> Iterator[Undone]:
    known: list[tuple[Step, ...]] = []
    lossy: tuple[Step, ...] = ()
    for start, end in lines[:LINES]:
        line = text[start:end]
        cost, count = cost_of(line, model)
        if cost <= count * FLUENT:
            continue
        if not known and not lossy and not may_be_mojibake(line, frozenset(line)):
            continue
        for chain in known:
            made = undo_chain(line, chain)
            if made is not None and _wins(made[0], cost, model):
                yield Undone(start, end, made[0], made[1], chain)
                break
        else:
            found = best_chain(line, model)
            if found is not None:
                made = undo_chain(line, found[0])
                if made is not None:
                    known.append(found[0])
                    yield Undone(start, end, made[0], made[1], found[0])
                    continue
            filled = _filled(line, cost, model, filler, lossy)
            if filled is not None:
                lossy = filled.chain
                yield filled._replace(start=start, end=end)
            else:
                yield from _inside(text, start, end, model)


def _filled(
    line: str, stays: int, model: Model, filler: Filler, chain: tuple[Step, ...] = ()
) -> Undone | None:
    """Undo a line with holes, by the step that reads best."""
    if not any(char in HOLES for char in line):
        return None
    best: tuple[int, Undone] | None = None
    for step in chain or LOSSY_STEPS:
        filled = filler.fill(line, step)
        if filled is None:
            continue
        cost, _ = cost_of(filled.text, model)
        if _wins(filled.text, stays, model) and (best is None or cost < best[0]):
            best = cost, Undone(0, len(line), filled.text, filled.alignment, (step,), filled.guesses)
    return None if best is None else best[1]


def _wins(read: str, stays: int, model: Model) -> bool:
    cost, _ = cost_of(read, model)
    return stays - cost >= GAIN and _fluent(read, cost)


_UTF8: Final = re.compile(
    rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}|\xe2[\x80-\x82][\x80-\xbf]|[\x20-\x7e]){2,}(?<=[\x80-\xbf])"
)


def _inside(text: str, start: int, end: int, model: Model) -> Iterator[Undone]:
    """UTF-8 read as GBK in the middle of a clean line: whatever of its bytes is UTF-8."""
    line = text[start:end]
    data = line.encode("gb18030", "replace")
    if b"\x00" in data:
        return
    step = Step("gb18030", "utf-8")
    at = byte = 0
    starts = {}
    for at, char in enumerate(line):
        starts[byte] = at
        byte += len(char.encode("gb18030", "replace"))
    starts[byte] = len(line)
    for found in _UTF8.finditer(data):
        low, high = found.span()
        while low not in starts:
            low += 1
        while high not in starts:
            high -= 1
        first, last = starts.get(low), starts.get(high)
        if first is None or last is None or last - first < 4:
            continue
        stretch = line[first:last]
        read = undo(stretch, step)
        if read is None or not _HAN.search(read):
            continue
        if _wins(read, cost_of(stretch, model)[0], model):
            pieces = aligned(stretch, read, step) or ((len(stretch), len(read)),)
            yield Undone(start + first, start + last, read, pieces, (step,))
