"""Objects that hold several of a kind: a list under a schema of its own. One alone is an object without the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ..edition import to_json
from .errors import ArchiveError

T = TypeVar("T")


def pack_json(schema: str, name: str, members: Iterable[Any]) -> bytes:
    """Give the object that keeps ``members`` under ``name``."""
    return to_json({"schema": schema, name: list(members)})


def unpacked(data: bytes, schema: str, name: str, read: Callable[[Any], T], *, what: str) -> tuple[T, ...]:
    """Read every member of a pack, or the one that has the object for itself.

    Raises:
        ArchiveError: it is not ``what`` it should be.
    """
    try:
        value = json.loads(data)
        members: Any = value[name] if value["schema"] == schema else [value]
        return tuple(map(read, members))
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"not a {what}: {error!r}") from error
