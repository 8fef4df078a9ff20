"""From one script into the other: OpenCC's tables, and what they get wrong.

OpenCC takes the longest phrase from the left, so that it finds hair (生髮) in 卫生发展 and salt (西鹹) in 西咸新区.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

import opencc

from .script_words import KEPT_NAMES, MISREAD_IN_HANT, RESPELT, SHOWS, ZHE_BEHIND, ZHU_BEFORE, ZHU_BEHIND


@cache
def converter(config: str) -> Callable[[str], str]:
    """Build a converter once: OpenCC reads its dictionaries anew for each (12 to 90 ms)."""
    convert: Callable[[str], str] = opencc.OpenCC(config).convert
    return convert


_SPELT: Final = KEPT_NAMES | RESPELT
_SPELT_SIGNS: Final = "乾於徵昇夥祇陜馗鉅濬榖堿"
"""One of these stands in each of them."""
_NAMES: Final = re.compile("|".join(sorted(_SPELT, key=len, reverse=True)))
_ANSWER: Final = re.compile("覆(?=[函信文电核议])|(?<=[批答回函电])覆(?![盖没灭])")
"""The reply of an office, 覆函 and 批覆, which OpenCC takes for 覆 to cover."""

_COORDINATE: Final = re.compile("座(?=標(?!準))")
"""座標 is 坐标; 400座標準公廁 is not."""

_COVER: Final = re.compile("覆(?=[蓋盖沒没滅灭])")
"""审批覆盖率 and 动力电覆盖率, in which OpenCC finds 批覆 and 電覆."""

LEFT_BY_OPENCC: Final = "衞枱糭敍衹粧甯揹鄕戸"
_LEFT_OVER: Final = str.maketrans(LEFT_BY_OPENCC, "卫台粽叙只妆宁背乡户")
"""Variants of Hong Kong and Taiwan that the general table of OpenCC 1.4.2 leaves alone."""


def to_hans(segment: str) -> str:
    """Convert a Traditional segment into Simplified; as a rule the length stays."""
    now = converter("t2s")(segment)
    if any(map(segment.__contains__, LEFT_BY_OPENCC)):
        now = now.translate(_LEFT_OVER)
    if len(now) != len(segment):
        return now
    if "著" in now:
        now = _settle_zhu(now)
    if "覆" in segment:
        now = _ANSWER.sub("复", now)
        for found in _COVER.finditer(segment):
            now = now[: found.start()] + "覆" + now[found.end() :]
    if "座標" in segment:
        for found in _COORDINATE.finditer(segment):
            now = now[: found.start()] + "坐" + now[found.end() :]
    if any(map(segment.__contains__, _SPELT_SIGNS)):
        for found in _NAMES.finditer(segment):
            start, end = found.span()
            now = now[:start] + _SPELT[found.group()] + now[end:]
    return now


_MARKED: Final = ("显著实", "卓著实")
"""显著实惠 and 显著实效: 着实 does not follow these."""


def _settle_zhu(segment: str) -> str:
    """Keep 著 where it is zhù, to make known or to write; elsewhere it is zhe, zhuó or zháo, written 着."""
    chars = list(segment)
    at = segment.find("著")
    while at >= 0:
        writes = segment.startswith(ZHU_BEHIND, at + 1) or (
            segment.endswith(ZHU_BEFORE, 0, at)
            and not segment.endswith(SHOWS, 0, at)
            and (not segment.startswith(ZHE_BEHIND, at + 1) or segment.startswith(_MARKED, at - 1))
        )
        # 王力　著: behind a space and at the end of its line stands the author's own word.
        if not writes and not (
            segment[at - 1 : at].isspace() and segment[at + 1 : at + 2] in ("", "\n", "）", "》", "。")
        ):
            chars[at] = "着"
        at = segment.find("著", at + 1)
    return "".join(chars)


def to_hant(segment: str) -> str:
    """Convert a Simplified segment into Traditional, in OpenCC's own spelling (爲, 羣, 裏); the length stays.

    What OpenCC reads across the border of two words is read again, and a word that both scripts write alike stays.
    """
    now = converter("s2t")(segment)
    if len(now) != len(segment):
        return now
    chars: list[str] = []
    for sign, right, wrong in MISREAD_IN_HANT:
        if sign not in now:
            continue
        for found in wrong.finditer(now):
            at = found.end() - 1
            if segment[at] == converter("t2s")(right):
                chars = chars or list(now)
                chars[at] = right
    return "".join(chars) if chars else now
