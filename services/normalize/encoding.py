"""The verdict: which codec do these bytes have, and how do we know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import chardet

EVIDENCE_VERSION: Final = f"1+chardet {chardet.__version__}"


@dataclass(frozen=True, slots=True)
class Rival:
    """A codec that was considered and lost."""

    codec: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A codec that Python knows and that decodes the bytes (None: refused), with its evidence in words."""

    codec: str | None
    confidence: int
    evidence: tuple[str, ...]
    rivals: tuple[Rival, ...] = ()


def detect(data: bytes, *, declared: str | None = None) -> Verdict:
    """Give the verdict on ``data``; ``declared`` is one witness among others."""
    for codec in ("utf-8-sig", "utf-8", declared or "utf-8", chardet.detect(data)["encoding"] or "utf-8"):
        try:
            data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
        if codec == "utf-8-sig" and not data.startswith(b"\xef\xbb\xbf"):
            continue
        return Verdict(codec, 1000, (f"the bytes decode strictly as {codec}",))
    return Verdict(None, 0, ("no encoding fits these bytes",))
