"""Pinyin notes that web converters leave behind: 工業(yè). Some tore a character apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from .codes import CHARACTER, PAIR, TRAILS

_NOTE: Final = re.compile(
    r"\((?:(?<=[\u3400-\u9fff]\()|(?<=[@-~]\()(?=[a-z]*[^a-z()]))[a-z\u00e0-\u01dc\u0251\u0261]{1,6}\s?\)"
)
"""It begins with its bracket, so that it is searched for at the speed of C."""
# Behind an ASCII letter only with a tone: the last byte of a slipped character may be a letter.
_TORN: Final = re.compile(r"[?\ufffd]\(?([a-z\u00e0-\u01dc\u0251\u0261]{1,6})\s?\)")


def notes_of(text: str) -> list[tuple[int, int, str]]:
    """The notes that stand behind the character they belong to, or seem to: start, end, reading."""
    return [(found.start(), found.end(), found.group()[1:-1].strip()) for found in _NOTE.finditer(text)]


def torn_trails(
    text: str,
    start: int,
    end: int,
    notes: Sequence[tuple[int, int, str]],  # noqa: ARG001
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Notes in ``text[start:end]`` that a byte search put into the middle of a character.

    The character noted was never there: it is the trail of the character before and the lead of the next one. Its
    reading says which it was, so it says which lead is pending. Gives place, length and those leads.
    """
    for found in _TORN.finditer(text, start, end):
        before = ord(text[found.start() - 1]) if found.start() else 0
        if before >= 65536 or not PAIR[before]:
            continue
        leads = _pending(int(PAIR[before]) & 0xFF, found.group(1))
        if leads:
            yield found.start(), found.end() - found.start(), leads


@lru_cache(maxsize=256)
def _pending(lead: int, reading: str) -> tuple[int, ...]:
    from pypinyin import Style, pinyin

    if lead < 0x81:
        return ()
    out = []
    for trail in TRAILS.tolist():
        code = int(CHARACTER[lead << 8 | trail])
        if trail >= 0x81 and 0x3400 <= code < 0xA000:
            (readings,) = pinyin(chr(code), style=Style.TONE, heteronym=True)
            if reading in readings:
                out.append(trail)
    return tuple(out)
