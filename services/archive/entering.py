"""Revisions that several threads bring at the same time are entered together: one object, one transaction.

See ADR 112. Whoever comes first goes at once and alone; who comes while he is on his way waits for him, and those who
wait then go together. Nobody is told that a revision is accepted before its object and its row are durable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..contract.kinds import Queue
from .errors import ArchiveError, RemovedMeanwhileError, UnavailableError
from .faults import step
from .names import REVISIONS_PACKED_MOST, new_revision_id
from .revision_objects import drop_revision, revisions_object
from .values import Accepted, Revision

if TYPE_CHECKING:
    from .archive import Archive


@dataclass(eq=False, slots=True)
class Entry:
    """A revision without an id whose source is durable, on its way into the archive."""

    draft: Revision
    queue: Queue
    after: str | None
    """Id of the report's newest revision; None when the report is new, so far as is known."""
    sent: bool
    trace: str | None
    put_source: Callable[[], None]
    accepted: Accepted | None = None
    error: Exception | None = None
    leads: bool = False
    woken: threading.Event = field(default_factory=threading.Event)


class Entering:
    """Where the threads of a process meet that enter revisions into one archive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Entry] = []
        self._led = False

    def enter(self, archive: Archive, entry: Entry) -> Accepted:
        """Put the revision's object and tell the catalog, together with those of others if some come meanwhile."""
        if entry.after is not None:  # it takes its place among the report's others
            _enter_all(archive, [entry])
            return _outcome(entry)
        with self._lock:
            self._waiting.append(entry)
            if not self._led:
                self._led = entry.leads = True
        try:
            if not entry.leads:
                entry.woken.wait()
            if entry.leads:
                self._lead(archive, entry)
        finally:
            self._pass_on(entry)
        return _outcome(entry)

    def _lead(self, archive: Archive, entry: Entry) -> None:
        with self._lock:
            first_of: dict[str, Entry] = {entry.draft.report: entry}
            for other in self._waiting:
                if len(first_of) == REVISIONS_PACKED_MOST:
                    break
                first_of.setdefault(other.draft.report, other)
            batch = list(first_of.values())
            self._waiting = [other for other in self._waiting if other not in batch]
        try:
            _enter_all(archive, batch)
        finally:
            for other in batch:
                other.woken.set()

    def _pass_on(self, entry: Entry) -> None:
        with self._lock:
            if entry in self._waiting:
                self._waiting.remove(entry)  # its thread was stopped while it waited
            if not entry.leads:
                return
            entry.leads = False
            self._led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].woken.set()


def _outcome(entry: Entry) -> Accepted:
    if entry.error is not None:
        raise entry.error
    if entry.accepted is None:
        raise UnavailableError("catalog", "whoever was entering this revision with others was stopped")
    return entry.accepted


def _enter_all(archive: Archive, batch: Sequence[Entry]) -> None:
    """Enter what came together; gives each entry its outcome or its error."""
    at = max(entry.draft.accepted_at for entry in batch)
    revisions = [replace(entry.draft, id=new_revision_id(at, after=entry.after)) for entry in batch]
    try:
        key, data = revisions_object(revisions)
        with step("put-revision"):
            archive.objects.put(key, data, media_type="application/json")
        if len(batch) > 1:
            with step("commit-revision"):
                wanted = [
                    (revision, entry.queue, entry.sent, entry.trace)
                    for revision, entry in zip(revisions, batch, strict=True)
                ]
                together = archive.catalog.intake.add_fresh(wanted)
            for entry, accepted in zip(batch, together, strict=True):
                entry.accepted = accepted
    except ArchiveError as error:
        for entry in batch:
            entry.error = error
        return
    for entry, revision in zip(batch, revisions, strict=True):
        if entry.accepted is None:
            try:
                entry.accepted = _enter_alone(archive, entry, revision)
            except ArchiveError as error:
                entry.error = error


def _enter_alone(archive: Archive, entry: Entry, revision: Revision) -> Accepted:
    intake = archive.catalog.intake
    with step("commit-revision"):
        try:
            accepted = intake.add(revision, queue=entry.queue, sent=entry.sent, trace=entry.trace)
        except RemovedMeanwhileError:
            entry.put_source()
            accepted = intake.add(
                revision, queue=entry.queue, sent=entry.sent, put_again=True, trace=entry.trace
            )
    if accepted.revision.id != revision.id:
        drop_revision(archive, revision.id)  # someone else brought the same a moment ago
    return accepted


__all__ = ["Entering", "Entry"]
