"""着 in the pages of Hong Kong: 跟茠漱Q年 → 跟着的十年.

Big5 has no 着; Hong Kong's set writes it FE D3. Where a tool that knew only Big5 passed over the FE, the D3 took the
first byte of the next character, and all was read one byte off up to an ASCII letter, which is a second byte too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..language import load
from ..stage import Context

CODEC: Final = "big5hkscs"
_LOST: Final = b"\xfe"
_LEFT: Final = b"\xd3"
_ROW: Final = "".join(
    char for trail in range(0xA1, 0xC7) if len(char := (_LEFT + bytes((trail,))).decode(CODEC, "ignore")) == 1
)
"""What D3 makes with the first byte of a mark or an ordinary character: rare herbs and insects."""
ROW: Final = frozenset(_ROW)
_RUN: Final = re.compile(
    f"[{_ROW}][\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{{0,12}}[@-Z\\[\\]^-z{{|}}~](?![A-Za-z])"
)
_ALONE: Final = re.compile(f"[{_ROW}]")
GAIN: Final = 3_000
"""Milli-nats that a reading must win for each of its characters: ten true ones won 4,160 to 12,200."""


def restore_halved_zhe(text: str, context: Context) -> Iterator[Edit | Finding]:  # noqa: ARG001
    """Put 着 back, and the characters behind it that were read one byte off; tell what looks so and is not read."""
    restored = [(*found.span(), now) for found in _RUN.finditer(text) if (now := _restored(text, found))]
    if not restored:
        return
    last = 0
    for start, end, now in (*restored, (len(text), len(text), "")):
        for found in _ALONE.finditer(text, last, start):
            message = "着 may have stood here, and what follows is read one byte off"
            yield Finding(*found.span(), "damaged", message)
        if now:
            yield Edit(start, end, now, "halved-character")
        last = end


def _restored(text: str, found: re.Match[str]) -> str | None:
    now = _read(found.group())
    if now is None:
        return None
    start, end = found.span()
    before, after = text[max(0, start - 4) : start], text[end : end + 2]
    gain = _cost(before, found.group(), after) - _cost(before, now, after)
    return now if gain >= GAIN * len(now) else None


def _read(run: str) -> str | None:
    """Read a run with its lost byte; None where that gives no Chinese, or where the damage would not give the run."""
    try:
        data = _LOST + run.encode(CODEC)
        now = data.decode(CODEC)
    except UnicodeError:
        return None
    if any(char < "\u3000" for char in now) or len(now) * 2 != len(data):
        return None
    return now


def _cost(before: str, middle: str, after: str) -> int:
    costs = load().costs_of(before + middle + after)
    return int(costs[len(before) :].sum())
