"""Compilations: several reports in one file, told apart by numbering that starts again without a heading.

The paragraph that opens the new run opens an inferred part. Where those paragraphs name different places, the file
is a compilation and each member is headed by its region; where the place stays the same and the year goes up, the
report has turned from looking back to looking ahead, and the part takes the role ``plan``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from ..metadata.regions import Place, places_in, province_in
from .lines import Lines
from .nodes import HALF_RANK, PART_RANK, Node
from .numerals import number

_YEAR_LEAD: Final = re.compile(
    r"((?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})年(?:以来|来|度)?[，,是、]"
)
LEAD_AT_MOST: Final = 60
"""Characters in which the opening paragraph of a report names its place."""

_PARAGRAPH_AT_LEAST: Final = 25
_LOST: Final = 2
"""A run may have lost its first number and still begin here."""

_MEMBER_AT_LEAST: Final = 300
"""Characters of the shortest report that a compilation holds; the shortest of seed 004 has about 2,000."""

_AHEAD: Final = re.compile(r"将|下一步|今后|要求|工作安排|部署|积极打造|奋力|努力")


class _Opening(NamedTuple):
    line: int
    year: int
    restart: bool


def inferred_parts(root: Node, nodes: list[Node], lines: Lines) -> list[Node]:
    """Find the paragraphs that open a member of a compilation, or the half of a report that looks ahead.

    Args:
        root: the tree as it nests without them.
        nodes: its nodes in document order.
        lines: the lines of the text.

    Returns:
        Nodes of kind ``part``, in document order; none for a report whose numbering runs once.
    """
    restarts = _restarts(nodes)
    if not restarts:
        return []
    openings = _openings(nodes, lines, restarts)
    for provinces_only in (True, False):
        places = [_place(lines, opening.line, provinces_only) for opening in openings]
        if _is_compilation(places, openings, restarts, lines):
            return _members(openings, places, nodes, lines)
    # Where chapters stand beside them, the sections that begin again have only lost a chapter's heading.
    numbered = [node.rank for node in root.children if node.ordinal is not None and node.kind != "appendix"]
    top = min(numbered, default=0)
    own = {node.line for node in root.children if node.line in restarts and node.rank == top}
    lines_of = sorted(restarts)
    halves = [opening for opening in openings if opening.restart and _restarted(opening, lines_of) in own]
    return [_part(lines, opening, None, _role(opening, openings, lines)) for opening in halves]


def _restarts(nodes: list[Node]) -> set[int]:
    """Lines at which a run of numbers begins again at one, with nothing of its own or a higher form before it."""
    found: set[int] = set()
    above: list[Node] = []
    for node in nodes:
        if node.inline or node.kind in ("table", "item", "article"):
            continue
        while above and above[-1].rank > node.rank:
            above.pop()
        before = above[-1] if above else None
        if before is not None and before.rank == node.rank:
            ordinal, last = node.ordinal or 0, before.ordinal or 0
            # The first number may be lost: （二） after （五） begins again too.
            if before.style == node.style and (1 == ordinal < last or 2 == ordinal < last - 1):
                found.add(node.line)
            above.pop()
        above.append(node)
    return found


def _openings(nodes: list[Node], lines: Lines, restarts: set[int]) -> list[_Opening]:
    """Paragraphs that may open a part: a year leads them, or a run that begins again follows."""
    text, at = lines.text, lines.at
    own = {node.line for node in nodes}
    numbered = [
        node for node in nodes if not node.inline and node.ordinal is not None and node.kind != "table"
    ]
    starts = [node.line for node in numbered]
    found: list[_Opening] = []
    for i in range(lines.body_from, len(lines.texts)):
        if i in own or len(lines.texts[i]) < _PARAGRAPH_AT_LEAST:
            continue
        lead = _YEAR_LEAD.match(text, at[i])
        after = bisect_right(starts, i)
        following = numbered[after] if after < len(numbered) else None
        before = numbered[after - 1] if after else None
        if following is not None and following.ordinal != 1 and following.line not in restarts:
            begun = before is not None and before.style == following.style
            if begun or (following.ordinal or 0) > _LOST:
                continue
        opens = following is not None and following.line in restarts
        if lead is not None or opens:
            found.append(_Opening(i, number(lead[1]) if lead else 0, opens))
    return _without_followers(found, numbered, starts)


def _without_followers(found: list[_Opening], numbered: list[Node], starts: list[int]) -> list[_Opening]:
    """Of several paragraphs before one run, those with a year open it.

    If none has one, the first does; the last, where the others are the text below a heading line.
    """
    kept: list[_Opening] = []
    for opening in found:
        before = kept[-1] if kept else None
        group = bisect_left(starts, opening.line)
        if before is not None and group == bisect_left(starts, before.line):
            headed = group > 0 and not numbered[group - 1].run_in
            if not opening.year and (before.year or not headed):
                continue
            if not before.year:
                kept.pop()
        kept.append(opening)
    return kept


def _restarted(opening: _Opening, restarts: list[int]) -> int:
    """The line of the run that begins again below ``opening``."""
    at = bisect_right(restarts, opening.line)
    return restarts[at] if at < len(restarts) else -1


def _is_compilation(
    places: list[Place | None], openings: list[_Opening], restarts: set[int], lines: Lines
) -> bool:
    """Two places or more, each of which has one stretch of the text, with numbers that begin again."""
    runs = [
        place.code
        for place, before in zip(places, [None, *places], strict=False)
        if place and place != before
    ]
    named: list[str] = []
    for code in runs:
        if not named or named[-1] != code:
            named.append(code)
    if len(named) < 2 or len(set(named)) < len(named):
        return False
    firsts = [opening.line for opening, place in zip(openings, places, strict=True) if place]
    length = lines.at[-1] - lines.at[firsts[0]]
    return 2 * len(restarts) + 1 >= len(named) and length >= _MEMBER_AT_LEAST * len(named)


def _place(lines: Lines, i: int, provinces_only: bool) -> Place | None:  # noqa: FBT001
    start = lines.at[i]
    end = min(start + LEAD_AT_MOST, lines.to[i])
    found = (
        province_in(lines.text, start, end)
        if provinces_only
        else next(iter(places_in(lines.text, start, end)), None)
    )
    if found is None:
        return None
    place, _, after = found
    if lines.text[after : after + 1] == "、" and places_in(lines.text, after + 1, after + 6):
        return None  # a list of places names none
    return place


def _members(
    openings: list[_Opening], places: list[Place | None], nodes: list[Node], lines: Lines
) -> list[Node]:
    parts: list[Node] = []
    here: str | None = None
    year = 0
    own = [node.line for node in nodes]
    slogans = {node.line for node in nodes if node.style[0] == "h" and node.kind == "heading"}
    turned = False
    for opening, place in zip(openings, places, strict=True):
        if place is not None and place.code != here:
            here, year, turned = place.code, opening.year, False
            parts.append(_part(lines, opening, place.name, None))
        elif (
            here is not None
            and not turned
            and (opening.year > year or (opening.restart and not opening.year))
        ):
            turned = True
            before = bisect_left(own, opening.line) - 1
            if before < 0 or own[before] not in slogans:  # else the turn has a heading of its own
                parts.append(_part(lines, opening, None, "plan"))
    return parts


def _role(opening: _Opening, openings: list[_Opening], lines: Lines) -> str | None:
    years = [other.year for other in openings if other.year]
    if opening.year and years and opening.year > min(years):
        return "plan"
    return "plan" if _AHEAD.search(lines.text, lines.at[opening.line], lines.to[opening.line]) else None


def _part(lines: Lines, opening: _Opening, name: str | None, role: str | None) -> Node:
    start = lines.at[opening.line]
    rank = PART_RANK if name is not None else HALF_RANK
    node = Node("part", "member" if name is not None else "half", rank, None, start, start, opening.line)
    node.heading = name
    node.role = role
    node.run_in = False
    return node
