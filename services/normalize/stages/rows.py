"""Rows of tables that were run flat: cells divided by spaces, one row a line."""

from __future__ import annotations

import re
from typing import Final

_PROSE: Final = re.compile("[，。；！？]")
_FIGURE: Final = re.compile(r"[-+－＋]?\d[\d,.．]*[%％]?")
_DATE_UNIT: Final = frozenset("年月日号时")
_EMPTY: Final = re.compile("[—–－/-]{1,4}|…+|[.]{3}")
"""What a table sets in a cell without a figure."""

LONGEST_CELL: Final = 16
"""Characters of the longest cell of such a row beside its figures."""

LEAST_CELLS: Final = 3

LEAST_FIGURES: Final = 2


def is_flat_row(line: str) -> bool:
    """Tell whether a line is a row of a table: 木材 6100 万立方米 -4.5."""
    if _PROSE.search(line):
        return False
    cells = line.split()
    if len(cells) < LEAST_CELLS:
        return False
    figures = empty = 0
    before = ""
    for cell, after in zip(cells, [*cells[1:], ""], strict=True):
        if _EMPTY.fullmatch(cell):
            empty += 1
        elif not _FIGURE.fullmatch(cell):
            if len(cell) > LONGEST_CELL:
                return False
        elif after[:1] not in _DATE_UNIT and before != "第":
            figures += 1
        before = cell
    return figures >= LEAST_FIGURES or (figures > 0 and empty > 0) or empty >= LEAST_CELLS
