"""From tokens to blocks: the lines that a browser would show, each with the elements it stands in."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from html import unescape
from typing import Final, NamedTuple

from ..errors import RejectedError
from .html_office import BULLETS, WRITERS, is_unseen, symbols
from .html_tokens import attributes, tokens

MAX_DEPTH: Final = 4_000
"""Open elements at one place. Browsers flatten a page at 512; old pages that never close a <font> reach hundreds."""
MAX_NODES: Final = 2_000_000

_VOID: Final = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input",
        "link", "meta", "param", "source", "track", "wbr", "basefont", "bgsound",
        "frame", "keygen",
    )
)  # fmt: skip
_BLOCK: Final = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd",
        "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
        "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend",
        "li", "listing", "main", "menu", "nav", "ol", "optgroup", "option",
        "p", "plaintext", "pre", "section", "select", "summary", "table", "tbody",
        "td", "tfoot", "th", "thead", "title", "tr", "ul", "ucaptitle",
        "ucapcontent",
    )
)  # fmt: skip
_SILENT: Final = frozenset(
    (
        "head", "template", "select", "datalist", "object", "applet", "audio", "video",
        "canvas", "svg", "math", "noscript", "button", "rp", "rt", "map",
    )
)  # fmt: skip
"""Elements whose text no reader of the page sees as text of the page."""
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS: Final = frozenset(("td", "th", "caption"))
_CLOSES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    # A start tag closes the nearest of these, unless one of those stands between (13.2.6.4).
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu", "dir"))),
    "dd": (frozenset(("dd", "dt")), frozenset(("dl",))),
    "dt": (frozenset(("dd", "dt")), frozenset(("dl",))),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "td": (frozenset(("td", "th")), frozenset(("table",))),
    "th": (frozenset(("td", "th")), frozenset(("table",))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    "tbody": (frozenset(("tbody", "thead", "tfoot")), frozenset(("table",))),
    "thead": (frozenset(("tbody", "thead", "tfoot")), frozenset(("table",))),
    "tfoot": (frozenset(("tbody", "thead", "tfoot")), frozenset(("table",))),
}
_HIDDEN_STYLE: Final = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_BOLD_STYLE: Final = re.compile(r"(?i)font-weight\s*:\s*(?:bold|[6-9]00)")
_PLAIN_STYLE: Final = re.compile(r"(?i)font-weight\s*:\s*(?:normal|[1-5]00)")
_PIECE: Final = re.compile(
    r"[ \t\r\n\f]+|&(?:#[xX]?[0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?|[^ \t\r\n\f&]+|&"
)


class Node(NamedTuple):
    """An element: its parent's number, name, ``id`` and ``class``, and what they and its style say."""

    parent: int
    name: str
    label: str
    hidden: bool
    bold: bool
    link: str | None
    attributes: dict[str, str]


@dataclass(slots=True)
class Block:
    """One line of the page. Pieces are (text, place in the page, length there, number of the innermost element)."""

    node: int
    pieces: list[tuple[str, int, int, int]] = field(default_factory=list)
    images: list[tuple[int, int]] = field(default_factory=list)
    """(number of pieces before it, number of its element)"""

    def text(self) -> str:
        """Give the line."""
        return "".join(piece[0] for piece in self.pieces)


@dataclass(slots=True)
class Page:
    """A page as blocks in document order, and the elements that they stand in."""

    nodes: list[Node]
    blocks: list[Block]
    titles: list[str]
    metas: dict[str, str]
    list_rules: dict[str, str] = field(default_factory=dict)
    """What style sheets in the page say of lists, by selectors of one name: ``ol``, ``.cn``, ``ol.cn``."""

    def path(self, node: int) -> list[int]:
        """Give the numbers of an element and of those around it, the innermost first."""
        found = []
        while node >= 0:
            found.append(node)
            node = self.nodes[node].parent
        return found


def written_by_office(page: Page) -> bool:
    """Tell whether a word processor wrote the page: it shows what the document had, and no site stands around it."""
    return bool(WRITERS.search(f"{page.metas.get('generator', '')} {page.metas.get('progid', '')}"))


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = [Node(-1, "#page", "", False, False, None, {})]
        self.blocks: list[Block] = []
        self.stack = array("l", [0])
        self.open: dict[str, list[int]] = {}
        self.block: Block | None = None
        self.space: tuple[int, int, bool] | None = None
        self.preformatted = 0
        self.indent: tuple[int, int] | None = None
        """Blanks at the beginning of a preformatted line: by them it shows where its paragraph begins."""
        # Whether a line's end in the source is a space between ideographs, too.
        self.spaced = False

    def end_block(self) -> None:
        self.block = None
        self.space = None

    def push(self, node: Node) -> None:
        if len(self.stack) >= MAX_DEPTH or len(self.nodes) >= MAX_NODES:
            raise RejectedError(
                "too-deep",
                f"the page nests more than {MAX_DEPTH} elements; no browser shows it, and it is not read",
            )
        self.open.setdefault(node.name, []).append(len(self.stack))
        self.stack.append(len(self.nodes))
        self.nodes.append(node)
        self.preformatted += node.name == "pre"

    def pop_to(self, depth: int) -> None:
        while len(self.stack) > depth:
            name = self.nodes[self.stack.pop()].name
            self.open[name].pop()
            self.preformatted -= name == "pre"
            if name in _BLOCK:
                self.end_block()

    def nearest(self, names: frozenset[str]) -> int:
        return max((depths[-1] for name in names if (depths := self.open.get(name))), default=0)

    def close_for(self, name: str) -> None:
        if name in _CLOSES:
            closes, barriers = _CLOSES[name]
            depth = self.nearest(closes)
            if depth > self.nearest(barriers):
                self.pop_to(depth)
        elif name in _BLOCK:
            paragraph = self.nearest(_PARAGRAPH)
            if paragraph > self.nearest(_CELLS):
                self.pop_to(paragraph)

    def say(self, text: str, at: int, length: int) -> None:
        node = self.stack[-1]
        if self.block is None:
            self.block = Block(node)
            self.blocks.append(self.block)
            if self.indent is not None and self.preformatted:
                start, end = self.indent
                self.block.pieces.append((" " * (end - start), start, end - start, node))
        elif self.space is not None and self.block.pieces:
            start, end, torn = self.space
            last = self.block.pieces[-1][0]
            # CSS Text 3, 4.1.3: a line's end in the source between two wide characters is no space.
            if not (torn and not self.spaced and _wide(last[-1]) and _wide(text[0])):
                self.block.pieces.append((" ", start, end - start, node))
        elif (
            text[0] in _BEGINS
            and self.block.pieces
            and self.block.pieces[-1][3] != node
            and (_FIELD.match(text) or (text in _NAMES and self.is_field()))
        ):
            self.block.pieces.append(
                (" ", at, 0, node)
            )  # the style sheet holds <span>来源：…</span><span>浏览次数：… apart
        self.space = self.indent = None
        self.block.pieces.append((text, at, length, node))

    def is_field(self) -> bool:
        """Tell whether the line begins with a field: 时间 : 2021-05-20."""
        pieces = self.block.pieces if self.block is not None else []
        return len(pieces) < _FEW and any(":" in piece[0] or "：" in piece[0] for piece in pieces)

    def text(self, page: str, start: int, end: int) -> None:
        labels = self.nodes[self.stack[-1]].attributes.get("symbols") == "label"
        for found in _PIECE.finditer(page, start, end):
            piece = found.group()
            first = piece[0]
            if first in " \t\r\n\f":
                self.blank(piece, found.start(), found.end())
            elif labels:
                self.say(unescape(piece).translate(BULLETS), found.start(), len(piece))
            elif first == "&" and len(piece) > 1:
                char = unescape(piece)
                self.say(char, found.start(), len(piece))
            else:
                self.say(piece, found.start(), len(piece))

    def blank(self, piece: str, start: int, end: int) -> None:
        if self.preformatted and "\n" in piece:
            self.end_block()
            self.indent = (start + piece.rindex("\n") + 1, end) if not piece.endswith("\n") else None
        elif self.spaced and piece == "\t" and self.block is not None and self.space is None:
            self.say(piece, start, 1)  # the document's own: those of the source stand beside its lines' ends
        elif self.block is not None:
            begun = self.space[0] if self.space else start
            self.space = (begun, end, "\n" in piece or (self.space is not None and self.space[2]))


_FIELD: Final = re.compile(
    r"(?:(?:发布|更新|发文|成文|印发)?(?:时间|日期)|(?:信息|文章|稿件|内容)?来源|作者|责任编辑|编辑|审核|(?:浏览|点击|访问|阅读)(?:量|次数|人数|数)?|字号|字体|"
    r"文号|索引号|发布机构|发布单位)\s*[:：]|[【\[](?:字体|字号|大|打印|关闭|我要)|(?:打印|收藏|关闭|分享|纠错|语音朗读|语音播报|朗读|下载|阅读|浏览|点击|访问)$"
)
"""What begins a field of the line below a title: each stands in an element of its own."""
_NAMES: Final = frozenset(
    ("来源", "信息来源", "作者", "时间", "发布时间", "日期", "编辑", "责任编辑", "审核")
)
_FEW: Final = 12
"""Pieces of a line of fields; with spaces before its colons a field's name comes alone."""
_BEGINS: Final = frozenset("发更成印时日信文稿内来作责编审浏点访阅字索【[打收关分纠语朗下")
_PARAGRAPH: Final = HEADINGS | {"p"}


def _wide(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef" and not "\uac00" <= char <= "\ud7a3"


def build(page: str) -> Page:
    """Read a decoded page.

    Raises:
        RejectedError: ``too-deep``.
    """
    builder = _Builder()
    titles: list[str] = []
    metas: dict[str, str] = {}
    rules: dict[str, str] = {}
    sheet = -1  # where a style sheet begins
    silent = 0  # depth of the outermost silent element, 0 outside
    for token in tokens(page):
        if sheet >= 0:
            rules.update(_list_rules(page[sheet : token.start]))
            sheet = -1
        if token.kind == "text":
            if token.name == "title":
                titles.append(" ".join(unescape(page[token.start : token.end]).split()))
            elif not silent:
                builder.text(page, token.start, token.end)
            continue
        name = token.name
        if token.kind == "end":
            _end(builder, name)
        else:
            # An element of the body ends a head that nobody closed.
            if silent and builder.open.get("head") and name in _BLOCK and name not in ("head", "title"):
                builder.pop_to(builder.open["head"][-1])
                silent = 0
            _start(builder, name, attributes(token.attributes), metas)
            if name == "style":
                sheet = token.end
            if not silent and name in _SILENT and builder.open.get(name):
                silent = builder.open[name][-1]
        if silent and silent >= len(builder.stack):
            silent = 0
    return Page(builder.nodes, builder.blocks, titles, metas, rules)


def _list_rules(sheet: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in sheet.split("}") if "list-style" in sheet else ():
        selectors, brace, declarations = rule.rpartition("{")
        if brace and "list-style" in declarations:
            found.update({selector.strip(): declarations for selector in selectors.split(",")})
    return found


def _start(builder: _Builder, name: str, found: dict[str, str], metas: dict[str, str]) -> None:
    if name in ("html", "body") and builder.open.get(name):
        return  # a second one is a fragment pasted in
    if name == "br":
        if builder.block is None:
            builder.blocks.append(Block(builder.stack[-1]))
        builder.end_block()
        return
    if name == "meta":
        key = found.get("name") or found.get("property") or found.get("itemprop") or ""
        if key and found.get("content"):
            metas.setdefault(key.lower(), " ".join(found["content"].split()))
            if key.lower() == "generator":
                # These break their lines at spaces only; Word and old editors break them between ideographs.
                builder.spaced = found["content"].startswith(("LibreOffice", "OpenOffice", "StarOffice"))
        return
    builder.close_for(name)
    if name in _BLOCK:
        builder.end_block()
    parent = builder.stack[-1]
    above = builder.nodes[parent]
    style = found.get("style", "")
    bold = above.bold or name in HEADINGS or name in ("b", "strong", "th")
    if style:
        bold = bool(_BOLD_STYLE.search(style)) or (bold and not _PLAIN_STYLE.search(style))
    hidden = above.hidden or "hidden" in found or bool(style and _HIDDEN_STYLE.search(style))
    hidden = hidden or is_unseen(name, found.get("class", ""))
    link = found.get("href", above.link) if name == "a" else above.link
    label = f"{found.get('id', '')} {found.get('class', '')}".strip()
    if found.get("title") in ("header", "footer"):
        label += " copyright"  # LibreOffice writes the running heads of a document so
    kept: dict[str, str] = {
        key: found[key]
        for key in ("src", "alt", "colspan", "rowspan", "start", "type", "value")
        if key in found
    }
    if signs := symbols(style, above.attributes.get("symbols", "")):
        kept["symbols"] = signs
    if name in ("ol", "li") and "list-style" in style:
        kept["style"] = style
    node = Node(parent, name, label, hidden, bold, link, kept)
    if name in _VOID:
        if name == "img" and not hidden:
            if builder.block is None:
                builder.block = Block(parent)
                builder.blocks.append(builder.block)
            builder.nodes.append(node)
            builder.block.images.append((len(builder.block.pieces), len(builder.nodes) - 1))
        return
    builder.push(node)


def _end(builder: _Builder, name: str) -> None:
    if name in ("br", "p") and not builder.open.get(name):
        builder.end_block()
        return
    if name in ("body", "html"):
        return  # what follows is shown as part of the body
    depths = builder.open.get(name)
    if not depths:
        return
    barrier = 0 if name in ("table", "tr", "tbody", "thead", "tfoot", "td", "th") else builder.nearest(_CELLS)
    if depths[-1] > barrier:
        builder.pop_to(depths[-1])
