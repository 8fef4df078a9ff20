"""A revision that covers another year than the one before it is usually a new report under an old id."""

from __future__ import annotations

from typing import Final

from ...edition import LocatedFinding, Metadata

YEAR_CHANGED: Final = "year-changed"


def year_changed(previous: Metadata, new: Metadata) -> LocatedFinding | None:
    """Give the finding ``year-changed`` when two revisions of one report are about different years, else None.

    The years covered are compared; where one of the two covers none, the years planned. Its ``data`` has ``member``,
    ``before`` and ``after``.
    """
    for member in ("covers", "plans"):
        before, after = getattr(previous, member), getattr(new, member)
        if before is None or after is None:
            continue
        if before == after:
            return None
        at = new.evidence.get(member)
        return LocatedFinding(
            "metadata",
            YEAR_CHANGED,
            None,
            at if isinstance(at, tuple) else None,
            f"{member} {after.first}–{after.last}, but the revision before it {before.first}–{before.last}:"
            " a new report under an old id?",
            1000,
            {"member": member, "before": before.as_json(), "after": after.as_json()},
        )
    return None
