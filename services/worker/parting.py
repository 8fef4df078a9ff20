"""The parts of a compilation, published as reports of their own where the uploader asked for it (``hints.parts``).

A part's source is its text, as the compilation's edition has it; it points back to the revision it was taken from.
Taking a part in twice changes nothing, so a worker that died half-way is simply followed by another.
"""

from __future__ import annotations

import re
from typing import Final

from ..archive import Accepted, Archive, ReportClosedError, ReportIdError, Revision, accept, check_report_id
from ..edition import Edition
from ..normalize.parts import PartReport, part_reports

_NOT_IN_ID: Final = re.compile(r"[^\w.-]+")
_LONGEST: Final = 48


def publish_parts(archive: Archive, revision: Revision, edition: Edition) -> list[Accepted]:
    """Take each member of a compilation in as ``<report>/<name of the member>``; gives what was accepted.

    What a member is says ``normalize.parts``: the halves that look back and ahead inside a member are none.
    """
    accepted = []
    taken: set[str] = set()
    for member in part_reports(edition):
        report = part_id(revision.report, member, taken)
        if report is None:
            continue
        start, end = member.span
        hints: dict[str, object] = {
            "encoding": "utf-8",
            "media_type": "text/plain",
            # The compilation told whose report this is; alone, its text may never name its place in full.
            "metadata": {"region": member.name},
        }
        try:
            accepted.append(
                accept(
                    archive,
                    report,
                    edition.text[start:end].strip("\n").encode(),
                    hints=hints,
                    labels=revision.labels,
                    profile=revision.profile,
                    queue="bulk",
                    by=revision.by,
                    origin="part",
                    parent=revision.id,
                )
            )
        except ReportClosedError:
            continue  # withdrawn by a person: a new compilation does not bring it back
    return accepted


def part_id(report: str, member: PartReport, taken: set[str]) -> str | None:
    """Name the report of a part: by the region that heads it, or by its place where that leaves nothing."""
    name = _NOT_IN_ID.sub("", member.name)[:_LONGEST].strip(".-")
    name = name or member.id.replace("~", "_")
    if name in taken:
        name = f"{name}-{len(taken) + 1}"
    taken.add(name)
    try:
        return check_report_id(f"{report}/{name}")
    except ReportIdError:
        return None  # eight segments already: there is no room below them
