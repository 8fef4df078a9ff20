"""Plain text: the encoding verdict, then decoding around damage."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import Final

from ...edition import CERTAIN, Encoding, Finding
from ..decoding import Decoding, Wound, decode
from ..encoding import EVIDENCE_VERSION, detect
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading

READER: Final = ("text", "2")

MAX_TEXT_BYTES: Final = 64 << 20
"""Largest plain text that is read: a thousand yearly reports in one file. Normalizing takes up to some twenty times
as many bytes of memory (text, passes, apparatus), so a gigabyte and a half bounds a worker."""

NEIGHBOURS: Final = 4
"""Wounds with at most so many characters between them are one finding: a person looks at the place once."""
MOST_FINDINGS: Final = 200
"""Findings of wounds that are told one by one; the rest of a text so damaged is told by one that counts them."""
SHOWN_BYTES: Final = 16
"""Bytes of a wound that its message shows."""

WRONG_HINT: Final = 50
"""A person's encoding is wrong when more than one byte in so many does not decode. Of a GBK text read as UTF-8
every second byte does not, of a damaged text one in hundreds."""
NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
)
"""Codecs that Python counts among the text encodings, and that no file is in."""
SUPERSETS: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ascii": "utf-8",
}
"""What people name → what their files are in (as browsers do it: WHATWG Encoding Standard, labels)."""


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
    decoding, encoding = _as_told(data, hints) if hints.encoding else _as_found(data, hints)
    reader = (*READER, f"evidence {EVIDENCE_VERSION}")
    findings = tuple(_tell(data, decoding.wounds, encoding.codec))
    return Reading(decoding.text, decoding.places, "text/plain", encoding, reader, (), findings)


def _as_found(data: bytes, hints: Hints) -> tuple[Decoding, Encoding]:
    verdict = detect(data, declared=hints.declared)
    if verdict.codec is None:
        raise RejectedError(verdict.refusal or "no-verdict", verdict.evidence[0])
    encoding = Encoding(verdict.codec, verdict.confidence, hints.declared, verdict.evidence)
    return decode(data, verdict.codec), encoding


def _as_told(data: bytes, hints: Hints) -> tuple[Decoding, Encoding]:
    """Obey a person's encoding, unless the bytes plainly contradict it."""
    told = hints.encoding or ""
    try:
        name = codecs.lookup(told).name
        codec = SUPERSETS.get(name, name)
        if codec in NO_CHARSETS:
            raise LookupError(told)
        decoding = decode(data, codec)
    except (LookupError, ValueError):
        raise RejectedError(
            "encoding-hint-wrong",
            f"no character encoding is called {told!r}; correct the hint or leave it out",
        ) from None
    lost = sum(wound.end - wound.start for wound in decoding.wounds)
    if lost * WRONG_HINT > len(data) and lost > SHOWN_BYTES // 4:
        raise RejectedError(
            "encoding-hint-wrong",
            f"{lost} of {len(data)} bytes are not {told}; correct the hint, or leave it out to have the encoding found",
        )
    return decoding, Encoding(codec, CERTAIN, hints.declared, (f"a person says {told}",))


def _tell(data: bytes, wounds: Sequence[Wound], codec: str | None) -> Iterator[Finding]:
    """Tell wounds one by one, neighbours together, and from ``MOST_FINDINGS`` on all the rest in one."""
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
