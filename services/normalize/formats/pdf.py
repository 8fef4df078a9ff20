"""PDF with a text layer: lines in reading order, paragraphs joined by geometry, each character with page and box.

pdfium gives characters and boxes (``pdf_pages``) and drawn rules (``pdf_rules``); what follows is arithmetic on them:
lines (``pdf_lines``), reading order (``pdf_order``), tables (``pdf_tables``, written by ``pdf_cells``), running heads
(``pdf_furniture``), columns and paragraphs (``pdf_columns``, ``pdf_joins``); at last the way back to pages and boxes
(``pdf_places``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2 as pdfium

from ...edition import Encoding, Finding
from ..errors import RejectedError
from ..hints import Hints
from ..reading import Reading
from .assembly import Assembly
from .pdf_cells import cut_at_signs, mark_sign, write_table
from .pdf_columns import FEW, Column, Manner, columns_of, manner_of, usual_column
from .pdf_furniture import mark_contents, mark_furniture
from .pdf_joins import Seam, glue, joins
from .pdf_lines import Line, lines_of
from .pdf_notes import answers_sign, begins_with_sign, find_endnotes, is_endnote, mend, without_notes
from .pdf_order import fits, gutter, in_reading_order, rows_of
from .pdf_pages import PageText, opened, pages
from .pdf_places import CHAR, PdfPlaces
from .pdf_tables import Table, aligned_tables, ruled_tables

MEDIA_TYPE: Final = "application/pdf"
READER: Final = ("pdf", "8", f"pypdfium2 {pdfium.PYPDFIUM_INFO}", f"pdfium {pdfium.PDFIUM_INFO}")

SIDE: Final = 10_000
"""Thousandths of a point by which a table may stand out of its column: Word lets the text of its cells be flush."""
LEGIBLE: Final = 500
"""Per mille of the characters that must be characters: fonts without a table to Unicode give private codes."""
_ILLEGIBLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read(data: bytes, hints: Hints) -> Reading:  # noqa: ARG001 - the signature of a reader
    """Read a PDF.

    Raises:
        RejectedError: ``damaged``, ``encrypted``, ``too-many-pages``, ``too-large``, ``scan-without-text`` or
            ``illegible-text``.
    """
    with opened(data) as document:
        all_pages = tuple(pages(document))
    lines = [mend(lines_of(page), page) for page in all_pages]
    find_endnotes(list(zip(all_pages, lines, strict=True)))
    _refuse_without_text(all_pages, lines)
    mark_furniture(lines, [page.height for page in all_pages])
    _calm(lines)
    writer = _Writer(all_pages, lines)
    writer.run()
    out = writer.out
    text = out.text()
    places = PdfPlaces(out, {page.number: page.boxes for page in all_pages if page.chars})
    encoding = Encoding(None, 1000, None, ("PDF fonts say which characters their glyphs are",))
    return Reading(text, places, MEDIA_TYPE, encoding, READER, tuple(out.marks), tuple(writer.findings))


def _refuse_without_text(all_pages: Sequence[PageText], lines: Sequence[Sequence[Line]]) -> None:
    texts = ["".join([line.text for line in held]) for held in lines]
    whole = "".join("".join(texts).split())
    stamped = (
        len(all_pages) > 1
        and all(page.pictures for page in all_pages)
        and len({re.sub(r"[\d\s]+", "", text) for text in texts} - {""}) <= 1
    )
    if not whole or stamped:
        pictures = any(page.pictures for page in all_pages)
        raise RejectedError(
            "scan-without-text" if pictures else "empty",
            "the PDF is a scan: its pages are pictures without text; run text recognition over it and send the result"
            if pictures
            else "the PDF has no text on any page; upload one that has",
        )
    if len(_ILLEGIBLE.findall(whole)) * 1000 > (1000 - LEGIBLE) * len(whole):
        raise RejectedError(
            "illegible-text",
            "the fonts of this PDF do not say which characters they show; print it to a new PDF, or run text "
            "recognition over it, and send that",
        )


def _calm(lines: Sequence[Sequence[Line]]) -> None:
    """Where most lines are bold, none is: the body is set in a face such as Hei."""
    flat = [line for held in lines for line in held]
    if sum(line.bold for line in flat) * 2 > len(flat):
        for line in flat:
            line.bold, line.bold_until = False, -1


class _Writer:
    def __init__(self, all_pages: Sequence[PageText], lines: Sequence[list[Line]]) -> None:
        self.out = Assembly()
        self.findings: list[Finding] = []
        self.pages = {page.number: page for page in all_pages}
        self.lines = {page.number: held for page, held in zip(all_pages, lines, strict=True)}
        self.usual: Column | None = None
        self.manner = Manner()
        self.columns: dict[tuple[int, int], Column] = {}
        self.last: Line | None = None
        self.opens = False
        self.notes: list[Line] = []
        self.last_notes: list[Line] = []
        """Notes that stand behind the text, where Word and web pages have them."""
        self.end_notes: list[Line] = []
        self.signs = {
            page.number: [sign for line in held for sign in line.signs]
            for page, held in zip(all_pages, lines, strict=True)
        }
        self.furniture = -1
        self.bold = -1

    def run(self) -> None:
        ruled: dict[int, tuple[list[Line], list[Table]]] = {}
        for number, page in self.pages.items():
            body = [line for line in self.lines[number] if not line.furniture]
            tables = ruled_tables(page, body)
            taken = {at for table in tables for at in table.swallowed}
            ruled[number] = [line for at, line in enumerate(body) if at not in taken], tables
        gutters = {number: gutter(rest) for number, (rest, _) in ruled.items()}
        usual = Counter(found for found in gutters.values() if found).most_common(1)
        flows: dict[int, tuple[list[Line], list[Table]]] = {}
        for number, (rest, tables) in ruled.items():
            page, found = self.pages[number], gutters[number]
            if found is None and usual and fits(rest, usual[0][0]):
                found = usual[0][0]
            rows = rows_of(rest)
            ordered = in_reading_order(rows, found)
            if found is None or not any(line.column for line in ordered):
                more = aligned_tables(page, ordered, rows)
                if more:
                    gone = {at for table in more for at in table.swallowed}
                    ordered = [line for at, line in enumerate(ordered) if at not in gone]
                    tables.extend(more)
            flows[number] = ordered, tables
        mark_contents([line for ordered, _ in flows.values() for line in ordered])
        bodies = {
            number: [line for line in ordered if not line.contents] or ordered
            for number, (ordered, _) in flows.items()
        }
        alone = {number: columns_of(body) for number, body in bodies.items()}
        self.usual = usual_column((bodies[number], columns) for number, columns in alone.items())
        for number, body in bodies.items():
            few = self.usual is not None and sum(line.column == 0 for line in body) < FEW
            for column, measured in (columns_of(body, self.usual) if few else alone[number]).items():
                self.columns[number, column] = measured
        self.manner = manner_of([ordered for ordered, _ in flows.values()], self.columns)
        for number, (ordered, tables) in flows.items():
            self.page(self.pages[number], ordered, tables)
        self.end_bold()
        self.close_furniture(None)
        self.notes += self.last_notes + self.end_notes
        self.write_notes()

    def page(self, page: PageText, ordered: list[Line], tables: list[Table]) -> None:
        held = self.lines[page.number]
        self.out.mark(self.out.size, "page-break", {"page": page.number})
        if not held and page.pictures:
            at = self.out.size
            self.findings.append(
                Finding(at, at, "page-without-text", f"page {page.number} is a picture without text")
            )
        middle = page.height // 2
        for line in sorted(
            (line for line in held if line.furniture and line.middle > middle), key=_downwards
        ):
            self.furnish(line)
        second = min((line.left for line in ordered if line.column == 2), default=page.width)
        waiting = sorted(tables, key=lambda table: (table.left >= second - SIDE, -table.top))
        text, notes = without_notes(ordered)
        for number, line in enumerate(text):
            while waiting and _stands_before(waiting[0], line, second):
                self.table(page, waiting.pop(0))
            self.line(line, text[number + 1] if number + 1 < len(text) else None)
        for table in waiting:
            self.table(page, table)
        called = endnote = False
        for line in notes:
            if begins_with_sign(line):
                called = answers_sign(line, text)
                endnote = called and is_endnote(line)
            (self.end_notes if endnote else self.last_notes if called else self.notes).append(line)
        for line in sorted(
            (line for line in held if line.furniture and line.middle <= middle), key=_downwards
        ):
            self.furnish(line)

    def place(self, line: Line) -> int:
        return line.page << CHAR | line.first

    def furnish(self, line: Line) -> None:
        """Write a running head or a page number: a line of its own, marked."""
        self.end_bold()
        if self.out.size:
            self.out.add("\n", self.place(line), 0)
        if self.furniture < 0:
            self.furniture = self.out.size
        start = self.out.size
        for text, index in line.pieces:
            self.out.add(text, line.page << CHAR | index)
        self.out.mark(start, line.furniture)

    def close_furniture(self, between: str | None) -> None:
        """Mark furniture up to here; ``between`` joins the halves of a paragraph around it, None says there is none."""
        if self.furniture < 0:
            return
        data = (
            {"what": "page-edge"}
            if between is None
            else {"what": "page-edge", "joins": True, "glue": between}
        )
        self.out.mark(self.furniture, "page-furniture", data)
        self.furniture = -1

    def line(self, line: Line, following: Line | None) -> None:
        before = self.last
        joined = before is not None and joins(
            Seam(
                before,
                line,
                self.columns[before.page, before.column],
                self.columns[line.page, line.column],
                self.pages[line.page],
                self.manner,
                following,
                self.opens,
            )
        )
        if joined and before is not None:
            between = glue(before.text.rstrip(), line.text.lstrip())
            if self.furniture >= 0:
                self.close_furniture(between)
                self.out.add("\n", self.place(line), 0)
            else:
                self.out.add(between, self.place(line), 0)
        else:
            self.close_furniture(None)
            self.write_notes()
            self.end_bold()
            if self.out.size:
                self.out.add("\n", self.place(line), 0)
        start = self.out.size
        self.write(line)
        self.last, self.opens = line, not joined
        if line.contents:
            self.end_bold()
            self.out.mark(start, "page-furniture", {"what": "contents"})

    def write_notes(self) -> None:
        """Write the notes of the pages past, now that no paragraph is open that they would tear."""
        notes, self.notes = self.notes, []
        before: Line | None = None
        for line in notes:
            self.end_bold()
            going_on = before is not None and not begins_with_sign(line)
            between = (
                glue(before.text.rstrip(), line.text.lstrip()) if before is not None and going_on else "\n"
            )
            if self.out.size:
                self.out.add(between, self.place(line), 0)
            start = self.out.size
            self.write(line)
            if not going_on:
                self.out.mark(start, "note")
            before = line
        self.end_bold()
        if notes:
            self.last = None

    def write(self, line: Line) -> None:
        if not line.signs and not line.bold and line.bold_until < 0:  # nearly all
            self.end_bold()
            for text, index in line.pieces:
                self.out.add(text.removesuffix("\u00ad"), line.page << CHAR | index)
            return
        for text, index in _cut(line):
            if line.bold_until > index and line.bold_until < index + len(text):
                cut = line.bold_until - index
                self.say(line, text[:cut], index, bold=line.bold)
                self.say(line, text[cut:], index + cut, bold=not line.bold)
            else:
                reversed_here = 0 <= line.bold_until <= index
                self.say(line, text, index, bold=line.bold != reversed_here)

    def say(self, line: Line, text: str, index: int, *, bold: bool) -> None:
        if bold and self.bold < 0:
            self.bold = self.out.size
        elif not bold:
            self.end_bold()
        mark_sign(self.out, text, index, line.signs)
        # A hyphen that only the line's end needed is none.
        self.out.add(text.removesuffix("\u00ad"), line.page << CHAR | index)

    def end_bold(self) -> None:
        if 0 <= self.bold < self.out.size:
            self.out.mark(self.bold, "bold")
        self.bold = -1

    def table(self, page: PageText, table: Table) -> None:
        self.close_furniture(None)
        self.write_notes()
        self.end_bold()
        self.last = None
        write_table(self.out, page, table, self.signs[page.number])


def _stands_before(table: Table, line: Line, second: int) -> bool:
    """Tell whether a table is read before a line; ``second``: where the second column begins."""
    column = 2 if table.left >= second - SIDE else 1
    if line.column and line.column != column:
        return line.column > column
    return (table.top + table.bottom) // 2 > line.middle


def _cut(line: Line) -> Iterator[tuple[str, int]]:
    """Give the pieces of a line, its signs as pieces of their own."""
    for text, index in line.pieces:
        yield from cut_at_signs(text, index, line.signs)


def _downwards(line: Line) -> tuple[int, int]:
    return -line.middle, line.left
