"""Which paragraphs are Chinese prose. Everything else keeps its own marks and spaces.

Typography is a matter of the paragraph: a Chinese report may quote a paragraph of English or Japanese, and a page
of code may have Chinese strings in it. Paragraphs are judged one by one and only when a stage asks about them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .code import is_code
from .signs import HAN, HANGUL, KANA

_NOT_HAN: Final = re.compile(f"[^{HAN}]+")
_NOT_KANA: Final = re.compile(f"[^{KANA}{HANGUL}]+")
_NOT_LETTER: Final = re.compile("[^A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0600-\u06ff\u0e00-\u0e7f]+")

KANA_SHARE: Final = 8
"""More kana or hangul than one for so many ideographs: not Chinese. Japanese prose has more kana than ideographs; a
Chinese paragraph that names a Japanese brand has a handful in a hundred."""

LETTERS_A_HAN: Final = 3
"""More letters of other alphabets than this for each ideograph: a foreign text that names something in Chinese."""


class Paragraph(NamedTuple):
    """One paragraph, ``text[start:end]``, and whether Chinese typography holds in it."""

    start: int
    end: int
    is_chinese: bool


def is_chinese(paragraph: str) -> bool:
    """Tell whether Chinese typography holds in a paragraph: enough ideographs, no kana, no program text."""
    han = len(paragraph) - len("".join(_NOT_HAN.findall(paragraph)))
    if han == 0:
        return False
    if len(_NOT_KANA.sub("", paragraph)) * KANA_SHARE > han:
        return False
    if len(_NOT_LETTER.sub("", paragraph)) > han * LETTERS_A_HAN:
        return False
    return not is_code(paragraph)


class Paragraphs:
    """Finds the paragraph around a place; places must be asked for in rising order to be cheap."""

    __slots__ = ("_japanese", "_last", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = Paragraph(0, -1, is_chinese=False)
        self._japanese: bool | None = None

    def at(self, index: int) -> Paragraph:
        """Give the paragraph that holds ``text[index]``."""
        last = self._last
        if last.start <= index <= last.end:
            return last
        start = self._text.rfind("\n", 0, index) + 1
        end = self._text.find("\n", index)
        if end < 0:
            end = len(self._text)
        self._last = Paragraph(start, end, self._judge(start, end))
        return self._last

    def _judge(self, start: int, end: int) -> bool:
        paragraph = self._text[start:end]
        if not is_chinese(paragraph):
            return False
        if self._japanese is None:
            self._japanese = is_japanese_or_korean(self._text)
        # In a Japanese document a heading may have no kana; a long paragraph without any is a Chinese quotation.
        return not (self._japanese and len(paragraph) < LONG_QUOTATION)


LONG_QUOTATION: Final = 60
"""Characters. A Japanese sentence of this length has particles, and particles are kana."""


def is_japanese_or_korean(text: str) -> bool:
    """Tell whether a whole document is Japanese or Korean, by its share of kana and hangul."""
    foreign = len(_NOT_KANA.sub("", text))
    return foreign > 0 and foreign * KANA_SHARE > len(text) - len("".join(_NOT_HAN.findall(text)))
