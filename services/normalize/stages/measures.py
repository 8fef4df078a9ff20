"""The measures that hard-wrapped lines fill, learnt from the lines of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .cohesion import goes_on
from .line_units import Unit
from .signs import CLOSING, HAN, TERMINAL, begins_with_label


@dataclass(frozen=True, slots=True)
class Layout:
    """How a hard-wrapped document is set; one that is not has no measures."""

    measures: tuple[int, ...] = ()
    """Widths, in columns, that its full lines have. A page in two columns has two."""
    indented: bool = False
    """Paragraphs are known by their indent."""
    spaced: bool = False
    """Every line has an empty one behind it: empty lines divide nothing."""
    prose_indented: bool = False
    """Paragraphs of prose begin with an indent: one without it goes on with a line above that has no full stop."""
    flowing_over: int = 0
    """Full lines with a full stop, where there are more of them than chance has last lines: most of them go on."""
    full_length: int = 0
    """Characters of a full line, where nearly all have as many; else 0."""
    full_width: int = 0
    """Columns from which on a line with a full stop counts as full, where the lines differ."""

    narrow: bool = False
    """No line is wider than a page has them: where some are, paragraphs stand on one line each."""

    def fills(self, here: Unit, after: Unit) -> int:
        """Give the measure that ``here`` fills and ``after`` keeps to, or 0."""
        if not self.measures:
            return 0
        if self.full_length:
            if here.last == self.full_length:
                return max(self.measures)
            if here.last < self.full_length - LACKING:
                return 0
        token = _TOKEN.match(after.head)
        room = (len(token.group()) if token is not None else 0) + (FIRST_INDENT if here.lines == 1 else 0)
        if self.indented and after.indent < LEAST_INDENT:
            room += FIRST_INDENT  # the indent itself tells that no paragraph begins: a ragged edge may be believed
        for columns in self.measures:
            if (
                columns - room - slack_of(columns) <= here.width <= columns + OVERHANG
                and after.width <= columns + 2 * OVERHANG
            ):
                return columns
        return 0


_TOKEN: Final = re.compile(r"[!-~]+")

UNSET: Final = Layout()


def slack_of(columns: int) -> int:
    """Give the columns that a full line may lack."""
    return max(SLACK, columns // SLACK_SHARE)


def room_over(columns: int) -> int:
    """Give the columns that a line may be wider than the one above it, of a paragraph that both are set in."""
    return slack_of(columns) + FIRST_INDENT + OVERHANG


NARROWEST: Final = 24
"""Columns. Twelve ideographs are the shortest measure of a printed column."""

SLACK: Final = 5
"""Columns that a full line may lack: a mark that may not begin a line, a figure that may not be broken."""

FIRST_INDENT: Final = 4
"""Columns that the first line of a paragraph lacks: two ideographs, also where the indent itself was lost."""

LACKING: Final = 2
"""Characters that a full line may lack where nearly all have as many: the indent of a first line, or a mark."""

SLACK_SHARE: Final = 12
"""In a wide measure a twelfth of it: figures are narrower than the columns that they are counted for."""

LEAST_INDENT: Final = 2
"""Columns from which on a line is indented."""

OVERHANG: Final = 3
"""Columns that a line may be over: figures are narrower in print than half an ideograph."""

WIDEST: Final = 160
"""Columns. Landscape pages have lines of this width; longer ones are paragraphs."""

LEAST_TORN: Final = 2
"""Torn lines from which on a measure is believed where full lines are the rule."""

LEAST_AMONG_MANY: Final = 8
"""Torn lines from which on it is believed among tables, lists and short lines."""

MOST_MEASURES: Final = 4

EVIDENCE: Final = 300
"""Hundredths of a nat that a single tear may weigh: one rare pair must not outvote the others."""


def layout_of(units: Sequence[Unit]) -> Layout:
    """Find the measures that lines fill and at which they break off in mid-sentence.

    Headings and the rows of a list may be of a width too; but what stands on the two sides of their ends does not
    go on (see ``goes_on``: 434 on average inside a text, -258 at the end of an unstopped paragraph).
    """
    widths = Counter(
        unit.width
        for unit in units
        if NARROWEST <= unit.width <= WIDEST and not unit.guarded and unit.chinese
    )
    measures: list[int] = []
    gaps = sum(1 for unit in units[1:] if unit.empty_before)
    spaced = gaps * 10 >= 8 * (len(units) - 1)
    for _ in range(MOST_MEASURES):
        if not widths:
            break
        count = widths.get
        columns = max(
            (count(width - 2, 0) + count(width - 1, 0) + near, near, width) for width, near in widths.items()
        )[2]
        if _is_measure(units, columns, spaced=spaced):
            measures.append(columns)
        for width in range(columns - slack_of(columns), columns + OVERHANG + 1):
            widths.pop(width, None)
    prose_indented = _is_prose_indented(units)
    narrow = all(unit.width <= WIDEST for unit in units)
    fixed = _fixed_length(units, spaced=spaced)
    if fixed and not measures:
        measures.append(2 * fixed)
    if not measures:
        return replace(UNSET, prose_indented=prose_indented, narrow=narrow)
    indents = Counter(unit.indent for unit in units)
    base = min(indent for indent, count in indents.items() if count * LEAST_BASE >= len(units))
    indented = sum(count for indent, count in indents.items() if base + LEAST_INDENT <= indent <= base + 8)
    known = indented * 20 >= len(units) and indented >= 2
    length, width = (fixed, 0) if fixed else _fullness(units, measures)
    layout = Layout(tuple(measures), known, spaced, prose_indented, full_length=length, narrow=narrow)
    if known:
        return layout
    flows = _flow_over(units, max(measures), length, width)
    return replace(layout, flowing_over=flows, full_width=width)


def _is_prose_indented(units: Sequence[Unit]) -> bool:
    prose = [unit for unit in units if unit.prose and unit.chinese and not unit.guarded]
    flush = sum(1 for unit in prose if unit.indent < LEAST_INDENT)
    return len(prose) - flush >= LEAST_INDENTED and flush * FLUSH_SHARE <= len(prose)


LEAST_INDENTED: Final = 8
"""Indented paragraphs of prose from which on they are a habit."""

FLUSH_SHARE: Final = 2
"""One paragraph of so many may begin without the indent: in a report of 1957 torn pages begin 37 of its 111."""

LEAST_BASE: Final = 10
"""The lines inside paragraphs begin at the least indent that one line in so many has; in a narrow column with short
paragraphs those that are indented may be more."""

CHANCE: Final = 2
"""So many times more full lines with a full stop than chance has last lines of a paragraph that are full."""

_TOPIC: Final = re.compile(f"[{HAN}、“”]{{4,18}}。(?=[^\n])")


def begins_with_topic(head: str) -> bool:
    """Tell whether a line begins with a short sentence of its own, as paragraphs of reports do: 扩大出口。大力发展…."""
    return _TOPIC.match(head) is not None


def _fullness(units: Sequence[Unit], measures: Sequence[int]) -> tuple[int, int]:
    """Give how wide a line must be to be full: characters where nearly all lines have as many, else columns.

    Learnt from the lines that are known to go on, those without a full stop. The other of the two is 0.
    """
    columns = max(measures)
    most = slack_of(columns) + FIRST_INDENT
    known = [
        (unit.last, unit.width)
        for unit in units
        if unit.flowing and unit.tail[-1] not in TERMINAL and abs(unit.width - columns) <= most
    ]
    if not known:
        return 0, columns - OVERHANG
    length, count = Counter(last for last, _ in known).most_common(1)[0]
    if count * 10 >= 9 * len(known) and len(known) >= LEAST_AMONG_MANY:
        return length, 0
    widths = sorted(width for _, width in known)
    return 0, widths[len(widths) // RAGGED]


RAGGED: Final = 5
"""One full line in so many may be narrower than what counts as full before a full stop."""


def _flow_over(units: Sequence[Unit], columns: int, length: int, width: int) -> int:
    """Count the full lines with a full stop, where most of them go on; else 0.

    The last line of a paragraph may have any width, so of the short lines with a full stop a known share would be
    full by chance. What is more than that are sentences that end where their line does.
    """
    full = short = 0
    for unit, after in zip(units, units[1:], strict=False):
        if unit.guarded or unit.tail[-1] not in TERMINAL or unit.width > columns + 2 * OVERHANG:
            continue
        if begins_with_label(after.head) or begins_with_topic(after.head):
            continue
        if unit.last == length or (width and unit.width >= width):
            full += 1
        else:
            short += 1
    chance = 1 if length else (columns + OVERHANG - width) // 2
    steps = length or columns // 2
    return full if full * steps > CHANCE * short * chance else 0


def _is_measure(units: Sequence[Unit], columns: int, *, spaced: bool) -> bool:
    least, most = columns - slack_of(columns), columns + OVERHANG
    full, torn, weight = _tears(
        units, lambda unit: least <= unit.width <= most, columns + 2 * OVERHANG, spaced=spaced
    )
    if 2 * torn < full or weight <= 0:
        return False
    return torn >= LEAST_TORN if 2 * full >= len(units) else torn >= LEAST_AMONG_MANY


def _fixed_length(units: Sequence[Unit], *, spaced: bool) -> int:
    """Give the characters after which a converter broke every line, whatever their width; 0 where none did.

    Then no line is longer, which is rare otherwise: the longest line of a text is mostly one alone.
    """
    length = max((unit.last for unit in units if not unit.guarded), default=0)
    if not NARROWEST <= 2 * length <= WIDEST:
        return 0
    full, torn, weight = _tears(units, lambda unit: unit.last == length, WIDEST, spaced=spaced)
    # Set by its width, a text has torn lines of many lengths: the more figures, the longer.
    others = sum(
        1
        for unit in units
        if 4 * unit.last >= 3 * length > 3 * unit.last
        and unit.indent < LEAST_INDENT
        and unit.tail[-1] not in TERMINAL
        and not unit.guarded
    )
    return length if torn >= LEAST_FIXED and 2 * torn >= full >= 9 * others and weight > 0 else 0


LEAST_FIXED: Final = 3
"""Torn lines of the greatest length from which on it is believed to be fixed."""


def _tears(
    units: Sequence[Unit], is_full: Callable[[Unit], bool], most: int, *, spaced: bool
) -> tuple[int, int, int]:
    """Count the full lines and those torn in mid-sentence, and weigh whether these go on."""
    full = torn = weight = 0
    for here, after in zip(units, units[1:], strict=False):
        if here.guarded or not is_full(here):
            continue
        full += 1
        left, right = here.tail[-1], after.head[0]
        if left in TERMINAL or after.guarded or after.width > most:
            continue
        if (after.empty_before and not spaced) or begins_with_label(after.head):
            continue
        if left.isdigit() and not right.isdigit() and not here.flowing:
            continue  # a row of a table with two columns ends so
        torn += 1
        weight += (
            EVIDENCE
            if left in "，、" or right in CLOSING
            else max(-EVIDENCE, min(EVIDENCE, goes_on(left, right)))
        )
    return full, torn, weight
