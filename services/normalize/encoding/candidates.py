"""Which codecs are considered, and what their bytes cost."""

from __future__ import annotations

import codecs
import re
from functools import cache
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .tables import MODELS, costs, units

ESCAPE: Final = "jiaokan-escape"
"""Error handler: a byte that cannot be decoded becomes the lone surrogate U+DC00 + byte.

As ``surrogateescape`` does, but for bytes below 0x80 too, which multi-byte codecs take into their errors.
"""

REPLACEMENT: Final = "\ufffd"
_LOST: Final = re.compile("\ufffd+")

WOUND: Final = 18_000
"""Milli-nats for one stretch of undecodable bytes and its first byte.

A rare but real character costs 11 to 16, so it is never torn to save it; a run that is out of step costs some 5 a
character more than one in step, so four characters pay for putting it right.
"""
WOUND_BYTE: Final = 9_000
"""Milli-nats for each further byte of it: two cost more than any character, so none is eaten by a wound beside it."""


def escape(error: UnicodeError) -> tuple[str, int]:
    """Stand in for undecodable bytes, one lone surrogate each (see ESCAPE)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    end = max(error.end, error.start + 1)
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : end]), end


codecs.register_error(ESCAPE, escape)


class Candidate(NamedTuple):
    """A codec, the languages it is costed as, and what it must overcome to be believed."""

    codec: str
    models: tuple[str, ...]
    handicap: int = 0
    """Milli-nats, by how rare the codec is where yearly reports come from; breaks near-ties in short pieces only."""


MULTI_BYTE: Final = (
    Candidate("gb18030", ("zh",)),
    Candidate("big5hkscs", ("zh",), 500),
    Candidate("cp950", ("zh",), 500),
    Candidate("cp932", ("ja",), 3000),
    Candidate("euc_jp", ("ja",), 3000),
    Candidate("cp949", ("ko",), 3000),
    Candidate("johab", ("ko",), 8000),
)
SELF_EVIDENT: Final = (Candidate("utf-8", MODELS),)
WIDE: Final = (
    Candidate("utf-16-le", MODELS, 2000),
    Candidate("utf-16-be", MODELS, 3000),
)
WIDEST: Final = (Candidate("utf-32-le", MODELS, 3000), Candidate("utf-32-be", MODELS, 3000))
SINGLE_BYTE: Final = (
    Candidate("cp1252", ("western",), 2000),
    Candidate("iso8859-1", ("western",), 2500),
    Candidate("iso8859-15", ("western",), 3000),
    Candidate("mac-roman", ("western",), 7000),
    Candidate("cp850", ("western",), 7000),
    Candidate("cp1251", ("cyrillic",), 3000),
    Candidate("koi8-r", ("cyrillic",), 4000),
    Candidate("koi8-u", ("cyrillic",), 4500),
    Candidate("cp866", ("cyrillic",), 5000),
    Candidate("iso8859-5", ("cyrillic",), 5000),
    Candidate("mac-cyrillic", ("cyrillic",), 7000),
    *(
        Candidate(codec, (language,), handicap)
        for language in ("polish", "czech", "hungarian", "romanian", "south-slavic")
        for codec, handicap in (("cp1250", 5000), ("iso8859-2", 5500))
    ),
    Candidate("cp1253", ("greek",), 5000),
    Candidate("iso8859-7", ("greek",), 5500),
    Candidate("cp1254", ("turkish",), 5000),
    Candidate("cp1257", ("baltic",), 5000),
    Candidate("cp1255", ("hebrew",), 6000),
    Candidate("cp1256", ("arabic",), 6000),
    Candidate("cp874", ("thai",), 6000),
    Candidate("cp1258", ("vietnamese",), 7000),
)

_FAMILIES: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "iso8859-8": "cp1255",
    "iso8859-6": "cp1256",
    "iso8859-4": "cp1257",
    "iso8859-13": "cp1257",
}
"""Python's name of a codec → the candidate that stands for it (a superset, or nearly one)."""

BIG5: Final = ("big5", "cp950", "big5hkscs")
"""Three mappings of one codec. Python's ``big5`` is the plain standard of 1984; cp950 is Windows; HKSCS Hong Kong."""


def family(name: str) -> str | None:
    """Name the candidate that a declared charset speaks for; None when nobody knows that name."""
    try:
        python = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _FAMILIES.get(python, python)


@cache
def byte_costs() -> npt.NDArray[np.int64]:
    """Give the costs of every byte under every single-byte candidate; shape (256, len(SINGLE_BYTE))."""
    matrix = np.full((256, len(SINGLE_BYTE)), WOUND, np.int64)
    for column, candidate in enumerate(SINGLE_BYTE):
        table = costs(candidate.models[0])
        text = bytes(range(256)).decode(candidate.codec, "replace")
        known = [byte for byte in range(256) if text[byte] != REPLACEMENT]
        matrix[known, column] = table[[ord(text[byte]) for byte in known]]
    matrix.setflags(write=False)
    return matrix


_WIDTH: Final = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
"""Bytes that one U+FFFD stands for."""


class Cost(NamedTuple):
    """What a piece of bytes costs under a candidate."""

    total: int
    """Milli-nats, handicap included."""
    candidate: Candidate
    wounds: int
    """Bytes of it that the codec could not decode."""


def cost_units(counted: npt.NDArray[np.uint16], model: str) -> int:
    """Sum what the units of a text cost in one language."""
    return int(costs(model)[counted].sum(dtype=np.int64))


def cost_text(text: str, candidate: Candidate, wounds: int = 0) -> Cost:
    """Cost a decoded text under the cheapest of the candidate's languages."""
    counted = units(text)
    total = min(cost_units(counted, model) for model in candidate.models)
    return Cost(total + candidate.handicap, candidate, wounds)


def cost_bytes(piece: bytes, candidate: Candidate, *, cut: bool = False) -> Cost:
    """Cost bytes under a multi-byte candidate, undecodable ones as wounds; linear, and in C.

    With ``cut``, ``piece`` is the beginning of something longer, and an unfinished character at its end is none.
    """
    try:
        if not cut:
            text = str(piece, candidate.codec)
        else:
            decoder = codecs.getincrementaldecoder(candidate.codec)
            text = decoder().decode(piece)
    except UnicodeDecodeError:
        text = decoder("replace").decode(piece) if cut else str(piece, candidate.codec, "replace")
    else:
        cost = cost_text(text, candidate)
        return cost._replace(total=cost.total + cost_seams(text))
    lost = text.count(REPLACEMENT)
    whole, stretches = _LOST.subn("", text)
    if candidate.codec == "utf-8":
        # Here alone a U+FFFD may be what an earlier program left in the bytes: a character like any other.
        kept = piece.count(b"\xef\xbf\xbd")
        lost, stretches = lost - kept, max(stretches - kept, 0)
    lost *= _WIDTH.get(candidate.codec, 1)
    cost = cost_text(whole, candidate, lost)
    total = cost.total + cost_seams(text) + stretches * (WOUND - WOUND_BYTE) + lost * WOUND_BYTE
    return cost._replace(total=total + (UNPROVED if whole.isascii() else 0))


UNPROVED: Final = 20_000
"""Milli-nats for a damaged codec of which not one character beyond ASCII survives: nothing speaks for it."""

SEAM_WIDE: Final = 4_000
"""Milli-nats for a small Latin letter beside any other character: 5G网络 is common, café read as caf茅 is not."""


def cost_seams(text: str) -> int:
    """Cost what a decoded text mixes inside words."""
    return seams_in(units(text))


def seams_in(counted: npt.NDArray[np.uint16]) -> int:
    """Cost the same of a text's units."""
    small = (counted - np.uint16(ord("a"))) < 26
    return SEAM_WIDE * _count_seams(small, counted > 0x7F) if small.any() else 0


def _count_seams(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> int:
    """Count how often what is of one kind stands beside what is of the other."""
    return int(np.count_nonzero(one[:-1] & other[1:]) + np.count_nonzero(other[:-1] & one[1:]))


LATIN: Final = (
    "western",
    "polish",
    "czech",
    "hungarian",
    "romanian",
    "south-slavic",
    "turkish",
    "baltic",
    "vietnamese",
)
ENTER: Final = 1_500
"""Milli-nats for the first high byte of a run in a Latin text, where most letters are ASCII …"""
STAY: Final = 2_000
"""… and for each further one: two letters with accents side by side are rare."""
SEAM: Final = 4_000
"""Milli-nats, in every other script, for a letter beside an ASCII letter: words do not mix scripts."""


_IN_LATIN: Final = np.array([candidate.models[0] in LATIN for candidate in SINGLE_BYTE])
_HANDICAPS: Final = np.array([candidate.handicap for candidate in SINGLE_BYTE], np.int64)


def cost_single_bytes(piece: bytes) -> list[Cost]:
    """Cost bytes under every single-byte candidate at once: a histogram times a matrix, and how letters mix."""
    array = np.frombuffer(piece, np.uint8)
    totals = np.bincount(array, minlength=256) @ byte_costs()
    high = array > 0x7F
    count = int(np.count_nonzero(high))
    runs = count - int(np.count_nonzero(high[1:] & high[:-1]))
    latin = ENTER * runs + STAY * (count - runs)
    other = SEAM * _count_seams(((array | 0x20) - np.uint8(ord("a"))) < 26, high)
    totals += _HANDICAPS + np.where(_IN_LATIN, latin, other)
    return list(map(Cost, totals.tolist(), SINGLE_BYTE, repeat(0)))


def cost_noise(piece: bytes) -> int:
    """Cost bytes as no text at all: evenly spread, or rich in NULs as tables and headers are (milli-nats)."""
    even = 5545 * len(piece)  # ln 256
    nuls = piece.count(0)
    low = len(piece) - len(piece.translate(None, _LOW)) - nuls
    # A quarter NULs, a quarter other controls, half the rest: near what headers of pictures and archives hold.
    headers = 1386 * nuls + 4820 * low + 6100 * (len(piece) - nuls - low)
    return min(even, headers)


_LOW: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a\x1b\x08") + b"\x7f"
"""Bytes that no text encoding but UTF-16 and UTF-32 uses."""
