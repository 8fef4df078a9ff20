"""Clean text and marks in, sections out.

The way: lines and their labels (``labels``, ``lines``), runs of numbers that are real (``runs``), headings without
a label (``slogans``), where each heading ends (``headings``), depth (``nesting``), members of a compilation
(``parts``), what looks back and what ahead (``roles``), names that stay (``identity``).
"""

from __future__ import annotations

from typing import Final

from ...edition import Mark, Section
from ..hints import Hints
from .headings import join_torn, read_headings
from .identity import fold, name_all
from .lines import Lines
from .nesting import nest
from .nodes import Node
from .parts import inferred_parts
from .roles import set_roles
from .runs import labelled_nodes, title_appendices
from .slogans import unlabelled_headings
from .spans import settle_spans

OUTLINE_VERSION: Final = 4


def outline(text: str, marks: tuple[Mark, ...], hints: Hints) -> tuple[Section, ...]:  # noqa: ARG001
    """Cut a clean text into its sections, flat and in document order; the first is the root, ``report``.

    Args:
        text: the whole clean text, a paragraph a line.
        marks: its marks; ``bold``, ``heading`` (with a ``level``) and ``table`` are looked at.
        hints: what the uploader stated (nothing in it changes the outline).

    Returns:
        Sections whose innermost spans divide the text, each character in exactly one.
    """
    lines = Lines(text)
    bold = {mark.start: mark for mark in marks if mark.kind == "bold"} if marks else {}
    labelled = labelled_nodes(lines)
    read_headings(labelled, lines, bold)
    unlabelled = unlabelled_headings(lines, marks)
    if any(node.kind == "appendix" for node in labelled):
        titles = title_appendices(labelled, lines)
        listed = _listed_appendices(labelled)
        labelled = [node for node in labelled if node.start not in listed and not _is_empty(node, text)]
        unlabelled = [node for node in unlabelled if node.line not in titles]
    nodes = labelled
    unlabelled = join_torn(labelled, unlabelled, lines)
    if unlabelled:
        nodes = sorted([*labelled, *unlabelled], key=_place)
    root = nest(nodes, len(text))
    parts = inferred_parts(root, nodes, lines)
    if parts:
        nodes = sorted([*nodes, *parts], key=_place)
        for node in nodes:
            node.children = []
        root = nest(nodes, len(text))
    settle_spans(root, lines)
    set_roles(root, text)
    return name_all(root)


def _place(node: Node) -> tuple[int, int]:
    return node.start, node.rank


def _listed_appendices(nodes: list[Node]) -> set[int]:
    """附件：实施方案, listed at the end of a notice, is told again where the appendix itself begins."""
    last: dict[str, Node] = {}
    listed: set[int] = set()
    for node in reversed(nodes):
        if node.kind == "appendix" and node.heading is not None:
            folded = fold(node.heading)
            if folded in last:
                listed.add(node.start)
            last[folded] = node
    return listed


def _is_empty(node: Node, text: str) -> bool:
    """附件： with nothing behind it is no node."""
    return node.kind == "appendix" and node.heading is None and not text[node.body :].strip()


__all__ = ["OUTLINE_VERSION", "outline"]
