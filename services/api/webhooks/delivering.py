"""Delivering: for each subscription whose time has come, the next events in order, until one fails."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ...archive import Archive, ArchiveError, Event, Settings, Subscription, Subscriptions, to_rfc3339
from ...edition import to_json
from ...observing import DELIVERIES, DELIVERY_SECONDS, count, observe
from ...observing.beats import beating
from .addresses import AddressRefusedError, Target, resolve_target
from .sending import TIMEOUT, Delivery, send

log = logging.getLogger(__name__)

Send = Callable[[Target, str, str, bytes], Delivery]

RETRY_MILLISECONDS: Final = (5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000)
"""Waits after the first, second … failure in a row; the last one repeats. By the specification's advice: quick
first, then hours, some days in all."""

DISABLE_AFTER: Final = 5 * 24 * 3_600_000
"""Milliseconds of failure without a break after which a subscription is disabled."""

TURN: Final = 3
"""Events that one subscription is told in its turn: with ``TIMEOUT`` they stay inside its lease of 60 s."""

TURN_SECONDS: Final = 1000.0
"""Seconds that one round takes at most: 20 subscriptions that are due, ``TURN`` events each, ``TIMEOUT`` an event."""

AT_ONCE: Final = 16
"""Subscriptions that are served at the same time; a thread waits nearly all its life."""

IDLE: Final = 0.5
"""Seconds between two looks when nothing is due."""


def payload_of(event: Event) -> bytes:
    """Make a message: it names ids and numbers, never text, and no more than the feed does."""
    return to_json(
        {
            "type": f"report.{event.event}",
            "timestamp": to_rfc3339(event.at),
            "data": {
                "sequence": event.sequence,
                "report": event.report,
                "edition": event.edition,
                "revision": event.revision,
                "content": event.content,
                "record": event.record,
            },
        }
    )


def message_id(event: Event) -> str:
    """Name a message: the same for every attempt and every replay, so that a receiver drops repeats by it."""
    return f"evt_{event.sequence}"


def resolve_for(settings: Settings, url: str) -> Target:
    """Resolve a subscriber's URL under this installation's settings.

    Raises:
        AddressRefusedError: and says why.
    """
    allowed = [ipaddress.ip_network(network, strict=False) for network in settings.webhook_networks]
    return resolve_target(url, allowed=allowed, insecure=bool(allowed))


class Deliverer:
    """Tells subscribers of what changed. Several of them are harmless: a subscription has a lease."""

    def __init__(self, archive: Archive, *, post: Send | None = None) -> None:
        self._archive = archive
        self._subscriptions = Subscriptions(archive.catalog.database)
        self._post = post or (
            lambda target, secret, identifier, payload: send(
                target, secret=secret, identifier=identifier, payload=payload, timeout=TIMEOUT
            )
        )

    def turn(self) -> int:
        """Give every due subscription its turn, one after another; tells how many events were delivered."""
        return sum(self._serve(subscription) for subscription in self._due(limit=20))

    def _due(self, *, limit: int) -> Sequence[Subscription]:
        return self._subscriptions.due(behind=self._archive.catalog.ledger.head().visible, limit=limit)

    def _serve_apart(self, subscription: Subscription, free: threading.Semaphore) -> None:
        """Serve one in a thread of its own: a bug or a slow receiver is its own affair, and its lease ends."""
        try:
            self._serve(subscription)
        except ArchiveError as error:
            log.warning("deliveries wait: %s", error, extra={"subscription": subscription.id})
        except Exception:
            log.exception("a delivery failed", extra={"subscription": subscription.id})
        finally:
            free.release()

    def _serve(self, subscription: Subscription) -> int:
        events, upto = self._archive.catalog.ledger.events(
            after=subscription.reached, limit=TURN, labels=subscription.labels
        )
        delivered = 0
        for event in events:
            began = time.perf_counter()
            outcome = self._deliver(subscription, event)
            self._tell(subscription, event, outcome, time.perf_counter() - began)
            if not outcome.delivered:
                self._fail(subscription, outcome)
                return delivered
            delivered += 1
            if not self._subscriptions.delivered(
                subscription, reached=event.sequence, status=str(outcome.status)
            ):
                break  # a replay was asked for meanwhile, and stands
            fresh = self._subscriptions.get(subscription.id)
            if fresh is None or fresh.state != "active":
                return delivered
            subscription = fresh
        else:
            if upto > subscription.reached:
                self._subscriptions.delivered(
                    subscription, reached=upto, status=subscription.last_status or ""
                )
        self._subscriptions.rest(subscription, again_in=0)
        return delivered

    def _deliver(self, subscription: Subscription, event: Event) -> Delivery:
        try:
            target = resolve_for(self._archive.settings, subscription.url)
        except AddressRefusedError as error:
            return Delivery(delivered=False, status=None, reason=str(error))
        return self._post(target, subscription.secret, message_id(event), payload_of(event))

    def _tell(self, subscription: Subscription, event: Event, outcome: Delivery, seconds: float) -> None:
        count(DELIVERIES, "delivered" if outcome.delivered else "failed")
        observe(DELIVERY_SECONDS, value=seconds)
        about = {"subscription": subscription.id, "report": event.report, "revision": event.revision}
        if outcome.delivered:
            log.info("event %d delivered", event.sequence, extra=about)
        else:
            log.warning("event %d not delivered: %s", event.sequence, outcome.reason, extra=about)

    def _fail(self, subscription: Subscription, outcome: Delivery) -> None:
        wait = RETRY_MILLISECONDS[min(subscription.failures, len(RETRY_MILLISECONDS) - 1)]
        now = self._archive.catalog.database.now()
        failing_for = now - (subscription.failing_since or now)
        self._subscriptions.failed(
            subscription,
            status=outcome.reason,
            again_in=wait,
            disable=outcome.gone or failing_for > DISABLE_AFTER,
        )

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop; a part that does not answer is asked again.

        Each subscription that is due is served in a thread of its own, so that one whose receiver is slow keeps
        nobody waiting. The threads are daemons: the end of the process does not wait for a receiver.
        """
        free = threading.BoundedSemaphore(AT_ONCE)
        with beating("deliver-webhooks", within=TURN_SECONDS) as beat:
            while not stop.is_set():
                beat()
                if not free.acquire(timeout=IDLE):
                    continue
                try:
                    due: Sequence[Subscription] | None = self._due(limit=1)
                except ArchiveError as error:
                    log.warning("deliveries wait: %s", error)
                    beat(well=False)
                    due = None
                for subscription in due or ():
                    threading.Thread(
                        target=self._serve_apart,
                        args=(subscription, free),
                        name=f"deliver {subscription.id}",
                        daemon=True,
                    ).start()
                if not due:
                    free.release()
                    stop.wait(4 * IDLE if due is None else IDLE)
