"""Which texts may be mojibake: told from their alphabet, or from neighbours that never meet in Chinese."""

from __future__ import annotations

from typing import Final

from ..language.glance import glance_at

_WITNESSES: Final = "，。、；：“”的一年在和发展了是中国经济工作业人大新不社会政府市建设全"

UTF8_AS_GBK: Final = frozenset(
    pair
    for char in _WITNESSES
    for pair in char.encode().decode("gb18030", "ignore")[:1]
    if pair not in _WITNESSES
)
"""What the first two bytes of common characters look like in GBK: 锛銆鈥鐨涓… Hardly any of them is in use."""

FEW_WITNESSES: Final = 3

_WINDOWS: Final = frozenset(chr(code) for code in range(0x80, 0x100)) | frozenset(
    bytes((byte,)).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_CYRILLIC: Final = frozenset(map(chr, range(0x400, 0x460)))
_BOXES: Final = frozenset(map(chr, range(0x2500, 0x25A0)))
_HALF_KANA: Final = frozenset(map(chr, range(0xFF61, 0xFFA0)))
_HANGUL: Final = frozenset(map(chr, range(0xAC00, 0xD7A4)))

MANY: Final = 9
"""Distinct characters of one of these kinds; French or German text has up to a dozen, but never six in a row."""

GLANCE_FROM: Final = 12
"""Shorter texts have too few neighbours."""

ODD_SHARE: Final = 3
"""One in so many neighbours never met: in mojibake two thirds, in the oddest clean report one in thirty."""


def may_be_mojibake(text: str, alphabet: frozenset[str]) -> bool:
    """Tell whether ``text`` is worth trying."""
    if len(UTF8_AS_GBK & alphabet) >= FEW_WITNESSES:
        return True
    if len(_WINDOWS & alphabet) >= MANY or len(_HALF_KANA & alphabet) >= MANY:
        return True
    if len(_BOXES & alphabet) >= MANY:
        return True
    if len(text) < GLANCE_FROM:
        return False
    odd = len(glance_at(text).odd)
    return odd * 60 > len(text) and odd >= 4
