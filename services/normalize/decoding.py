"""Bytes to text around their damage: what cannot be decoded becomes one U+FFFD a wound, all else comes out right.

Two kinds of damage. Bytes that the codec refuses announce themselves. A byte that was lost from GBK, Big5 or UTF-16
often does not: the decoder goes on one byte out of step and gives nonsense without an error, in GBK until the next
ASCII character, in UTF-16 to the end. So the characters of those codecs are costed (``encoding.tables``), and where
they would cost less one byte on, the bytes are paired anew (``instep``). Everything is linear in the bytes.
"""

from __future__ import annotations

import codecs
import re
import threading
from functools import lru_cache
from typing import Final, NamedTuple

from .byteplaces import STATEFUL, BytePlaces, Wound, step_through
from .encoding.candidates import BIG5
from .encoding.lattice import MODEL_OF
from .encoding.tables import costs, units
from .instep import STAND_IN, Range, put_in_step

__all__ = ["REPLACEMENT", "BytePlaces", "Decoding", "Wound", "bare_codec", "decode"]

REPLACEMENT: Final = "\ufffd"

BLOCK: Final = 1 << 20
"""Bytes that are looked at together for a lost step; longer texts are divided at line feeds."""

_AS_GBK: Final = {0x2015: "—", 0x30FB: "·"}
"""Python reads A1AA and A1A4 of HZ as ― and ・, by the table of GB 2312 that Unicode withdrew; everyone who wrote HZ
meant what GBK has there."""


class Decoding(NamedTuple):
    """Text, the wounds in it, and the way back to the bytes."""

    text: str
    wounds: tuple[Wound, ...]
    places: BytePlaces


@lru_cache(maxsize=64)
def _python_name(codec: str) -> str:
    return codecs.lookup(codec).name


def bare_codec(codec: str, data: bytes) -> tuple[str, int]:
    """Name the codec of the bytes after their byte order mark, and tell that mark's length."""
    name = _python_name(codec)
    if name == "utf-8-sig":
        return "utf-8", 3 if data.startswith(codecs.BOM_UTF8) else 0
    if name == "utf-32":
        if data.startswith(codecs.BOM_UTF32_BE):
            return "utf-32-be", 4
        return "utf-32-le", 4 if data.startswith(codecs.BOM_UTF32_LE) else 0
    if name == "utf-16":
        if data.startswith(codecs.BOM_UTF16_BE):
            return "utf-16-be", 2
        return "utf-16-le", 2 if data.startswith(codecs.BOM_UTF16_LE) else 0
    if name in MODEL_OF and not name.startswith("utf") and data.startswith(codecs.BOM_UTF8):
        return name, 3  # an editor's UTF-8 mark before bytes that it took over as they were
    return name, 0


_STAND_INS: Final = re.compile(STAND_IN + "+")
_ERRORS: Final = "jiaokan-note-wounds"
_noted = threading.local()


def _note(error: UnicodeError) -> tuple[str, int]:
    """Note where the codec failed and go on: as an error handler, so that decoding stays one call in C."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    end = max(error.end, error.start + 1)
    _noted.ranges.append((error.start, end))
    return STAND_IN, end


codecs.register_error(_ERRORS, _note)


def decode(data: bytes, codec: str, text: str | None = None) -> Decoding:
    """Decode ``data`` around its damage: each undecodable stretch becomes one U+FFFD and a wound.

    Args:
        data: the bytes.
        codec: what they are in, by Python's name.
        text: what that codec makes of them, where somebody decoded all of them already.

    Raises:
        LookupError: Python knows no such codec, or it is none for text.
    """
    bare, offset = bare_codec(codec, data)
    body = data[offset:] if offset else data
    lost: list[Range] = []
    try:
        text = str(body, bare) if text is None else text
    except UnicodeDecodeError:
        if bare in STATEFUL:
            steps = step_through(data, offset, bare)
            return Decoding(
                steps.text, steps.wounds, BytePlaces(data, steps.text, bare, offset, steps.wounds)
            )
        text, lost = _decode_damaged(body, bare)
    if bare in MODEL_OF:
        text, lost = _in_step(body, bare, text, lost)
    if bare in BIG5:
        text, lost = _without_half(body, bare, text, lost)
    if bare == "hz":
        text = text.translate(_AS_GBK)
    wounds: tuple[Wound, ...] = ()
    if lost:
        at = (match.start() for match in re.finditer(STAND_IN, text))
        wounds = tuple(
            Wound(start + offset, end + offset, where) for (start, end), where in zip(lost, at, strict=True)
        )
        text = text.replace(STAND_IN, REPLACEMENT)
    return Decoding(text, wounds, BytePlaces(data, text, bare, offset, wounds))


LONGEST_HALF: Final = 24
"""Bytes at the beginning that are looked at: until then one second byte in two is ASCII, and the codec in step."""


def _without_half(body: bytes, codec: str, text: str, lost: list[Range]) -> tuple[str, list[Range]]:
    """Tell that the first byte is the second half of a character that was cut off.

    In Big5 it pairs with the next first half without an error, and the second half of that, if it is ASCII, stays as a
    letter: `面現，惠及` without its first byte reads 捲{，惠及. The other pairing is taken where it costs clearly less.
    """
    at = 0
    while at < LONGEST_HALF and body[at : at + 1] >= b"\x80":
        at += 2
    end = at + 1
    if not 0 < at < LONGEST_HALF or not b"\x40" <= body[at:end] <= b"\x7e":
        return text, lost
    try:
        taken, other = str(body[:end], codec), str(body[1:end], codec)
    except UnicodeDecodeError:
        return text, lost
    table = costs(MODEL_OF[codec])
    gain = int(table[units(taken)].sum(dtype="int64")) - int(table[units(other)].sum(dtype="int64"))
    if gain < HALF or not text.startswith(taken):
        return text, lost
    return STAND_IN + other + text[len(taken) :], [(0, 1), *lost]


HALF: Final = 6_000
"""Milli-nats by which the other pairing must be cheaper."""


def _in_step(body: bytes, codec: str, text: str, lost: list[Range]) -> tuple[str, list[Range]]:
    """Put what lost its step in step again, block by block where the text is long: arrays take 40 bytes a byte."""
    if len(body) <= BLOCK:
        return _in_step_block(body, codec, text, lost)
    if codec.startswith("utf-16"):
        return text, lost  # no byte divides it surely, and no report in it is that long
    texts: list[str] = []
    ranges: list[Range] = []
    start = 0
    while start < len(body):
        end = body.rfind(b"\n", start, start + BLOCK) + 1 or body.find(b"\n", start + BLOCK) + 1 or len(body)
        end = len(body) if len(body) - start <= BLOCK else end
        block = body[start:end]
        piece, wounds = _decode_damaged(block, codec)
        if len(block) <= 2 * BLOCK:
            piece, wounds = _in_step_block(block, codec, piece, wounds)
        texts.append(piece)
        ranges += ((first + start, last + start) for first, last in wounds)
        start = end
    return "".join(texts), ranges


def _in_step_block(block: bytes, codec: str, text: str, lost: list[Range]) -> tuple[str, list[Range]]:
    found = put_in_step(block, codec, text, lost)
    return (text, lost) if found is None else _decode_between(block, codec, found)


def _decode_between(body: bytes, codec: str, lost: list[Range]) -> tuple[str, list[Range]]:
    """Decode what lies between lost bytes, with one stand-in for each stretch of them."""
    merged: list[Range] = []
    for start, end in lost:
        if merged and merged[-1][1] >= start:
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    pieces = []
    at = 0
    for start, end in merged:
        pieces.append(str(body[at:start], codec))
        at = end
    pieces.append(str(body[at:], codec))
    return STAND_IN.join(pieces), merged


def _decode_damaged(body: bytes, codec: str) -> tuple[str, list[Range]]:
    """Decode with a stand-in for each stretch that the codec refuses."""
    _noted.ranges = []
    text = str(body, codec, _ERRORS)
    noted: list[Range] = _noted.ranges
    if not noted:
        return text, []
    lost: list[Range] = []
    first = 0
    for match in _STAND_INS.finditer(text):
        last = first + match.end() - match.start() - 1
        lost.append((noted[first][0], noted[last][1]))
        first = last + 1
    return _STAND_INS.sub(STAND_IN, text), lost
