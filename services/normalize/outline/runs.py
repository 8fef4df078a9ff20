"""Which labels are real: a point or an item belongs to a run of numbers, inside a paragraph or from line to line.

Points (一是 … 二是 …) and items (1. (1) ①) are common in prose, so they count only where two or more follow one
another, each after a mark that ends a clause or at a paragraph's start. Chapters, sections and articles stand on
their own form. Text is not split at labels: a node may begin inside a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter
from typing import Final

from .labels import LAST, label_at
from .lines import Lines
from .nodes import Node

_INLINE: Final = re.compile(
    r"[。：；！？][”’」』）]?(?:[一二三四五六七八九十]{1,3}[是要]|第[一二三四五六七八九十]{1,3}[，、：]|首先|其次|再次|再者|最后"
    r"|其[一二三四五六七八九][，、：是]|[①-⒇]|[（(]\d{1,2}[）)]|\d{1,2}[.．﹒、](?=[^\d\s]))"
)
_MARKED: Final = tuple(
    re.compile(rf"{mark}[一二三四五六七八九十第首其再最①-⒇（(0-9”’」』）]") for mark in "。：；！？"
)
"""Each mark with what may stand behind it there."""

_LISTED: Final = frozenset(("yi是", "yi要", "di", "qi", "digits", "round", "circled"))
"""Styles that need company to be labels."""

_CLOSING: Final = frozenset(("yi是", "yi要", "di", "qi"))
"""Styles whose list ends with the paragraph of its last member."""

_DIGITS: Final = frozenset("0123456789")
_IN_CONTENTS: Final = re.compile(r"[.．…·][ ]?\d{1,3}$")
"""A line of a table of contents that was left: 第一章 总则……3."""

_DEEP: Final = re.compile(r"(\d{1,2})[.．](\d{1,2})")
_UNIT: Final = re.compile(r"\d+(?:\.\d+)?[ ]?(?:[%％‰万亿元个倍吨米度年月日岁级]|百分点|公里|平方|美元)")
_GAP: Final = 2
"""A list may lack one number (三是 lost with its line) and still be one list."""

_HOLDING: Final = frozenset(("yi", "章", "节", "编"))
"""Styles behind whose heading, on the same line, the first label below it may stand."""

_NO_HEADING: Final = re.compile(r"[。，；：！？第、（]")
_REACH: Final = 3
"""Paragraphs that may stand between two members of a list when the later one opens no paragraph."""

_TITLE_AT_MOST: Final = 60
"""Characters of the longest title of an appendix."""

_SHORT_HEADING: Final = 45
"""Characters of a lone point that is still a heading line (第一，全国动员，大办农业)."""

_ARTICLE: Final = re.compile(
    r"[^ ，。；：、第]{1,20}[ ]?(?=第[一二三四五六七八九十百零〇]{1,5}条(?![、，和至到及或的之款项]))"
)


class _List:
    __slots__ = ("broken", "members")

    def __init__(self, first: Node) -> None:
        self.members = [first]
        self.broken = False


def labelled_nodes(lines: Lines) -> list[Node]:
    """Collect every labelled node of a text, in document order, with the ends of its lists."""
    candidates = _candidates(lines)
    lists: list[_List] = []
    open_lists: dict[str, list[_List]] = {}
    accepted: list[Node] = []
    deep = (0, 0)
    for node in candidates:
        if node.style == "deep1":
            deep = _settle_deep(node, deep, lines.text)
        style = node.style
        if style in _LISTED:
            _join(node, open_lists.setdefault(style, []), lists, lines)
        else:
            accepted.append(node)
            if node.rank <= 5:  # chapters, sections and articles
                for those in open_lists.values():
                    for one in those:
                        one.broken = True
    for one in lists:
        if _is_list(one.members, lines):
            _close(one.members, lines)
            accepted.extend(one.members)
    accepted.sort(key=attrgetter("start"))
    # Of the labels only those remain that did not merely look like one.
    lines.labels = {node.line: node for node in accepted if not node.inline}
    return accepted


def _candidates(lines: Lines) -> list[Node]:
    text, at = lines.text, lines.at
    found: list[Node] = []
    for i, label in lines.labels.items():
        if lines.texts[i][-1] in _DIGITS and _IN_CONTENTS.search(lines.texts[i]):
            continue
        found.append(label)
        if label.style in _HOLDING:
            found.extend(_inside(lines, label))
    count = len(found)
    end = 0
    for mark in _marks_before_labels(text):
        match = _INLINE.match(text, mark) if mark >= end else None
        if match is None:
            continue
        end = match.end()
        # The label begins after the mark and a closing quote, if there is one.
        start = mark + 1
        if text[start] in "”’」』）":
            start += 1
        inner = label_at(text, start, end + 2)
        if inner is not None:
            line = bisect_right(at, start) - 1
            if line >= lines.body_from:
                found.append(_set_inside(inner, line))
    if count < len(found):
        found.sort(key=attrgetter("start"))
    return found


def _marks_before_labels(text: str) -> list[int]:
    """Give the marks of clauses behind which a label may stand: of the 150 of a page a dozen.

    One pattern for each mark: they run to the next mark in C, where one for all of them looks at every character.
    """
    return sorted(found.start() for pattern in _MARKED for found in pattern.finditer(text))


def title_appendices(nodes: list[Node], lines: Lines) -> set[int]:
    """Let 附件, alone on its line, be headed by the next: 附件⏎《政府工作报告》有关内容名词注释.

    Returns:
        The numbers of the lines that are titles of appendices.
    """
    titles: set[int] = set()
    for node in nodes:
        i = node.line + 1
        if node.kind != "appendix" or node.heading is not None or i >= len(lines.texts):
            continue
        if lines.text[node.label_end : lines.to[node.line]].strip():
            continue
        if lines.texts[i][-1:] == "。" and i + 2 in lines.labels:
            i += 1  # a sentence put in between label and title
        title = lines.texts[i]
        if i not in lines.labels and 2 <= len(title) <= _TITLE_AT_MOST and title[-1] not in "。；：，！？":
            node.heading = title
            node.body = min(lines.to[i] + 1, len(lines.text))
            titles.add(i)
    return titles


def _settle_deep(node: Node, before: tuple[int, int], text: str) -> tuple[int, int]:
    """Tell 3.2 after 3.1 from number three of a list that begins with a figure (3.10种有色金属)."""
    found = _DEEP.match(text, node.start)
    assert found is not None
    here = int(found[1]), int(found[2])
    if here[1] == 1 or (here[0] == before[0] and 0 < here[1] - before[1] <= _GAP):
        return here
    node.style, node.ordinal, node.rank = "digits", here[0], 6
    node.label_end = found.end(1) + 1
    return before


def _inside(lines: Lines, label: Node) -> list[Node]:
    """Find what a flattened page left on the line of a chapter: 第一章 总则 第一条 …, 三、重点任务（一）…."""
    text, after, stop = lines.text, label.label_end, lines.to[label.line]
    if label.style == "yi":
        at = text.find("（一）", after + 2, min(stop, after + 40))
        if at < 0 or _NO_HEADING.search(text, after, at):
            return []
    else:
        article = _ARTICLE.match(text, after, stop)
        if article is None:
            return []
        at = article.end()
    inner = label_at(text, at, stop)
    return [_set_inside(inner, label.line)] if inner else []


def _set_inside(node: Node, line: int) -> Node:
    node.line = line
    node.inline = True
    return node


def _join(node: Node, those: list[_List], lists: list[_List], lines: Lines) -> None:
    """Add ``node`` to the list it continues, or open a new one."""
    text = lines.text
    ordinal = node.ordinal
    assert ordinal is not None
    digit_follows = node.style == "digits" and text[node.label_end : node.label_end + 1].isdigit()
    for back in range(len(those) - 1, -1, -1):
        one = those[back]
        last = one.members[-1]
        step = ordinal - (last.ordinal or 0)
        near = node.line <= last.line + 1 if node.inline else True
        if ordinal == LAST:
            if node.line <= last.line + 1 and not one.broken:
                node.ordinal = (last.ordinal or 0) + 1
                one.members.append(node)
                del those[back:]
            return
        if one.broken and (node.inline or step != 1):
            continue
        if node.inline and node.line > last.line + _REACH:
            continue
        if step == 1 and digit_follows and len(one.members) == 1 and _UNIT.match(text, node.start):
            return  # 2.5倍 after a lone 1.; after 1. 2. 3. even 4.6个新支柱产业集群 is number four
        if step == 1 or (ordinal > 1 and near and not digit_follows and 0 <= step <= _GAP):
            one.members.append(node)
            del those[back + 1 :]
            one.broken = False
            return
    if digit_follows or ordinal == LAST:
        return
    one = _List(node)
    lists.append(one)
    those.append(one)
    if len(those) > 4:  # lists nest no deeper
        del those[0]


def _is_list(members: list[Node], lines: Lines) -> bool:
    if len({node.ordinal for node in members}) > 1:
        return True
    if len(members) > 1:
        return False  # 其次是 here and 其次是 there
    node = members[0]
    if node.inline or node.style == "circled":
        return False
    line = lines.texts[node.line]
    short = (
        len(line) <= _SHORT_HEADING
        and line[-1] not in "。；，！？：、"
        and node.label_end < lines.to[node.line]
    )
    if node.kind == "point":
        return short and node.line >= lines.body_from
    return short and node.ordinal == 1


def _close(members: list[Node], lines: Lines) -> None:
    """Let a list of points end with the paragraph of its last member."""
    last = members[-1]
    for node in members:
        node.list_last = last.start
    if last.style not in _CLOSING and not last.inline:
        return
    line = lines.texts[last.line]
    if not last.inline and line[-1] not in "。；！？：”）":
        return  # heading lines: what follows is theirs
    end_line = last.line
    if (
        not last.inline
        and len(members) > 1
        and line.find("。") in (-1, len(line) - 1)
        and members[-2].line < last.line - 1
        and end_line + 1 < len(lines.texts)
        and end_line + 1 not in lines.labels
    ):
        end_line += 1  # 一是扩大退耕还林规模。 stands on a line of its own, its text on the next
    close = min(lines.to[end_line] + 1, len(lines.text))
    for node in members:
        node.close = close
