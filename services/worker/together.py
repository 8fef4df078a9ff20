"""Several items at a time: what waits in the catalog without a message is claimed and published together.

See ADR 0056: a transaction and a put cost the same for sixteen reports as for one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from billiard.exceptions import SoftTimeLimitExceeded

from ..archive import Archive, Claim, Making, Queue, UnavailableError, publish, publish_together
from ..archive.faults import step
from ..observing import traced
from .observed import watched
from .processing import (
    Outcome,
    Ready,
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
    ready: list[Ready] = []
    watches: dict[int, watched] = {}
    outcomes: dict[int, Outcome] = {}
    until = time.monotonic() + TOGETHER_SECONDS
    for claim in claims:
        if outcomes and (time.monotonic() > until or _AWAY & set(outcomes.values())):
            break
        with watched(archive, claim, began) as watch:
            outcomes[claim.item.id] = attempt(archive, claim, partial(work_on, archive, claim, ready))
            if ready and ready[-1][0] is claim:
                watches[claim.item.id] = watch
            else:
                watch.ended(outcomes[claim.item.id])
        began = time.time()
    if len(outcomes) < len(claims):
        give_back(archive, claims[len(outcomes) :], 0.0)
    for claim, outcome in _publish_ready(archive, ready):
        outcomes[claim.item.id] = outcome
        watches[claim.item.id].ended_with_others(outcome, began=began)
    return list(outcomes.values())


def _publish_ready(archive: Archive, ready: list[Ready]) -> list[tuple[Claim, Outcome]]:
    """Publish what is ready, together what can be, the rest one by one; tells what became of each."""
    left = ready
    outcomes: list[tuple[Claim, Outcome]] = []
    try:
        if len(ready) > 1:
            with traced("publish-together", parent=ready[0][0].item.trace, items=len(ready)):
                left = publish_together(archive, ready)
            alone = {claim.item.id for claim, _, _ in left}
            outcomes += [(claim, "published") for claim, _, _ in ready if claim.item.id not in alone]
    except UnavailableError as error:
        log.warning("%d items given back: %s", len(ready), error)
        outcome = give_back(archive, [claim for claim, _, _ in ready], back_off(archive.settings, 1))
        return [(claim, outcome) for claim, _, _ in ready]
    except (SoftTimeLimitExceeded, MemoryError) as error:
        return [(claim, cut_off(archive, claim, error)) for claim, _, _ in ready]
    for claim, making, _ in left:
        outcomes.append((claim, attempt(archive, claim, partial(_publish, archive, making, claim))))
    return outcomes


def _publish(archive: Archive, making: Making, claim: Claim) -> Outcome:
    publish(archive, making, claim=claim)
    return "published"


__all__ = ["process_message", "process_waiting"]
