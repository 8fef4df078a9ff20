"""The client for asyncio and trio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import ExitStack
from typing import Any, TypeVar, cast

import anyio
import anyio.to_thread
import httpx

from .errors import ClientError
from .exchanging import Attempt, Failure, Outcome, Step, exchange
from .methods import Methods
from .opening import CONNECTIONS, KEPT_MOST, Opened, answer_of, failure_of
from .requests import PIECE, Answer, Dialogue, Pages, Request, Source, Stream, opened
from .retrying import LOST, Retry
from .threaded import again

T = TypeVar("T")


class AsyncClient(Opened, Methods):
    """Speaks to one system; the methods and arguments of ``Client``, awaited."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        retry: Retry | None = None,
        connections: int = CONNECTIONS,
        kept_bytes: int = KEPT_MOST,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(url, key, retry=retry, connections=connections, kept_bytes=kept_bytes)
        self._own = http is None
        self._http = http or httpx.AsyncClient(**self.settings())

    async def __aenter__(self) -> AsyncClient:  # noqa: PYI034 - not made for inheriting
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        if self._own:
            await self._http.aclose()

    async def ask(self, asked: Request[T] | Dialogue[T]) -> T:
        """See to a request, or to a dialogue of several.

        Raises:
            ClientError: refused, or not there.
        """
        if isinstance(asked, Request):
            steps = exchange(asked, url=self.url, retry=self.retry, kept=self.kept)
            return cast("T", await _driven(steps, self._step))
        return cast("T", await _driven(asked, self.ask))

    def listed(self, asked: Pages[Any, T] | Stream[T]) -> AsyncIterator[T]:
        """Give the entries of a list or a stream one by one.

        Raises:
            ClientError: refused, or not there.
        """
        return self._paged(asked) if isinstance(asked, Pages) else self._streamed(asked)

    async def _paged(self, pages: Pages[Any, T]) -> AsyncIterator[T]:
        request: Request[Any] | None = pages.first
        while request is not None:
            page = await self.ask(request)
            for entry in pages.entries(page):
                yield entry
            request = pages.after(page)

    async def _streamed(self, stream: Stream[T]) -> AsyncIterator[T]:
        decoder, request, attempt = stream.decoder(), stream.first, 0
        while True:
            attempt += 1
            try:
                async with self._http.stream(**self.arguments(request, {})) as response:
                    if not response.is_success:
                        await response.aread()
                        answer: Answer | Failure = answer_of(response)
                    else:
                        async for piece in response.aiter_bytes():
                            for entry in decoder.feed(piece):
                                attempt = 0
                                yield entry
                        answer = Failure(LOST, "the stream ended")
            except httpx.HTTPError as error:
                answer = failure_of(error)
            else:
                if isinstance(answer, Failure) and stream.resume(decoder) is None:
                    for entry in decoder.end():
                        yield entry
                    return
            seconds, request = again(stream, decoder, answer, attempt, self)
            await anyio.sleep(seconds)

    async def _step(self, step: Step) -> Outcome:
        if not isinstance(step, Attempt):
            await anyio.sleep(step.seconds)
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
                return answer_of(await self._http.request(**arguments))
            except httpx.HTTPError as error:
                return failure_of(error)


async def _driven(steps: Generator[Any, Any, T], act: Any) -> T:
    try:
        step = next(steps)
        while True:
            try:
                outcome = await act(step)
            except ClientError as error:
                step = steps.throw(error)
            else:
                step = steps.send(outcome)
    except StopIteration as end:
        return cast("T", end.value)


async def _pieces(source: Source) -> AsyncIterator[bytes]:
    with opened(source) as file:
        while piece := await anyio.to_thread.run_sync(file.read, PIECE):
            yield piece
