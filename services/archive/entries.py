"""The ledger in the object store: an object holds one entry, or a pack of entries that follow one another.

What is published together is written together: a put costs a millisecond and more on either side. Entries may stand
there twice, in a pack and alone, when a sweeper wrote what it took for left behind; they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from ..edition import to_json
from .errors import ArchiveError, ObjectMissingError
from .names import ledger_key, ledger_pack_key
from .objects import Objects
from .packs import pack_json, unpacked
from .times import from_rfc3339, to_rfc3339
from .values import EVENT_KINDS, Event

LEDGER_SCHEMA: Final = "jiaokan/ledger/1"
PACK_SCHEMA: Final = "jiaokan/ledger-pack/1"

PACKED_MOST: Final = 64
"""Entries in one object at most; whoever looks for one entry need not look further back."""


def entry_json(event: Event) -> bytes:
    """Give the object that keeps a ledger entry. No title and no text stand in it: entries outlive an erasure."""
    return to_json(_entry(event))


def entries_object(events: Sequence[Event]) -> tuple[str, bytes]:
    """Give key and bytes of the object that keeps these entries, which follow one another."""
    first, last = events[0].sequence, events[-1].sequence
    if first == last:
        return ledger_key(first), entry_json(events[0])
    assert last - first + 1 == len(events) <= PACKED_MOST, (first, last, len(events))
    return ledger_pack_key(first, last), pack_json(PACK_SCHEMA, "entries", map(_entry, events))


def entries_from_json(data: bytes) -> tuple[Event, ...]:
    """Read what ``entries_object`` wrote.

    Raises:
        ArchiveError: it is something else.
    """
    return unpacked(data, PACK_SCHEMA, "entries", _event, what="ledger entry")


class LedgerReader:
    """Finds entries in the store; keeps the pack that it read last, because entries are asked for in order."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._read: dict[int, Event] = {}

    def entry(self, sequence: int) -> Event:
        """Give one entry as the store has it.

        Raises:
            ObjectMissingError: there is none.
            ArchiveError: its object is something else.
        """
        if sequence not in self._read:
            events = entries_from_json(self._bytes(sequence))
            self._read = {event.sequence: event for event in events}
        try:
            return self._read[sequence]
        except KeyError:
            raise ArchiveError(f"the object of ledger entry {sequence} holds {sorted(self._read)}") from None

    def _bytes(self, sequence: int) -> bytes:
        try:
            return self._objects.get(ledger_key(sequence))
        except ObjectMissingError:
            for key, first, last in self._packs(sequence):
                if first <= sequence <= last:
                    return self._objects.get(key)
            raise

    def _packs(self, sequence: int) -> Iterator[tuple[str, int, int]]:
        before = ledger_key(max(0, sequence - PACKED_MOST))
        # An entry may stand alone besides its pack: twice as many objects at most.
        for stat in islice(self._objects.list("ledger/", after=before), 2 * PACKED_MOST):
            name = stat.key.removeprefix("ledger/").removesuffix(".json")
            first, _, last = name.partition("-")
            if first.isdecimal() and last.isdecimal():
                yield stat.key, int(first), int(last)


def _entry(event: Event) -> dict[str, Any]:
    return {
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


def _event(value: Any) -> Event:
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
