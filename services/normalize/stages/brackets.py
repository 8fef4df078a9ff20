"""Flat brackets of Chinese prose: known by their pair, by what they hold, and by what stands around them."""

from __future__ import annotations

import re
from typing import Final

from .beside import is_chinese_at, last_before, next_after
from .signs import FULL_WIDTH, HAN

_HAN: Final = re.compile(f"[{HAN}]")
_GLOSS: Final = re.compile(
    r"[A-Za-z ̀-ͯ]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜêńňǹḿ][A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ̀-ͯ '’,，]*"
)
"""What a true pinyin gloss holds: Latin syllables, one of them with a tone (ISO 7098)."""

_CALL: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,3}\Z")
_ARGUMENTS: Final = re.compile(r"[A-Za-z0-9_](?:[-+*/^,. ]*[A-Za-z0-9_]){0,4}")
"""``f(x)``, ``P(A,B)``: a short name, then short arguments."""

_OPERATORS: Final = frozenset("/^*=×÷")
_ITEM: Final = re.compile(r"\s*[0-9A-Za-z〇一二三四五六七八九十]{1,3}\Z")


def widen_brackets(text: str, start: int, end: int, hits: list[int], wide: dict[int, str]) -> None:
    """Find the flat brackets that are Chinese, in a paragraph.

    Args:
        text: the whole text.
        start: of the paragraph ``text[start:end]``.
        end: of it.
        hits: places of its flat brackets, rising.
        wide: by place, what is to stand there; those that are found are added.
    """
    if not hits:
        return
    stack: list[int] = []
    found = (
        sorted({*hits, *(i for i in range(start, end) if text[i] in "（）")})
        if _has_wide(text, start, end)
        else hits
    )
    for at in found:
        if text[at] in "(（":
            stack.append(at)
        elif stack:
            opening = stack.pop()
            if text[opening] == "（" or text[at] == "）":
                # One of the two is full-width already: so is the other.
                if text[opening] == "(":
                    wide[opening] = "（"
                if text[at] == ")":
                    wide[at] = "）"
            elif _is_chinese_pair(text, start, end, opening, at):
                wide[opening], wide[at] = "（", "）"
        elif text[at] == ")" and _is_chinese_closing(text, start, end, at):
            wide[at] = "）"
    for at in stack:
        if text[at] == "(" and (
            is_chinese_at(text, at - 1, start, end) or is_chinese_at(text, at + 1, start, end)
        ):
            wide[at] = "（"


def _has_wide(text: str, start: int, end: int) -> bool:
    return text.find("（", start, end) >= 0 or text.find("）", start, end) >= 0


def _is_chinese_pair(text: str, start: int, end: int, opening: int, closing: int) -> bool:
    content = text[opening + 1 : closing]
    before = last_before(text, opening, start)
    after = next_after(text, closing, end)
    chinese_before = is_chinese_at(text, before, start, end) or (
        text[before] in ",:;"
        and is_chinese_at(text, before - 1, start, end)  # a mark that is widened as well
    )
    if chinese_before and before == opening - 1 and _GLOSS.fullmatch(content.strip()):
        return False
    if _HAN.search(content) or any(char in FULL_WIDTH for char in content):
        return True
    if before == opening - 1 and text[opening - 1 : opening] in _OPERATORS and content.isascii():
        return False  # 0.17/(10 a)
    if before >= start and not chinese_before:
        name = _CALL.search(text[max(start, opening - 4) : opening])
        if name and _ARGUMENTS.fullmatch(content) and (len(name.group()) == 1 or "," in content):
            return False
        if before < opening - 1 and text[before].isalpha():
            return False  # Gross Domestic Product (GDP)
    return chinese_before or is_chinese_at(text, after, start, end)


def _is_chinese_closing(text: str, start: int, end: int, at: int) -> bool:
    if is_chinese_at(text, at - 1, start, end):
        return True
    if _ITEM.fullmatch(text, start, at):
        return is_chinese_at(text, next_after(text, at, end), start, end)
    return (
        text[at - 1 : at].isascii()
        and text[at - 1 : at].isalnum()
        and is_chinese_at(text, at + 1, start, end)
    )
