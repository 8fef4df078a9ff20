"""Plain text: the encoding verdict, then decoding around damage."""

from __future__ import annotations

from typing import Final

from ..decipher import DECIPHERED_BY, decipher, tell_wounds
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading

READER: Final = ("text", "2")

MAX_TEXT_BYTES: Final = 16 << 20
"""Largest plain text that is read: some three hundred yearly reports in one file. Normalizing the worst text that was
tried (Han at random, 30 MB) took 50 times its bytes of memory and 3 seconds a megabyte, so a gigabyte and a minute
bound a worker."""


def read(data: bytes, hints: Hints) -> Reading:
    """Decode a plain text; each wound becomes one U+FFFD, and a finding ``undecodable-bytes``.

    Raises:
        RejectedError: ``empty``, ``too-large``, ``not-text``, ``no-verdict`` or ``encoding-hint-wrong``.
    """
    if not data:
        raise RejectedError("empty", "the upload has no bytes; send the file again")
    if len(data) > MAX_TEXT_BYTES:
        raise RejectedError(
            "too-large",
            f"the text has {len(data)} bytes, at most {MAX_TEXT_BYTES} are read; divide it into its reports",
        )
    decoding, encoding = decipher(data, hints)
    findings = tuple(tell_wounds(data, decoding.wounds, encoding.codec)) if decoding.wounds else ()
    return Reading(
        decoding.text, decoding.places, "text/plain", encoding, (*READER, DECIPHERED_BY), (), findings
    )
