"""Ways in which clean reports get damaged, each a function from text to bytes under a seed.

To add one, write a function ``(text, rng) -> bytes`` and a row in MECHANISMS. A mechanism changes a text as the real
one does, in as many places as the real one does; where nothing can bring characters back, ``lossy`` says so, and
only the share of characters counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, NamedTuple

Damage = Callable[[str, Random], bytes | None]


class Mechanism(NamedTuple):
    """One way to damage a text; None instead of bytes where it cannot be applied to this one."""

    name: str
    family: str
    damage: Damage
    lossy: bool = False


@cache
def _opencc(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


def in_codec(codec: str) -> Damage:
    """The text in another encoding."""

    def damage(text: str, rng: Random) -> bytes | None:
        try:
            return text.encode(codec)
        except UnicodeEncodeError:
            return None

    return damage


def in_hz(text: str, rng: Random) -> bytes | None:
    """The text in HZ; Python's codec wants the dash and the dot that GB 2312's old table had for the same bytes."""
    try:
        return text.replace("—", "―").replace("·", "・").encode("hz")
    except UnicodeEncodeError:
        return None


def traditional_in(codec: str, conversion: str) -> Damage:
    """The text in Traditional characters, in an encoding of theirs; none where that lacks one of them."""

    def damage(text: str, rng: Random) -> bytes | None:
        try:
            return bytes(_opencc(conversion).convert(text).encode(codec))
        except UnicodeEncodeError:
            return None

    return damage


def with_lost_bytes(codec: str, count: int = 3) -> Damage:
    """Some bytes of the encoded text are lost."""

    def damage(text: str, rng: Random) -> bytes:
        data = bytearray(text.encode(codec, "ignore"))
        for at in sorted(rng.sample(range(len(data)), count), reverse=True):
            del data[at]
        return bytes(data)

    return damage


def misread(right: str, wrong: str, times: int = 1, errors: str = "strict") -> Damage:
    """The bytes of one encoding were read in another and stored as UTF-8; lines that cannot be read so stay whole."""

    def damage(text: str, rng: Random) -> bytes | None:
        hurt = [_misread(line, right, wrong, times, errors) for line in text.split("\n")]
        return None if "\n".join(hurt) == text else "\n".join(hurt).encode()

    return damage


def read_byte_by_byte(dropped: str = "") -> Damage:
    """GBK was read as UTF-8 where it happened to be, else as Latin-1; soft hyphens (经 has one) may be lost."""

    def damage(text: str, rng: Random) -> bytes | None:
        from jiaokan.normalize.mojibake.mixing import mixed

        try:
            hurt = [mixed(line.encode("gbk"), dropped=dropped) for line in text.split("\n")]
        except UnicodeEncodeError:
            return None
        return "\n".join(hurt).encode()

    return damage


def _misread(line: str, right: str, wrong: str, times: int, errors: str) -> str:
    try:
        hurt = line
        for _ in range(times):
            hurt = hurt.encode(right).decode(wrong, errors)
    except UnicodeError:
        return line
    return hurt


def wrong_meta(text: str, rng: Random) -> bytes:
    """A page in GB18030 says that it is UTF-8, or the other way round, around the text as its article."""
    said, real = rng.choice((("utf-8", "gb18030"), ("gb2312", "utf-8"), ("big5", "gb18030")))
    body = "".join(f"<p>{line}</p>\n" for line in text.split("\n"))
    return f'<html><head><meta charset="{said}"><title></title></head><body>\n{body}</body></html>'.encode(
        real
    )


def textual(change: Callable[[str, Random], str]) -> Damage:
    """A change of characters, stored as UTF-8."""
    return lambda text, rng: change(text, rng).encode()


def leave_bold(text: str, rng: Random) -> str:
    """Markdown's ** around run-in headings and some phrases."""
    text = re.sub(r"(?m)^(（[一二三四五六七八九十]+）[^。\n]{2,40}。)", r"**\1**", text)
    return re.sub(
        r"(?<=。)([一-鿿]{4,8})(?=，)", lambda f: f"**{f[0]}**" if rng.random() < 0.3 else f[0], text
    )


def flatten_marks(text: str, rng: Random) -> str:
    """A scraper makes the marks of Chinese prose ASCII."""
    return text.translate(str.maketrans("，；：！？（）", ",;:!?()"))


def space_figures(text: str, rng: Random) -> str:
    """A word processor's gaps between Chinese and figures."""
    return re.sub(r"(?<=[一-鿿])(?=\d)|(?<=[\d%])(?=[一-鿿])", " ", text)


def widen_figures(text: str, rng: Random) -> str:
    """Full-width figures."""
    return text.translate(str.maketrans("0123456789%", "０１２３４５６７８９％"))


def indent(text: str, rng: Random) -> str:
    """Two ideographic spaces before each paragraph, an empty line behind it, CR LF."""
    return "".join(f"\u3000\u3000{line}\r\n\r\n" for line in text.split("\n"))


def wrap(text: str, rng: Random) -> str:
    """Lines of 36 characters, as a narrow page sets them."""
    return "\n".join(
        "\n".join(line[at : at + 36] for at in range(0, len(line), 36)) if line else ""
        for line in text.split("\n")
    )


def wrap_and_number_pages(text: str, rng: Random) -> str:
    """The same, with a page number after every 30 lines."""
    rows = wrap(text, rng).split("\n")
    pages = [rows[at : at + 30] for at in range(0, len(rows), 30)]
    return "\n".join("\n".join(page) + f"\n— {number} —" for number, page in enumerate(pages, 1))


def leave_entities(text: str, rng: Random) -> str:
    """HTML references and stray tags."""
    text = (
        text.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("·", "&middot;").replace("—", "&mdash;")
    )
    return "\n".join(
        f"<p>&nbsp;&nbsp;{line}</p>" if rng.random() < 0.5 else line + "<br/>" for line in text.split("\n")
    )


def sprinkle_invisibles(text: str, rng: Random) -> str:
    """Zero-width spaces, soft hyphens and byte order marks inside words."""
    return "".join(
        char + (rng.choice("\u200b\u00ad\ufeff\u200c") if rng.random() < 0.02 else "") for char in text
    )


def use_radicals(text: str, rng: Random) -> str:
    """A PDF's Kangxi radicals instead of characters."""
    return text.translate(
        str.maketrans(
            "一人入八力十口土大女子小山工心手支文方日月木水火用目石立竹米老而行西见言车金长门高",
            "⼀⼈⼊⼋⼒⼗⼝⼟⼤⼥⼦⼩⼭⼯⼼⼿⽀⽂⽅⽇⽉⽊⽔⽕⽤⽬⽯⽴⽵⽶⽼⽽⾏⻄⻅⾔⻋⾦⻓⻔⾼",
        )
    )


def leave_pinyin(text: str, rng: Random) -> str:
    """Readings in brackets after some characters, in Traditional text, as web converters leave them."""
    from pypinyin import Style, pinyin

    annotated = frozenset("業產發質實環務")
    return "".join(
        f"{char}({pinyin(char, style=Style.TONE)[0][0]})" if char in annotated else char
        for char in _opencc("s2t").convert(text)
    )


def to_traditional(conversion: str) -> Callable[[str, Random], str]:
    """The text in Traditional characters."""
    return lambda text, rng: str(_opencc(conversion).convert(text))


def half_traditional(text: str, rng: Random) -> str:
    """A converter that knew only some characters."""
    table = str.maketrans("产业发国经济务实现进设劳动农", "產業發國經濟務實現進設勞動農")
    return text.translate(table)


def slip(text: str, rng: Random) -> bytes | None:
    """One byte lost from GBK text in an earlier program, the rest of the run decoded one byte off."""
    from jiaokan.normalize.slips.damage import LOSSES, Channel, damage

    places = [found.start() for found in re.finditer(r"[一-鿿](?=[一-鿿，、]{6})", text)]
    for at in rng.sample(places, min(len(places), 20)):
        slipped = damage(text, at, rng.choice(LOSSES), Channel())
        if slipped is not None and slipped.text != text:
            return slipped.text.encode()
    return None


def all_together(text: str, rng: Random) -> bytes | None:
    """Bold, flat marks, gaps and indents, Traditional, in GB18030."""
    for change in (leave_bold, flatten_marks, space_figures, indent):
        text = change(text, rng)
    return str(_opencc("s2t").convert(text)).encode("gb18030", "ignore")


MECHANISMS = (
    Mechanism("none: clean UTF-8", "encoding", in_codec("utf-8")),
    Mechanism("UTF-8 with a mark", "encoding", in_codec("utf-8-sig")),
    Mechanism("GB18030", "encoding", in_codec("gb18030")),
    Mechanism("HZ", "encoding", in_hz),
    Mechanism("UTF-16, mark", "encoding", in_codec("utf-16")),
    Mechanism("UTF-16, no mark", "encoding", in_codec("utf-16-le")),
    Mechanism("Big5, Traditional", "encoding", traditional_in("cp950", "s2tw")),
    Mechanism("Big5-HKSCS", "encoding", traditional_in("big5hkscs", "s2hk")),
    Mechanism("page with a wrong charset", "encoding", wrong_meta),
    Mechanism("UTF-8, 3 bytes lost", "bytes lost", with_lost_bytes("utf-8"), lossy=True),
    Mechanism("GB18030, 3 bytes lost", "bytes lost", with_lost_bytes("gb18030"), lossy=True),
    Mechanism("UTF-16, 3 bytes lost", "bytes lost", with_lost_bytes("utf-16-le"), lossy=True),
    Mechanism("UTF-8 read as Latin-1", "mojibake", misread("utf-8", "latin-1")),
    Mechanism("UTF-8 read as Latin-1 twice", "mojibake", misread("utf-8", "latin-1", 2)),
    Mechanism("GBK read as Latin-1", "mojibake", misread("gbk", "latin-1")),
    Mechanism("GBK read byte by byte", "mojibake", read_byte_by_byte()),
    Mechanism("GBK read so, hyphens lost", "mojibake", read_byte_by_byte("\u00ad"), lossy=True),
    Mechanism("UTF-8 read as GB18030", "mojibake", misread("utf-8", "gb18030")),
    Mechanism("UTF-8 read as GBK, lossy", "mojibake", misread("utf-8", "gbk", errors="replace"), lossy=True),
    Mechanism("byte slip in GBK", "mojibake", slip, lossy=True),
    Mechanism("bold residue", "residue", textual(leave_bold)),
    Mechanism("pinyin residue", "residue", textual(leave_pinyin)),
    Mechanism("HTML residue", "residue", textual(leave_entities)),
    Mechanism("invisible characters", "residue", textual(sprinkle_invisibles)),
    Mechanism("Kangxi radicals", "residue", textual(use_radicals)),
    Mechanism("flat marks", "typography", textual(flatten_marks)),
    Mechanism("gaps around figures", "typography", textual(space_figures)),
    Mechanism("full-width figures", "typography", textual(widen_figures)),
    Mechanism("indents, empty lines", "layout", textual(indent)),
    Mechanism("hard wraps", "layout", textual(wrap)),
    Mechanism("wraps, page numbers", "layout", textual(wrap_and_number_pages)),
    Mechanism("Traditional (s2t)", "script", textual(to_traditional("s2t"))),
    Mechanism("Traditional (Taiwan)", "script", textual(to_traditional("s2tw"))),
    Mechanism("half Traditional", "script", textual(half_traditional)),
    Mechanism("many at once", "all", all_together),
)
