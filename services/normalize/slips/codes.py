"""GBK as arrays: characters of pairs of bytes, pairs of bytes of characters.

The pairs are those of Python's ``gb18030`` codec, which knows a character for every lead 81–FE with every trail
40–7E, 80–FE: 21,872 of them are assigned, 2,068 are private-use cells (the three user-defined areas AAA1–AFFE,
F8A1–FEFE, A140–A7A0, and holes of the standard's edition of 2000).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]
I64 = npt.NDArray[np.int64]

LEADS: Final[I64] = np.arange(0x81, 0xFF)
TRAILS: Final[I64] = np.array([trail for trail in range(0x40, 0xFF) if trail != 0x7F])


def _characters() -> U16:
    leads, trails = LEADS.astype(np.uint8), TRAILS.astype(np.uint8)
    pairs = np.stack([np.repeat(leads, len(trails)), np.tile(trails, len(leads))], axis=1)
    text = pairs.tobytes().decode("gb18030")
    table = np.zeros(65536, np.uint16)
    table[pairs[:, 0].astype(np.int64) << 8 | pairs[:, 1]] = np.frombuffer(
        text.encode("utf-16-le"), np.uint16
    )
    return table


CHARACTER: Final[U16] = _characters()
"""Code point of each pair, ``lead << 8 | trail``; 0 where there is none."""


def _pairs() -> U16:
    table = np.zeros(65536, np.uint16)
    pairs = np.flatnonzero(CHARACTER)
    table[CHARACTER[pairs]] = pairs
    return table


PAIR: Final[U16] = _pairs()
"""Pair of each code point; 0 where GBK has none in two bytes."""


def is_private(code: int) -> bool:
    """Tell whether a code point is a private-use one."""
    return 0xE000 <= code <= 0xF8FF


PRIVATE_PAIRS: Final[I64] = np.flatnonzero((CHARACTER >= 0xE000) & (CHARACTER <= 0xF8FF))
"""The 2,068 pairs that decode to private-use characters."""

PRIVATE_LEADS: Final[I64] = np.unique(PRIVATE_PAIRS >> 8)

PRIVATE_TRAILS: Final[dict[int, I64]] = {
    lead: PRIVATE_PAIRS[np.flatnonzero(np.equal(PRIVATE_PAIRS >> 8, lead))] & 0xFF
    for lead in PRIVATE_LEADS.tolist()
}
"""For each first byte of a private-use cell, the second bytes."""
