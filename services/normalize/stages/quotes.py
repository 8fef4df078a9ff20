"""Straight quotes around Chinese: paired, and written as curly ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Finding
from .beside import is_chinese_at
from .signs import HAN

_HAN: Final = re.compile(f"[{HAN}]")


def curl_quotes(text: str, start: int, end: int, hits: list[int], wide: dict[int, str]) -> Iterator[Finding]:
    """Find the straight quotes that are Chinese, in a paragraph, and tell of one that stands without its pair.

    Args:
        text: the whole text.
        start: of the paragraph ``text[start:end]``.
        end: of it.
        hits: places of its flat marks, rising; others than quotes are passed over.
        wide: by place, what is to stand there; those that are found are added.
    """
    straight = [at for at in hits if text[at] in '"＂']
    if straight:
        yield from _double_quotes(text, start, end, straight, wide)
    single = [
        at
        for at in hits
        if text[at] == "'"
        and not (
            text[at - 1 : at].isascii() and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isascii()
        )
    ]
    if len(single) % 2 == 0:
        for opening, closing in zip(single[::2], single[1::2], strict=True):
            # '' with nothing between is no quotation: TeX writes one mark so, and so does an empty string.
            if closing > opening + 1 and _quoted_chinese(text, start, end, opening, closing):
                wide[opening], wide[closing] = "‘", "’"


def _double_quotes(
    text: str, start: int, end: int, straight: list[int], wide: dict[int, str]
) -> Iterator[Finding]:
    marks = list(straight)
    if text.find("“", start, end) >= 0 or text.find("”", start, end) >= 0:
        marks = [at for at in range(start, end) if text[at] in '“”"＂']
    flat = set(straight)
    nested = _nested(text, marks) if len(marks) > len(straight) else {}
    opening = -1
    for at in marks:
        char = text[at]
        if at in nested:
            wide[at] = nested[at]
        elif char == "“":
            opening = at
        elif char == "”":
            if opening in flat and _quoted_chinese(text, start, end, opening, at):
                wide[opening] = "“"
            opening = -1
        elif at not in flat:
            continue
        elif opening < 0:
            if text[at - 1 : at].isdigit() and at > start and text[at - 1].isascii() and len(marks) % 2:
                continue  # an inch
            opening = at
        else:
            beside = opening - 1 in wide  # "0131""0305": quotation upon quotation
            if text[opening] == "“" or beside or _quoted_chinese(text, start, end, opening, at):
                wide[at] = "”"
                if opening in flat:
                    wide[opening] = "“"
            opening = -1
    if opening in flat:
        yield Finding(opening, opening + 1, "unpaired-quote", "a straight quote without its pair", 900)


def _nested(text: str, marks: list[int]) -> dict[int, str]:
    """Give what the straight quotes are to be that stand in pairs between a curly pair: “"放管服"改革”."""
    nested: dict[int, str] = {}
    opening = -1
    for number, at in enumerate(marks):
        if text[at] == "“":
            opening = number
        elif text[at] == "”":
            inner = marks[opening + 1 : number] if opening >= 0 else []
            if len(inner) % 2 == 0:
                nested.update((place, "“”"[which % 2]) for which, place in enumerate(inner))
            opening = -1
    return nested


def _quoted_chinese(text: str, start: int, end: int, opening: int, closing: int) -> bool:
    return (
        _HAN.search(text, opening, closing) is not None
        or is_chinese_at(text, opening - 1, start, end)
        or is_chinese_at(text, closing + 1, start, end)
    )
