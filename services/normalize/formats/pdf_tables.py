"""Tables of a PDF: by the rules that are drawn, or by the alignment of what stands in rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .pdf_lines import Line, Pieces
from .pdf_pages import PageText
from .pdf_rules import NEAR, Rule, joined

MAX_RULES: Final = 6_000


@dataclass(slots=True)
class Cell:
    """A cell: where it stands in the table, how far it reaches, and its lines in pieces, as lines have them."""

    row: int
    column: int
    lines: tuple[Pieces, ...] = ()
    down: int = 1
    across: int = 1


@dataclass(slots=True)
class Table:
    """A table on a page, and the lines that it swallowed."""

    page: int
    left: int
    top: int
    bottom: int
    rows: list[list[Cell]]
    """Of each row the cells that hold text or reach over others."""
    columns: int
    swallowed: set[int]


def ruled_tables(page: PageText, lines: Sequence[Line]) -> list[Table]:
    """Find the tables that are drawn with rules."""
    if not 5 <= len(page.rules) <= MAX_RULES:
        return []
    sizes = page.rules[:, 2:] - page.rules[:, :2]
    is_level = sizes[:, 0] >= sizes[:, 1]
    beams = int(is_level.sum())
    # Two beams and three posts are one row of two cells, as the next page may have of a table.
    if beams < 2 or len(page.rules) - beams < 3:
        return []
    level, upright = joined(page.rules, ~is_level)
    return [
        table
        for one, other in _connected(level, upright)
        if (table := _table(page, lines, one, other)) is not None
    ]


def _connected(level: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Gather rules that touch one another."""
    rules = level + upright
    groups = list(range(len(rules)))

    def root(number: int) -> int:
        while groups[number] != number:
            groups[number] = groups[groups[number]]
            number = groups[number]
        return number

    order = sorted(range(len(level)), key=lambda number: level[number].bottom)
    heights = [level[number].bottom for number in order]
    for number, post in enumerate(upright):
        at = bisect_right(heights, post.bottom - NEAR)
        while at < len(order) and heights[at] <= post.top + NEAR:
            beam = level[order[at]]
            if beam.left - NEAR <= post.left <= beam.right + NEAR:
                groups[root(order[at])] = root(len(level) + number)
            at += 1
    # Beside a cell that reaches over rows, pieces of a post touch no beam, only one another.
    for offset, pieces, across in ((0, level, False), (len(level), upright, True)):
        for one, other in _meeting(pieces, upright=across):
            groups[root(offset + one)] = root(offset + other)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate(rules):
        found.setdefault(root(number), ([], []))[number >= len(level)].append(rule)
    return [pair for pair in found.values() if len(pair[0]) >= 2 and len(pair[1]) >= 2]


def _meeting(rules: list[Rule], *, upright: bool) -> Iterator[tuple[int, int]]:
    """Give the pairs of rules on one line that meet end to end."""
    places = [(rule.left + rule.right) // 2 if upright else (rule.bottom + rule.top) // 2 for rule in rules]
    lines = _levels(places)
    order = sorted(
        (_nearest(lines, places[number]), rule.bottom if upright else rule.left, number)
        for number, rule in enumerate(rules)
    )
    for (line, _, one), (next_line, begin, other) in zip(order, order[1:], strict=False):
        end = rules[one].top if upright else rules[one].right
        if line == next_line and begin - end <= NEAR:
            yield one, other


def _levels(values: Sequence[int]) -> list[int]:
    """Give the distinct values, near ones taken together."""
    found: list[int] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


def _table(page: PageText, lines: Sequence[Line], level: list[Rule], upright: list[Rule]) -> Table | None:
    xs = _levels([(rule.left + rule.right) // 2 for rule in upright])
    ys = _levels([(rule.bottom + rule.top) // 2 for rule in level])
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1 or columns * rows < 2 or columns * rows > 20_000:
        return None
    cells, own = _cells(xs, ys, level, upright)
    swallowed: set[int] = set()
    left, right = page.shown.left, page.shown.right
    lowest, highest, leftmost, rightmost = ys[0] - NEAR, ys[-1] + NEAR, xs[0] - NEAR, xs[-1] + NEAR
    for number, line in enumerate(lines):
        if not (lowest <= line.middle <= highest and leftmost <= (line.left + line.right) // 2 <= rightmost):
            continue
        swallowed.add(number)
        row = cells[rows - bisect_right(ys, line.middle, 1, rows)]
        pieces = line.pieces
        if len(pieces) == 1:
            text, first = pieces[0]
            last = first + len(text) - 1
            low, high = left[first] + right[first], left[last] + right[last]
            if high < low:
                low, high = high, low
        else:
            ends = [at for text, first in pieces for at in (first, first + len(text) - 1)]
            sums = [left[at] + right[at] for at in ends]
            low, high = min(sums), max(sums)
        column = bisect_right(xs, low // 2, 1, columns)
        if column == columns or high // 2 < xs[column]:  # nearly all
            row[column - 1].lines += (pieces,)
            continue
        put: dict[int, tuple[Cell, list[tuple[str, int]]]] = {}
        for text, first in pieces:
            for low, high, column in _by_column(page, xs, first, first + len(text)):
                cell = row[column]
                _, held = put.setdefault(id(cell), (cell, []))
                held.append((text[low - first : high - first], low))
        for cell, held in put.values():
            cell.lines += (tuple(held),)
    if not swallowed:
        return None
    table_rows = [
        [cell for cell in row_cells if cell.lines or cell.across > 1 or cell.down > 1] for row_cells in own
    ]
    filled = [cell for row_cells in table_rows for cell in row_cells if cell.lines]
    if len(filled) < 2:
        return None
    for cell in filled:
        if len(cell.lines) > 1:
            cell.lines = tuple(
                sorted(
                    cell.lines,
                    key=lambda held: (-page.shown.bottom[held[0][1]] // 3_000, page.shown.left[held[0][1]]),
                )
            )
    return Table(page.number, xs[0], ys[-1], ys[0], table_rows, columns, swallowed)


def _by_column(page: PageText, xs: list[int], first: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut a range of characters where it passes from one column to the next: (first, end, column)."""
    left, right, last = page.shown.left, page.shown.right, len(xs) - 1

    def column_of(index: int) -> int:
        return bisect_right(xs, (left[index] + right[index]) // 2, 1, last) - 1

    column = column_of(first)
    if column == column_of(end - 1):
        yield first, end, column
        return
    start = first
    for index in range(first + 1, end):
        here = column_of(index)
        if here != column:
            yield start, index, column
            start, column = index, here
    yield start, end, column


def _cells(
    xs: list[int], ys: list[int], level: list[Rule], upright: list[Rule]
) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Lay the grid; where the rule between two places is not drawn they are one cell. The first row is the highest.

    Gives the cell at each place (what a cell covers holds the cell itself), and of each row the cells that begin there.
    """
    columns, rows = len(xs) - 1, len(ys) - 1
    middles_up = [(low + high) // 2 for low, high in zip(ys, ys[1:], strict=False)]
    middles_across = [(left + right) // 2 for left, right in zip(xs, xs[1:], strict=False)]
    posts = [bytearray(rows) for _ in xs]  # for each post, beside which rows it is drawn, the lowest first
    for rule in upright:
        _draw(posts[_nearest(xs, (rule.left + rule.right) // 2)], middles_up, rule.bottom, rule.top)
    beams = [bytearray(columns) for _ in ys]
    for rule in level:
        _draw(beams[_nearest(ys, (rule.bottom + rule.top) // 2)], middles_across, rule.left, rule.right)
    cells: list[list[Cell]] = []
    own: list[list[Cell]] = []
    for row in range(rows):
        line: list[Cell] = []
        begin: list[Cell] = []
        beam, level_with = beams[rows - row], rows - 1 - row
        for column in range(columns):
            if column and not posts[column][level_with]:
                cell = line[-1]
                if cell.row == row:
                    cell.across = max(cell.across, column - cell.column + 1)
            elif row and not beam[column]:
                cell = cells[-1][column]
                cell.down = max(cell.down, row - cell.row + 1)
            else:
                cell = Cell(row, column)
                begin.append(cell)
            line.append(cell)
        cells.append(line)
        own.append(begin)
    return cells, own


def _nearest(values: list[int], value: int) -> int:
    at = bisect_right(values, value)
    if at == 0:
        return 0
    if at == len(values):
        return at - 1
    return at if values[at] - value < value - values[at - 1] else at - 1


def _draw(drawn: bytearray, middles: list[int], start: int, end: int) -> None:
    for at in range(bisect_left(middles, start - NEAR), bisect_right(middles, end + NEAR)):
        drawn[at] = 1


LEAST: Final = 3
"""Rows that align before they count as a table without rules: two may be a heading beside a date."""


def aligned_tables(page: PageText, lines: Sequence[Line], rows: Sequence[list[Line]]) -> list[Table]:
    """Find tables that only alignment shows: rows of two and more lines that stand in the same columns.

    ``rows`` are those of the lines.
    """
    if len(lines) - len(rows) < LEAST:
        return []
    numbers = dict(zip(map(id, lines), range(len(lines)), strict=True))
    found: list[Table] = []
    run: list[list[Line]] = []
    for row in [*rows, []]:
        if len(row) >= 2 and (not run or run[-1][0].bottom - row[0].top < 3 * row[0].em):
            run.append(row)
            continue
        if len(run) >= LEAST:
            table = _aligned(page, run, numbers)
            if table is not None:
                found.append(table)
        run = [row] if len(row) >= 2 else []
    return found


def _aligned(page: PageText, run: list[list[Line]], numbers: dict[int, int]) -> Table | None:
    spans: list[list[int]] = []
    for left, right in sorted((line.left, line.right) for row in run for line in row):
        if spans and left < spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], right)
        else:
            spans.append([left, right])
    if len(spans) < 2:
        return None
    starts = [span[0] for span in spans]
    rows: list[list[Cell]] = []
    swallowed: set[int] = set()
    for number, row in enumerate(run):
        cells: list[Cell] = []
        for line in row:  # from left to right
            column = bisect_right(starts, line.left) - 1
            if cells and cells[-1].column == column:
                cells[-1].lines += (line.pieces,)
            else:
                cells.append(Cell(number, column, (line.pieces,)))
            swallowed.add(numbers[id(line)])
        rows.append(cells)
    top, bottom = max(line.top for line in run[0]), min(line.bottom for line in run[-1])
    return Table(page.number, starts[0], top, bottom, rows, len(spans), swallowed)
