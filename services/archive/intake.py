"""The way in: bytes become a source and a revision, durable before anyone is told so.

Source, then revision object, then catalog: whatever dies in between leaves at most an object that nobody was
promised, and ``adopt`` brings a revision object that the catalog lacks into it later.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

from ..contract.kinds import Queue
from ..observing import UPLOAD_BYTES, UPLOADS, count, trace_parent
from .archive import Archive
from .entering import Entry
from .errors import (
    DigestMismatchError,
    ReportUnknownError,
    TooLargeError,
)
from .faults import step
from .names import check_labels, check_report_id, source_key
from .revision_objects import drop_revision, read_revision
from .values import Accepted, Revision, same_input

log = logging.getLogger(__name__)

SOURCE_LOST: Final = frozenset({"source-missing", "source-damaged"})
"""Codes of what is parked because the store has not its bytes: whoever uploads them again brings them back."""

_SPOOL: Final = 1 << 20
"""Bytes kept in memory before a stream goes to a temporary file: most reports never touch the disk twice."""


class Incoming:
    """Bytes that are arriving: hashed and counted on the way, kept in memory or in a temporary file.

    >>> with Incoming(limit=1000) as incoming:
    ...     incoming.write("工作报告".encode())
    ...     incoming.size
    12
    """

    def __init__(self, *, limit: int | None = None) -> None:
        self._limit = limit
        self._hash = hashlib.sha256()
        self._file = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - closed by __exit__
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLargeError: more than the limit arrived.
        """
        self.size += len(piece)
        if self._limit is not None and self.size > self._limit:
            raise TooLargeError(self._limit)
        self._hash.update(piece)
        self._file.write(piece)

    @property
    def sha256(self) -> str:
        """Digest of what has arrived so far."""
        return self._hash.hexdigest()

    def rewound(self) -> BinaryIO:
        """Give the bytes as a stream from the beginning."""
        self._file.seek(0)
        return cast("BinaryIO", self._file)

    def close(self) -> None:
        """Throw the bytes away."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def accept(
    archive: Archive,
    report: str,
    source: bytes | Incoming,
    *,
    hints: Mapping[str, Any] | None = None,
    labels: tuple[str, ...] = (),
    profile: str | None = None,
    queue: Queue = "interactive",
    name: str | None = None,
    by: str = "",
    origin: str = "upload",
    parent: str | None = None,
    sha256: str | None = None,
    sent: bool = False,
) -> Accepted:
    """Take a source in as a revision of ``report``. When this returns, it is durable and will be worked on.

    Args:
        archive: where to.
        report: the report's id.
        source: the bytes, or an Incoming that has them all.
        hints: the JSON form of ``jiaokan.normalize.Hints``, checked by the caller.
        labels: the report's, if this is its first revision.
        profile: name of a profile; None: the setting's.
        queue: ``bulk`` for what nobody waits for.
        name: file name as uploaded.
        by: who uploads.
        origin: how it came in, see ``Revision``.
        parent: the revision that this source was taken out of.
        sha256: the digest that the uploader declared, to be checked.
        sent: note the work item as sent: the caller dispatches it right away, knowing that there is room.

    Dispatching ``Accepted.item`` to the broker is the caller's next step (``jiaokan.worker.dispatch``); left
    undone, the sweeper does it.

    Raises:
        ReportIdError, LabelError, DigestMismatchError: the input's fault.
        ReportClosedError: the report is withdrawn or erased.
        UnavailableError: store or catalog did not answer; nothing is promised, sending again is right.
    """
    report = check_report_id(report)
    labels = check_labels(labels)
    digest = source.sha256 if isinstance(source, Incoming) else hashlib.sha256(source).hexdigest()
    size = source.size if isinstance(source, Incoming) else len(source)
    if sha256 is not None and sha256.lower() != digest:
        raise DigestMismatchError(f"the bytes have SHA-256 {digest}, {sha256.lower()} was declared")
    draft = Revision(
        id="",
        report=report,
        source=digest,
        source_bytes=size,
        hints=dict(hints or {}),
        accepted_at=archive.catalog.database.now(),
        labels=labels,
        profile=profile,
        name=name,
        by=by,
        origin=origin,
        parent=parent,
    )
    return _enter(archive, draft, source, queue, sent=sent)


def amend(
    archive: Archive,
    report: str,
    *,
    hints: Mapping[str, Any],
    profile: str | None = None,
    by: str = "",
    queue: Queue = "interactive",
) -> Accepted:
    """Make a revision of the report's newest source with other hints: a person's word.

    Raises:
        ReportUnknownError: no such report.
        ReportClosedError: it is withdrawn or erased.
    """
    report = check_report_id(report)
    newest = archive.catalog.intake.newest(report)
    if newest is None:
        raise ReportUnknownError(report)
    draft = Revision(
        id="",
        report=report,
        source=newest.source,
        source_bytes=newest.source_bytes,
        hints=dict(hints),
        accepted_at=archive.catalog.database.now(),
        labels=newest.labels,
        profile=profile if profile is not None else newest.profile,
        name=newest.name,
        by=by,
        origin="amend",
        parent=newest.parent,
    )
    return _enter(archive, draft, None, queue)


def _enter(
    archive: Archive, draft: Revision, source: bytes | Incoming | None, queue: Queue, *, sent: bool = False
) -> Accepted:
    newest = archive.catalog.intake.newest(draft.report)  # raises when the report is closed
    if newest is not None and same_input(newest, draft):
        if source is not None and newest.state == "parked" and newest.code in SOURCE_LOST:
            _bring_back(archive, newest, source)
        count(UPLOADS, draft.origin, "known")
        return Accepted(draft.report, newest, "known")
    _put_source(archive, draft, source)
    if newest is not None:
        draft = replace(draft, before=_before(archive, draft.report))
    entry = Entry(
        draft,
        queue=queue,
        after=None if newest is None else newest.id,
        sent=sent,
        trace=trace_parent(),
        put_source=partial(_put_source, archive, draft, source),
    )
    accepted = archive.entering.enter(archive, entry)
    count(UPLOADS, draft.origin, accepted.outcome)
    log.info(
        "accepted: %s, %d bytes",
        accepted.outcome,
        draft.source_bytes,
        extra={"report": draft.report, "revision": accepted.revision.id},
    )
    if source is not None:
        count(UPLOAD_BYTES, draft.origin, by=draft.source_bytes)
    return accepted


def _before(archive: Archive, report: str) -> dict[str, Any] | None:
    """Tell what the report's latest edition covered and planned."""
    known = archive.catalog.reports.get(report)
    if known is None or known.latest is None:
        return None
    facts = known.latest.facts
    return {"covers": facts.covers, "plans": facts.plans}


def _bring_back(archive: Archive, parked: Revision, source: bytes | Incoming) -> None:
    """Put the source of a revision again whose bytes the store has lost, and let it be tried again."""
    _put_source(archive, parked, source)
    for item in archive.catalog.queue.of_revision(parked.id):
        if archive.catalog.queue.retry(item.id):
            log.info("its source is back: tried again", extra={"revision": parked.id, "item": item.id})


def _put_source(archive: Archive, draft: Revision, source: bytes | Incoming | None) -> None:
    if source is None:
        return  # an amendment: the source is there
    with step("put-source"):
        if isinstance(source, Incoming):
            archive.objects.put(source_key(draft.source), source.rewound(), size=source.size)
        else:
            archive.objects.put(source_key(draft.source), source)


def adopt(archive: Archive, revision: str) -> Accepted | None:
    """Bring a revision whose object is in the store into a catalog that lacks it; None when it adds nothing.

    The process that wrote the object died before it could tell the catalog, or the catalog was away.
    """
    read = read_revision(archive.objects, revision)
    accepted = archive.catalog.intake.add(read, queue="bulk")
    if accepted.revision.id != revision:
        drop_revision(archive, revision)
        return None
    return accepted
