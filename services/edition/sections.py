"""A node of the outline."""

from __future__ import annotations

from typing import Any, NamedTuple


class Section(NamedTuple):
    """One section of an edition, by DESIGN's rules; spans are half-open, in code points of the clean text.

    ``kind`` names the form of the label (``report`` for the root, ``part``, ``chapter``, ``section``, ``point``,
    ``article``, ``item``, ``appendix``, ``table``, ``heading``), ``level`` and ``parent`` tell the depth. ``span``
    covers label, heading, own text and descendants; ``body`` the own text up to the first child.
    """

    id: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    label: str | None
    ordinal: int | None
    heading: str | None
    role: str | None
    span: tuple[int, int]
    body: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        """Give the section as it stands in a content object."""
        # Spelled out, it takes two thirds of the time that a loop over the fields does.
        return {
            "id": self.id,
            "anchor": self.anchor,
            "parent": self.parent,
            "kind": self.kind,
            "level": self.level,
            "label": self.label,
            "ordinal": self.ordinal,
            "heading": self.heading,
            "role": self.role,
            "span": self.span,
            "body": self.body,
        }
