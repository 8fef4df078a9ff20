"""Damage that knows what it damages: marks of loss and slips in texts, lines misread, numbers that are extremes."""

from __future__ import annotations

import random
import re
from typing import Final

_CODECS: Final = ("utf-8", "gb18030", "big5hkscs", "utf-16-le")
_ODD: Final = (
    "?", "??", "????", "\ufffd", "\ufffd\ufffd", "\ue5e5", "\u3000", "锟斤拷", "?!比蝿眨ε嘤乱淮",
    "？。", "，F在", "業(yè)",
    "绗洓闃舵", "å·¥ä½œ", "µÚÎå²¿·Ö", "企I開", "佴嬛", "郪江", "**", "&ldquo;", "%E6%94%BF",
    "\\u5de5", "\n— 3 —\n", "\x00", "\U000e0100",
)  # fmt: skip
"""What a text holds beside the marks of loss: slips, mojibake and residue, in whatever order chance gives."""


def wound(data: bytes, rng: random.Random) -> bytes:
    """Put odd signs into a text, many or few, near one another or not; the bytes around keep their codec."""
    codec = rng.choice(_CODECS)
    text = data.decode(codec, "replace")
    chars = list(text)
    low = rng.randrange(len(chars) + 1)
    high = min(len(chars), low + rng.choice((20, 200, 5000)))
    some = rng.choices(_ODD, k=rng.choice((1, 2, 5)))
    for _ in range(rng.choice((1, 5, 40))):
        at = rng.randrange(low, high + 1)
        chars[at : at + rng.choice((0, 0, 1, 3))] = rng.choice(some)
    return "".join(chars).encode(codec, "replace")


_MISREAD: Final = (
    ("utf-8", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "gb18030"), ("utf-8", "gbk"), ("utf-8", "big5"),
    ("gb18030", "latin-1"), ("gb18030", "big5hkscs"), ("gb18030", "cp949"), ("big5hkscs", "gb18030"),
    ("gb18030", "utf-8"), ("gb18030", "cp932"),
)  # fmt: skip


def misread(data: bytes, rng: random.Random) -> bytes:
    """Read some lines, or runs, in a wrong codec; what it cannot read becomes a mark, or vanishes."""
    text = data.decode(rng.choice(("utf-8", "gb18030")), "replace")
    right, wrong = rng.choice(_MISREAD)
    errors = rng.choice(("replace", "ignore"))
    out = []
    for line in text.split("\n"):
        start, end = sorted(rng.choices(range(len(line) + 1), k=2)) if rng.random() < 0.5 else (0, len(line))
        hurt = (
            line[start:end].encode(right, "replace").decode(wrong, errors)
            if rng.random() < 0.5
            else line[start:end]
        )
        out.append(line[:start] + hurt + line[end:])
    return "\n".join(out).encode("utf-8", "replace")


_NUMBER: Final = re.compile(rb"\d+")
_EXTREMES: Final = (
    b"0", b"-1", b"1", b"65536", b"2147483647", b"2147483648", b"4294967295", b"18446744073709551616",
    b"9" * 40, b"1e308", b"-1e308", b"1e-308", b"0.0000001", b"NaN", b"999999999999",
)  # fmt: skip


def overstate(data: bytes, rng: random.Random) -> bytes:
    """Put extremes in the place of numbers: of objects and operators in PDF, of attributes in XML and HTML."""
    places = [found.span() for found in _NUMBER.finditer(data)]
    for start, end in sorted(rng.sample(places, min(len(places), rng.choice((1, 3, 20)))), reverse=True):
        data = data[:start] + rng.choice(_EXTREMES) + data[end:]
    return data
