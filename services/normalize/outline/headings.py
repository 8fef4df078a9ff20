"""Label off, heading out: where a node's heading ends and its own text begins."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from ...edition import Mark
from .lines import Lines
from .nodes import Node
from .slogans import KNOWN, LINE_AT_MOST, is_plausible

_STOP: Final = re.compile(r"[。！？](?:(?![”’」』）])|[”’」』](?=[^，、；：。的]))")
_NEW_PHRASE: Final = re.compile(r"促进|推动|推进|奋力|逐步|坚定|加快|努力|实现|开创|确保|夺取|全面|为")
_TORN_AT_LEAST: Final = 6
"""Characters of the first piece of a torn heading; 总体要求 above 指导思想 is whole."""

_TITLED_ARTICLE: Final = re.compile(r"[【〔\[（(]([^】〕\]）)\n]{1,30})[】〕\]）)][ ]?")


def read_headings(nodes: list[Node], lines: Lines, bold: dict[int, Mark]) -> None:
    """Give every node its label, heading and the place where its own text begins.

    The heading of a run-in node is its first sentence without the stop; a clause that ends in ； has none, nor has
    an article without a printed title.
    """
    text, to = lines.text, lines.to
    behind = len(text)
    for node in reversed(nodes):
        start, stop = node.label_end, min(behind, to[node.line])
        behind = node.start
        node.label = text[behind:start].rstrip() or None
        if node.style == "条":
            _article(node, text, start, stop)
        else:
            _sentence(node, text, start, stop, bold.get(start) if bold else None)
        if node.kind == "table":
            node.end = _table_end(node.line, lines)


def _table_end(i: int, lines: Lines) -> int:
    """A caption's node ends with the rows below it: lines with a tab."""
    while i + 1 < len(lines.texts) and "\t" in lines.texts[i + 1]:
        i += 1
    return min(lines.to[i] + 1, len(lines.text))


def join_torn(labelled: list[Node], unlabelled: list[Node], lines: Lines) -> list[Node]:
    """Join a numbered heading that breaks over two lines (三、持续提升政府⏎治理效能和服务水平).

    The second line looks like a heading of its own; it is one where the section has others of its kind.

    Returns:
        Those of ``unlabelled`` that are headings of their own.
    """
    taken: set[int] = set()
    own = [node.line for node in unlabelled if node.style == "h"]
    last = len(lines.texts) - 1
    seconds = {last, *own}
    for k, node in enumerate(labelled):
        i = node.line + 1
        if i not in seconds or node.kind not in ("chapter", "section", "part") or node.run_in:
            continue
        heading = node.heading or ""
        if len(heading) < _TORN_AT_LEAST or i in lines.labels or len(lines.texts[i]) > LINE_AT_MOST:
            continue
        if not is_plausible(lines.texts[i]):
            continue
        after = next((n.line for n in labelled[k + 1 :] if n.style == node.style), len(lines.texts))
        others = bisect_left(own, after) - bisect_right(own, i)
        if others or KNOWN.match(heading) or KNOWN.match(lines.texts[i]):
            continue
        taken.add(i)
        second = lines.texts[i].strip()
        # Two phrases, one above the other, are a title of two lines; else a word or phrase was torn.
        node.heading = f"{heading} {second}" if _NEW_PHRASE.match(second) else heading + second
        node.body = min(lines.to[i] + 1, len(lines.text))
    return [node for node in unlabelled if node.line not in taken] if taken else unlabelled


def _sentence(node: Node, text: str, start: int, stop: int, bold: Mark | None) -> None:
    found = _STOP.search(text, start, stop)
    if bold is not None and start < bold.end < (found.start() if found else stop):
        follows = text[bold.end : bold.end + 1]
        if follows not in "，、；" and text[bold.end - 1] not in "，、；":
            # A bold run that a gap, a colon or the text itself follows is the heading.
            node.heading = text[start : bold.end].rstrip(" ：:。") or None
            node.body = min(stop, bold.end + (follows in "：: 。"))
            node.run_in = True
            return
    if found is None:
        rest = text[start:stop].strip()
        inside = stop < len(text) and text[stop] != "\n"
        if rest.endswith(("；", ";")):
            node.heading, node.body = None, start
            node.run_in = True
            return
        node.heading = rest.strip("：:，,、— \u3000") or None
        node.body = stop if inside else min(stop + 1, len(text))
        node.run_in = inside
        return
    end = found.end()
    if text[end - 1] in "”’」』":
        node.heading = text[start:end].strip()
    else:
        node.heading = text[start : end - 1].strip() or None
    node.body = end
    node.run_in = end < stop or node.inline or node.kind == "point"


def _article(node: Node, text: str, start: int, stop: int) -> None:
    titled = _TITLED_ARTICLE.match(text, start, stop)
    node.body = start
    node.run_in = True
    if titled:
        node.heading = titled[1].strip()
        node.body = titled.end()
        return
    rest = text[start:stop].strip()
    if rest and len(rest) <= 20 and rest[-1] not in "。；：，":  # a title line
        node.heading = rest
        node.body = min(stop + 1, len(text))
        node.run_in = False
