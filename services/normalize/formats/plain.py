"""Plain text: the encoding verdict, then decoding around damage."""

from __future__ import annotations

from typing import Final

from ...edition import Encoding, Finding
from ..decoding import decode
from ..encoding import EVIDENCE_VERSION, detect
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading

READER: Final = ("text", "1")


def read(data: bytes, hints: Hints) -> Reading:
    """Decode a plain text; each wound becomes one U+FFFD and a finding ``undecodable-bytes``.

    Raises:
        RejectedError: ``empty``, or ``no-verdict`` when no encoding can be defended.
    """
    if not data:
        raise RejectedError("empty", "the upload has no bytes; send the file again")
    verdict = detect(data, declared=hints.encoding or hints.declared)
    if verdict.codec is None:
        raise RejectedError("no-verdict", verdict.evidence[-1] if verdict.evidence else "no encoding fits these bytes")
    decoding = decode(data, verdict.codec)
    findings = tuple(
        Finding(
            wound.at,
            wound.at + 1,
            "undecodable-bytes",
            f"bytes {wound.start}–{wound.end} are not {verdict.codec}: {data[wound.start : wound.end].hex(' ')}",
            1000,
        )
        for wound in decoding.wounds
    )
    encoding = Encoding(verdict.codec, verdict.confidence, hints.declared, verdict.evidence)
    reader = (*READER, f"evidence {EVIDENCE_VERSION}")
    return Reading(decoding.text, decoding.places, "text/plain", encoding, reader, (), findings)
