"""What an edition works out when it is first asked for, and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class kept(Generic[Owner, Value]):  # noqa: N801 - used like ``property``
    """A property that is worked out once; it must be a pure function of its owner, whose ``__dict__`` keeps it.

    ``functools.cached_property`` of Python 3.11 holds one lock for all owners while it works one out, which makes
    threads wait for each other, and costs a short report four times as much. Two threads that ask at the same moment
    both work it out here, and get the same.
    """

    def __init__(self, work_out: Callable[[Owner], Value]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, _: type | None = None) -> kept[Owner, Value]: ...

    @overload
    def __get__(self, owner: Owner, _: type | None = None) -> Value: ...

    def __get__(self, owner: Owner | None, _: type | None = None) -> kept[Owner, Value] | Value:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work_out(owner)
        return value
