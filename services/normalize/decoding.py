"""Bytes to text around their damage, and the way back from a character to its bytes.

The way back keeps no table of characters. Between two wounds a codec is a plain function, so the place of a
character is the length of what stands before it, encoded again; checkpoints every ``STRIDE`` characters, made when
the first question comes, keep that short. Where encoding again does not give the same bytes (Big5 has characters
with two codes, HZ has shift sequences), checkpoints come from an incremental decoder instead.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..edition import Place

STRIDE: Final = 1024
"""Characters between two checkpoints: 2 microseconds of encoding in UTF-8, 15 in GB18030."""

REPLACEMENT: Final = "\ufffd"

class Wound(NamedTuple):
    """Bytes that the codec cannot decode; one U+FFFD stands for them at ``at`` in the text."""

    start: int
    end: int
    at: int


class Decoding(NamedTuple):
    """Text, the wounds in it, and the way back to the bytes."""

    text: str
    wounds: tuple[Wound, ...]
    places: BytePlaces


def bare_codec(codec: str, data: bytes) -> tuple[str, int]:
    """Name the codec of the bytes after their byte order mark, and tell that mark's length."""
    name = codecs.lookup(codec).name
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
    return name, 0


def decode(data: bytes, codec: str) -> Decoding:
    """Decode ``data`` around its damage: each undecodable stretch becomes one U+FFFD and a wound.

    Raises:
        LookupError: Python knows no such codec.
    """
    bare, offset = bare_codec(codec, data)
    body = memoryview(data)[offset:] if offset else data
    try:
        text = str(body, bare)
        wounds: tuple[Wound, ...] = ()
    except UnicodeDecodeError:
        text, wounds = _decode_damaged(bytes(body), bare, offset)
    return Decoding(text, wounds, BytePlaces(data, text, bare, offset, wounds))


def _decode_damaged(body: bytes, codec: str, offset: int) -> tuple[str, tuple[Wound, ...]]:
    pieces: list[str] = []
    wounds: list[Wound] = []
    at = 0  # in the text
    start = 0  # in the body
    length = len(body)
    while start < length:
        try:
            piece = str(memoryview(body)[start:], codec)
        except UnicodeDecodeError as error:
            piece = str(memoryview(body)[start : start + error.start], codec)
            low, high = start + error.start, start + max(error.end, error.start + 1)
            at += len(piece)
            pieces.append(piece)
            if wounds and wounds[-1].end == low + offset and not piece:
                wounds[-1] = wounds[-1]._replace(end=high + offset)
            else:
                pieces.append(REPLACEMENT)
                wounds.append(Wound(low + offset, high + offset, at))
                at += 1
            start = high
        else:
            pieces.append(piece)
            break
    return "".join(pieces), tuple(wounds)


class BytePlaces:
    """The way from a decoded text back to byte ranges of its source."""

    __slots__ = ("_codec", "_data", "_offset", "_runs", "_text", "_wounds")

    def __init__(self, data: bytes, text: str, codec: str, offset: int, wounds: Sequence[Wound]) -> None:
        self._data = data
        self._text = text
        self._codec = codec
        self._offset = offset
        self._wounds = wounds
        self._runs: list[_Run] | None = None

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Give the one byte range behind ``text[start:end]``."""
        low = self.byte_at(start)
        high = low if start == end else self.byte_end(end)
        return (Place(bytes=(low, high)),)

    def byte_at(self, index: int) -> int:
        """Tell at which byte the character ``index`` begins."""
        runs = self._runs or self._make_runs()
        number = bisect_right(runs, index, key=_run_start) - 1
        return runs[number].byte_at(index)

    def byte_end(self, index: int) -> int:
        """Tell at which byte the character before ``index`` ends."""
        runs = self._runs or self._make_runs()
        number = bisect_right(runs, index - 1, key=_run_start) - 1
        return runs[number].byte_at(index)

    def _make_runs(self) -> list[_Run]:
        runs: list[_Run] = []
        at, byte = 0, self._offset
        for wound in self._wounds:
            if wound.at > at or not runs:
                runs.append(_Run(self._data, self._text, self._codec, at, wound.at, byte, wound.start))
            runs.append(_Run(self._data, self._text, "", wound.at, wound.at + 1, wound.start, wound.end))
            at, byte = wound.at + 1, wound.end
        if at < len(self._text) or not runs:
            runs.append(_Run(self._data, self._text, self._codec, at, len(self._text), byte, len(self._data)))
        self._runs = runs
        return runs


def _run_start(run: _Run) -> int:
    return run.start


class _Run:
    """A stretch of text between two wounds; a wound itself is a run without a codec."""

    __slots__ = ("_bytes_at", "_chars_at", "_codec", "_data", "_text", "byte", "byte_end", "end", "start")

    def __init__(self, data: bytes, text: str, codec: str, start: int, end: int, byte: int, byte_end: int) -> None:
        self._data = data
        self._text = text
        self._codec = codec
        self.start = start
        self.end = end
        self.byte = byte
        self.byte_end = byte_end
        self._chars_at: list[int] | None = None
        self._bytes_at: list[int] = []

    def byte_at(self, index: int) -> int:
        if index <= self.start:
            return self.byte
        if index >= self.end:
            return self.byte_end
        chars_at = self._chars_at if self._chars_at is not None else self._checkpoint()
        number = bisect_right(chars_at, index) - 1
        char, byte = chars_at[number], self._bytes_at[number]
        if char == index:
            return byte
        encoded = self._encoded(char, index)
        if encoded is not None and self._data.startswith(encoded, byte):
            return byte + len(encoded)
        return self._step(number, index)

    def _encoded(self, start: int, end: int) -> bytes | None:
        if self._codec == "hz":
            return None  # its shift sequences depend on what stands before
        try:
            return self._text[start:end].encode(self._codec)
        except UnicodeEncodeError:
            return None

    def _checkpoint(self) -> list[int]:
        chars, positions = [self.start], [self.byte]
        byte = self.byte
        for char in range(self.start, self.end, STRIDE):
            encoded = self._encoded(char, min(char + STRIDE, self.end))
            if encoded is None or not self._data.startswith(encoded, byte):
                chars, positions = self._checkpoint_by_decoder()
                break
            byte += len(encoded)
            chars.append(min(char + STRIDE, self.end))
            positions.append(byte)
        self._chars_at, self._bytes_at = chars, positions
        return chars

    def _checkpoint_by_decoder(self) -> tuple[list[int], list[int]]:
        decoder = codecs.getincrementaldecoder(self._codec)()
        chars, positions = [self.start], [self.byte]
        char, byte = self.start, self.byte
        while byte < self.byte_end:
            high = min(byte + STRIDE, self.byte_end)
            char += len(decoder.decode(self._data[byte:high]))
            byte = high
            while byte < self.byte_end and not _at_rest(decoder):
                char += len(decoder.decode(self._data[byte : byte + 1]))
                byte += 1
            if char > chars[-1]:
                chars.append(char)
                positions.append(byte)
        return chars, positions

    def _step(self, number: int, index: int) -> int:
        assert self._chars_at is not None
        decoder = codecs.getincrementaldecoder(self._codec)()
        char, byte = self._chars_at[number], self._bytes_at[number]
        while char < index and byte < self.byte_end:
            char += len(decoder.decode(self._data[byte : byte + 1]))
            byte += 1
        # Shift sequences before the next character belong to neither: they go with the one that follows.
        return byte


def _at_rest(decoder: codecs.IncrementalDecoder) -> bool:
    """Tell whether a fresh decoder could go on from here: nothing pending, no shift state."""
    pending, flag = decoder.getstate()
    return not pending and flag == _RESTING.setdefault(type(decoder), type(decoder)().getstate()[1])


_RESTING: Final[dict[type, int]] = {}
