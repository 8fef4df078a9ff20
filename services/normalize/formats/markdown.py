"""Markdown: the plain text reader, and the word that the stages may take its markup for markup.

Which marks are markup is decided by ``stages/markdown.py``, on decoded text and with edits that stand in the apparatus
like every other change; here only the verdict falls that a source *is* Markdown (``sniffing.is_markdown``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..hints import Hints
from ..reading import Reading
from . import plain

READER: Final = ("markdown", "1")
MEDIA_TYPE: Final = "text/markdown"


def read(data: bytes, hints: Hints) -> Reading:
    """Read a Markdown file as the text that it is.

    Raises:
        RejectedError: as the plain text reader does.
    """
    reading = plain.read(data, hints)
    return replace(reading, media_type=MEDIA_TYPE, reader=(*READER, *reading.reader))
