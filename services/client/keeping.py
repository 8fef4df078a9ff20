"""What was received is kept with its entity tag, so that what has not changed is not sent again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from .requests import Answer, Request


class Kept:
    """Answers by address and form, the latest used ones, bounded in bytes. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._bytes = 0

    def find(self, request: Request[Any]) -> Answer | None:
        """Give what is kept of a request; None for one that asks with a condition or a range of its own."""
        name = _name(request)
        with self._lock:
            found = self._answers.get(name) if name else None
            if name and found is not None:
                self._answers.move_to_end(name)
        return found

    def keep(self, request: Request[Any], answer: Answer) -> None:
        """Keep an answer that has an entity tag."""
        name = _name(request)
        if name is None or answer.status != 200 or not answer.etag or len(answer.body) > self._most:
            return
        with self._lock:
            before = self._answers.pop(name, None)
            self._bytes += len(answer.body) - (len(before.body) if before else 0)
            self._answers[name] = answer
            while self._bytes > self._most:
                self._bytes -= len(self._answers.popitem(last=False)[1].body)


def _name(request: Request[Any]) -> tuple[str, str] | None:
    if request.method != "GET" or not request.headers.keys().isdisjoint({"If-None-Match", "Range"}):
        return None
    return request.path, request.headers.get("Accept", "")
