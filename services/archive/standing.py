"""Withdraw and restore a report, erase it for good, release what was held: each an entry in the ledger."""

from __future__ import annotations

from .archive import Archive
from .errors import StandingError
from .publishing import publish_draft, write_entry
from .values import Event


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


def _who(by: str, why: str) -> dict[str, str]:
    return {name: value for name, value in (("by", by), ("why", why)) if value}
