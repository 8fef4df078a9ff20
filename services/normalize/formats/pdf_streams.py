"""Streams of a PDF that swell beyond measure: refused before pdfium opens the file, by a look that costs little.

What this look misses (a stream that says it is a picture, filters other than Flate) is bounded by the child process.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from ..errors import RejectedError

_TWICE: Final = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl(?:ateDecode)?\b")
"""Two kilobytes compressed twice become 320 MB of operators, and pdfium takes sixteen times that for them."""
_BEGIN: Final = re.compile(rb"(?<!end)stream\r?\n")
LEAST: Final = 4096
"""Bytes of a stream below which it is not looked at: Flate swells to 1,032 times at most, 4 MB."""
SAMPLE: Final = 1024
"""Bytes out of a stream's middle that are compressed again."""
REPEATED: Final = 500
"""Per mille of its size to which a sample must not shrink: what was compressed well does not shrink again (910 and
more in real files); a run of one operator, swollen a hundred times and more, is itself a repetition (50 and less)."""
MAX_SWOLLEN: Final = 64 << 20
"""Bytes that all such streams of a file may become: pdfium takes sixteen times that for operators."""
_DICTIONARY: Final = 2048
"""Bytes before a stream in which its dictionary stands."""


def refuse_swelling(data: bytes) -> None:
    """Refuse a PDF whose streams become more than is read; pictures may, pdfium does not unpack them for their text.

    Raises:
        RejectedError: ``hostile``.
    """
    if _TWICE.search(data):
        raise RejectedError(
            "hostile",
            "a stream of this PDF is compressed twice, which no program does; print it to a new PDF",
        )
    left = MAX_SWOLLEN
    at = 0
    while found := _BEGIN.search(data, at):
        start = found.end()
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        at = end + len(b"endstream")
        if end - start >= LEAST and _repeats(data, start, end) and not _is_picture(data, found.start()):
            left -= _swollen(memoryview(data)[start:end], left)
            if left <= 0:
                raise RejectedError(
                    "hostile",
                    f"streams of this PDF become more than {MAX_SWOLLEN >> 20} MB when they are unpacked; "
                    "print it to a new PDF",
                )


def _repeats(data: bytes, start: int, end: int) -> bool:
    middle = (start + end) // 2
    sample = data[middle - SAMPLE // 2 : middle + SAMPLE // 2]
    return len(zlib.compress(sample, 1)) * 1000 < REPEATED * len(sample)


def _is_picture(data: bytes, at: int) -> bool:
    dictionary = data[max(at - _DICTIONARY, 0) : at]
    return b"/Image" in dictionary[dictionary.rfind(b" obj") + 1 :]


def _swollen(stream: memoryview, most: int) -> int:
    """Tell how large a stream becomes, up to ``most``; 0 for what is not Flate."""
    unpacking = zlib.decompressobj()
    total = 0
    waiting: bytes | memoryview = stream
    try:
        while total < most and waiting and not unpacking.eof:
            total += len(unpacking.decompress(waiting, 1 << 20))
            waiting = unpacking.unconsumed_tail
    except zlib.error:
        return total
    return total
