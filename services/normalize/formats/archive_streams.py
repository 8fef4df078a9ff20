"""One file, compressed: gzip, bzip2 and xz, unpacked piece by piece until it ends or a bound is met."""

from __future__ import annotations

import bz2
import lzma
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


MAX_STREAMS: Final = 1_000
"""Compressed streams that follow one another in a file, as parallel compressors write them, a megabyte each."""


def _inflate(data: bytes, count: Count) -> bytes:
    pieces: list[bytes] = []
    for _ in range(MAX_STREAMS):
        stream = zlib.decompressobj(wbits=31)
        feed = data
        while True:
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
            feed = stream.unconsumed_tail
            if stream.eof:
                break
            if not feed and not piece:
                raise EOFError
        data = stream.unused_data
        if not data.startswith(b"\x1f\x8b"):
            return b"".join(pieces)
    raise damaged("it has too many streams")


def _unpack(
    data: bytes, count: Count, make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> bytes:
    pieces: list[bytes] = []
    for _ in range(MAX_STREAMS):
        stream = make()
        feed = data
        while True:
            piece = stream.decompress(feed, PIECE)
            count.take(len(piece))
            pieces.append(piece)
            feed = b""
            if stream.eof:
                break
            if stream.needs_input:
                raise EOFError
        data = stream.unused_data.lstrip(b"\x00")
        if not data.startswith((b"BZh", b"\xfd7zXZ")):
            return b"".join(pieces)
    raise damaged("it has too many streams")
