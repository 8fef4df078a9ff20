"""What was lost beside figures: 部署?020年 was 部署了2020年, 20231221日 was 2023年12月21日.

A converter that cuts the last byte of a character in UTF-8 may take the next ASCII character along; one mark stands
for both. A year tells its first digit; the character can only be guessed. A page that loses what its tags set in
another font loses the signs of a date between its figures; where the figures can be divided in one way only, they tell
the date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from ...edition import Edit, Finding
from ..language import load
from ..neighbours import Words
from ..stage import Context

QUESTIONS: Final = frozenset("?\ufffd")

_YEAR: Final = re.compile(r"(?<=[\u3400-\u9fff])[?\ufffd](?=(?:0[0-4]\d|9\d\d)年)")

LIKELY: Final = 300
"""Per mille that the lost character must reach among all to be put in, always flagged; below it is only told."""


def restore_swallowed_digits(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Give a year its first digit back, and guess the character whose tail took it: 部署?020年 was 部署了2020年."""
    for found in _YEAR.finditer(text):
        digit = "2" if text[found.end()] == "0" else "1"
        at = found.start()
        guess, confidence = _lost_character(text, at, digit)
        data = {"was": text[at], "now": guess + digit}
        reason = f"a character lost its last byte and took the {digit} of the year with it"
        if confidence < LIKELY or context.profile.strict:
            yield Finding(at, at + 1, "damaged", reason, confidence, data)
        else:
            yield Edit(at, at + 1, guess + digit, "tail-swallowed-digit", confidence)
            yield Finding(at, at + 1, "doubtful", reason, confidence, data)


def _lost_character(text: str, at: int, after: str) -> tuple[str, int]:
    """The likeliest character before ``after`` at a place, and how likely it is per mille."""
    from ..language.table import SKIP
    from ..slips.lattice import share_of

    model = load()
    before = model.symbols_of(text[max(0, at - 12) : at])
    tail = model.symbols_of(after + text[at + 1 : at + 6])
    before, tail = before[before != SKIP][-4:], tail[tail != SKIP][:4]
    count = len(model.symbols)
    candidates = np.arange(1, count)
    rows = np.concatenate(
        [
            np.repeat(before[None, :], count - 1, axis=0),
            candidates[:, None].astype(np.uint16),
            np.repeat(tail[None, :], count - 1, axis=0),
        ],
        axis=1,
    )
    cost = np.zeros(count - 1, np.int64)
    width = rows.shape[1]
    for place in range(len(before), width):
        keys = np.zeros(count - 1, np.uint64)
        for back in range(min(4, place), 0, -1):
            keys = (keys << np.uint64(12)) | rows[:, place - back].astype(np.uint64)
        wanted = rows[:, place].astype(np.int64)
        cost += model.costs(keys, model.backoffs(keys), np.arange(count - 1), wanted)
    han = np.array([char > "\u3400" for char in model.symbols[1:]])
    cost[~han] += 20_000
    best = int(np.argmin(cost))
    return model.symbols[best + 1], share_of(cost, best)


_DATE_ENDS: Final = (
    re.compile("日(?:(?<=[0-9]{6}日)|(?<=年[0-9]{3}日)|(?<=年[0-9]{4}日))"),
    re.compile("午(?<=[0-9]{7}[上下]午)"),
)
"""Two patterns with a letter of their own each, by which they are searched for at the speed of C."""
_DATE: Final = re.compile("(?<![0-9.])((?:19|20)[0-9]{2})(年?)([0-9]{2,4})(日(?!内|以内|龄)|(?=[上下]午))")
DIVIDED: Final = 950
"""Confidence, per mille, that figures which make one date only are it: nothing else stands so before 日 and 上午."""


def restore_date_signs(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Put 年 and 月 back that were lost between the figures of a date, flagged, where there is one way to."""
    for end in sorted(found.end() for pattern in _DATE_ENDS for found in pattern.finditer(text)):
        found = _DATE.search(text, max(0, end - 12), end)
        if found is None:
            continue
        year, _, figures, day_sign = found.groups()
        dates = _dates(figures)
        if len(dates) > 1:
            message = (
                f"signs of a date were lost here; the figures {figures} may be divided in more than one way"
            )
            yield Finding(found.start(), found.end(), "damaged", message)
        if len(dates) != 1:
            continue
        month, day = dates[0]
        now = f"{year}年{month}月{day}日"
        data = {"was": found.group(), "now": now}
        if context.profile.strict:
            yield Finding(
                found.start(), found.end(), "proposal", "signs of a date were lost here", DIVIDED, data
            )
            continue
        yield Finding(
            found.start(), found.end(), "doubtful", "signs of a date were lost between figures", DIVIDED, data
        )
        at = found.end(1)
        if not found.group(2):
            yield Edit(at, at, "年", "date-sign", DIVIDED)
        at = found.start(3) + len(month)
        yield Edit(at, at, "月", "date-sign", DIVIDED)
        if not day_sign:
            yield Edit(found.end(3), found.end(3), "日", "date-sign", DIVIDED)


LOST_SIGNS: Final = Words.everywhere(
    [*(digit + half for digit in "0123456789" for half in "上下"), "第次", "第届"]
)
_NO_DAY: Final = re.compile("(?<![0-9.:：时點点分年月])[0-9]{2,4}(?=[上下]午)")
_NO_NUMBER: Final = re.compile("第[次届](?=会议|全会|人民代表|人大|代表大会|政协|委员会|常委会)")


def tell_lost_date_signs(text: str, _: Context) -> Iterator[Finding]:
    """Tell where figures alone are left of a date, or nothing of a number: 32上午, 第次会议."""
    for pattern, message in (
        (_NO_DAY, "signs of a date were lost here"),
        (_NO_NUMBER, "the number of a session was lost here"),
    ):
        for found in pattern.finditer(text):
            yield Finding(*found.span(), "damaged", message)


def _dates(figures: str) -> list[tuple[str, str]]:
    """Divide figures into a month and a day, in every way there is."""
    return [
        (figures[:cut], figures[cut:])
        for cut in (1, 2)
        if cut < len(figures)
        and 1 <= int(figures[:cut]) <= MONTHS
        and 1 <= int(figures[cut:]) <= DAYS
        and len(figures) - cut <= len(str(DAYS))
        and (figures[cut] != "0" or (figures[0] == "0" and cut > 1) or len(figures) - cut > 1 < cut)
    ]


MONTHS: Final = 12
DAYS: Final = 31
