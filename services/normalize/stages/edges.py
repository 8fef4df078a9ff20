"""What a page leaves in the document's own lines: the bars of a table's one cell, a link to more, the size of type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .code import is_chinese

BARS: Final = frozenset("|")
_BLANKS: Final = " \t\u3000\u00a0"
_EDGE: Final = re.compile(rf"\|(?:(?<=^\|)|(?<=\n\|)|(?=[{_BLANKS}]*(?:\n|\Z)))[{_BLANKS}]*")
CELL: Final = 24
"""Characters of a line that may be a cell; the paragraphs of an article are longer."""
MOST_CELLS: Final = 2
"""Short lines with a bar, from which on they are the cells of a table and keep their bars."""


def drop_cell_edges(text: str, _: Context) -> Iterator[Edit]:
    """Take away the bars of a table with one cell that stood around a whole article.

    They begin and end its lines, or stand alone. A table with cells of its own has short lines with bars, or lines with
    bars inside, and keeps them.
    """
    found = list(_EDGE.finditer(text))
    if not found or len(found) != text.count("|") or "。" not in text:
        return
    barred = [line.strip("|" + _BLANKS) for line in text.split("\n") if "|" in line]
    if sum(1 for line in barred if 0 < len(line) < CELL and "。" not in line) > MOST_CELLS or not is_chinese(
        text
    ):
        return
    for edge in found:
        start, end = edge.span()
        alone = text[start - 1 : start] in ("", "\n") and text[end : end + 1] == "\n"
        yield Edit(start, end + alone, "", "cell-edge")


ANGLES: Final = frozenset(">＞")
_MORE: Final = re.compile(
    rf"(?<![>＞])[>＞]{{2,}}[{_BLANKS}]*(?:点击)?(?:查看|阅读)?(?:详细|詳細|详情|詳情|全文|更多)(?:内容|內容)?[{_BLANKS}]*(?=\n|\Z)"
)


def drop_links_to_more(text: str, _: Context) -> Iterator[Edit]:
    """Take away the link with which a teaser ends: …重要动力。>>>>详细."""
    near = neighbours_of(text)
    if not near.hold(">>") and not near.hold("＞＞"):
        return
    for found in _MORE.finditer(text):
        yield Edit(*found.span(), "", "link-to-more")


SIZES: Final = Words(["字号", "字號", "字体", "字體"])
_SIZES: Final = re.compile(
    rf"字(?:[号號]|[体體](?:大小)?)[{_BLANKS}]*[:：]?[{_BLANKS}]*[【\[（(][大中小特{_BLANKS}|/、]*[】\]）)]"
    rf"(?:[{_BLANKS}]*[视視]力保[护護]色[{_BLANKS}]*[:：]?)?[{_BLANKS}]*"
)


def drop_type_sizes(text: str, _: Context) -> Iterator[Edit]:
    """Take out the choice of a type size behind other fields of a page: 日期：2018-02-06 字号：【大 中 小】."""
    for found in _SIZES.finditer(text):
        yield Edit(*found.span(), "", "type-size")
