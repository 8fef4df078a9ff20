"""One wrong decoding undone: characters to the bytes they were, bytes to the characters they are.

A step keeps the way: how many characters before gave how many after, so that each keeps its place in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

Alignment = tuple[tuple[int, int], ...]

BYTE_OF_SIGN: Final = {
    ord(bytes((byte,)).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""Windows-1252 beside Latin-1: browsers read the five bytes it leaves out as C1 controls, and so do we."""


class Step(NamedTuple):
    """Text that was ``right`` in bytes was read as ``wrong``."""

    wrong: str
    right: str


STEPS: Final = (
    Step("windows-1252", "utf-8"),
    Step("windows-1252", "gb18030"),
    Step("windows-1252", "big5hkscs"),
    Step("gb18030", "utf-8"),
    Step("big5hkscs", "gb18030"),
    Step("cp950", "gb18030"),
    Step("gb18030", "big5hkscs"),
    Step("big5hkscs", "utf-8"),
    Step("windows-1251", "utf-8"),
    Step("windows-1251", "gb18030"),
    Step("windows-1251", "big5hkscs"),
    Step("koi8-r", "gb18030"),
    Step("koi8-r", "big5hkscs"),
    Step("koi8-r", "utf-8"),
    Step("cp437", "utf-8"),
    Step("cp437", "gb18030"),
    Step("cp437", "big5hkscs"),
    Step("cp850", "utf-8"),
    Step("cp850", "gb18030"),
    Step("cp850", "big5hkscs"),
    Step("mac-roman", "utf-8"),
    Step("mac-roman", "gb18030"),
    Step("mac-roman", "big5hkscs"),
    Step("windows-1250", "utf-8"),
    Step("windows-1250", "gb18030"),
    Step("windows-1254", "utf-8"),
    Step("iso-8859-2", "utf-8"),
    Step("iso-8859-15", "utf-8"),
    Step("cp949", "gb18030"),
    Step("cp949", "utf-8"),
    Step("cp949", "big5hkscs"),
    Step("shift-jis", "utf-8"),
    Step("cp932", "gb18030"),
    Step("cp932", "utf-8"),
    Step("cp932", "big5hkscs"),
    Step("euc-jp", "gb18030"),
)
"""Wrong readings met in Chinese texts, the likely ones first. GBK and Big5 come before anything is taken for UTF-8."""


_OF_PAIRS: Final = frozenset(("gb18030", "big5hkscs", "shift-jis", "cp932", "euc-jp", "cp949"))

LOOSE: Final = frozenset(step for step in STEPS if step.right != "utf-8" and step.wrong in _OF_PAIRS)
"""Steps from one multi-byte codec to another succeed on much that is no mojibake: nothing is built on them."""


TWICE_IN_BIG5: Final = {
    bytes((lead, trail)).decode("big5hkscs"): bytes((lead, trail))
    for lead, trails in ((0xA1, b"\xfe"), (0xA2, b"\x40\x7e\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xcc\xce"))
    for trail in trails
}
"""Characters that Big5 has twice, with the bytes that Python does not write: those among marks, A1FE to A2CE.

GBK has ⅰ to ⅶ, ⑻ and ⑽ there, and 、 before a full-width mark reads as one of them when Big5 is a byte out of step;
at the other places (A241, A451, F9E9 …) it has nothing, or characters hardly anyone uses.
"""


def _twice_in_cp932() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for lead in (0x87, 0xEE, 0xFA, 0xFB, 0xFC):
        for trail in range(0x40, 0xFD):
            data = bytes((lead, trail))
            char = data.decode("cp932", "ignore")
            if len(char.encode("cp932")) == len(data) and char.encode("cp932") != data:
                found[char] = data
    return found


TWICE_IN_CP932: Final = _twice_in_cp932()
"""The same for Windows' Japanese: IBM's characters (FA40 to FC4B) stand at ED40 to EEFC, too, as NEC had them."""

BIG5: Final = frozenset(("big5hkscs", "cp950"))
"""Its forms: at C6A1 to C7FC, where GBK has 前其企强情全, one has kana where the other has none, or others."""

_TWICE: Final = re.compile("([" + "".join(TWICE_IN_BIG5) + "])")


def encode_as(text: str, step: Step) -> bytes | None:
    """Give the bytes that ``step.wrong`` would have read as ``text``; None where it never gives such a character."""
    codec = step.wrong
    try:
        if codec == "windows-1252":
            return text.translate(BYTE_OF_SIGN).encode("latin-1")
        if codec in BIG5 and step.right == "gb18030":
            return b"".join(TWICE_IN_BIG5.get(part) or part.encode(codec) for part in _TWICE.split(text))
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def undo(text: str, step: Step) -> str | None:
    """Undo one wrong decoding of the whole of ``text``; None where it is not one."""
    data = encode_as(text, step)
    if data is None:
        return None
    try:
        read = data.decode(step.right)
    except UnicodeDecodeError:
        return None
    return read if read != text else None


def _lengths(text: str, codec: str) -> Sequence[int] | None:
    """Bytes of each character; None where the codec's bytes are not the sum of its characters'."""
    if codec in ("gb18030", "utf-8", "windows-1252"):
        width = {"gb18030": _gb_width, "utf-8": _utf8_width, "windows-1252": _one}[codec]
        return [width(char) for char in text]
    try:
        return [len(char.encode(codec)) for char in text]
    except UnicodeEncodeError:
        return None


def _one(char: str) -> int:  # noqa: ARG001 - like its siblings
    return 1


def _gb_width(char: str) -> int:
    return 1 if char < "\x80" else len(char.encode("gb18030"))


def _utf8_width(char: str) -> int:
    return 1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4


def aligned(before: str, after: str, step: Step) -> Alignment | None:
    """Divide ``before`` and ``after`` where characters of both begin at the same byte."""
    wrong, right = _lengths(before, step.wrong), _lengths(after, step.right)
    if wrong is None or right is None or sum(wrong) != sum(right):
        return None
    return tuple(pieces_of(wrong, right))


def pieces_of(wrong: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Divide two texts, given the bytes of each character, where characters of both begin at the same byte."""
    i = j = 0
    while i < len(wrong):
        first, second = i, j
        one, other = wrong[i], right[j]
        i, j = i + 1, j + 1
        while one != other:
            if one < other:
                one += wrong[i]
                i += 1
            else:
                other += right[j]
                j += 1
        yield i - first, j - second


def composed(one: Alignment, two: Alignment) -> Alignment:
    """Alignment of two steps, one after the other."""
    pieces: list[tuple[int, int]] = []
    i = j = 0
    while i < len(one):
        before, middle = one[i]
        other, after = two[j]
        i, j = i + 1, j + 1
        while middle != other:
            if middle < other:
                before += one[i][0]
                middle += one[i][1]
                i += 1
            else:
                other += two[j][0]
                after += two[j][1]
                j += 1
        pieces.append((before, after))
    return tuple(pieces)
