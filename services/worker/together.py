"""Several items at a time: what waits in the catalog without a message is claimed and published together.

See ADR 0056: a transaction and a put cost the same for sixteen reports as for one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Final

from billiard.exceptions import SoftTimeLimitExceeded

from ..archive import (
    Archive,
    Claim,
    Draft,
    Making,
    Queue,
    UnavailableError,
    publish,
    publish_together,
    source_key,
    store,
)
from ..archive.faults import step
from ..observing import traced
from .observed import watched
from .processing import (
    Fetch,
    Made,
    Outcome,
    attempt,
    back_off,
    claim_one,
    cut_off,
    give_back,
    process_claim,
    work_on,
)

log = logging.getLogger(__name__)

TOGETHER: Final[dict[Queue, int]] = {"interactive": 4, "bulk": 16}
"""Items taken and published together at most. Someone may wait for each of the interactive ones, so they are few."""

_AWAY: Final = frozenset({"unavailable", "given-back"})

HANDS: Final = 8
"""Threads in which a worker speaks to the store at once: a put waits for a disk or a network, not for a processor."""

FETCHED_AHEAD: Final = 1 << 20
"""Bytes of a source that is fetched before its turn, so that sixteen of them stay small beside a worker's memory."""

Ready = tuple[Claim, Making, Draft]
"""What is normalized and stored, and may be published with others."""

TOGETHER_SECONDS: Final = 0.5
"""Seconds after which no other item is begun before what is ready is published."""


def process_message(archive: Archive, item: int, *, worker: str) -> Outcome:
    """Do the item that a message names; with a fresh one that nobody waits for, what else waits in its queue, too.

    Gives the outcome of the item itself, or that of another for which a part was away.
    """
    began = time.time()
    claim = claim_one(archive, item, worker=worker)
    if isinstance(claim, str):
        return claim
    if claim.item.queue != "bulk" or claim.item.attempts > 1:
        return process_claim(archive, claim, began)
    outcomes = _do(archive, [claim, *_claim(archive, "bulk", TOGETHER["bulk"] - 1, worker)], began)
    return next((outcome for outcome in outcomes if outcome in _AWAY), outcomes[0])


def process_waiting(archive: Archive, queue: Queue, *, worker: str) -> int:
    """Do some of the items that wait without a message, and publish together what comes of them.

    Gives how many were done; 0 when nothing waits, or when a part is away. Raises nothing but what ends the process.
    """
    began = time.time()
    claims = _claim(archive, queue, TOGETHER[queue], worker)
    outcomes = _do(archive, claims, began)
    return 0 if _AWAY & set(outcomes) else len(outcomes)


def _claim(archive: Archive, queue: Queue, limit: int, worker: str) -> Sequence[Claim]:
    try:
        with step("commit-claim"):
            return archive.catalog.queue.claim_fresh(
                queue, worker=worker, seconds=archive.settings.lease, limit=limit
            )
    except UnavailableError as error:
        log.warning("nothing claimed: %s", error)
        return ()


def _do(archive: Archive, claims: Sequence[Claim], began: float) -> list[Outcome]:
    """Take claims to their outcomes, in order; gives those of the ones that were begun."""
    made: list[Made] = []
    watches: dict[int, watched] = {}
    outcomes: dict[int, Outcome] = {}
    with _fetching(archive, claims) as fetch:
        until = time.monotonic() + TOGETHER_SECONDS
        for claim in claims:
            if outcomes and (time.monotonic() > until or _AWAY & set(outcomes.values())):
                break
            with watched(archive, claim, began) as watch:
                outcomes[claim.item.id] = attempt(
                    archive, claim, partial(work_on, archive, claim, made, fetch)
                )
                if made and made[-1][0] is claim:
                    watches[claim.item.id] = watch
                else:
                    watch.ended(outcomes[claim.item.id])
            began = time.time()
    if len(outcomes) < len(claims):
        give_back(archive, claims[len(outcomes) :], 0.0)
    for claim, outcome in _publish_made(archive, made):
        outcomes[claim.item.id] = outcome
        watches[claim.item.id].ended_with_others(outcome, began=began)
    return list(outcomes.values())


@contextmanager
def _fetching(archive: Archive, claims: Sequence[Claim]) -> Iterator[Fetch | None]:
    """Have the sources of several claims fetched at once; large ones, and that of a single claim, wait their turn."""
    small = [claim.revision for claim in claims if claim.revision.source_bytes <= FETCHED_AHEAD]
    if len(small) < 2:
        yield None
        return
    with ThreadPoolExecutor(min(HANDS, len(small))) as hands:
        coming = {
            key: hands.submit(archive.objects.get, key)
            for key in {source_key(revision.source) for revision in small}
        }
        try:
            yield lambda key: coming[key].result() if key in coming else archive.objects.get(key)
        finally:
            hands.shutdown(wait=False, cancel_futures=True)


def _publish_made(archive: Archive, made: list[Made]) -> list[tuple[Claim, Outcome]]:
    """Store and publish what is made, together what can be, the rest one by one; tells what became of each."""
    left: Sequence[Ready] = ()
    ready: list[Ready] = []
    outcomes: list[tuple[Claim, Outcome]] = []
    try:
        outcomes += _store_all(archive, made, ready)
        left = ready
        if len(ready) > 1:
            with traced("publish-together", parent=ready[0][0].item.trace, items=len(ready)):
                left = publish_together(archive, ready)
            alone = {claim.item.id for claim, _, _ in left}
            outcomes += [(claim, "published") for claim, _, _ in ready if claim.item.id not in alone]
    except UnavailableError as error:
        log.warning("%d items given back: %s", len(ready), error)
        outcome = give_back(archive, [claim for claim, _, _ in ready], back_off(archive.settings, 1))
        return outcomes + [(claim, outcome) for claim, _, _ in ready]
    except (SoftTimeLimitExceeded, MemoryError) as error:
        ended = {claim.item.id for claim, _ in outcomes}
        return outcomes + [
            (claim, cut_off(archive, claim, error)) for claim, _ in made if claim.item.id not in ended
        ]
    for claim, making, _ in left:
        outcomes.append((claim, attempt(archive, claim, partial(_publish, archive, making, claim))))
    return outcomes


def _store_all(archive: Archive, made: list[Made], ready: list[Ready]) -> list[tuple[Claim, Outcome]]:
    """Store what is made, several at once, and add it to ``ready``; gives the outcomes of those that could not be."""
    if not made:
        return []
    with ThreadPoolExecutor(min(HANDS, len(made))) as hands:
        storing = [hands.submit(_store, archive, claim, making) for claim, making in made]
    failed: list[tuple[Claim, Outcome]] = []
    for (claim, making), stored in zip(made, storing, strict=True):

        def take() -> Outcome:
            ready.append((claim, making, stored.result()))  # noqa: B023 - called at once
            return "published"

        outcome = attempt(archive, claim, take)
        if outcome != "published":
            failed.append((claim, outcome))
    return failed


def _store(archive: Archive, claim: Claim, making: Making) -> Draft:
    trace = claim.item.trace
    with traced("store", parent=trace) if trace else nullcontext():
        return store(archive, making)


def _publish(archive: Archive, making: Making, claim: Claim) -> Outcome:
    publish(archive, making, claim=claim)
    return "published"


__all__ = ["process_message", "process_waiting"]
