"""Headings without a label: slogan lines, and first sentences by which a run of paragraphs is built alike."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Final

from ...edition import Mark
from .lines import SALUTATION, Lines
from .nodes import Node

LINE_AT_MOST: Final = 40
"""Characters of the longest slogan line; the longest of the State Council's reports has 34."""

PARAGRAPH_AT_LEAST: Final = 40
"""A line so long, or one that ends a sentence, is a paragraph that a heading can stand above."""

_FIRST_AT_LEAST: Final = 4
_FIRST_AT_MOST: Final = 45
"""Characters of the shortest and the longest run-in first sentence taken for a heading."""

_REST_AT_LEAST: Final = 20
"""A paragraph that is hardly longer than its first sentence is not headed by it."""

_RUN_AT_LEAST: Final = 3
"""Paragraphs built alike that make a run: two neighbours are alike by chance."""

_CLAUSE_AT_MOST: Final = 12
_LIKE_AT_MOST: Final = 26
"""Characters of a first sentence that is like its neighbours by its opening word alone (实施“…”行动, 全力抓创新，…)."""

_SIGNED: Final = re.compile(r"(?:国务院|政府|办公厅|办公室|委员会|委|厅|局|部|署)$")
_DATE_AT_MOST: Final = 16
_MARKS_OF_NO_HEADING: Final = frozenset("。！？!?：:＝=×÷\\\t")
_NO_HEADING_ENDS: Final = tuple("，；、,;…—")
_NO_HEADING_BEGINS: Final = re.compile(
    r"单位|注|资料|附|\d{4}年\d{1,2}月|[\d.,%％、]+(?![\d年.])|[（(].*[)）]$|[^一-鿿]*$|[一-鿿][ ][一-鿿]$"
)
_NO_HEADING_HAS: Final = re.compile(r"https?|来源|责任编辑|发布时间|日期|作者|各位|同志们|日(?<=\d日)$")
_OFFICE_AND_NAME: Final = re.compile(
    r"(?:省长|市长|主席|主任|总理|书记|区长|县长|厅长|局长)[ ]?[一-鿿·]{2,4}$"
)
KNOWN: Final = re.compile(
    r"^(?:(?:关于)?(?:过去|今后|未来|近)?(?:[一二三四五六七八九十]|\d)*(?:个)?年?.{0,24}(?:回顾|总结|展望)"
    r"|.{0,30}(?:工作安排|工作计划|工作打算|工作任务|工作部署|主要任务|总体要求|工作思路|主要目标)"
    r"|结束语|结语|前言|引言|序言|绪论|导言|概述|(?:.{0,16})?(?:名词|名词术语|词语|有关)?(?:解释|注释|名词说明))$"
)
_TITLE_WORD: Final = re.compile(
    r"(?:报告|公报|要点|纲要|规划|方案|意见|通知|决定|办法|条例|规定|总结|讲话)(?:[（(].*[)）])?$"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_COMMON_OPENING: Final = re.compile(
    r"我们|他们|我国|中国|今后|[一二三四五六七八九十]年来?|今年|去年|一年|过去|各位|同时|此外"
    r"|当前|目前|全市|全省|全区|全县|全国|通过|随着|由于|为了|但是|在|这|是|要|我|其"
    r"|\d|[一二三四五六七八九十]、|从|对|有|以|把|经|截至|预计|年"
)


def unlabelled_headings(lines: Lines, marks: tuple[Mark, ...]) -> list[Node]:
    """Find the headings that carry no label, in document order."""
    levels = {mark.start: mark for mark in marks if mark.kind == "heading"}
    bold = {mark.start: mark for mark in marks if mark.kind == "bold"}
    tables = [mark.span for mark in marks if mark.kind == "table"]
    slogans = _slogan_lines(lines, levels, bold, tables)
    runs = _alike(lines, {node.line for node in slogans})
    return sorted(slogans + runs, key=attrgetter("start")) if runs else slogans


def is_plausible(line: str) -> bool:
    """Tell whether a line could be a heading by its looks: short, mostly Chinese, no mark of a sentence."""
    if not 2 <= len(line) <= LINE_AT_MOST or line.endswith(_NO_HEADING_ENDS):
        return False
    if not _MARKS_OF_NO_HEADING.isdisjoint(line) or _NO_HEADING_BEGINS.match(line):
        return False
    if _NO_HEADING_HAS.search(line) or _OFFICE_AND_NAME.search(line):
        return False
    return 2 * len(_HAN.findall(line)) >= len(line)


def _slogan_lines(
    lines: Lines, levels: dict[int, Mark], bold: dict[int, Mark], tables: list[tuple[int, int]]
) -> list[Node]:
    texts, at, to, labels = lines.texts, lines.at, lines.to, lines.labels
    last = len(texts)
    found: list[Node] = []
    first = _first_heading_in_head(lines)
    if first < 0:
        return [_heading_of(lines, 0, last - 1)]
    i = first
    while i < last:
        line = texts[i]
        mark = levels.get(at[i]) if levels else None
        if (len(line) > LINE_AT_MOST and mark is None) or i in labels or not line:
            i += 1
            continue
        whole_bold = at[i] in bold and bold[at[i]].end >= to[i] - 1
        if mark is not None and mark.end >= to[i] - 1 and i >= lines.body_from and not SALUTATION.match(line):
            node = _heading_of(lines, i, i)
            node.style = f"h{mark.data.get('level', 1)}"
            found.append(node)
            i += 1
            continue
        if not is_plausible(line) or _in_table(at[i], tables):
            i += 1
            continue
        end = i
        while end + 1 < last and end + 1 not in labels and is_plausible(texts[end + 1]):
            end += 1
        if _above_text(lines, i, end) and (
            end == i or (end == i + 1) or all(KNOWN.match(texts[k]) for k in range(i, end + 1)) or whole_bold
        ):
            if end == i + 1 and (KNOWN.match(line) or _TITLE_WORD.search(line)):
                found += [_heading_of(lines, i, i), _heading_of(lines, end, end)]
            elif end <= i + 1:
                found.append(_heading_of(lines, i, end))
            else:
                found += [_heading_of(lines, k, k) for k in range(i, end + 1)]
        i = end + 1
    return found


def _first_heading_in_head(lines: Lines) -> int:
    """Where slogan lines may begin; -1 when a text is nothing but one heading."""
    first = lines.body_from
    texts = lines.texts
    if first >= len(texts):
        # A text without a body: one or two lines are a heading if they read like one.
        reads_so = KNOWN.match(texts[0]) or (len(texts) == 2 and not _TITLE_WORD.search("".join(texts)))
        return -1 if len(texts) <= 2 and reads_so and all(map(is_plausible, texts)) else len(texts)
    if first >= 2 and KNOWN.match(texts[first - 1]) and not _TITLE_WORD.search(texts[first - 1]):
        return first - 1  # the line above the first paragraph, below the title
    return first


def _in_table(start: int, tables: list[tuple[int, int]]) -> bool:
    return any(low <= start < high for low, high in tables)


def _above_text(lines: Lines, i: int, end: int) -> bool:
    """A heading stands between a closed paragraph and one that it heads."""
    texts = lines.texts
    if i > 0 and i > lines.body_from:
        before = texts[i - 1]
        closed = before[-1:] in "。；：！？”）" or i - 1 in lines.labels or SALUTATION.match(before)
        if not closed:
            return False
    if end + 1 >= len(texts):
        return False
    after = texts[end + 1]
    if _SIGNED.search(texts[end]) and len(after) <= _DATE_AT_MOST:
        return False  # a signature, and the day below it
    return (
        end + 1 in lines.labels
        or len(after) >= PARAGRAPH_AT_LEAST
        or after[-1:] in "。："
        or bool(SALUTATION.match(after))
    )


def _heading_of(lines: Lines, i: int, end: int) -> Node:
    start, stop = lines.at[i], lines.to[end]
    node = Node("heading", "h", 0, None, start, start, i)
    node.heading = " ".join(line.strip() for line in lines.texts[i : end + 1])
    node.body = min(stop + 1, len(lines.text))
    return node


def _alike(lines: Lines, taken: set[int]) -> list[Node]:
    """Find runs of paragraphs whose first sentences are built alike (全力稳运行，… 全力抓创新，…).

    One paragraph of another make may stand among them.
    """
    labels, texts = lines.labels, lines.texts
    firsts: list[tuple[int, str]] = []
    for i in range(lines.body_from, len(texts)):
        if i in labels or i in taken:
            continue
        line = texts[i]
        stop = line.find("。", 0, _FIRST_AT_MOST + 1)
        if stop < _FIRST_AT_LEAST or len(line) - stop <= _REST_AT_LEAST or line[stop + 1] in "”’":
            continue
        sentence = line[:stop]
        if not _COMMON_OPENING.match(sentence) and "！" not in sentence and "？" not in sentence:
            firsts.append((i, sentence))
    if len(firsts) < _RUN_AT_LEAST:
        return []
    runs: list[list[tuple[int, str]]] = []
    for first in firsts:
        for run in runs[:-3:-1]:
            if _goes_on(run[-1], first, labels, taken):
                run.append(first)
                break
        else:
            runs.append([first])
    return [node for run in runs if len(run) >= _RUN_AT_LEAST for node in _run_nodes(lines, run)]


def _goes_on(
    before: tuple[int, str], first: tuple[int, str], labels: dict[int, Node], taken: set[int]
) -> bool:
    (last, sentence), (i, other) = before, first
    if i - last > 2 or (i - last == 2 and (i - 1 in labels or i - 1 in taken)):
        return False
    return _built_alike(sentence, other)


def _built_alike(before: str, sentence: str) -> bool:
    opening, here = before.partition("，")[0], sentence.partition("，")[0]
    if opening == here:
        return False  # 建设新农村，必须…, said again and again, is rhetoric
    if before[:2] == sentence[:2] and max(len(before), len(sentence)) <= _LIKE_AT_MOST:
        return True
    clauses = before.count("，")
    if len(opening) != len(here) or len(opening) > _CLAUSE_AT_MOST or not 0 < clauses == sentence.count("，"):
        return False
    last, others = len(before) - before.rfind("，"), len(sentence) - sentence.rfind("，")
    return len(opening) <= 4 or abs(last - others) <= 1  # 育产业，兴数智，


def _run_nodes(lines: Lines, run: list[tuple[int, str]]) -> list[Node]:
    close = min(lines.to[run[-1][0]] + 1, len(lines.text))
    nodes = []
    for i, sentence in run:
        start = lines.at[i]
        node = Node("heading", "r", 6, None, start, start, i)
        node.heading = sentence
        node.body = start + len(sentence) + 1
        node.run_in = True
        node.close = close
        nodes.append(node)
    return nodes
