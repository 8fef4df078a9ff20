"""The body of a DOCX: paragraphs, runs, tables, notes (ECMA-376 part 1, 17.3, 17.4, 17.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from ...edition import Finding
from .assembly import Assembly
from .docx_fields import Fields
from .docx_numbering import SYMBOLS, Numbering, W
from .docx_styles import Styles, toggle, value_of, whole
from .tables import Grid

RUN: Final = 24
"""A place is ``part << PART | run << RUN | character``."""
PART: Final = 56

_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V: Final = "{urn:schemas-microsoft-com:vml}"

_THROUGH: Final = frozenset(
    W + name
    for name in (
        "ins",
        "moveTo",
        "smartTag",
        "customXml",
        "fldSimple",
        "dir",
        "bdo",
        "sdtContent",
        "rubyBase",
    )
)
"""Elements that only wrap what is inside; ``del`` and ``moveFrom`` are not among them: deleted text is no text."""

_CONTENTS: Final = ("目录", "目次")
_SPACES: Final = {9: " ", 10: " ", 13: " "}


class _Piece(NamedTuple):
    """Text of one paragraph before it is written out; a kind instead of text is a mark without extent."""

    text: str
    source: int
    bold: bool = False
    link: str = ""
    kind: str = ""
    data: Mapping[str, str | int] = {}


class Body:
    """Reads the stories of a document into one assembly."""

    def __init__(
        self, styles: Styles, numbering: Numbering, relations: Mapping[str, tuple[str, str]]
    ) -> None:
        self.out = Assembly()
        self.findings: list[Finding] = []
        self._styles = styles
        self._numbering = numbering
        self._relations = relations
        self._part = 0
        self._run = 0
        self._fields = Fields()
        self._notes: list[tuple[str, str, int]] = []
        self._boxes: list[etree._Element] = []
        self._contents = 0  # content controls around this that hold a table of contents
        self._listed = False  # the paragraph has text of a field that makes one
        self._headed = -1, -1  # where the paragraph before stands, if it may be the heading of one
        self._glue = "\n"
        self._fresh = True

    def read(self, root: etree._Element) -> None:
        """Read the main story."""
        body = root.find(f"{W}body")
        self._blocks(root if body is None else body)

    def read_notes(self, parts: Mapping[str, etree._Element | None]) -> None:
        """Write the bodies of the notes that were referred to after the text: footnotes, then endnotes, as printed."""
        stories = {
            kind: {note.get(f"{W}id") or "": note for note in root.iter(f"{W}{kind}")}
            for kind, root in parts.items()
            if root is not None
        }
        queued, self._notes = sorted(self._notes, key=lambda note: note[0] != "footnote"), []
        runs = {0: self._run, 1: 0, 2: 0}
        for kind, key, number in queued:
            note = stories.get(kind, {}).get(key)
            if note is None:
                continue
            self._part = 1 if kind == "footnote" else 2
            self._run = runs[self._part]
            start = self.out.size
            self._blocks(note)
            if self.out.size > start:
                self.out.mark(start + (start > 0), "note", {"number": number})
            runs[self._part] = self._run

    # Blocks

    def _blocks(self, parent: etree._Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == f"{W}p":
                self._paragraph(child)
            elif tag == f"{W}tbl":
                self._table(child)
            elif tag == f"{W}sdt":
                gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                contents = gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
                self._contents += contents
                inner = child.find(f"{W}sdtContent")
                if inner is not None:
                    self._blocks(inner)
                self._contents -= contents
            elif tag in _THROUGH:
                self._blocks(child)
            elif tag == f"{_MC}AlternateContent":
                chosen = _choice(child)
                if chosen is not None:
                    self._blocks(chosen)
            elif tag == f"{W}altChunk":
                at = self.out.size
                self.findings.append(
                    Finding(
                        at,
                        at,
                        "embedded-document",
                        "a file embedded here is not read; save the document again in a word processor to merge it",
                    )
                )

    def _paragraph(self, node: etree._Element) -> None:
        properties = node.find(f"{W}pPr")
        style = value_of(properties, "pStyle") or self._styles.default_paragraph
        first = self._run
        self._listed = False
        pieces = list(self._inline(node, style))
        self._fields.end_paragraph()
        contents = self._listed or self._contents > 0 or self._styles.in_contents(style)
        label = self._label(properties, style)
        boxes, self._boxes = self._boxes, []
        if toggle(properties, "pageBreakBefore"):
            self.out.mark(self.out.size, "page-break")
        if any(piece.text.strip() for piece in pieces):
            start = self._open(first)
            if label:
                self.out.add(label, self._place(first), 0)
            self._write(pieces)
            level = self._styles.heading(style, whole(value_of(properties, "outlineLvl")))
            if contents:
                above, below = self._headed
                if above >= 0:
                    self.out.mark(above, "page-furniture", {"what": "contents"}, end=below)
                self.out.mark(start, "page-furniture", {"what": "contents"})
            elif level is not None and self._glue == "\n":
                self.out.mark(start, "heading" if level else "title", {"level": level} if level else {})
            self._fresh = False
            said = "".join("".join(piece.text for piece in pieces).split())
            self._headed = (start, self.out.size) if said in _CONTENTS else (-1, -1)
        else:
            self._write([piece for piece in pieces if piece.kind])
        if properties is not None and properties.find(f"{W}sectPr") is not None:
            kind = value_of(properties.find(f"{W}sectPr"), "type")
            if kind in (None, "nextPage", "oddPage", "evenPage"):
                self.out.mark(self.out.size, "page-break")
        for box in boxes:
            self._blocks(box)

    def _open(self, run: int) -> int:
        """Begin a new line (in a table's cell, a new word) and tell where its text begins."""
        if self.out.size and not self._fresh:
            self.out.add(self._glue, self._place(run), 0)
        return self.out.size

    def _place(self, run: int, char: int = 0) -> int:
        return self._part << PART | run << RUN | char

    def _write(self, pieces: list[_Piece]) -> None:
        out = self.out
        runs: dict[str, tuple[int, str]] = {}
        for piece in pieces:
            for kind, value in (("bold", "bold" if piece.bold else ""), ("link", piece.link)):
                if kind in runs and runs[kind][1] != value and not piece.kind:
                    start, held = runs.pop(kind)
                    out.mark(start, kind, {"target": held} if kind == "link" else {})
                if value and kind not in runs:
                    runs[kind] = (out.size, value)
            if piece.kind:
                out.mark(out.size, piece.kind, piece.data)
            elif piece.text == "\n":
                out.add(self._glue, piece.source, 1)
            else:
                out.add(piece.text, piece.source)
        for kind, (start, held) in runs.items():
            if out.size > start:
                out.mark(start, kind, {"target": held} if kind == "link" else {})

    def _label(self, properties: etree._Element | None, style: str | None) -> str:
        num_id = value_of(properties, f"numPr/{W}numId")
        level = whole(value_of(properties, f"numPr/{W}ilvl"))
        if num_id is None:
            for own in self._styles.chain(style):
                if own.num_id is not None:
                    num_id = own.num_id
                    break
        if level is None:
            level = next((own.level for own in self._styles.chain(style) if own.level is not None), 0)
        if num_id is None or num_id == "0":
            return ""
        return self._numbering.label(num_id, level)

    # Runs

    def _inline(self, node: etree._Element, style: str | None, link: str = "") -> Iterator[_Piece]:
        for child in node:
            tag = child.tag
            if tag == f"{W}r":
                yield from self._read_run(child, style, link)
            elif tag == f"{W}hyperlink":
                kind, target = self._relations.get(child.get(f"{_R}id") or "", ("", ""))
                yield from self._inline(child, style, target if kind == "hyperlink" else link)
            elif tag in _THROUGH:
                yield from self._inline(child, style, link)
            elif tag == f"{W}sdt":
                inner = child.find(f"{W}sdtContent")
                if inner is not None:
                    yield from self._inline(inner, style, link)
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                text = "".join(part.text or "" for part in child.iter(f"{_M}t"))
                yield _Piece(text.translate(_SPACES), self._place(self._run))
                self._run += 1

    def _read_run(self, node: etree._Element, style: str | None, link: str) -> Iterator[_Piece]:
        run, self._run = self._run, self._run + 1
        properties = node.find(f"{W}rPr")
        character = value_of(properties, "rStyle")
        if self._hidden(properties, character):
            return
        bold = self._bold(properties, character, style)
        char = 0
        for child in node:
            tag = child.tag
            text = ""
            if tag == f"{W}t":
                text = (child.text or "").translate(_SPACES)
                if child.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
                    text = text.strip(" ")
            elif tag == f"{W}tab":
                text = "\t" if self._glue == "\n" else " "
            elif tag in (f"{W}br", f"{W}cr"):
                if child.get(f"{W}type") in ("page", "column"):
                    yield _Piece("", 0, kind="page-break")
                    continue
                text = "\n"
            elif tag == f"{W}noBreakHyphen":
                text = "-"
            elif tag == f"{W}sym":
                text = _symbol(child)
            elif tag == f"{W}fldChar":
                self._fields.mark(child.get(f"{W}fldCharType") or "")
            elif tag == f"{W}instrText":
                self._fields.instruct(child.text or "")
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = tag.removeprefix(W).removesuffix("Reference")
                number = len(self._notes) + 1
                self._notes.append((kind, child.get(f"{W}id") or "", number))
                yield _Piece("", 0, kind="footnote", data={"number": number})
            elif tag == f"{W}ruby":
                yield from self._ruby(child, style, link)
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"):
                yield from self._drawing(child)
            if text and self._fields.shows():
                self._listed = self._listed or self._fields.in_contents()
                yield _Piece(text, self._place(run, char), bold, link or self._fields.link())
            char += len(text)

    def _ruby(self, node: etree._Element, style: str | None, link: str) -> Iterator[_Piece]:
        base = node.find(f"{W}rubyBase")
        reading = "".join(part.text or "" for part in node.iterfind(f"{W}rt//{W}t"))
        if base is not None:
            yield _Piece("", 0, kind="ruby", data={"text": reading})
            yield from self._inline(base, style, link)

    def _drawing(self, node: etree._Element) -> Iterator[_Piece]:
        if node.tag == f"{_MC}AlternateContent":
            chosen = _choice(node)
            if chosen is None:
                return
            node = chosen
        boxes = list(_outermost(node, f"{W}txbxContent"))
        self._boxes += boxes
        if boxes:
            return
        described = next(node.iter(f"{_WP}docPr"), None)
        about = "" if described is None else described.get("descr") or described.get("title") or ""
        for picture in (*node.iter(f"{_A}blip"), *node.iter(f"{_V}imagedata")):
            key = picture.get(f"{_R}embed") or picture.get(f"{_R}link") or picture.get(f"{_R}id") or ""
            target = self._relations.get(key, ("", ""))[1]
            yield _Piece("", 0, kind="image", data={"target": target, "about": about})

    def _hidden(self, properties: etree._Element | None, character: str | None) -> bool:
        own = toggle(properties, "vanish")
        if own is not None:
            return own
        return any(style.vanish for style in self._styles.chain(character))

    def _bold(self, properties: etree._Element | None, character: str | None, paragraph: str | None) -> bool:
        own = toggle(properties, "b")
        if own is not None:
            return own
        # 17.7.3: a toggle property of a character style reverses that of the paragraph's style.
        first = next((s.bold for s in self._styles.chain(character) if s.bold is not None), False)
        second = next(
            (s.bold for s in self._styles.chain(paragraph) if s.bold is not None), self._styles.default_bold
        )
        return bool(first) != bool(second)

    # Tables

    def _table(self, node: etree._Element) -> None:
        rows = list(_children(node, f"{W}tr"))
        cells = [list(_children(row, f"{W}tc")) for row in rows]
        if self._glue != "\n" or all(len(row) <= 1 for row in cells):
            # A table inside a cell, or one of a single column: a frame around paragraphs.
            for cell in (cell for held in cells for cell in held):
                self._blocks(cell)
            return
        grid = Grid(self.out)
        for row, held in zip(rows, cells, strict=True):
            grid.begin_row(self._open(self._run))
            self._fresh = False
            skipped = whole(value_of(row.find(f"{W}trPr"), "gridBefore")) or 0
            for _ in range(min(skipped, 64)):
                grid.begin_cell(self._place(self._run))
                grid.end_cell()
            for cell in held:
                properties = cell.find(f"{W}tcPr")
                across = max(1, min(whole(value_of(properties, "gridSpan")) or 1, 64))
                merge = None if properties is None else properties.find(f"{W}vMerge")
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                grid.begin_cell(self._place(self._run), across, goes_on=goes_on)
                self._glue, self._fresh = " ", True
                self._blocks(cell)
                self._glue, self._fresh = "\n", False
                grid.end_cell()
            grid.end_row()
        grid.close()


def _children(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Give the children of a kind, also those inside content controls and insertions."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH or child.tag == f"{W}sdt":
            yield from _children(child, tag)


def _outermost(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            chosen = _choice(child)
            if chosen is not None:
                yield from _outermost(chosen, tag)
        elif isinstance(child.tag, str):
            yield from _outermost(child, tag)


def _choice(node: etree._Element) -> etree._Element | None:
    """Choose one form of alternate content: both say the same, and only one may be read."""
    choice = node.find(f"{_MC}Choice")
    return choice if choice is not None else node.find(f"{_MC}Fallback")


def _symbol(node: etree._Element) -> str:
    try:
        code = int(node.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    if code in SYMBOLS:
        return SYMBOLS[code]
    if 0xF020 <= code <= 0xF07E and (node.get(f"{W}font") or "").lower() not in (
        "symbol",
        "wingdings",
        "webdings",
    ):
        return chr(code - 0xF000)  # the symbol range of a font with ordinary letters
    return chr(code) if 0x20 <= code <= 0xFFFD and not 0xD800 <= code < 0xE000 else ""
