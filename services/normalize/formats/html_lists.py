"""What stands before the items of a list: what the page says, or what an office's page has lost and its outline tells.

LibreOffice writes ``<ol>`` without a kind for 1., for 一、 and for ① alike. Where the items of such a list are the
headings of the document, they are counted as the standard for official documents sets it (GB/T 9704-2012, 7.3.3):
一、 outside, then （一）, 1. and （1）. Of 1,251 reports whose headings are numbered, 1,170 begin with 一、 and ten
with 1., and below 一、 stands （一） in 809 and 1. in 145. What is so inferred is told; any other list is counted as a
browser counts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .html_tree import HEADINGS, Block, Node, Page, written_by_office
from .numerals import NUMBER_FORMS, chinese_number

LONGEST_HEADING: Final = 50
"""Characters of an item that may be a heading: of 11,851 numbered ones in reports 97.9 per cent have no more."""
MOST_ITEMS: Final = 2_000
"""Items of one page beyond which no kind is inferred: each list is held against all before it."""
APART: Final = 800
"""Per mille of a list's items that something else follows, where they are headings."""

_SENTENCE: Final = re.compile(r"[。！？；](?!$)")
_KINDLESS: Final = re.compile(r"(?i)libreoffice|openoffice|staroffice")
_TYPED: Final = (
    re.compile(r"^\s*[一二三四五六七八九十]{1,3}、"),
    re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[）)]"),
)
"""The two outermost ranks, where somebody typed them."""


def _formed(form: str, around: str) -> Callable[[int], str]:
    return lambda number: around.format(NUMBER_FORMS[form](number))


_RANKS: Final = (
    lambda number: f"{chinese_number(number)}、",
    lambda number: f"（{chinese_number(number)}）",
    _formed("decimal", "{}. "),
    _formed("decimal", "（{}）"),
    _formed("decimalEnclosedCircle", "{}"),
)
_AS_SHOWN: Final = _RANKS[2]

_KINDS: Final[dict[str, Callable[[int], str]]] = {
    # the attribute ``type`` and the property ``list-style-type``
    "A": _formed("upperLetter", "{}. "), "upper-alpha": _formed("upperLetter", "{}. "),
    "a": _formed("lowerLetter", "{}. "), "lower-alpha": _formed("lowerLetter", "{}. "),
    "upper-latin": _formed("upperLetter", "{}. "), "lower-latin": _formed("lowerLetter", "{}. "),
    "I": _formed("upperRoman", "{}. "), "upper-roman": _formed("upperRoman", "{}. "),
    "i": _formed("lowerRoman", "{}. "), "lower-roman": _formed("lowerRoman", "{}. "),
    "decimal-leading-zero": _formed("decimalZero", "{}. "),
    "cjk-ideographic": _RANKS[0], "simp-chinese-informal": _RANKS[0], "trad-chinese-informal": _RANKS[0],
    "japanese-informal": _RANKS[0], "cjk-decimal": _RANKS[0],
    "simp-chinese-formal": _formed("chineseLegalSimplified", "{}、"),
    "trad-chinese-formal": _formed("ideographLegalTraditional", "{}、"),
    "cjk-heavenly-stem": _formed("ideographTraditional", "{}、"),
    "cjk-earthly-branch": _formed("ideographZodiac", "{}、"),
    "none": lambda number: "",  # noqa: ARG005 - one signature
    # the lists of UEditor, which most publishing systems of offices have
    "custom_cn": _RANKS[0], "custom_cn1": lambda number: f"{chinese_number(number)}）", "custom_cn2": _RANKS[1],
    "custom_num": _AS_SHOWN, "custom_num1": _formed("decimal", "{}）"), "custom_num2": _RANKS[3],
}  # fmt: skip
_UEDITOR: Final = re.compile(r"\bcustom_(?:cn|num)[12]?\b")
_STYLE: Final = re.compile(r"(?i)list-style(?:-type)?\s*:\s*([a-z\s-]+)")


class Item(NamedTuple):
    """What stands before an item; ``inferred``: it is the first of a list of whose kind the page says nothing."""

    label: str
    inferred: bool = False


@dataclass(slots=True)
class _Chain:
    """A list that counts on, in one ``<ol>`` or in several with prose between them."""

    depth: int
    face: tuple[str, bool]
    """Which heading its items are, and whether they are bold."""
    items: list[tuple[int, int, int]] = field(default_factory=list)
    """(line, element, number)"""
    parent: int = -1
    rank: int = -1
    heads: bool = False


def list_items(page: Page, kept: Sequence[bool]) -> dict[int, Item]:
    """Give for each ``<li>`` what a reader sees before it, by the number of its element."""
    found: dict[int, Item] = {}
    counts: dict[int, int] = {}
    bulleted = written_by_office(page)
    for number, node in enumerate(page.nodes):
        above = page.nodes[node.parent].name if node.name == "li" else ""
        if above == "ol":
            kind = _kind(page, number)
            begun = counts.get(node.parent)
            if begun is None:
                begun = _whole(page.nodes[node.parent].attributes.get("start"), 1)
            value = _whole(node.attributes.get("value"), begun)
            counts[node.parent] = value + 1
            found[number] = Item((kind or _AS_SHOWN)(value))
        elif above == "ul" and bulleted:
            found[number] = Item("• ")
    if counts and _KINDLESS.search(page.metas.get("generator", "")):
        _infer(page, kept, found)
    return found


def _kind(page: Page, item: int) -> Callable[[int], str] | None:
    """Tell how the page says that an item's list is counted; None where it does not say."""
    for node in (page.nodes[item], page.nodes[page.nodes[item].parent]):
        if (named := node.attributes.get("type", "")) in _KINDS:
            return _KINDS[named]
        if (custom := _UEDITOR.search(node.label)) is not None:
            return _KINDS[custom.group()]
        styled = _STYLE.search(node.attributes.get("style", "")) or _STYLE.search(_ruled(page, node))
        for word in styled[1].lower().split() if styled else ():
            if word in _KINDS:
                return _KINDS[word]
    return None


def _ruled(page: Page, node: Node) -> str:
    """Give what the style sheet of the page says of an element by its name, class or id alone."""
    if not page.list_rules:
        return ""
    words = node.label.split()
    names = [node.name, *(f".{word}" for word in words), *(f"{node.name}.{word}" for word in words)]
    return ";".join(reversed([page.list_rules[name] for name in names if name in page.list_rules]))


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value is not None and _WHOLE.fullmatch(value) else otherwise


_WHOLE: Final = re.compile(r"-?\d{1,6}")


def _infer(page: Page, kept: Sequence[bool], found: dict[int, Item]) -> None:
    """Count the lists of headings as official documents do; ``found`` is brought up to date."""
    lines, items = _lines(page, kept)
    if len(items) > MOST_ITEMS:
        return
    chains = _chains(page, items)
    starts = {line for line, _, _ in items}
    for chain in chains:
        own = {line for line, _, _ in chain.items}
        texts = [lines[line] for line, _, _ in chain.items]
        apart = sum(line + 1 < len(lines) and line + 1 not in own for line in own)
        chain.heads = apart * 1000 >= APART * len(own) and all(
            len(text) <= LONGEST_HEADING and not _SENTENCE.search(text) for text in texts
        )
    typed = [
        any(rank.match(text) for line, text in enumerate(lines) if line not in starts) for rank in _TYPED
    ]
    outermost = 0 if not typed[0] else 1 if not typed[1] else 2
    for number, chain in enumerate(chains):
        chain.parent = _parent(chains, number)
        above = chains[chain.parent] if chain.parent >= 0 else None
        if above is not None and above.rank >= 0 and (chain.heads or chain.depth > above.depth):
            chain.rank = above.rank + 1
        elif above is None and chain.heads:
            chain.rank = outermost
        if not 0 <= chain.rank < len(_RANKS) or _RANKS[chain.rank] is _AS_SHOWN:
            continue  # what a browser shows
        for count, (_, node, value) in enumerate(chain.items):
            found[node] = Item(_RANKS[chain.rank](value), inferred=count == 0)


def _lines(page: Page, kept: Sequence[bool]) -> tuple[list[str], list[tuple[int, int, Block]]]:
    """Give the lines of the article, and which begin an item of an ordered list: (line, its element, the block)."""
    lines: list[str] = []
    items: list[tuple[int, int, Block]] = []
    begun: set[int] = set()
    for block, keep in zip(page.blocks, kept, strict=True):
        text = block.text().strip()
        if not keep or not text:
            continue
        item = next((node for node in page.path(block.node) if page.nodes[node].name == "li"), -1)
        if item >= 0 and item not in begun and page.nodes[page.nodes[item].parent].name == "ol":
            begun.add(item)
            items.append((len(lines), item, block))
        lines.append(text)
    return lines, items


def _chains(page: Page, items: Sequence[tuple[int, int, Block]]) -> list[_Chain]:
    """Gather the items that count on from one another, in the order in which the lists begin."""
    chains: list[_Chain] = []
    of_element: dict[int, _Chain] = {}
    counts: dict[int, int] = {}
    for line, node, block in items:
        parent = page.nodes[node].parent
        about = page.nodes[parent]
        value = counts.get(parent, _whole(about.attributes.get("start"), 1))
        chain = of_element.get(parent)
        if chain is None:
            depth = sum(page.nodes[above].name == "ol" for above in page.path(parent))
            face = _face(page, block)
            # LibreOffice opens a list for the one inside it, and forgets where its own goes on.
            forgot = "start" not in about.attributes and page.nodes[parent + 1].name == "ol"
            chain = _before(chains, depth, face, None if forgot else value) if forgot or value > 1 else None
            if chain is None:
                chain = _Chain(depth, face)
                chains.append(chain)
            elif forgot:
                value = chain.items[-1][2] + 1
            of_element[parent] = chain
        counts[parent] = value + 1
        chain.items.append((line, node, value))
    return chains


def _before(chains: Sequence[_Chain], depth: int, face: tuple[str, bool], value: int | None) -> _Chain | None:
    """Find the list that goes on with ``value`` (any, if None): one whose items look alike, the latest first."""
    fitting = [chain for chain in chains if chain.depth == depth and value in (None, chain.items[-1][2] + 1)]
    alike = [chain for chain in fitting if chain.face == face]
    return next(reversed(alike or fitting), None)


def _face(page: Page, block: Block) -> tuple[str, bool]:
    names = [page.nodes[node].name for node in page.path(block.node)]
    heading = next((name for name in names if name in HEADINGS), "")
    return heading, bool(block.pieces) and page.nodes[block.pieces[0][3]].bold


def _parent(chains: Sequence[_Chain], number: int) -> int:
    """Find the innermost list between two of whose items a list stands: one around it, or one of headings."""
    chain = chains[number]
    first, last = chain.items[0][0], chain.items[-1][0]
    best, begin = -1, -1
    for other, around in enumerate(chains[:number]):
        if around.depth > chain.depth or (around.depth == chain.depth and not around.heads):
            continue
        before = max((line for line, _, _ in around.items if line < first), default=-1)
        behind = any(first < line <= last for line, _, _ in around.items)
        if before > begin and not behind:
            best, begin = other, before
    return best
