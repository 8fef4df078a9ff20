"""What one stage changed, and the way through that change in both directions.

A pass keeps the edits of one stage, sorted and disjoint, in the coordinates of that stage's input. Four lists of
offsets, one entry an edit, carry a span forward (a mark that an earlier stage set) and back (a character of the
clean text that someone asks about). Nothing is kept per character, and a question costs two bisections a pass.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, repeat
from operator import add, eq, itemgetter, lt, sub
from typing import Self

from .proposals import Edit, Replaced


class EditsError(Exception):
    """A stage proposed edits that contradict one another or the text: a bug in the stage."""


class Pass:
    """The edits that one stage made to its input ``before``."""

    __slots__ = (
        "_edits",
        "_in_ends",
        "_in_starts",
        "_out_ends",
        "_out_starts",
        "_owners",
        "after",
        "before",
        "count",
        "replaced",
        "stage",
        "version",
    )

    def __init__(self, stage: str, version: int, before: str, edits: Sequence[Edit] | Replaced) -> None:
        self.stage = stage
        self.version = version
        self.before = before
        self._owners: list[int] | None = None
        self._edits: Sequence[Edit] | None = None
        self.replaced: Replaced | None = None
        """The edits as columns, where that is what the stage proposed."""
        starts: Sequence[int]
        ends: Sequence[int]
        news: Sequence[str]
        self._in_starts: Sequence[int]
        self._in_ends: Sequence[int]
        self._out_starts: Sequence[int]
        self._out_ends: Sequence[int]
        if isinstance(edits, Replaced):
            starts, news = edits.starts, edits.now
            ends = tuple(map(add, starts, repeat(1)))
            self.replaced = edits
            self._in_starts = self._out_starts = starts
            self._in_ends = self._out_ends = ends
        else:
            self._edits = edits
            starts, ends, news, _, _, alignments = zip(*edits, strict=True) if edits else ((),) * 6
            lengths = list(map(len, news))
            self._in_starts, self._in_ends = starts, ends
            if alignments.count(None) < len(edits):
                # A recoding has several pieces; then each piece says whose it is.
                rows = [row for number, edit in enumerate(edits) for row in _pieces(number, edit)]
                self._owners, self._in_starts, self._in_ends, lengths = map(list, zip(*rows, strict=True))
            shifts = list(accumulate(map(add, map(sub, self._in_starts, self._in_ends), lengths), initial=0))
            self._out_starts = list(map(add, self._in_starts, shifts))
            self._out_ends = list(map(add, self._in_ends, shifts[1:]))
        self.count = len(starts)
        """How many edits."""
        pieces = [""] * (2 * self.count + 1)
        pieces[0:-1:2] = [before[at:start] for at, start in zip((0, *ends), starts, strict=False)]
        pieces[1::2] = news
        pieces[-1] = before[ends[-1] if ends else 0 :]
        self.after = "".join(pieces)

    @property
    def edits(self) -> Sequence[Edit]:
        """The edits one by one, in order."""
        if self._edits is None:
            assert self.replaced is not None
            self._edits = tuple(self.replaced.edits())
        return self._edits

    @classmethod
    def of(cls, stage: str, version: int, before: str, proposed: Iterable[Edit] | Replaced) -> Self | None:
        """Sort, trim and check what a stage proposed; None when nothing is left of it.

        Raises:
            EditsError: two edits overlap, or one lies outside the text.
        """
        if isinstance(proposed, Replaced):
            if _are_sound(before, proposed):
                return cls(stage, version, before, proposed)
            proposed = proposed.edits()
        edits = _checked(stage, before, proposed)
        return cls(stage, version, before, edits) if edits else None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Carry a span of the text after this pass to the text before it.

        What was deleted at the span's two edges stays outside; an empty span takes in what was deleted there.
        """
        return _carry(start, end, self._out_starts, self._out_ends, self._in_ends, self._in_starts)

    def forward(self, start: int, end: int) -> tuple[int, int]:
        """Carry a span of the text before this pass to the text after it."""
        return _carry(start, end, self._in_starts, self._in_ends, self._out_ends, self._out_starts)

    def edits_behind(self, start: int, end: int) -> list[int]:
        """Give the numbers of the edits that made ``after[start:end]``.

        What was deleted at the span's two edges is not among them, as in ``back``; an empty span takes in whatever
        touches it.
        """
        first = bisect_left(self._out_ends, start)
        last = bisect_right(self._out_starts, end)
        found: list[int] = []
        for piece in range(first, last):
            low, high = self._out_starts[piece], self._out_ends[piece]
            if start == end or (start < low < end if low == high else low < end and start < high):
                number = piece if self._owners is None else self._owners[piece]
                if not found or found[-1] != number:
                    found.append(number)
        return found


def _pieces(number: int, edit: Edit) -> Iterator[tuple[int, int, int, int]]:
    """Give the pieces of the edit with this number: number, start, end, and the length of what is new."""
    start = edit.start
    for was_length, now_length in edit.alignment or ((edit.end - edit.start, len(edit.new)),):
        yield number, start, start + was_length, now_length
        start += was_length


def _are_sound(before: str, replaced: Replaced) -> bool:
    """Tell, in C, that thousands of edits ascend, lie in the text, and that each puts another character."""
    starts, now, _ = replaced
    return (
        1 < len(starts) == len(now)
        and starts[0] >= 0
        and starts[-1] < len(before)
        and all(map(lt, starts, starts[1:]))
        and not any(map(eq, itemgetter(*starts)(before), now))
    )


def _checked(stage: str, before: str, proposed: Iterable[Edit]) -> list[Edit]:
    edits: list[Edit] = []
    for edit in sorted(proposed):
        start, end, new, _, _, alignment = edit
        if not 0 <= start <= end <= len(before):
            raise EditsError(f"stage {stage}: {edit!r} lies outside a text of {len(before)} characters")
        if alignment is not None:
            if sum(a for a, _ in alignment) != end - start or sum(b for _, b in alignment) != len(new):
                raise EditsError(f"stage {stage}: the alignment of {edit!r} does not cover it")
            if before[start:end] == new:
                continue
        elif start < end and new and (before[start] == new[0] or before[end - 1] == new[-1]):
            trimmed = _trim(before, edit)
            if trimmed is None:
                continue
            edit = trimmed  # noqa: PLW2901
        elif start == end and not new:
            continue
        if edits:
            last = edits[-1]
            if edit.start < last.end or (edit.start == last.start and edit.end == last.end):
                raise EditsError(f"stage {stage}: {last!r} and {edit!r} overlap")
        edits.append(edit)
    return edits


def _trim(text: str, edit: Edit) -> Edit | None:
    """Make an edit minimal: what it takes and what it gives share neither first nor last character."""
    start, end, new = edit.start, edit.end, edit.new
    head = 0
    most = min(end - start, len(new))
    while head < most and text[start + head] == new[head]:
        head += 1
    tail = 0
    most -= head
    while tail < most and text[end - 1 - tail] == new[len(new) - 1 - tail]:
        tail += 1
    start, end, new = start + head, end - tail, new[head : len(new) - tail]
    if start == end and not new:
        return None
    return edit._replace(start=start, end=end, new=new)


def _carry(
    start: int,
    end: int,
    from_starts: Sequence[int],
    from_ends: Sequence[int],
    to_ends: Sequence[int],
    to_starts: Sequence[int],
) -> tuple[int, int]:
    at = bisect_right(from_starts, start) - 1
    if at < 0:
        low = start
    elif start < from_ends[at]:
        low = to_starts[at]
    else:
        low = start - from_ends[at] + to_ends[at]
    at = bisect_left(from_starts, end) - 1
    if at < 0:
        high = end
    elif end <= from_ends[at]:
        high = to_ends[at]
    else:
        high = end - from_ends[at] + to_ends[at]
    return (low, high) if low <= high else (high, low)
