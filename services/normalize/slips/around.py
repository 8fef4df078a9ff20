"""What stands around the places where bytes may have slipped: its costs, its signs of a slip, the text without them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np

from ..language.document import DocumentModel
from ..language.glance import glance_at
from ..language.model import I32, I64, Model
from ..language.table import ORDER, SIMPLIFIED, SKIP, TRADITIONAL, U16
from .detect import REACH, Codes, Span

NEIGHBOURHOOD: Final = 300
"""Characters on either side of a suspicious place that are weighed: a run of 300 has a place every few characters."""

CLOSE: Final = 100
"""The same for a first look."""

NEAREST: Final = 24
"""The same for a glance, which stands wherever no span comes near the rim of what was looked at: half of 400 look-ups
in 64 MB, each of which misses the processor's caches."""

WITNESSES: Final = 2
"""Of the characters of a run and the one behind it, so many at least never met the one before them or stand in no
sentence. A slip leaves such a pair at either end; clean text has single ones (建委, which left its offices before the
table's texts), and a likelier text in their place is another one: 市建委 was not 市交通委."""

_USUAL_MARKS: Final = np.array([ord(mark) for mark in "，。、；：？！（）《》“”‘’—…\u3000"], np.uint32)


def running_near(model: Model, symbols: U16, places: I64, reach: int) -> I32:
    """Cost of each symbol near the places, the only ones that are asked for: a whole report takes 8 ms, a place 0.2."""
    costs = np.zeros(len(symbols), np.int32)
    if not len(places):
        return costs
    groups = [start + np.flatnonzero(symbols[start:end] != SKIP) for start, end in _looked_at(places, reach)]
    for kept, asked in zip(groups, model.costs_apart([symbols[kept] for kept in groups]), strict=True):
        costs[kept] = asked
    return costs


def _looked_at(places: I64, reach: int) -> list[tuple[int, int]]:
    """Give the stretches of a text within ``reach`` of ``places``."""
    looked_at: list[tuple[int, int]] = []
    for place in places.tolist():
        if looked_at and place - reach <= looked_at[-1][1]:
            looked_at[-1] = looked_at[-1][0], place + reach
        else:
            looked_at.append((max(0, place - reach), place + reach))
    return looked_at


def are_inside(spans: Sequence[Span], symbols: U16, places: I64, reach: int) -> bool:
    """Tell whether a wider look would find the same spans at the same costs.

    No span has grown so near to the rim of what was looked at that what lies beyond could make it grow further, or
    could tell of its characters: of each history the table knows ``ORDER - 1`` symbols.
    """
    looked_at = _looked_at(places, reach)
    starts = [start for start, _ in looked_at]
    for span in spans:
        number = bisect_right(starts, span.start) - 1
        # Marks of loss let a span grow whatever they cost, also beyond what was looked at.
        if number < 0 or span.start > looked_at[number][1]:
            return False
        start, end = looked_at[number]
        history = np.count_nonzero(symbols[start : span.start - REACH] != SKIP) if span.start > start else 0
        if (start and history < ORDER - 1) or (span.end + REACH > end and end < len(symbols)):
            return False
    return True


def witnesses_in(text: str, codes: Codes) -> I64:
    """How much each character tells of a slip: it never met the one before, or no sentence has it."""
    witness = np.zeros(len(codes) + 1, np.int64)
    odd = glance_at(text).odd
    witness[odd[odd + 1 < len(witness)] + 1] = 1
    plain = ((codes >= 0x3400) & (codes < 0xA000)) | (codes < 0x40) | np.isin(codes, _USUAL_MARKS)
    witness[:-1][~plain | (codes == ord("?"))] = 1
    # A letter may be a second byte; beside foreign characters no pair is odd, so it counts for both its sides.
    witness[:-1][(codes >= 0x40) & (codes < 0x7F)] = WITNESSES
    return witness


def document_around(model: Model, codes: Codes, symbols: U16, spans: Sequence[Span]) -> DocumentModel:
    """Count the document around its suspicious spans, or clean repeats would be repaired into the damage."""
    masked = symbols.copy()
    present = np.zeros(65536, bool)
    clean = np.ones(len(codes), bool)
    for span in spans:
        start, end = max(0, span.start - 2), span.end + 2
        masked[start:end] = 0
        clean[start:end] = False
    present[codes[clean]] = True
    present[0] = False
    present[0xE000:0xF900] = False
    forms = model.form[codes[clean]]
    simplified = int(np.count_nonzero(forms == SIMPLIFIED))
    traditional = int(np.count_nonzero(forms == TRADITIONAL))
    script = "mixed"
    if simplified > 20 * traditional:
        script = "Hans"
    elif traditional > simplified:
        script = "Hant"
    return DocumentModel([masked[masked != SKIP]], present, script)
