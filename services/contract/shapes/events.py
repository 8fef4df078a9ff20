"""The ledger as it is told: the feed, and subscriptions to it."""

from __future__ import annotations

from typing import Literal

from ..kinds import EventKind
from ..typed import TypedDict


class Event(TypedDict):
    """An entry of the ledger: ids and numbers, never text."""

    sequence: int
    event: EventKind
    report: str
    edition: int | None
    revision: str | None
    content: str | None
    record: str | None
    at: str
    href: str


class Feed(TypedDict):
    """Events in order; ``next`` is the number up to which nothing is missing, and what to ask with next time."""

    events: list[Event]
    next: int


class Done(TypedDict):
    """The event that a change of a report's standing gave; null where it was erased already."""

    event: Event | None


class Subscription(TypedDict):
    """Where changes are delivered to, and how far; ``reached`` is the last sequence that was told."""

    id: str
    url: str
    state: Literal["active", "paused", "disabled"]
    reached: int
    failures: int
    failing_since: str | None
    last_status: str | None
    created_at: str


class MadeSubscription(Subscription):
    """A new subscription with its secret, which is shown this once."""

    secret: str


class Subscriptions(TypedDict):
    """Subscriptions."""

    subscriptions: list[Subscription]
