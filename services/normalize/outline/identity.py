"""Names that stay: the id of a section is its path as the document numbers it, its anchor what it says."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from ...edition import Section
from .nodes import Node

LETTERS: Final = {
    "part": "pt",
    "chapter": "c",
    "section": "s",
    "article": "a",
    "point": "p",
    "item": "i",
    "appendix": "x",
    "heading": "h",
    "table": "t",
}
ROOT: Final = "report"

_MARKS: Final = re.compile(r"\W+")
_UNNAMED: Final = blake2b(digest_size=6)
"""The digest of nothing: to copy it is quicker than to ask for a new one."""


def fold(heading: str | None) -> str:
    """Reduce a heading to what an editor would not touch: no punctuation, no space, small letters."""
    if not heading:
        return ""
    return heading.lower() if heading.isalnum() else _MARKS.sub("", heading).lower()


def digest(words: str) -> str:
    """Name a string by twelve hexadecimal digits."""
    named = _UNNAMED.copy()
    named.update(words.encode())
    return named.hexdigest()


def name_all(root: Node) -> tuple[Section, ...]:
    """Make the section of every node, in document order, the root first; each with its id and its anchor.

    A node without a number is named by its heading and not by its place, so that one more or less before it
    changes nothing.
    """
    named: list[Section] = []
    pending: list[tuple[Node, str, str, str | None]] = [(root, ROOT, ROOT, None)]
    while pending:
        node, own, anchor, parent = pending.pop()
        children = node.children
        own_text = node.body, children[0].start if children else node.end
        named.append(
            Section(
                own,
                anchor,
                parent,
                node.kind,
                node.level,
                node.label,
                node.ordinal,
                node.heading,
                node.role,
                (node.start, node.end),
                own_text,
            )
        )
        if not children:
            continue
        prefix = "" if node is root else own + "."
        taken: dict[str, int] = {}
        below: list[tuple[Node, str, str, str | None]] = []
        for child in children:
            kind = child.kind
            folded = fold(child.heading)
            step = LETTERS[kind]
            if child.ordinal is not None:
                step = f"{step}{child.ordinal}"
            elif folded:
                step = f"{step}-{digest(folded)[:6]}"
            again = taken[step] = taken.get(step, 0) + 1
            if again > 1:
                step = f"{step}~{again}"
            below.append((child, prefix + step, digest(f"{kind}\x1f{folded}\x1f{anchor}"), own))
        pending += reversed(below)
    return tuple(named)
