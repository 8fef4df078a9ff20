"""Codecs of two bytes, GBK and Big5, as arrays: the character of each pair, and what it costs beside the language."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from ..language.model import I64, Model
from ..language.table import SIMPLIFIED, TRADITIONAL

COMMAS: Final = {"gb18030": "£¬", "big5hkscs": "¡A"}

FOREIGN_COST: Final = 4_000
"""Milli-nats for a character of the other script, as the search for slips has it."""


class Codec(NamedTuple):
    """A codec of two bytes: the character of each pair, and what it costs besides what the language says."""

    name: str
    characters: I64
    extra: I64
    lead_drops: bool
    """Whether a byte that vanished may be a first byte."""
    comma: str
    """A full-width comma read byte by byte, behind which the bytes begin anew: AC begins no character of GB 2312, and
    A behind A1 is a second byte or a letter."""


@lru_cache(maxsize=2)
def _pairs_of(name: str) -> I64:
    table = np.zeros(65536, np.int64)
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            char = bytes((lead, trail)).decode(name, "ignore")
            if len(char) == 1 and not "\ue000" <= char < "\uf900" and char < "\U00010000":
                table[lead << 8 | trail] = ord(char)
    return table


def codec_of(name: str, model: Model) -> Codec:
    """Make ``gb18030`` or ``big5hkscs`` ready."""
    characters = _pairs_of(name)
    own = SIMPLIFIED if name == "gb18030" else TRADITIONAL
    extra = np.zeros(65536, np.int64)
    extra[0x3400:0xA000] = np.where(model.form[0x3400:0xA000] & own, 0, FOREIGN_COST)
    return Codec(name, characters, extra, name == "big5hkscs", COMMAS[name])
