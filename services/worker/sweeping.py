"""The sweeper: finds what is unfinished, lost or half-written, and sets it going again. Two of them do no harm.

Each of its duties is safe to repeat and to run twice at once, and one that fails does not keep the others from
running: what fails is tried again in the next round.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from ..archive import QUEUES, Archive, ArchiveError, ReportClosedError, UnavailableError, adopt, write_entry
from ..archive.erasing import finish_erasing, forget_removals, unfinished_erasures
from ..archive.names import revision_key, revisions_in
from ..archive.revision_objects import drop_revision
from ..observing import LEASES_EXPIRED, REPAIRED, SWEEP_FAILURES, SWEPT_AT, count, note
from .dispatching import Dispatcher

log = logging.getLogger(__name__)

SETTLED: Final = 3.0
"""Seconds after which an entry that is not written was left by a process that died: writing takes milliseconds."""

UNADOPTED: Final = 15_000
"""Milliseconds after which a revision object that the catalog lacks was left by a process that died."""

LOOK_BACK: Final = 3_600_000
"""Milliseconds of revision objects that are looked through again and again; at the start it is a day."""

DAY: Final = 86_400_000
SELDOM: Final = 20.0
"""Seconds between two rounds of what lists the object store."""


class Sweeper:
    """What one sweeper process keeps between rounds: only how long ago the costly duties were done."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._dispatcher = Dispatcher.of(archive)
        self._seldom_at = -SELDOM
        self._look_back = DAY

    def round(self) -> bool:
        """Do every duty that is due; tell whether all went well."""
        duties = [self._free_expired, self._write_entries, self._dispatch, self._advance_runs]
        if time.monotonic() - self._seldom_at >= SELDOM:
            self._seldom_at = time.monotonic()
            duties += [self._adopt_revisions, self._finish_erasures, self._tidy]
        failed = sum(not self._do(duty) for duty in duties)  # each is done, whatever became of the others
        went_well = failed == 0
        if went_well:
            note(SWEPT_AT, value=time.time())
        return went_well

    def _do(self, duty: Callable[[], None]) -> bool:
        name = duty.__name__.strip("_").replace("_", "-")
        try:
            duty()
        except UnavailableError as error:
            log.warning("%s waits: %s", name, error)
        except Exception:
            log.exception("%s failed", name)
        else:
            return True
        count(SWEEP_FAILURES, name)
        return False

    def _free_expired(self) -> None:
        settings = self._archive.settings
        freed = self._archive.catalog.queue.expired(
            max_attempts=settings.max_attempts, delay=settings.retry_base
        )
        if freed:
            count(LEASES_EXPIRED, by=freed)
            log.info("%d leases ran out", freed)

    def _write_entries(self) -> None:
        for event in self._archive.catalog.ledger.unwritten(older_than=SETTLED):
            write_entry(self._archive, event)
            count(REPAIRED, "entry")
            log.info(
                "ledger entry %d (%s) written for a process that died",
                event.sequence,
                event.event,
                extra={"report": event.report, "revision": event.revision},
            )

    def _dispatch(self) -> None:
        for queue in QUEUES:
            self._dispatcher.resend(queue)
            self._dispatcher.top_up(queue)

    def _advance_runs(self) -> None:
        from .renormalizing import advance_runs

        advance_runs(self._archive)

    def _adopt_revisions(self) -> None:
        adopted = adopt_lost_revisions(self._archive, look_back=self._look_back)
        self._look_back = LOOK_BACK
        if adopted:
            count(REPAIRED, "revision", by=adopted)
            log.info("%d revisions brought into the catalog for processes that died", adopted)

    def _finish_erasures(self) -> None:
        for report in unfinished_erasures(self._archive):
            finish_erasing(self._archive, report)

    def _tidy(self) -> None:
        forget_removals(self._archive)
        sweep_parts = getattr(self._archive.objects, "sweep_parts", None)
        if sweep_parts is not None:
            sweep_parts()


def adopt_lost_revisions(archive: Archive, *, look_back: int) -> int:
    """Bring revision objects of the last ``look_back`` milliseconds into the catalog that it lacks; tells how many.

    Whoever wrote them died, or the catalog was away, before the catalog was told. Nobody was promised anything, but
    what stands in the store would come back with a rebuild: so it is taken in now.
    """
    now = archive.catalog.database.now()
    first = revision_key(f"{max(0, now - look_back):012x}")
    names: list[str] = []
    for stat in archive.objects.list("revisions/", after=first):
        if stat.modified < now - UNADOPTED:
            names.extend(revisions_in(stat.key))
    known = archive.catalog.reports.known_revision_ids(names)
    adopted = 0
    for name in names:
        if name in known:
            continue
        try:
            adopted += adopt(archive, name) is not None
        except ReportClosedError:
            drop_revision(archive, name)
        except ArchiveError:
            if archive.catalog.reports.revision(name) is None:
                log.exception("a revision object cannot be taken in", extra={"revision": name})
    return adopted
