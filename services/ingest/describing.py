"""What the ways in look like in the OpenAPI document: the forms of their answers, and the fields they take."""

from __future__ import annotations

from typing import Any, Final

from ..contract import shapes
from ..normalize.profiles import PROFILES
from ..web.describing import Described, gives
from ..web.parameters import FURTHER
from .statements import FIELDS, METADATA_PREFIX, SCRIPTS

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


UPLOADED: Final[Described] = {
    **gives(shapes.Uploads, "A receipt or a problem for each file.", status=202),
    "4XX": {
        "description": "No file was taken: a problem for each, or one for the whole form.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/Uploads"}},
        },
    },
}

_FORMS: Final[dict[str, Any]] = {
    "labels": {"type": "string", "pattern": r"^(\w[\w.:-]{0,63}([ ,;]+|$))*$"},
    "profile": {"enum": ["", *(profile.name for profile in PROFILES)]},
    "sha256": {"type": "string", "pattern": "^([0-9a-fA-F]{64})?$"},
    "parts": {"enum": ["", "true", "false", "1", "0", "yes", "no", "on", "off"]},
    "script": {"enum": ["", *SCRIPTS]},
}
"""What a schema can tell of a field; an empty one counts as not given, as forms send it."""


def _field(name: str) -> dict[str, Any]:
    return {**_FORMS.get(name, {"type": "string"}), "description": _MEANINGS[name]}


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a body in JSON."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


STATED_IN_QUERY: Final = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": _MEANINGS[name],
        "schema": _FORMS.get(name, {"type": "string"}),
    }
    for name in FIELDS
    if name != "report"
]

BYTES: Final[dict[str, Any]] = {
    "parameters": STATED_IN_QUERY,
    FURTHER: METADATA_PREFIX,
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
                        **{name: _field(name) for name in FIELDS},
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
            **{name: {"anyOf": [_field(name), {"type": "null"}]} for name in FIELDS},
            "parts": {"anyOf": [_field("parts"), {"type": "boolean"}, {"type": "null"}]},
            "labels": {
                "anyOf": [_field("labels"), {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
            },
            "report": {
                "type": "string",
                "minLength": 1,
                "maxLength": 520,
                "description": _MEANINGS["report"],
            },
            "size": {"type": "integer", "minimum": 1, "description": "Bytes; *complete* compares."},
            "hints": {"type": ["object", "string", "null"], "description": _MEANINGS["hints"]},
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
