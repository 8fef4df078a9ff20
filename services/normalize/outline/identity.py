"""Names that stay: the id of a section is its path as the document numbers it, its anchor what it says."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

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


def name_all(root: Node) -> list[tuple[Node, str, str, str | None]]:
    """Give (node, id, anchor, parent's id) for every node in document order, the root first.

    A node without a number is named by its heading and not by its place, so that one more or less before it
    changes nothing.
    """
    named: list[tuple[Node, str, str, str | None]] = []
    pending: list[tuple[Node, str, str, str | None]] = [(root, ROOT, ROOT, None)]
    while pending:
        entry = pending.pop()
        named.append(entry)
        parent, parent_id, parent_anchor, _ = entry
        children = parent.children
        if not children:
            continue
        prefix = "" if parent is root else parent_id + "."
        taken: dict[str, int] = {}
        below: list[tuple[Node, str, str, str | None]] = []
        for node in children:
            kind = node.kind
            folded = fold(node.heading)
            if node.ordinal is not None:
                step = f"{LETTERS[kind]}{node.ordinal}"
            else:
                step = f"{LETTERS[kind]}-{digest(folded)[:6]}" if folded else LETTERS[kind]
            again = taken.get(step, 0) + 1
            taken[step] = again
            if again > 1:
                step = f"{step}~{again}"
            below.append((node, prefix + step, digest(f"{kind}\x1f{folded}\x1f{parent_anchor}"), parent_id))
        below.reverse()
        pending += below
    return named
