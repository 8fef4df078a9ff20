"""What every line of the log says besides its message: which report, revision, request … is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Final

FIELDS: Final = ("report", "revision", "item", "request", "run", "subscription")
"""Every name that may be bound, in the order in which a line has them."""

_bound: ContextVar[Mapping[str, str | int]] = ContextVar("jiaokan-bound", default={})  # noqa: B039 - never written to

Bound = Token[Mapping[str, str | int]]


def bind(**fields: str | int) -> Bound:
    """Say what is at hand from now on in this thread or task; give what comes back to ``unbind`` at the end."""
    return _bound.set({**_bound.get(), **fields})


def unbind(token: Bound) -> None:
    """Say that it is at hand no longer."""
    _bound.reset(token)


def bound() -> Mapping[str, str | int]:
    """Give what is at hand."""
    return _bound.get()
