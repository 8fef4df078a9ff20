"""Digits and letters: full-width ones become ASCII, spaced-out figures close up, 〇 stands between numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import Paragraphs
from .cohesion import coheres
from .rows import is_flat_row
from .signs import HAN

_WIDE_DIGITS: Final = "０１２３４５６７８９"
_WIDE_LETTERS: Final = (
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ"
)
WIDE: Final = frozenset(_WIDE_DIGITS + _WIDE_LETTERS + "％﹪．﹒")

_ASCII: Final = {
    **{char: chr(ord(char) - 0xFEE0) for char in _WIDE_DIGITS + _WIDE_LETTERS},
    "％": "%",
    "﹪": "%",
}
_WIDE: Final = re.compile("[０-９Ａ-Ｚａ-ｚ％﹪．﹒]")
_DIGITS: Final = frozenset("0123456789" + _WIDE_DIGITS)
_WORD: Final = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + _WIDE_LETTERS)

_PLACEHOLDER: Final = re.compile(r"[ａ-ｚA-Za-z\u00c0-\u01dc]{1,6}＠[①-⑳]")
"""A database's note for a character it lacked: ｆú＠① is evidence and stays as it is."""

_ITEM_NUMBER: Final = re.compile(r"[ \t\u3000]*[0-9０-９]{1,2}\Z")
_UNIT_AFTER: Final = re.compile(
    r"[0-9０-９]+[ ]?(?:[%％‰万亿倍元]|个百分点|平方|公里|[千公]?[米克斤里]|[吨亩时])"
)


def make_ascii(text: str, context: Context) -> Iterator[Edit]:
    """Write full-width digits, letters and ％ as ASCII, and ． as a point where it is one: ６．４％ → 6.4%.

    ． behind an item's number stays: 1．文化程度, 3．10种有色金属.
    """
    if context.alphabet.isdisjoint(WIDE):
        return
    placeholders = [found.span() for found in _PLACEHOLDER.finditer(text)] if "＠" in context.alphabet else []
    paragraphs = Paragraphs(text, context.alphabet)
    judged, skipped = -1, False
    for found in _WIDE.finditer(text):
        at = found.start()
        while placeholders and placeholders[0][1] <= at:
            del placeholders[0]
        if placeholders and placeholders[0][0] <= at:
            continue
        start, _, chinese = paragraphs.at(at)
        if start != judged:
            judged = start
            skipped = not chinese and (paragraphs.are_listing() or not _is_latin_line(text, start))
        if skipped:
            continue
        char = text[at]
        if char not in "．﹒":
            yield Edit(at, at + 1, _ASCII[char], "ascii-digit" if char in _DIGITS else "ascii-letter")
        elif _is_point(text, start, at):
            yield Edit(at, at + 1, ".", "decimal-point")


def _is_latin_line(text: str, start: int) -> bool:
    """A line of nothing but figures and letters (Vo1．19 No．1 2013) belongs to the Chinese text around it."""
    end = text.find("\n", start)
    return (
        re.search(f"[{HAN}\u3040-\u30ff\uac00-\ud7a3]", text[start : end if end >= 0 else len(text)]) is None
    )


def _is_point(text: str, start: int, at: int) -> bool:
    if at == start or text[at - 1] not in _WORD or text[at + 1 : at + 2] not in _WORD:
        return False
    if text[at - 1] not in _DIGITS:
        return True  # No．1
    if text[at + 1] not in _DIGITS:
        return False  # 17．O2O平台
    # At the head of a paragraph a short number and ． are an item's: a figure there has its unit right behind it.
    return not _ITEM_NUMBER.fullmatch(text, start, at) or _UNIT_AFTER.match(text, at + 1) is not None


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


_SPACE_IN_FIGURE: Final = Words([" .", " ,"])
_LONE_DIGITS: Final = re.compile(r" (?<=\.[0-9] )[0-9]")


_POINT: Final = re.compile(r"\.(?<=[0-9]\.)(?=[0-9])")

LONE_PAIR: Final = 3
"""Characters of two digits with a gap between them, and nothing more."""


def close_spaced_figures(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Close figures that were set with a space behind every digit: ``1 9 9 7 年`` → ``1997 年``.

    Only where every digit stands alone and a unit or a character follows: a row of a table has figures of several
    digits, and ``1 2 3`` before nothing stays. A gap between two digits alone may be a point that was lost (5 9亿元
    was 5.9亿元, and stood beside 108 3%): it closes where the text sets its figures so, or kept the points of
    others (both such gaps in 669 reports were mere blanks, beside figures with points), else it is told.
    """
    paragraphs: Paragraphs | None = None
    closed: set[int] = set()
    lone: list[tuple[int, int]] = []
    habit = False
    for space, pairs in _SPACED_PAIRS:
        if space not in context.alphabet:
            continue
        done = 0
        for pair in pairs.finditer(text):
            if pair.start() < done:
                continue
            found = _SPACED.match(text, pair.start() - 1)
            if found is None:
                continue
            done = found.end()  # what begins inside ends there, too: a long run is gone through once
            if _FIGURE_ENDS.match(text, done) is None:
                continue
            paragraphs = paragraphs or Paragraphs(text, context.alphabet)
            if not paragraphs.at(pair.start()).is_chinese:
                continue
            gaps = [at for at in range(found.start(), found.end()) if text[at] in _GAP]
            if found.end() - found.start() == LONE_PAIR and text[done] not in _GAP:
                lone.append(found.span())
            else:
                closed.update(gaps)
                habit = habit or len(gaps) > 1
    if " " in context.alphabet and (
        neighbours_of(text).among(_SPACE_IN_FIGURE) or _LONE_DIGITS.search(text) is not None
    ):
        for gap in _SPACED_BEFORE_POINT.finditer(text):
            paragraphs = paragraphs or Paragraphs(text, context.alphabet)
            here = paragraphs.at(gap.start())
            if here.is_chinese and not is_flat_row(text[here.start : here.end]):
                closed.add(gap.start())
    if neighbours_of(text).hold(". "):
        for point in _SPACED_POINT.finditer(text):
            paragraphs = paragraphs or Paragraphs(text, context.alphabet)
            paragraph = paragraphs.at(point.start())
            if paragraph.is_chinese and not _ITEM_NUMBER.fullmatch(text, paragraph.start, point.start()):
                closed.add(point.start() + 1)
    if " " in context.alphabet and _TORN_FIGURE.search(text) is not None:
        paragraphs = paragraphs or Paragraphs(text, context.alphabet)
        for gap in _TORN_FIGURE.finditer(text):
            here = paragraphs.at(gap.start())
            if _ITEM_NUMBER.fullmatch(text, here.start, gap.start() - 1) or _are_years(text, gap):
                continue
            if here.is_chinese and _is_letter_spaced(text[here.start : here.end]):
                closed.add(gap.start())
    habit = habit or (bool(lone) and _POINT.search(text) is not None)
    for start, end in lone:
        assert paragraphs is not None
        here = paragraphs.at(start)
        if habit or _is_letter_spaced(text[here.start : here.end]):
            closed.add(start + 1)
        else:
            yield Finding(start, end, "gap-in-figure", "a gap between two digits: perhaps a lost point", 500)
    for at in sorted(closed):
        yield Edit(at, at + 1, "", "spaced-figure")


_TORN_FIGURE: Final = re.compile(
    r" (?:(?<=[0-9] )(?=(?:[.] ?)?[0-9])|(?<=[0-9][.] )(?=[0-9])|(?<=[0-9] [.] )(?=[0-9]))"
)
_TORN_WORD: Final = re.compile(rf"[{HAN}] [{HAN}]")
LEAST_TORN_WORDS: Final = 3
"""Gaps inside words from which on the gaps of a paragraph mean nothing, inside figures neither."""


@lru_cache(maxsize=4)
def _is_letter_spaced(paragraph: str) -> bool:
    torn = sum(coheres(found.group()[0], found.group()[2]) for found in _TORN_WORD.finditer(paragraph))
    return torn >= LEAST_TORN_WORDS and not is_flat_row(paragraph)


def _are_years(text: str, gap: re.Match[str]) -> bool:
    """Tell whether two whole years stand on the two sides, 2012 2013."""
    return _TWO_YEARS.match(text, gap.start() - 4) is not None


_TWO_YEARS: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2} (?:19|20)[0-9]{2}(?![0-9])")


_ZERO: Final = "一二三四五六七八九〇"
_NUMERAL_ZERO: Final = re.compile(rf"0(?<=[{_ZERO}]0)0{{0,2}}(?=[{_ZERO}年])")
"""A numeral on the left, and on the right a numeral or the 年 that the number counts."""

_ROUND_ZERO: Final = re.compile(
    rf"○(?:(?<=[{_ZERO}]○)○{{0,2}}(?=[{_ZERO}年月日十])"
    rf"|(?<=[{_ZERO}十][点點]○)(?=[{_ZERO}])|(?<=分之○)(?=[点點][{_ZERO}]))"
)
"""○ stands for 〇 in texts that were typed in GB 2312, which has no 〇, and in Big5: 七點○六, 百分之○點五."""

_BEHIND_NUMERALS: Final = Words(
    [numeral + zero for numeral in _ZERO for zero in "0○"] + [before + "○" for before in "点點之"]
)


def write_chinese_zero(text: str, context: Context) -> Iterator[Edit]:
    """Write 0 or ○ between Chinese numerals as 〇: 二0一0年, 二○一○年 → 二〇一〇年."""
    if not neighbours_of(text).among(_BEHIND_NUMERALS):
        return
    for sign, pattern in (("0", _NUMERAL_ZERO), ("○", _ROUND_ZERO)):
        if sign in context.alphabet:
            for found in pattern.finditer(text):
                start, end = found.span()
                yield Edit(start, end, "〇" * (end - start), "chinese-zero")
