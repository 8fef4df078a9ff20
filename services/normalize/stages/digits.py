"""Digits and letters: full-width ones become ASCII, 〇 stands between Chinese numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words
from ..stage import Context
from .chinese import Paragraphs
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
_WIDE: Final = re.compile("[０-９Ａ-Ｚａ-ｚ％﹪．﹒]|，(?<=[０-９]，)(?=[０-９]{3}(?![０-９]))")
_THOUSANDS: Final = re.compile("(?<![０-９，])[０-９]{1,3}(?:，[０-９]{3})+(?![０-９])")
"""１，２３４．５: who typed the figures wide typed the comma so, too. Between two figures of a list stands 、."""
_DIGITS: Final = frozenset("0123456789" + _WIDE_DIGITS)
_WORD: Final = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + _WIDE_LETTERS)

_PLACEHOLDER: Final = re.compile(r"[ａ-ｚA-Za-z\u00c0-\u01dc]{1,6}＠[①-⑳]")
"""A database's note for a character it lacked: ｆú＠① is evidence and stays as it is."""

ITEM_NUMBER: Final = re.compile(r"[ \t\u3000]*[0-9０-９]{1,2}\Z")
"""All that stands before a mark at the head of a paragraph: the number of an item."""

_UNIT_AFTER: Final = re.compile(
    r"[0-9０-９]+[ ]?(?:[%％‰万亿倍元]|个百分点|平方|公里|[千公]?[米克斤里]|[吨亩时])"
)


def make_ascii(text: str, context: Context) -> Iterator[Edit]:
    """Write full-width digits, letters and ％ as ASCII, and the marks in figures: １，２３４．５％ → 1,234.5%.

    ． behind an item's number stays: 1．文化程度, 3．10种有色金属.
    """
    if context.alphabet.isdisjoint(WIDE):
        return
    placeholders = [found.span() for found in _PLACEHOLDER.finditer(text)] if "＠" in context.alphabet else []
    paragraphs = Paragraphs(text, context.alphabet)
    commas = {at for found in _THOUSANDS.finditer(text) for at in range(*found.span()) if text[at] == "，"}
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
        if char == "，":
            if at in commas:
                yield Edit(at, at + 1, ",", "thousands-comma")
        elif char not in "．﹒":
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
    return not ITEM_NUMBER.fullmatch(text, start, at) or _UNIT_AFTER.match(text, at + 1) is not None


_ZERO: Final = "一二三四五六七八九〇"
_NUMERAL_ZERO: Final = re.compile(rf"0(?<=[{_ZERO}]0)0{{0,2}}(?=[{_ZERO}年])")
"""A numeral on the left, and on the right a numeral or the 年 that the number counts."""

_ROUND_ZERO: Final = re.compile(
    rf"○(?:(?<=[{_ZERO}]○)○{{0,2}}(?=[{_ZERO}年月日十])|(?<=[一二][{_ZERO}○]{{2}}○)(?=[至到—－~-])"
    rf"|(?<=[{_ZERO}十][点點]○)(?=[{_ZERO}])|(?<=分之○)(?=[点點][{_ZERO}]))"
)
"""○ stands for 〇 in texts that were typed in GB 2312, which has no 〇, and in Big5: 七點○六, 百分之○點五,
二○一○至一一年度."""

BEHIND_NUMERALS: Final = Words.everywhere(
    [numeral + zero for numeral in _ZERO for zero in "0○"] + [before + "○" for before in "点點之"]
)


def write_chinese_zero(text: str, context: Context) -> Iterator[Edit]:
    """Write 0 or ○ between Chinese numerals as 〇: 二0一0年, 二○一○年 → 二〇一〇年."""
    for sign, pattern in (("0", _NUMERAL_ZERO), ("○", _ROUND_ZERO)):
        if sign in context.alphabet:
            for found in pattern.finditer(text):
                start, end = found.span()
                yield Edit(start, end, "〇" * (end - start), "chinese-zero")
