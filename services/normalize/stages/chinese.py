"""Which paragraphs are Chinese prose. Everything else keeps its own marks and spaces.

Typography is a matter of the paragraph: a Chinese report may quote a paragraph of English or Japanese, and a page
of code may have Chinese strings in it. Paragraphs are judged one by one and only when a stage asks about them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ..alphabet import Characters, others_in
from .code import is_code
from .signs import HAN, HANGUL, KANA

_HAN: Final = re.compile(f"[{HAN}]")
_FOREIGN: Final = re.compile(f"[{KANA}{HANGUL}\u0370-\u052f\u0600-\u06ff\u0e00-\u0e7f]")
_NOT_HAN: Final = re.compile(f"[^{HAN}]+")
_NOT_KANA: Final = re.compile(f"[^{KANA}{HANGUL}]+")
_NOT_LETTER: Final = re.compile("[^A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0600-\u06ff\u0e00-\u0e7f]+")

_BRACKETED: Final = re.compile(r"[(（][^()（）]*[)）]|[A-Za-z]+://[!-~]+|www\.[!-~]+")

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


def is_chinese(paragraph: str, *, foreign: bool = True) -> bool:
    """Tell whether Chinese typography holds in a paragraph: enough ideographs, no kana, no program text.

    ``foreign`` False says that the document is known to have no letters of other scripts than Latin.
    """
    ascii_count = len(paragraph.encode("ascii", "ignore"))
    if ascii_count == len(paragraph) or _HAN.search(paragraph) is None:
        return False
    if 2 * ascii_count > len(paragraph) or (foreign and _FOREIGN.search(paragraph) is not None):
        han = len(paragraph) - len("".join(_NOT_HAN.findall(paragraph)))
        if len(_NOT_KANA.sub("", paragraph)) * KANA_SHARE > han:
            return False
        # A name in brackets, 孔子学院(Confucius Institute), and an address do not make a sentence foreign.
        if len(_NOT_LETTER.sub("", _BRACKETED.sub("", paragraph))) > han * LETTERS_A_HAN:
            return False
    return not _is_code(paragraph, ascii_count)


def may_gloss(paragraph: str) -> bool:
    """Tell whether a paragraph that is not Chinese may hold a Chinese clause.

    As CBD（Central Business District），指中央商务区 does. Japanese, Korean and program text do not.
    """
    return _FOREIGN.search(paragraph) is None and not _is_code(
        paragraph, len(paragraph.encode("ascii", "ignore"))
    )


_CODE_SIGNS: Final = ("= ", '="', "={", "\\", "{", "}", "$", "=>", "();")
"""Prose has none of these; they are looked for in C before the patterns of program text are tried."""

CODE_SHARE: Final = 3
"""A line of code with a third of its characters in ASCII; prose with so many is rare and is looked at as well."""


def _is_code(paragraph: str, ascii_count: int) -> bool:
    if ascii_count * CODE_SHARE < len(paragraph):
        first = paragraph.lstrip()[:1]
        if not (first.isascii() and (first.isalpha() or first in "/<>#\"'")) and not any(
            sign in paragraph for sign in _CODE_SIGNS
        ):
            return False
    return is_code(_BRACKETED.sub("", paragraph) if "://" in paragraph else paragraph)


class Paragraphs:
    """Finds the paragraph around a place; places must be asked for in rising order to be cheap."""

    __slots__ = ("_foreign", "_japanese", "_last", "_listing", "_text")

    def __init__(self, text: str, alphabet: Characters) -> None:
        self._text = text
        self._foreign = _FOREIGN.search("".join(others_in(alphabet))) is not None
        self._last = Paragraph(0, -1, is_chinese=False)
        self._japanese: bool | None = None
        self._listing: bool | None = None

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

    def are_listing(self) -> bool:
        """Tell, once for the whole text, whether it is program text or data."""
        if self._listing is None:
            self._listing = is_listing(self._text)
        return self._listing

    def _judge(self, start: int, end: int) -> bool:
        paragraph = self._text[start:end]
        if not is_chinese(paragraph, foreign=self._foreign):
            return False
        if self.are_listing():
            return False
        if not self._foreign:
            return True
        if self._japanese is None:
            self._japanese = is_japanese_or_korean(self._text)
        # In a Japanese document a heading may have no kana; a long paragraph without any is a Chinese quotation.
        return not (self._japanese and len(paragraph) < LONG_QUOTATION)


DOCUMENT_SHARE: Final = 2
"""The same for a whole document: a Chinese text that quotes some Japanese lines remains a Chinese one."""

LONG_QUOTATION: Final = 60
"""Characters. A Japanese sentence of this length has particles, and particles are kana."""


def is_japanese_or_korean(text: str) -> bool:
    """Tell whether a whole document is Japanese or Korean, by its share of kana and hangul."""
    foreign = len(_NOT_KANA.sub("", text))
    return foreign > 0 and foreign * DOCUMENT_SHARE > len(text) - len("".join(_NOT_HAN.findall(text)))


_LISTING_LINE: Final = re.compile(
    r"""\s*(?:[\[\](){}<>,;:'"#/*+.|@$%&=~^\\-]|\d+[,;\])]|(?:def|class|import|from|return|if|for|while|else|elif|try|except|with|var|let
    |const|function|public|private|static|void|int|package|using|namespace|SELECT|INSERT)\b|\w+(?:\.\w+)*\s?(?:[-+*/:]?=|\())""",
    re.VERBOSE | re.ASCII,
)
"""How a line of program text, of data or of markup begins."""

LISTING_SHARE: Final = 3
"""Of the lines of a listing one in three at least begins so; of a report in ASCII punctuation hardly any does."""


@lru_cache(maxsize=2)
def is_listing(text: str) -> bool:
    """Tell whether a whole document is program text or data, with Chinese in its strings and comments."""
    if 2 * len(text.encode("ascii", "ignore")) < len(text):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    text = "".join(lines)  # line ends are ASCII and say nothing
    if 2 * len(text.encode("ascii", "ignore")) < len(text):
        return False
    return sum(1 for line in lines if _LISTING_LINE.match(line)) * LISTING_SHARE > len(lines) > 1
