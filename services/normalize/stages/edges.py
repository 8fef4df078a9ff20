"""What a page leaves in the document's own lines: bars of a one-celled table, links to more, sizes of type, buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .code import is_chinese
from .either_script import in_simplified

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
_DOUBLED: Final = Words.everywhere([">>", "＞＞"])
_MORE: Final = re.compile(
    rf"(?<![>＞])[>＞]{{2,}}[{_BLANKS}]*(?:点击)?(?:查看|阅读)?(?:详细|詳細|详情|詳情|全文|更多)(?:内容|內容)?[{_BLANKS}]*(?=\n|\Z)"
)


def drop_links_to_more(text: str, _: Context) -> Iterator[Edit]:
    """Take away the link with which a teaser ends: …重要动力。>>>>详细."""
    if not neighbours_of(text).among(_DOUBLED):
        return
    for found in _MORE.finditer(text):
        yield Edit(*found.span(), "", "link-to-more")


SIZES: Final = Words.everywhere(["字号", "字號", "字体", "字體"])
_SIZES: Final = re.compile(
    rf"字(?:[号號]|[体體](?:大小)?)[{_BLANKS}]*[:：]?[{_BLANKS}]*[【\[（(][大中小特{_BLANKS}|/、]*[】\]）)](?:[{_BLANKS}]*[【\[（(][大中小][】\]）)]){{0,2}}"
    rf"(?:[{_BLANKS}]*[视視]力保[护護]色[{_BLANKS}]*[:：]?)?[{_BLANKS}]*"
)


def drop_type_sizes(text: str, _: Context) -> Iterator[Edit]:
    """Take out the choice of a type size behind other fields of a page: 日期：2018-02-06 字号：【大 中 小】."""
    for found in _SIZES.finditer(text):
        yield Edit(*found.span(), "", "type-size")


_NAMES: Final = (
    "内容纠错", "我要纠错", "网站纠错", "纠错", "打印本页", "打印本文", "打印此页", "我要打印", "打印",
    "关闭窗口", "关闭本页", "关闭", "加入收藏", "收藏本页", "收藏", "分享", "返回顶部", "返回列表", "返回", "顶部",
    "下载该文章", "下载本文", "会员注册", "会员登录",
    "了解我站", "复制", "我要评论", "评论", "举报", "转发", "大", "中", "小",
)  # fmt: skip
_OPEN: Final = "【[［"
BUTTONS: Final = Words.everywhere(
    [
        *(
            bracket + char
            for bracket in _OPEN
            for char in "内內我网網纠糾打关關加收分返顶頂下会會了复複评評举舉转轉大编編"
        ),
        "[\n",
    ]
)
_BUTTON: Final = rf"[【\[［][{_BLANKS}]*(?:{'|'.join(_NAMES)})[{_BLANKS}]*[】\]］][{_BLANKS}]*"
_AT_END: Final = re.compile(rf"(?:{_BUTTON})+(?=\n|\Z)")
_AT_START: Final = re.compile(rf"[【\[［](?<=^.)(?:内容|我要|网站)?纠错[】\]］][{_BLANKS}]*", re.MULTILINE)
_WIKI_EDIT: Final = re.compile(
    rf"\[\n?(?:编辑|編輯|edit)(?:(?:\n?\||｜)\n?(?:编辑|編輯)(?:源代码|原始碼))?\n?\](?=[{_BLANKS}]*(?:={{2,6}}[{_BLANKS}]*)?(?:\n|\Z))"
)


def drop_buttons_at_ends(text: str, context: Context) -> Iterator[Edit]:
    """Take away the buttons behind a line of fields, and wiki's behind a heading: 来源：本网 [内容纠错]; 总则[编辑].

    【编辑】 in front of a name is a credit, and (打印) may be the document's own: both stay.
    """
    view = in_simplified(text, context.alphabet)
    for found in _AT_END.finditer(view):
        start, end = found.span()
        while start and text[start - 1] in _BLANKS:
            start -= 1
        whole = text[start - 1 : start] in ("", "\n")
        yield Edit(start, end + (whole and text[end : end + 1] == "\n"), "", "page-button")
    for found in _AT_START.finditer(view):
        if text[found.end() : found.end() + 1] not in ("", "\n"):
            yield Edit(*found.span(), "", "page-button")
    for found in _WIKI_EDIT.finditer(text):
        start, end = found.span()
        whole = text[start - 1 : start] in ("", "\n")
        yield Edit(start, end + (whole and text[end : end + 1] == "\n"), "", "wiki-edit")
