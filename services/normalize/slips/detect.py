"""The detector: where in a text may bytes have slipped, weighed under the whole table.

The gate has named places by the pairs of neighbours alone. Here they grow to spans over the bad characters around
them, and a span stays only if some stretch of it, read one byte off, is better Chinese than what is stored.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..language.model import I32, I64, Model
from ..language.table import ORDER, SIMPLIFIED, SKIP, TRADITIONAL, U16
from .codes import CHARACTER, LEADS, PAIR, TRAILS
from .gate import CROWD, LEAST_ROW, is_rare, signs_in
from .notes import is_noted_trail
from .window import WOUNDS

NEAR: Final = 8
"""Suspicious places this near one another are one span."""

PAD: Final = 10
"""Characters on either side of a span that the search may still redraw."""

BAD_COST: Final = 6_500
"""Milli-nats a character from which it counts as out of place: one in thirty of clean text, most of a damaged run."""

REACH: Final = 6
"""A span grows while another bad character stands this near."""


BROKEN_COST: Final = 12_000
"""Milli-nats for a place that has no reading one off: a dropped pair, an ASCII character."""

DOUBTED_COST: Final = 5_000
"""Milli-nats from which a question mark may be none: behind 吗 and 呢 one costs 1,000 to 3,000."""

DRIFT: Final = 1_500
"""Milli-nats that a character must be better one off, or a long span of rare words would wander upwards."""

WOUND_GAIN: Final = 6_000
SHIFT_GAIN: Final = 5_000
"""Milli-nats: what a mark of loss counts for, and what a span must win to be searched."""

STRANGE_GAIN: Final = 2_300
"""Milli-nats for a sign, a rare character, or one that the script around it does not use, but for the first of them,
which may be a name's: where pairs were dropped, what is left is too short to read well one off, but full of such
(年兞幵冽進 was 年內力爭再引進)."""

SIGN_GAIN: Final = 5_000
"""Milli-nats for signs that reports do not have (建设こ讨柿年 was 建设工程质量年)."""

STRETCH: Final = 12
"""Characters in which the strange ones of a slip are counted together: of a run every third is one, while a list of
kinship terms over eighty characters has four (舅姨, 侄, 甥)."""

LETTER_GAIN: Final = 7_000
"""Milli-nats that a lone letter must win as a second byte: true ones won 5,160 to 100,000 (nine in ten above 12,000),
of 57 letters of authors in a million characters one won 5,240 and none more than 3,000 otherwise."""

BEHIND_GAIN: Final = 5_000
"""Milli-nats for a letter behind such a character: a dropped pair may stand between them."""


BEFORE: Final = 4
AFTER: Final = 4
DEEPEST: Final = 6
"""Characters before and behind a letter that tell whether it is one, and how many before it may have slipped too."""


CROWD_COST: Final = 12_000
"""Neighbours that never met in one row, and milli-nats a character of a long row without a witness: 2.5 of these in a
million clean characters, and 96 of 229 runs of at most eight."""

_LOST: Final = re.compile("[?\ufffd]{8}")
"""Of 2,900 slips, up to 300 stored characters long, none gave more than two marks side by side."""

MOST_LINE_ENDS: Final = 3
AROUND: Final = 60
LEAST_HAN: Final = 6
"""Characters on either side of a span that must be mostly Chinese, and how many at least."""


Codes = npt.NDArray[np.uint16]
"""The code points of a text, one a character."""


class Span(NamedTuple):
    """A suspicious stretch of text."""

    start: int
    end: int


def among_chinese(text: str, codes: Codes, span: Span) -> bool:
    """Tell whether a span stands in Chinese text: Japanese, Korean or Russian has odd neighbours for other reasons."""
    # A line end stops a slip; a span over many lines is a scan's noise.
    if text.count("\n", span.start, span.end) > MOST_LINE_ENDS:
        return False
    # Nor does a row of marks: what stood there is gone.
    if _LOST.search(text, span.start, span.end + 1):
        return False
    around = codes[max(0, span.start - AROUND) : span.end + AROUND]
    han = int(np.count_nonzero((around >= 0x3400) & (around < 0xA000)))
    kana = int(np.count_nonzero((around >= 0x3041) & (around < 0x3100)))
    other = int(
        np.count_nonzero(((around >= 0xC0) & (around < 0x530)) | ((around >= 0xAC00) & (around < 0xD7A4)))
    )
    return han >= LEAST_HAN and kana * 5 <= han and other * 2 <= han


def better_one_off(text: str, codes: Codes, spans: Sequence[Span], costs: I32, model: Model) -> list[Span]:
    """Keep the spans of which some stretch costs much less when its bytes are read one off, or bears marks of loss.

    ``costs`` are those of the characters as stored; those of all readings are asked for at once, because to ask costs
    more than what a span of a dozen characters adds.
    """
    read = []
    broken = []
    for span in spans:
        pairs = PAIR[codes[span.start : span.end + 2]].astype(np.int64)
        shifted = CHARACTER[((pairs[:-1] & 0xFF) << 8) | (pairs[1:] >> 8)]
        symbols = model.fold[shifted]
        none = (pairs[:-1] == 0) | (pairs[1:] == 0) | (symbols == SKIP)
        symbols[none] = 0
        read.append(symbols)
        broken.append(none)
    readings = model.costs_apart(read)
    return [
        span
        for span, reading, none in zip(spans, readings, broken, strict=True)
        if _reads_better(text, codes, span, costs, np.where(none, BROKEN_COST, reading), model)
    ]


def _reads_better(text: str, codes: Codes, span: Span, costs: I32, read: I32, model: Model) -> bool:
    """Tell it of one span, of which each character read one off costs ``read``."""
    gain = np.minimum(costs[span.start : span.start + len(read)], BROKEN_COST) - read - DRIFT
    best = run = 0
    for value in gain.tolist():
        run = max(run, 0) + value
        best = max(best, run)
    if not _LOSSES.isdisjoint(text[span.start : span.end + 1]):
        best += WOUND_GAIN * sum(1 for at in range(span.start, span.end + 1) if _is_wound(text, at, costs))
    if best >= SHIFT_GAIN:
        return True
    traditional = is_traditional(codes, span, model)
    stored = codes[span.start : span.end + 2]
    own = model.form[stored] & (TRADITIONAL if traditional else SIMPLIFIED)
    han = (stored >= 0x3400) & (stored < 0xA000)
    signs = signs_in(stored)
    unknown = han & (model.fold[stored] == 0)
    strange = signs | unknown | han & (own == 0)
    if strange.any():
        counted = strange if traditional else strange & ~_ends_rare_word(unknown)
        best += STRANGE_GAIN * max(0, _most_within(counted, STRETCH) - 1) + SIGN_GAIN * bool(signs.any())
        if best >= SHIFT_GAIN:
            return True
    # The letter behind a span may be the trail byte that ended it; in Simplified text hardly ever.
    letters = _LONE_LETTER.finditer(text, max(0, span.start - 1), span.end + 2) if traditional else ()
    return any(
        best + BEHIND_GAIN >= SHIFT_GAIN
        if letter.start() > span.start and strange[letter.start() - 1 - span.start]
        else is_noted_trail(text, letter.start()) or letter_gain(text, letter.start(), model) >= LETTER_GAIN
        for letter in letters
    )


def is_traditional(codes: Codes, span: Span, model: Model) -> bool:
    """Tell which script the text around a span is written in."""
    forms = model.form[codes[max(0, span.start - AROUND) : span.end + AROUND]]
    return bool(np.count_nonzero(forms == TRADITIONAL) > np.count_nonzero(forms == SIMPLIFIED))


def _ends_rare_word(unknown: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which characters are the second of two unknown ones that stand by themselves: 螳螂, 怂恿, 蜿蜒 are words."""
    edged = np.concatenate([[False, False], unknown, [False]])
    ends: npt.NDArray[np.bool_] = ~edged[:-3] & edged[1:-2] & edged[2:-1] & ~edged[3:]
    return ends


def _most_within(marked: npt.NDArray[np.bool_], stretch: int) -> int:
    """Count the marked characters of the stretch that has most of them."""
    sums = np.concatenate([[0], np.cumsum(marked)])
    return int((sums[stretch:] - sums[:-stretch]).max()) if len(marked) > stretch else int(sums[-1])


def letter_gain(text: str, at: int, model: Model) -> int:
    """How many milli-nats less a text costs if its letter ``at`` is the second byte of a character that lost its lead.

    The slip may have begun some characters before; of its first character one byte is unknown, all others follow from
    what is stored. Where a pair was dropped in between, its neighbours are odd: that is for others to see.
    """
    end = min(len(text), at + 1 + AFTER)
    following = model.symbols_of(text[at + 1 : end])
    best = 0
    data: list[int] = [ord(text[at])]
    for first in range(at, max(-1, at - DEEPEST - 1), -1):
        if first < at:
            pair = _pair(text[first])
            if not pair:
                break
            data[:0] = pair >> 8, pair & 0xFF
        fixed = CHARACTER[np.array(data[1::2], np.int64) << 8 | np.array(data[2::2], np.int64)].astype(
            np.int64
        )
        known = model.fold[fixed]
        if len(known) and (not known.all() or bool(((fixed >= 0xE000) & (fixed < 0xF900)).any())):
            continue
        begin = first - 1 if first and text[first - 1] in WOUNDS else first
        before = model.symbols_of(text[max(0, begin - BEFORE) : begin])
        stored = model.symbols_of(text[begin : at + 1])
        opening = model.fold[_openings(data[0])]
        opening = np.unique(opening[(opening != 0) & (opening != SKIP)])
        if len(before):
            opening = opening[model.paired(np.full(len(opening), before[-1]), opening)]
        rest = np.concatenate([known, following])
        if len(rest):
            opening = opening[model.paired(opening, np.full(len(opening), rest[0]))]
        if not len(opening):
            continue
        rows = np.empty((len(opening), BEFORE + 1 + len(rest)), np.uint16)
        rows[:, :BEFORE] = 0
        rows[:, BEFORE - len(before) : BEFORE] = before
        rows[:, BEFORE] = opening
        rows[:, BEFORE + 1 :] = rest
        left = int(model.running_costs(np.concatenate([before, stored, following]))[len(before) :].sum())
        read = _costs_of_rows(rows, model)[:, BEFORE:].sum(axis=1)
        best = max(best, left - int(read.min()))
    return best


def _pair(char: str) -> int:
    """The bytes of a stored character; of a flat mark those of the wide one. 0: there are none."""
    if char in ",;:!?()":
        return 0xA380 + ord(char)
    return int(PAIR[ord(char)]) if char < "\U00010000" else 0


def _openings(known: int) -> I64:
    """Characters of which the one byte that is left is ``known``: the lead was lost, or the trail."""
    chars = CHARACTER[LEADS << 8 | known]
    if known >= LEADS[0]:
        chars = np.concatenate([chars, CHARACTER[known << 8 | TRAILS]])
    public: I64 = chars[(chars != 0) & ((chars < 0xE000) | (chars >= 0xF900))].astype(np.int64)
    return public


def _costs_of_rows(rows: U16, model: Model) -> I32:
    """Cost of each symbol of each row after those before it in its row."""
    flat = np.concatenate([np.zeros((len(rows), ORDER - 1), np.uint16), rows], axis=1)
    return model.running_costs(flat.ravel()).reshape(flat.shape)[:, ORDER - 1 :]


_LONE_LETTER: Final = re.compile(r"(?:(?<=[^\x00-\x7f])|(?<=[,;:!?])|(?=.\())[@-~](?![@-~])")


_LOSSES: Final = WOUNDS.union(map(chr, range(0xE000, 0xF900)))


def _is_wound(text: str, at: int, costs: I32) -> bool:
    """Tell whether a mark of loss stands at ``at``.

    A question mark is none where one is likely, in an address, or at the end of a line that is well before it.
    """
    char = text[at : at + 1]
    if char == "?":
        if text[at + 1 : at + 2] in ("", "\n") and int(costs[max(0, at - 1)]) < BAD_COST:
            return False
        return int(costs[at]) >= DOUBTED_COST and not text[max(0, at - 1) : at + 2].isascii()
    return bool(char) and (char in WOUNDS or "\ue000" <= char <= "\uf8ff")


class Once:
    """Which characters and pairs of a text stand in it once only; counted when it is first asked."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    @cached_property
    def _characters(self) -> npt.NDArray[np.bool_]:
        alone: npt.NDArray[np.bool_] = np.bincount(self._codes, minlength=65536) == 1
        return alone

    @cached_property
    def _pairs(self) -> npt.NDArray[np.uint32]:
        return np.sort(_joined(self._codes[:-1], self._codes[1:]))

    def holds_any(self, characters: Codes) -> bool:
        """Tell whether one of some characters stands nowhere else."""
        return bool(self._characters[characters].any())

    def holds_all_pairs(self, places: I64) -> bool:
        """Tell whether none of the pairs at ``places`` stands elsewhere."""
        wanted = _joined(self._codes[places], self._codes[places + 1])
        counts = np.searchsorted(self._pairs, wanted, "right") - np.searchsorted(self._pairs, wanted)
        return bool((counts == 1).all())


def _joined(first: Codes, second: Codes) -> npt.NDArray[np.uint32]:
    pairs: npt.NDArray[np.uint32] = first.astype(np.uint32) << np.uint32(16) | second
    return pairs


def lonely_core(
    text: str, codes: Codes, span: Span, odd: I64, costs: I32, model: Model, once: Once
) -> Span | None:
    """The stretch of a span that a second look is worth: neighbours that never met, in a row, and a witness in it.

    A witness is a rare character, or one of the other script, that stands nowhere else in the text; or the row is
    long and dear. ``odd`` are the places of a glance. Names are such rows, too, but mostly of common characters,
    or come more than once.
    """
    inside = odd[np.searchsorted(odd, span.start - 1) : np.searchsorted(odd, span.end, "right")]
    if not len(inside):
        return None
    own = TRADITIONAL if is_traditional(codes, span, model) else 0
    for row in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1):
        start, end = int(row[0]) + 1, int(row[-1]) + 1
        # Beside a letter no pair is odd; a lone one may be the second byte that ends the run.
        if _LONE_LETTER.match(text, end + 1):
            end += 2
        if end - start < LEAST_ROW - 1:
            continue
        stored = codes[start:end]
        han = (stored >= 0x3400) & (stored < 0xA000)
        strange = is_rare(stored) | (han & (model.form[stored] & own == 0) if own else False)
        if once.holds_any(stored[strange]):
            return Span(start, end)
        crowded = len(row) >= CROWD and int(costs[start:end].mean()) >= CROWD_COST
        if crowded and once.holds_all_pairs(row):
            return Span(start, end)
    return None


def spans_of(text: str, codes: Codes, places: I64, costs: I32) -> list[Span]:
    """Grow suspicious places over the bad characters around them, and join those that are near."""
    bad = costs >= BAD_COST
    bad |= (codes == ord("?")) | (codes == 0xFFFD) | ((codes >= 0xE000) & (codes < 0xF900))
    spans: list[Span] = []
    length = len(codes)
    line_ends = np.flatnonzero(codes == ord("\n")).tolist()
    for seed in places.tolist():
        if spans and seed < spans[-1].end:
            continue
        # A line end is no second byte: a run ends there.
        start = end = seed + text.startswith("\n", seed)
        line = bisect_left(line_ends, start)
        first = line_ends[line - 1] + 1 if line else 0
        last = line_ends[line] if line < len(line_ends) else length
        while True:
            ahead = np.flatnonzero(bad[end + 1 : min(end + 1 + REACH, last)])
            if not len(ahead):
                break
            end += int(ahead[-1]) + 1
        while True:
            reach = max(first, start - REACH)
            behind = np.flatnonzero(bad[reach:start])
            if not len(behind):
                break
            start = reach + int(behind[0])
        if spans and start - spans[-1].end <= NEAR:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, end + 1))
        else:
            spans.append(Span(start, min(end + 1, length)))
    return spans
