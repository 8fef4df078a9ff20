"""Telling the broker what there is to do: few messages, the rest waits in the catalog."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary

from kombu.exceptions import KombuError

from ..archive import QUEUES, Accepted, Archive, Queue, Settings, UnavailableError
from ..archive.faults import step
from ..observing import RESENT, SENT, count
from .app import TASK, make_app
from .folder_broker import waiting_messages

log = logging.getLogger(__name__)

CHECKED_LATELY: Final = 0.2
"""Seconds for which a queue's length is trusted: whoever finds the queue dry tops it up."""


PATIENCE: Final = 2.0
"""Seconds that a Redis which hangs may keep whoever sends: an upload is durable by then, and the sweeper sends, too."""

_HEADERS: Final[dict[str, Any]] = {
    "lang": "py",
    "task": TASK,
    "shadow": None,
    "eta": None,
    "expires": None,
    "group": None,
    "group_index": None,
    "retries": 0,
    "timelimit": [None, None],
    "parent_id": None,
    "kwargsrepr": "{}",
    "origin": "jiaokan",
    "ignore_result": True,
    "replaced_task_nesting": 0,
    "stamped_headers": None,
    "stamps": {},
}


def redis_of(settings: Settings) -> Any:
    """A client of the broker that asks once and waits ``PATIENCE`` seconds at most."""
    import redis

    return redis.Redis.from_url(
        settings.broker_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
    )


class Dispatcher:
    """Sends work items to the broker, never more than ``settings.outstanding`` in one queue."""

    _of: ClassVar[WeakKeyDictionary[Any, Dispatcher]] = WeakKeyDictionary()
    _making: ClassVar = threading.Lock()

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._app = make_app(archive.settings)
        if not self._is_folder:
            impatient = {
                "socket_timeout": PATIENCE,
                "socket_connect_timeout": PATIENCE,
                "retry_on_timeout": False,
            }
            self._app.conf.broker_transport_options |= impatient
        self._lock = threading.Lock()
        self._room: dict[str, tuple[float, int]] = {}
        self._depth: Callable[[str], int] = self._depth_of_folder if self._is_folder else self._depth_of_redis
        self._redis: Any = None
        self._producer: Any = None
        # A transport's errors are its client's own: redis.ConnectionError is no ConnectionError.
        connection = self._app.connection_for_write()
        self._errors: tuple[type[Exception], ...] = (
            KombuError,
            OSError,
            *connection.connection_errors,
            *connection.channel_errors,
        )
        self._messages = ""
        if self._is_folder:
            self._messages = self._app.conf.broker_transport_options["data_folder_in"]

    @classmethod
    def of(cls, archive: Archive) -> Dispatcher:
        """Give the dispatcher of this archive, made when it is first asked for."""
        with cls._making:
            found = cls._of.get(archive.catalog)
            if found is None:
                found = cls._of[archive.catalog] = cls(archive)
            return found

    @property
    def _is_folder(self) -> bool:
        return self._archive.settings.broker_url.startswith("folder:")

    def send(self, accepted: Accepted) -> bool:
        """Send what was accepted, unless the queue is full or a part is away; the sweeper does it then."""
        if accepted.item is None or accepted.queue is None:
            return False
        if accepted.sent:
            return self._send_all(accepted.queue, (accepted.item,)) == 1
        return self.top_up(accepted.queue) > 0

    def has_room(self, queue: Queue) -> bool:
        """Tell whether one more message may be sent; never raises."""
        try:
            return self._room_in(queue) > 0
        except UnavailableError:
            return False

    def top_up(self, queue: Queue) -> int:
        """Send waiting items until the queue is full; tells how many. Never raises for a part that is away."""
        try:
            room = self._room_in(queue)
            if room <= 0:
                return 0
            return self._send_all(queue, self._archive.catalog.queue.unsent(queue, limit=room))
        except UnavailableError as error:
            log.warning("dispatch waits: %s", error)
            return 0

    def resend(self, queue: Queue) -> int:
        """Send again what was sent and is neither in the broker nor with a worker; tells how many."""
        settings = self._archive.settings
        room = self._room_in(queue)
        if room <= 0:  # less than none, when several have sent at once
            return 0
        # While messages wait, one's own may be among them; when there are none, it was lost.
        patience = settings.resend_seconds * (1 if self.depth(queue) == 0 else 6)
        lost = self._archive.catalog.queue.lost(queue, older_than=patience, limit=room)
        if lost:
            log.info("sending %d messages of queue %s again", len(lost), queue)
            count(RESENT, queue, by=len(lost))
        return self._send_all(queue, lost)

    def depth(self, queue: Queue) -> int:
        """Count the messages in the broker.

        Raises:
            UnavailableError: the broker does not answer.
        """
        return self._depth(queue)

    def check(self) -> None:
        """Raise UnavailableError if the broker cannot be used."""
        for queue in QUEUES:
            self._depth(queue)

    def _send_all(self, queue: Queue, items: Sequence[int]) -> int:
        sent = 0
        try:
            with self._lock:
                for item in items:
                    with step("send-message"):
                        self._send(item, queue)
                    sent += 1
        except self._errors as error:
            log.warning("the broker took %d of %d messages: %s", sent, len(items), error)
            left = items[sent:]
            try:
                self._archive.catalog.queue.unsend(left)
            except UnavailableError:
                log.warning("their marks stay until the sweeper finds them lost")
        if sent:
            count(SENT, queue, by=sent)
        known = self._room.get(queue)
        if known is not None:
            self._room[queue] = (known[0], known[1] - sent)
        return sent

    def _send(self, item: int, queue: Queue) -> None:
        """Publish a message by Celery's protocol 2; `send_task` does the same, and costs three times as much."""
        identity = str(uuid.uuid4())
        headers = {**_HEADERS, "id": identity, "root_id": identity, "argsrepr": f"({item},)"}
        if self._producer is None:
            self._producer = self._app.connection_for_write().Producer(serializer="json")
        try:
            self._producer.publish(
                ((item,), {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}),
                routing_key=queue,
                exchange="",
                headers=headers,
                correlation_id=identity,
                delivery_mode=2,
            )
        except Exception:
            producer, self._producer = self._producer, None
            with suppress(Exception):
                producer.connection.release()
            raise

    def _room_in(self, queue: str) -> int:
        checked, room = self._room.get(queue, (0.0, 0))
        now = time.monotonic()
        if now - checked > CHECKED_LATELY or not checked:
            room = self._archive.settings.outstanding - self._depth(queue)
            self._room[queue] = (now, room)
        return room

    def _depth_of_folder(self, queue: str) -> int:
        try:
            return len(waiting_messages(self._messages, queue))
        except OSError as error:
            raise UnavailableError("broker", str(error)) from error

    def _depth_of_redis(self, queue: str) -> int:
        import redis

        try:
            if self._redis is None:
                self._redis = redis_of(self._archive.settings)
            return int(self._redis.llen(queue))
        except redis.RedisError as error:
            raise UnavailableError("broker", str(error)) from error
