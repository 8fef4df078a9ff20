"""What a renormalization is: which editions, what would change, what was applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RunState = Literal[
    "collecting", "drafting", "drafted", "applying", "applied", "reverting", "reverted", "cancelled"
]
RowState = Literal[
    "waiting", "unchanged", "same", "changed", "rejected", "failed", "applied", "reverted", "overtaken"
]
"""Of one report in a run. ``unchanged``: the fingerprint is the one it has. ``same``: another fingerprint, the same
content. ``overtaken``: a newer revision was published in the meantime, so that nothing was applied."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which reports are normalized again: all, or those that match every member that is set.

    ``fingerprint`` is that of the edition they have; ``failed`` takes those whose newest revision was rejected or
    parked instead of those that have an edition; ``reports`` names some by id.
    """

    label: str | None = None
    fingerprint: str | None = None
    failed: bool = False
    reports: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the members that are set."""
        out: dict[str, Any] = {}
        if self.label is not None:
            out["label"] = self.label
        if self.fingerprint is not None:
            out["fingerprint"] = self.fingerprint
        if self.failed:
            out["failed"] = True
        if self.reports:
            out["reports"] = list(self.reports)
        return out


@dataclass(frozen=True, slots=True)
class Difference:
    """How a draft differs from the edition that stands.

    ``rules`` maps ``stage/rule`` to (edits before, edits after) where the two differ. ``examples`` are short pairs
    of text before and after. ``changed`` is the number of characters that differ. ``grades`` is before and after.
    """

    state: RowState
    rules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    examples: tuple[Mapping[str, str], ...] = ()
    changed: int = 0
    grades: tuple[str, str] = ("", "")
    code: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give what the catalog keeps of it."""
        return {
            "rules": {name: list(counts) for name, counts in self.rules.items()},
            "examples": [dict(example) for example in self.examples],
            "changed": self.changed,
            "grades": list(self.grades),
            "code": self.code,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class RunRow:
    """One report in a run. ``before`` and ``after`` are edition numbers; ``after`` None until applied."""

    run: int
    report: str
    revision: str
    before: int | None
    after: int | None
    fingerprint: str | None
    title: str | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class Run:
    """A renormalization. ``counts`` are its rows by state."""

    id: int
    state: RunState
    which: Mapping[str, Any]
    by: str
    why: str
    created_at: int
    counts: Mapping[str, int] = field(default_factory=dict)
