"""From a work item to an edition: claim, read, normalize, publish. Every way out is an outcome or a claim given back.

An outcome is *published*, *held*, *rejected* (the input's fault) or *parked* (ours). A part that does not answer is
neither: the claim goes back uncounted and comes due again.
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

from billiard.exceptions import SoftTimeLimitExceeded

from ..archive import (
    GRADES,
    Archive,
    Claim,
    Facts,
    Making,
    ObjectMissingError,
    RejectionNote,
    Revision,
    Settings,
    UnavailableError,
    WorkState,
    note_rejection,
    publish,
    source_key,
)
from ..archive.faults import step
from ..archive.publishing import hold
from ..edition import Edition, Metadata, Years
from ..normalize import Hints, Observe, RejectedError, normalize
from ..normalize.formats.child import DEFAULT_SECONDS, ReaderLostError, is_risky, read_in_child
from ..normalize.metadata import year_changed
from ..observing import EDITIONS, FAULTS, NORMALIZED_BYTES, count, timed
from .observed import stage_clock, watched

log = logging.getLogger(__name__)

Outcome = Literal[
    "nothing", "published", "held", "drafted", "rejected", "parked", "retry", "given-back", "unavailable"
]

INSIST: Final = 20.0
"""Seconds for which a worker that has an outcome insists on telling the catalog: a server's restart takes less."""

READING: Final = 0.8
"""Share of a task's time that a reader may take: what is left is for the text, and for telling how it ended."""

_LOST: Final = {"timeout": "out-of-time", "memory": "out-of-memory", "crash": "reader-crashed"}

Made = tuple[Claim, Making]
"""What is normalized, and may be stored and published with others."""

Fetch = Callable[[str], bytes]
"""Gives the object under a key, as ``Objects.get`` does."""

_REASON: Final = 2000
"""Characters of a traceback that are kept as the reason: its last lines say what happened."""


def process(archive: Archive, item: int, *, worker: str) -> Outcome:
    """Do one work item, if it can be claimed. Raises nothing but what ends the process.

    Args:
        archive: the archive.
        item: the work item's id, as a message carries it.
        worker: name of this worker and process, to tell whose lease it is.
    """
    began = time.time()
    claim = claim_one(archive, item, worker=worker)
    return claim if isinstance(claim, str) else process_claim(archive, claim, began)


def claim_one(archive: Archive, item: int, *, worker: str) -> Claim | Literal["nothing", "unavailable"]:
    """Claim one item by its number, or tell why not."""
    settings = archive.settings
    try:
        with step("commit-claim"):
            claim = archive.catalog.queue.claim(
                item, worker=worker, seconds=settings.lease, max_attempts=settings.max_attempts
            )
    except UnavailableError as error:
        # It waits in the catalog; the sweeper sends it again.
        log.warning("item %d not claimed: %s", item, error)
        return "unavailable"
    return claim or "nothing"


def process_claim(archive: Archive, claim: Claim, began: float) -> Outcome:
    """Do what was claimed, by itself."""
    with watched(archive, claim, began) as watch:
        outcome = attempt(archive, claim, partial(work_on, archive, claim))
        watch.ended(outcome)
    return outcome


def attempt(archive: Archive, claim: Claim, work: Callable[[], Outcome]) -> Outcome:
    """Do something for a claim, and end the claim in the way that fits what comes of it."""
    settings = archive.settings
    try:
        return work()
    except UnavailableError as error:
        delay = back_off(settings, claim.item.attempts)
        log.warning("given back for %.1f s: %s", delay, error)
        return give_back(archive, [claim], delay)
    except (SoftTimeLimitExceeded, MemoryError) as error:
        return cut_off(archive, claim, error)


def cut_off(archive: Archive, claim: Claim, error: Exception) -> Outcome:
    """End a claim whose limit of time or memory is reached."""
    settings = archive.settings
    if isinstance(error, MemoryError):
        reason = f"it needed more than {settings.memory_limit >> 20} MiB of memory"
        return _fail(archive, claim, "out-of-memory", reason)
    return _fail(archive, claim, "out-of-time", f"it took longer than {settings.soft_limit:g} s")


def give_back(archive: Archive, claims: Sequence[Claim], delay: float) -> Outcome:
    """Give claims back uncounted: a part is away, or others come first."""
    return _insist(lambda: archive.catalog.queue.give_back(*claims, delay=delay), "given-back")


def work_on(
    archive: Archive, claim: Claim, made: list[Made] | None = None, fetch: Fetch | None = None
) -> Outcome:
    """Take a claim to its outcome; or, with ``made``, to where it can be stored and published with others."""
    revision = claim.revision
    try:
        with timed("fetch"):
            data = (fetch or archive.objects.get)(source_key(revision.source))
    except ObjectMissingError:
        return _fail(
            archive, claim, "source-missing", f"the store has no {source_key(revision.source)}", final=True
        )
    found = hashlib.sha256(data).hexdigest()
    if found != revision.source:
        return _fail(archive, claim, "source-damaged", f"its bytes have SHA-256 {found}", final=True)
    try:
        with timed("normalize") as normalizing:
            making, edition = make(
                revision,
                data,
                archive.settings.profile,
                seconds=archive.settings.soft_limit * READING,
                observe=stage_clock(normalizing.span),
            )
    except RejectedError as error:
        return _reject(archive, claim, error)
    except ReaderLostError as error:
        return _fail(archive, claim, _LOST[error.cause], str(error))
    except (MemoryError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        # Normalizing is pure: what raised once raises again. A bug is not a finding and not the input's fault.
        log.exception("normalizing failed")
        reason = "".join(traceback.format_exception(error))[-_REASON:]
        return _fail(archive, claim, "error", reason, final=True)
    count(EDITIONS, making.facts.grade)
    count(NORMALIZED_BYTES, by=len(data))
    if claim.item.purpose == "draft":
        from .renormalizing import record_draft

        record_draft(archive, claim, making)
        return "drafted"
    grade = making.facts.grade
    if must_hold(grade, archive.settings.hold_below):
        why = f"its grade is {grade}, and editions below {archive.settings.hold_below} wait for a release"
        hold(archive, making, why, claim=claim)
        return "held"
    if revision.hints.get("parts"):
        from .parting import publish_parts

        # Before the claim ends: whoever takes over a dead worker's claim does it again, and it changes nothing.
        publish_parts(archive, revision, edition)
    if made is None or revision.hints.get("parts"):
        publish(archive, making, claim=claim)
    else:
        made.append((claim, making))
    return "published"


def make(
    revision: Revision,
    data: bytes,
    default_profile: str,
    *,
    seconds: float = DEFAULT_SECONDS,
    observe: Observe | None = None,
) -> tuple[Making, Edition]:
    """Normalize a revision's source: a pure function of the revision and its bytes.

    Sources whose readers rest on a large library in C are read in a child of this process, in ``seconds`` at most.
    ``observe`` is told the name of each step that ended, see ``normalize``; the last one is ``edition``: its two
    objects are written.

    Raises:
        RejectedError: the input cannot become an edition.
        ReaderLostError: the child that read it hung, crashed or ran out of memory.
    """
    hints = Hints.from_json(revision.hints)
    reading = read_in_child(data, hints, seconds) if is_risky(data) else None
    edition = normalize(
        data, hints=hints, profile=revision.profile or default_profile, reading=reading, observe=observe
    )
    if revision.before is not None:
        found = year_changed(_metadata_before(revision.before), edition.metadata)
        if found is not None:
            edition = replace(edition, located_findings=(*edition.located_findings, found))
    making = Making(
        revision.id, edition.fingerprint, edition.content_json(), edition.record_json(), facts_of(edition)
    )
    if observe is not None:
        observe("edition")
    return making, edition


def facts_of(edition: Edition) -> Facts:
    """Give what lists are filtered by; the same as ``Facts.of`` reads out of the two objects."""
    metadata = edition.metadata
    region = metadata.region
    return Facts(
        title=metadata.title,
        kind=metadata.kind,
        issuers=metadata.issuers,
        region=region.code if region else None,
        region_name=region.name if region else None,
        region_level=region.level if region else None,
        covers=(metadata.covers.first, metadata.covers.last) if metadata.covers else None,
        plans=(metadata.plans.first, metadata.plans.last) if metadata.plans else None,
        number=metadata.number,
        issued_on=metadata.issued_on,
        script=edition.script,
        grade=edition.quality.grade,
        characters=len(edition.text),
        sections=len(edition.sections),
    )


def must_hold(grade: str, least: str) -> bool:
    """Tell whether an edition of this grade waits for a person, when ``least`` is the worst that goes out at once.

    >>> must_hold("C", "B"), must_hold("B", "B"), must_hold("D", "")
    (True, False, False)
    """
    if not least or grade not in GRADES:
        return False
    return GRADES.index(grade) > GRADES.index(least)


def back_off(settings: Settings, attempts: int) -> float:
    """Give the seconds before the next attempt: doubled each time, half of it by chance, so that crowds part."""
    most: float = min(settings.retry_most, settings.retry_base * 2 ** max(0, attempts - 1))
    return most * (0.5 + random.random() / 2)  # noqa: S311 - nobody gains by guessing it


def _metadata_before(before: Any) -> Metadata:
    def years(name: str) -> Years | None:
        return Years(*before[name]) if before.get(name) else None

    return Metadata(covers=years("covers"), plans=years("plans"))


def _reject(archive: Archive, claim: Claim, error: RejectedError) -> Outcome:
    log.info("rejected: %s: %s", error.code, error.reason)
    if claim.item.purpose == "draft":
        from .renormalizing import record_rejection

        record_rejection(archive, claim, error)
        return "rejected"
    note_rejection(archive, RejectionNote(claim.revision.id, error.code, error.reason))
    _insist(lambda: archive.catalog.queue.reject(claim, code=error.code, reason=error.reason), "rejected")
    return "rejected"


def _fail(archive: Archive, claim: Claim, code: str, reason: str, *, final: bool = False) -> Outcome:
    settings = archive.settings
    count(FAULTS, code)
    log.error("%s: %s", code, reason)
    if claim.item.purpose == "draft" and (final or claim.item.attempts >= settings.max_attempts):
        from .renormalizing import record_failure

        record_failure(archive, claim, code, reason)

    state: list[WorkState] = []

    def tell() -> None:
        state[:] = [
            archive.catalog.queue.fail(
                claim,
                code=code,
                reason=reason,
                delay=back_off(settings, claim.item.attempts),
                max_attempts=settings.max_attempts,
                final=final,
            )
        ]

    if _insist(tell, "retry") == "unavailable":
        return "unavailable"
    return "parked" if state == ["parked"] else "retry"


def _insist(tell: Callable[[], Any], outcome: Outcome) -> Outcome:
    """Tell the catalog how a claim ended, for as long as a server may take to come back; else the lease runs out."""
    until = time.monotonic() + INSIST
    pause = 0.1
    while True:
        try:
            tell()
        except UnavailableError as error:
            if time.monotonic() + pause > until:
                log.warning("the catalog was not told (%s): the lease will run out", error)
                return "unavailable"
            time.sleep(pause)
            pause = min(2.0, pause * 2)
        else:
            return outcome


__all__ = [
    "Outcome",
    "attempt",
    "back_off",
    "claim_one",
    "facts_of",
    "make",
    "must_hold",
    "process",
    "process_claim",
    "work_on",
]
