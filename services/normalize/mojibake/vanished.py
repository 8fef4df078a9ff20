"""UTF-8 read as Windows-1252 of which bytes vanished: the five that have no letter there, and the soft hyphen.

Stored copies of public notices hold ``æ„è§`` for 意见 (E6848F E8A781: 8F and 81 are gone) and ``å°å‘`` for 印发, among
characters that a later tool had set right. A first byte says how many bytes its character has, so that a place where
some are missing is known; which ones, of what is left the language says. Every such character is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np

from ..language.model import I64, Model
from .chains import BYTE_OF_SIGN, Step
from .lossy import Filler, Guess, Path
from .undo import FLUENT, FLUENT_BESIDE, GAIN, Undone, cost_of

GONE: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD)
"""Bytes that Windows-1252 has no letter for, the blank that does not break, and the soft hyphen."""

_SIGN_OF_BYTE: Final = {byte: chr(code) for code, byte in BYTE_OF_SIGN.items()} | {
    byte: chr(byte) for byte in range(0xA0, 0xC0)
}
_FOLLOWING: Final = "[" + re.escape("".join(_SIGN_OF_BYTE[byte] for byte in sorted(_SIGN_OF_BYTE))) + "]"
_TORN: Final = re.compile(f"[ãäåæçèéï]{_FOLLOWING}{{0,2}}|â{_FOLLOWING}{{1,2}}|Â{_FOLLOWING}")

_MARKS: Final = "、。，；：！？（）《》【】“”‘’—…"

WHOLE: Final = 3
"""Bytes of a Chinese character in UTF-8."""

LEAST: Final = 6
"""Such places that a text has, with at least one byte left behind the first: fewer are a foreign word's."""

BESIDE_GAIN: Final = 5_000
"""Milli-nats that a line must win where another has proved how the text was read."""

STEP: Final = Step("windows-1252", "utf-8")


@lru_cache(maxsize=4096)
def _readings(torn: str) -> I64:
    """The characters that what is left of one may have been; none: it is no such thing."""
    left = [BYTE_OF_SIGN.get(ord(char), ord(char)) for char in torn]
    missing = (2 if torn[0] == "Â" else WHOLE) - len(left)
    found = set[int]()
    for gone in product(GONE, repeat=missing):
        for rest in {tuple(left[1:]) + gone, gone + tuple(left[1:])}:
            char = bytes((left[0], *rest)).decode(errors="ignore")
            if len(char) == 1 and (not missing or "\u3400" <= char < "\ua000" or char in _MARKS):
                found.add(ord(char))
    return np.array(sorted(found), np.int64)


def undone_vanished(text: str, filler: Filler, model: Model) -> Iterator[Undone]:
    """Undo the lines that become fluent by it; a line that others bear out needs to win less."""
    if sum(len(found.group()) > 1 for found in _TORN.finditer(text)) < LEAST:
        return
    read = [
        one for line in re.finditer("[^\r\n]+", text) if (one := _read(text, *line.span(), filler, model))
    ]
    proved = any(gain >= GAIN for _, gain, _ in read)
    for undone, gain, each in read:
        if proved and gain >= BESIDE_GAIN and each <= (FLUENT if gain >= GAIN else FLUENT_BESIDE):
            yield undone


def _read(text: str, start: int, end: int, filler: Filler, model: Model) -> tuple[Undone, int, int] | None:
    """Read one line: what it was from its first such place to its last, what that wins, what a character costs."""
    places = [found for found in _TORN.finditer(text, start, end) if len(_readings(found.group()))]
    if not places:
        return None
    first, last = places[0].start(), places[-1].end()
    done: list[int] = []
    guesses: list[Guess] = []
    guessed: list[int] = []
    pieces: list[tuple[int, int]] = []
    paths = [Path(filler.history(text[max(start, first - 8) : first]), 0, ())]
    at = first
    by_start = {found.start(): found.group() for found in places}
    while at < last:
        torn = by_start.get(at, "")
        options = _readings(torn) if torn else np.array([ord(text[at])])
        if len(options) > 1 or (torn and torn[0] != "Â" and len(torn) < WHOLE):
            guessed.append(len(done) + len(paths[0].chars))
        paths = filler.weighed(paths, options)
        pieces.append((len(torn) or 1, 1))
        at += len(torn) or 1
        if len({path.key for path in paths}) == 1:
            filler.agree(paths, done, guessed, guesses)
            paths = [Path(paths[0].key, 0, ())]
    filler.agree(paths, done, guessed, guesses)
    new = "".join(map(chr, done))
    stays = cost_of(text[start:end], model)[0]
    cost, count = cost_of(text[start:first] + new + text[last:end], model)
    return (
        Undone(first, last, new, tuple(pieces), (STEP,), tuple(guesses)),
        stays - cost,
        cost // max(count, 1),
    )
