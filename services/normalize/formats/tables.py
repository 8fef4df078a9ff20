"""Tables: a row a line, cells divided by a tab, each cell in its column.

A cell that spans others stands where it begins; what it covers is empty. Cells carry marks of their own through
the stages, and ``gather_tables`` makes of them, at the end, the rows of the table's mark: what it says is always
what stands in the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ...edition import Mark
from .assembly import Assembly

CELL: Final = "cell"
MAX_CELLS: Final = 200_000
"""Cells of one table; beyond that a table has rows of text only."""


class Grid:
    """Writes one table into an assembly."""

    def __init__(self, out: Assembly) -> None:
        self._out = out
        self._start = -1
        self._row = -1
        self._column = 0
        self._tabs = 0
        self._width = 0
        self._cells = 0
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self._above: dict[int, tuple[int, int]] = {}  # column -> the cell that stands there in the row above
        self._covered: dict[
            int, int
        ] = {}  # column -> how many rows, this one included, a cell above still covers
        self._reaching: dict[int, int] = {}  # the same for the next row
        self._at = 0
        self._across = 1
        self._source = 0

    def begin_row(self, start: int) -> None:
        """Begin a row whose line begins at ``start``."""
        if self._start < 0:
            self._start = start
        self._row += 1
        self._column = self._tabs = 0

    def begin_cell(self, source: int, across: int = 1, down: int = 1, *, goes_on: bool = False) -> None:
        """Begin a cell; ``goes_on``: it continues the one above (DOCX), ``down``: how far it reaches (HTML)."""
        self._source = source
        column = self._column
        if self._covered:
            while self._covered.get(column):
                column += 1
            self._column = column
        if column > self._tabs:
            self._move_to(column)
        if goes_on or across > 1 or down > 1:
            self._reach(across, down, goes_on=goes_on)
        else:  # nearly all
            self._above[column] = (self._row, column)
        self._at = self._out.size
        self._across = across

    def _reach(self, across: int, down: int, *, goes_on: bool) -> None:
        origin = here = (self._row, self._column)
        columns = range(self._column, self._column + across)
        if goes_on and self._column in self._above:
            origin = self._above[self._column]
            self._merged[origin] = (self._row - origin[0] + 1, self._merged.get(origin, (1, across))[1])
        elif across > 1 or down > 1:
            self._merged[here] = (down, across)
        for column in columns:
            self._above[column] = origin
            if down > 1:
                self._reaching[column] = down - 1

    def put(self, column: int, text: str, source: int, before: int) -> None:
        """Write a cell that spans no others, in one piece; the tabs before it stand for nothing at ``before``.

        For tables none of whose cells goes on with one above.
        """
        if self._covered or self._cells >= MAX_CELLS:
            self.go_to(column)
            self.begin_cell(before)
            self._out.add(text, source)
            self.end_cell()
            return
        out = self._out
        self._source = before
        if column > self._tabs:
            out.add("\t" * (column - self._tabs), before, 0)
            self._tabs = column
        at = out.size
        out.add(text, source)
        out.marks.append(Mark(at, out.size, CELL, {"row": self._row, "column": column}))
        self._cells += 1
        self._column = column + 1

    def go_to(self, column: int) -> None:
        """Pass the cells before a column: they have no text, reach no further, and none below goes on with them."""
        self._column = column

    def end_cell(self) -> None:
        """End the cell with its mark."""
        out = self._out
        if out.size > self._at and self._cells < MAX_CELLS:
            out.marks.append(Mark(self._at, out.size, CELL, {"row": self._row, "column": self._column}))
            self._cells += 1
        self._column += self._across

    def end_row(self) -> None:
        """End the row: it is as long as its cells reach."""
        while self._covered.get(self._column):
            self._column += 1
        self._move_to(self._column - 1)
        self._width = max(self._width, self._column)
        self._end_reach()

    def _end_reach(self) -> None:
        if self._covered or self._reaching:
            self._covered = {at: left - 1 for at, left in self._covered.items() if left > 1} | self._reaching
            self._reaching = {}

    def skip_row(self, cells: Iterable[tuple[int, int, int]]) -> None:
        """Pass a row without text, of cells at ``(column, across, down)``: it has no line."""
        if self._row < 0:
            return
        for column, across, down in cells:
            if down > 1:
                self._reaching.update(dict.fromkeys(range(column, column + across), down - 1))
        self._column = 0
        self._end_reach()

    def _move_to(self, column: int) -> None:
        if column > self._tabs:
            self._out.add("\t" * (column - self._tabs), self._source, 0)
            self._tabs = column

    def close(self) -> None:
        """Mark the table."""
        if self._row < 0 or self._out.size <= self._start:
            return
        merged = [[*at, *reach] for at, reach in sorted(self._merged.items()) if reach != (1, 1)]
        data: dict[str, Any] = {"columns": self._width, "height": self._row + 1}
        if merged:
            data["merged"] = merged
        self._out.mark(self._start, "table", data)


def gather_tables(text: str, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Give each table's mark its rows, read from the clean text through the marks of its cells.

    The mark's data become ``{"rows": [["…", …], …], "merged": [[row, column, down, across], …]}``; the marks of
    cells go. A text without tables costs one look at each mark.
    """
    marks = tuple(marks)
    tables = [mark for mark in marks if mark.kind == "table" and "height" in mark.data]
    if not tables:
        return tuple(mark for mark in marks if mark.kind != CELL)
    cells = [mark for mark in marks if mark.kind == CELL]
    at = 0
    made: dict[int, Mark] = {}
    for table in tables:  # both lists are sorted by their starts, and tables do not nest
        rows = [[""] * table.data["columns"] for _ in range(table.data["height"])]
        while at < len(cells) and cells[at].start < table.start:
            at += 1
        while at < len(cells) and cells[at].start < table.end:
            cell = cells[at]
            row, column = cell.data["row"], cell.data["column"]
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text[cell.start : cell.end].strip()
            at += 1
        data: dict[str, Any] = {"rows": rows}
        if table.data.get("merged"):
            data["merged"] = table.data["merged"]
        made[id(table)] = table._replace(data=data)
    return tuple(made.get(id(mark), mark) for mark in marks if mark.kind != CELL)
