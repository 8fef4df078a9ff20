"""Who reports, on which year, when issued, under which number."""

from __future__ import annotations

from typing import Final

from ...edition import LocatedFinding, Mark, Metadata, Section
from ..hints import Hints

METADATA_VERSION: Final = 1


def describe(
    text: str,  # noqa: ARG001
    sections: tuple[Section, ...],  # noqa: ARG001
    marks: tuple[Mark, ...],  # noqa: ARG001
    hints: Hints,  # noqa: ARG001
) -> tuple[Metadata, tuple[LocatedFinding, ...]]:
    """Say what the document itself determines, with evidence; what the uploader stated wins."""
    return Metadata(), ()
