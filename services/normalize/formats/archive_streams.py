"""One file, compressed: gzip, bzip2 and xz, unpacked piece by piece until it ends or a bound is met."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable
from typing import Final

from ..errors import RejectedError
from .archive_bounds import PIECE, Count, damaged
from .archive_names import gzip_name


def decompress(data: bytes, count: Count) -> tuple[str, bytes]:
    """Unpack gzip, bzip2 or xz; give the name that gzip keeps, too."""
    try:
        if data.startswith(b"\x1f\x8b"):
            return gzip_name(data), _inflate(data, count)
        make = bz2.BZ2Decompressor if data.startswith(b"BZh") else _xz
        return "", _unpack(data, count, make)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        if isinstance(error, lzma.LZMAError) and "emory" in str(error):
            raise RejectedError(
                "archive-bomb",
                f"unpacking takes more than {MAX_DICTIONARY >> 20} MiB of memory; pack it as .zip",
            ) from error
        raise damaged("its stream breaks off") from error


MAX_DICTIONARY: Final = 200 << 20
"""Bytes that unpacking an xz file may take; `xz -9` takes 65 MB."""


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=MAX_DICTIONARY)


_NEXT: Final = re.compile(rb"\x00*+(BZh|\xfd7zXZ)")
"""Another stream, behind the zeros that xz may put between two."""

FED: Final = 1 << 16
"""Bytes given to a stream at a time."""

MAX_STREAMS: Final = 1_000
"""Compressed streams that follow one another in a file, as parallel compressors write them, a megabyte each."""


def _inflate(data: bytes, count: Count) -> bytes:
    pieces: list[bytes] = []
    whole, at = memoryview(data), 0
    for _ in range(MAX_STREAMS):
        stream = zlib.decompressobj(wbits=31)
        feed: bytes | memoryview = b""
        while not stream.eof:
            # A stream keeps a copy of what it leaves: fed with all of the rest, a thousand of them took 43 s.
            if not feed:
                feed = whole[at : at + FED]
                at += len(feed)
                if not feed:
                    raise EOFError
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
            feed = stream.unconsumed_tail
        at -= len(stream.unused_data)
        if not data.startswith(b"\x1f\x8b", at):
            return b"".join(pieces)
    raise damaged("it has too many streams")


def _unpack(
    data: bytes, count: Count, make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for _ in range(MAX_STREAMS):
        stream = make()
        while not stream.eof:
            feed = data[at : at + FED] if stream.needs_input else b""
            at += len(feed)
            if stream.needs_input and not feed:
                raise EOFError
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
        at -= len(stream.unused_data)
        behind = _NEXT.match(data, at)
        if behind is None:
            return b"".join(pieces)
        at = behind.start(1)
    raise damaged("it has too many streams")
