"""From a draft to something a consumer can see: number it, write its ledger entry, reveal it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .archive import Archive
from .entries import entries_object
from .errors import RemovedMeanwhileError
from .faults import step
from .names import content_key, record_key
from .values import Claim, Draft, Event, Facts

log = logging.getLogger(__name__)

TOLD_BY_WORKER: Final = frozenset(("added", "source-revised"))
"""Events that a worker's own line tells of, with what it was made for."""


@dataclass(frozen=True, slots=True)
class Making:
    """What the library made of a revision: the bytes of content and record, and what is to be known of them."""

    revision: str
    fingerprint: str
    content: bytes
    record: bytes
    facts: Facts

    def draft(self, *, at: int, held: str | None = None) -> Draft:
        """Describe it as the catalog keeps it."""
        return Draft(
            revision=self.revision,
            fingerprint=self.fingerprint,
            content=hashlib.sha256(self.content).hexdigest(),
            content_bytes=len(self.content),
            record=hashlib.sha256(self.record).hexdigest(),
            record_bytes=len(self.record),
            facts=self.facts,
            made_at=at,
            held=held,
        )


def store(archive: Archive, making: Making, *, held: str | None = None) -> Draft:
    """Put content and record; the catalog does not know of them yet."""
    draft = making.draft(at=archive.catalog.database.now(), held=held)
    with step("put-content"):
        archive.objects.put(content_key(draft.content), making.content, media_type="application/json")
    with step("put-record"):
        archive.objects.put(record_key(draft.record), making.record, media_type="application/json")
    return draft


def publish(
    archive: Archive, making: Making, *, claim: Claim | None = None, data: Mapping[str, Any] | None = None
) -> Event | None:
    """Store what was made and publish it; None when it was published already.

    With ``claim``, its work item is finished in the same transaction that numbers the edition.
    """
    draft = store(archive, making)
    with step("commit-edition"):
        try:
            event = archive.catalog.ledger.publish(draft, claim=claim, data=data)
        except RemovedMeanwhileError:
            draft = store(archive, making)
            event = archive.catalog.ledger.publish(draft, claim=claim, data=data, put_again=True)
    if event is not None:
        write_entry(archive, event)
    return event


def hold(archive: Archive, making: Making, why: str, *, claim: Claim | None = None) -> Draft:
    """Store what was made without publishing it; ``release`` does that later."""
    return keep(archive, making, held=why, claim=claim)


def keep(archive: Archive, making: Making, *, held: str | None = None, claim: Claim | None = None) -> Draft:
    """Store what was made as a draft; gives the draft that stands there now."""
    draft = store(archive, making, held=held)
    try:
        return archive.catalog.ledger.keep_draft(draft, claim=claim)
    except RemovedMeanwhileError:
        draft = store(archive, making, held=held)
        return archive.catalog.ledger.keep_draft(draft, claim=claim, put_again=True)


def publish_draft(archive: Archive, draft: Draft, *, data: Mapping[str, Any] | None = None) -> Event | None:
    """Publish a draft that the catalog keeps; None when it was published already."""
    event = archive.catalog.ledger.publish(draft, data=data)
    if event is not None:
        write_entry(archive, event)
    return event


def publish_together(
    archive: Archive, ready: Sequence[tuple[Claim, Making, Draft]]
) -> list[tuple[Claim, Making, Draft]]:
    """Publish what was made of several claims and stored: one transaction, one ledger object for all.

    Gives those that could not go with the others, their claims unfinished: ``publish`` each of them.
    """
    with step("commit-edition"):
        events = archive.catalog.ledger.publish_fresh([(draft, claim) for claim, _, draft in ready])
    if events:
        write_entries(archive, events)
    published = {event.revision for event in events}
    return [one for one in ready if one[0].revision.id not in published]


def write_entry(archive: Archive, event: Event) -> int:
    """Put a ledger entry and reveal it. Doing it twice, or in two processes, gives the same bytes and one event."""
    return write_entries(archive, (event,))


def write_entries(archive: Archive, events: Sequence[Event]) -> int:
    """Put ledger entries that follow one another, as one object, and reveal them."""
    for event in events:
        if event.event not in TOLD_BY_WORKER:
            about = {"report": event.report, "revision": event.revision}
            log.info("ledger entry %d: %s", event.sequence, event.event, extra=about)
    key, data = entries_object(events)
    with step("put-entry"):
        archive.objects.put(key, data, media_type="application/json")
    with step("commit-reveal"):
        return archive.catalog.ledger.reveal(events[0].sequence, events[-1].sequence)
