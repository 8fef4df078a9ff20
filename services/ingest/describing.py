"""What the ways in look like in the OpenAPI document: the forms of their answers, and the fields they take."""

from __future__ import annotations

from typing import Any, Final

from ..contract import shapes
from ..web.describing import Described, gives
from .statements import FIELDS

_MEANINGS: Final = {
    "report": "The report's id.",
    "labels": "Divided by commas or spaces; they count for the report's first revision.",
    "profile": "Settings of the normalization.",
    "name": "The file's name.",
    "sha256": "The digest of the bytes, in hexadecimal digits; it is checked.",
    "hints": "All hints, as JSON.",
    "parts": "true: publish the parts of a compilation as reports of their own.",
    "encoding": "The codec, as ordered by a person.",
    "declared": "The charset that a protocol or a catalogue said.",
    "script": "Hans, Hant, mixed or other.",
    "media_type": "The media type.",
}


RECEIVED: Final[Described] = {
    **gives(shapes.Receipt | shapes.ArchiveReceipt, "It is durable and will be worked on.", status=202),
    **gives(shapes.Receipt | shapes.ArchiveReceipt, "It is known."),
}


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a body in JSON."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


STATED_IN_QUERY: Final = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": _MEANINGS[name],
        "schema": {"type": "string"},
    }
    for name in FIELDS
    if name != "report"
] + [
    {
        "name": "queue",
        "in": "query",
        "required": False,
        "description": "bulk: nobody waits for it.",
        "schema": {"enum": ["interactive", "bulk"]},
    }
]

AMENDING: Final = [
    *(one for one in STATED_IN_QUERY if one["name"] in ("profile", "queue")),
    {
        "name": "replace",
        "in": "query",
        "required": False,
        "description": "true: only these hints hold, nothing of what was stated before.",
        "schema": {"enum": ["true", "false"]},
    },
]

BYTES: Final[dict[str, Any]] = {
    "parameters": STATED_IN_QUERY,
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}

FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        **{name: {"type": "string", "description": _MEANINGS[name]} for name in FIELDS},
                        "manifest": {"type": "string", "description": "CSV or JSON lines about the files."},
                        "file": {"type": "string", "format": "binary"},
                    },
                    "required": ["file"],
                }
            }
        },
    }
}

STATEMENT_BODY: Final = json_body(
    {
        "type": "object",
        "required": ["report", "size"],
        "properties": {
            **{
                name: {"type": "string", "description": _MEANINGS[name]} for name in FIELDS if name != "hints"
            },
            "size": {"type": "integer", "minimum": 1, "description": "Bytes; *complete* compares."},
            "hints": {"type": "object"},
        },
    }
)
HINTS_BODY: Final = json_body(
    {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in ("encoding", "declared", "script", "media_type")},
            "metadata": {"type": "object"},
            "amendments": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["action", "was", "now"],
                    "properties": {
                        "action": {"enum": ["replace", "accept", "refuse"]},
                        **{
                            name: {"type": "string"}
                            for name in ("was", "now", "before", "after", "who", "why")
                        },
                    },
                },
            },
            "parts": {"type": "boolean"},
        },
    }
)
