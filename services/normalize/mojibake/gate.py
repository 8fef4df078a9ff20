"""Which texts may be mojibake: told from their alphabet, or from neighbours that never meet in Chinese."""

from __future__ import annotations

import re
from typing import Final

from ..alphabet import Characters, others_in
from ..language.glance import glance_at

_WITNESSES: Final = "，。、；：“”的一年在和发展了是中国经济工作业人大新不社会政府市建设全"


def _is_rare(char: str) -> bool:
    """Tell whether neither the common characters of the mainland nor those of Taiwan have it."""
    return (
        not char.encode("gb2312", "ignore") and not b"\xa4\x40" <= char.encode("big5", "ignore") < b"\xc9\x40"
    )


UTF8_AS_GBK: Final = frozenset(
    pair
    for char in _WITNESSES
    for pair in char.encode().decode("gb18030", "ignore")[:1]
    if pair not in _WITNESSES
) | frozenset(
    pair
    for char in _WITNESSES
    for pair in char.encode()[1:].decode("gb18030", "ignore")[:1]
    if _is_rare(pair)
)
"""What two bytes of common characters look like in GBK, the first two (锛銆鈥鐨涓…) or the last two (紝殑竴湪簻…).

Hardly any of the former is in use, and of the latter those are left out that are.
"""

BEGUN_IN_UTF8: Final = frozenset(
    bytes((first, second)).decode("gb18030", "ignore")
    for first in (0xE2, *range(0xE3, 0xEA), 0xEF)
    for second in range(0x80, 0xC0)
)
"""What the first two bytes of any Chinese character or mark in UTF-8 look like in GBK. A report has a few of them
(涓, 恪, 淇), so that they tell something only where they are many for the length of a text."""

SHORT: Final = 200
FEW_BEGUN: Final = 3
"""Distinct ones in so short a text that make it worth a look: a heading has none of the commonest characters."""

FEW_BESIDE_PRIVATE: Final = 2
"""The same in a text of any length with private-use characters: one short line of it was read wrong (同志们！)."""

_IN_KOREAN: Final = frozenset(
    read for char in _WITNESSES for read in char.encode("gb18030").decode("cp949", "replace")
)
GBK_AS_KOREAN: Final = frozenset(read for read in _IN_KOREAN if "\uac00" <= read <= "\ud7a3")
GBK_AS_HANJA: Final = frozenset(read for read in _IN_KOREAN if "\u4e00" <= read <= "\u9fff")
"""What common Chinese characters look like when GBK is read as Korean: both. Real Korean has the syllables alone."""

FEW_WITNESSES: Final = 3

_WINDOWS: Final = frozenset(chr(code) for code in range(0x80, 0x100)) | frozenset(
    bytes((byte,)).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_CENTRAL: Final = frozenset(map(chr, range(0x100, 0x180))) | frozenset("ˇ˘˙˛˝")
"""What Windows-1250, 1254 and ISO 8859-2 have where Windows-1252 has other letters."""
_CYRILLIC: Final = frozenset(map(chr, range(0x400, 0x460)))
_BOXES: Final = frozenset(map(chr, range(0x2500, 0x25A0)))
_KANA: Final = frozenset(map(chr, range(0x3041, 0x30FB)))
"""Big5 read as GBK is full of them: its commonest characters begin with A4 and A5."""
_PRIVATE: Final = frozenset(map(chr, range(0xE000, 0xE766)))
"""What GB 18030 reads from pairs that GBK left free; Big5 has its marks and many characters there."""
_HALF_KANA: Final = frozenset(map(chr, range(0xFF61, 0xFFA0)))
_HANGUL: Final = frozenset(map(chr, range(0xAC00, 0xD7A4)))
_IN_TWO: Final = 2
_RARE_HANGUL: Final = frozenset(char for char in _HANGUL if len(char.encode("euc-kr")) > _IN_TWO)
"""Syllables that KS X 1001 does without, and Korean nearly so; half of Big5 read as Korean is of them."""

FEW_KANA: Final = 5
"""Big5 read as GBK has as many in 60 characters; Chinese text has の at most."""

MANY: Final = 9
"""Distinct characters of one of these kinds that make a text worth a second look."""

_ODD: Final = _CYRILLIC | _BOXES | _KANA | _PRIVATE | _HALF_KANA
"""Wrong readings mix them: sixty characters of Big5 read as GBK may have but four kana and seven private ones."""

_CHINESE: Final = frozenset("的了在是和我们們这這为為与與，。、；业务经济发进设国县过续环战开关")
"""Korean writes no such words and no such marks, nor, beside its own letters, Simplified characters."""

FEW_CHINESE: Final = 4

_RUN: Final = re.compile("[" + re.escape("".join(sorted(_WINDOWS | _CENTRAL))) + "]{5}")
"""French or German text has as many letters of this kind, but never five in a row."""

ONE_HOLE_IN: Final = 12
DENSE: Final = 8
DENSE_WITHIN: Final = 14
"""So many neighbours that never met so near one another: two thirds of them in mojibake, one in sixty in a report."""


KUN: Final = frozenset("锟錕")
PLAIN: Final = frozenset(map(chr, range(0x20, 0x7F))) - {"?"} | frozenset(
    "\n\r\t\u3000，。、；：！？（）《》〈〉〔〕【】“”‘’—…·‰％～〇"
)
"""What a report has besides ideographs. Of each kind of characters that tells a wrong decoding fewer are among them
than it takes: 28 of 40 clean reports have nothing else."""

_LEFT_BEHIND: Final = UTF8_AS_GBK | KUN


def is_plain(alphabet: Characters) -> bool:
    """Tell at once that no character of a text is a sign of a wrong decoding: only its neighbours may be."""
    return (
        others_in(alphabet) <= PLAIN
        and alphabet.isdisjoint(_LEFT_BEHIND)
        and len(BEGUN_IN_UTF8 & alphabet) < FEW_BEGUN
    )


def may_be_mojibake(text: str, alphabet: Characters) -> bool:
    """Tell whether ``text`` is worth trying."""
    if len(UTF8_AS_GBK & alphabet) >= FEW_WITNESSES or (
        len(GBK_AS_KOREAN & alphabet) >= FEW_WITNESSES and not alphabet.isdisjoint(GBK_AS_HANJA)
    ):
        return True
    if len(text) <= SHORT and (len(BEGUN_IN_UTF8 & alphabet) >= FEW_BEGUN or _is_strange(text)):
        return True
    if not alphabet.isdisjoint(_PRIVATE) and len(BEGUN_IN_UTF8 & alphabet) >= FEW_BESIDE_PRIVATE:
        return True
    if len(_WINDOWS & alphabet) + len(_CENTRAL & alphabet) >= MANY and _RUN.search(text):
        return True
    if (
        len(_ODD & alphabet) >= MANY
        or len(_KANA & alphabet) >= FEW_KANA
        or len(_RARE_HANGUL & alphabet) >= MANY
        or (len(_HANGUL & alphabet) >= MANY and len(_CHINESE & alphabet) >= FEW_CHINESE)
    ):
        return True
    # Between holes nothing has neighbours: UTF-8 read as Big5 lost every fourth character.
    if any(hole in alphabet and text.count(hole) * ONE_HOLE_IN > len(text) for hole in "?\ufffd"):
        return True
    return dense_in(text)


_STRANGE: Final = re.compile(
    "["
    + re.escape("".join(sorted(_WINDOWS | _CENTRAL)))
    + "\u0400-\u045f\u2500-\u259f\u3041-\u30fa\uac00-\ud7a3\ue000-\ue765\uff61-\uff9f]"
)

FEW_STRANGE: Final = 2
ONE_IN: Final = 3
"""A heading of ten characters has no nine distinct ones of a kind; a third of any kind will do where the text has."""


def line_may_be(line: str) -> bool:
    """Tell the same of a line of a text that may be mojibake."""
    return _is_strange(line) or may_be_mojibake(line, frozenset(line))


def _is_strange(line: str) -> bool:
    found = len(_STRANGE.findall(line))
    return found >= FEW_STRANGE and found * ONE_IN >= len(line)


def dense_in(text: str) -> bool:
    """Tell whether neighbours that never met stand close together somewhere."""
    if len(text) < DENSE_WITHIN:
        return False
    codes, odd = glance_at(text)
    if len(odd) < DENSE:
        return False
    odd = odd[(codes[odd] > 0x7F) | (codes[odd + 1] > 0x7F)]  # '%s', is a program's own
    return len(odd) >= DENSE and bool((odd[DENSE - 1 :] - odd[: 1 - DENSE] <= DENSE_WITHIN).any())
