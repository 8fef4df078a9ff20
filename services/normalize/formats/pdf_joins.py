"""Whether a line goes on with the paragraph of the one before it: rules in order, the first that knows decides.

A line was broken by the page where the first thing of the next one would not have found room at its end, and the next
one begins at the column's edge. It was broken by the author where there was room.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .pdf_columns import ENDS, GAP, INDENT, SHORT, STRONG_LABEL, UNEVEN, Column, Manner
from .pdf_kinds import HAN_CHAR, WIDE
from .pdf_lines import Line
from .pdf_pages import PageText

_OPENING: Final = "“‘（《〈「『【〔［｛([{<"
_CLOSING: Final = "”’）》〉」』】〕］｝)]}>，。、；：！？,.;:!?%％…—·"
_WORD: Final = re.compile(r"[A-Za-z0-9_./:@#&=+~%\-–]+|[０-９Ａ-Ｚａ-ｚ．％]+")
_CJK: Final = re.compile(f"[{WIDE}\u2018-\u201d\u2014\u2026]")
_LABEL: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+[编章节条款]|[一二三四五六七八九十百]+[、．.]|[（(][一二三四五六七八九十百\d]+[）)]|\d{1,3}[、．.](?!\d)|"
    r"\d{1,2}(?:\.\d{1,2}){1,3} (?=[\u4e00-\u9fff])|[①-⑳㈠-㈩⑴-⒇]|[一二三四五六七八九十]+[是要]|附[件表录]|——)"
)

SLACK: Final = 100
"""Per mille of an em that a full line may fall short of its column, beyond what had no room."""
BESIDE_LATIN: Final = 250
"""Per mille of an em that Word and LibreOffice leave between an ideograph and a figure or a letter."""
LOOSE: Final = 1_450
"""Per mille of the usual distance between lines, from which on a distance divides paragraphs."""
ASIDE: Final = 6_000
"""Per mille of an em inside its column, from which on a line is set aside: a signature, a date, a centred line."""
BROAD: Final = 15_000
"""Per mille of an em: two lines as broad as this that share both edges are one block; narrower ones may be a list."""
RAGGED: Final = 2
"""Ems that a line set flush left may fall short: the next character and the mark behind it."""
SAME_SIZE: Final = 120
"""Per mille by which the sizes of two lines of one paragraph may differ."""
UNSURE_SIZE: Final = 400
"""The same where one of them has figures only: 23.9%。 is 0.68 of the height of an ideograph."""


@dataclass(slots=True)
class Seam:
    """Two lines that follow each other, and what is around them."""

    one: Line
    other: Line
    here: Column
    """The column of ``one``."""
    there: Column
    """The column of ``other``."""
    page: PageText
    """The page of ``other``."""
    manner: Manner
    after: Line | None
    """The line that follows ``other``."""
    opens: bool
    """``one`` is the first line of its paragraph."""
    em: int = field(init=False)
    inset: int = field(init=False)
    """How far inside its column ``other`` begins."""
    same_column: bool = field(init=False)
    text: str = field(init=False)
    following: str = field(init=False)
    ended: bool = field(init=False)
    """``one`` ends as a paragraph may."""

    def __post_init__(self) -> None:
        """Bring what follows from the rest up to date."""
        one, other = self.one, self.other
        self.em = max(one.em, other.em)
        self.inset = other.left - self.there.left
        self.same_column = one.page == other.page and one.column == other.column
        self.text, self.following = one.text.rstrip(), other.text.lstrip()
        self.ended = self.text.endswith(ENDS) or not self.text

    @property
    def room(self) -> int:
        """What ``one`` left free at its end."""
        return self.here.right - self.one.right

    @property
    def unit(self) -> int:
        """The room that the first thing of ``other`` needs."""
        slack = SLACK + (BESIDE_LATIN if self.text[-1:].isascii() != self.following[:1].isascii() else 0)
        measure = self.there.right - self.there.left
        needed = _first_unit(self.other, self.page, measure, quotes_glue=not self.ended)
        return needed + slack * self.em // 1000

    @property
    def at_edge(self) -> bool:
        """``other`` begins at the edge of its column."""
        return self.inset * 1000 < INDENT * self.em

    @property
    def flush_after(self) -> bool:
        """The line after ``other`` begins at the edge."""
        return self.after is not None and (self.after.left - self.there.left) * 1000 < INDENT * self.em


def joins(seam: Seam) -> bool:
    """Tell whether ``other`` goes on with the paragraph of ``one``."""
    for rule in _RULES:
        verdict = rule(seam)
        if verdict is not None:
            return verdict
    return _goes_on_inside(seam)


def _differs_in_size(seam: Seam) -> bool | None:
    one, other = seam.one, seam.other
    if one.em == other.em:
        return None
    # Without an ideograph the size is a guess: some fonts tell the height of each glyph.
    sure = HAN_CHAR.search(one.text) and HAN_CHAR.search(other.text)
    differs = abs(one.em - other.em) * 1000 > (SAME_SIZE if sure else UNSURE_SIZE) * seam.em
    return False if differs else None


def _stands_apart(seam: Seam) -> bool | None:
    one, other = seam.one, seam.other
    if seam.same_column and (one.middle - other.middle) * 1000 > LOOSE * max(seam.here.pitch, seam.em):
        return False
    return False if one.contents or other.contents or one.dotted else None


def _is_told_by_gaps(seam: Seam) -> bool | None:
    one, other = seam.one, seam.other
    if not (seam.manner.gapped and seam.same_column and one.em == other.em and one.bold == other.bold):
        return None
    if (one.middle - other.middle) * 1000 > GAP * seam.here.pitch:
        return False
    return True if seam.room <= seam.em else None


def _is_heading_beside_text(seam: Seam) -> bool | None:
    if _begins_heading(seam.one, seam.other):
        return False
    if STRONG_LABEL.match(seam.following) and _is_heading(seam.text):
        return False
    short = seam.there.right - seam.other.right > SHORT * seam.em
    return False if seam.ended and short and _is_heading(seam.following) else None


def _is_centred_pair(seam: Seam) -> bool | None:
    one, other, here = seam.one, seam.other, seam.here
    if (
        seam.same_column
        and not seam.ended
        and abs(one.left - other.left) > seam.em // 2
        and _is_centred(one, here, 0)
        and _is_centred(other, seam.there, seam.em)
    ):
        return seam.unit > here.right - here.left - (one.right - one.left)
    return None


def _is_set_aside(seam: Seam) -> bool | None:
    one = seam.one
    aside = one.left - seam.here.left > ASIDE * seam.em // 1000
    # A signature at the right, a line in the middle.
    return False if aside and abs(seam.other.left - one.left) > seam.em // 2 else None


def _is_block(seam: Seam) -> bool | None:
    if _set_in(seam) and not (not seam.at_edge and seam.flush_after) and not seam.text.endswith(ENDS):
        return not _LABEL.match(seam.following)
    return None


def _had_room(seam: Seam) -> bool | None:
    room = seam.room
    if seam.unit <= room:
        return False
    ends_early = seam.ended and seam.here.even and room > UNEVEN
    return False if ends_early and not (seam.manner.indented and seam.at_edge) else None


def _goes_on_at_edge(seam: Seam) -> bool | None:
    if not seam.at_edge:
        return None
    if _goes_on_counting(seam):
        return True
    if seam.manner.indented:
        return not (seam.ended and seam.manner.labels_at_edge and STRONG_LABEL.match(seam.following))
    # Where paragraphs are not indented, a full line may still be a paragraph's last.
    return not (seam.ended and _LABEL.match(seam.following))


def _goes_on_counting(seam: Seam) -> bool:
    """Tell whether a label goes on with those that stand inside the line before: …；（8）增长7‰；⏎（9）降低4%."""
    label = _COUNTED.match(seam.following)
    if not label:
        return False
    before = str(int(label[1]) - 1) if label[1].isdigit() else _NUMERALS[max(_NUMERALS.find(label[1]) - 1, 0)]
    return seam.text.find(f"{seam.following[0]}{before}{label[0][-1]}") > 0


_NUMERALS: Final = "一二三四五六七八九十"
_COUNTED: Final = re.compile(rf"[（(](\d{{1,2}}|[{_NUMERALS[1:]}])[）)]")


def _begins_where_paragraphs_do(seam: Seam) -> bool | None:
    # What begins where a paragraph began begins one: in a block set in, the first line is further in.
    begins = (
        seam.manner.indented
        and seam.inset <= 3 * seam.em
        and (
            seam.flush_after
            or seam.after is None
            or (seam.opens and seam.other.left >= seam.one.left - seam.em // 4)
        )
    )
    return False if begins else None


_RULES: Final[tuple[Callable[[Seam], bool | None], ...]] = (
    _differs_in_size,
    _stands_apart,
    _is_told_by_gaps,
    _is_heading_beside_text,
    _is_centred_pair,
    _is_set_aside,
    _is_block,
    _had_room,
    _goes_on_at_edge,
    _begins_where_paragraphs_do,
)


def _goes_on_inside(seam: Seam) -> bool:
    """Tell of a line that begins inside its column: a block set in, or a hanging indent under a label."""
    one, other, em = seam.one, seam.other, seam.em
    if seam.ended or _LABEL.match(seam.following):
        return False
    if seam.same_column and abs(other.left - one.left) * 1000 < em * 500:
        return (
            one.left - seam.here.left > INDENT * em // 1000
            and seam.after is not None
            and abs(seam.after.left - other.left) < em
        )
    hanging = 0 < other.left - one.left < 6 * em
    return seam.same_column and bool(_LABEL.match(one.text.lstrip())) and hanging


def _is_heading(text: str) -> bool:
    """Tell whether a line is a heading with its label, of one line and without a sentence."""
    return bool(STRONG_LABEL.match(text.lstrip())) and not any(mark in text for mark in "。；：")


def _begins_heading(one: Line, other: Line) -> bool:
    """Tell whether the face changes between two lines, the bold one being a heading with its label."""
    ends_bold = one.bold != (one.bold_until >= 0)
    if ends_bold == other.bold:
        return False
    return (
        bool(STRONG_LABEL.match(other.text.lstrip()))
        if other.bold
        else one.bold_until < 0 and _is_heading(one.text)
    )


def _is_centred(line: Line, column: Column, least: int) -> bool:
    """Tell whether a line stands in the middle of its column, ``least`` away from the edges."""
    before, behind = line.left - column.left, column.right - line.right
    return min(before, behind) >= least - line.em // 2 and abs(before - behind) <= line.em * 6 // 10


def _set_in(seam: Seam) -> bool:
    """Tell whether two lines are of one block that is narrower than its column: both their edges meet."""
    one, other = seam.one, seam.other
    near = one.em // 2
    return (
        seam.same_column
        and (one.left - seam.here.left > one.em or seam.room > RAGGED * one.em)
        and abs(one.left - other.left) <= near
        and abs(one.right - other.right) <= near
        and one.right - one.left >= BROAD * one.em // 1000
    )


def _first_unit(line: Line, page: PageText, measure: int, *, quotes_glue: bool) -> int:
    """Tell how much room the first thing of a line needs that a page would not have broken.

    With ``quotes_glue`` that goes on past curly quotes on either side: programs that know no East Asian ones never
    break there (UAX 14, LB19), and set 地⏎区“三个 with three ems of room.
    """
    at = line.first
    while at < line.last and page.chars[at] in " \u3000\u00a0":
        at += 1
    begin = at
    while at < line.last and page.chars[at] in _OPENING:
        at += 1
    at = _after_unit(line, page, at)
    while quotes_glue and 0 < at < line.last and (page.chars[at] in "“‘" or page.chars[at - 1] in "”’"):
        while at < line.last and page.chars[at] in _OPENING:
            at += 1
        at = _after_unit(line, page, at)
    at = min(at, line.last)
    width = page.shown.right[at - 1] - page.shown.left[begin]
    return min(width, max(line.em, measure // 2))  # what fills half a line is broken anyway (an address)


def _after_unit(line: Line, page: PageText, at: int) -> int:
    """Give where a word, or one ideograph, ends that begins at ``at``, with the marks that cling to it."""
    word = _WORD.match(page.chars, at, line.last)
    at = word.end() if word and word.end() > at else at + 1
    while at < line.last and page.chars[at] in _CLOSING:
        at += 1
        # Some printers keep 50%、75%， together, too, and 成，80%.
        more = _WORD.match(page.chars, at, line.last)
        at = more.end() if more else at
    return at


def glue(text: str, following: str) -> str:
    """Give what stands between two lines that join: a space between words of letters, else nothing."""
    if not text or not following:
        return ""
    last, first = text[-1], following[0]
    if last in "-\u00ad" or _CJK.match(last) or _CJK.match(first):
        return ""
    if last.isdigit() and first.isdigit():
        return ""
    return " "
