"""Chinese numerals, as labels and years write them."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = {mark: value for value, mark in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "Ｏ": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_UNITS: Final = {"十": 10, "百": 100}
_KNOWN: Final[dict[str, int]] = {}


def _spell(value: int) -> str:
    tens, ones = divmod(value, 10)
    unit = "〇一二三四五六七八九"[ones] if ones else ""
    return unit if not tens else ("" if tens == 1 else "一二三四五六七八九"[tens - 1]) + "十" + unit


_KNOWN.update({_spell(value): value for value in range(1, 100)})
_KNOWN.update({str(value): value for value in range(200)})


def number(spelled: str) -> int:
    """Give the value of a numeral below a thousand, or of a year spelled digit by digit; -1 when it is none.

    >>> number("十二"), number("一百零三"), number("二〇二三"), number("7"), number("点")
    (12, 103, 2023, 7, -1)
    """
    known = _KNOWN.get(spelled)
    if known is not None:
        return known
    if spelled.isdecimal():
        return int(spelled)
    total = current = 0
    positional = len(spelled) > 1 and not any(mark in _UNITS for mark in spelled)
    for mark in spelled:
        if mark in _UNITS:
            total += (current or 1) * _UNITS[mark]
            current = 0
        elif mark in _DIGITS:
            current = current * 10 + _DIGITS[mark] if positional else _DIGITS[mark]
        else:
            return -1
    return total + current
