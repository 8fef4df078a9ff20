"""From a draft to something a consumer can see: number it, write its ledger entry, reveal it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ..edition import to_json
from .archive import Archive
from .errors import ArchiveError
from .faults import reach
from .names import content_key, ledger_key, record_key
from .times import from_rfc3339, to_rfc3339
from .values import EVENT_KINDS, Claim, Draft, Event, Facts

LEDGER_SCHEMA: Final = "jiaokan/ledger/1"


def store_draft(
    archive: Archive,
    *,
    revision: str,
    fingerprint: str,
    content: bytes,
    record: bytes,
    content_sha256: str,
    record_sha256: str,
    facts: Facts,
    held: str | None = None,
) -> Draft:
    """Put content and record of a draft; the catalog does not know of it yet."""
    reach("put-content:before")
    archive.objects.put(content_key(content_sha256), content, media_type="application/json")
    reach("put-content:after")
    reach("put-record:before")
    archive.objects.put(record_key(record_sha256), record, media_type="application/json")
    reach("put-record:after")
    return Draft(
        revision=revision,
        fingerprint=fingerprint,
        content=content_sha256,
        content_bytes=len(content),
        record=record_sha256,
        record_bytes=len(record),
        facts=facts,
        made_at=archive.catalog.database.now(),
        held=held,
    )


def publish(
    archive: Archive, draft: Draft, *, claim: Claim | None = None, data: Mapping[str, Any] | None = None
) -> Event | None:
    """Publish a draft whose objects are stored; None when it was published already.

    With ``claim``, its work item is finished in the same transaction that numbers the edition.
    """
    reach("commit-edition:before")
    event = archive.catalog.ledger.publish(draft, claim=claim, data=data)
    reach("commit-edition:after")
    if event is not None:
        write_entry(archive, event)
    return event


def write_entry(archive: Archive, event: Event) -> int:
    """Put a ledger entry and reveal it. Doing it twice, or in two processes, gives the same bytes and one event."""
    reach("put-entry:before")
    archive.objects.put(ledger_key(event.sequence), entry_json(event), media_type="application/json")
    reach("put-entry:after")
    reach("commit-reveal:before")
    visible = archive.catalog.ledger.reveal(event.sequence)
    reach("commit-reveal:after")
    return visible


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
