"""Small files of every format, made by code: DOCX and PDF are written out by hand, so that each byte is known.

The PDFs name a Chinese font without embedding it (``STSong-Light`` with ``UniGB-UTF16-H``): no font file is needed, and
what comes out proves that the reader does not depend on the fonts of the machine.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


# DOCX


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def numbered(text: str, num: int, level: int = 0) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def cell(*paragraphs: str, properties: str = "") -> str:
    inner = "".join(one if one.startswith("<w:p>") else paragraph(one) for one in paragraphs) or "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: Sequence[str]) -> str:
    inner = "".join(
        "<w:tr>" + "".join(one if one.startswith("<w:tc>") else cell(one) for one in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{inner}</w:tbl>"


def level(
    number: int, form: str, text: str, *, suffix: str = "nothing", extra: str = "", start: int = 1
) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*lists: Sequence[str]) -> str:
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{"".join(levels)}</w:abstractNum>'
        for n, levels in enumerate(lists)
    )
    nums = "".join(
        f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(len(lists))
    )
    return abstract + nums


def docx(
    *body: str,
    styles: str = "",
    numbers: str = "",
    footnotes: str = "",
    relations: str = "",
    raw: dict[str, bytes] | None = None,
) -> bytes:
    def part(root: str, inner: str) -> bytes:
        spaces = f'xmlns:w="{W}" xmlns:r="{R}"'
        return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {spaces}>{inner}</w:{root}>'.encode()

    kinds = {"styles": styles, "numbering": numbers, "footnotes": footnotes}
    related = "".join(
        f'<Relationship Id="x{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>'
        for kind, inner in kinds.items()
        if inner
    )
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = {"document": "document.main", **{kind: kind for kind, inner in kinds.items() if inner}}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
        for name, kind in named.items()
    )
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )
    parts = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{R}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ).encode(),
        "word/document.xml": part("document", f"<w:body>{''.join(body)}</w:body>"),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{related}{relations}</Relationships>'.encode()
        ),
        **{f"word/{kind}.xml": part(kind, inner) for kind, inner in kinds.items() if inner},
        **(raw or {}),
    }
    return zipped(parts)


# Archives


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def zipped_with_gbk_names(members: dict[str, bytes]) -> bytes:
    """Pack as Windows in China does: names in GBK, no flag that says so."""
    raw = [name.encode("gb18030") for name in members]
    plain = [f"{number}".zfill(len(name)) for number, name in enumerate(raw)]
    data = zipped(dict(zip(plain, members.values(), strict=True)))
    for stand_in, name in zip(plain, raw, strict=True):
        data = data.replace(stand_in.encode(), name)
    return data


# PDF


def text_at(x: float, y: float, text: str, size: float = 12, font: str = "F1") -> str:
    """Show a line; ideographs are one size wide, ASCII half of it."""
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"0.5 w {x1} {y1} m {x2} {y2} l S\n"


def pdf(
    pages: Iterable[str], *, width: int = 595, height: int = 842, rotate: int = 0, extra: str = ""
) -> bytes:
    """Write a PDF; each page is a content stream."""
    objects: list[bytes] = [b"", b""]

    def add(body: str | bytes) -> int:
        objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(objects)

    def font(name: str) -> int:
        inner = add(
            f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /DW 1000 /W [1 95 500 814 939 500] "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
            f"/FontDescriptor << /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [0 -120 1000 880] "
            "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >> >>"
        )
        return add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name}-UniGB-UTF16-H /Encoding /UniGB-UTF16-H "
            f"/DescendantFonts [{inner} 0 R] >>"
        )

    fonts = f"/F1 {font('STSong-Light')} 0 R /F2 {font('SimHei')} 0 R"
    kids = []
    for content in pages:
        stream = add(
            b"<< /Length %d >>\nstream\n" % len(content.encode("latin-1"))
            + content.encode("latin-1")
            + b"\nendstream"
        )
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {rotate} "
                f"/Contents {stream} 0 R /Resources << /Font << {fonts} >> {extra} >> >>"
            )
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def set_text(paragraphs: Iterable[str], *, measure: int = 30, indent: int = 2) -> list[str]:
    """Break paragraphs into lines as a printer does: an indent, and no line that begins with 。，、；：！？）”》."""
    lines = []
    for text in paragraphs:
        rest = "\u3000" * indent + text
        while len(rest) > measure:
            cut = measure
            if rest[cut] in "。，、；：！？）”》":
                cut -= 1  # the character before goes along
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def page_of(
    lines: Iterable[str], *, x: float = 90, top: float = 740, size: float = 12, leading: float = 24
) -> str:
    """Set lines under one another; an indent of U+3000 is not shown but moved over."""
    out = ""
    for number, line in enumerate(lines):
        shown = line.lstrip("\u3000")
        out += text_at(x + size * (len(line) - len(shown)), top - leading * number, shown, size)
    return out
