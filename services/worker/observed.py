"""What a worker tells of a claim: its place in the trace and in the logs, how long it waited, how it ended."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Final, Self

from ..archive import Archive, Claim
from ..normalize import Observe
from ..observing import (
    ATTEMPTS,
    OUTCOMES,
    REPORT_SECONDS,
    STAGE_SECONDS,
    WAIT_SECONDS,
    Span,
    bind,
    count,
    is_metered,
    is_traced,
    observe,
    traced,
    unbind,
)

log = logging.getLogger(__name__)

TELL_EVERY: Final = 1.0
"""Seconds for which times of stages are added up before they are told: fifty counters a report would cost 2 % of it."""

SLOW: Final = 5.0
"""Seconds of one stage from which on it is told in the log: the slowest report known takes 0.6 s altogether."""

_spent: dict[str, float] = {}
_told_at = 0.0


class watched:  # noqa: N801 - read as a statement: `with watched(…) as watch:`
    """A claim from here to its outcome."""

    __slots__ = ("_archive", "_began", "_bound", "_claim", "_span", "_traced")

    def __init__(self, archive: Archive, claim: Claim, began: float) -> None:
        item = claim.item
        self._archive = archive
        self._claim = claim
        self._began = began
        self._span: Span | None = None
        self._traced = traced(
            "process",
            parent=item.trace,
            began=began,
            report=item.report,
            revision=item.revision,
            item=item.id,
            purpose=item.purpose,
            attempt=item.attempts,
        )
        self._bound = bind(report=item.report, revision=item.revision, item=item.id)

    def __enter__(self) -> Self:
        item = self._claim.item
        self._span = self._traced.__enter__()
        if self._span is not None:
            # Which trace it belongs to is known only now that it is claimed.
            with traced("commit-claim", began=self._began):
                pass
        if is_metered():
            count(ATTEMPTS, item.queue, item.purpose)
            if item.attempts == 1 and item.purpose == "publish":
                observe(WAIT_SECONDS, item.queue, value=self._age())
        return self

    def ended(self, outcome: str) -> None:
        """Tell how the claim ended."""
        item = self._claim.item
        count(OUTCOMES, outcome)
        if is_metered() and outcome == "published":
            observe(REPORT_SECONDS, item.queue, value=self._age())
        if self._span is not None:
            self._span.note({"jiaokan.outcome": outcome})
        log.info("%s", outcome)

    def ended_with_others(self, outcome: str, *, began: float) -> None:
        """Tell the same once it is published together with others, which ``began`` then.

        Its span is over by that time, so its trace gets another one.
        """
        item = self._claim.item
        self._span = None
        bound = bind(report=item.report, revision=item.revision, item=item.id)
        if item.trace is None:
            self.ended(outcome)
        else:
            with traced("published-with-others", parent=item.trace, began=began) as self._span:
                self.ended(outcome)
        unbind(bound)

    def _age(self) -> float:
        return max(0.0, (self._archive.catalog.database.now() - self._claim.item.created_at) / 1000)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._traced.__exit__(kind, error, trace)
        unbind(self._bound)
        if _spent and time.monotonic() - _told_at > TELL_EVERY:
            tell_stages()


def stage_clock(span: Span | None = None) -> Observe | None:
    """Give what takes the times of a normalization's steps from now on; None when nobody wants them.

    Args:
        span: where each step becomes an event.
    """
    if not (is_metered() or is_traced()):
        return None
    last = time.perf_counter()

    def ended(step: str) -> None:
        nonlocal last
        now = time.perf_counter()
        took, last = now - last, now
        _spent[step] = _spent.get(step, 0.0) + took
        if span is not None:
            span.event(step, {"seconds": took})
        if took > SLOW:
            log.warning("stage %s took %.1f s", step, took)

    return ended


def tell_stages() -> None:
    """Tell what the stages took since the last time."""
    global _told_at  # noqa: PLW0603 - a process does one report at a time
    _told_at = time.monotonic()
    for stage, seconds in _spent.items():
        count(STAGE_SECONDS, stage, by=seconds)
    _spent.clear()
