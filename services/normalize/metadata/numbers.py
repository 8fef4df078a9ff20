"""Document numbers: 国办发〔2020〕9号, also 京政发[2016]47号, （2004）28号, 国务院令第588号."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

from .head import HeadLine

_NUMBER: Final = re.compile(
    r"((?:[一-鿿]{1,16}|[A-Z]{2,8}))[ ]?[〔\[［（(【]((?:19|20)\d\d)[〕\]］）)】][ ]?(第)?[ ]?(\d{1,5})[ ]?号"
)
_BARE: Final = re.compile(r"^[〔\[［（(【]((?:19|20)\d\d)[〕\]］）)】][ ]?(第)?[ ]?(\d{1,5})[ ]?号$")
_ORDER: Final = re.compile(
    r"((?:[一-鿿]{2,20})令)[ \u3000]?[（(]?(第[ ]?[\d一二三四五六七八九十百〇零]{1,5}[ ]?号)"
)
_OF_ORDER: Final = re.compile(r"^[（(]?(第[ ]?[\d一二三四五六七八九十百〇零]{1,5}[ ]?号)[）)]?$")
_LED: Final = re.compile(r"^.*?(?:发文字号|发文号|文件编号|文[ ]*号|字[ ]*号)[ ]*[：:][ ]*")


def number_in(lines: list[HeadLine]) -> tuple[str, int, int] | None:
    """Find the document's own number among the lines of its head; gives it with 〔〕, and its span."""
    for line, after in zip_longest(lines, lines[1:]):
        if line.kind == "order" and after is not None and (told := _OF_ORDER.match(after.text)):
            return line.text + told[1].replace(" ", ""), line.start, after.end
        if line.kind not in ("number", "meta", "title", "organ", "note"):
            continue
        text = line.text
        if "号" not in text:
            continue
        led = _LED.match(text)
        begin = led.end() if led else 0
        found = _NUMBER.search(text, begin)
        if found and not _cited(text, found):
            office = re.sub(r"^.*(?:文号|字号)", "", found[1])
            start = line.start + found.end(1) - len(office)
            return f"{office}〔{found[2]}〕{found[3] or ''}{found[4]}号", start, line.start + found.end()
        bare = _BARE.match(text)
        if bare:
            return f"〔{bare[1]}〕{bare[2] or ''}{bare[3]}号", line.start, line.end
        order = _ORDER.search(text, begin)
        if order and line.kind == "number":
            return order[1] + order[2].replace(" ", ""), line.start + order.start(), line.start + order.end(2)
    return None


def _cited(text: str, found: re.Match[str]) -> bool:
    """In a title, the number of another document stands in brackets or after its name: 《…》（国发〔2010〕4号）."""
    before = text[: found.start()].rstrip()
    return before.endswith(("》（", "》(", "》")) or (before[-1:] in "（(" and "》" in before)
