"""What a paragraph's or a run's style says: bold, heading level, list (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from .docx_numbering import W

DEEPEST: Final = 32
"""Styles based on styles: Word refuses cycles; a hostile file may hold one."""

_OFF: Final = ("0", "false", "off", "none")
_HEADING_NAME: Final = re.compile(r"(?i)^(?:heading|标题)\s*([1-9])$")
_CONTENTS_NAME: Final = re.compile(r"(?i)^(?:toc|目录)\s*(?:[1-9]|heading|标题)$")


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says itself, and which one it is based on."""

    name: str = ""
    based_on: str | None = None
    bold: bool | None = None
    vanish: bool | None = None
    outline: int | None = None
    num_id: str | None = None
    level: int | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a document by id."""

    known: dict[str, Style] = field(default_factory=dict)
    default_paragraph: str | None = None
    default_bold: bool = False
    _chains: dict[str, tuple[Style, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, root: etree._Element | None) -> Styles:
        """Read the part ``styles.xml``."""
        made = cls()
        if root is None:
            return made
        default = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        made.default_bold = bool(toggle(default, "b"))
        for node in root.iter(f"{W}style"):
            key = node.get(f"{W}styleId") or ""
            made.known[key] = Style(
                name=value_of(node, "name") or "",
                based_on=value_of(node, "basedOn"),
                bold=toggle(node.find(f"{W}rPr"), "b"),
                vanish=toggle(node.find(f"{W}rPr"), "vanish"),
                outline=whole(value_of(node, f"pPr/{W}outlineLvl")),
                num_id=value_of(node, f"pPr/{W}numPr/{W}numId"),
                level=whole(value_of(node, f"pPr/{W}numPr/{W}ilvl")),
            )
            if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") in ("1", "true", "on"):
                made.default_paragraph = key
        return made

    def chain(self, key: str | None) -> tuple[Style, ...]:
        """Give a style and those it is based on, the nearest first."""
        if key is None:
            return ()
        if key not in self._chains:
            found: list[Style] = []
            at: str | None = key
            while at is not None and at in self.known and len(found) < DEEPEST:
                found.append(self.known[at])
                at = self.known[at].based_on
            self._chains[key] = tuple(found)
        return self._chains[key]

    def heading(self, key: str | None, own: int | None) -> int | None:
        """Tell the heading level (1–9) of a paragraph, 0 for a title; None for body text."""
        if own is not None:
            return own + 1 if own < 9 else None
        for style in self.chain(key):
            if style.outline is not None:
                return style.outline + 1 if style.outline < 9 else None
            named = _HEADING_NAME.match(style.name)
            if named:
                return int(named[1])
            if style.name.lower() in ("title", "标题"):
                return 0
        return None

    def in_contents(self, key: str | None) -> bool:
        """Tell whether the style is one of a table of contents."""
        return any(_CONTENTS_NAME.match(style.name) for style in self.chain(key))


def value_of(node: etree._Element | None, path: str) -> str | None:
    """Give the attribute ``w:val`` of a child."""
    child = None if node is None else node.find(W + path)
    return None if child is None else child.get(f"{W}val")


def toggle(properties: etree._Element | None, name: str) -> bool | None:
    """Read an on/off property (17.17.4): present without a value is on; absent is None."""
    child = None if properties is None else properties.find(W + name)
    if child is None:
        return None
    return child.get(f"{W}val") not in _OFF


def whole(value: str | None) -> int | None:
    """Read a decimal number; None for none, or for what is none."""
    try:
        return None if value is None else int(value)
    except ValueError:
        return None
