"""Names that stay: the id of a section is its path as the document numbers it, its anchor what it says."""

from __future__ import annotations

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

_FOLD: Final = str.maketrans("", "", " \u3000，。、；：！？“”‘’《》（）()[]〔〕【】—–-·…,.;:!?\"'")


def fold(heading: str | None) -> str:
    """Reduce a heading to what an editor would not touch: no punctuation, no space, small letters."""
    return (heading or "").translate(_FOLD).lower()


def digest(*pieces: str) -> str:
    """Name some strings by twelve hexadecimal digits."""
    return blake2b("\x1f".join(pieces).encode(), digest_size=6).hexdigest()


def name_all(root: Node) -> list[tuple[Node, str, str, str | None]]:
    """Give (node, id, anchor, parent's id) for every node in document order, the root first.

    A node without a number is named by its heading and not by its place, so that one more or less before it
    changes nothing.
    """
    named: list[tuple[Node, str, str, str | None]] = [(root, ROOT, ROOT, None)]
    pending = [(root, "", ROOT, ROOT)]
    while pending:
        parent, prefix, parent_id, parent_anchor = pending.pop()
        taken: dict[str, int] = {}
        for node in parent.children:
            folded = fold(node.heading)
            letter = LETTERS[node.kind]
            if node.ordinal is not None and node.ordinal >= 0:
                step = f"{letter}{node.ordinal}"
            else:
                step = f"{letter}-{digest(folded)[:6]}" if folded else letter
            again = taken.get(step, 0) + 1
            taken[step] = again
            if again > 1:
                step = f"{step}~{again}"
            own = f"{prefix}{step}"
            anchor = digest(node.kind, folded, parent_anchor)
            named.append((node, own, anchor, parent_id))
            if node.children:
                pending.append((node, own + ".", own, anchor))
    named[1:] = sorted(named[1:], key=lambda entry: (entry[0].start, entry[0].level))
    return named
