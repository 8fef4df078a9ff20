"""What stands around the places where bytes may have slipped: its costs, its signs of a slip, the text without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..language.document import DocumentModel
from ..language.glance import glance_at
from ..language.model import I32, I64, Model
from ..language.table import ORDER, SIMPLIFIED, SKIP, TRADITIONAL, U16
from .detect import Span, codes_of

NEIGHBOURHOOD: Final = 300
"""Characters on either side of a suspicious place that are weighed: a run of 300 has a place every few characters."""

CLOSE: Final = 100
"""The same for a first look."""

APART: Final = np.zeros(ORDER - 1, np.uint16)
"""Symbols that no character has, between two stretches of one text that must not tell of one another."""

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
    breaks = np.flatnonzero(np.diff(places) > 2 * reach) + 1
    groups = []
    for group in np.split(places, breaks):
        start, end = max(0, int(group[0]) - reach), int(group[-1]) + reach
        groups.append(start + np.flatnonzero(symbols[start:end] != SKIP))
    # All groups in one question: what it costs to ask is more than what a group adds. Unknowns keep them apart.
    rows = [np.concatenate([symbols[kept], APART]) for kept in groups]
    asked = model.running_costs(np.concatenate(rows))
    at = 0
    for kept, row in zip(groups, rows, strict=True):
        costs[kept] = asked[at : at + len(kept)]
        at += len(row)
    return costs


def witnesses_in(text: str, codes: npt.NDArray[np.uint32]) -> I64:
    """How much each character tells of a slip: it never met the one before, or no sentence has it."""
    witness = np.zeros(len(codes) + 1, np.int64)
    odd = glance_at(text).odd
    witness[odd[odd + 1 < len(witness)] + 1] = 1
    plain = ((codes >= 0x3400) & (codes < 0xA000)) | (codes < 0x40) | np.isin(codes, _USUAL_MARKS)
    witness[:-1][~plain | (codes == ord("?"))] = 1
    # A letter may be a second byte; beside foreign characters no pair is odd, so it counts for both its sides.
    witness[:-1][(codes >= 0x40) & (codes < 0x7F)] = WITNESSES
    return witness


def document_around(model: Model, text: str, symbols: U16, spans: Sequence[Span]) -> DocumentModel:
    """Count the document around its suspicious spans, or clean repeats would be repaired into the damage."""
    masked = symbols.copy()
    present = np.zeros(65536, bool)
    codes = codes_of(text)
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
