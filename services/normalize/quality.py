"""How sure an edition is: counts of what was repaired, is doubtful, was left, and a grade to filter by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..edition import LocatedFinding, Pass, Quality

QUALITY_VERSION: Final = 1


def grade(passes: Sequence[Pass], findings: Sequence[LocatedFinding], length: int) -> Quality:  # noqa: ARG001
    """Grade an edition from its apparatus."""
    return Quality("A", sum(len(made.edits) for made in passes), 0, len(findings))
