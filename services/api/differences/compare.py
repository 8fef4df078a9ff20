"""The comparison itself: section by section, and inside a section character by character."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from rapidfuzz.distance import Indel

from .alignment import Alignment, Node, align_editions, align_years, nodes_of

State = Literal["kept", "reworded", "new", "gone"]

INLINE_MOST: Final = 60_000
"""Characters of one section that are compared one by one (0.7 s for two random texts); above that, line by line."""

ISLAND_MOST: Final = 1
"""An equal run of so few characters between two changed ones is read as part of the change: 增长了 → 下降了."""


class Run(NamedTuple):
    """A stretch of text that is in both (``equal``), only in the later (``insert``) or the earlier (``delete``)."""

    op: Literal["equal", "insert", "delete"]
    text: str


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """One section in both texts, or in one. ``runs`` tell its own text, without its children's."""

    state: State
    before: Node | None
    after: Node | None
    likeness: int
    moved: bool
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs, in the order of the later text; what is gone stands where it stood."""

    why: tuple[str, ...]
    sections: tuple[SectionDifference, ...]

    @property
    def counts(self) -> dict[State, int]:
        """Count the sections by state."""
        counts: dict[State, int] = {"kept": 0, "reworded": 0, "new": 0, "gone": 0}
        for section in self.sections:
            counts[section.state] += 1
        return counts


def compare_editions(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    before_record: Mapping[str, Any],
    after_record: Mapping[str, Any],
    same_hints: bool,
) -> Difference:
    """Compare two editions of one report, from their content and record objects, and say why they differ."""
    why = []
    if before_record["source"]["sha256"] != after_record["source"]["sha256"]:
        why.append("source")
    if not same_hints:
        why.append("hints")
    if before_record["pipeline"]["fingerprint"] != after_record["pipeline"]["fingerprint"]:
        why.append("pipeline")
    old, new = nodes_of(before), nodes_of(after)
    return Difference(tuple(why), _differences(old, align_editions(old, new)))


def compare_years(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """Compare two years of a series: what was kept, reworded, is new, is gone."""
    old, new = nodes_of(before), nodes_of(after)
    return Difference(("year",), _differences(old, align_years(old, new)))


def _differences(before: list[Node], alignment: Alignment) -> tuple[SectionDifference, ...]:
    partner = {pair.before.id: pair.after.id for pair in alignment.pairs}
    rows: list[tuple[tuple[int, int], SectionDifference]] = []
    order = {node.id: number for number, node in enumerate(before)}
    place_after: dict[str, int] = {}
    for number, (after, pair) in enumerate(_in_order(alignment)):
        if pair is None:
            rows.append(
                (
                    (number, 0),
                    SectionDifference("new", None, after, 0, moved=False, runs=_one("insert", after)),
                )
            )
            continue
        old, _, likeness = pair
        place_after[old.id] = number
        moved = (partner.get(old.parent) if old.parent else None) != after.parent
        state: State = "kept" if old.own == after.own else "reworded"
        runs = _one("equal", after) if state == "kept" else _runs(old.own, after.own)
        rows.append(((number, 0), SectionDifference(state, old, after, likeness, moved, runs)))
    for node in alignment.gone:
        # After the nearest earlier section that still is there.
        place = next(
            (place_after[other.id] for other in before[order[node.id] :: -1] if other.id in place_after), -1
        )
        row = SectionDifference("gone", node, None, 0, moved=False, runs=_one("delete", node))
        rows.append(((place, 1 + order[node.id]), row))
    rows.sort(key=lambda row: row[0])
    return tuple(row for _, row in rows)


def _in_order(alignment: Alignment) -> list[tuple[Node, Any]]:
    """Give the later text's sections in document order, each with its pair or None."""
    everything = [(pair.after, pair) for pair in alignment.pairs] + [(node, None) for node in alignment.new]
    return sorted(everything, key=lambda entry: entry[0].position)


def _one(op: Literal["equal", "insert", "delete"], node: Node) -> tuple[Run, ...]:
    return (Run(op, node.own),) if node.own else ()


def _runs(before: str, after: str) -> tuple[Run, ...]:
    if len(before) + len(after) > INLINE_MOST:
        left: Any = before.splitlines(keepends=True)
        right: Any = after.splitlines(keepends=True)
    else:
        left, right = before, after
    merged: list[list[str]] = []
    for step in Indel.opcodes(left, right):
        old = "".join(left[step.src_start : step.src_end])
        new = "".join(right[step.dest_start : step.dest_end])
        if step.tag == "equal":
            merged.append([old, old, "="])
        elif merged and merged[-1][2] != "=":
            merged[-1][0] += old
            merged[-1][1] += new
        else:
            merged.append([old, new, ""])
    return tuple(_read(_swallow_islands(merged)))


def _swallow_islands(steps: list[list[str]]) -> list[list[str]]:
    """Join two changes that only an equal run of a character or so divides: nobody reads such a run as kept."""
    joined: list[list[str]] = []
    for number, step in enumerate(steps):
        island = step[2] == "=" and len(step[0]) <= ISLAND_MOST and 0 < number < len(steps) - 1
        if joined and joined[-1][2] == "" and (island or step[2] == ""):
            joined[-1][0] += step[0]
            joined[-1][1] += step[1]
        else:
            joined.append(list(step))
    return joined


def _read(steps: list[list[str]]) -> list[Run]:
    runs = []
    for old, new, kind in steps:
        if kind == "=":
            runs.append(Run("equal", old))
        else:
            if old:
                runs.append(Run("delete", old))
            if new:
                runs.append(Run("insert", new))
    return runs
