"""How lists count: 一、 壹 ① IV 甲, by the names that WordprocessingML has for it (ECMA-376 part 1, 17.18.59)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL: Final = "零壹貳參肆伍陸柒捌玖"


def chinese_number(value: int, digits: str = "零一二三四五六七八九", units: str = "十百千万") -> str:
    """Count as Chinese does, up to 99,999.

    >>> [chinese_number(n) for n in (1, 10, 11, 20, 105, 110, 2024)]
    ['一', '十', '十一', '二十', '一百零五', '一百一十', '二千零二十四']
    """
    if value < 0 or value > 99_999:
        return str(value)
    if value < 10:
        return digits[value]
    out = ""
    gap = False
    for power in range(4, -1, -1):
        digit = value // 10**power % 10
        if digit == 0:
            gap = bool(out)
            continue
        if gap:
            out += digits[0]
            gap = False
        out += digits[digit] + (units[power - 1] if power else "")
    return out[1:] if out.startswith(digits[1] + units[0]) and units[0] == "十" else out


def _letters(value: int, first: str) -> str:
    # Word repeats the letter: after Z comes AA, then BB (17.18.59).
    return chr(ord(first) + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 26 * 8 else str(value)


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    out = ""
    for worth, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        out += sign * (value // worth)
        value %= worth
    return out


def _from(first: str, most: int) -> Callable[[int], str]:
    return lambda value: chr(ord(first) + value - 1) if 0 < value <= most else str(value)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else str(value)


def _circled(value: int) -> str:
    if 0 < value <= 20:
        return chr(0x2460 + value - 1)
    if value <= 35:
        return chr(0x3251 + value - 21)
    return chr(0x32B1 + value - 36) if value <= 50 else str(value)


def _digit_by_digit(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(max(value, 0)))


NUMBER_FORMS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": lambda value: _letters(value, "A"),
    "lowerLetter": lambda value: _letters(value, "a"),
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "japaneseCounting": chinese_number,
    "taiwaneseCounting": chinese_number,
    "taiwaneseCountingThousand": chinese_number,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": lambda value: chinese_number(value, _FORMAL, "拾佰仟万"),
    "ideographLegalTraditional": lambda value: chinese_number(value, _FORMAL_TRADITIONAL, "拾佰仟萬"),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "none": lambda value: "",  # noqa: ARG005 - one signature
}
"""17.18.59 ST_NumberFormat, as far as Chinese documents use it; any other form counts in decimals."""
