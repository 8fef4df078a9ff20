"""Content and record in the OpenAPI document: the JSON Schemas of ``edition``, with their parts as components."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from ..edition.schema import CONTENT, RECORD, schema

_NAMES: Final = {CONTENT: "Content", RECORD: "Record"}
_OF_THE_FILE: Final = ("$schema", "$id", "$defs", "x-version")


def describe_objects(app: FastAPI) -> None:
    """Put ``Content`` and ``Record`` into the app's OpenAPI document."""
    plain = app.openapi

    def with_objects() -> dict[str, Any]:
        document = plain()
        components = document.setdefault("components", {}).setdefault("schemas", {})
        for name, title in _NAMES.items():
            if title not in components:
                components |= _components(title, schema(name))
        return document

    app.openapi = with_objects  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _components(title: str, whole: dict[str, Any]) -> dict[str, Any]:
    """Make a component of a schema, and one of each of its ``$defs``, since a component cannot hold any."""
    parts = {title: {key: value for key, value in whole.items() if key not in _OF_THE_FILE}}
    parts |= {f"{title}.{name}": part for name, part in whole.get("$defs", {}).items()}
    return {name: _pointed(part, title) for name, part in parts.items()}


def _pointed(node: Any, title: str) -> Any:
    if isinstance(node, list):
        return [_pointed(entry, title) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value.replace("#/$defs/", f"#/components/schemas/{title}.")
        if key == "$ref" and isinstance(value, str)
        else _pointed(value, title)
        for key, value in node.items()
    }
