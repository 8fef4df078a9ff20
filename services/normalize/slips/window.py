"""What the search walks over: stored characters, and the bytes each may have been."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ..language.model import Model
from ..language.table import TRADITIONAL
from .codes import PAIR

WOUNDS: Final = frozenset("?\ufffd")
"""What stands for a byte or pair that could not be decoded."""

MIXED_COST: Final = 3_000
"""Milli-nats for reading an ASCII mark as a flat one where wide ones stand near: some pages have both."""

CONVERTED_COST: Final = 2_500
"""Milli-nats for reading a stored Traditional character as the bytes of its Simplified one: rarely the case."""


class Token(NamedTuple):
    """One stored character.

    ``pairs`` are the pairs of bytes it may have been, each with an extra cost. ``ghost``: it is passed over (a
    pinyin note, a space inside one). ``annotations``: pinyin notes that may have torn a pair here, as how many
    stored characters they take and which trail bytes they leave.
    """

    char: int
    pairs: tuple[tuple[int, int, int], ...]
    wound: bool = False
    ghost: bool = False
    may_start: bool = True
    annotations: tuple[tuple[int, tuple[int, ...]], ...] = ()
    heads: bool = False
    """Nothing but blanks stands before it in its line: its indent may have been torn."""
    reading: str = ""
    """How the character before a note is read: of the note's first character, or of the mark that took its bracket."""


class Window(NamedTuple):
    """A stretch of stored text, and the history key before it."""

    start: int
    tokens: tuple[Token, ...]
    before: int


def pairs_of(char: str, model: Model, *, flattened: int, converted: bool) -> tuple[tuple[int, int, int], ...]:
    """The pairs of bytes that one stored character may have been; ``flattened``: what it costs to be a flat mark."""
    code = ord(char)
    pairs: list[tuple[int, int, int]] = []
    if code < 65536 and PAIR[code]:
        pairs.append((int(PAIR[code]) >> 8, int(PAIR[code]) & 0xFF, 0))
    if 0x21 <= code <= 0x7E:
        pairs.append((0xA3, code + 0x80, flattened))
    elif code in (0x20, 0xA0):
        pairs.append((0xA1, 0xA1, flattened))
    if converted and code < 65536 and model.form[code] & TRADITIONAL:
        plain = model.symbols[model.fold[code]]
        pair = int(PAIR[ord(plain)])
        if plain not in (char, "\0") and pair:
            pairs.append((pair >> 8, pair & 0xFF, CONVERTED_COST))
    return tuple(pairs)


def history_key(model: Model, text: str, end: int) -> int:
    """The key of the last four symbols of ``text[:end]``, spaces passed over."""
    key = 0
    symbols = model.symbols_of(text[max(0, end - 40) : end])
    for symbol in symbols[symbols != np.uint16(0xFFF)][-4:].tolist():
        key = key << 12 | symbol
    return key
