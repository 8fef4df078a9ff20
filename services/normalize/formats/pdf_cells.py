"""Writing down the tables of a PDF's page: a row a line, cells of several lines joined, raised signs marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .assembly import Assembly
from .pdf_joins import glue
from .pdf_pages import PageText
from .pdf_places import CHAR
from .pdf_tables import Cell, Table
from .tables import Grid


def write_table(out: Assembly, page: PageText, table: Table, signs: Sequence[tuple[int, int]]) -> None:
    """Write a table; ``signs`` are the raised signs of its page, as spans of the page's characters."""
    grid = Grid(out)
    source = page.number << CHAR
    for row in table.rows:
        first = next((cell.lines[0][0][1] for cell in row if cell.lines), None)
        if first is None:
            grid.skip_row([(cell.column, cell.across, cell.down) for cell in row])
            continue
        if out.size:
            out.add("\n", source | first, 0)
        grid.begin_row(out.size)
        for cell in row:
            if not signs and cell.across == cell.down == len(cell.lines) == len(cell.lines[0]) == 1:
                text, index = cell.lines[0][0]
                kept = text.strip().removesuffix("\u00ad")
                if kept:  # nearly all
                    lead = 0 if text[0] == kept[0] else len(text) - len(text.lstrip())
                    grid.put(cell.column, kept, source | index + lead, source | first)
                    continue
            grid.go_to(cell.column)
            grid.begin_cell(source | first, cell.across, cell.down)
            _write_cell(out, source, cell, signs)
            grid.end_cell()
        grid.go_to(table.columns)
        grid.end_row()
    grid.close()


def _write_cell(out: Assembly, source: int, cell: Cell, page_signs: Sequence[tuple[int, int]]) -> None:
    text = ""
    for held in cell.lines:
        whole = held[0][0] if len(held) == 1 else "".join([piece for piece, _ in held])
        bare = whole.strip()
        if not bare:
            continue
        if text:
            out.add(glue(text, bare), source | held[0][1], 0)
        text = bare
        kept = bare.removesuffix("\u00ad")
        first, last = held[0][1], held[-1][1] + len(held[-1][0])
        signs = [sign for sign in page_signs if first < sign[1] and sign[0] < last]
        if kept == whole and not signs:  # nearly all
            for stretch, low in held:
                out.add(stretch, source | low)
            continue
        lead = len(whole) - len(whole.lstrip())
        keep = lead + len(kept)
        at = 0
        for stretch, low in held:
            begin, end = max(lead - at, 0), min(keep - at, len(stretch))
            for text_here, index in cut_at_signs(stretch[begin:end], low + begin, signs):
                mark_sign(out, text_here, index, signs)
                out.add(text_here, source | index)
            at += len(stretch)


def mark_sign(out: Assembly, text: str, index: int, signs: Sequence[tuple[int, int]]) -> None:
    """Mark what is about to be written, if it is a raised sign: the stage of the furniture takes it off."""
    if any(low <= index < high for low, high in signs):
        at = out.size
        out.mark(at, "footnote", {"sign": text.strip("[]［］〔〕()（） ")})
        out.mark(at, "page-furniture", {"what": "note-sign"}, end=at + len(text))


def cut_at_signs(text: str, index: int, signs: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """Give the pieces of a text whose first character is the page's ``index``-th, its signs as pieces of their own."""
    at = 0
    for edge in sorted({edge for sign in signs for edge in sign if index < edge < index + len(text)}):
        yield text[at : edge - index], index + at
        at = edge - index
    if at < len(text):
        yield text[at:], index + at
