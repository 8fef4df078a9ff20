"""The labels that exist only as list formatting: 一、 （一） 第一章 1. ① (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from .numerals import NUMBER_FORMS

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS: Final = 9
"""ECMA-376 17.9.6: a list has the levels 0 to 8."""


SYMBOLS: Final = {0xF0B7: "•", 0xF06C: "●", 0xF06E: "■", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0A7: "▪", 0xF075: "◆"}
"""Private codes of the Symbol and Wingdings fonts that stand in lists."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list definition."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class Numbering:
    """The list definitions of a document and their running counters."""

    abstract: dict[str, dict[int, Level]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    nums: dict[str, tuple[str, dict[int, int], dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def parse(cls, root: etree._Element | None) -> Numbering:
        """Read the part ``numbering.xml``; without one nothing is numbered."""
        made = cls()
        if root is None:
            return made
        style_of: dict[str, str] = {}
        for node in root.iter(f"{W}abstractNum"):
            key = node.get(f"{W}abstractNumId") or ""
            made.abstract[key] = {}
            for level in node.iter(f"{W}lvl"):
                made.abstract[key][_integer(level.get(f"{W}ilvl"), 0)] = _level(level)
            if (defined := _value(node, "styleLink")) is not None:
                style_of[defined] = key
        for node in root.iter(f"{W}abstractNum"):
            if (used := _value(node, "numStyleLink")) is not None and used in style_of:
                made.links[node.get(f"{W}abstractNumId") or ""] = style_of[used]
        for node in root.iter(f"{W}num"):
            starts: dict[int, int] = {}
            levels: dict[int, Level] = {}
            for override in node.iter(f"{W}lvlOverride"):
                at = _integer(override.get(f"{W}ilvl"), 0)
                if (start := _value(override, "startOverride")) is not None:
                    starts[at] = _integer(start, 1)
                redefined = override.find(f"{W}lvl")
                if redefined is not None:
                    levels[at] = _level(redefined)
            made.nums[node.get(f"{W}numId") or ""] = (_value(node, "abstractNumId") or "", starts, levels)
        return made

    def label(self, num_id: str, level: int) -> str:
        """Count one paragraph of a list and give its label with what stands after it; "" when it has none."""
        if num_id not in self.nums or not 0 <= level < LEVELS:
            return ""
        key, starts, own = self.nums[num_id]
        key = self.links.get(key, key)
        levels = {**self.abstract.get(key, {}), **own}
        this = levels.get(level)
        if this is None:
            return ""
        counts = self._counts.setdefault(key, [None] * LEVELS)
        if level in starts and (num_id, level) not in self._begun:
            self._begun.add((num_id, level))
            counts[level] = starts[level]
        else:
            current = counts[level]
            counts[level] = starts.get(level, this.start) if current is None else current + 1
        for deeper in range(level + 1, LEVELS):
            below = levels.get(deeper)
            # lvlRestart 0: never; N: only after a paragraph of level N (17.9.10).
            if below is None or below.restart is None or (below.restart and level < below.restart):
                counts[deeper] = None
        if this.form == "bullet":
            sign = this.text.translate(SYMBOLS)
            return "• " if not sign or any("\ue000" <= char <= "\uf8ff" for char in sign) else sign + " "
        label = this.text
        for number in range(LEVELS):
            place = f"%{number + 1}"
            if place in label:
                above = levels.get(number, this)
                value = counts[number]
                count = above.start if value is None else value
                form = "decimal" if this.legal else above.form
                label = label.replace(place, NUMBER_FORMS.get(form, str)(count))
        if not label:
            return ""
        return label + ("" if this.suffix == "nothing" else " ")


def _level(node: etree._Element) -> Level:
    restart = _value(node, "lvlRestart")
    legal = node.find(f"{W}isLgl")
    form = _value(node, "numFmt") or "decimal"
    return Level(
        start=_integer(_value(node, "start"), 1),
        form=form,
        text=(_value(node, "lvlText") or "")[:LONGEST_LABEL],
        suffix=_value(node, "suff") or "tab",
        restart=None if restart is None else _integer(restart, 0),
        legal=legal is not None and legal.get(f"{W}val") not in ("0", "false", "off"),
        style=_value(node, "pStyle"),
    )


LONGEST_LABEL: Final = 100
"""Characters of a label's pattern; one of two thousand would be written before each of a million paragraphs."""


def _value(node: etree._Element, name: str) -> str | None:
    child = node.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _integer(value: str | None, otherwise: int) -> int:
    try:
        return int(value) if value is not None else otherwise
    except ValueError:
        return otherwise
