"""Which section of one text answers to which of another.

Two editions of one report share anchors, so those pair first. Two years of a series share neither numbers nor
wording: there sections pair by what their heading and their text say, from the top of the tree down, so that the
industry point of one year meets the industry point of the next and not a closer-sounding one elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from rapidfuzz.distance import Indel

HEADING_WEIGHT: Final = 550
"""Of 1000, when both sections have headings; the rest is the text's. On ten pairs of consecutive provincial reports
headings alone pair 一是/二是 lists wrongly (they change places), texts alone miss rewritten short points."""

PAIR_LEAST: Final = 330
"""Least likeness per mille of a pair under parents that pair. Between two unrelated sections of such reports it stays
below 260, between sections that a reader calls the same it is 400 and more."""

STRAY_LEAST: Final = 480
"""Least likeness of a pair whose parents do not pair: it moved, and must prove it."""

TEXT_MOST: Final = 3000
"""Characters of a section that are weighed; what it is about is clear by then."""

PAIRS_MOST: Final = 400_000
"""Pairs that are weighed at most (about a second); beyond that, moved sections are called new and gone."""

_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIGN: Final = re.compile(r"[\W_]+")


class Node(NamedTuple):
    """A section with its own text: label, heading, what stands before its first child; no line break at the end."""

    id: str
    anchor: str
    parent: str | None
    kind: str
    label: str | None
    heading: str | None
    own: str
    whole: str
    position: int
    """Its number in document order."""


class Pair(NamedTuple):
    """Two sections that answer to each other, and how alike they are (per mille)."""

    before: Node
    after: Node
    likeness: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs in the order of the later text, and what has no partner on either side."""

    pairs: tuple[Pair, ...]
    gone: tuple[Node, ...]
    new: tuple[Node, ...]


def nodes_of(content: Mapping[str, Any]) -> list[Node]:
    """Take the sections out of a content object, in document order."""
    text: str = content["text"]
    return [
        Node(
            section["id"],
            section["anchor"],
            section["parent"],
            section["kind"],
            section["label"],
            section["heading"],
            # The line break at the end divides it from what follows; it comes and goes with a next section.
            text[section["span"][0] : section["body"][1]].rstrip("\n"),
            text[section["span"][0] : section["span"][1]],
            position,
        )
        for position, section in enumerate(content["sections"])
    ]


def align_editions(before: Sequence[Node], after: Sequence[Node]) -> Alignment:
    """Pair the sections of two editions of one report: by anchor, then by likeness among what is left.

    Sections without a heading under one parent share an anchor: those that say the same pair first, one that is left
    on each side is the same one reworded, and of several the likeness decides.
    """
    by_anchor: dict[str, list[Node]] = {}
    for node in before:
        by_anchor.setdefault(node.anchor, []).append(node)
    after_by_anchor: dict[str, list[Node]] = {}
    for node in after:
        after_by_anchor.setdefault(node.anchor, []).append(node)
    pairs: dict[str, Pair] = {}
    taken: set[str] = set()
    for anchor, right in after_by_anchor.items():
        same: dict[str, list[Node]] = {}
        for node in reversed(by_anchor.get(anchor, ())):
            same.setdefault(node.own, []).append(node)
        for node in right:
            if partners := same.get(node.own):
                pairs[node.id] = Pair(partners.pop(), node, 1000)
                taken.add(pairs[node.id].before.id)
        left_over = [node for node in by_anchor.get(anchor, ()) if node.id not in taken]
        new = [node for node in right if node.id not in pairs]
        if len(left_over) == len(new) == 1:
            taken.add(left_over[0].id)
            pairs[new[0].id] = Pair(left_over[0], new[0], _likeness(left_over[0], new[0]))
    return _finish(before, after, pairs, taken)


def align_years(before: Sequence[Node], after: Sequence[Node]) -> Alignment:
    """Pair the sections of two years of a series by the meaning of heading and text."""
    return _finish(before, after, {}, set())


def _finish(
    before: Sequence[Node], after: Sequence[Node], pairs: dict[str, Pair], taken: set[str]
) -> Alignment:
    if before and after and after[0].id not in pairs and before[0].id not in taken:
        taken.add(before[0].id)  # the roots answer to each other
        pairs[after[0].id] = Pair(before[0], after[0], _likeness(before[0], after[0]))
    features = {id(node): _Features(node) for node in (*before, *after)}
    _pair_under_parents(before, after, pairs, taken, features)
    _pair_strays(before, after, pairs, taken, features)
    return Alignment(
        tuple(pairs[node.id] for node in after if node.id in pairs),
        tuple(node for node in before if node.id not in taken),
        tuple(node for node in after if node.id not in pairs),
    )


def _pair_under_parents(
    before: Sequence[Node],
    after: Sequence[Node],
    pairs: dict[str, Pair],
    taken: set[str],
    features: dict[int, _Features],
) -> None:
    children_before, children_after = _by_parent(before), _by_parent(after)
    # Document order visits parents before children, so one walk goes from the top of the tree down.
    for parent in after:
        pair = pairs.get(parent.id)
        if pair is None:
            continue
        left = [node for node in children_before.get(pair.before.id, ()) if node.id not in taken]
        right = [node for node in children_after.get(parent.id, ()) if node.id not in pairs]
        _pair_greedily(left, right, PAIR_LEAST, pairs, taken, features)


def _pair_strays(
    before: Sequence[Node],
    after: Sequence[Node],
    pairs: dict[str, Pair],
    taken: set[str],
    features: dict[int, _Features],
) -> None:
    left = [node for node in before if node.id not in taken]
    right = [node for node in after if node.id not in pairs]
    _pair_greedily(left, right, STRAY_LEAST, pairs, taken, features)


def _pair_greedily(
    left: Sequence[Node],
    right: Sequence[Node],
    least: int,
    pairs: dict[str, Pair],
    taken: set[str],
    features: dict[int, _Features],
) -> None:
    if not left or not right or len(left) * len(right) > PAIRS_MOST:
        return
    scored = []
    for i, old in enumerate(left):
        mine = features[id(old)]
        for j, new in enumerate(right):
            likeness = mine.likeness(features[id(new)])
            if likeness >= least:
                # Of equally like partners the one nearest in order is taken.
                scored.append((-likeness, abs(i - j), i, j))
    for negative, _, i, j in sorted(scored):
        old, new = left[i], right[j]
        if old.id not in taken and new.id not in pairs:
            taken.add(old.id)
            pairs[new.id] = Pair(old, new, -negative)


def _by_parent(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    children: dict[str, list[Node]] = {}
    for node in nodes:
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node)
    return children


class _Features:
    """What two sections are compared by: folded heading, and the pairs of characters in the text."""

    __slots__ = ("bigrams", "heading")

    def __init__(self, node: Node) -> None:
        self.heading = _fold(node.heading or "")
        text = _fold(node.whole[:TEXT_MOST])
        self.bigrams = frozenset(map("".join, zip(text, text[1:], strict=False)))

    def likeness(self, other: _Features) -> int:
        mine, theirs = self.bigrams, other.bigrams
        total = len(mine) + len(theirs)
        text = 2000 * len(mine & theirs) // total if total else 1000 * (self.heading == other.heading)
        if not self.heading or not other.heading:
            return text
        distance = Indel.distance(self.heading, other.heading)
        heading = 1000 - 1000 * distance // (len(self.heading) + len(other.heading))
        return (HEADING_WEIGHT * heading + (1000 - HEADING_WEIGHT) * text) // 1000


def _likeness(before: Node, after: Node) -> int:
    return _Features(before).likeness(_Features(after))


def _fold(text: str) -> str:
    """Leave out what changes from year to year without changing what is meant: numbers and signs."""
    return _SIGN.sub("", _NUMBER.sub("0", text))
