"""One request until it is answered: attempts, pauses, what is kept. A generator: each driver does its own waiting."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import ClientError, error_of
from .keeping import Kept
from .requests import Answer, Request
from .retrying import Retry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Send the request with these further header fields; give the ``Answer`` or a ``Failure``."""

    request: Request[Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """There was no answer. ``outcome``: ``UNSENT`` or ``LOST``."""

    outcome: str
    said: str


Step = Attempt | Pause
Outcome = Answer | Failure | None


def exchange(request: Request[T], *, url: str, retry: Retry, kept: Kept) -> Generator[Step, Outcome, T]:
    """Ask until there is an answer that counts; gives what it means.

    Args:
        request: what is asked.
        url: of the system, for messages.
        retry: how often and how patiently.
        kept: what was received before.

    Raises:
        ClientError: refused, or no answer after the last attempt.
    """
    attempt = 0
    why: int | str
    known = kept.find(request)
    headers = {"If-None-Match": known.etag} if known is not None and known.etag else {}
    while True:
        attempt += 1
        outcome = yield Attempt(request, headers)
        assert outcome is not None
        error = _error(url, outcome, request)
        if error is None:
            assert isinstance(outcome, Answer)
            if outcome.status == 304 and known is not None:
                outcome = Answer(known.status, {**known.headers, **outcome.headers}, known.body)
            try:
                result = request.read(outcome)
            except ClientError as unreadable:  # torn or mixed up on the way
                error, why, after = unreadable, 502, None
            else:
                kept.keep(request, outcome)
                return result
        elif isinstance(outcome, Failure):
            why, after = outcome.outcome, None
        else:
            why, after = outcome.status, outcome.headers.get("retry-after")
        seconds = retry.pause(attempt, why, repeatable=request.repeatable, retry_after=after)
        if seconds is None:
            raise error
        yield Pause(seconds)


def _error(url: str, outcome: Answer | Failure, request: Request[Any]) -> ClientError | None:
    if isinstance(outcome, Failure):
        return ClientError(f"{request.elsewhere or url} does not answer: {outcome.said}", retry=True)
    if 200 <= outcome.status < 300 or outcome.status == 304:
        return None
    return error_of(url, outcome.status, outcome.body)
