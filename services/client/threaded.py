"""The client for threads."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar, cast

import httpx

from .errors import ClientError, error_of
from .exchanging import Attempt, Failure, Outcome, Step, exchange
from .methods import Methods
from .opening import CONNECTIONS, KEPT_MOST, Opened, answer_of, failure_of
from .requests import PIECE, Answer, Dialogue, Pages, Request, Source, Stream, opened
from .retrying import LOST, Retry

T = TypeVar("T")


class Client(Opened, Methods):
    """Speaks to one system. Threads may share it.

    Args:
        url: of the system; default ``JIAOKAN_URL``, else ``http://127.0.0.1:8321``.
        key: access key; default ``JIAOKAN_KEY``.
        retry: how often and how patiently a request is sent again.
        connections: at most, at once.
        kept_bytes: of answers kept for conditional requests; 0 keeps none.
        http: a httpx client of your own (proxies, certificates); it stays yours to close.

    Every method raises ``ClientError`` when the system refuses or is not there.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        retry: Retry | None = None,
        connections: int = CONNECTIONS,
        kept_bytes: int = KEPT_MOST,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(url, key, retry=retry, connections=connections, kept_bytes=kept_bytes)
        self._own = http is None
        self._http = http or httpx.Client(**self.settings())

    def __enter__(self) -> Client:  # noqa: PYI034 - not made for inheriting
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        if self._own:
            self._http.close()

    def ask(self, asked: Request[T] | Dialogue[T]) -> T:
        """See to a request, or to a dialogue of several.

        Raises:
            ClientError: refused, or not there.
        """
        if isinstance(asked, Request):
            steps = exchange(asked, url=self.url, retry=self.retry, kept=self.kept)
            return _driven(steps, self._step)
        return _driven(asked, self.ask)

    def listed(self, asked: Pages[Any, T] | Stream[T]) -> Iterator[T]:
        """Give the entries of a list or a stream one by one.

        Raises:
            ClientError: refused, or not there.
        """
        return self._paged(asked) if isinstance(asked, Pages) else self._streamed(asked)

    def _paged(self, pages: Pages[Any, T]) -> Iterator[T]:
        request: Request[Any] | None = pages.first
        while request is not None:
            page = self.ask(request)
            yield from pages.entries(page)
            request = pages.after(page)

    def _streamed(self, stream: Stream[T]) -> Iterator[T]:
        decoder, request, attempt = stream.decoder(), stream.first, 0
        while True:
            attempt += 1
            try:
                with self._http.stream(**self.arguments(request, {})) as response:
                    if not response.is_success:
                        response.read()
                        answer: Answer | Failure = answer_of(response)
                    else:
                        for piece in response.iter_bytes():
                            for entry in decoder.feed(piece):
                                attempt = 0
                                yield entry
                        answer = Failure(LOST, "the stream ended")
            except httpx.HTTPError as error:
                answer = failure_of(error)
            else:
                if isinstance(answer, Failure) and stream.resume(decoder) is None:
                    yield from decoder.end()
                    return
            seconds, request = again(stream, decoder, answer, attempt, self)
            time.sleep(seconds)

    def _step(self, step: Step) -> Outcome:
        if not isinstance(step, Attempt):
            time.sleep(step.seconds)
            return None
        request = step.request
        arguments = self.arguments(request, step.headers)
        with ExitStack() as files:
            if request.files:
                arguments["data"] = dict(request.fields)
                arguments["files"] = [
                    (part, (name, files.enter_context(opened(source))))
                    for part, name, source in request.files
                ]
            elif request.body is not None:
                arguments["content"] = _pieces(request.body)
            try:
                return answer_of(self._http.request(**arguments))
            except httpx.HTTPError as error:
                return failure_of(error)


def again(
    stream: Stream[Any], decoder: Any, answer: Answer | Failure, attempt: int, client: Opened
) -> tuple[float, Request[Any]]:
    """Decide after a break: after how many seconds a stream goes on, and by which request.

    Raises:
        ClientError: it does not go on.
    """
    request = stream.resume(decoder)
    if isinstance(answer, Failure):
        error = ClientError(f"{client.url} does not answer: {answer.said}", retry=True)
        why: int | str = answer.outcome
        after = None
    else:
        error, why = error_of(client.url, answer.status, answer.body), answer.status
        after = answer.headers.get("retry-after")
    seconds = client.retry.pause(max(attempt, 1), why, repeatable=True, retry_after=after)
    if request is None or seconds is None:
        raise error
    return seconds, request


def _driven(steps: Generator[Any, Any, T], act: Any) -> T:
    try:
        step = next(steps)
        while True:
            try:
                outcome = act(step)
            except ClientError as error:
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast("T", end.value)


def _pieces(source: Source) -> Iterator[bytes]:
    with opened(source) as file:
        while piece := file.read(PIECE):
            yield piece
