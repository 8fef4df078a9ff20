"""Find where a decoder lost its step, and pair the bytes anew there.

In GBK, Big5, Shift_JIS, EUC and UTF-16 a lost or an extra byte makes the decoder pair the bytes that follow wrongly,
mostly without an error. The sign is that the *other* pairing costs less: for each character of two bytes, what it
costs is compared with the pair that its second byte makes with the first of the next. Over three characters that
finds every run of nine characters out of step, and in 2,971 lines of clean reports one to three that only look so
(measured on the reports in GB18030 and Big5). Lines found so, or with an error of the codec in them, go through the
lattice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .encoding.candidates import WOUND, WOUND_BYTE
from .encoding.lattice import MODEL_OF, cheapest_way, pair_costs
from .encoding.tables import MODELS, costs
from .units import units_of

STAND_IN: Final = "\udfff"
"""What stands for a wound while the text is made: it may hold real U+FFFD, but no codec gives a lone surrogate."""

WINDOW: Final = 3
"""Characters over which the two pairings are compared."""
_OFFSETS: Final = np.arange(1 - WINDOW, WINDOW)
OUT_OF_STEP: Final = 7_000
"""Milli-nats by which the other pairing must be cheaper over a window: 8,000 and 4,000 find the same runs, the
latter looks at one line in 250 in vain."""
RARE: Final = 10_500
"""Milli-nats of a character that is looked at: of a run out of step every second one, of a clean text one in 800."""
NEVER: Final = 20_000
"""Milli-nats for a pair that is no character, so that the sums stay small."""
GAIN: Final = 4_000
"""Milli-nats by which the cheapest way must win, its wounds paid for, before the codec's own word is left."""
AROUND: Final = 16
"""Characters before and behind what looks out of step that are paired anew with it."""
FIRST_TRAIL: Final = 0x30
"""Bytes below are never the second half of a character: after such a mark every decoder is in step."""
MAX_LATTICE: Final = 1 << 18
"""Bytes that are paired anew at most, a quarter of a second; what is damaged beyond that keeps the codec's word."""

NEAR: Final = 32
"""Bytes around a wound in which a ? between Chinese tells that the bytes slipped in an earlier program.

There pairs that could not be decoded became ?, and others were dropped: no way through the bytes that are left
gives the text back. Where the codec sees no damage, such a line stays as it is for the stage that knows byte slips.
"""

Range = tuple[int, int]
"""Bytes ``start:end``."""


class _Line(NamedTuple):
    """A stretch of bytes that begins and ends in step: ``start:end`` of the body, units ``first:last``."""

    start: int
    end: int
    first: int
    last: int


def put_in_step(body: bytes, codec: str, text: str, lost: list[Range]) -> list[Range] | None:
    """Find better wounds than the codec did.

    Args:
        body: the bytes, without byte order mark.
        codec: one of MODEL_OF.
        text: what the codec makes of them, with STAND_IN for each stretch of lost bytes.
        lost: those stretches, in order.

    Returns:
        The stretches to leave out so that everything between them decodes in step; None when ``lost`` is right.
    """
    counted, places = units_of(text)
    cost = costs(MODEL_OF[codec])[places]
    (rare,) = (cost[:-1] > RARE).nonzero()
    if not lost and (not len(rare) or (codec == ONE_CODE and _is_in_step(counted, cost, rare))):
        return None
    starts = _starts(places, codec, lost, len(body))
    lines = _suspects(body, codec, counted, cost, rare, starts, hurt=bool(lost))
    if not lines:
        return None
    if codec.startswith("utf-16") and _cheapest_model(counted) != MODEL_OF[codec]:
        return None  # the costs of Chinese say nothing about another language
    stand_in = int(costs(MODEL_OF[codec])[ord(STAND_IN)])
    kept = lost
    budget = MAX_LATTICE
    for line in lines:
        budget -= line.end - line.start
        if budget < 0:
            break
        first, last = bisect_left(kept, (line.start, 0)), bisect_left(kept, (line.end, 0))
        mine = kept[first:last]
        way = cheapest_way(
            body[line.start : line.end], codec, at_start=line.start == 0, at_end=line.end == len(body)
        )
        wounds = [(start + line.start, end + line.start) for start, end in way.wounds]
        if not mine and any(_slipped_before(body, wound) for wound in wounds):
            continue
        plain = int(cost[line.first : line.last].sum(dtype=np.int64))
        plain += sum(WOUND + WOUND_BYTE * (end - start - 1) - stand_in for start, end in mine)
        if wounds != mine and way.total + GAIN < plain:
            kept = [*kept[:first], *wounds, *kept[last:]]
    return None if kept is lost else kept


ONE_CODE: Final = "gb18030"
"""The codec that has one code for each character, so that its bytes need not be looked at: the text tells them."""


@cache
def _bytes_of(codec: str) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Give the first byte of each UTF-16 unit, and 256 times the second of those that have two bytes (of others 0)."""
    first, second = np.zeros((2, 0x10000), np.uint16)
    for point in (*range(0xD800), *range(0xE000, 0x10000)):
        coded = chr(point).encode(codec)
        first[point] = coded[0]
        second[point] = coded[1] << 8 if len(coded) == len(b"  ") else 0
    return first, second


def _is_in_step(
    counted: npt.NDArray[np.uint16], cost: npt.NDArray[np.uint16], rare: npt.NDArray[np.intp]
) -> bool:
    """Tell by little what ``_suspects`` finds in nearly every clean text: that the other pairing is nowhere cheaper."""
    beside = np.zeros(len(counted) + WINDOW, np.bool_)
    beside[np.add.outer(_OFFSETS, rare)] = True  # a negative place falls off behind the end
    (near,) = beside[: len(counted) - 1].nonzero()
    first, second = _bytes_of(ONE_CODE)
    here, after = counted[near], counted[near + 1]
    if ((here - np.uint16(0xD800)) < 0x800).any():
        return False  # two units are one code
    pairs = second[here]
    double = pairs != 0
    near = near[double]
    gains = cost[near] - np.minimum(pair_costs(ONE_CODE)[pairs[double] | first[after[double]]], NEVER)
    if (gains * (WINDOW - 1) > OUT_OF_STEP + NEVER).any():
        return False  # beside a pair that is no character it would still be cheaper
    row = near[WINDOW - 1 :] - near[: 1 - WINDOW] == WINDOW - 1
    sums = sum(gains[off : len(gains) - WINDOW + 1 + off] for off in range(WINDOW))
    return not bool((row & (sums > OUT_OF_STEP)).any())


def _cheapest_model(counted: npt.NDArray[np.uint16]) -> str:
    return min(MODELS, key=lambda model: int(costs(model)[counted].sum(dtype=np.int64)))


def _slipped_before(body: bytes, wound: Range) -> bool:
    at = max(wound[0] - NEAR, 1)
    end = min(wound[1] + NEAR, len(body) - 1)
    while (at := body.find(b"?", at, end)) >= 0:
        if body[at - 1] > 0x7F and (body[at + 1] > 0x7F or body[at + 1] in b"?!.,;:"):
            return True
        at += 1
    return False


@cache
def _widths(codec: str) -> npt.NDArray[np.uint8]:
    """Tell how many bytes each UTF-16 unit takes in ``codec``; shape (65536,)."""
    if codec.startswith("utf-16"):
        return np.full(0x10000, 2, np.uint8)
    every = "\n".join(chr(point) for point in range(0xD800) if point != 10)
    after = "\n".join(chr(point) for point in range(0xE000, 0x10000))
    widths = np.zeros(0x10000, np.uint8)
    low = [len(piece) for piece in every.encode(codec, "ignore").split(b"\n")]
    widths[:0xD800] = [*low[:10], 1, *low[10:]]
    widths[0xE000:] = [len(piece) for piece in after.encode(codec, "ignore").split(b"\n")]
    # A surrogate pair is four bytes of GB18030 and two of HKSCS.
    widths[0xD800:0xDC00] = 2
    widths[0xDC00:0xE000] = 2 if codec == "gb18030" else 0
    return widths


def _starts(
    counted: npt.NDArray[np.intp], codec: str, lost: Sequence[Range], length: int
) -> npt.NDArray[np.int64] | None:
    """Tell at which byte each unit begins; None where the codec has more codes for a character than one."""
    widths: npt.NDArray[np.integer] = _widths(codec)[counted]
    if lost:
        at = np.flatnonzero(counted == ord(STAND_IN))
        if len(at) != len(lost):
            return None
        widths = widths.astype(np.int64)
        widths[at] = [end - start for start, end in lost]
    ends = widths.cumsum(dtype=np.int64)
    if not len(ends) or int(ends[-1]) != length:
        return None
    return np.asarray(ends - widths, np.int64)


def _suspects(
    body: bytes,
    codec: str,
    counted: npt.NDArray[np.uint16],
    cost: npt.NDArray[np.uint16],
    rare: npt.NDArray[np.intp],
    starts: npt.NDArray[np.int64] | None,
    *,
    hurt: bool,
) -> list[_Line]:
    """Give the lines that hold a stand-in, or characters that would cost less in the other pairing."""
    where = np.empty(0, np.int64)
    if starts is not None and len(starts) > WINDOW and len(rare):
        array = np.frombuffer(body, np.uint8)
        beside = np.zeros(len(starts) + WINDOW, np.bool_)
        beside[np.add.outer(_OFFSETS, rare)] = True  # a negative place falls off behind the end
        (near,) = beside[: len(starts) - 1].nonzero()
        second = starts[near] + 1
        double = (starts[near + 1] == second + 1) & (second + 1 < len(array))
        near, second = near[double], second[double]
        pairs = array[second].astype(np.int64) * 256 + array[second + 1]
        gains = cost[near] - np.minimum(pair_costs(codec)[pairs], NEVER)
        if (gains * WINDOW > OUT_OF_STEP).any():
            # Where nothing rare is near, the other pairing counts as impossible: it could not be cheaper anyhow.
            gain = np.full(len(starts) - 1, -NEVER, np.int32)
            gain[near] = gains
            sums = sum(gain[off : len(gain) - WINDOW + 1 + off] for off in range(WINDOW))
            where = np.flatnonzero(sums > OUT_OF_STEP)
    if hurt:
        where = np.concatenate((where, np.flatnonzero(counted == ord(STAND_IN))))
    if not len(where):
        return []
    lines = list(_lines(body, codec, counted))
    firsts = np.array([line.first for line in lines])
    numbers = np.searchsorted(firsts, where, side="right") - 1
    out = []
    for number in np.unique(numbers).tolist():
        hits = where[numbers == number]
        out.append(_narrow(lines[number], int(hits.min()), int(hits.max()), codec, counted, starts))
    return out


def _narrow(
    line: _Line,
    first: int,
    last: int,
    codec: str,
    counted: npt.NDArray[np.uint16],
    starts: npt.NDArray[np.int64] | None,
) -> _Line:
    """Leave out what is in step before the first hit, and behind the last one what an ASCII mark divides off."""
    if starts is None:
        return line
    low = max(line.first, first - AROUND)
    while low > line.first and 0xDC00 <= counted[low] < 0xE000:
        low -= 1
    if codec.startswith("utf-16"):  # nothing puts its decoder in step again
        return _Line(int(starts[low]), line.end, low, line.last)
    behind = np.flatnonzero(counted[last + AROUND : line.last] < FIRST_TRAIL)
    high = last + AROUND + int(behind[0]) + 1 if len(behind) else line.last
    return _Line(int(starts[low]), int(starts[high]) if high < line.last else line.end, low, high)


def _lines(body: bytes, codec: str, counted: npt.NDArray[np.uint16]) -> Iterator[_Line]:
    """Divide bytes and units at the line feeds, which no character of the double-byte codecs holds."""
    in_bytes = (np.flatnonzero(np.frombuffer(body, np.uint8) == 10) + 1).tolist()
    in_units = (np.flatnonzero(counted == 10) + 1).tolist()
    if codec.startswith("utf-16") or len(in_bytes) != len(in_units):
        yield _Line(0, len(body), 0, len(counted))
        return
    ends, lasts = [*in_bytes, len(body)], [*in_units, len(counted)]
    for line in zip([0, *in_bytes], ends, [0, *in_units], lasts, strict=True):
        yield _Line(*line)
