"""Jiaokan and what else one would use, behind one signature: bytes in, text out, None for a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from jiaokan.normalize import RejectedError, detect, normalize
from jiaokan.normalize.decoding import decode

Read = Callable[[bytes], str | None]


class Tool(NamedTuple):
    """A tool that makes text of bytes."""

    name: str
    read: Read


@cache
def _opencc(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


def jiaokan(data: bytes) -> str | None:
    """Normalize, whole: text, outline, metadata, apparatus."""
    try:
        return normalize(data).text
    except RejectedError:
        return None


def by_verdict(data: bytes) -> str | None:
    """Decode by Jiaokan's verdict alone, around the damage that it sees."""
    verdict = detect(data)
    return None if verdict.codec is None else decode(data, verdict.codec, verdict.text).text


def by_chardet(data: bytes) -> str | None:
    """Decode by chardet's answer."""
    import chardet

    codec = chardet.detect(data)["encoding"]
    return _decoded(data, codec)


def by_charset_normalizer(data: bytes) -> str | None:
    """Decode by charset-normalizer's best answer."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return None if best is None else str(best)


def by_uchardet(data: bytes) -> str | None:
    """Decode by the answer of uchardet, in the wheel faust-cchardet."""
    import cchardet

    return _decoded(data, cchardet.detect(data)["encoding"])


def _decoded(data: bytes, codec: str | None) -> str | None:
    if codec is None:
        return None
    try:
        return data.decode(codec, "replace")
    except LookupError:
        return None


def by_ftfy(data: bytes) -> str | None:
    """Take the bytes for UTF-8 and let ftfy fix the text, with its defaults."""
    import ftfy

    return str(ftfy.fix_text(data.decode("utf-8", "replace")))


def by_opencc(data: bytes) -> str | None:
    """Take the bytes for UTF-8 and convert Traditional to Simplified."""
    return str(_opencc("t2s").convert(data.decode("utf-8", "replace")))


_RESIDUE = re.compile(r"\*\*|[ \t\u3000\u00a0]+(?=[\u4e00-\u9fff])|\r(?=\n)|\n(?=\n)")


def by_script(data: bytes) -> str | None:
    """Do what a user would write: chardet, ftfy.fix_text, OpenCC t2s, one regular expression."""
    import chardet
    import ftfy

    codec = chardet.detect(data)["encoding"] or "utf-8"
    text = str(ftfy.fix_text(data.decode(codec, "replace")))
    return _RESIDUE.sub("", str(_opencc("t2s").convert(text))).strip()


JIAOKAN = Tool("Jiaokan", jiaokan)
SCRIPT = Tool("a user's script", by_script)
NORMALIZERS = (JIAOKAN, SCRIPT, Tool("ftfy", by_ftfy), Tool("OpenCC t2s", by_opencc))
DETECTORS = (
    Tool("Jiaokan", by_verdict),
    Tool("chardet", by_chardet),
    Tool("charset-normalizer", by_charset_normalizer),
    Tool("uchardet", by_uchardet),
)
"""What tells an encoding. The normalizers but Jiaokan and the script cannot: they take all bytes for UTF-8."""


def installed(tools: tuple[Tool, ...]) -> tuple[Tool, ...]:
    """Leave out the tools that are not installed here."""
    kept = []
    for tool in tools:
        try:
            tool.read("政府工作报告".encode())
        except ImportError:
            continue
        kept.append(tool)
    return tuple(kept)
