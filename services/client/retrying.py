"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

UNSENT: Final = "unsent"
"""No connection was made: nobody can have seen the request."""

LOST: Final = "lost"
"""The connection broke: the request may have been served, and its answer lost."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently.

    Attributes:
        tries: attempts in all; 1 never tries again.
        first: seconds before the second attempt, doubled each time.
        most: seconds between two attempts at most, whatever Retry-After says; above it the error is raised at once.
        spread: share of each pause that is left to chance, so that many clients do not come back at once.
    """

    tries: int = 6
    first: float = 0.5
    most: float = 60.0
    spread: float = 0.25

    def pause(
        self, attempt: int, outcome: int | str, *, repeatable: bool, retry_after: str | None = None
    ) -> float | None:
        """Tell how many seconds to wait before the next attempt; None: there is none.

        Args:
            attempt: how many were made.
            outcome: an HTTP status, ``UNSENT`` or ``LOST``.
            repeatable: whether the request may be served twice.
            retry_after: the field of the answer: seconds or an HTTP date.
        """
        if attempt >= self.tries:
            return None
        # 429 is said before anything is done, so whatever was asked may be asked again.
        if not (outcome in (UNSENT, 429) or (repeatable and outcome in (LOST, 502, 503, 504))):
            return None
        told = _seconds(retry_after)
        if told is not None:
            return told if told <= self.most else None
        pause: float = min(self.first * 2.0 ** (attempt - 1), self.most)
        return pause * (1 - self.spread * random.random())  # noqa: S311 - no secret, only scatter


def _seconds(said: str | None) -> float | None:
    """Read Retry-After (RFC 9110 10.2.3)."""
    if not said:
        return None
    if said.strip().isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    import time

    return max(0.0, at.timestamp() - time.time())
