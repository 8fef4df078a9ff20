"""An edition as blocks for a page: lines with their headings, and in them what was changed and what is in doubt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ...edition import AppliedEdit, AppliedFinding, Place
from ...edition.rendering import heading_end, title_span

NOTES_MOST: Final = 3_000
"""Marked places of one page at most: a text converted character by character has more than anyone looks at."""

WAS_MOST: Final = 80
"""Characters of what stood in the source that a note shows; the apparatus has all of it."""

HEX_MOST: Final = 16
"""Bytes of the source that a note shows."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a marked place tells: an edit (``was``, ``now``) or a finding (``message``), and where in the source."""

    kind: str
    rule: str
    was: str
    now: str
    message: str
    confidence: int
    where: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: plain, of a heading, or marked with notes. ``name`` is the id of the section that begins."""

    text: str
    heading: bool = False
    name: str | None = None
    notes: tuple[Note, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether a note is not certain, or only found and left."""
        return any(note.confidence < 1000 or note.kind == "finding" for note in self.notes)


@dataclass(frozen=True, slots=True)
class Block:
    """A line: ``level`` is that of the heading that fills it, 0 for a paragraph."""

    level: int
    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class _Marked:
    start: int
    end: int
    notes: list[Note] = field(default_factory=list)


def compose(
    content: Mapping[str, Any],
    edits: Sequence[AppliedEdit],
    findings: Sequence[AppliedFinding],
    source: bytes,
) -> list[Block]:
    """Give the blocks of an edition, in order.

    Args:
        content: a parsed content object.
        edits: of its apparatus; those of mere layout (blanks and line ends) are not marked.
        findings: of its apparatus.
        source: the bytes it was made of.
    """
    text: str = content["text"]
    marked = _marked(edits, findings, source)
    tables = {
        mark["span"][0]: mark for mark in content["marks"] if mark["kind"] == "table" and mark.get("rows")
    }
    sections = [one for one in content["sections"] if one["parent"] is not None]
    starts = [one["span"][0] for one in sections]
    titled = title_span(dict(content))
    blocks: list[Block] = []
    start, skip_to = 0, 0
    for line in text.split("\n"):
        end = start + len(line)
        if start in tables:
            rows = tuple(tuple(str(cell) for cell in row) for row in tables[start]["rows"])
            blocks.append(Block(0, rows=rows))
            skip_to = tables[start]["span"][1]
        elif start >= skip_to:
            low, high = bisect_right(starts, start - 1), bisect_right(starts, end)
            here = [one for one in sections[low:high] if one["span"][0] < max(end, start + 1)]
            block = _block(text, start, end, here, marked)
            in_title = titled[0] <= start < end <= titled[1]
            blocks.append(Block(1, block.pieces) if in_title else block)
        start = end + 1
    return blocks


def _block(
    text: str, start: int, end: int, sections: Sequence[Mapping[str, Any]], marked: Sequence[_Marked]
) -> Block:
    heads = [
        (one, one["span"][0], max(one["span"][0], heading_end(text, dict(one), end))) for one in sections
    ]
    level = 0
    if heads and heads[-1][1] == start and heads[-1][2] >= end - 1 and end > start:
        level = min(6, 1 + int(heads[-1][0]["level"]))
    low = bisect_right(marked, start - 1, key=lambda one: one.end)
    high = bisect_right(marked, end, lo=low, key=lambda one: one.start)
    here = marked[low:high]
    return Block(level, tuple(_pieces(text, start, end, heads, here)))


def _pieces(
    text: str,
    start: int,
    end: int,
    heads: Sequence[tuple[Mapping[str, Any], int, int]],
    marked: Sequence[_Marked],
) -> Iterator[Piece]:
    cuts = {start, end}
    for _, low, high in heads:
        cuts |= {low, high}
    for one in marked:
        cuts |= {max(start, one.start), min(end, one.end)}
    # Ids, since headless points of one parent share an anchor.
    names = {low: str(section["id"]) for section, low, _ in heads}
    points = {one.start: tuple(one.notes) for one in marked if one.start == one.end}
    order = sorted(cuts)
    for low, high in zip(order, [*order[1:], end], strict=True):
        if low in points:
            yield Piece("", name=names.pop(low, None), notes=points[low])
        if high <= low:
            continue
        notes = next(
            (
                tuple(one.notes)
                for one in marked
                if one.start <= low and high <= one.end and one.start < one.end
            ),
            (),
        )
        heading = any(first <= low and high <= last for _, first, last in heads)
        yield Piece(text[low:high], heading, names.pop(low, None), notes)


def _marked(edits: Iterable[AppliedEdit], findings: Iterable[AppliedFinding], source: bytes) -> list[_Marked]:
    """Give the places that are marked, in order and apart: what overlaps is one place with several notes."""
    told: list[tuple[tuple[int, int], AppliedEdit | AppliedFinding]] = [
        (edit.clean, edit) for edit in edits if edit.was.strip() or edit.now.strip()
    ]
    told += [(found.clean, found) for found in findings if found.clean is not None]
    told.sort(key=lambda one: (one[0][0], -one[0][1]))
    places: list[_Marked] = []
    for (start, end), what in told:
        last = places[-1] if places else None
        if last is not None and (start < last.end or (start, end) == (last.start, last.end)):
            last.end = max(last.end, end)
            last.notes.append(_note(what, source))
        elif len(places) < NOTES_MOST:
            places.append(_Marked(start, end, [_note(what, source)]))
        else:
            break
    return places


def _note(what: AppliedEdit | AppliedFinding, source: bytes) -> Note:
    place = where(what.source, source)
    if isinstance(what, AppliedFinding):
        return Note("finding", what.code, "", "", what.message, what.confidence, place)
    return Note("edit", what.rule, written_out(what.was), written_out(what.now), "", what.confidence, place)


def where(places: Sequence[Place], source: bytes) -> str:
    """Say in words where in the source something stands, with its first bytes."""
    said = []
    for place in places[:2]:
        if place.bytes is not None:
            low, high = place.bytes
            hexed = source[low : min(high, low + HEX_MOST)].hex(" ")
            said.append(
                f"bytes {low}–{high}" + (f": {hexed}{' …' if high - low > HEX_MOST else ''}" if hexed else "")
            )
        elif place.page is not None:
            said.append(f"page {place.page}")
        elif place.part is not None:
            said.append(f"{place.part}, run {place.run}")
    return "; ".join(said) + (" …" if len(places) > 2 else "")


def written_out(text: str, most: int = WAS_MOST) -> str:
    r"""Give the first ``most`` characters, those that a page would not show by their code points.

    >>> written_out("工業\u200b（\u3000）\r\n"), written_out(" ")
    ('工業[U+200B]（[U+3000]）[U+000D]⏎', '␣')
    """
    shown = text[:most] if text.strip() else text[:most].replace(" ", "␣")
    shown = shown.replace("\n", "⏎")
    # To Python everything is printable but control, format, private and unassigned characters, and foreign blanks.
    seen = shown if shown.isprintable() else "".join(map(_shape, shown))
    return seen if len(text) <= most else f"{seen}…"


def _shape(character: str) -> str:
    return character if character.isprintable() else f"[U+{ord(character):04X}]"
