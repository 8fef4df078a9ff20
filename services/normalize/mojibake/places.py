"""Where mojibake stands: the whole of a text, some of its lines, or runs inside clean lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..language.model import Model
from .chains import Step
from .gate import may_be_mojibake
from .inside import undone_inside
from .lossy import HOLES, LOSSY_STEPS, Filler
from .undo import FLUENT, Undone, best_chain, cost_of, undo_chain, wins

SAMPLE: Final = 1_200
"""Characters by which a chain is judged; what it gives is then made from the whole."""


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
    for found in re.finditer(rf"[^{_BLANK}](?:[^\r\n]*[^{_BLANK}])?", text):
        yield found.span()


_BLANK: Final = r" \t\r\n\f\v\u3000"
"""Not U+0085 and U+00A0, which are blanks to others: here they are the second and third bytes of characters."""


LINES: Final = 400
"""Lines tried one by one in a text that is not mojibake as a whole."""


def _by_line(text: str, lines: list[tuple[int, int]], model: Model, filler: Filler) -> Iterator[Undone]:
    known: list[tuple[Step, ...]] = []
    lossy: tuple[Step, ...] = ()
    for start, end in lines[:LINES]:
        line = text[start:end]
        cost, count = cost_of(line, model)
        suspicious = may_be_mojibake(line, frozenset(line))
        if cost <= count * FLUENT:
            if suspicious:
                yield from undone_inside(text, start, end, model)
            continue
        if not known and not lossy and not suspicious:
            continue
        for chain in known:
            made = undo_chain(line, chain)
            if made is not None and wins(made[0], cost, model):
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
                yield from undone_inside(text, start, end, model)


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
        if wins(filled.text, stays, model) and (best is None or cost < best[0]):
            best = cost, Undone(0, len(line), filled.text, filled.alignment, (step,), filled.guesses)
    return None if best is None else best[1]
