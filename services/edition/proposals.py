"""What a stage proposes: edits, marks and findings, each with a span in the stage's own input.

All three are plain immutable tuples. A report written in Traditional characters brings thousands of edits, and
a ``NamedTuple`` costs a third of what a frozen dataclass does (0.35 against 1.1 microseconds on CPython 3.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import repeat
from operator import add
from types import MappingProxyType
from typing import Any, Final, NamedTuple

CERTAIN: Final = 1000
"""Confidence is a whole number per mille; this one says that nothing else is possible."""

NO_DATA: Final[Mapping[str, Any]] = MappingProxyType({})


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``new``.

    ``alignment`` belongs to recodings only (mojibake, byte slips): pairs of (length before, length after) that
    divide the edit into pieces, so that each new character keeps the place it came from.
    """

    start: int
    end: int
    new: str
    rule: str = ""
    confidence: int = CERTAIN
    alignment: tuple[tuple[int, int], ...] | None = None


class Replaced(NamedTuple):
    """Edits of one rule that each put one other character for one, as columns: ``text[starts[i]]`` becomes ``now[i]``.

    A text in Traditional characters has one for every second character. As columns they cost a fifth, and leave
    nothing behind for the collector to walk over.
    """

    starts: tuple[int, ...]
    """Ascending."""
    now: str
    rule: str

    def edits(self) -> Iterable[Edit]:
        """Give them one by one."""
        ends = map(add, self.starts, repeat(1))
        rows = zip(
            self.starts, ends, self.now, repeat(self.rule), repeat(CERTAIN), repeat(None), strict=False
        )
        return map(partial(tuple.__new__, Edit), rows)


class Mark(NamedTuple):
    """A stand-off annotation of ``text[start:end]``, such as bold, heading, table, page-break or footnote."""

    start: int
    end: int
    kind: str
    data: Mapping[str, Any] = NO_DATA

    @property
    def span(self) -> tuple[int, int]:
        """The half-open span, in code points."""
        return self.start, self.end


class Finding(NamedTuple):
    """Something odd in ``text[start:end]``: repaired with doubt, or seen and left.

    ``data`` carries what a person needs to decide, for one the proposal that was not applied.
    """

    start: int
    end: int
    code: str
    message: str
    confidence: int = CERTAIN
    data: Mapping[str, Any] = NO_DATA


Proposal = Edit | Replaced | Mark | Finding
