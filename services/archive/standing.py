"""Withdraw and restore a report, erase it for good, release what was held: each an entry in the ledger."""

from __future__ import annotations

from typing import Final

from .archive import Archive
from .errors import ReportUnknownError, StandingError
from .publishing import publish_draft, write_entry
from .values import Draft, Event


def withdraw(archive: Archive, report: str, *, by: str = "", why: str = "") -> Event:
    """Take a report out of sight: 410 everywhere, its source bytes too. ``restore`` undoes it.

    Raises:
        ReportUnknownError: no such report.
        StandingError: it is withdrawn already, or erased.
    """
    event = archive.catalog.ledger.append("withdrawn", report, data=_who(by, why))
    write_entry(archive, event)
    return event


def restore(archive: Archive, report: str, *, by: str = "", why: str = "") -> Event:
    """Bring a withdrawn report back.

    Raises:
        ReportUnknownError: no such report.
        StandingError: it is not withdrawn.
    """
    event = archive.catalog.ledger.append("restored", report, data=_who(by, why))
    write_entry(archive, event)
    return event


def erase(archive: Archive, report: str, *, by: str = "", why: str = "") -> Event:
    """Remove a report's bytes for good. What stays is the ledger: that it was there, and who erased it and why.

    The event is durable first; the bytes go after it (``finish_erasing``), and the sweeper goes on where a process
    died. Bytes that another report holds as well stay for that one.

    Raises:
        ReportUnknownError: no such report.
        StandingError: it is erased already.
    """
    from .erasing import finish_erasing

    event = archive.catalog.ledger.append("erased", report, data=_who(by, why))
    write_entry(archive, event)
    finish_erasing(archive, report)
    return event


def release(
    archive: Archive, revision: str, fingerprint: str, *, by: str = "", why: str = ""
) -> Event | None:
    """Publish a draft that was held back under its grade; None when it was published already.

    Raises:
        StandingError: there is no such draft.
    """
    draft = archive.catalog.ledger.draft(revision, fingerprint)
    if draft is None:
        raise StandingError(f"no draft of revision {revision} under fingerprint {fingerprint}")
    return publish_draft(archive, draft, data={"released": _who(by, why)})


def release_report(
    archive: Archive, report: str, *, revision: str | None = None, by: str = "", why: str = ""
) -> Event | None:
    """Publish what is held back of a report: of its newest held revision, or of the one that is named.

    Raises:
        ReportUnknownError: no such report.
        StandingError: nothing of it is held back.
    """
    draft = held_of(archive, report, revision=revision)
    return publish_draft(archive, draft, data={"released": _who(by, why)})


def held_of(archive: Archive, report: str, *, revision: str | None = None) -> Draft:
    """Give what is held back of a report: of its newest held revision, or of the one that is named.

    Raises:
        ReportUnknownError: no such report.
        StandingError: nothing of it is held back.
    """
    if archive.catalog.reports.standing(report) is None:
        raise ReportUnknownError(report)
    held = [
        draft
        for draft in archive.catalog.ledger.drafts_held(report=report, limit=MOST_HELD).items
        if revision in (None, draft.revision)
    ]
    if not held:
        of = f"revision {revision} of {report!r}" if revision else f"report {report!r}"
        raise StandingError(f"nothing of {of} is held back; `jiaokan report held` lists what is")
    return max(held, key=lambda draft: (draft.revision, draft.made_at))


MOST_HELD: Final = 1000
"""Drafts of one report that are looked through: as many revisions as no report has."""


def _who(by: str, why: str) -> dict[str, str]:
    return {name: value for name, value in (("by", by), ("why", why)) if value}
