"""Damaged files of every kind: bits flipped, ends cut off, files spliced, members of containers damaged and repacked.

File ``number`` of a run is the same on every machine that has the same material.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace
from typing import Final, NamedTuple

from bench.texts import OWN
from bench.wounds import misread, overstate, wound
from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import read
from jiaokan.normalize.formats.archives import expand
from jiaokan.normalize.formats.sniffing import is_archive
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.replay import verify

LARGEST: Final = 200_000
"""Bytes of real files that are taken as a base: thousands of copies are read."""
KINDS: Final = ("txt", "md", "html", "mhtml", "docx", "pdf", "zip", "tar", "gz", "doc", "json")
_ENDINGS: Final = {"htm": "html"}

_HOSTILE: Final = (
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"99999999999",
    b"-1",
    b"<table><tr><td colspan=99999999 rowspan=99999999>",
    b"<!--",
    b"<script>",
    b"]]>",
    b"&#1114112;&#xd800;&amp;amp;",
    b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    b"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2147483647'/></w:tcPr>",
    b"<w:p><w:pPr><w:numPr><w:ilvl w:val='-7'/><w:numId w:val='99999999999999999999'/></w:numPr></w:pPr>",
    b"endstream endobj 1 0 obj",
    b"/Length 4294967296",
    b"/Kids [1 0 R 2 0 R 3 0 R]",
    b"1e38 0 0 1e-38 0 0 cm",
    b" 90 0 0 -90 1e9 1e9 Tm",
    b"\x1b$B~{\x0e",
    b"\xef\xbb\xbf",
    b"**" * 50,
    "（（（【".encode() * 30,
    "\n一、\n（一）\n1.\n".encode() * 20,
)


def _makers() -> SimpleNamespace:
    path = Path(__file__).parents[1] / "tests" / "normalize" / "formats" / "makers.py"
    return SimpleNamespace(**run_path(str(path)))


@lru_cache(maxsize=1)
def bases() -> dict[str, tuple[bytes, ...]]:
    """Give the files to damage, by kind: made of our samples, and the real ones of ``JIAOKAN_CORPUS/reports``."""
    make = _makers()
    texts = [path.read_text(encoding="utf-8") for path in sorted(OWN.glob("*.txt"))]
    found: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    for text, codec in zip(
        texts, ("utf-8", "gb18030", "big5hkscs", "utf-16", "utf-8", "gb18030"), strict=True
    ):
        lines = text.strip().split("\n")
        for other in (codec, "utf-16-be", "utf-32", "hz", "cp950", "gbk"):
            found["txt"].append(text.encode(other, "replace"))
        found["md"].append(("# " + "\n\n".join(lines) + "\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n").encode())
        page = _page(lines, codec)
        found["html"].append(page)
        found["mhtml"].append(_web_archive(page, codec))
        for content, as_ascii in ((text, True), (page.decode(codec), False)):
            record = {"id": 7, "title": lines[0], "content": content, "tags": [lines[1], {"甲": lines[2]}]}
            found["json"].append(json.dumps(record, ensure_ascii=as_ascii).encode())
        found["docx"].append(_word(make, lines))
        found["pdf"].append(_printed(make, lines))
        found["zip"].append(
            make.zipped(
                {"甲.txt": text.encode(), "乙/丙.html": page, "丁.zip": make.zipped({"戊.md": b"# 1"})}
            )
        )
        found["tar"].append(_tarred({"甲.txt": text.encode(), "乙/丙.html": page}))
    found["gz"] = [
        gzip.compress(found["tar"][0]),
        gzip.compress(found["txt"][1]),
        bz2.compress(found["txt"][0]),
    ]
    found["gz"].append(lzma.compress(found["tar"][1]))
    found["doc"] = [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(3000)
    ]
    root = os.environ.get("JIAOKAN_CORPUS")
    for path in sorted(Path(root, "reports").iterdir()) if root else ():
        kind = _ENDINGS.get(path.suffix[1:], path.suffix[1:])
        if kind in found and path.stat().st_size <= LARGEST:
            found[kind].append(path.read_bytes())
    return {kind: tuple(held) for kind, held in found.items()}


def _page(lines: list[str], codec: str) -> bytes:
    body = "".join(f"<p style='x'>{line}<br></p>" for line in lines)
    head = f"<html><head><meta charset={codec}><title>{lines[0]}</title></head><body>"
    menu, foot = "<div class=nav><a href=/>首页</a></div>", "<div class=footer>主办单位</div></body></html>"
    table = "<table><tr><td colspan=2>甲</td></tr><tr><td>1</td><td>2</td></tr></table>"
    return (head + menu + f"<div id=zoom>{body}{table}</div>" + foot).encode(codec, "replace")


def _web_archive(page: bytes, codec: str) -> bytes:
    import base64

    head = (
        'From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="-b"; type="text/html"\r\n\r\n'
        f"---b\r\nContent-Type: text/html; charset={codec}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(page) + b"\r\n---b--\r\n"


def _word(make: SimpleNamespace, lines: list[str]) -> bytes:
    half = len(lines) // 2
    return bytes(
        make.docx(
            *(make.paragraph(line) for line in lines[:half]),
            make.table(("甲", "乙"), (make.cell("丙", properties='<w:gridSpan w:val="2"/>'),)),
            *(make.numbered(line, 1, number % 2) for number, line in enumerate(lines[half:])),
            numbers=make.numbering(
                [make.level(0, "chineseCounting", "%1、"), make.level(1, "chineseCounting", "（%2）")]
            ),
        )
    )


def _printed(make: SimpleNamespace, lines: list[str]) -> bytes:
    held = make.set_text(lines)
    pages = [make.page_of(held[at : at + 25]) for at in range(0, len(held), 25)]
    grid = "".join(make.rule(90, y, 300, y) for y in (100, 120, 140)) + "".join(
        make.rule(x, 100, x, 140) for x in (90, 200, 300)
    )
    pages[-1] += grid + make.text_at(95, 105, "甲") + make.text_at(205, 125, "乙")
    return bytes(make.pdf(pages))


def _tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Fuzzed(NamedTuple):
    """A damaged file: of which kind it was, and its bytes."""

    kind: str
    data: bytes


def fuzzed(number: int) -> Fuzzed:
    """Make file ``number``; kinds take turns."""
    rng = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    data = rng.choice(bases()[kind])
    # Half the containers are damaged inside: a flipped bit in what is compressed ends at its checksum.
    inside = _INSIDE.get(kind)
    if inside is not None and rng.random() < 0.5:
        return Fuzzed(kind, inside(data, rng))
    return Fuzzed(kind, damaged(data, rng))


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Damage bytes in one to four ways."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(_WAYS)(data, rng)
    return data


def _flip(data: bytes, rng: random.Random) -> bytes:
    held = bytearray(data)
    for _ in range(rng.choice((1, 4, 16, 64)) if held else 0):
        held[rng.randrange(len(held))] ^= 1 << rng.randrange(8)
    return bytes(held)


def _cut(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def _lose(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.choice((1, 3, 100, 4096)) :]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at : at + rng.choice((1, 20, 500))] * rng.choice((2, 10, 200)) + data[at:]


def _splice(data: bytes, rng: random.Random) -> bytes:
    other = rng.choice(bases()[rng.choice(KINDS)])
    at, there = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    piece = other[there : there + rng.choice((10, 300, 5000))]
    return data[:at] + piece + data[at + (len(piece) if rng.random() < 0.5 else 0) :]


def _overwrite(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    size = rng.choice((1, 8, 200))
    piece = rng.choice((bytes(size), b"\xff" * size, rng.randbytes(size)))
    return data[:at] + piece + data[at + size :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_HOSTILE) + data[at:]


_WAYS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _flip, _flip, _cut, _lose, _repeat, _repeat, _splice, _splice, _overwrite, _insert, _insert,
    wound, wound, misread, overstate, overstate,
)  # fmt: skip


def _repacked(data: bytes, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError):
        return damaged(data, rng)
    worth = [number for number, (_, held) in enumerate(members) if held]
    chosen = max(worth, key=lambda n: len(members[n][1])) if rng.random() < 0.6 else rng.choice(worth)
    members[chosen] = members[chosen][0], damaged(members[chosen][1], rng)
    if rng.random() < 0.2:  # members change places: one stands under the other's name
        other = rng.randrange(len(members))
        (one, held), (two, more) = members[chosen], members[other]
        members[chosen], members[other] = (one, more), (two, held)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        for name, held in members:
            archive.writestr(name, held)
            if rng.random() < 0.05:
                archive.writestr(name, damaged(held, rng))
    return out.getvalue()


def _compressed_again(data: bytes, rng: random.Random) -> bytes:
    try:
        return gzip.compress(damaged(gzip.decompress(data), rng))
    except OSError:
        return damaged(data, rng)


_INSIDE: Final[dict[str, Callable[[bytes, random.Random], bytes]]] = {
    "docx": _repacked,
    "zip": _repacked,
    "gz": _compressed_again,
}


WHOLE: Final = 20
WHOLE_TEXT: Final = 4
"""Of so many files one is normalized and verified whole; of the others the reading is made, and its places asked.

What is hostile about a file meets its reader; the stages take a hundred times as long over a text that seems torn.
"""


def is_whole(number: int) -> bool:
    """Tell whether file ``number`` is normalized whole: more often where the text itself is what was damaged."""
    kind = KINDS[number % len(KINDS)]
    return number // len(KINDS) % (WHOLE_TEXT if kind in ("txt", "md") else WHOLE) == 0


def outcomes(data: bytes, *, whole: bool) -> Iterator[str]:
    """Do with a file what the way in does with it; gives ``reading``, ``edition`` or the code of a rejection.

    Args:
        data: the file; each member of an archive has an outcome of its own.
        whole: normalize it and verify the edition, too.

    Raises:
        ReplayError: an edition does not come out of its source.
        Exception: whatever a reader or a stage should not have raised.
    """
    judge = _edition if whole else _reading
    try:
        if is_archive(data):
            for member in expand(data):
                yield member.refusal.code if member.refusal is not None else judge(member.data)
            return
    except RejectedError as error:
        yield error.code
        return
    yield judge(data)


def _edition(data: bytes) -> str:
    try:
        edition = normalize(data)
    except RejectedError as error:
        return error.code
    verify(edition.content_json(), edition.record_json(), data)
    return "edition"


def _reading(data: bytes) -> str:
    try:
        reading = read(data, NO_HINTS)
    except RejectedError as error:
        return error.code
    size = len(reading.text)
    for mark in reading.marks:
        assert 0 <= mark.start <= mark.end <= size, mark
    step = max(1, size // 50)
    for at in range(0, size, step):
        for place in reading.places.locate(at, min(at + step, size)):
            assert place.bytes is None or 0 <= place.bytes[0] <= place.bytes[1], place
    return "reading"
