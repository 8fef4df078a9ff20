"""A node while the outline grows: mutable, slotted, forgotten when the sections are made.

A node knows its children, not its parent: without a cycle it is freed at once, and a text of a
hundred thousand headings leaves nothing for the garbage collector to trace.
"""

from __future__ import annotations

from typing import Final

TOP_RANK: Final = -9
"""Rank of the root; parts stand below it, then halves of a part, appendices, and what the labels say."""

PART_RANK: Final = -3
HALF_RANK: Final = -2


class Node:
    """One node: where its label and heading stand, and its place in the tree once ``nest`` has found it.

    ``style`` tells labels of one kind apart that number separately; ``rank`` is how high the form usually stands
    (0 the highest), used only where the document itself does not tell.
    """

    __slots__ = (
        "body",
        "children",
        "close",
        "end",
        "heading",
        "inline",
        "kind",
        "label",
        "label_end",
        "level",
        "line",
        "list_last",
        "ordinal",
        "rank",
        "role",
        "run_in",
        "start",
        "style",
    )

    def __init__(
        self,
        kind: str,
        style: str,
        rank: int,
        ordinal: int | None,
        start: int,
        label_end: int,
        line: int = 0,
    ) -> None:
        self.kind = kind
        self.style = style
        self.rank = rank
        self.ordinal = ordinal
        self.start = start
        self.label_end = label_end
        self.line = line
        self.inline = False
        """The label stands inside its line."""
        self.label: str | None = None
        self.heading: str | None = None
        self.run_in = False
        """The heading is the first sentence of a paragraph that goes on, not a line of its own."""
        self.body = label_end
        self.end = label_end
        self.close: int | None = None
        """Where the node ends at the latest, when its list ends with its paragraph."""
        self.list_last: int | None = None
        """Where the last member of its list of points begins."""
        self.children: list[Node] = []
        self.level = 0
        self.role: str | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.ordinal} {self.start}–{self.end} {self.heading!r}>"
