"""Bytes to characters for every reader of text: the verdict or a person's word, decoding, and what was damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..edition import CERTAIN, Encoding, Finding
from .charsets import codec_called, unknown_encoding
from .decoding import Decoding, Wound, decode
from .encoding import EVIDENCE_VERSION, detect
from .errors import RejectedError
from .hints import Hints

NEIGHBOURS: Final = 4
"""Wounds with at most so many characters between them are one finding: a person looks at the place once."""
MOST_FINDINGS: Final = 200
"""Findings of wounds that are told one by one; the rest of a text so damaged is told by one that counts them."""
SHOWN_BYTES: Final = 16
"""Bytes of a wound that its message shows."""

WRONG_HINT: Final = 50
"""A person's encoding is wrong when more than one byte in so many does not decode. Of a GBK text read as UTF-8
every second byte does not, of a damaged text one in hundreds."""
DECIPHERED_BY: Final = f"evidence {EVIDENCE_VERSION}"
"""What a reader puts into the fingerprint for having read with this."""


def decipher(data: bytes, hints: Hints, *, declared: str | None = None) -> tuple[Decoding, Encoding]:
    """Decode ``data``: as a person says (``hints.encoding``), else by the verdict.

    Args:
        data: the source, whole.
        hints: ``encoding`` is obeyed if the bytes allow it, ``declared`` is one witness.
        declared: what the source says of itself, where a reader knows (``<meta charset>``); gives way to the hint's.

    Raises:
        RejectedError: ``not-text``, ``no-verdict`` or ``encoding-hint-wrong``.
    """
    stated = hints.declared or declared
    if hints.encoding:
        return _as_told(data, hints.encoding, stated)
    verdict = detect(data, declared=stated)
    if verdict.codec is None:
        raise RejectedError(verdict.refusal or "no-verdict", verdict.evidence[0])
    decoding = decode(data, verdict.codec, verdict.text)
    return decoding, Encoding(verdict.codec, verdict.confidence, stated, verdict.evidence)


def _as_told(data: bytes, told: str, stated: str | None) -> tuple[Decoding, Encoding]:
    codec = codec_called(told)
    if codec is None:
        raise RejectedError("encoding-hint-wrong", unknown_encoding(told))
    decoding = decode(data, codec)
    lost = sum(wound.end - wound.start for wound in decoding.wounds)
    if lost * WRONG_HINT > len(data) and detect(data, declared=stated).codec != codec:
        raise RejectedError(
            "encoding-hint-wrong",
            f"{lost} of {len(data)} bytes are not {told}; correct the hint, or leave it out to have the encoding found",
        )
    return decoding, Encoding(codec, CERTAIN, stated, (f"a person says {told}",))


def tell_wounds(data: bytes, wounds: Sequence[Wound], codec: str | None) -> Iterator[Finding]:
    """Tell wounds one by one, neighbours together, and from ``MOST_FINDINGS`` on all the rest in one.

    ``Wound.at`` is taken for the place in the reading; a reader that moved the text moves the wounds first.
    """
    groups: list[list[Wound]] = []
    for wound in wounds:
        if groups and wound.at - groups[-1][-1].at - 1 <= NEIGHBOURS:
            groups[-1].append(wound)
        else:
            groups.append([wound])
    rest = groups[MOST_FINDINGS:]
    for group in groups[:MOST_FINDINGS]:
        start, end = group[0].start, group[-1].end
        shown = data[start : min(end, start + SHOWN_BYTES)].hex(" ") + (
            " …" if end - start > SHOWN_BYTES else ""
        )
        yield Finding(
            group[0].at,
            group[-1].at + 1,
            "undecodable-bytes",
            f"bytes {start}–{end} are damaged {codec}: {shown}",
            CERTAIN,
            {"bytes": [start, end], "wounds": len(group)},
        )
    if rest:
        start, end = rest[0][0].start, rest[-1][-1].end
        count = sum(len(group) for group in rest)
        yield Finding(
            rest[0][0].at,
            rest[-1][-1].at + 1,
            "undecodable-bytes",
            f"{count} more places between bytes {start} and {end} are damaged {codec}",
            CERTAIN,
            {"bytes": [start, end], "wounds": count},
        )
