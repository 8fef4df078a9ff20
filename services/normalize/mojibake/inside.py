"""Mojibake inside a clean line: a run of it, found by its characters or by what they cost, and set right alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from ..language.model import I64, Model
from .chains import Step, encode_as, undo
from .lossy import HOLES, LOSSY_STEPS, Filler
from .undo import DEEPEST, FLUENT, Undone, best_chain, cost_of, undo_chain, wins

SHORTEST: Final = 4
"""Characters that a run has at least."""

_NARROW: Final = re.compile("[^\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]{6,}")
"""What single-byte codecs give: no Chinese character and no wide mark among it."""
_STRANGE: Final = re.compile("[\u0080-\u2fff][^\u2e80-\uffff]{2,}[\u0080-\u2fff]")

EDGE: Final = 6
"""Characters at either end of such a run that may be the clean line's own: ASCII, quotes, dashes, ①."""
_IS_LINES_OWN: Final = re.compile("[\u00b7\u2010-\u2030\u2100-\u24ff]")

_CHARACTER: Final = rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}|\xe2[\x80-\x82][\x80-\xbf])"
_ANY: Final = rb"(?:[\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_LETTER: Final = rb"(?:[\xc2\xc3\xc5\xc6\xcb][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf])"
"""A letter of Windows-1252, the layer below one of GBK: three to a character; six begin a run by no likely chance."""
_BEGUN: Final = re.compile(rb"%b|%b{6}" % (_CHARACTER, _LETTER))
_UTF8: Final = re.compile(rb"(?:%b)(?:%b*(?:%b|%b{3}))*" % (_BEGUN.pattern, _ANY, _CHARACTER, _LETTER))
"""It begins and ends with a character of Chinese: what else is UTF-8 may be the clean line's own, or, between two such,
what a middle dot (印象·太极) or a second layer of wrong decoding gave. Begun with ASCII it would be tried anew at each
of ten thousand."""
_REST: Final = re.compile(_ANY + rb"+")

_PAIRED: Final = (
    Step("big5hkscs", "gb18030"),
    Step("cp950", "gb18030"),
    Step("gb18030", "big5hkscs"),
    Step("cp949", "gb18030"),
    Step("cp949", "big5hkscs"),
    Step("euc-jp", "gb18030"),
)
"""Codecs of two bytes read as one another: character for character, wherever a run begins."""

DRIFT: Final = 1_500
"""Milli-nats that a character must be better read otherwise, or a run would wander into clean text."""

MOST_GAIN: Final = 100_000
"""Milli-nats that no character's reading wins."""

PAIRED_GAIN: Final = 60_000
"""Milli-nats that a run of such characters must win: every Chinese character has a reading in the other codec."""


def undone_inside(text: str, start: int, end: int, model: Model, filler: Filler) -> Iterator[Undone]:
    """Undo the runs of mojibake in the line ``text[start:end]``, in their order."""
    found = [
        *_holed_runs(text, start, end, model, filler),
        *_narrow_runs(text, start, end, model),
        *_utf8_runs(text, start, end, model),
    ]
    found = found or list(_kana_runs(text, start, end, model, filler))
    if not found:
        found = list(_paired_runs(text, start, end, model, filler))
    # Of two that overlap the longer one stands: what a run with a hole has before the hole is a run, too.
    taken: list[Undone] = []
    for undone in sorted(found, key=lambda one: one.start - one.end):
        if all(undone.end <= other.start or other.end <= undone.start for other in taken):
            taken.append(undone)
    yield from sorted(taken, key=lambda one: one.start)


def _narrow_runs(text: str, start: int, end: int, model: Model) -> Iterator[Undone]:
    """Runs that a single-byte codec gave, with the chain that undoes them."""
    for found in _NARROW.finditer(text, start, end):
        if not _STRANGE.search(found.group()):
            continue
        undone = _trimmed(text, found.start(), found.end(), model)
        if undone is not None:
            yield undone


def _trimmed(text: str, start: int, end: int, model: Model) -> Undone | None:
    """Undo ``text[start:end]``, or as much of it as can be: its ends may belong to the line."""
    lefts, rights = (_edges(text, start, end, backwards=way) for way in (False, True))
    for skipped in range(len(lefts) + len(rights) - 1):
        for left in range(max(0, skipped - len(rights) + 1), min(skipped + 1, len(lefts))):
            low, high = lefts[left], rights[skipped - left]
            if high - low < SHORTEST:
                continue
            stretch = text[low:high]
            best = best_chain(stretch, model)
            made = undo_chain(stretch, best[0]) if best is not None else None
            if best is not None and made is not None:
                return Undone(low, high, made[0], made[1], best[0])
    return None


def _edges(text: str, start: int, end: int, *, backwards: bool) -> list[int]:
    """Where a run may begin (or end): at its own edge, and behind each character there that may be the line's."""
    at, step = (end, -1) if backwards else (start, 1)
    places = [at]
    while len(places) <= EDGE:
        char = text[at - 1] if backwards else text[at]
        if not (char.isascii() or _IS_LINES_OWN.match(char)):
            break
        at += step
        if not start < at < end:
            break
        places.append(at)
    # ASCII that stands at the very edge is taken off in one go, too.
    bare = text[start:end].rstrip(_ASCII) if backwards else text[start:end].lstrip(_ASCII)
    far = start + len(bare) if backwards else end - len(bare)
    if far not in places and start < far < end:
        places.append(far)
    return places


_ASCII: Final = "".join(map(chr, range(0x20, 0x7F)))


def _utf8_runs(text: str, start: int, end: int, model: Model) -> Iterator[Undone]:
    """UTF-8 read as GBK in the middle of a clean line: whatever of its bytes is UTF-8."""
    line = text[start:end]
    data = line.encode("gb18030", "replace")
    byte = 0
    starts = {}
    for at, char in enumerate(line):
        starts[byte] = at
        byte += len(char.encode("gb18030", "replace"))
    starts[byte] = len(line)
    at = 0
    # Where a run begins is looked for alone: 20,000 times 号 are as many beginnings inside clean characters.
    while begun := _BEGUN.search(data, at):
        low = begun.start()
        if low not in starts:  # it begins inside a clean character (广。 is B9 E3 A1 A3)
            at = low + 1
            continue
        found = _UTF8.match(data, low)
        high = found.end() if found else begun.end()
        rest = _REST.match(data, high)
        ends = [high, rest.end()] if rest else [high]
        undone = next((one for end_ in ends if (one := _unlayered(line, low, end_, starts, model))), None)
        at = high
        if undone is not None:
            yield undone._replace(start=start + undone.start, end=start + undone.end)


def _unlayered(line: str, low: int, high: int, starts: dict[int, int], model: Model) -> Undone | None:
    """Undo the layers of the bytes ``low:high`` of a line; ``starts`` are the characters that begin at each byte."""
    while high not in starts:
        high -= 1
    first, last = starts[low], starts[high]
    if last - first < SHORTEST:
        return None
    stretch = line[first:last]
    stays = cost_of(stretch, model)[0]
    chain: tuple[Step, ...] = ()
    while len(chain) < DEEPEST:
        chain += (Step("gb18030", "utf-8"),)
        made = undo_chain(stretch, chain)
        if made is None:
            break
        if wins(made[0], stays, model, chain):
            return Undone(first, last, made[0], made[1], chain)
    below = undo(stretch, chain[0])
    best = best_chain(below, model) if below else None
    made = undo_chain(stretch, (*chain[:1], *best[0])) if best else None
    return best and made and Undone(first, last, *made, (*chain[:1], *best[0]))


_HOLE: Final = b"\x00"
_BARRED: Final = b"\x01"
"""What stands, among bytes, for a lost one, and for a character that the wrong codec never gives."""

_HOLED: Final = rb"[\xe2-\xe9\xef\x00][\x80-\xbf\x00]{2}"
_ANY_HOLED: Final = (
    rb"(?:[\x20-\x7e\x00]|[\xc2-\xdf][\x80-\xbf\x00]"
    rb"|[\xe0-\xef][\x80-\xbf\x00]{2}|[\xf0-\xf4][\x80-\xbf\x00]{3})"
)
_BEGUN_HOLED: Final = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf\x00]{2}")
_UTF8_HOLED: Final = re.compile(_BEGUN_HOLED.pattern + rb"(?:" + _ANY_HOLED + rb"*" + _HOLED + rb")*")

MOST_FILLED: Final = 6
"""Stretches of a line that are filled on trial."""


def _holed_runs(text: str, start: int, end: int, model: Model, filler: Filler) -> Iterator[Undone]:
    """Runs of UTF-8 in a clean line, with bytes lost."""
    line = text[start:end]
    if not any(char in HOLES for char in line):
        return
    for step in LOSSY_STEPS:
        if step.right != "utf-8":
            continue
        parts = [
            _HOLE if char in HOLES else (encode_as(char, step) or _BARRED) if char > "\x7f" else char.encode()
            for char in line
        ]
        starts = {at: number for number, at in enumerate(accumulate(map(len, parts), initial=0))}
        data = b"".join(parts)
        at = tried = 0
        while tried < MOST_FILLED and (begun := _BEGUN_HOLED.search(data, at)):
            low = begun.start()
            at = low + 1
            if low not in starts:
                continue
            found = _UTF8_HOLED.match(data, low)
            high = found.end() if found else begun.end()
            if _HOLE not in data[low:high]:
                at = high  # no other run begins inside one without a hole: its bytes divide in one way
                continue
            while high not in starts:
                high -= 1
            if starts[high] - starts[low] < SHORTEST or _HOLE not in data[low:high]:
                continue
            tried += 1
            first, last = starts[low], starts[high]
            filled = filler.fill(line[first:last], step)
            if filled is not None and wins(filled.text, cost_of(line[first:last], model)[0], model):
                at = high
                yield Undone(
                    start + first, start + last, filled.text, filled.alignment, (step,), filled.guesses
                )


FEW_HALF_KANA: Final = 6
KANA_REACH: Final = 4
"""Half-width kana that a run read as Japanese has at least, and characters beside the outer ones that may be its."""


def _kana_runs(text: str, start: int, end: int, model: Model, filler: Filler) -> Iterator[Undone]:
    """The run that Windows' Japanese gave: half-width kana for single bytes, and ideographs for others among them."""
    line = text[start:end]
    kana = [at for at, char in enumerate(line) if "\uff61" <= char <= "\uff9f"]
    if len(kana) < FEW_HALF_KANA:
        return
    best: tuple[int, Undone] | None = None
    for right in ("gb18030", "big5hkscs"):
        step = Step("cp932", right)
        for low in range(max(0, kana[0] - KANA_REACH), kana[0] + 1):
            for high in range(kana[-1] + 1, min(len(line), kana[-1] + 1 + KANA_REACH) + 1):
                filled = filler.fill(line[low:high], step)
                if filled is None:
                    continue
                cost, _ = cost_of(line[:low] + filled.text + line[high:], model)
                if best is None or cost < best[0]:
                    best = cost, Undone(low, high, filled.text, filled.alignment, (step,), filled.guesses)
    if best is not None and wins(best[1].new, cost_of(line[best[1].start : best[1].end], model)[0], model):
        yield best[1]._replace(start=start + best[1].start, end=start + best[1].end)


def _paired_runs(text: str, start: int, end: int, model: Model, filler: Filler) -> Iterator[Undone]:
    """The run of two-byte characters that wins most by being read in another codec.

    A hole in it shifts the pairs behind it: it is filled, or the run keeps to one side of it.
    """
    line = text[start:end]
    holes = np.array([char in HOLES for char in line])
    best = _best_pairing(line, model, np.zeros(len(line), bool))
    if best is not None and holes[best[0] : best[1]].any():
        filled_run = _filled_run(line, best, model, filler)
        if filled_run is not None:
            yield filled_run._replace(start=start + filled_run.start, end=start + filled_run.end)
            return
        best = _best_pairing(line, model, holes)
    if best is None:
        return
    low, high, step, read = best
    ends = [
        (cost_of(line[:a] + read[a:b] + line[b:], model)[0], a, b)
        for a in range(max(0, low - 3), low + 4)
        for b in range(high - 3, min(len(line), high + 3) + 1)
        if a < b and "\x00" not in read[a:b] and not holes[a:b].any()
    ]
    if not ends:
        return
    _, low, high = min(ends)
    if wins(read[low:high], cost_of(line[low:high], model)[0], model):
        yield Undone(start + low, start + high, read[low:high], ((1, 1),) * (high - low), (step,))


def _filled_run(line: str, best: tuple[int, int, Step, str], model: Model, filler: Filler) -> Undone | None:
    """Fill the run that wins by pairs, or the stretch around it that reads badly: behind a hole no pair wins."""
    low, high, step, _ = best
    if step not in LOSSY_STEPS:
        return None
    bad_low, bad_high, _ = _largest_run(model.costs_of(line) - FLUENT)
    chosen: tuple[int, Undone] | None = None
    for first in sorted({low, min(low, bad_low)}):
        for last in sorted(
            {high, *range(max(high, bad_high - 1), min(max(high, bad_high + 1), len(line)) + 1)}
        ):
            filled = filler.fill(line[first:last], step)
            if filled is None or not wins(filled.text, cost_of(line[first:last], model)[0], model):
                continue
            cost, _ = cost_of(line[:first] + filled.text + line[last:], model)
            if chosen is None or cost < chosen[0]:
                chosen = cost, Undone(first, last, filled.text, filled.alignment, (step,), filled.guesses)
    return None if chosen is None else chosen[1]


def _best_pairing(
    line: str, model: Model, barred: npt.NDArray[np.bool_]
) -> tuple[int, int, Step, str] | None:
    """Start and end of the run that wins most, the step, and the line read by it; none of ``barred`` is in the run."""
    stored = model.costs_of(line)
    best: tuple[int, int, int, Step, str] | None = None
    for step in _PAIRED:
        read = "".join(char if char in HOLES else _read_otherwise(char, step) for char in line)
        costs = model.costs_of(read)
        gains = stored - costs - DRIFT
        gains[np.array([one == other for one, other in zip(line, read, strict=True)])] = 0
        gains[barred] = -len(line) * MOST_GAIN
        low, high, gain = _largest_run(gains)
        if gain < PAIRED_GAIN:
            continue
        # What stands behind a hole is not fluent yet.
        if costs[low:high].sum() > (high - low) * FLUENT and HOLES.isdisjoint(line[low:high]):
            continue
        if best is None or gain > best[0]:
            best = gain, low, high, step, read
    return None if best is None else best[1:]


def _read_otherwise(char: str, step: Step) -> str:
    """One character as the right codec reads its bytes; NUL where it cannot, or reads more than one."""
    if char < "\x80":
        return char
    data = encode_as(char, step)
    if data is None or len(data) != 2:
        return "\x00"
    read = data.decode(step.right, "replace")
    return read if len(read) == 1 and read != "\ufffd" else "\x00"


def _largest_run(gains: I64) -> tuple[int, int, int]:
    """Start, end and sum of the stretch of ``gains`` with the largest sum."""
    best = (0, 0, 0)
    start = total = 0
    for at, gain in enumerate(gains.tolist()):
        if total <= 0:
            start, total = at, 0
        total += gain
        if total > best[2]:
            best = start, at + 1, total
    return best
