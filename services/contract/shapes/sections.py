"""Sections: in an outline, alone, and found in many reports."""

from __future__ import annotations

from ..typed import NotRequired, TypedDict


class OutlineSection(TypedDict):
    """A node of the outline, as the content has it."""

    id: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    label: str | None
    ordinal: int | None
    heading: str | None
    role: str | None
    span: list[int]
    body: list[int]


class Outline(TypedDict):
    """The title and the sections without their text."""

    title: str | None
    sections: list[OutlineSection]


class SubSection(OutlineSection):
    """A section with its text, label first: ``text`` with all that is below it, ``own_text`` up to the first child."""

    text: str
    own_text: str


class Section(SubSection):
    """A section; with ``deep``, its descendants in document order."""

    sections: NotRequired[list[SubSection]]


class FoundSection(TypedDict):
    """A section that a query found."""

    report: str
    edition: int
    id: str
    anchor: str
    parent: str | None
    kind: str
    level: int
    label: str | None
    ordinal: int | None
    heading: str | None
    role: str | None
    span: list[int]
    href: str


class ListedSection(FoundSection):
    """A section of a list, with its own text."""

    own_text: str


class Sections(TypedDict):
    """A page of sections; true at ledger sequence ``true_at``."""

    sections: list[ListedSection]
    cursor: str | None
    true_at: int


class Snippet(TypedDict):
    """Text around a match; ``span`` and ``match`` are in the edition's clean text."""

    text: str
    span: list[int]
    match: list[int]


class Hit(FoundSection):
    """A section that a search found."""

    snippets: list[Snippet]


class Hits(TypedDict):
    """A page of hits; true at ledger sequence ``true_at``."""

    hits: list[Hit]
    cursor: str | None
    true_at: int
