"""Where mojibake stands: the whole of a text, some of its lines, or runs inside clean lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, groupby
from typing import Final

from ..language.model import Model
from .chains import LOOSE, Step
from .dropped import undone_dropped
from .gate import line_may_be
from .inside import undone_inside
from .lossy import DOUBLES, HOLES, LOSSY_STEPS, Filled, Filler
from .undo import FLUENT, GAIN, PROVED, Undone, best_chain, cost_of, undo_chain, wins, wins_beside
from .vanished import undone_vanished

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
    filler = Filler(model)
    if found is not None:
        whole = undo_chain(text, found[0])
        if whole is not None:
            plain = Undone(0, len(text), whole[0], whole[1], found[0])
            return list(_sparing(text, _with_holes(text, plain, model, filler), model))
    trial = _filled(sample, cost_of(sample, model)[0], model, filler)
    if trial is not None:
        whole_text = _filled(text, cost_of(text, model)[0], model, filler, trial.chain)
        if whole_text is not None:
            return list(_sparing(text, whole_text, model))
    done = list(_by_line(text, lines, model, filler))
    for undone in undone_vanished(text, filler, model):
        if all(undone.end <= other.start or other.end <= undone.start for other in done):
            done.append(undone)
    return sorted(done, key=lambda undone: undone.start)


def _sparing(text: str, undone: Undone, model: Model) -> Iterator[Undone]:
    """What was undone in the whole of ``text``, without the lines that read better as they are stored."""
    olds, news = text.split("\n"), undone.new.split("\n")
    if undone.chain[0] not in LOOSE or len(olds) != len(news):
        yield undone
        return
    spared = [cost_of(old, model)[0] < cost_of(new, model)[0] for old, new in zip(olds, news, strict=True)]
    pieces = list(accumulate(undone.alignment, lambda one, two: (one[0] + two[0], one[1] + two[1])))
    number = {(0, 0): 0} | {place: at for at, place in enumerate(pieces, 1)}
    apart: list[Undone] = []
    before = after = 0
    for stays, group in groupby(zip(olds, news, spared, strict=True), key=lambda line: line[2]):
        lines = list(group)
        end = min(len(text), before + sum(len(old) + 1 for old, _, _ in lines))
        new_end = min(len(undone.new), after + sum(len(new) + 1 for _, new, _ in lines))
        first, last = number.get((before, after)), number.get((end, new_end))
        if first is None or last is None:
            yield undone
            return
        if not stays:
            apart.append(
                Undone(
                    before,
                    end,
                    undone.new[after:new_end],
                    undone.alignment[first:last],
                    undone.chain,
                    tuple(
                        guess._replace(at=guess.at - after)
                        for guess in undone.guesses
                        if after <= guess.at < new_end
                    ),
                )
            )
        before, after = end, new_end
    yield from apart


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(rf"[^{_BLANK}](?:[^\r\n]*[^{_BLANK}])?", text):
        yield found.span()


_BLANK: Final = r" \t\r\n\f\v\u3000"
"""Not U+0085 and U+00A0, which are blanks to others: here they are the second and third bytes of characters."""


BEGINNING: Final = 300
"""Characters of a line with holes by which a step between codecs of pairs is judged."""

MARK_COST: Final = 8_000
"""Milli-nats for each ``?`` of a reading that leaves them: the measure of what costs how much passes over ASCII."""

LINES: Final = 400
"""Lines whose chain is looked for, in a text that is not mojibake as a whole; known chains are tried on all."""


def _by_line(text: str, lines: list[tuple[int, int]], model: Model, filler: Filler) -> Iterator[Undone]:
    """Undo what is mojibake in each line; a chain that one line proved is tried on those before it, too."""
    known: list[tuple[Step, ...]] = []
    lossy: tuple[Step, ...] = ()
    passed: list[tuple[int, int]] = []
    looked = 0
    for start, end in lines:
        line = text[start:end]
        cost, count = cost_of(line, model)
        suspicious = line_may_be(line)
        if cost <= count * FLUENT:
            if suspicious and looked < LINES:
                looked += 1
                yield from undone_inside(text, start, end, model, filler)
            continue
        undone = _extended(text, start, end, lambda part: _by_known(part, known, model))
        if undone is not None:
            yield _with_holes(text, undone, model, filler)
            continue
        if not (known or lossy or suspicious) or looked >= LINES:
            passed.append((start, end))
            continue
        looked += 1
        undone = _extended(text, start, end, lambda part: _by_best(part, model))
        if undone is not None:
            if undone.chain not in known:
                known.append(undone.chain)
            yield _with_holes(text, undone, model, filler)
            continue
        dropped = undone_dropped(line, filler, model)
        if dropped is not None:
            yield dropped._replace(start=start, end=end)
            continue
        filled = _filled(line, cost, model, filler, lossy)
        if filled is not None:
            lossy = filled.chain
            yield filled._replace(start=start, end=end)
            continue
        inside = list(undone_inside(text, start, end, model, filler))
        yield from inside
        if not inside:
            passed.append((start, end))
    for start, end in passed:
        line = text[start:end]
        undone = _extended(text, start, end, lambda part: _by_known(part, known, model))
        if undone is None and lossy:
            filled = _filled(line, cost_of(line, model)[0], model, filler, lossy)
            undone = filled and filled._replace(start=start, end=end)
        if undone is not None:
            yield undone


def _extended(text: str, start: int, end: int, undoing: Callable[[str], Undone | None]) -> Undone | None:
    """Undo the line ``text[start:end]``, or it with the wide blanks around it: A1A1 ends 衡 in UTF-8, too."""
    undone = undoing(text[start:end])
    if undone is None:
        low, high = start, end
        while low and text[low - 1] == "\u3000":
            low -= 1
        while high < len(text) and text[high] == "\u3000":
            high += 1
        if (low, high) == (start, end):
            return None
        start, end = low, high
        undone = undoing(text[start:end])
    return undone and undone._replace(start=start, end=end)


def _by_known(line: str, known: list[tuple[Step, ...]], model: Model) -> Undone | None:
    stays = cost_of(line, model)[0] if known else 0
    for chain in known:
        made = undo_chain(line, chain)
        if made is not None and wins_beside(made[0], stays, chain, model):
            return Undone(0, len(line), made[0], made[1], chain)
    return None


def _by_best(line: str, model: Model) -> Undone | None:
    best = best_chain(line, model)
    made = undo_chain(line, best[0]) if best is not None else None
    return None if best is None or made is None else Undone(0, len(line), *made, best[0])


def _with_holes(text: str, plain: Undone, model: Model, filler: Filler) -> Undone:
    """Prefer the reading in which ``?`` is a hole to the plain one, where it is much better.

    GB 18030 reads nearly any row of bytes: a hole that is taken for a question mark shifts the pairs behind it, and
    a line of good text carries the shifted stretch past the weighing.
    """
    if plain.chain[0].right == "utf-8" or plain.chain[0] not in LOSSY_STEPS or len(plain.chain) > 1:
        return plain
    marks = sum(char in HOLES for char in plain.new)
    stays = cost_of(plain.new, model)[0] + GAIN + MARK_COST * marks
    filled = _filled(text[plain.start : plain.end], stays, model, filler, plain.chain)
    return plain if filled is None else filled._replace(start=plain.start, end=plain.end)


def _stands_whole(filled: Filled) -> bool:
    """Tell whether enough characters came through whole to prove that the bytes are UTF-8."""
    guessed = {guess.at for guess in filled.guesses}
    return (
        sum("\u3400" <= char < "\ua000" for at, char in enumerate(filled.text) if at not in guessed) >= PROVED
    )


def _filled(
    line: str, stays: int, model: Model, filler: Filler, chain: tuple[Step, ...] = ()
) -> Undone | None:
    """Undo a line with holes, by the step that reads best."""
    if not any(char in DOUBLES for char in line):
        return None
    best: tuple[int, Undone] | None = None
    for step in chain or LOSSY_STEPS:
        # Pairs have a reading in nearly any text, so that a long line is judged by its beginning; UTF-8 fails at once.
        if not chain and step.right != "utf-8" and len(line) > BEGINNING:
            begun = filler.fill(line[:BEGINNING], step)
            if begun is None or not wins(begun.text, cost_of(line[:BEGINNING], model)[0], model):
                continue
        filled = filler.fill(line, step)
        if filled is None:
            continue
        cost, _ = cost_of(filled.text, model)
        proof = (step,) if step.right == "utf-8" and _stands_whole(filled) else ()
        if wins(filled.text, stays, model, proof) and (best is None or cost < best[0]):
            best = cost, Undone(0, len(line), filled.text, filled.alignment, (step,), filled.guesses)
            if step.right == "utf-8":
                break
    return None if best is None else best[1]
