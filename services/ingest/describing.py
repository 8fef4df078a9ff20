"""What the ways in look like in the OpenAPI document: the forms of their answers, and the fields they take."""

from __future__ import annotations

from typing import Any, Final

from .statements import FIELDS

_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_SOURCE: Final = {
    "type": "object",
    "required": ["sha256", "bytes"],
    "properties": {"sha256": _SHA256, "bytes": {"type": "integer", "minimum": 0}},
}
_STATE: Final = {"enum": ["pending", "published", "held", "rejected", "parked", "erased"]}
_NULLABLE: Final = {"type": ["string", "null"]}

_PLAIN_RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["report", "revision", "outcome", "state", "source", "follow", "href"],
    "properties": {
        "report": {"type": "string"},
        "revision": {"type": "string"},
        "outcome": {"enum": ["new", "known"]},
        "state": _STATE,
        "source": _SOURCE,
        "follow": {"type": "string", "description": "Where to follow it."},
        "href": {"type": "string"},
    },
}
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_NAMED: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "problem": _PROBLEM},
    "description": "A receipt, or the problem of this file alone.",
}
_ARCHIVE_RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["report", "outcome", "source", "members", "href"],
    "properties": {
        "report": {"type": "string"},
        "outcome": {"const": "expanded"},
        "source": _SOURCE,
        "members": {"type": "array", "items": _NAMED},
        "href": {"type": "string"},
    },
}
RECEIPT: Final = {"oneOf": [_PLAIN_RECEIPT, _ARCHIVE_RECEIPT]}
UPLOADS: Final = {
    "type": "object",
    "required": ["uploads"],
    "properties": {"uploads": {"type": "array", "items": _NAMED}},
}
REVISION: Final[dict[str, Any]] = {
    "type": "object",
    "required": [
        "revision",
        "report",
        "state",
        "code",
        "reason",
        "source",
        "hints",
        "labels",
        "accepted_at",
        "follow",
    ],
    "properties": {
        "revision": {"type": "string"},
        "report": {"type": "string"},
        "state": _STATE,
        "code": _NULLABLE,
        "reason": _NULLABLE,
        "source": _SOURCE,
        "hints": {"type": "object"},
        "labels": {"type": "array", "items": {"type": "string"}},
        "profile": _NULLABLE,
        "name": _NULLABLE,
        "by": {"type": "string"},
        "origin": {"type": "string"},
        "parent": _NULLABLE,
        "accepted_at": {"type": "string", "format": "date-time"},
        "settled_at": {"type": ["string", "null"]},
        "follow": {"type": "string"},
        "attempts": {"type": "integer"},
        "edition": {"type": ["object", "null"]},
        "children": {"type": "array", "items": {"type": "object"}},
    },
}
REVISIONS: Final = {
    "type": "object",
    "required": ["revisions"],
    "properties": {"revisions": {"type": "array", "items": REVISION}, "cursor": _NULLABLE},
}
PROMISE: Final = {
    "type": "object",
    "required": ["upload", "put", "expires_at", "complete"],
    "properties": {
        "upload": {"type": "string"},
        "put": {"type": "string", "description": "PUT the bytes here, once, without further headers."},
        "expires_at": {"type": "string", "format": "date-time"},
        "complete": {"type": "string", "description": "Then POST here."},
    },
}

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


def answers(*forms: tuple[int, str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe answers: status, in words, and the schema of the body."""
    return {
        status: {"description": said, "content": {"application/json": {"schema": schema}}}
        for status, said, schema in forms
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
