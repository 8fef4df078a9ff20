"""How answers look in the OpenAPI document: the form of the body, and the fields that travel beside it."""

from __future__ import annotations

from typing import Any, Final

Described = dict[int | str, dict[str, Any]]

_TEXT: Final = {"type": "string"}

ETAG: Final = {"ETag": {"description": "Strong; send it back as If-None-Match.", "schema": _TEXT}}
EDITION: Final = {
    "Jiaokan-Edition": {"description": "The edition's number.", "schema": {"type": "integer", "minimum": 1}},
    "Link": {"description": "Relations: latest-version, predecessor-version, describedby.", "schema": _TEXT},
}
DIGEST: Final = {
    "Repr-Digest": {"description": "SHA-256 of the bytes as they are sent (RFC 9530).", "schema": _TEXT}
}
NOT_MODIFIED: Final[Described] = {304: {"description": "What the client has still holds."}}


def gives(
    form: Any,
    said: str = "What was asked for.",
    *,
    status: int = 200,
    headers: dict[str, Any] | None = None,
    also: dict[str, Any] | None = None,
) -> Described:
    """Describe an answer in JSON by its form (a type of ``contract.shapes``), or by a JSON Schema.

    Args:
        form: a type, or a schema as a dict.
        said: in words.
        status: of HTTP.
        headers: that travel beside it.
        also: further media types that the same address offers, with their schemas.
    """
    content: dict[str, Any] = {name: {"schema": schema} for name, schema in (also or {}).items()}
    told: dict[str, Any] = {"description": said}
    if isinstance(form, dict):
        content = {"application/json": {"schema": form}, **content}
    else:
        told["model"] = form
    if content:
        told["content"] = content
    if headers:
        told["headers"] = headers
    return {status: told}


def gives_events(form: str, said: str) -> Described:
    """Describe Server-Sent Events, each of whose data is of a form, by its name among the components."""
    event = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"type": "string"},
            "data": {"type": "string", "contentMediaType": "application/json", "description": f"`{form}`."},
            "retry": {"type": "integer"},
        },
    }
    return {200: {"description": said, "content": {"text/event-stream": {"schema": event}}}}


def gives_bytes(media_type: str, said: str, *, headers: dict[str, Any] | None = None) -> Described:
    """Describe an answer that is no JSON."""
    text = media_type.startswith("text/")
    schema = _TEXT if text else {"type": "string", "contentMediaType": media_type}
    return {200: {"description": said, "content": {media_type: {"schema": schema}}, "headers": headers or {}}}
