"""The table of the encoding verdict: how many of the inputs of each kind come out exactly, for every detector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from bench.rivals import Tool

Cases = Iterator[tuple[bytes, str]]


class Column(NamedTuple):
    """One kind of input; each case has its bytes and the text that they are, wounds left out."""

    name: str
    cases: Callable[[Source], Cases]
    hurt: bool = False


class Source(NamedTuple):
    """Clean texts in both scripts, how many cases are wanted, and the dice."""

    hans: list[str]
    hant: list[str]
    hong_kong: list[str]
    count: int
    rng: Random


def _pieces(source: Source, texts: list[str], codec: str, size: int) -> Cases:
    made = 0
    while made < source.count:
        text = source.rng.choice(texts)
        at = source.rng.randrange(max(1, len(text) - size))
        data = text[at : at + size].encode(codec, "ignore")[:size]
        piece = data.decode(codec, "ignore")
        data = piece.encode(codec)
        # A piece of figures alone has no language to go by.
        if sum("\u4e00" <= char <= "\u9fff" for char in piece) * 12 >= size and data.decode(codec) == piece:
            made += 1
            yield data, piece


def pieces(codec: str, size: int, script: str = "hans") -> Callable[[Source], Cases]:
    """Pieces of some bytes, whole characters."""
    return lambda source: _pieces(source, getattr(source, script), codec, size)


def damaged(source: Source) -> Cases:
    """One to five bad bytes in 200 and more."""
    for codec, texts in (("gb18030", source.hans), ("utf-8", source.hans), ("cp950", source.hant)):
        for data, text in _pieces(source._replace(count=source.count // 3), texts, codec, 400):
            hurt = bytearray(data)
            for _ in range(source.rng.randint(1, 5)):
                at = source.rng.randrange(len(hurt))
                match source.rng.randrange(3):
                    case 0:
                        hurt[at] = source.rng.randrange(256)
                    case 1:
                        del hurt[at]
                    case _:
                        hurt.insert(at, source.rng.randrange(256))
            yield bytes(hurt), text


def cut(*, at_start: bool) -> Callable[[Source], Cases]:
    """Pieces of 60 bytes whose first or last character is cut."""

    def cases(source: Source) -> Cases:
        for codec, texts in (("gb18030", source.hans), ("utf-8", source.hans), ("cp950", source.hant)):
            for data, text in _pieces(source._replace(count=source.count // 3), texts, codec, 60):
                piece = data[1:] if at_start else data[:-1]
                yield piece, text[1:] if at_start else text[:-1]

    return cases


def wrong_meta(source: Source) -> Cases:
    """Pages that say another encoding than they have."""
    for data, text in _pieces(source, source.hans, "gb18030", 400):
        head = f'<html><head><meta charset="{source.rng.choice(("utf-8", "big5", "iso-8859-1"))}"></head>\n'
        yield head.encode() + data, head + text


COLUMNS = (
    Column("GBK, 20 B", pieces("gbk", 20)),
    Column("GBK, 60 B", pieces("gbk", 60)),
    Column("GBK, 2 kB", pieces("gb18030", 2000)),
    Column("Big5, 20 B", pieces("cp950", 20, "hant")),
    Column("Big5, 60 B", pieces("cp950", 60, "hant")),
    Column("HKSCS, 200 B", pieces("big5hkscs", 200, "hong_kong")),
    Column("UTF-16, no mark", pieces("utf-16-le", 60)),
    Column("UTF-8, 20 B", pieces("utf-8", 20)),
    Column("1–5 bad bytes", damaged, hurt=True),
    Column("cut at the start", cut(at_start=True), hurt=True),
    Column("cut at the end", cut(at_start=False), hurt=True),
    Column("wrong meta tag", wrong_meta),
)


def measure(
    source: Source, tools: tuple[Tool, ...], show: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Give the share of inputs that each tool reads exactly, by column."""
    out: dict[str, dict[str, float]] = {}
    for column in COLUMNS:
        show(f"encoding: {column.name}")
        cases = list(column.cases(source))
        out[column.name] = {
            tool.name: sum(_same(tool.read(data), text, hurt=column.hurt) for data, text in cases)
            / len(cases)
            for tool in tools
        }
    return out


NEARLY = 0.9
"""Share of characters by which a damaged text counts as read in its encoding: a bad byte in GBK or Big5 takes the
characters behind it along, up to the next ASCII, for a reader that does not look for its step."""


def _same(found: str | None, text: str, *, hurt: bool) -> bool:
    if found is None:
        return False
    if not hurt:
        return found == text
    return (
        Levenshtein.normalized_similarity(found.replace("\ufffd", ""), text.replace("\ufffd", "")) >= NEARLY
    )
