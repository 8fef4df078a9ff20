"""Reports set as an office sets them, each in many layouts, and printed by LibreOffice to TXT, HTML, DOCX and PDF.

One source, flat OpenDocument; everything that a layout may have (an indent, a numbering that only the list knows, a
running head, two columns, a table, notes) is drawn by seed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

FORMS: Final = {
    "txt": "txt:Text (encoded):UTF8,LF,,,",
    "html": "html:HTML (StarWriter)",
    "docx": "docx:MS Word 2007 XML",
    "pdf": "pdf:writer_pdf_Export",
}
"""LibreOffice's name of each filter."""

_SPACES: Final = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)  # fmt: skip
_CHAPTER: Final = re.compile(r"[一二三四五六七八九十]{1,3}、(?=.{2,38}$)(?!.*[。；])")
_SECTION: Final = re.compile(r"（[一二三四五六七八九十]{1,3}）(?=.{2,38}$)(?!.*[。；])")
FONTS: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a report is set. Lengths are points, where nothing else is said."""

    width: float = 595
    height: float = 842
    margin: float = 80
    font: str = FONTS[0]
    heading_font: str = FONTS[0]
    size: float = 16
    leading: float = 28
    indent: float = 2
    """Ems."""
    justified: bool = True
    columns: int = 1
    head: bool = False
    foot: str = "— {} —"
    numbered: bool = False
    """一、 and （一） are the list's, and stand nowhere in the text."""
    styled: bool = True
    """Headings are headings, and not mere paragraphs."""
    centred: bool = False
    bold: bool = True
    table: bool = False
    notes: bool = False
    hanging: bool = False
    """Marks hang over the edge; LibreOffice leaves some of them out of its PDF altogether."""
    gap: float = 0
    """Between paragraphs."""


def layouts(rng: random.Random) -> Iterator[Layout]:
    """Draw layouts without end."""
    while True:
        size = rng.choice((16, 16, 14, 12, 10.5))
        columns = 2 if size < 12 and rng.random() < 0.5 else 1
        width, height = rng.choice(((595, 842), (595, 842), (516, 729), (524, 737), (612, 792)))
        yield Layout(
            width=width,
            height=height,
            margin=rng.choice((60, 72, 80, 90)),
            font=rng.choice(FONTS),
            heading_font=rng.choice(FONTS),
            size=size,
            leading=size * rng.choice((1.5, 1.75, 1.9)),
            indent=rng.choice((2, 2, 2, 2, 0)),
            justified=rng.random() < 0.8,
            columns=columns,
            head=rng.random() < 0.4,
            foot=rng.choice(("— {} —", "— {} —", "{}", "- {} -", "第{}页", "")),
            numbered=rng.random() < 0.3,
            styled=rng.random() < 0.6,
            centred=rng.random() < 0.2,
            bold=rng.random() < 0.7,
            table=rng.random() < 0.3,
            notes=rng.random() < 0.3,
            hanging=rng.random() < 0.2,
            gap=rng.choice((0, 0, 0, 6)),
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the source; ``level`` is a heading's (1 the title's), 0 otherwise."""

    text: str
    level: int = 0


def paragraphs_of(title: str, text: str, *, length: int = 9_000) -> list[Paragraph]:
    """Cut a clean report into its paragraphs, up to ``length`` characters."""
    found = [Paragraph(title, 1)]
    size = 0
    for line in text.split("\n"):
        if not line.strip() or (line == title and len(found) == 1):
            continue
        size += len(line)
        if size > length:
            break
        level = 2 if _CHAPTER.match(line) else 3 if _SECTION.match(line) else 0
        found.append(Paragraph(line, level))
    return found


TABLE: Final = (
    ("指标", "单位", "2023年", "增长（%）"),
    ("地区生产总值", "亿元", "4231.5", "5.2"),
    ("其中：工业", "亿元", "1310.8", "6.1"),
)
NOTE: Final = "绝对数按现价计算，增长速度按不变价格计算。"


def opendocument(paragraphs: Sequence[Paragraph], layout: Layout) -> str:
    """Write a report as flat OpenDocument (OASIS OpenDocument 1.2, 3.1.2)."""
    body: list[str] = []
    noted = not layout.notes
    for number, paragraph in enumerate(paragraphs):
        at = paragraph.text.find("。") if not noted and not paragraph.level and number > 4 else -1
        noted = noted or at >= 0
        body.append(_paragraph(paragraph, layout, at))
    if layout.table:
        body.insert(min(len(body), 6), _table())
    inner = "".join(body)
    if layout.columns > 1:
        columns = "".join(body[1:])
        inner = f'{body[0]}<text:section text:style-name="Two" text:name="S">{columns}</text:section>'
    edges = ""
    if layout.head:
        edges += f"<style:header>{_edge(escape(paragraphs[0].text))}</style:header>"
    if layout.foot:
        edges += f"<style:footer>{_edge(layout.foot.format('<text:page-number/>'))}</style:footer>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {_SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">\n{_styles(layout)}\n<office:master-styles>'
        f'<style:master-page style:name="Standard" style:page-layout-name="Page">{edges}</style:master-page>'
        f"</office:master-styles>\n<office:body><office:text>{inner}</office:text></office:body></office:document>\n"
    )


def _paragraph(paragraph: Paragraph, layout: Layout, noted_at: int) -> str:
    """Write a paragraph; a note has its sign before the character ``noted_at``, where that is not -1."""
    text, level = paragraph.text, paragraph.level
    label = (_CHAPTER if level == 2 else _SECTION).match(text) if level > 1 and layout.numbered else None
    style = f"H{level}" if level else "Body"
    inner = escape(text[label.end() :] if label else text)
    if noted_at >= 0:
        inner = escape(text[:noted_at]) + _NOTE + escape(text[noted_at:])
    if level and layout.styled:
        # A numbered heading is numbered by the list of the outline.
        unnumbered = "" if label else ' text:is-list-header="true"'
        return f'<text:h text:style-name="{style}" text:outline-level="{level}"{unnumbered}>{inner}</text:h>'
    written = f'<text:p text:style-name="{style}">{inner}</text:p>'
    if label is None:
        return written
    for _ in range(level - 2):
        written = f"<text:list><text:list-item>{written}</text:list-item></text:list>"
    return (
        '<text:list text:style-name="Numbers" text:continue-numbering="true"><text:list-item>'
        f"{written}</text:list-item></text:list>"
    )


_NOTE: Final = (
    '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
    '<text:p text:style-name="Footnote">'
    "绝对数按现价计算，增长速度按不变价格计算。</text:p></text:note-body></text:note>"
)


def _edge(inner: str) -> str:
    return f'<text:p text:style-name="Edge">{inner}</text:p>'


def _table() -> str:
    rows = (
        ("指标", "单位", "2023年", "增长（%）"),
        ("地区生产总值", "亿元", "4231.5", "5.2"),
        ("其中：工业", "亿元", "1310.8", "6.1"),
    )
    written = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell table:style-name="Cell"><text:p text:style-name="InCell">{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return (
        '<table:table table:name="T"><table:table-column table:number-columns-repeated="4"/>'
        f"{written}</table:table>"
    )


def _styles(layout: Layout) -> str:
    def style(name: str, paragraph: str, font: str, size: float, *, bold: bool = False) -> str:
        return (
            f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {paragraph}/>'
            f"{_face(font, size, bold=bold)}</style:style>"
        )

    size, measure = layout.size, 'fo:text-indent="0pt" fo:margin-left="0pt"'
    indent = f'fo:text-indent="{layout.indent * size}pt" fo:margin-left="0pt"'
    lead = (
        f'fo:line-height="{layout.leading}pt" fo:margin-bottom="{layout.gap}pt" fo:margin-top="0pt" fo:orphans="2" '
        f'fo:widows="2" style:punctuation-wrap="{"hanging" if layout.hanging else "simple"}"'
    )
    body = f'fo:text-align="{"justify" if layout.justified else "start"}" {indent} {lead}'
    heading = (
        f'fo:text-align="center" {measure} {lead}'
        if layout.centred
        else f'fo:text-align="start" {indent} {lead}'
    )
    edge = layout.margin
    face = layout.heading_font
    return "\n".join(
        (
            '<office:styles><style:default-style style:family="paragraph">',
            f"{_face(layout.font, size)}</style:default-style>",
            style("Body", body, layout.font, size),
            style("H1", f'fo:text-align="center" {measure} {lead}', face, size * 1.4, bold=layout.bold),
            style("H2", heading, face, size, bold=layout.bold),
            style("H3", heading, face, size, bold=layout.bold),
            style("Edge", 'fo:text-align="center"', layout.font, 10),
            style("Footnote", measure, layout.font, 9),
            style("InCell", 'fo:text-align="center"', layout.font, min(size, 12)),
            f'<text:outline-style style:name="Outline">{_levels("outline-level-style")}</text:outline-style>',
            (
                '<text:notes-configuration text:note-class="footnote" style:num-format="1" text:start-value="0" '
                'text:footnotes-position="page" text:start-numbering-at="document"/>'
            ),
            "</office:styles><office:automatic-styles>",
            f'<text:list-style style:name="Numbers">{_levels("list-level-style-number")}</text:list-style>',
            (
                '<style:style style:name="Two" style:family="section"><style:section-properties '
                'text:dont-balance-text-columns="true"><style:columns fo:column-count="2" fo:column-gap="20pt"/>'
                "</style:section-properties></style:style>"
            ),
            (
                '<style:style style:name="Cell" style:family="table-cell">'
                '<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="2pt"/></style:style>'
            ),
            (
                f'<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="{layout.width}pt" '
                f'fo:page-height="{layout.height}pt" fo:margin-top="50pt" fo:margin-bottom="50pt" '
                f'fo:margin-left="{edge}pt" fo:margin-right="{edge}pt"/>'
            ),
            '<style:header-style><style:header-footer-properties fo:margin-bottom="10pt"/></style:header-style>',
            '<style:footer-style><style:header-footer-properties fo:margin-top="10pt"/></style:footer-style>',
            "</style:page-layout></office:automatic-styles>",
        )
    )


def _face(font: str, size: float, *, bold: bool = False) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<style:text-properties fo:font-family="{font}" style:font-family-asian="{font}" fo:font-size="{size}pt" '
        f'style:font-size-asian="{size}pt" fo:font-weight="{weight}" style:font-weight-asian="{weight}" '
        'fo:language="en" style:language-asian="zh" style:country-asian="CN"/>'
    )


def _levels(kind: str) -> str:
    return "".join(
        f'<text:{kind} text:level="{level}" style:num-format="{form}" style:num-prefix="{before}" '
        f'style:num-suffix="{after}"><style:list-level-properties '
        'text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
        'text:label-followed-by="nothing" fo:text-indent="0pt" fo:margin-left="0pt"/>'
        f"</style:list-level-properties></text:{kind}>"
        for level, form, before, after in _NUMBERS[kind]
    )


_COUNTING: Final = "一, 二, 三, ..."
_NUMBERS: Final = {
    # The title is a heading of level 1, and has no number.
    "outline-level-style": ((1, "", "", ""), (2, _COUNTING, "", "、"), (3, _COUNTING, "（", "）")),
    "list-level-style-number": ((1, _COUNTING, "", "、"), (2, _COUNTING, "（", "）")),
}


def program() -> str | None:
    """Give the path of LibreOffice, None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def printed(documents: Sequence[str], *, timeout: float = 600) -> list[dict[str, bytes]]:
    """Print flat OpenDocument files in all forms.

    Raises:
        RuntimeError: LibreOffice is not there, or made no file.
    """
    soffice = program()
    if soffice is None:
        raise RuntimeError("LibreOffice (soffice) is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, document in enumerate(documents):
            (folder / f"{number}.fodt").write_text(document, encoding="utf-8")
        for form in FORMS.values():
            command = [
                soffice,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
            ]
            command += ["--convert-to", form, "--outdir", str(folder / "out")]
            command += [str(folder / f"{number}.fodt") for number in range(len(documents))]
            subprocess.run(
                command, check=True, capture_output=True, timeout=timeout, env={**os.environ, "HOME": name}
            )
        try:
            return [
                {form: (folder / "out" / f"{number}.{form}").read_bytes() for form in FORMS}
                for number in range(len(documents))
            ]
        except FileNotFoundError as error:
            raise RuntimeError(f"LibreOffice made no {error.filename}") from error
