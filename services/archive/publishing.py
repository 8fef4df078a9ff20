"""From a draft to something a consumer can see: number it, write its ledger entry, reveal it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..edition import to_json
from .archive import Archive
from .errors import ArchiveError, RemovedMeanwhileError
from .faults import step
from .names import content_key, ledger_key, record_key
from .times import from_rfc3339, to_rfc3339
from .values import EVENT_KINDS, Claim, Draft, Event, Facts

LEDGER_SCHEMA: Final = "jiaokan/ledger/1"


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


def write_entry(archive: Archive, event: Event) -> int:
    """Put a ledger entry and reveal it. Doing it twice, or in two processes, gives the same bytes and one event."""
    with step("put-entry"):
        archive.objects.put(ledger_key(event.sequence), entry_json(event), media_type="application/json")
    with step("commit-reveal"):
        return archive.catalog.ledger.reveal(event.sequence)


def entry_json(event: Event) -> bytes:
    """Give the object that keeps a ledger entry. No title and no text stand in it: entries outlive an erasure."""
    return to_json(
        {
            "schema": LEDGER_SCHEMA,
            "sequence": event.sequence,
            "event": event.event,
            "report": event.report,
            "at": to_rfc3339(event.at),
            "edition": event.edition,
            "revision": event.revision,
            "fingerprint": event.fingerprint,
            "content": event.content and {"sha256": event.content, "bytes": event.content_bytes},
            "record": event.record and {"sha256": event.record, "bytes": event.record_bytes},
            "data": event.data,
        }
    )


def entry_from_json(data: bytes) -> Event:
    """Read what ``entry_json`` wrote.

    Raises:
        ArchiveError: it is something else.
    """
    try:
        value = json.loads(data)
        if value["schema"] != LEDGER_SCHEMA or value["event"] not in EVENT_KINDS:
            raise ArchiveError(f"a ledger entry of schema {value['schema']!r}, event {value['event']!r}")
        content, record = value["content"] or {}, value["record"] or {}
        return Event(
            sequence=value["sequence"],
            event=value["event"],
            report=value["report"],
            at=from_rfc3339(value["at"]),
            edition=value["edition"],
            revision=value["revision"],
            fingerprint=value["fingerprint"],
            content=content.get("sha256"),
            content_bytes=content.get("bytes", 0),
            record=record.get("sha256"),
            record_bytes=record.get("bytes", 0),
            data=value["data"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"not a ledger entry: {error!r}") from error
