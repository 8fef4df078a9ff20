"""Private-use characters: what they stand for where it is proved, else a finding.

A private-use character means what one font says. Deleting it unseen has turned 2.5米 into 25米.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..alphabet import others_in
from ..stage import Context
from .code import line_at

_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
_IN_NUMBER: Final = re.compile("(?<![0-9.．])([0-9]{1,6})([\ue000-\uf8ff])([0-9]{1,4})(?![0-9.．])")
_BETWEEN_DIGITS: Final = re.compile("(?<=[0-9])([\ue000-\uf8ff])(?=[0-9])")
LEAST_POINTS: Final = 2
"""Places before a unit that show a private-use character to be a decimal point."""
# What a quantity is counted in; a bare number would leave a range or a time possible.
_UNIT: Final = re.compile(
    r"\s*(?:[%％‰℃°]|[万亿千百]?(?:米|元|吨|平方|立方|公|千|厘|毫|微|升|克|斤|亩|倍|度|里|分|个|人|户|家|件|台|辆|项|次|年|天|小时|岁|"
    r"瓦|伏|安|赫|兆|比|美|点|成|折|k|m|c|t|亿|万|H|h|G|M|K|㎡|㎞|㎝|㎜|㎏))"
)
_NEXT_PART: Final = re.compile("[:：∶][0-9]{1,3}[\ue000-\uf8ff][0-9]{1,2}(?![0-9])")
"""A share of several that make a whole has the next behind it: 5□0:62□3:32□7."""
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")

# GB 18030-2005 kept 24 characters in the private-use area that Unicode has encoded since; GB 18030-2022 and the
# WHATWG index give them these places. Python's codec is that of 2000, so they arrive here.
_GB18030: Final = dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue816\ue817\ue818"
        "\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
        "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\U00020087\U00020089\U000200cc"
        "\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
        strict=True,
    )
)
# Word keeps the bullets of the Symbol and Wingdings fonts as U+F000 + byte; at a line's start they are bullets.
_BULLETS: Final = dict(
    zip(
        "\uf0b7\uf06c\uf06e\uf0a7\uf075\uf076\uf0d8\uf0fc\uf0a8\uf0fe\uf0e8\uf0f0",
        "•●■▪◆❖➢✓□☑➔⇨",
        strict=True,
    )
)

DOUBTFUL: Final = 950
"""A mark inside a number before a unit could also be a dash; in real texts it was a decimal point (5 of 5 kinds)."""


def read_private_use(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Read private-use characters that prove what they are (2□5米 → 2.5米), and tell of the others."""
    if context.alphabet and _PRIVATE.search("".join(others_in(context.alphabet))) is None:
        return
    runs = list(_PRIVATE.finditer(text))
    if not runs:
        return
    numbers = {found.start(2): found for found in _IN_NUMBER.finditer(text)}
    uses = Counter(character for found in runs for character in found.group())
    points = Counter(found.group(2) for found in numbers.values() if _is_point(found, text))
    # A character that stands nowhere but between digits, and has shown itself a point, is one everywhere.
    between = Counter(found.group(1) for found in _BETWEEN_DIGITS.finditer(text))
    always = {mark for mark, count in points.items() if count >= LEAST_POINTS and between[mark] == uses[mark]}
    # 0□8 can be nothing but 0.8.
    proved = {found.group(2) for found in numbers.values() if found.group(1) == "0"}
    for found in runs:
        start, end = found.span()
        run = found.group()
        number = numbers.get(start)
        lone = len(run) == 1 and run in always and _BETWEEN_DIGITS.match(text, start) is not None
        if lone or (number is not None and _proves_point(number, text, points, uses)):
            yield from _point(start, run, context, proved=run in proved)
        elif run in _BULLETS and text[line_at(text, start)[0] : start].strip(" \t\u3000\u00a0\f") == "":
            while text[end : end + 1] in (" ", "\t", "\u00a0"):
                end += 1
            yield Edit(start, end, _BULLETS[run], "symbol-font-bullet")
        elif all(character in _GB18030 for character in run):
            yield Edit(start, end, "".join(map(_GB18030.__getitem__, run)), "gb18030-private-use")
        else:
            codes = " ".join(f"U+{ord(character):04X}" for character in run[:8])
            yield Finding(
                start, end, "private-use", f"what the private-use character {codes} shows is not known"
            )


PLACEHOLDERS: Final = frozenset("＠@")
_PLACEHOLDER: Final = re.compile("[＠@][①-⑳]")


def tell_missing_characters(text: str, context: Context) -> Iterator[Finding]:  # noqa: ARG001
    """Tell where a database wrote ＠① for a character that its set (GB 2312) lacked: the character is gone."""
    for found in _PLACEHOLDER.finditer(text):
        message = f"{found.group()} stands for a character that was not in the set this text was kept in"
        yield Finding(found.start(), found.end(), "missing-character", message)


REPLACED: Final = frozenset("\ufffd")
_REPLACED: Final = re.compile("\ufffd+")


def tell_replaced_characters(text: str, context: Context) -> Iterator[Finding]:
    """Tell where a source has U+FFFD itself: an earlier program could not decode what stood there.

    Those that our own decoding gave are told by the reader, each with its bytes.
    """
    for found in _REPLACED.finditer(text):
        start, end = found.span()
        if not any(low < end and start < high for low, high in context.unread):
            yield Finding(
                start, end, "replaced-character", "U+FFFD stands for what an earlier program could not read"
            )


def _is_point(found: re.Match[str], text: str) -> bool:
    whole, part = found.group(1), found.group(3)
    if len(whole) > 1 and whole.startswith("0"):
        return False
    if whole == "2" and part == "5" and text.endswith("PM", 0, found.start()):
        return True
    if _YEAR.fullmatch(whole) or _YEAR.fullmatch(part):
        return False  # 2016–2020
    return (
        _UNIT.match(text, found.end()) is not None
        or whole == "0"
        or _NEXT_PART.match(text, found.end()) is not None
    )


def _proves_point(found: re.Match[str], text: str, points: Counter[str], uses: Counter[str]) -> bool:
    if not _is_point(found, text):
        return False
    mark = found.group(2)
    if len(found.group(3)) == 3 and found.group(1) != "0" and len(found.group(1)) <= 3:
        # 1□500米 could be a thousands separator; elsewhere the same character must have shown itself a point.
        return points[mark] > 1 and points[mark] == uses[mark]
    return True


def _point(at: int, was: str, context: Context, *, proved: bool) -> Iterator[Edit | Finding]:
    if proved:
        yield Edit(at, at + 1, ".", "private-use-decimal-point")
        return
    data = {"was": was, "now": "."}
    reason = f"the private-use character U+{ord(was):04X} between digits is read as a decimal point"
    if context.profile.strict:
        yield Finding(at, at + 1, "proposal", reason, DOUBTFUL, data)
    else:
        yield Finding(at, at + 1, "doubtful", reason, DOUBTFUL, data)
        yield Edit(at, at + 1, ".", "private-use-decimal-point", DOUBTFUL)
