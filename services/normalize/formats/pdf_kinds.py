"""What kind each character of a page is, told of all at once: of thousands of characters few are then looked at."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

HAN_CLASS: Final = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WIDE: Final = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"
)
"""Characters as wide as they are high (Unicode TR 11), for a class of a regular expression."""
GAP_CLASS: Final = " \t\u00a0\u3000\u2002\u2003"
FIGURE_CLASS: Final = "0-9０-９*①-⑳"
HAN_CHAR: Final = re.compile(f"[{HAN_CLASS}]")
_BLANK: Final = GAP_CLASS + "\r\n\x00\ufeff\u200b"
BODY: Final = re.compile(f"[^{_BLANK}](?:[^\n]*[^{_BLANK}])?")
"""A line of pdfium without the blanks at its ends."""

IS_HAN: Final = 1
IS_WIDE: Final = 2
IS_GAP: Final = 4
IS_SPACE: Final = 8
IS_FIGURE: Final = 16


def _table() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for kind, members in (
        (IS_HAN, HAN_CLASS),
        (IS_WIDE, WIDE),
        (IS_GAP, GAP_CLASS),
        (IS_SPACE, " "),
        (IS_FIGURE, FIGURE_CLASS),
    ):
        for low, high, single in re.findall("(.)-(.)|(.)", members):
            table[ord(low or single) : ord(high or single) + 1] |= kind
    return table


_KINDS: Final = _table()


def kinds_of(chars: str) -> NDArray[np.uint8]:
    """Give the kinds of each character, as bits; one beyond the Basic Multilingual Plane has none."""
    codes = np.frombuffer(chars.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _KINDS[np.minimum(codes, 0xFFFF)]
