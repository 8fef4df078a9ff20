"""The wrong decoding of stored web pages: bytes read one by one, as UTF-8 where they are UTF-8, else as Latin-1.

A crawler that keeps what it fetched in GBK often decodes so, and then drops what its rules call invisible: the soft
hyphen, which is the byte AD. Example: 第五部分 is B5DA CEE5 B2BF B7D6; E5B2BF happens to be 岿, and ``µÚÎ岿·Ö`` is
stored. 经 is BEAD, and ``¾`` is stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import Final, Literal

from .chains import BYTE_OF_SIGN

SOFT_HYPHEN: Final = 0xAD

WHOLE_OF: Final = {"IJ": "\u0132", "ij": "\u0133", "DZ": "\u01f1", "Dz": "\u01f2", "dz": "\u01f3"}
"""Letters that ftfy divides into two: C4B2 is Ĳ, and 四部 (CBC4 B2BF) is stored as ``ËIJ¿``."""

_MARKS: Final = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f"
_CLUSTER: Final = re.compile(
    "(?<=[\u00a1-\u1fff])(?:{0})|(?:{0})(?=[\u00a1-\u1fff])|[\u0100-\u017f]?[{1}]{{1,3}}".format(
        "|".join(WHOLE_OF), _MARKS
    )
)


def tokens_of(stretch: str) -> list[str]:
    """Divide a stretch into what may have come from bytes of its own: characters, but for what NFC and ftfy moved."""
    tokens: list[str] = []
    at = 0
    for found in _CLUSTER.finditer(stretch):
        tokens += stretch[at : found.start()]
        tokens.append(found.group())
        at = found.end()
    return [*tokens, *stretch[at:]]


WINDOWS: Final = {byte: code for code, byte in BYTE_OF_SIGN.items()}
"""What Windows-1252 reads where Latin-1 has controls."""

_ALSO: Final = (
    "cp1252",
    "mac-roman",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "iso-8859-2",
)
"""Codecs by which ftfy takes letters for bytes of UTF-8, besides Latin-1: ``ÏµÄ`` is ECB580 on a Macintosh, 쵀."""


def _rewritten() -> dict[int, list[int]]:
    """Characters that ftfy writes as another one: NFC makes ``;`` of CDBE, wide and narrow forms become plain ones."""
    found: dict[int, list[int]] = {}
    forms: tuple[tuple[Literal["NFC", "NFKC"], Iterable[int]], ...] = (
        ("NFC", (*range(0x340, 0x3FF), *range(0x1F00, 0x2200))),
        ("NFKC", range(0xFF01, 0xFFF0)),
    )
    for form, codes in forms:
        for code in codes:
            after = unicodedata.normalize(form, chr(code))
            if len(after) == 1 and ord(after) != code:
                found.setdefault(ord(after), []).append(code)
    found.setdefault(0x27, []).append(0x2BC)  # 始 (CABC) is ʼ, which is a quote to ftfy
    return found


_REWRITTEN: Final = _rewritten()


@lru_cache(maxsize=4096)
def origins(token: str) -> tuple[tuple[bytes, int], ...]:
    """The bytes that a token may have come from, read as UTF-8, and how far-fetched each is (0 to 3).

    Accents that stand behind one another NFC puts in order: 通知 is CDA8 D6AA, and the two are stored the other way.
    """
    if len(token) > 1:
        if token.isascii():
            return (WHOLE_OF[token].encode(), 0), (token.encode(), 0)
        return tuple(dict.fromkeys((data, 0) for data in _ordered(token)))
    code = ord(token)
    if 0xD800 <= code < 0xE000:
        return ()
    found: dict[bytes, int] = {}
    for one in (code, *_REWRITTEN.get(code, ())):
        if one == 0x20:  # C2A0 is a blank that does not break
            found[b"\xc2 "] = 1
        if one < 0x80:
            continue
        data = chr(one).encode()
        found.setdefault(data, 0)
        if b"\xa0" in data[1:]:  # ftfy takes a space for it
            found.setdefault(data[:1] + data[1:].replace(b"\xa0", b" "), 1)
        if one < 0x100:
            continue
        for place, byte in enumerate(data):
            found.setdefault(data[:place] + chr(byte).encode() + data[place + 1 :], 1)
        for data in _ordered(chr(one)):
            found.setdefault(data, 1)
        data = chr(one).encode()
        for codec in _ALSO:
            letters = data.decode(codec, "replace")
            if "\ufffd" not in letters:
                found.setdefault(b"".join(map(_byte_of, letters)), 3)
    return tuple(found.items())


def _ordered(token: str) -> Iterator[bytes]:
    """The bytes of a letter with accents, or of accents alone, in each order that NFC writes as ``token``."""
    parts = unicodedata.normalize("NFD", token)
    base = "" if unicodedata.combining(parts[0]) else parts[0]
    for order in permutations(parts[len(base) :]):
        for taken in range(2 if base and order else 1):
            letter = unicodedata.normalize("NFC", base + "".join(order[:taken]))
            if len(letter) <= 1 and letter != token:
                yield (_byte_of(letter) if letter else b"") + "".join(order[taken:]).encode()


def _byte_of(letter: str) -> bytes:
    code = ord(letter)
    byte = code if code < 0x100 else BYTE_OF_SIGN.get(code)
    return letter.encode() if byte is None else bytes((byte,))


def mixed(data: bytes, *, windows: bool = False, utf8: bool = True, dropped: str = "") -> str:
    """Decode wrongly, as those pages were; ``dropped`` characters vanish."""
    out: list[str] = []
    at = 0
    while at < len(data):
        for width in (4, 3, 2) if utf8 else ():
            try:
                char = data[at : at + width].decode()
            except UnicodeDecodeError:
                continue
            if len(char) == 1 and len(data) >= at + width:
                out.append(char)
                at += width
                break
        else:
            byte = data[at]
            out.append(chr(WINDOWS.get(byte, byte) if windows else byte))
            at += 1
    return "".join(char for char in out if char not in dropped)
