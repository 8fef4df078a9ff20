"""What was changed: on the way from the source to the clean text, and from one text to another."""

from __future__ import annotations

from typing import Literal

from ..typed import NotRequired, TypedDict


class SourcePlace(TypedDict):
    """A place in the source, told as its format can tell it; with the bytes there and around, in hexadecimal."""

    bytes: NotRequired[list[int]]
    part: NotRequired[str]
    run: NotRequired[int]
    chars: NotRequired[list[int]]
    page: NotRequired[int]
    box: NotRequired[list[int]]
    hex: NotRequired[str]
    before: NotRequired[str]
    after: NotRequired[str]


class TracedEdit(TypedDict):
    """A change that reaches into the span."""

    stage: str
    rule: str
    source: list[SourcePlace]
    clean: list[int]
    was: str
    now: str
    confidence: int


class Trace(TypedDict):
    """A span of clean text, where it stands in the source, and what was changed there."""

    span: list[int]
    text: str
    source: list[SourcePlace]
    edits: list[TracedEdit]


class ComparedSection(TypedDict):
    """A section of one side of a comparison."""

    id: str
    anchor: str
    kind: str
    label: str | None
    heading: str | None


class TextRun(TypedDict):
    """A stretch of text: in both, only in the later, or only in the earlier."""

    op: Literal["equal", "insert", "delete"]
    text: str


class SectionDifference(TypedDict):
    """One section in both texts, or in one; ``runs`` is null where it was kept."""

    state: Literal["kept", "reworded", "new", "gone"]
    before: ComparedSection | None
    after: ComparedSection | None
    likeness: int
    moved: bool
    runs: list[TextRun] | None


class DifferenceCounts(TypedDict):
    """Sections by state."""

    kept: int
    reworded: int
    new: int
    gone: int


class Difference(TypedDict):
    """What differs, section by section; ``why``: source, hints, pipeline, or year."""

    why: list[str]
    counts: DifferenceCounts
    sections: list[SectionDifference]
