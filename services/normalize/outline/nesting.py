"""Depth: parent and level of every node, from how the numbering of *this* document behaves.

A style of label that is open is a sibling; one that is new goes below what is open. Where a form that usually
stands higher meets an open lower one (一、 after （二）), the numbers decide: if the lower run goes on afterwards,
the newcomer stands inside it (（一） above 一、, as in the reports of 1958 and 1981), else it closes it.
"""

from __future__ import annotations

from typing import Final

from .nodes import HALF_RANK, PART_RANK, TOP_RANK, Node

_TOP_HEADINGS: Final = ("结束语", "结语", "名词解释", "注释", "前言", "序言")
_FRONT: Final = ("序言", "前言", "引言", "导言")
_CHAPTER_RANK: Final = 4


def nest(nodes: list[Node], length: int) -> Node:
    """Set parent, children, level and end of every node; give the root."""
    root = Node("report", "root", TOP_RANK, None, 0, 0, 0)
    root.end = length
    stack = [root]
    numbering = _Numbering(nodes)
    closing = False
    for i, node in enumerate(nodes):
        start = node.start
        if closing:
            for depth in range(1, len(stack)):
                close = stack[depth].close
                if close is not None and start >= close:
                    _end(stack, depth, start)
                    break
            closing = any(open_.close is not None for open_ in stack)
        if node.kind == "heading" and node.style[0] == "h":
            depth = _depth_of_heading(node, i, nodes, stack)
        elif node.kind == "table":
            depth = len(stack)
        elif stack[-1].style == node.style and node.list_last is stack[-1].list_last:
            depth = len(stack) - 1
        else:
            depth = _depth_of(node, stack, numbering)
        if depth == len(stack) - 1:
            last = stack.pop()
            last.end = start if last.close is None or start < last.close else last.close
        elif depth < len(stack):
            _end(stack, depth, start)
        parent = stack[-1]
        node.level = parent.level + 1
        parent.children.append(node)
        if node.kind == "table":
            continue
        if node.close is not None:
            closing = True
        stack.append(node)
    _end(stack, 1, length)
    return root


def _end(stack: list[Node], depth: int, start: int) -> None:
    """Close everything open from ``depth`` down; a list of points may have ended earlier."""
    least = start
    for at in range(depth, len(stack)):
        node = stack[at]
        if node.close is not None and node.close < least:
            least = node.close
        node.end = least
    del stack[depth:]


class _Numbering:
    """What the numbers of this document tell; few documents have to be asked."""

    __slots__ = ("_held", "_nodes", "_successors")

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._successors: dict[int, Node] | None = None
        self._held: set[tuple[str, str]] = set()

    def holds(self, below: Node, node: Node, above: Node) -> bool:
        """Tell whether ``below``, of a form that usually stands lower, holds ``node`` in this document."""
        if below.ordinal is None:
            return False
        key = (below.style, node.style)
        if key in self._held:
            return True
        after = self._successor(below)
        if after is not None:
            if after.ordinal == below.ordinal + 1 and after.start > node.start:
                self._held.add(key)
                return True
            return False
        # The last of its run: it holds a run that begins here, if it stands at the top and on a line of its own.
        return node.ordinal == 1 and not below.run_in and above.rank <= HALF_RANK and below.ordinal > 1

    def _successor(self, node: Node) -> Node | None:
        """Give the next node of the same style, whatever stands between."""
        if self._successors is None:
            self._successors = {}
            seen: dict[str, Node] = {}
            for other in reversed(self._nodes):
                if other.style in seen:
                    self._successors[id(other)] = seen[other.style]
                seen[other.style] = other
        return self._successors.get(id(node))


def _depth_of(node: Node, stack: list[Node], numbering: _Numbering) -> int:
    """How many nodes of the stack stay open above ``node``."""
    style, rank = node.style, node.rank
    if rank <= PART_RANK + 2:  # parts, halves and appendices
        depth = 1
        while depth < len(stack) and stack[depth].rank < rank:
            depth += 1
        return depth
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].style == style:
            other = stack[depth]
            if node.list_last is not None and other.list_last is not None and _inner_list(other, node):
                break
            return depth
        if stack[depth].kind == "appendix":
            break
    depth = len(stack)
    while depth > 1:
        below = stack[depth - 1]
        if below.kind in ("heading", "appendix", "part") and below.style != "r":
            if rank > _CHAPTER_RANK or not (below.heading or "").endswith(_FRONT):
                break
            depth -= 1  # a preface holds no chapters
            continue
        if below.rank <= rank or numbering.holds(below, node, stack[depth - 2]):
            break
        depth -= 1
    return depth


def _inner_list(outer: Node, node: Node) -> bool:
    """一是 inside a 一是: the outer list goes on after the inner one has ended."""
    assert outer.list_last is not None
    assert node.list_last is not None
    return outer.list_last > node.list_last >= node.start and (node.ordinal or 0) <= (outer.ordinal or 0)


def _depth_of_heading(node: Node, i: int, nodes: list[Node], stack: list[Node]) -> int:
    """An unlabelled heading stands where the numbers that follow it say."""
    floor = 1
    while floor < len(stack) and stack[floor].rank <= HALF_RANK:
        floor += 1
    if node.heading is not None and node.heading.endswith(_TOP_HEADINGS):
        return floor
    following = next((n for n in nodes[i + 1 : i + 9] if n.kind != "heading" and not n.inline), None)
    same = _find(stack, node.style, floor)
    if node.style != "h":
        level = int(node.style[1:]) if node.style[1:].isdigit() else 1
        for depth in range(floor, len(stack)):
            other = stack[depth]
            if (
                other.style[0] == "h"
                and other.kind == "heading"
                and other.style != "h"
                and int(other.style[1:]) >= level
            ):
                return depth
    if following is not None and following.ordinal is not None:
        opened = _find(stack, following.style, floor)
        if opened:
            if following.ordinal <= 1:
                return min(same or opened, opened)
            if (following.ordinal or 0) > (stack[opened].ordinal or 0):
                if same:
                    return same if same > opened else opened + 1
                return _innermost(stack, opened)
    if same:
        return same
    if following is None:
        return _innermost(stack, floor - 1)
    if following.rank <= _CHAPTER_RANK and following.ordinal is not None:
        return floor
    return _innermost(stack, floor - 1)


def _find(stack: list[Node], style: str, floor: int) -> int:
    for depth in range(len(stack) - 1, floor - 1, -1):
        if stack[depth].style == style:
            return depth
    return 0


def _innermost(stack: list[Node], depth: int) -> int:
    """Below the innermost open node that has a heading line of its own, from ``depth`` on."""
    best = depth + 1
    for at in range(depth + 1, len(stack)):
        if stack[at].run_in or stack[at].kind in ("point", "item"):
            break
        best = at + 1
    return best
