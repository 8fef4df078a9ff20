"""What a character costs where it stands: the table, this document, and the script it is written in."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ..language.document import DocumentModel
from ..language.model import I32, I64, Model, running_keys
from ..language.table import SIMPLIFIED, SKIP, SYMBOL_BITS, TRADITIONAL, U64

OTHER_SCRIPT_COST: Final = 4_000
"""Milli-nats for a character of the other script in a text that keeps to one."""

STRANGE_COST: Final = 6_000
"""Milli-nats for a variant that neither script uses and the document does not have elsewhere."""

BLANK_COST: Final = 1_500
"""Milli-nats for a blank: the table passes over it, but one that a slip made is not free."""


class Costs:
    """Costs for one document."""

    def __init__(self, model: Model, document: DocumentModel) -> None:
        self.model = model
        self.document = document
        form, fold = model.form, model.fold
        penalty = np.zeros(65536, np.int32)
        wide = np.zeros(65536, bool)
        wide[0x3400:0xA000] = True
        wide[0xF900:0xFB00] = True
        wide &= ~document.present
        simplified, traditional = (form & SIMPLIFIED) != 0, (form & TRADITIONAL) != 0
        own = {"Hans": simplified, "Hant": traditional}.get(document.script, simplified | traditional)
        penalty[wide & ~own] = OTHER_SCRIPT_COST
        penalty[wide & ~simplified & ~traditional] = STRANGE_COST
        for first, last in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)):
            penalty[first:last] = np.where(document.present[first:last], 0, STRANGE_COST)
        self.penalty = penalty
        self.plausible: npt.NDArray[np.bool_] = (fold != 0) & (own | document.present | ~wide)
        self.plausible[penalty >= STRANGE_COST] = False
        self.plausible[0] = False
        self.plausible[0xE000:0xF900] = False

    def of(self, keys: U64, backoffs: I32, places: I32, nodes: I64, chars: I64, symbols: I64) -> I32:
        """Cost of each of ``chars`` after a history: its key, and the rows that belong to it."""
        cost = self.model.costs(keys, backoffs, nodes, symbols)
        return self.document.mixed(places, nodes, symbols, cost) + self.penalty[chars]

    def of_text(self, chars: list[int], before: int) -> int:
        """Give the cost of reading ``chars``, one after the other, after a history: its key."""
        codes = np.array(chars, np.int64)
        symbols = self.model.fold[codes].astype(np.int64)
        blank = symbols == SKIP
        codes, symbols = codes[~blank], symbols[~blank]
        history = [before >> SYMBOL_BITS * n & SKIP for n in (3, 2, 1, 0)]
        keys = running_keys(np.concatenate([np.array(history, np.int64), symbols]).astype(np.uint16))[4:]
        rows = np.arange(len(symbols))
        cost = self.of(keys, self.model.backoffs(keys), self.document.places(keys), rows, codes, symbols)
        return int(cost.sum()) + BLANK_COST * int(blank.sum())

    def met(self, before: I64, after: I64) -> npt.NDArray[np.bool_]:
        """Tell which pairs of symbols ever stood side by side, in the table's texts or in this one."""
        return self.model.paired(before, after) | self.document.paired(before, after)

    def hint(self, before: I64, after: I64) -> I64:
        """Give what pairs of symbols cost by themselves; a pair that only this document has costs nothing."""
        return self.model.pair_costs(before, after)
