"""Revisions in the object store: an object holds one, or a pack of some that came at the same time.

What is entered together is written together (ADR 112). The ids of a pack stand in its name. A revision may stand there
twice, in a pack and alone, when a process died that was taking the pack apart; both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..edition import to_json
from .errors import ArchiveError, ObjectMissingError
from .names import revision_key, revision_pack_key, revisions_in, revisions_of_time
from .objects import Objects
from .packs import pack_json, unpacked
from .times import from_rfc3339, to_rfc3339
from .values import Revision

if TYPE_CHECKING:
    from .archive import Archive

REVISION_SCHEMA: Final = "jiaokan/revision/1"
PACK_SCHEMA: Final = "jiaokan/revision-pack/1"


def revisions_object(revisions: Sequence[Revision]) -> tuple[str, bytes]:
    """Give key and bytes of the object that keeps these revisions, whose ids have the same millisecond."""
    if len(revisions) == 1:
        return revision_key(revisions[0].id), revision_json(revisions[0])
    key = revision_pack_key([revision.id for revision in revisions])
    return key, pack_json(PACK_SCHEMA, "revisions", map(_told, revisions))


def revision_json(revision: Revision) -> bytes:
    """Give the object that keeps a revision. What happens to it later (its state) does not stand in it."""
    return to_json(_told(revision))


def revision_from_json(data: bytes) -> Revision:
    """Read what ``revision_json`` wrote.

    Raises:
        ArchiveError: it is something else.
    """
    revisions = revisions_from_json(data)
    if len(revisions) != 1:
        raise ArchiveError(f"an object of {len(revisions)} revisions")
    return revisions[0]


def revisions_from_json(data: bytes) -> tuple[Revision, ...]:
    """Read what ``revisions_object`` wrote.

    Raises:
        ArchiveError: it is something else.
    """
    return unpacked(data, PACK_SCHEMA, "revisions", _read, what="revision object")


def read_revision(objects: Objects, revision: str) -> Revision:
    """Read a revision's object, or the pack that holds it.

    Raises:
        ObjectMissingError: there is none.
        ArchiveError: it is something else.
    """
    key = revision_key(revision)
    try:
        data = objects.get(key)
    except ObjectMissingError:
        # Or it was in a pack that has been taken apart since.
        key = next(_packs_of(objects, revision), key)
        data = objects.get(key)
    for read in revisions_from_json(data):
        if read.id == revision:
            return read
    raise ArchiveError(f"{key} does not speak of revision {revision}")


def drop_revision(archive: Archive, revision: str) -> None:
    """Remove what the store keeps of a revision; the others of its pack become objects of their own.

    Safe to repeat. Of two that take a pack apart at once, one may put a revision again that the other has dropped: so
    each looks whether the others' reports are erased after it has put them.
    """
    objects = archive.objects
    for pack in list(_packs_of(objects, revision)):
        try:
            others = [read for read in revisions_from_json(objects.get(pack)) if read.id != revision]
        except ObjectMissingError:
            continue  # someone else has taken it apart
        for other in others:
            objects.put(revision_key(other.id), revision_json(other), media_type="application/json")
        objects.remove(pack)
        for other in others:
            if archive.catalog.reports.standing(other.report) == "erased":
                objects.remove(revision_key(other.id))
    objects.remove(revision_key(revision))


def _packs_of(objects: Objects, revision: str) -> Iterator[str]:
    for stat in objects.list(revisions_of_time(revision)):
        ids = revisions_in(stat.key)
        if len(ids) > 1 and revision in ids:
            yield stat.key


def _told(revision: Revision) -> dict[str, Any]:
    return {
        "schema": REVISION_SCHEMA,
        "id": revision.id,
        "report": revision.report,
        "source": {"sha256": revision.source, "bytes": revision.source_bytes},
        "hints": revision.hints,
        "profile": revision.profile,
        "labels": revision.labels,
        "name": revision.name,
        "by": revision.by,
        "origin": revision.origin,
        "parent": revision.parent,
        "before": revision.before,
        "accepted_at": to_rfc3339(revision.accepted_at),
    }


def _read(value: Any) -> Revision:
    if value["schema"] != REVISION_SCHEMA:
        raise ArchiveError(f"a revision object of schema {value['schema']!r}")
    return Revision(
        id=value["id"],
        report=value["report"],
        source=value["source"]["sha256"],
        source_bytes=value["source"]["bytes"],
        hints=value["hints"],
        profile=value["profile"],
        labels=tuple(value["labels"]),
        name=value["name"],
        by=value["by"],
        origin=value["origin"],
        parent=value["parent"],
        before=value["before"],
        accepted_at=from_rfc3339(value["accepted_at"]),
    )
