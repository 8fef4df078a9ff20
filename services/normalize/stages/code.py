"""Telling program text from prose, so that what is markup residue in a report is left alone in a listing."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from ..alphabet import Alphabet, Characters, others_in

# Forms that no prose has, whatever language stands in the strings and comments.
_SURE: Final = re.compile(
    r"""
      ^\s*(?:>>>|\$\s|//|/\*|\*/|<\?|\#!|\#include|@\w+\()    # prompts, comments, preprocessors
    | [A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_]\w*\(                  # console.log(
    | (?:^\s*|[{,]\s*)["'][A-Za-z0-9_-]+["']\s*:\s            # "key": value
    | [{,]\s*"[^"\n]{1,40}"\s*:\s*["\[{\d]                   # {"键":"值"
    | \\(?:begin|end|frac|sum|int|times|alpha|beta|cdot|sqrt|text|mathbb|mathrm|left|right|leq|geq|nabla)\b
    """,
    re.VERBOSE,
)
# x = 1; a sentence may have a formula, 由E=mc²可知.
_ASSIGNMENT: Final = re.compile(
    r"""(?<![A-Za-z0-9_?&/.=-])[A-Za-z_][A-Za-z0-9_.\[\]]*\s*(?:[-+*/:]?=(?!=)|=>)\s*["'\[({A-Za-z0-9_]"""
)
# Forms that flattened Chinese may have too (增长7.2%;), so only where no Chinese stands outside strings and comments.
_LIKELY: Final = re.compile(
    r"""
      [\x20-\x7e][;{}]\s*$                                    # a statement or a block ends
    | ^\s*(?:def|class|import|from|return|if|elif|else|for|while|var|let|const|function|public|private|static|package
        |using|namespace|fn|func|echo|SELECT|INSERT|UPDATE|CREATE|print|puts|try|except|async|await)\b[ (:]
    | [A-Za-z_][A-Za-z0-9_]*\([^()]*\)\s*[;:{]?\s*$            # call(x)
    """,
    re.VERBOSE,
)
_STRINGS: Final = re.compile(r""""[^"]*"|'[^']*'|`[^`]*`|//.*|\#.*|/\*.*""")
_REMARK: Final = re.compile(r"(?:^|\s)(?:%|--|;|\*|REM|rem)\s.*")
"""The comments of languages whose sign a sentence has, too: % and -- stand between blanks there."""
_HAN: Final = re.compile("[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


_KANA_OR_HANGUL: Final = re.compile("[\u3041-\u30fa\u30fc-\u30ff\uac00-\ud7a3\uff66-\uff9d]")
_HAN_RUN: Final = re.compile(f"{_HAN.pattern}+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
SAMPLE: Final = 4000
CHINESE: Final = 5
"""One letter in five Chinese makes a text Chinese; Latin words cost five letters where Chinese has one."""
HAN_AROUND_FORMULA: Final = 4
HAN_BEHIND_FORMULA: Final = 3
"""One character in so many, outside strings and comments, is an ideograph where a sentence holds a formula, 设n=10,
or begins with one, F=ma,其中F为力."""
NEAR: Final = 400
"""What stands farther away on one line tells nothing about a place; so a text of one endless line costs no square."""


def line_at(text: str, at: int) -> tuple[int, int]:
    """Give the span of the line in which ``at`` stands, without its newline, at most ``NEAR`` to either side."""
    low, high = max(0, at - NEAR), min(len(text), at + NEAR)
    start, end = text.rfind("\n", low, at), text.find("\n", at, high)
    return low if start < 0 else start + 1, high if end < 0 else end


def is_code(line: str) -> bool:
    """Tell whether a line looks like program text or TeX rather than prose."""
    line = line[: 2 * NEAR]
    if _SURE.search(line) is not None:
        return True
    formula = _ASSIGNMENT.search(line)
    if formula is not None:
        bare = _REMARK.sub("", _STRINGS.sub("", line))
        led = has_han(line[: formula.start()])
        return _count(_HAN_RUN, bare) * (HAN_AROUND_FORMULA if led else HAN_BEHIND_FORMULA) <= len(bare)
    return _LIKELY.search(line) is not None and not has_han(_STRINGS.sub("", line))


def has_han(text: str) -> bool:
    """Tell whether a Chinese character stands in ``text``."""
    return _HAN.search(text) is not None


def holds_han(alphabet: Characters) -> bool:
    """Tell whether a Chinese character is among those of a text."""
    return (isinstance(alphabet, Alphabet) and alphabet.has_ideographs) or has_han(
        "".join(others_in(alphabet))
    )


def is_chinese(text: str) -> bool:
    """Tell whether a text is Chinese, and not Japanese, Korean, or another that quotes some: by its first page."""
    sample = text[:SAMPLE]
    han = _count(_HAN_RUN, sample)
    others = _count(_KANA_OR_HANGUL, sample)
    if han == 0 or others * 20 > han:
        return False
    return han * CHINESE >= len(sample) or han * CHINESE >= _count(_LETTERS, sample)


def _count(run: re.Pattern[str], sample: str) -> int:
    """Count characters by the runs that they stand in: a Chinese page has a tenth as many."""
    return sum(map(len, run.findall(sample)))


def is_chinese_at(text: str, at: int) -> bool:
    """Tell whether Chinese, and neither Japanese nor Korean, stands around ``at`` on its line."""
    start, end = line_at(text, at)
    around = text[start:end]
    return has_han(around) and _KANA_OR_HANGUL.search(around) is None


def stands_in_code(text: str, at: int) -> bool:
    """Tell whether the line at ``at``, or the nearest lines above and below that are not empty, look like code."""
    starts, codes, beside = _listing(text)
    number = bisect_right(starts, at) - 1
    return codes[number] or beside[number]


def stands_beside_code(text: str, at: int) -> bool:
    """Tell whether the nearest lines above and below ``at`` that are not empty look like code."""
    starts, _, beside = _listing(text)
    return beside[bisect_right(starts, at) - 1]


@lru_cache(maxsize=2)
def _listing(text: str) -> tuple[list[int], list[bool], list[bool]]:
    """Find the lines of program text: where lines start, whether each is code, whether a neighbour is."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines[:-1])]
    codes = [is_code(line) for line in lines]
    full = [number for number, line in enumerate(lines) if line.strip()]
    beside = [False] * len(lines)
    for above, number in pairwise(full):
        beside[number] |= codes[above]
        beside[above] |= codes[number]
    return starts, codes, beside
