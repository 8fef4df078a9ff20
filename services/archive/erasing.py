"""Removing bytes: of an erased report, and of objects that nothing has named for a week.

Sources are shared by content, so an upload may put the very bytes that are being removed here. A row in ``removals``
is written before an object goes; whoever names the object meanwhile is told to put it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from sqlalchemy import delete, select, update

from .archive import Archive
from .names import (
    content_key,
    is_sha256,
    packed_key,
    record_key,
    revisions_in,
    source_key,
)
from .objects import ObjectStat
from .rejecting import rejection_key
from .revision_objects import drop_revision
from .sql.intake import insert_unless_there, lock_removing
from .sql.reports import naming_query
from .tables import drafts, removals, reports, revisions

WEEK: Final = 7 * 86_400_000
"""Milliseconds for which an object may stand unnamed: uploads, drafts and rebuilds take hours at most."""

KEPT: Final = 86_400_000
"""Milliseconds for which a removal is remembered; nothing stays between being put and being named so long."""

_AT_ONCE: Final = 500
Kind = Literal["sources", "contents", "records"]
_KINDS: Final[tuple[Kind, ...]] = ("sources", "contents", "records")
_WHERE: Final[tuple[tuple[Kind, str], ...]] = (
    *((kind, f"{kind}/") for kind in _KINDS),
    ("contents", packed_key("contents/")),
    ("records", packed_key("records/")),
)
"""Under which prefixes stand objects that bear the digest of what a kind of object is named by."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """An object that nothing names."""

    key: str
    size: int
    modified: int


def finish_erasing(archive: Archive, report: str) -> int:
    """Remove the bytes of a report whose erasure stands in the ledger; tells how many objects went.

    Safe to repeat, and to run twice at once.
    """
    database = archive.catalog.database
    with database.read() as connection:
        left = connection.execute(
            select(reports.c.id).where(reports.c.id == report, reports.c.bytes_left)
        ).first()
        if left is None:
            return 0
        own = connection.execute(
            select(revisions.c.id, revisions.c.source).where(revisions.c.report == report)
        ).all()
        made = connection.execute(
            select(drafts.c.content, drafts.c.record).where(drafts.c.revision.in_([row.id for row in own]))
        ).all()
    removed = 0
    named: dict[Kind, set[str]] = {
        "sources": {row.source for row in own},
        "contents": {row.content for row in made},
        "records": {row.record for row in made},
    }
    for kind, digests in named.items():
        for digest in sorted(digests):
            removed += remove_unnamed(archive, kind, digest)
    for row in own:
        drop_revision(archive, row.id)
        archive.objects.remove(rejection_key(row.id))
        removed += 1
    with database.write() as connection:
        # Facts hold titles, hints a person's words. They go last: until then they tell which bytes are to go.
        connection.execute(delete(drafts).where(drafts.c.revision.in_([row.id for row in own])))
        connection.execute(
            update(revisions)
            .where(revisions.c.report == report)
            .values(hints="{}", name=None, code=None, reason=None, before=None)
        )
        connection.execute(update(reports).where(reports.c.id == report).values(bytes_left=False))
    return removed


def unfinished_erasures(archive: Archive) -> list[str]:
    """Give the erased reports whose bytes are not gone yet."""
    with archive.catalog.database.read() as connection:
        return list(connection.execute(select(reports.c.id).where(reports.c.bytes_left)).scalars())


def remove_unnamed(archive: Archive, kind: Kind, digest: str) -> bool:
    """Remove an object unless something names it; False when it stays."""
    database, key = archive.catalog.database, _key(kind, digest)
    naming = naming_query(kind, [digest])
    with database.write() as connection:
        lock_removing(database, connection)
        connection.execute(delete(removals).where(removals.c.key == key))
        connection.execute(
            insert_unless_there(database, removals), {"key": key, "begun_at": database.now(), "done_at": None}
        )
        if connection.execute(naming.limit(1)).first() is not None:
            connection.execute(delete(removals).where(removals.c.key == key))
            return False
    _remove(archive, key)
    with database.write() as connection:
        connection.execute(update(removals).where(removals.c.key == key).values(done_at=database.now()))
    return True


def _remove(archive: Archive, key: str) -> None:
    archive.objects.remove(key)
    # After the object, so that who packs it meanwhile either finds nothing to pack or is found by this.
    archive.objects.remove(packed_key(key))


def forget_removals(archive: Archive) -> None:
    """Finish removals that a dead process began, and forget old ones."""
    database = archive.catalog.database
    now = database.now()
    with database.read() as connection:
        begun = (
            connection.execute(
                select(removals.c.key).where(removals.c.done_at.is_(None), removals.c.begun_at < now - 60_000)
            )
            .scalars()
            .all()
        )
        old = connection.execute(
            select(removals.c.key).where(removals.c.done_at < now - KEPT).limit(1)
        ).first()
    for key in begun:
        _remove(archive, key)
        with database.write() as connection:
            connection.execute(
                update(removals)
                .where(removals.c.key == key, removals.c.done_at.is_(None))
                .values(done_at=now)
            )
    if old is not None:
        with database.write() as connection:
            connection.execute(delete(removals).where(removals.c.done_at < now - KEPT))


def find_orphans(archive: Archive, *, older_than: int = WEEK) -> Iterator[Orphan]:
    """Give the objects that nothing has named and that nobody has written for ``older_than`` milliseconds.

    Sources, contents, records (packed ones too), and revision objects that add nothing (``adopt`` takes in those that
    do).
    """
    horizon = archive.catalog.database.now() - older_than
    for kind, prefix in _WHERE:
        objects = (stat for stat in archive.objects.list(prefix) if stat.modified <= horizon)
        while batch := list(islice(objects, _AT_ONCE)):
            digests = [stat.key.rpartition("/")[2] for stat in batch]
            named = archive.catalog.reports.digests_named(
                kind, [digest for digest in digests if is_sha256(digest)]
            )
            for stat, digest in zip(batch, digests, strict=True):
                if digest not in named:
                    yield Orphan(stat.key, stat.size, stat.modified)
    revision_objects = (stat for stat in archive.objects.list("revisions/") if stat.modified <= horizon)
    while batch := list(islice(revision_objects, _AT_ONCE)):
        yield from _unknown_revisions(archive, batch)


def remove_orphan(archive: Archive, orphan: Orphan) -> bool:
    """Remove what ``find_orphans`` found, unless something has named it since."""
    kind, _, rest = orphan.key.partition("/")
    digest = rest.rpartition("/")[2]
    if kind in _KINDS and is_sha256(digest):
        return remove_unnamed(archive, next(known for known in _KINDS if known == kind), digest)
    archive.objects.remove(orphan.key)
    return True


def _unknown_revisions(archive: Archive, batch: list[ObjectStat]) -> Iterator[Orphan]:
    ids = {stat.key: revisions_in(stat.key) for stat in batch}
    known = archive.catalog.reports.known_revision_ids([name for names in ids.values() for name in names])
    for stat in batch:
        if known.isdisjoint(ids[stat.key]):
            yield Orphan(stat.key, stat.size, stat.modified)


def _key(kind: Kind, digest: str) -> str:
    return {"sources": source_key, "contents": content_key, "records": record_key}[kind](digest)
