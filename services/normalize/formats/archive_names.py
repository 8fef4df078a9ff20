"""The names of an archive's members: in whatever code page they are written, and leading nowhere."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Final

LONGEST: Final = 4_096
"""Characters of a name, the last ones: no path of Linux has more bytes, and 64 KB in each header cost 20 ms each."""


def path_of(prefix: str, name: str) -> str:
    """Make a name of what an archive calls a member: it names, it never leads anywhere."""
    name = name[-LONGEST:]
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    name = re.sub(r"^[A-Za-z]:(?=/)", "", name)
    parts = (
        "".join(char for char in part if unicodedata.category(char)[0] != "C").strip()
        for part in name.split("/")
    )
    kept = [part for part in parts if part not in ("", ".", "..")]
    return "/".join(([prefix] if prefix else []) + (kept or ["content"]))


UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075


def zip_names(files: list[zipfile.ZipInfo]) -> list[str]:
    """Read the names: UTF-8 where the archive says so, else in the code page that all names of the archive bear."""
    raw = [
        b"" if info.flag_bits & UTF8_NAME else info.orig_filename.encode("cp437", "replace") for info in files
    ]
    decode = names_codec([name for name in raw if name])
    return [
        _unicodepath_of(info) or (decode(name) if name else info.filename)
        for info, name in zip(files, raw, strict=True)
    ]


def _unicodepath_of(info: zipfile.ZipInfo) -> str | None:
    """Read the extra field in which Info-ZIP keeps a name in UTF-8 (APPNOTE 4.6.9)."""
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, size = (
            int.from_bytes(extra[at : at + 2], "little"),
            int.from_bytes(extra[at + 2 : at + 4], "little"),
        )
        if kind == _UNICODE_PATH and size > 5:
            try:
                return extra[at + 9 : at + 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None


def names_codec(names: list[bytes]) -> Callable[[bytes], str]:
    """Find how the names of an archive are written: UTF-8, GBK (Windows in China), Big5, or the PC's old code page."""
    whole = b"\n".join(names)
    for codec in ("ascii", "utf-8", "gb18030", "big5hkscs"):
        try:
            whole.decode(codec)
        except UnicodeDecodeError:
            continue
        return lambda name: name.decode(codec)
    return lambda name: name.decode("gb18030", "replace")


def gzip_name(data: bytes) -> str:
    """Read the name in a gzip header (RFC 1952, 2.3); flag 4 is an extra field before it, flag 8 the name."""
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    if not flags & 8:
        return ""
    end = data.find(b"\x00", at, at + 1024)
    raw = data[at:end] if end > at else b""
    return names_codec([raw])(raw) if raw else ""
