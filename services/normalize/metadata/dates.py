"""Days, months and years as documents print them: 2023年4月12日, 二〇〇四年五月十二日, 2010-10-11, 二○○四年."""

from __future__ import annotations

import re
from typing import Final

from ..outline.numerals import number

_HAN: Final = "〇○零一二三四五六七八九十元"
DATE: Final = re.compile(
    rf"(19\d\d|20\d\d|一[{_HAN}]{{3}}|二[{_HAN}]{{3}})[ ]?年[ ]?(\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[ ]?月"
    rf"(?:[ ]?(\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[ ]?日)?"
)
DATE_LINE: Final = re.compile(
    rf"^[（(—─-]*{DATE.pattern}(?:[、—至-][\d一二三四五六七八九十月]{{1,6}}日)?[^。，]{{0,2}}[）)]?(?:印发|发布)?$"
)
_ISO: Final = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
YEAR: Final = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)(?=年|—|-|－|～|~|至)|([一二][九〇○零][〇○零一二三四五六七八九]{2})(?=年)"
)


def year_of(spelled: str) -> int:
    """Give the year that four digits or four Chinese digits spell; 0 when they spell none."""
    value = number(spelled.replace("○", "〇"))
    return value if 1900 <= value <= 2100 else 0  # the calendar of the reports


def iso_of(found: re.Match[str]) -> str | None:
    """Give ``2023-04-12``, or ``2023-04`` when no day is printed; None when there is no such day."""
    year, month = year_of(found[1]), number(found[2])
    if not year or not 1 <= month <= 12:
        return None
    if found[3] is None:
        return f"{year:04}-{month:02}"
    day = number(found[3])
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= 31 else None


def iso_date_in(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """Find a date written 2018-03-05, 2018/3/5 or in words; gives ISO and its span."""
    found = _ISO.search(text, start, end)
    if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31:
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", found.start(), found.end()
    words = DATE.search(text, start, end)
    iso = iso_of(words) if words else None
    return (iso, words.start(), words.end()) if words and iso else None
