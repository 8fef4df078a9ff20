"""The cheapest way through damaged bytes: which bytes pair up, and which are orphans.

GBK, Big5, Shift_JIS and EUC give a reader no way to see where a character begins. When one byte is lost, a decoder
goes on one byte out of step, often without an error, until an ASCII byte puts it right. The lattice looks at all
ways through a stretch of bytes at once (a character here, or an undecodable byte here) and takes the cheapest by
what its characters cost, which is Viterbi's algorithm. The same for UTF-16, whose units lose step likewise.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .candidates import ESCAPE, WOUND, WOUND_BYTE
from .tables import costs, units

IMPOSSIBLE: Final = 1 << 40
"""A cost above every sum of costs."""

MODEL_OF: Final = {
    "gb18030": "zh",
    "gbk": "zh",
    "gb2312": "zh",
    "big5": "zh",
    "big5hkscs": "zh",
    "cp950": "zh",
    "cp932": "ja",
    "shift_jis": "ja",
    "shift_jisx0213": "ja",
    "shift_jis_2004": "ja",
    "euc_jp": "ja",
    "euc_jisx0213": "ja",
    "euc_jis_2004": "ja",
    "cp949": "ko",
    "euc_kr": "ko",
    "johab": "ko",
    "utf-16-le": "zh",
    "utf-16-be": "zh",
}
"""Codecs that can lose step, and the language by which the way through them is costed."""

CUT_START: Final = 10_000
"""Milli-nats for an orphan at the very start: pieces are cut out of files without regard for characters."""
CUT_END: Final = 8_000
"""Milli-nats for an unfinished character at the very end."""


class Way(NamedTuple):
    """The cheapest way through a stretch of bytes."""

    total: int
    """Milli-nats."""
    wounds: tuple[tuple[int, int], ...]
    """Byte ranges that belong to no character, in order, none touching another."""


class _Steps(NamedTuple):
    singles: npt.NDArray[np.int64]
    """Cost of a byte that is a character by itself; shape (256,)."""
    pairs: npt.NDArray[np.int64]
    """Cost of two bytes that are a character; shape (65536,), index lead × 256 + trail."""
    long: re.Pattern[bytes] | None
    """Characters of three and four bytes, where the codec has any."""


_LONG: Final = {
    "utf-16-le": re.compile(rb"(?=(.[\xd8-\xdb].[\xdc-\xdf]))", re.DOTALL),
    "utf-16-be": re.compile(rb"(?=([\xd8-\xdb].[\xdc-\xdf].))", re.DOTALL),
    "gb18030": re.compile(rb"(?=([\x81-\xfe][0-9][\x81-\xfe][0-9]))"),
    "euc_jp": re.compile(rb"(?=(\x8f[\xa1-\xfe]{2}))"),
    "euc_jis_2004": re.compile(rb"(?=(\x8f[\xa1-\xfe]{2}))"),
    "euc_jisx0213": re.compile(rb"(?=(\x8f[\xa1-\xfe]{2}))"),
}


@cache
def _steps(codec: str) -> _Steps:
    table = costs(MODEL_OF[codec]).astype(np.int64)
    singles = np.full(256, IMPOSSIBLE, np.int64)
    if codec.startswith("utf-16"):
        table[0xD800:0xE000] = IMPOSSIBLE  # but for two that belong together, which is a step of four bytes
        swapped = table if codec.endswith("be") else table.reshape(256, 256).T.reshape(-1)
        return _Steps(singles, swapped, _LONG[codec])
    for byte in range(256):
        text = bytes([byte]).decode(codec, ESCAPE)
        if not "\udc00" <= text <= "\udcff":
            singles[byte] = table[ord(text)]
    pairs = np.full(0x10000, IMPOSSIBLE, np.int64)
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFF)]
    for lead in range(0x80, 0xFF):
        if singles[lead] < IMPOSSIBLE:
            continue
        row = b"".join(bytes((lead, trail, 10)) for trail in trails).decode(codec, ESCAPE).split("\n")
        for trail, text in zip(trails, row, strict=False):
            # A character, a surrogate pair, or (HKSCS) a letter and its combining accent.
            if text and not any("\udc00" <= char <= "\udcff" for char in text):
                pairs[lead << 8 | trail] = int(table[units(text)].sum())
    return _Steps(singles, pairs, _LONG.get(codec))


def pair_costs(codec: str) -> npt.NDArray[np.int64]:
    """Give the cost of every pair of bytes under a codec of MODEL_OF; shape (65536,), index lead × 256 + trail."""
    return _steps(codec).pairs


def cheapest_way(data: bytes, codec: str, *, at_start: bool = True, at_end: bool = True) -> Way:
    """Find the cheapest way through ``data``, which is in ``codec``.

    Args:
        data: the bytes; time is linear in them, about a second a megabyte.
        codec: one of MODEL_OF.
        at_start: whether ``data`` is where a file begins, so that an orphan there is no surprise.
        at_end: whether ``data`` is where a file ends.
    """
    steps = _steps(codec)
    length = len(data)
    if not length:
        return Way(0, ())
    array = np.frombuffer(data, np.uint8).astype(np.int64)
    single = steps.singles[array].tolist()
    pair = [*steps.pairs[array[:-1] * 256 + array[1:]].tolist(), IMPOSSIBLE]
    table = costs(MODEL_OF[codec])
    longer: dict[int, tuple[int, int]] = {}
    if steps.long is not None:
        for match in steps.long.finditer(data):
            try:
                text = match[1].decode(codec)
            except UnicodeDecodeError:
                continue
            longer[match.start()] = len(match[1]), int(table[units(text)].sum())
    open_wound = WOUND - WOUND_BYTE
    best = [0] * (length + 2)  # the cheapest way from here to the end, when a character begins here
    inside = [0] * (length + 2)  # the same, when the byte before was an orphan
    taken = bytearray(length)  # how many bytes the step from here takes; 0 opens a wound
    stays = bytearray(length)  # whether a wound goes on here
    for at in range(length - 1, -1, -1):
        cheapest, step = single[at] + best[at + 1], 1
        cost = pair[at] + best[at + 2]
        if cost < cheapest:
            cheapest, step = cost, 2
        if at in longer:
            width, extra = longer[at]
            if extra + best[at + width] < cheapest:
                cheapest, step = extra + best[at + width], width
        orphan = WOUND_BYTE + inside[at + 1]
        if orphan < cheapest:
            inside[at] = orphan
            stays[at] = 1
        else:
            inside[at] = cheapest
        cut = at_end and at == length - 1 and data[at] > 0x7F
        opened = CUT_END if cut else orphan + open_wound
        if opened < cheapest:
            cheapest, step = opened, 0
        best[at] = cheapest
        taken[at] = step
    total = best[0]
    began_inside = at_start and bool(stays[0]) and inside[0] - WOUND_BYTE + CUT_START < total
    if began_inside:
        total = inside[0] - WOUND_BYTE + CUT_START
    return Way(total, tuple(_walk(taken, stays, began_inside=began_inside)))


def _walk(taken: bytearray, stays: bytearray, *, began_inside: bool) -> list[tuple[int, int]]:
    wounds: list[tuple[int, int]] = []
    at, length = 0, len(taken)
    while at < length:
        if taken[at] and not (began_inside and at == 0):
            at += taken[at]
            continue
        start = at
        at += 1
        while at < length and stays[at]:
            at += 1
        wounds.append((start, at))
    return wounds
