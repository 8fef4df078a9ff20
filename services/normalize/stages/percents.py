"""Percent escapes: a text that a form or a script sent on encoded, %E6%94%BF%E5%BA%9C → 政府, %u653F → 政.

An address keeps its own: `http://…/%E6%94%BF.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words
from ..stage import Context
from .code import has_han, stands_in_code

_RUN: Final = re.compile(
    r"%(?:u[0-9A-Fa-f]{4}|[89A-Fa-f][0-9A-Fa-f])(?:%(?:u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2}))+"
)
BEGUN: Final = Words.everywhere([f"%{sign}" for sign in "u89ABCDEFabcdef"])
_UNIT: Final = re.compile("%(?:u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2})")
_ADDRESS: Final = re.compile(r"[A-Za-z]:|www\.|[/?&=@#.][!-~]*\Z")

LONGEST_ADDRESS: Final = 300
"""Characters before an escape that may be the beginning of its address."""

LEAST_HAN: Final = 2
"""Ideographs that a run gives in GBK; in UTF-8 one cannot be chance."""


def decode_percent_escapes(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Decode percent escapes that are Chinese in UTF-8, GBK or UTF-16, outside of addresses."""
    for found in _RUN.finditer(text):
        start = found.start()
        if _in_address(text, start) or stands_in_code(text, start):
            continue
        for codec in ("utf-16-be",) if found.group().startswith("%u") else ("utf-8", "gb18030"):
            read = _read(found.group(), codec)
            if read is not None:
                for at, end, char in read:
                    yield Edit(start + at, start + end, char, "percent-escape")
                break


def _in_address(text: str, at: int) -> bool:
    low = at
    while low > max(0, at - LONGEST_ADDRESS) and "!" <= text[low - 1] <= "~":
        low -= 1
    return _ADDRESS.search(text[low:at]) is not None and not text[low:at].startswith("%")


def _read(run: str, codec: str) -> list[tuple[int, int, str]] | None:
    """Give each character of a run with its place there; None where the run is not Chinese in this codec."""
    units = list(_UNIT.finditer(run))
    data = b"".join(
        bytes.fromhex(unit.group()[2:] if unit.group()[1] == "u" else unit.group()[1:]) for unit in units
    )
    width = 2 if codec == "utf-16-be" else 1
    if len(data) != width * len(units):
        return None  # both kinds in one run
    try:
        read = data.decode(codec)
    except UnicodeDecodeError:
        return None
    if sum(map(has_han, read)) < (LEAST_HAN if codec == "gb18030" else 1):
        return None
    places = []
    first = 0
    for char in read:
        last = first + len(char.encode(codec)) // width
        places.append((units[first].start(), units[last - 1].end(), char))
        first = last
    return places
