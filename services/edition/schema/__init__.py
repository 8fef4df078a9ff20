"""The contract: one JSON Schema (2020-12) for the content of an edition and one for its record.

``schema`` in a stored object names the major version; ``x-version`` in the schema the minor one, which rises with
every member that is added. Objects are open for readers: who reads version 1 ignores members that are not named.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

CONTENT: Final = "content"
RECORD: Final = "record"
SCHEMAS: Final = (CONTENT, RECORD)


def schema_bytes(name: str) -> bytes:
    """Give a schema as it is published, byte for byte.

    Args:
        name: ``content`` or ``record``.

    Raises:
        ValueError: there is no schema of this name.
    """
    if name not in SCHEMAS:
        raise ValueError(f"no schema {name!r}; there are {', '.join(SCHEMAS)}")
    return files(__package__).joinpath(f"{name}.schema.json").read_bytes()


@cache
def schema(name: str) -> dict[str, Any]:
    """Give a schema, parsed; callers leave it as it is."""
    parsed: dict[str, Any] = json.loads(schema_bytes(name))
    return parsed


@cache
def closed_schema(name: str) -> dict[str, Any]:
    """Give a schema that allows no member it does not name: what we write must be wholly described."""
    closed = _close(schema(name))
    assert isinstance(closed, dict)
    return closed


_OPEN_BY_NATURE: Final = frozenset({"marks", "data", "evidence"})
"""Members whose own members belong to a kind or to a code, and are not listed."""


def _close(node: Any, name: str = "") -> Any:
    if isinstance(node, list):
        return [_close(entry, name) for entry in node]
    if not isinstance(node, dict):
        return node
    out = {
        key: {inner: _close(value, inner) for inner, value in node[key].items()}
        if key in ("properties", "$defs")
        else _close(node[key], name if key == "items" else "")
        for key in node
    }
    if "properties" in out and name not in _OPEN_BY_NATURE:
        out["additionalProperties"] = False
    return out
