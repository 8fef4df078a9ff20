"""`jiaokan archive check`: hash and replay what an archive holds, and name what is wrong."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .opened import data_option, opened
from .progress import progress_bar

if TYPE_CHECKING:
    from ..archive import Archive, Event, LedgerReader

PAGE: Final = 200
"""Ledger entries looked at together."""


@dataclass(slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    entries: int = 0
    editions: int = 0
    sources: set[str] = field(default_factory=set)
    flaws: list[str] = field(default_factory=list)


def events_of(archive: Archive, sample: int | None) -> Iterator[Event]:
    """Give every visible ledger entry, or so many taken by chance, in order."""
    ledger = archive.catalog.ledger
    last = ledger.head().visible
    if sample is not None and sample < last:
        for number in sorted(random.sample(range(1, last + 1), sample)):
            events, _ = ledger.events(after=number - 1, limit=1)
            yield from events
        return
    after = 0
    while after < last:
        events, upto = ledger.events(after=after, limit=PAGE)
        yield from events
        after = max(upto, events[-1].sequence) if events else last


def check_event(archive: Archive, event: Event, checked: Checked, reader: LedgerReader) -> None:
    """Check one ledger entry: its object, and source, content and record of the edition that it names."""
    from ..archive import ArchiveError, ObjectMissingError, UnavailableError
    from ..normalize.replay import ReplayError, verify

    flaws, where = checked.flaws, f"ledger entry {event.sequence} ({event.event} {event.report})"
    checked.entries += 1
    try:
        if reader.entry(event.sequence) != event:
            flaws.append(f"{where}: its object says something else than the catalog")
    except ObjectMissingError:
        flaws.append(f"{where}: its object is missing")
    except UnavailableError:
        raise
    except ArchiveError as error:
        flaws.append(f"{where}: its object is damaged: {error}")
    if event.content is None or event.record is None or event.revision is None:
        return
    if archive.catalog.reports.standing(event.report) == "erased":
        return  # its bytes are gone, as they should be
    where = f"{event.report}, edition {event.edition}"
    revision = archive.catalog.reports.revision(event.revision)
    if revision is None:
        flaws.append(f"{where}: the catalog has no revision {event.revision}")
        return
    content = _object(archive, "content", event.content, where, flaws)
    record = _object(archive, "record", event.record, where, flaws)
    source = _object(archive, "source", revision.source, where, flaws)
    _check_revision(archive, event.revision, where, flaws)
    if content is None or record is None or source is None:
        return
    checked.editions += 1
    checked.sources.add(revision.source)
    try:
        verify(content, record, source)
    except ReplayError as error:
        flaws.extend(f"{where}: {flaw}" for flaw in error.flaws)


def _object(archive: Archive, kind: str, digest: str, where: str, flaws: list[str]) -> bytes | None:
    from ..archive import ObjectMissingError, content_key, record_key, source_key

    key = {"content": content_key, "record": record_key, "source": source_key}[kind](digest)
    try:
        data = archive.objects.get(key)
    except ObjectMissingError:
        flaws.append(f"{where}: its {kind} {digest} is missing")
        return None
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        flaws.append(f"{where}: its {kind} {digest} is damaged, its bytes have SHA-256 {found}")
        return None
    return data


def _check_revision(archive: Archive, revision: str, where: str, flaws: list[str]) -> None:
    from ..archive import ArchiveError, ObjectMissingError, read_revision

    try:
        kept = read_revision(archive.objects, revision)
    except ObjectMissingError:
        flaws.append(f"{where}: the object of revision {revision} is missing")
        return
    except ArchiveError as error:
        flaws.append(f"{where}: the object of revision {revision} is damaged: {error}")
        return
    known = archive.catalog.reports.revision(revision)
    if known is None or (kept.report, kept.source, dict(kept.hints)) != (
        known.report,
        known.source,
        dict(known.hints),
    ):
        flaws.append(f"{where}: the object of revision {revision} says something else than the catalog")


@click.command()
@click.option("--sample", type=click.IntRange(1), help="Only so many ledger entries, taken by chance.")
@data_option
def check(sample: int | None, data: Path | None) -> None:
    """Hash and replay everything, or a sample; name what is wrong. Exit code 1 when something is.

    Every ledger entry, and of the edition that it names: source, content and record by their digests, the clean text
    replayed from the source, every place of the apparatus, every span.
    """
    from ..archive import LedgerReader, UnavailableError

    checked = Checked()
    with opened(data) as archive:
        head = archive.catalog.ledger.head()
        if head.assigned != head.visible:
            print(f"jiaokan: {head.assigned - head.visible} entries are not visible yet", file=sys.stderr)
        total = head.visible if sample is None else min(sample, head.visible)
        reader = LedgerReader(archive.objects)
        with progress_bar("check", total) as step:
            for event in events_of(archive, sample):
                before = len(checked.flaws)
                try:
                    check_event(archive, event, checked, reader)
                except UnavailableError as error:
                    checked.flaws.append(f"ledger entry {event.sequence}: {error}")
                for flaw in checked.flaws[before:]:
                    print(flaw, file=sys.stderr, flush=True)
                step(event.report)
        if sample is None and checked.entries != head.visible:
            checked.flaws.append(f"the catalog shows {checked.entries} entries of {head.visible}")
            print(checked.flaws[-1], file=sys.stderr)
    print(
        f"{checked.entries} ledger entries, {checked.editions} editions from {len(checked.sources)} sources checked: "
        f"{len(checked.flaws) or 'nothing'} wrong"
    )
    if checked.flaws:
        sys.exit(1)
