"""What people call encodings, and which codec reads each. Light: who takes a hint in loads no more for it."""

from __future__ import annotations

import codecs
from typing import Final

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


def unknown_encoding(name: str) -> str:
    """Say that no encoding has this name, and what to do."""
    return f"no character encoding is called {name!r}; correct the hint or leave it out"


def codec_called(name: str) -> str | None:
    """Give the codec that reads what people call ``name``; None when no text is in anything called so."""
    try:
        codec = codecs.lookup(name.strip()).name
        b"a".decode(codec, "replace")  # raises for what is no text encoding, as base64
    except (LookupError, ValueError):
        return None
    return None if codec in NO_CHARSETS else SUPERSETS.get(codec, codec)
