"""The way from a decoded text back to the bytes of its source.

It keeps no table of characters. Between two wounds a codec is a plain function, so the place of a character is the
length of what stands before it, encoded again; checkpoints every ``STRIDE`` characters, made when the first question
comes, keep that short. Where encoding again does not give the same bytes (Big5 and Shift_JIS have characters with
two codes), an incremental decoder steps through that stretch instead.
"""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..edition import Place
from .encoding.candidates import ESCAPE

STRIDE: Final = 1024
"""Characters between two checkpoints: 2 microseconds of encoding in UTF-8, 15 in GB18030."""

STATEFUL: Final = frozenset(
    {"hz", "iso2022_kr", *(f"iso2022_jp{kind}" for kind in ("", "_1", "_2", "_2004", "_3", "_ext"))}
)
"""Codecs whose shift sequences give the same bytes different meanings."""


class Wound(NamedTuple):
    """Bytes ``start:end`` of the source that belong to no character; one U+FFFD stands for them at ``at``."""

    start: int
    end: int
    at: int


class BytePlaces:
    """Byte ranges behind spans of a decoded text; built at the first question, in time linear in the text."""

    __slots__ = ("_codec", "_data", "_ends", "_marks", "_offset", "_runs", "_starts", "_text", "_wounds")

    def __init__(self, data: bytes, text: str, codec: str, offset: int, wounds: Sequence[Wound]) -> None:
        """Remember what the text was decoded from.

        Args:
            data: the source, whole.
            text: what was decoded.
            codec: Python's name of the codec, without byte order mark (``utf-16-le``, never ``utf-16``).
            offset: bytes of the byte order mark.
            wounds: where the codec did not decode, in order.
        """
        self._data = data
        self._text = text
        self._codec = codec
        self._offset = offset
        self._wounds = wounds
        self._runs: list[_Run] | None = None
        self._starts: Sequence[int] = ()
        self._ends: Sequence[int] | None = None
        self._marks: dict[int, tuple[list[int], list[int]]] = {}

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Give the one byte range behind ``text[start:end]``; an empty span is the place between two characters."""
        low = self.byte_at(start)
        return (Place(bytes=(low, low if start == end else self.byte_end(end))),)

    def byte_at(self, index: int) -> int:
        """Tell at which byte the character ``index`` begins; at the text's end, where the source ends."""
        return self._find(index, index, last=False)

    def byte_end(self, index: int) -> int:
        """Tell at which byte the character before ``index`` ends."""
        return self._find(index - 1, index, last=True)

    def _find(self, char: int, index: int, *, last: bool) -> int:
        if self._runs is None:
            self._runs = self._lay_runs()
        if self._ends is not None:
            return self._in_table(index, last=last)
        number = max(bisect_right(self._starts, char) - 1, 0)
        run = self._runs[number]
        if index <= run.start:
            return run.byte
        if index >= run.end:
            # A character may be followed by bytes that stand for none, but within a run there are no such.
            return run.byte_end
        return self._in_run(number, run, index, last=last)

    def _lay_runs(self) -> list[_Run]:
        if self._codec in STATEFUL:
            steps = step_through(self._data, self._offset, self._codec)
            self._starts, self._ends = steps.starts, steps.ends
            return []
        runs: list[_Run] = []
        at, byte = 0, self._offset
        for wound in self._wounds:
            if wound.at > at:
                runs.append(_Run(at, wound.at, byte, wound.start))
            runs.append(_Run(wound.at, wound.at + 1, wound.start, wound.end))
            at, byte = wound.at + 1, wound.end
        if at < len(self._text) or not runs:
            runs.append(_Run(at, len(self._text), byte, len(self._data)))
        self._starts = [run.start for run in runs]
        return runs

    def _in_table(self, index: int, *, last: bool) -> int:
        assert self._ends is not None
        if last:
            return self._ends[index - 1] if index else self._offset
        return self._starts[index] if index < len(self._starts) else len(self._data)

    def _in_run(self, number: int, run: _Run, index: int, *, last: bool) -> int:
        marks = self._marks.get(number)
        if marks is None:
            marks = self._marks[number] = self._checkpoint(run)
        chars, positions = marks
        nearest = bisect_right(chars, index) - 1
        char, byte = chars[nearest], positions[nearest]
        encoded = self._encoded(char, index)
        if encoded is not None and self._data.startswith(encoded, byte):
            return byte + len(encoded)
        return self._step(char, byte, run.byte_end, index, last=last)

    def _encoded(self, start: int, end: int) -> bytes | None:
        try:
            return self._text[start:end].encode(self._codec)
        except UnicodeEncodeError:
            return None

    def _checkpoint(self, run: _Run) -> tuple[list[int], list[int]]:
        chars, positions = [run.start], [run.byte]
        char, byte = run.start, run.byte
        while char + STRIDE < run.end:
            encoded = self._encoded(char, char + STRIDE)
            if encoded is not None and self._data.startswith(encoded, byte):
                char, byte = char + STRIDE, byte + len(encoded)
            else:
                char, byte = self._stride(char, byte, run.byte_end)
            chars.append(char)
            positions.append(byte)
        return chars, positions

    def _stride(self, char: int, byte: int, end: int) -> tuple[int, int]:
        """Go on for ``STRIDE`` characters, or one more where a code stands for two (HKSCS: Ê with an accent)."""
        decoder = codecs.getincrementaldecoder(self._codec)()
        target = char + STRIDE
        while char < target and byte < end:
            char += len(decoder.decode(self._data[byte : byte + 1]))
            byte += 1
        return char, byte

    def _step(self, char: int, byte: int, end: int, index: int, *, last: bool) -> int:
        decoder = codecs.getincrementaldecoder(self._codec)()
        began = byte
        while byte < end:
            if char >= index and began == byte:
                return byte
            new = len(decoder.decode(self._data[byte : byte + 1]))
            byte += 1
            if new:
                if char + new > index and not last:
                    return began  # the code that stands for this character and the one before
                char += new
                began = byte
                if char >= index and last:
                    return byte
        return byte


class _Run(NamedTuple):
    """Characters ``start:end`` that are the bytes ``byte:byte_end``, without a wound, or one wound."""

    start: int
    end: int
    byte: int
    byte_end: int


class Steps(NamedTuple):
    """What a stateful codec makes of bytes, character by character."""

    text: str
    """With one U+FFFD for each wound."""
    starts: Sequence[int]
    ends: Sequence[int]
    wounds: tuple[Wound, ...]


def step_through(data: bytes, offset: int, codec: str) -> Steps:
    """Decode byte by byte and note where every character begins and ends.

    That is slow (a second for 5 MB) and takes 16 bytes a character, which the small files in such codecs allow; for
    damaged ones no other way is exact. A shift sequence goes with the character after it, or with none at the end.
    """
    starts, ends = array("L"), array("L")
    out: list[str] = []
    hurt: list[int] = []
    decoder = codecs.getincrementaldecoder(codec)(ESCAPE)
    began, length = offset, len(data)
    for at in range(offset, length):
        try:
            new = decoder.decode(data[at : at + 1], at + 1 == length)
            behind = at + 1 - len(decoder.getstate()[0])
        except UnicodeError:  # an escape sequence without an end overflows the decoder's buffer
            decoder.reset()
            new, behind = "".join(chr(0xDC00 + byte) for byte in data[began : at + 1]), at + 1
        if not new:
            continue
        tail = len(new) - len(new.rstrip(_ESCAPES))
        head = len(new) - tail - len(new[: len(new) - tail].lstrip(_ESCAPES))
        for number, char in enumerate(new):
            if "\udc00" <= char <= "\udcff":
                start = began + number if number < head else behind - len(new) + number
                end = start + 1
                if hurt and hurt[-1] == len(out) - 1 and ends[-1] == start:
                    ends[-1] = end
                    continue
                hurt.append(len(out))
                out.append("\ufffd")
            else:
                start, end = began + head, behind - tail
                out.append(char)
            starts.append(start)
            ends.append(end)
        began = behind
    wounds = tuple(Wound(starts[at], ends[at], at) for at in hurt)
    return Steps("".join(out), starts, ends, wounds)


_ESCAPES: Final = "".join(chr(0xDC00 + byte) for byte in range(256))
