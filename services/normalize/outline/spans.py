"""Spans: where each node ends, and where its own text begins."""

from __future__ import annotations

from typing import Final

from .lines import Lines
from .nodes import Node

_ONE_PARAGRAPH_RUN: Final = 3
"""Siblings of one paragraph each that show where the last of them ends."""


def settle_spans(root: Node, lines: Lines) -> None:
    """Trim what a run of one-paragraph siblings does not own, and set the bounds of each node's own text."""
    text, to = lines.text, lines.to
    pending = [root]
    while pending:
        node = pending.pop()
        children = node.children
        if len(children) >= _ONE_PARAGRAPH_RUN and children[-1].run_in and not children[-1].children:
            _trim_last(children, to, len(text))
        for child in children:
            if child.children:
                pending.append(child)
            elif child.body >= child.end or not text[child.body : child.end].strip():
                # A node of one sentence has an empty body, not a body of one newline.
                child.body = child.end
            if child.children:
                child.body = min(child.body, child.children[0].start)


def _trim_last(children: list[Node], to: list[int], length: int) -> None:
    last = children[-1]
    end = min(to[last.line] + 1, length)
    if end >= last.end:
        return
    run = 0
    for node in reversed(children[:-1]):
        if node.style != last.style or not node.run_in:
            break
        if node.end > min(to[node.line] + 1, length):
            return
        run += 1
    if run + 1 >= _ONE_PARAGRAPH_RUN:
        last.end = end
