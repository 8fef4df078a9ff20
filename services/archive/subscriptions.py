"""Who is to be told of changes by webhook, and how far each has been told.

A subscription is a place in the feed: it has a cursor, and moves only when its receiver said 2xx. So whatever fails,
every event comes once in order of sequence, or again with the same id. Replay is setting the cursor back.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from .names import check_labels
from .tables import Sorted, metadata

if TYPE_CHECKING:
    from .database import Database

SubscriptionState = Literal["active", "paused", "disabled"]
"""``paused`` by its owner; ``disabled`` by us, after long failure or because the receiver said 410."""

LEASE: Final = 60_000
"""Milliseconds for which one deliverer has a subscription: four attempts of 15 s; two deliverers are harmless."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Sorted, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("owner", Sorted, nullable=False),
    Column("labels", Text),
    Column("state", Text, nullable=False),
    Column("reached", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", BigInteger),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False, server_default="0"),
    Column("last_status", Text),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_subscriptions_state_due_at", "state", "due_at"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver of webhooks. ``reached`` is the ledger sequence up to which it has been told everything."""

    id: str
    url: str
    secret: str
    owner: str
    labels: tuple[str, ...] | None
    state: SubscriptionState
    reached: int
    failures: int
    failing_since: int | None
    due_at: int
    last_status: str | None
    created_at: int


class Subscriptions:
    """Subscriptions in the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, *, url: str, secret: str, owner: str, labels: Sequence[str] | None, after: int
    ) -> Subscription:
        """Enter a receiver that is told what comes behind ``after``."""
        identifier = "sub_" + secrets.token_hex(8)
        now = self._database.now()
        kept = None if labels is None else json.dumps(sorted(check_labels(tuple(labels))), ensure_ascii=False)
        with self._database.write() as connection:
            connection.execute(
                insert(subscriptions).values(
                    id=identifier,
                    url=url,
                    secret=secret,
                    owner=owner,
                    labels=kept,
                    state="active",
                    reached=after,
                    due_at=now,
                    created_at=now,
                )
            )
        made = self.get(identifier)
        assert made is not None
        return made

    def get(self, identifier: str) -> Subscription | None:
        """Look one up."""
        with self._database.read() as connection:
            row = connection.execute(select(subscriptions).where(subscriptions.c.id == identifier)).first()
        return None if row is None else _subscription(row)

    def list(self, *, owner: str | None = None) -> Sequence[Subscription]:
        """Give all, or those of one owner, oldest first."""
        wanted = select(subscriptions).order_by(subscriptions.c.created_at, subscriptions.c.id)
        if owner is not None:
            wanted = wanted.where(subscriptions.c.owner == owner)
        with self._database.read() as connection:
            return [_subscription(row) for row in connection.execute(wanted)]

    def remove(self, identifier: str) -> bool:
        """End a subscription; False when there is none."""
        with self._database.write() as connection:
            return (
                connection.execute(delete(subscriptions).where(subscriptions.c.id == identifier)).rowcount
                == 1
            )

    def end_of(self, connection: Connection, owner: str) -> None:
        """Disable what a key subscribed, in the transaction that revokes the key."""
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.owner == owner, subscriptions.c.state != "disabled")
            .values(state="disabled", last_status="the key that subscribed was revoked")
        )

    def set_state(self, identifier: str, state: SubscriptionState) -> bool:
        """Pause, disable or begin again; beginning again forgets past failures."""
        values: dict[str, Any] = {"state": state}
        if state == "active":
            values |= {"failures": 0, "failing_since": None, "due_at": self._database.now()}
        return self._change(identifier, values)

    def replay(self, identifier: str, *, after: int) -> bool:
        """Tell again what comes behind ``after``, with the same ids."""
        return self._change(identifier, {"reached": after, "due_at": self._database.now()})

    def due(self, *, behind: int | None = None, limit: int = 20) -> Sequence[Subscription]:
        """Take active subscriptions whose time has come, for ``LEASE``; another deliverer does not get them.

        Args:
            behind: the ledger's head: who was told so far has nothing to be told.
            limit: how many at most.
        """
        now = self._database.now()
        wanted = select(subscriptions).where(
            subscriptions.c.state == "active",
            subscriptions.c.due_at <= now,
            subscriptions.c.lease_until <= now,
        )
        if behind is not None:
            wanted = wanted.where(subscriptions.c.reached < behind)
        with self._database.read() as connection:  # nothing is due nearly always, and a look locks nothing
            if connection.execute(wanted.limit(1)).first() is None:
                return ()
        with self._database.write() as connection:
            rows = connection.execute(
                wanted.order_by(subscriptions.c.due_at).limit(limit).with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                connection.execute(
                    update(subscriptions).where(subscriptions.c.id == row.id).values(lease_until=now + LEASE)
                )
        return [_subscription(row) for row in rows]

    def delivered(self, subscription: Subscription, *, reached: int, status: str) -> bool:
        """Move the cursor from where it stood; False when someone moved it meanwhile (a replay), which stands."""
        with self._database.write() as connection:
            moved = connection.execute(
                update(subscriptions)
                .where(subscriptions.c.id == subscription.id, subscriptions.c.reached == subscription.reached)
                .values(reached=reached, failures=0, failing_since=None, last_status=status)
            )
            return moved.rowcount == 1

    def failed(self, subscription: Subscription, *, status: str, again_in: int, disable: bool) -> None:
        """Note a failed attempt; the next one comes after ``again_in`` milliseconds."""
        now = self._database.now()
        values: dict[str, Any] = {
            "failures": subscription.failures + 1,
            "failing_since": subscription.failing_since or now,
            "last_status": status[:500],
            "due_at": now + again_in,
            "lease_until": 0,
        }
        if disable:
            values["state"] = "disabled"
        self._change(subscription.id, values)

    def rest(self, subscription: Subscription, *, again_in: int) -> None:
        """Give a subscription back that has nothing more to be told for now."""
        self._change(subscription.id, {"due_at": self._database.now() + again_in, "lease_until": 0})

    def _change(self, identifier: str, values: dict[str, Any]) -> bool:
        with self._database.write() as connection:
            done = connection.execute(
                update(subscriptions).where(subscriptions.c.id == identifier).values(**values)
            )
            return done.rowcount == 1


def _subscription(row: Row[Any]) -> Subscription:
    labels = None if row.labels is None else tuple(json.loads(row.labels))
    return Subscription(
        row.id,
        row.url,
        row.secret,
        row.owner,
        labels,
        row.state,
        row.reached,
        row.failures,
        row.failing_since,
        row.due_at,
        row.last_status,
        row.created_at,
    )
