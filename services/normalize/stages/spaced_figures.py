"""Figures that were set with spaces in them: 1 9 9 7 年, 18 .4%, 7666.3 4万吨."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import Paragraphs
from .cohesion import coheres
from .digits import ITEM_NUMBER
from .rows import is_flat_row
from .signs import HAN

_GAP: Final = " \u3000\u00a0"
_SPACED: Final = re.compile(
    rf"(?<![0-9A-Za-z.,])[0-9](?:[{_GAP}][.．]?[{_GAP}]?[0-9]|[.．][{_GAP}]?[0-9])+(?![0-9A-Za-z.])"
)
_FIGURE_ENDS: Final = re.compile(rf"[{_GAP}]?[%％‰{HAN}]")
_SPACED_PAIRS: Final = tuple((gap, re.compile(rf"{gap}(?<=[0-9]{gap})[.．]?[{_GAP}]?[0-9]")) for gap in _GAP)
"""One pattern for each kind of space: a pattern that begins with a letter of its own is searched for at the speed
of C, and a clean text has hardly any space."""


_SPACED_POINT: Final = re.compile(r"\. (?<=[0-9]\. )(?=[0-9]+[ ]?(?:[%％‰]|个百分点|[万亿]))")
"""4. 5%: a figure that is no item's number and has a unit behind it."""

_SPACED_BEFORE_POINT: Final = re.compile(
    r" (?<=[0-9] )(?=\.[0-9]|,[0-9]{3}(?![0-9]))|(?<=[0-9]\.[0-9]) (?=[0-9]{1,3}[ ]?[%％‰万亿])"
)
"""18 .4%, 7666.3 4万吨: a line end that became a space tore the figure."""


_SPACE_IN_FIGURE: Final = Words.everywhere([" .", " ,"])
_SPACE_BEHIND_POINT: Final = Words.everywhere([". "])
_LONE_DIGITS: Final = re.compile(r" (?<=\.[0-9] )[0-9]")


_POINT: Final = re.compile(r"\.(?<=[0-9]\.)(?=[0-9])")

LONE_PAIR: Final = 3
"""Characters of two digits with a gap between them, and nothing more."""

_TORN_FIGURE: Final = re.compile(
    r" (?:(?<=[0-9] )(?=(?:[.] ?)?[0-9])|(?<=[0-9][.] )(?=[0-9])|(?<=[0-9] [.] )(?=[0-9]))"
)
_TORN_WORD: Final = re.compile(rf"[{HAN}] [{HAN}]")
LEAST_TORN_WORDS: Final = 3
"""Gaps inside words from which on the gaps of a paragraph mean nothing, inside figures neither."""

_TWO_YEARS: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2} (?:19|20)[0-9]{2}(?![0-9])")


def close_spaced_figures(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Close figures that were set with a space behind every digit: ``1 9 9 7 年`` → ``1997 年``.

    Only where every digit stands alone and a unit or a character follows: a row of a table has figures of several
    digits, and ``1 2 3`` before nothing stays. A gap between two digits alone may be a point that was lost (5 9亿元
    was 5.9亿元, and stood beside 108 3%): it closes where the text sets its figures so, or kept the points of
    others (both such gaps in 669 reports were mere blanks, beside figures with points), else it is told.
    """
    figures = _Figures(text, context)
    lone, habit = figures.close_between_digits()
    figures.close_before_points()
    figures.close_behind_points()
    figures.close_letter_spaced()
    habit = habit or (bool(lone) and _POINT.search(text) is not None)
    for start, end in lone:
        if habit or _is_letter_spaced(figures.paragraph(start)):
            figures.closed.add(start + 1)
        else:
            yield Finding(start, end, "gap-in-figure", "a gap between two digits: perhaps a lost point", 500)
    for at in sorted(figures.closed):
        yield Edit(at, at + 1, "", "spaced-figure")


class _Figures:
    """The figures of a text, and the gaps in them that close; paragraphs are judged only where there is one."""

    def __init__(self, text: str, context: Context) -> None:
        self.closed: set[int] = set()
        self._text = text
        self._alphabet = context.alphabet
        self._near = neighbours_of(text)

    @cached_property
    def _paragraphs(self) -> Paragraphs:
        return Paragraphs(self._text, self._alphabet)

    def paragraph(self, at: int) -> str:
        here = self._paragraphs.at(at)
        return self._text[here.start : here.end]

    def close_between_digits(self) -> tuple[list[tuple[int, int]], bool]:
        """Close 1 9 9 7; gives the pairs of digits that stand alone, and whether longer figures are set so, too."""
        lone: list[tuple[int, int]] = []
        habit = False
        for space, pairs in _SPACED_PAIRS:
            if space not in self._alphabet:
                continue
            done = 0
            for pair in pairs.finditer(self._text):
                if pair.start() < done:
                    continue
                found = _SPACED.match(self._text, pair.start() - 1)
                if found is None:
                    continue
                done = found.end()  # what begins inside ends there, too: a long run is gone through once
                if _FIGURE_ENDS.match(self._text, done) is None:
                    continue
                if not self._paragraphs.at(pair.start()).is_chinese:
                    continue
                gaps = [at for at in range(found.start(), found.end()) if self._text[at] in _GAP]
                if found.end() - found.start() == LONE_PAIR and self._text[done] not in _GAP:
                    lone.append(found.span())
                else:
                    self.closed.update(gaps)
                    habit = habit or len(gaps) > 1
        return lone, habit

    def close_before_points(self) -> None:
        """Close 18 .4% and 7666.3 4万吨."""
        if " " not in self._alphabet:
            return
        if not self._near.among(_SPACE_IN_FIGURE) and _LONE_DIGITS.search(self._text) is None:
            return
        for gap in _SPACED_BEFORE_POINT.finditer(self._text):
            if self._paragraphs.at(gap.start()).is_chinese and not is_flat_row(self.paragraph(gap.start())):
                self.closed.add(gap.start())

    def close_behind_points(self) -> None:
        """Close 4. 5%."""
        if not self._near.among(_SPACE_BEHIND_POINT):
            return
        for point in _SPACED_POINT.finditer(self._text):
            here = self._paragraphs.at(point.start())
            if here.is_chinese and not ITEM_NUMBER.fullmatch(self._text, here.start, point.start()):
                self.closed.add(point.start() + 1)

    def close_letter_spaced(self) -> None:
        """Close every gap in a figure of a paragraph whose words have gaps, too."""
        if " " not in self._alphabet:
            return
        for gap in _TORN_FIGURE.finditer(self._text):
            here = self._paragraphs.at(gap.start())
            if ITEM_NUMBER.fullmatch(self._text, here.start, gap.start() - 1) or _are_years(self._text, gap):
                continue
            if here.is_chinese and _is_letter_spaced(self.paragraph(gap.start())):
                self.closed.add(gap.start())


@lru_cache(maxsize=4)
def _is_letter_spaced(paragraph: str) -> bool:
    torn = sum(coheres(found.group()[0], found.group()[2]) for found in _TORN_WORD.finditer(paragraph))
    return torn >= LEAST_TORN_WORDS and not is_flat_row(paragraph)


def _are_years(text: str, gap: re.Match[str]) -> bool:
    """Tell whether two whole years stand on the two sides, 2012 2013."""
    return _TWO_YEARS.match(text, gap.start() - 4) is not None
