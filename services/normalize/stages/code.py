"""Telling program text from prose, so that what is markup residue in a report is left alone in a listing."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(
    r"""
      [\x20-\x7e][;{}]\s*$                                    # a statement or a block ends
    | ^\s*(?:def|class|import|from|return|elif|else|for|while|var|let|const|function|public|private|static|package
        |using|namespace|fn|func|echo|SELECT|INSERT|UPDATE|CREATE|print|puts|try|except|async|await)\b[ (:]
    | ^\s*(?:>>>|\$\s|//|/\*|\*/|<\?|\#!|\#include|@\w+\()    # prompts, comments, preprocessors
    | (?<![A-Za-z0-9_?&/.=-])[A-Za-z_][A-Za-z0-9_.\[\]]*\s*(?:[-+*/:]?=(?!=)|=>)\s*["'\[({A-Za-z0-9_]   # x = 1
    | [A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_]\w*\(                  # console.log(
    | [A-Za-z_][A-Za-z0-9_]*\((?:["'][^"']*["'])?[^()]*\)\s*[;:{]?\s*$
    | ^\s*["'][A-Za-z0-9_-]+["']\s*:\s                        # "key": value
    | \\(?:begin|end|frac|sum|int|times|alpha|beta|cdot|sqrt|text|mathbb|mathrm|left|right|leq|geq|nabla)\b
    """,
    re.VERBOSE,
)
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def line_at(text: str, at: int) -> tuple[int, int]:
    """Give the span of the line in which ``at`` stands, without its newline."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def is_code(line: str) -> bool:
    """Tell whether a line looks like program text or TeX rather than prose."""
    return _CODE.search(line) is not None


def has_han(text: str) -> bool:
    """Tell whether a Chinese character stands in ``text``."""
    return _HAN.search(text) is not None


def stands_in_code(text: str, at: int) -> bool:
    """Tell whether the line at ``at``, or the nearest lines above and below that are not empty, look like code."""
    start, end = line_at(text, at)
    if is_code(text[start:end]):
        return True
    above = start - 1
    while above > 0:
        low, high = line_at(text, above - 1 if text[above - 1] != "\n" else above)
        if text[low:high].strip():
            if is_code(text[low:high]):
                return True
            break
        above = low - 1
    below = end + 1
    while below < len(text):
        low, high = line_at(text, below)
        if text[low:high].strip():
            return is_code(text[low:high])
        below = high + 1
    return False
