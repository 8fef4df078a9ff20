# ruff: noqa: E501, PLW0108 - the inputs are read across; a lambda makes its input when its turn comes
"""Forty containers, pages and documents that mean no good: bombs, lies, loops, depths. Made when their turn comes."""

from __future__ import annotations

import bz2
import gzip
import io
import random
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final

Makes = tuple[str, Callable[[], bytes]]

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def bombs() -> Iterator[Makes]:
    """Give name and maker of each."""
    yield from _zips()
    yield from _tars()
    yield from _pages()
    yield from _words()
    yield from _printed()
    yield from _texts()


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Pack members, equal names too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def _zips() -> Iterator[Makes]:
    yield "a ZIP of a gigabyte of blanks", lambda: zipped(("a.txt", bytes(1 << 30)))
    yield "a ZIP ten levels deep", lambda: _nested(10)
    yield "a ZIP of ZIPs of ZIPs", lambda: zipped(*((f"{n}.zip", _wide(2, 16)) for n in range(16)))
    yield "a gzip of a gigabyte", lambda: gzip.compress(bytes(1 << 30))
    yield "a gzip of a gzip of a gigabyte", lambda: gzip.compress(gzip.compress(bytes(1 << 30)))
    yield (
        "a bzip2 of 900 streams",
        lambda: bz2.compress(b"a") * 900 + bz2.compress(random.Random(1).randbytes(20_000_000)),
    )
    yield "a gzip of 1,100 streams", lambda: gzip.compress(b"a") * 1100
    yield "a ZIP whose members overlap", _overlapping
    yield (
        "a ZIP that lies in its descriptors",
        lambda: zipped(("a.txt", b"abc" * 999)).replace(struct.pack("<I", 2997), struct.pack("<I", 3)),
    )
    yield "a ZIP64 that claims all there is", _zip64
    yield "a ZIP of a million entries", lambda: _directory(1_000_000)
    yield (
        "a ZIP with absolute names and names that climb",
        lambda: zipped(("/etc/passwd", b"a"), ("../../a", b"b"), ("C:\\a\\..\\b.txt", b"c")),
    )
    yield "a ZIP with equal names", lambda: zipped(*(("a.txt", b"%d" % n) for n in range(900)))
    yield (
        "a ZIP with names of 60,000 characters",
        lambda: zipped(*(("国" * 20_000 + f"{n}.txt", b"a") for n in range(100))),
    )
    yield (
        "a ZIP with names in GBK and of nothing",
        lambda: zipped(("报告.txt", b"a")).replace(
            "报告.txt".encode(), "报告".encode("gb18030") + b"\0\n.tx"
        ),
    )
    yield "a ZIP that is encrypted", lambda: _flagged(zipped(("a.txt", b"abc")))
    yield (
        "a ZIP of AppleDouble",
        lambda: zipped(("__MACOSX/._a", b"\0\5\x16\7" + bytes(99)), ("._a", b"\0\5\x16\7")),
    )
    yield (
        "a ZIP of unknown compression",
        lambda: zipped(("a.txt", b"abc" * 99)).replace(b"\x08\x00", b"\x63\x00"),
    )


def _nested(levels: int) -> bytes:
    data = b"a"
    for _ in range(levels):
        data = zipped(("a.zip", data), ("a.txt", b"a"))
    return data


def _wide(levels: int, each: int) -> bytes:
    data = bytes(1 << 20)
    for level in range(levels):
        data = zipped(*((f"{n}.{'zip' if level else 'txt'}", data) for n in range(each)))
    return data


def _overlapping() -> bytes:
    data = zipped(("a.txt", b"a" * 5000))
    at = data.index(b"PK\1\2")
    entry, end = data[at : data.index(b"PK\5\6")], data[data.index(b"PK\5\6") :]
    return data[:at] + entry * 500 + end[:8] + struct.pack("<HHI", 500, 500, len(entry) * 500) + end[16:]


def _zip64() -> bytes:
    data = zipped(("a.txt", b"abc"))
    at = data.index(b"PK\5\6")
    most = (1 << 64) - 1
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, most, most, most, most)
    return (
        data[:at] + record + b"PK\6\7" + struct.pack("<IQI", 0, at, 1) + b"PK\5\6" + b"\xff" * 16 + bytes(2)
    )


def _directory(entries: int) -> bytes:
    end = b"PK\5\6" + bytes(4) + struct.pack("<HHIIH", 0xFFFF, 0xFFFF, 46 * entries, 30, 0)
    return b"PK\3\4" + bytes(26) + (b"PK\1\2" + bytes(42)) * entries + end


def _flagged(data: bytes) -> bytes:
    held = bytearray(data)
    at = data.index(b"PK\1\2")
    held[6] |= 1
    held[at + 8] |= 1
    return bytes(held)


def _header(name: str, size: int = 0, kind: bytes = b"0") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, "/etc/passwd"
    return info.tobuf(tarfile.USTAR_FORMAT)


def _block(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def _tars() -> Iterator[Makes]:
    file = _header("a.txt", 3) + _block(b"abc")
    yield (
        "a tar of links and devices",
        lambda: b"".join(_header(f"l{n}", 0, b"%d" % n) for n in range(1, 7)) + file + bytes(1024),
    )
    yield (
        "a tar of 5,000 long names for one file",
        lambda: (_header("l", 2, b"L") + _block(b"b\0")) * 5000 + file + bytes(1024),
    )
    yield (
        "a tar of 5,000 descriptions of one file",
        lambda: (_header("x", 11, b"x") + _block(b"11 path=ab\n")) * 5000 + file + bytes(1024),
    )
    yield (
        "a tar whose description is 10 MB of digits",
        lambda: _header("x", 10**7, b"x") + _block(b"1" * 10**7) + file + bytes(1024),
    )
    yield (
        "a tar whose description is 500 kB of digits",
        lambda: _header("x", 500_000, b"x") + _block(b"1" * 500_000) + file + bytes(1024),
    )
    yield (
        "a tar with a sparse file of a terabyte",
        lambda: _header("s", 512, b"S") + bytes(512) + file + bytes(1024),
    )
    yield "a tar of 200,000 folders", lambda: _header("d/", 0, b"5") * 120_000
    yield "a tar cut in the middle", lambda: _header("a.txt", 10**6) + bytes(1000)


def _pages() -> Iterator[Makes]:
    prose = "<p>全市经济运行总体平稳，稳中有进，主要指标好于预期。</p>" * 20
    yield (
        "HTML of a million cells",
        lambda: ("<html><body>" + prose + "<table><tr>" + "<td>" * 10**6).encode(),
    )
    yield (
        "HTML of huge spans",
        lambda: (
            "<html><body>" + prose + "<table>" + "<tr><td rowspan=65534 colspan=1000>甲</td></tr>" * 1000
        ).encode(),
    )
    yield (
        "HTML with an attribute of 20 MB",
        lambda: ("<html><body>" + prose + "<p title='" + "国" * 7_000_000 + "'>甲").encode(),
    )
    yield (
        "HTML with a million attributes",
        lambda: ("<html><body>" + prose + "<p " + "a=1 " * 10**6 + ">甲").encode(),
    )
    yield "HTML of a million comments", lambda: ("<html><body>" + prose + "<!-- -->" * 10**6).encode()
    yield "HTML of tables in tables", lambda: ("<html><body>" + prose + "<table><tr><td>甲" * 20_000).encode()
    yield (
        "HTML of blanks that do not break",
        lambda: ("<html><body>" + prose + "<div>2024-01-01" + "\u00a0" * 10**6 + "</div>").encode(),
    )
    yield "a web archive with a boundary of nothing", lambda: _web_archive(b"", b"") * 1000
    yield (
        "a web archive with a boundary in each line",
        lambda: _web_archive(b"-", b"<p>a</p>\n--\n" * 100_000),
    )
    yield (
        "a web archive of 3,000 parts",
        lambda: _web_archive(b"b", b"<p>a</p>\n--b\nContent-Type: text/html\n\n" * 3000),
    )
    yield (
        "a web archive of a header of 10 MB",
        lambda: (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\nX: "
            + b"a;" * 5_000_000
            + b"\n\n--b\n\n--b--"
        ),
    )


def _web_archive(boundary: bytes, body: bytes) -> bytes:
    head = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="%b"\n\n--%b\nContent-Type: text/html\n\n'
    return head % (boundary, boundary) + body


def _word(body: str) -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return zipped(("[Content_Types].xml", types.encode()), ("word/document.xml", document.encode()))


def _words() -> Iterator[Makes]:
    yield (
        "a DOCX of tables in tables",
        lambda: _word("<w:tbl><w:tr><w:tc>" * 5000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5000),
    )
    yield (
        "a DOCX of huge spans",
        lambda: _word(
            "<w:tbl>"
            + "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2147483647'/><w:vMerge/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr>"
            * 1000
            + "</w:tbl>"
        ),
    )
    yield (
        "a DOCX with an attribute of 20 MB",
        lambda: _word("<w:p w:a='" + "a" * 20_000_000 + "'><w:r><w:t>报告</w:t></w:r></w:p>"),
    )
    yield (
        "a DOCX of a run of 20 MB",
        lambda: _word("<w:p><w:r><w:t>" + "报告。" * 2_000_000 + "</w:t></w:r></w:p>"),
    )
    yield (
        "a DOCX with an entity that reads a file",
        lambda: zipped(
            ("[Content_Types].xml", b"<Types/>"),
            (
                "word/document.xml",
                f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'.encode(),
            ),
        ),
    )
    yield (
        "a DOCX of a million entries",
        lambda: _directory(900_000) + b"[Content_Types].xml word/document.xml",
    )


def _pdf(*objects: bytes) -> bytes:
    out = b"%PDF-1.7\n"
    for number, held in enumerate(objects, 1):
        out += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    return out + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (extra, len(data), data)


_CATALOG: Final = b"<< /Type /Catalog /Pages 2 0 R >>"


def _printed() -> Iterator[Makes]:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    yield (
        "a PDF of 10,000 pages",
        lambda: _pdf(
            _CATALOG,
            b"<< /Type /Pages /Kids [" + b"3 0 R " * 10_000 + b"] /Count 10000 >>",
            page,
            _stream(b"BT ET"),
        ),
    )
    yield (
        "a PDF whose tree of pages is a ring",
        lambda: _pdf(_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 99999999 >>"),
    )
    yield (
        "a PDF whose objects are streams of themselves",
        lambda: _pdf(
            _CATALOG,
            tree,
            page,
            _stream(b"4 0 5 0 4 0 R 5 0 R", b"/Type /ObjStm /N 2 /First 8 /Extends 4 0 R"),
        ),
    )
    yield (
        "a PDF of a page as large as numbers go",
        lambda: _pdf(
            _CATALOG, tree, page.replace(b"595 842", b"1e38 1e38"), _stream(b"BT /F 1e30 Tf (a) Tj ET")
        ),
    )
    yield (
        "a PDF with an inline picture without an end",
        lambda: _pdf(
            _CATALOG, tree, page, _stream(b"BI /W 999999 /H 999999 /BPC 8 /CS /RGB ID " + bytes(1_000_000))
        ),
    )
    yield (
        "a PDF that saves its state a million times",
        lambda: _pdf(_CATALOG, tree, page, _stream(b"q " * 10**6)),
    )
    yield "a PDF of arrays in arrays", lambda: _pdf(_CATALOG, tree, page, b"[" * 200_000)
    yield (
        "a PDF of forms that draw themselves",
        lambda: _pdf(
            _CATALOG,
            tree,
            page.replace(b"/Contents", b"/Resources << /XObject << /X 5 0 R >> >> /Contents"),
            _stream(b"/X Do"),
            _stream(
                b"/X Do /X Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
            ),
        ),
    )
    yield (
        "a PDF of signs without number",
        lambda: _pdf(
            _CATALOG,
            tree,
            page.replace(
                b"/Contents",
                b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents",
            ),
            _stream(
                zlib.compress(b"BT /F 1 Tf " + b"(aaaaaaaaaa) Tj 0 0 Td " * 150_000 + b"ET"),
                b"/Filter /FlateDecode",
            ),
        ),
    )


def _texts() -> Iterator[Makes]:
    prose = "2023年政府工作报告\n国民经济和社会发展取得新的成绩，城乡居民收入稳步增长。\n"
    for name, unit in (
        ("backslashes", "\\"),
        ("号", "号"),
        ("推进?", "推进?"),
        ("line breaks of HTML", "<br/>"),
        ("UTF-8 in GBK", "绗洓闃舵"),
    ):
        yield (
            f"two megabytes of {name}",
            lambda unit=unit: (prose + unit * (2_000_000 // len(unit.encode())) + "\n二、全面推进").encode(),
        )
    yield (
        "three megabytes in which each line lost bytes",
        lambda: (prose + "推进?业结构优化升级，?快建设现代化?业体系。\n" * 50_000).encode(),
    )
    yield (
        "three megabytes of UTF-8 read as GBK with marks",
        lambda: "\n".join([(prose * 20).encode().decode("gbk", "replace")] * 2 * 50).encode(),
    )
