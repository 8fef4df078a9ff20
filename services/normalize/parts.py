"""The members of a compilation, as reports that can be published on their own."""

from __future__ import annotations

from typing import NamedTuple

from ..edition import Edition


class PartReport(NamedTuple):
    """One member: the id of its section, its name (the region that heads it) and its span in the clean text."""

    id: str
    name: str
    span: tuple[int, int]


def part_reports(edition: Edition) -> tuple[PartReport, ...]:
    """Give the members of a compilation in document order; an ordinary report has none.

    A member is an inferred part (it has no label of its own) that a region heads; a lone one is no compilation. The
    text of a member is ``edition.text[slice(*span)]``, and what stands before the first belongs to none.
    """
    members = tuple(
        PartReport(section.id, section.heading, section.span)
        for section in edition.sections
        if section.kind == "part" and section.label is None and section.heading
    )
    return members if len(members) > 1 else ()
