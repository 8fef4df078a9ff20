"""Writing a page down: a line a block, tables as rows, the site's lines marked as such."""

from __future__ import annotations

import re
from typing import Final

from ...edition import Finding
from .assembly import Assembly
from .html_article import Verdict, choose
from .html_lists import list_items
from .html_site import INLINE_CHROME
from .html_tree import HEADINGS, Block, Page
from .tables import Grid

FURNITURE: Final = "page-furniture"
LONGEST_CELL: Final = 400
"""Characters of a cell; a table with longer ones and few columns lays out a page."""
LABEL: Final = 14
"""Characters of a label such as 索引号： whose value stands in an element of its own."""
LIKELY: Final = 930
"""Per mille of the documents whose outermost headings are counted by 一、 (``html_lists``)."""
PAIR: Final = 120
"""Characters of the element that holds such a pair."""

_PROSE: Final = re.compile("[。；，、]")
_NUMBERED: Final = re.compile(
    r"^\s*(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)、．.](?!\d)|第[一二三四五六七八九十\d]+[章节条]|[①-⑳㈠-㈩•·●■◆])"
)


def write(page: Page, out: Assembly) -> list[Finding]:
    """Write all lines of ``page``; what is not the article's gets a mark ``page-furniture``. Gives what is odd."""
    verdict = choose(page)
    writer = _Writer(page, out, verdict)
    writer.run()
    return writer.findings


class _Writer:
    def __init__(self, page: Page, out: Assembly, verdict: Verdict) -> None:
        self.page = page
        self.out = out
        self.kept = kept = verdict.kept
        self.unseen = verdict.unseen
        self.ends = _subtree_ends(page)
        self.lengths = _text_lengths(page)
        self.tables = _data_tables(page, self.ends, kept)
        self.list_items = list_items(page, kept)
        self.findings: list[Finding] = []
        self.previous: tuple[int, str, bool] | None = None  # (element, text, kept) of the line before
        self.furniture = -1
        self.written: set[int] = set()

    def run(self) -> None:
        blocks = self.page.blocks
        number = 0
        while number < len(blocks):
            table = self.table_of(blocks[number]) if self.kept[number] else -1
            if table >= 0:
                last = number
                while last < len(blocks) and table <= blocks[last].node < self.ends[table]:
                    last += 1
                self.close_furniture()
                self.table(table, number, last)
                self.previous = None
                number = last
                continue
            self.line(number)
            number += 1
        self.close_furniture()

    def table_of(self, block: Block) -> int:
        found = -1
        for node in self.page.path(block.node):
            if node in self.tables:
                found = node
        return found

    def open_line(self, block: Block) -> int:
        at = block.pieces[0][1] if block.pieces else 0
        if self.out.size:
            self.out.add("\n", at, 0)
        return self.out.size

    def line(self, number: int) -> None:
        block = self.page.blocks[number]
        kept = self.kept[number]
        text = block.text()
        if not block.pieces or not text.strip():
            if kept:
                self.images(block, len(block.images))
            return
        if not kept:
            if self.furniture < 0:
                self.furniture = self.open_line(block)
            else:
                self.open_line(block)
            self.pieces(block, marks=False)
            self.previous = (block.node, text, kept)
            return
        self.close_furniture()
        if self.belongs_to_label(block, text):
            start = self.out.size
        else:
            start = self.open_line(block)
            self.list_label(block, text)
        begun = self.out.size
        self.pieces(block, marks=True)
        if start < begun or start == self.out.size - len(text):
            self.heading(block, start)
        for start, end in _chrome_in(text):
            self.out.mark(begun + start, FURNITURE, {"what": "chrome"}, end=begun + end)
        self.previous = (block.node, text, kept)

    def close_furniture(self) -> None:
        if self.furniture >= 0:
            self.out.mark(self.furniture, FURNITURE, {"what": "chrome"})
            self.furniture = -1

    def belongs_to_label(self, block: Block, text: str) -> bool:
        """Tell whether this is the value of a label such as 索引号： that stood in an element of its own."""
        if self.previous is None or not self.previous[2]:
            return False
        node, label, _ = self.previous
        label = label.strip()
        if not label.endswith(("：", ":")) or len(label) > LABEL or text.strip().endswith(("：", ":")):
            return False
        if self.page.nodes[node].name == self.page.nodes[block.node].name == "p":
            return False  # 任命： and who is appointed are two paragraphs
        if _PROSE.search(label) or any(self.page.nodes[at].name == "ol" for at in self.page.path(block.node)):
            return False  # what introduces a list
        common = _common(self.page, node, block.node)
        return common != 0 and node != block.node and self.lengths[common] <= PAIR

    def list_label(self, block: Block, text: str) -> None:
        """Write what a reader sees before an item of a list."""
        for node in self.page.path(block.node):
            name = self.page.nodes[node].name
            if name == "li":
                item = self.list_items.get(node)
                if node not in self.written and item is not None and not _NUMBERED.match(text):
                    at = self.out.size
                    self.out.add(item.label, block.pieces[0][1], 0)
                    if item.inferred:
                        self.findings.append(
                            Finding(
                                at,
                                self.out.size,
                                "numerals-inferred",
                                "the page does not say how this list of headings is counted",
                                LIKELY,
                            )
                        )
                self.written.add(node)
                return
            if name in ("ol", "ul", "td", "table"):
                return

    def heading(self, block: Block, start: int) -> None:
        for node in self.page.path(block.node)[:6]:
            name = self.page.nodes[node].name
            if name in HEADINGS:
                self.out.mark(start, "heading", {"level": int(name[1])})
                return

    def pieces(self, block: Block, *, marks: bool) -> None:
        out, nodes = self.out, self.page.nodes
        bold = link = -1
        target: str | None = None
        pictures = 0
        for count, (text, at, length, node) in enumerate(block.pieces):
            if marks:
                while pictures < len(block.images) and block.images[pictures][0] <= count:
                    self.image(block.images[pictures][1])
                    pictures += 1
                about = nodes[node]
                if bold >= 0 and not about.bold:
                    out.mark(bold, "bold")
                    bold = -1
                elif bold < 0 and about.bold:
                    bold = out.size
                if link >= 0 and about.link != target:
                    out.mark(link, "link", {"target": target or ""})
                    link = -1
                if link < 0 and about.link:
                    link, target = out.size, about.link
                sign = _NOTE.match(about.link or "") and _SIGN.fullmatch(text)
                if sign:
                    out.mark(out.size, "footnote", {"sign": sign[1]}, end=out.size + len(text))
                    out.mark(out.size, FURNITURE, {"what": "note-sign"}, end=out.size + len(text))
                elif node in self.unseen:
                    out.mark(out.size, FURNITURE, {"what": "hidden"}, end=out.size + len(text))
                elif about.name == "sup" and text.strip():
                    out.mark(out.size, "superscript", end=out.size + len(text))
            out.add(text, at, length)
        if bold >= 0:
            out.mark(bold, "bold")
        if link >= 0:
            out.mark(link, "link", {"target": target or ""})
        if marks:
            self.images(block, len(block.images), pictures)

    def images(self, block: Block, last: int, first: int = 0) -> None:
        for _, node in block.images[first:last]:
            self.image(node)

    def image(self, node: int) -> None:
        about = self.page.nodes[node].attributes
        source = about.get("src", "")
        shown = source if len(source) <= 300 else source[:40] + "…"
        self.out.mark(self.out.size, "image", {"target": shown, "about": about.get("alt", "")[:200]})

    def table(self, table: int, first: int, last: int) -> None:
        grid = Grid(self.out)
        by_cell: dict[int, list[Block]] = {}
        outside: list[Block] = []
        for block in self.page.blocks[first:last]:
            cell = next((n for n in self.page.path(block.node) if self.page.nodes[n].name in _CELL), -1)
            (by_cell.setdefault(cell, []) if cell > table else outside).append(block)
        for block in outside:  # a caption, or text that stands wrongly between rows: browsers put it before
            if block.text().strip():
                self.open_line(block)
                self.pieces(block, marks=True)
        at = self.page.blocks[first].pieces[0][1] if self.page.blocks[first].pieces else 0
        for cells in _rows(self.page, table, self.ends[table]):
            if not any(by_cell.get(cell) for cell in cells):
                continue
            if self.out.size:
                self.out.add("\n", at, 0)
            grid.begin_row(self.out.size)
            for cell in cells:
                held = [block for block in by_cell.get(cell, ()) if block.text().strip()]
                at = held[0].pieces[0][1] if held else at
                across, down = (
                    _span(self.page.nodes[cell].attributes.get(name)) for name in ("colspan", "rowspan")
                )
                grid.begin_cell(at, across, down)
                for count, block in enumerate(held):
                    if count:
                        self.out.add(" ", block.pieces[0][1], 0)
                    self.pieces(block, marks=True)
                grid.end_cell()
            grid.end_row()
        grid.close()


_NOTE: Final = re.compile(r"(?i)#_?(?:sdfoot|sdend|ftn|edn|footnote|endnote|fn|note)[\w-]*\d")
"""Targets between a note's sign and its body, as Word, LibreOffice and blog software name them."""
_SIGN: Final = re.compile(r"\s*[\[［〔(（]?\s*(\d{1,3}|[ivx]{1,5}|[①-⑳*†])\s*[\]］〕)）]?\s*")
_CELL: Final = frozenset(("td", "th"))


def _span(value: str | None) -> int:
    return (
        max(1, min(int(value), 200))
        if value and value.isascii() and value.isdigit() and len(value) < 5
        else 1
    )


def _chrome_in(text: str) -> list[tuple[int, int]]:
    """Give where a line has what is the site's; at its end with the blanks before that."""
    spans = [found.span() for found in INLINE_CHROME.finditer(text)]
    tail = len(text)
    while spans and not text[spans[-1][1] : tail].strip():
        tail = spans.pop()[0]
    return spans if tail == len(text) else [*spans, (len(text[:tail].rstrip()), len(text))]


def _subtree_ends(page: Page) -> list[int]:
    """Give for each element the number after its last descendant; elements are numbered as they begin."""
    ends = [number + 1 for number in range(len(page.nodes))]
    for number in range(len(page.nodes) - 1, 0, -1):
        parent = page.nodes[number].parent
        ends[parent] = max(ends[parent], ends[number])
    return ends


def _text_lengths(page: Page) -> list[int]:
    lengths = [0] * len(page.nodes)
    for block in page.blocks:
        lengths[block.node] += sum(len(piece[0]) for piece in block.pieces)
    for number in range(len(page.nodes) - 1, 0, -1):
        lengths[page.nodes[number].parent] += lengths[number]
    return lengths


def _common(page: Page, one: int, other: int) -> int:
    above = set(page.path(one))
    return next((node for node in page.path(other) if node in above), 0)


def _rows(page: Page, table: int, end: int) -> list[list[int]]:
    """Give the cells of a table's own rows."""
    rows: list[list[int]] = []
    inner = table
    for number in range(table + 1, end):
        if number < inner:
            continue
        name = page.nodes[number].name
        if name == "tr":
            rows.append([])
        elif name in _CELL:
            if not rows:
                rows.append([])
            rows[-1].append(number)
    return rows


def _data_tables(page: Page, ends: list[int], kept: tuple[bool, ...]) -> frozenset[int]:
    """Find the tables that hold data; the others lay out the page, and their cells are lines."""
    tables = [number for number, node in enumerate(page.nodes) if node.name == "table"]
    if not tables:
        return frozenset()
    texts: dict[int, list[str]] = {}
    holding: set[int] = set()
    for block, keep in zip(page.blocks, kept, strict=True):
        text = block.text().strip()
        if not text or not keep:
            continue
        path = page.path(block.node)
        cell = next((n for n in path if page.nodes[n].name in _CELL), -1)
        texts.setdefault(cell, []).append(text)
        nearest = True
        for node in path:
            if page.nodes[node].name == "table":
                if not nearest:
                    holding.add(node)  # a table around a table
                nearest = False
    return frozenset(
        table
        for table in tables
        if table not in holding and _holds_data(_rows(page, table, ends[table]), texts)
    )


def _holds_data(rows: list[list[int]], texts: dict[int, list[str]]) -> bool:
    filled = [[texts[cell] for cell in row if cell in texts] for row in rows]
    filled = [row for row in filled if row]
    broad = sum(len(row) >= 2 for row in filled)
    if len(filled) < 2 or broad * 2 < len(filled):
        return False
    cells = [cell for row in filled for cell in row]
    labels = sum(cell[-1].endswith(("：", ":")) and len(cell[-1]) <= LABEL for cell in cells)
    if labels * 10 >= len(cells) * 3:
        return False  # a block of metadata: 索引号： | … | 发布机构： | …
    lengths = [sum(len(line) for line in cell) for cell in cells]
    long = sum(length > LONGEST_CELL for length in lengths)
    return long == 0 or (broad >= 3 and long * 3 <= len(cells))
