"""The wrong decoding of stored web pages: bytes read one by one, as UTF-8 where they are UTF-8, else as Latin-1.

A crawler that keeps what it fetched in GBK often decodes so, and then drops what its rules call invisible: the soft
hyphen, which is the byte AD. Example: 第五部分 is B5DA CEE5 B2BF B7D6; E5B2BF happens to be 岿, and ``µÚÎ岿·Ö`` is
stored. 经 is BEAD, and ``¾`` is stored.
"""

from __future__ import annotations

from typing import Final

SOFT_HYPHEN: Final = 0xAD

PARTS_OF: Final = {chr(code): parts for code, parts in ((0x132, "IJ"), (0x133, "ij"), (0x1F1, "DZ"), (0x1F2, "Dz"), (0x1F3, "dz"))}
"""Letters that ftfy divides into two: C4B2 is Ĳ, and 四部 (CBC4 B2BF) is stored as ``ËIJ¿``."""

WINDOWS: Final = {
    byte: ord(bytes((byte,)).decode("cp1252"))
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""What Windows-1252 reads where Latin-1 has controls."""

BYTE_OF_SIGN: Final = {code: byte for byte, code in WINDOWS.items()}


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
