"""How an operation becomes a method: on ``Client`` it gives its result, on ``AsyncClient`` something to await.

Each operation is written once, as a function that makes a value; which face it has is decided where it is looked up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from .requests import Dialogue, Pages, Request, Stream

if TYPE_CHECKING:
    from .asynchronous import AsyncClient
    from .threaded import Client

P = ParamSpec("P")
T = TypeVar("T")


class Operation(Generic[P, T]):
    """One result, of one request or of a dialogue."""

    def __init__(self, make: Callable[P, Request[T] | Dialogue[T]]) -> None:
        self.make = make

    @overload
    def __get__(self, client: Client, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, client: None, owner: type) -> Operation[P, T]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Give the method of a client."""
        return self if client is None else _method(client.ask, self.make)


class Listing(Generic[P, T]):
    """Many results, of pages or of a stream."""

    def __init__(self, make: Callable[P, Pages[Any, T] | Stream[T]]) -> None:
        self.make = make

    @overload
    def __get__(self, client: Client, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    @overload
    def __get__(self, client: None, owner: type) -> Listing[P, T]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Give the method of a client."""
        return self if client is None else _method(client.listed, self.make)


def _method(see_to: Callable[[Any], Any], make: Callable[..., Any]) -> Callable[..., Any]:
    def method(*args: Any, **kwargs: Any) -> Any:
        return see_to(make(*args, **kwargs))

    method.__doc__, method.__name__ = make.__doc__, make.__name__
    method.__wrapped__ = make  # type: ignore[attr-defined]  # inspect.signature follows it
    return method
