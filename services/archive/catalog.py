"""What a catalog can do. One implementation serves SQLite (file or memory) and PostgreSQL; see ``sql/``.

The catalog is the queue, and it is derived: everything a consumer can see can be rebuilt from the object store. What
consumers see changes in one place only: ``Ledger.reveal`` folds ledger entries, in order and without a gap, into the
tables that ``Reports`` reads. ``rebuild`` folds the same entries from the store, so it cannot come out differently.

No method here reads or writes an object. Every method may raise UnavailableError. Methods are safe to call from
threads. A process that forks makes its catalog after the fork.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from ..contract.kinds import EventKind, Queue, RevisionState, Standing
from .database import Database
from .runs import Difference, Run, RunFilter, RunRow
from .values import (
    Accepted,
    Claim,
    Draft,
    Event,
    Head,
    Page,
    PublishedEdition,
    Purpose,
    QueueStatus,
    Report,
    ReportFilter,
    Revision,
    WorkItem,
    WorkState,
)


class Intake(Protocol):
    """The way in: revisions."""

    def newest(self, report: str) -> Revision | None:
        """Give the report's highest revision, whatever its state; None when the report is unknown.

        Raises:
            ReportClosedError: the report is withdrawn or erased: it takes nothing.
        """

    def add(
        self,
        revision: Revision,
        *,
        queue: Queue,
        sent: bool = False,
        put_again: bool = False,
        trace: str | None = None,
    ) -> Accepted:
        """Enter a revision whose objects are durable, with its work item; or find that it is known.

        With ``sent`` the item is noted as sent to the broker: the caller sends it right away. ``trace`` is the W3C
        traceparent that whoever works on it goes on with.

        It is known when its neighbour in order of ids has the same source, hints and profile (for a new upload that
        is the newest revision). The same id twice is known, too.

        Raises:
            ReportClosedError: the report is withdrawn or erased.
            RemovedMeanwhileError: someone removed the source after it was put: put it again, then ask again with
                ``put_again``.
        """

    def add_fresh(
        self, wanted: Sequence[tuple[Revision, Queue, bool, str | None]]
    ) -> Sequence[Accepted | None]:
        """Enter the first revisions of several reports together: revision, queue, ``sent`` and ``trace`` of each.

        Gives None for those that cannot go with the others (the report is known, its source was removed): ``add`` them.
        """

    def recall(self, scope: str, key: str) -> Mapping[str, Any] | None:
        """Give what ``remember`` kept under an idempotency key, None when nothing (or when it is older than a day)."""

    def remember(self, scope: str, key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep ``value`` under an idempotency key unless one stands there; give the one that stands there now."""


class WorkQueue(Protocol):
    """The catalog as a queue. A claim is one UPDATE; redelivery is only ever by lease expiry.

    ``attempts`` rises with the claim and falls when it is given back, so that it counts, durably, the claims that
    ended without an outcome, also those whose holder was killed.
    """

    def claim(self, item: int, *, worker: str, seconds: float, max_attempts: int) -> Claim | None:
        """Take a waiting item, or a claimed one whose lease ran out; None when there is nothing to take.

        An item that has used up its attempts is parked instead of taken.
        """

    def claim_fresh(self, queue: Queue, *, worker: str, seconds: float, limit: int) -> Sequence[Claim]:
        """Take up to ``limit`` due items that no message was sent for and nobody has tried, oldest first.

        What was tried before is never among them: whatever ended that attempt is not to end others' (``claim``).
        """

    def renew(self, claim: Claim, *, seconds: float) -> Claim:
        """Lengthen the lease.

        Raises:
            ClaimLostError: another worker has it, or may have.
        """

    def give_back(self, *claims: Claim, delay: float = 0.0) -> None:
        """End claims without an outcome and uncounted (a part was unreachable); due again after ``delay`` s."""

    def fail(
        self, claim: Claim, *, code: str, reason: str, delay: float, max_attempts: int, final: bool = False
    ) -> WorkState:
        """End the claim as a counted attempt; due again after ``delay`` s, or parked when it was the last one.

        Gives the state that the item has now: ``waiting`` or ``parked`` (or what another worker made of it).
        """

    def finish(self, claim: Claim) -> None:
        """End the claim with an outcome. A claim that was lost changes nothing: the outcome stands all the same."""

    def reject(self, claim: Claim, *, code: str, reason: str) -> None:
        """Settle the claim's revision as rejected (the input's fault, final) and end the claim."""

    def expire_worker(self, worker: str) -> int:
        """End the leases of a worker that is known to be dead (its successor or parent says so); tells how many.

        ``worker`` is a process (``name#pid``) or a whole worker (``name``).
        """

    def unsent(self, queue: Queue, *, limit: int) -> Sequence[int]:
        """Mark up to ``limit`` due items as sent, oldest first, and give their ids. Send them after this."""

    def unsend(self, items: Iterable[int]) -> None:
        """Take the mark off again: the broker did not take the messages."""

    def lost(self, queue: Queue, *, older_than: float, limit: int) -> Sequence[int]:
        """Give ids of due items that were sent longer than ``older_than`` s ago and are still waiting, marked anew."""

    def expired(self, *, max_attempts: int, delay: float = 0.0) -> int:
        """Make items waiting again whose lease ran out, park those without attempts left; tell how many there were.

        The first time an item is due at once (its worker was killed, most likely by chance), later after ``delay`` s
        more each time.
        """

    def status(self) -> QueueStatus:
        """Count the queue, for metrics and for people. No count goes beyond 100,000, so that asking costs little."""

    def longest_due(self, queues: Sequence[Queue]) -> float:
        """Tell for how many seconds the item that is longest overdue could have been taken; 0 when none is due."""

    def get(self, item: int) -> WorkItem | None:
        """Look one item up."""

    def of_revision(self, revision: str) -> Sequence[WorkItem]:
        """Give the items of a revision, oldest first."""

    def parked(self, *, after: str | None = None, limit: int = 100) -> Page[WorkItem]:
        """List what is parked, oldest first, with code, reason and attempts."""

    def retry(self, item: int, *, queue: Queue = "interactive") -> bool:
        """Make a parked item wait again with all its attempts; False when it is not parked."""

    def drop(self, item: int, *, reason: str) -> bool:
        """Give a parked item up for good: its revision is rejected with this reason. False when it is not parked."""

    def enqueue(
        self, revision: str, *, purpose: Purpose, queue: Queue, wanted: str = "", run: int | None = None
    ) -> int:
        """Add a work item for a known revision (again, if an earlier one was done); gives its id."""


class Ledger(Protocol):
    """The durable order of everything that changed. Sequence numbers come from a one-row counter, without a gap.

    The way of an entry: a method below assigns the number in one transaction; ``entry_json`` (publishing.py) of the
    returned Event is put to the object store; ``reveal`` makes it visible. A process killed in between leaves an
    entry that the sweeper writes and reveals.
    """

    def publish(
        self,
        draft: Draft,
        *,
        claim: Claim | None = None,
        data: Mapping[str, Any] | None = None,
        put_again: bool = False,
    ) -> Event | None:
        """Keep the draft, number it, assign its ledger entry and finish the claim, in one transaction.

        None when nothing is to be published: its (revision, fingerprint) is published already, or the report is
        erased. Publishing the same draft twice gives one edition; the second caller gets the first one's event as
        long as its entry is unwritten, so that it can write it.

        Raises:
            RemovedMeanwhileError: see ``Intake.add``.
        """

    def publish_fresh(self, drafts: Sequence[tuple[Draft, Claim]]) -> Sequence[Event]:
        """Do what ``publish`` does for several reports that have no edition yet, in one transaction.

        Gives the events, numbered one after another. What is not as simple as that is left out, its claim unfinished:
        a report that has editions or is withdrawn or erased or comes twice, a draft that is known, an object that is
        being removed. ``publish`` it.
        """

    def keep_draft(self, draft: Draft, *, claim: Claim | None = None, put_again: bool = False) -> Draft:
        """Keep a draft without numbering it; gives the one that stands there now (an earlier one wins).

        A draft with ``held`` settles its revision as held.
        """

    def reinstate(
        self, report: str, number: int, *, data: Mapping[str, Any], event: EventKind = "reverted"
    ) -> Event | None:
        """Publish the bytes of an earlier edition of the report under a new number.

        None when the latest edition has these very objects already.

        Raises:
            ReportUnknownError: no such report or no such edition.
        """

    def append(self, event: EventKind, report: str, *, data: Mapping[str, Any]) -> Event:
        """Assign an entry for ``withdrawn``, ``restored`` or ``erased``.

        Raises:
            ReportUnknownError: no such report.
            StandingError: the report's standing does not allow it.
        """

    def reveal(self, first: int, last: int | None = None) -> int:
        """Note that the entries ``first`` to ``last`` stand in the store, and fold all that is now contiguous.

        Gives the highest visible sequence: at least ``last`` unless an earlier entry is still unwritten.
        """

    def unwritten(self, *, older_than: float, limit: int = 100) -> Sequence[Event]:
        """Give assigned entries whose object may be missing, lowest first."""

    def head(self) -> Head:
        """Tell how far the ledger is. One look-up; poll it to notice changes made by other processes."""

    def events(
        self, *, after: int, limit: int = 100, labels: Sequence[str] | None = None, report: str | None = None
    ) -> tuple[Sequence[Event], int]:
        """Give visible events behind ``after`` in order, and the number up to which nothing is missing.

        With ``labels``, only events of reports that carry one of them.
        """

    def restore_entries(self, events: Sequence[Event], drafts: Sequence[Draft]) -> None:
        """Enter ledger entries as the object store has them, in order, and fold them (``rebuild``)."""

    def drafts_held(
        self, *, report: str | None = None, after: str | None = None, limit: int = 100
    ) -> Page[Draft]:
        """List drafts (of one report, or all) that are held back under a grade and not released."""

    def draft(self, revision: str, fingerprint: str) -> Draft | None:
        """Look a draft up."""


class Reports(Protocol):
    """What consumers may see: only what stands in the ledger and was revealed."""

    def get(self, report: str) -> Report | None:
        """Look a report up, with its latest edition."""

    def list(self, which: ReportFilter, *, after: str | None = None, limit: int = 100) -> Page[Report]:
        """List reports that match.

        In order of ids; with ``changed_after`` or ``changed_since`` in order of change, so that a report that
        changes while someone pages comes (again) at the end, and none is missed. Erased reports are left out.
        A page costs a bounded time: where filters meet seldom it may have fewer than ``limit`` items, or none, and a
        cursor all the same. The list ends where the cursor is None.
        """

    def ids(self, which: ReportFilter, *, after: str | None = None, limit: int = 100) -> Page[str]:
        """List only the ids of reports that match; see ``list``."""

    def edition(self, report: str, number: int) -> PublishedEdition | None:
        """Look one numbered edition up."""

    def editions(self, report: str) -> Sequence[PublishedEdition]:
        """Give all editions of a report, lowest number first."""

    def revision(self, revision: str) -> Revision | None:
        """Look a revision up."""

    def revisions(self, report: str) -> Sequence[Revision]:
        """Give all revisions of a report, oldest first."""

    def revisions_in(
        self, state: RevisionState, *, after: str | None = None, limit: int = 100
    ) -> Page[Revision]:
        """List revisions of all reports by state, oldest first."""

    def children(self, revision: str) -> Sequence[Revision]:
        """Give the revisions taken out of this one (an archive's members, a compilation's parts)."""

    def known_revision_ids(self, ids: Sequence[str]) -> frozenset[str]:
        """Tell which of these revisions the catalog has."""

    def digests_named(
        self, kind: Literal["sources", "contents", "records"], digests: Sequence[str]
    ) -> frozenset[str]:
        """Tell which of these objects something in the catalog names (of reports that are not erased)."""

    def values(self, facet: str, *, prefix: str = "", limit: int = 100) -> Sequence[tuple[str, int]]:
        """Give the values that a filter can take (``label``, ``region`` …), each with its count of reports."""

    def years(self, *, region: str, issuer: str | None, kind: str) -> Mapping[int, Sequence[str]]:
        """Give the years that a series has, each with its reports (series.py tells those it lacks)."""

    def totals(self) -> Mapping[str, int]:
        """Count reports by standing and revisions by state, for metrics and for ``doctor``."""

    def standing(self, report: str) -> Standing | None:
        """Tell the standing alone."""


class Runs(Protocol):
    """Renormalization: what is to be done again, what came out, what was applied."""

    def open(self, which: RunFilter, *, by: str, why: str) -> Run:
        """Begin a run; its rows are added by ``extend``."""

    def extend(self, run: int, *, limit: int = 500) -> int:
        """Enter the next reports that match, each with its work item; 0 when there are no more (the run is ready)."""

    def get(self, run: int) -> Run | None:
        """Look a run up."""

    def list(self, *, limit: int = 50) -> Sequence[Run]:
        """Give runs, newest first."""

    def record(self, run: int, revision: str, *, draft: Draft | None, difference: Difference) -> None:
        """Note what the run's draft of a revision came out as."""

    def rows(
        self, run: int, *, state: str | None = None, after: str | None = None, limit: int = 200
    ) -> Page[RunRow]:
        """Give the run's rows in order of report ids."""

    def settle(self, run: int, report: str, *, state: str, number: int | None = None) -> None:
        """Note that a row was applied, reverted or skipped, and the edition it became."""

    def move(self, run: int, *, state: str, expected: Sequence[str]) -> bool:
        """Change a run's state if it is one of ``expected``; False otherwise."""


class Catalog(Protocol):
    """Everything the archive knows besides the objects themselves."""

    @property
    def database(self) -> Database:
        """The way to SQL."""

    @property
    def intake(self) -> Intake:
        """The way in."""

    @property
    def queue(self) -> WorkQueue:
        """What is to be done."""

    @property
    def ledger(self) -> Ledger:
        """What changed, in order."""

    @property
    def reports(self) -> Reports:
        """What consumers may see."""

    @property
    def runs(self) -> Runs:
        """Renormalizations."""

    def check(self) -> None:
        """Raise UnavailableError, MigrationError or SettingsError if the catalog cannot be used."""

    def migrate(self) -> str:
        """Bring the schema up to this release's; gives its revision. Safe to call by several processes."""

    def close(self) -> None:
        """Give the connections back."""
