"""A new catalog from the object store alone.

Revisions come from their objects, in order of ids; editions, numbers, standings and feed from the ledger, folded by
the same code that folded it the first time; rejections from theirs. What is pending becomes work again. Keys,
subscriptions and audit are the catalog's own and come from its backup.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any, Final, TypeVar

from sqlalchemy import func, insert, select, text, update

from .archive import Archive
from .entries import entries_from_json
from .errors import ArchiveError, ObjectMissingError
from .names import content_key, record_key, revisions_in, revisions_of_time
from .rejecting import rejection_from_json
from .revision_objects import revisions_from_json
from .sql.folding import set_access
from .sql.intake import insert_unless_there
from .sql.rows import revision_row, to_text
from .tables import followers, reports, revisions, work
from .values import Draft, Event, Facts, Revision, same_input

AT_ONCE: Final = 200
"""Objects read and entered together; a transaction of this size takes some 50 ms."""

READERS: Final = 8
"""Threads that read objects: an S3 service answers several at once, a folder is read from the page cache."""

BEHIND_A_GAP: Final = 1024
"""Entries that may stand behind a missing one: what was assigned, but not yet visible, when the old catalog went.
What a process that died left unwritten is written after three seconds; so many are published meanwhile at 300/s."""

Told = Callable[[str, int], None]
T = TypeVar("T")


class RebuildError(ArchiveError):
    """The catalog cannot be rebuilt from this store; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found.

    ``left_out`` are revision objects that add nothing; ``hidden`` are entries behind a missing one, never visible.
    """

    revisions: int
    entries: int
    rejections: int
    pending: int
    left_out: int
    hidden: int


def rebuild(archive: Archive, *, tell: Told | None = None) -> Rebuilt:
    """Fill an empty catalog from the object store.

    Args:
        archive: its catalog has a schema and no reports.
        tell: called with what is being read and how many of it so far.

    Raises:
        RebuildError: the catalog is not empty, or an object that the ledger names is missing.
    """
    tell = tell or (lambda _what, _count: None)
    with archive.catalog.database.read() as connection:
        if connection.execute(select(func.count()).select_from(revisions)).scalar_one():
            raise RebuildError("the catalog is not empty: move it away first, then rebuild into a new one")
    named: set[str] = set()
    erased: dict[str, Event] = {}
    for _, event in _entries(archive, tell):
        if event.revision is not None:
            named.add(event.revision)  # it is real, whatever stands beside it
        if event.event == "erased":
            erased[event.report] = event
    entered, left_out = _enter_revisions(archive, named, tell)
    _enter_erased(archive, erased)
    entries, hidden = _enter_ledger(archive, erased, tell)
    rejections = _enter_rejections(archive, tell)
    pending = _enter_work(archive)
    return Rebuilt(entered, entries, rejections, pending, left_out, hidden)


def _enter_revisions(archive: Archive, named: set[str], tell: Told) -> tuple[int, int]:
    newest: dict[str, Revision] = {}
    entered = left_out = 0
    with ThreadPoolExecutor(READERS) as readers:
        for batch in _revision_keys(archive):
            read = readers.map(lambda key: revisions_from_json(archive.objects.get(key)), batch)
            kept: list[tuple[Revision, Revision | None]] = []
            replaced: list[tuple[Revision, Revision]] = []
            for revision in sorted(chain.from_iterable(read), key=lambda one: one.id):
                before = newest.get(revision.report)
                if before is not None and before.id == revision.id:
                    continue  # it stands in a pack, too
                if before is not None and same_input(before, revision):
                    # Two of the same: an upload that died before it was told, and the one that was sent again; or
                    # two at once. What the ledger names is real, else the later one: its sender may have heard of it.
                    left_out += 1
                    if before.id in named and revision.id not in named:
                        continue
                    if before.id not in named:
                        replaced.append((before, revision))
                        newest[revision.report] = revision
                        continue
                    left_out -= 1
                newest[revision.report] = revision
                kept.append((revision, before))
            _enter_batch(archive, kept, replaced)
            entered += len(kept)
            tell("revisions", entered)
    return entered, left_out


def _revision_keys(archive: Archive) -> Iterator[list[str]]:
    """Give the keys of revision objects, some two hundred together, those of one millisecond never apart."""
    keys = (stat.key for stat in archive.objects.list("revisions/") if revisions_in(stat.key))
    batch: list[str] = []
    for _, together in groupby(keys, key=lambda key: revisions_of_time(revisions_in(key)[0])):
        batch.extend(together)
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _enter_batch(
    archive: Archive,
    batch: Iterable[tuple[Revision, Revision | None]],
    replaced: Iterable[tuple[Revision, Revision]],
) -> None:
    with archive.catalog.database.write() as connection:
        for revision, before in batch:
            connection.execute(insert(revisions), revision_row(revision))
            if before is None:
                row = {"id": revision.report, "standing": "open", "revisions": 1, **_first(revision)}
                connection.execute(insert(reports), row)
                set_access(connection, revision.report, revision.labels)
            else:
                connection.execute(
                    update(reports)
                    .where(reports.c.id == revision.report)
                    .values(revisions=reports.c.revisions + 1)
                )
        for before, revision in replaced:
            row = revision_row(revision)
            connection.execute(update(revisions).where(revisions.c.id == before.id).values(**row))
            first = connection.execute(
                update(reports)
                .where(reports.c.id == revision.report, reports.c.first_revision == before.id)
                .values(**_first(revision))
            )
            if first.rowcount:
                set_access(connection, revision.report, revision.labels)


def _first(revision: Revision) -> dict[str, Any]:
    return {
        "labels": to_text(revision.labels),
        "created_at": revision.accepted_at,
        "first_revision": revision.id,
    }


def _enter_ledger(archive: Archive, erased: dict[str, Event], tell: Told) -> tuple[int, int]:
    entered = hidden = 0
    with ThreadPoolExecutor(READERS) as readers:
        for batch in _batches(_entries(archive, tell), AT_ONCE):
            contiguous: list[Event] = []
            behind: dict[str, None] = {}
            for key, event in batch:
                expected = entered + len(contiguous) + 1
                if event.sequence == expected:
                    contiguous.append(event)
                elif event.sequence > expected:
                    behind[key] = None
                    hidden += 1
                # Else it stands in a pack, too.
            if hidden > BEHIND_A_GAP:
                raise RebuildError(
                    f"ledger entry {entered + len(contiguous) + 1} is missing, and more than {BEHIND_A_GAP} stand "
                    "behind it: bring it back from the store's backup"
                )
            for key in behind:
                _set_aside(archive, key)
            wanted = [
                event for event in contiguous if event.edition is not None and event.report not in erased
            ]
            drafts = readers.map(lambda event: _draft(archive, event), wanted)
            archive.catalog.ledger.restore_entries(contiguous, list(drafts))
            entered += len(contiguous)
            tell("entries", entered)
    return entered, hidden


def _enter_erased(archive: Archive, erased: dict[str, Event]) -> None:
    """Enter reports whose revision objects are gone: all that is known of them stands in the ledger."""
    with archive.catalog.database.write() as connection:
        for report, event in erased.items():
            labels = tuple(event.data.get("labels", ()))
            row = {
                "id": report,
                "standing": "open",
                "labels": to_text(labels),
                "created_at": event.at,
                "first_revision": "",
            }
            if connection.execute(insert_unless_there(archive.catalog.database, reports), row).rowcount == 1:
                set_access(connection, report, labels)


def _set_aside(archive: Archive, key: str) -> None:
    """Take entries that were never visible out of the way of those that will have their numbers."""
    archive.objects.put(f"aside/{key}", archive.objects.get(key), media_type="application/json")
    archive.objects.remove(key)


def _draft(archive: Archive, event: Event) -> Draft:
    assert event.revision is not None
    assert event.fingerprint is not None
    assert event.content is not None
    assert event.record is not None
    try:
        content: dict[str, Any] = json.loads(archive.objects.get(content_key(event.content)))
        record: dict[str, Any] = json.loads(archive.objects.get(record_key(event.record)))
    except ObjectMissingError as error:
        raise RebuildError(f"ledger entry {event.sequence} names {error.key}, which is not there") from error
    return Draft(
        revision=event.revision,
        fingerprint=event.fingerprint,
        content=event.content,
        content_bytes=event.content_bytes,
        record=event.record,
        record_bytes=event.record_bytes,
        facts=Facts.of(content, record),
        made_at=event.at,
    )


def _enter_rejections(archive: Archive, tell: Told) -> int:
    entered = 0
    keys = (stat.key for stat in archive.objects.list("rejections/"))
    while batch := list(islice(keys, AT_ONCE)):
        notes = [rejection_from_json(archive.objects.get(key)) for key in batch]
        with archive.catalog.database.write() as connection:
            for note in notes:
                connection.execute(
                    update(revisions)
                    .where(revisions.c.id == note.revision, revisions.c.state == "pending")
                    .values(
                        state="rejected",
                        code=note.code,
                        reason=note.reason,
                        settled_at=revisions.c.accepted_at,
                    )
                )
        entered += len(notes)
        tell("rejections", entered)
    return entered


def _enter_work(archive: Archive) -> int:
    with archive.catalog.database.write() as connection:
        pending = select(
            revisions.c.id,
            revisions.c.report,
            text("'publish'"),
            text("'bulk'"),
            text("'waiting'"),
            text(str(archive.catalog.database.now())),
        ).where(revisions.c.state == "pending")
        columns = ["revision", "report", "purpose", "queue", "state", "created_at"]
        count = connection.execute(insert(work).from_select(columns, pending)).rowcount
        connection.execute(followers.delete())  # whatever follows the ledger begins at its beginning
    return count


def _entries(archive: Archive, tell: Told) -> Iterator[tuple[str, Event]]:
    with ThreadPoolExecutor(READERS) as readers:
        keys = (stat.key for stat in archive.objects.list("ledger/"))
        count = 0
        while batch := list(islice(keys, AT_ONCE)):
            read = readers.map(lambda key: entries_from_json(archive.objects.get(key)), batch)
            for key, events in zip(batch, read, strict=True):
                for event in events:
                    yield key, event
                count += len(events)
            tell("ledger", count)


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
