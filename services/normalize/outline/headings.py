"""Label off, heading out: where a node's heading ends and its own text begins."""

from __future__ import annotations

import re
from typing import Final

from ...edition import Mark
from .lines import Lines
from .nodes import Node

_STOP: Final = re.compile(r"[。！？](?![”’」』）])|[。！？][”’」』](?=[^，、；：。的])")
_TITLED_ARTICLE: Final = re.compile(r"[【〔\[（(]([^】〕\]）)\n]{1,30})[】〕\]）)][ ]?")


def read_headings(nodes: list[Node], lines: Lines, bold: dict[int, Mark]) -> None:
    """Give every node its label, heading and the place where its own text begins.

    The heading of a run-in node is its first sentence without the stop; a clause that ends in ； has none, nor has
    an article without a printed title.
    """
    text = lines.text
    for i, node in enumerate(nodes):
        stop = lines.to[node.line]
        if i + 1 < len(nodes) and nodes[i + 1].start < stop:
            stop = nodes[i + 1].start
        node.next_start = stop
        if node.kind == "part" and node.style == "inferred":
            continue
        start = node.label_end
        node.label = text[node.start : start].rstrip() or None
        if node.style == "条":
            _article(node, text, start, stop)
        else:
            _sentence(node, text, start, stop, bold.get(start))


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
    if found.group()[-1] in "”’」』":
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
