"""What an uploader states along with the bytes: report id, labels, hints. One form for all ways in."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final

from ..archive import check_labels, check_report_id
from ..normalize import Hints
from ..normalize.charsets import codec_called, unknown_encoding
from ..normalize.hints import STATED_MEMBERS
from ..normalize.profiles import profile_named
from ..web.problems import ProblemError

HINT_FIELDS: Final = ("encoding", "declared", "script", "media_type")
"""Hints that have a field of their own; ``hints`` holds all of them as JSON."""

FIELDS: Final = ("report", "labels", "profile", "name", "sha256", "hints", "parts", *HINT_FIELDS)
SCRIPTS: Final = ("Hans", "Hant", "mixed", "other")
METADATA_PREFIX: Final = "metadata."
"""A field ``metadata.title`` states the title, and so on."""

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_NO_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


class StatementError(ProblemError):
    """What was stated cannot be: an unknown field, wrong JSON, no such profile. The message says which."""

    def __init__(self, detail: str) -> None:
        super().__init__(422, "statement", detail)


@dataclass(frozen=True, slots=True)
class Statement:
    """What was stated, checked; ``hints`` is the canonical JSON form of ``Hints``."""

    report: str | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    profile: str | None = None
    name: str | None = None
    sha256: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it as fields that ``read_statement`` reads."""
        given = {
            "report": self.report,
            "hints": dict(self.hints),
            "labels": list(self.labels),
            "profile": self.profile,
            "name": self.name,
            "sha256": self.sha256,
        }
        return {name: value for name, value in given.items() if value}


def read_statement(fields: Mapping[str, Any]) -> Statement:
    """Read what was stated, from form fields, a query, a line of a manifest or an object's metadata.

    Values are strings, or what JSON gives. ``labels`` are divided by commas or spaces, or a list.

    Raises:
        StatementError: a field is unknown or wrong.
        ReportIdError, LabelError: as they say.
    """
    known = {name: value for name, value in fields.items() if value not in (None, "")}
    unknown = sorted(name for name in known if name not in FIELDS and not name.startswith(METADATA_PREFIX))
    if unknown:
        raise StatementError(
            f"there is no field {unknown[0]!r}; there are {', '.join(FIELDS)} and metadata.…"
        )
    hints = dict(_json_object("hints", known.get("hints", {})))
    for name in HINT_FIELDS:
        if name in known:
            hints[name] = known[name]
    if "parts" in known:
        hints["parts"] = _yes_or_no("parts", known["parts"])
    metadata = {
        name.removeprefix(METADATA_PREFIX): known[name] for name in known if name.startswith(METADATA_PREFIX)
    }
    if metadata:
        hints["metadata"] = {**_json_object("metadata", hints.get("metadata") or {}), **metadata}
    _check_characters({**known, "hints": hints})
    unread = sorted(set(_json_object("metadata", hints.get("metadata") or {})) - set(STATED_MEMBERS))
    if unread:
        raise StatementError(
            f"metadata has no member {unread[0]!r}; what can be stated is {', '.join(sorted(STATED_MEMBERS))}"
        )
    try:
        canonical = Hints.from_json(hints).as_json()
        profile = profile_named(known["profile"]).name if "profile" in known else None
    except (ValueError, TypeError) as error:
        raise StatementError(str(error)) from None
    if "encoding" in canonical and codec_called(canonical["encoding"]) is None:
        raise StatementError(unknown_encoding(canonical["encoding"]))
    if canonical.get("script", "Hans") not in SCRIPTS:
        raise StatementError(f"script is one of {', '.join(SCRIPTS)}")
    for name in ("report", "name", "sha256"):
        if not isinstance(known.get(name, ""), str):
            raise StatementError(f"{name} must be a string")
    if "sha256" in known and not _SHA256.fullmatch(known["sha256"]):
        raise StatementError("sha256 is 64 hexadecimal digits")
    return Statement(
        report=check_report_id(known["report"]) if "report" in known else None,
        hints=canonical,
        labels=check_labels(_labels(known.get("labels", ()))),
        profile=profile,
        name=known.get("name"),
        sha256=known.get("sha256"),
    )


def _check_characters(fields: Mapping[str, Any]) -> None:
    """Check every string in what was stated: JSON can write characters that no text has and no catalog keeps.

    Raises:
        StatementError: U+0000, or half a surrogate pair.
    """
    waiting: list[tuple[str, Any]] = list(fields.items())
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(name, one) for pair in value.items() for one in pair]
        elif isinstance(value, list | tuple):
            waiting += [(name, one) for one in value]
        elif isinstance(value, str) and _NO_CHARACTER.search(value):
            raise StatementError(f"{name} holds U+0000 or half a surrogate pair; remove it")


def _yes_or_no(name: str, value: Any) -> bool:
    said = str(value).lower() if isinstance(value, str | bool) else ""
    if said not in _YES | _NO:
        raise StatementError(f"{name} is true or false")
    return said in _YES


def _json_object(name: str, value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise StatementError(f"{name} is not JSON: {error}") from None
    if not isinstance(value, Mapping):
        raise StatementError(f"{name} must be a JSON object")
    return value


def _labels(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.replace(",", " ").replace(";", " ").split())
    if isinstance(value, list | tuple) and all(isinstance(label, str) for label in value):
        return tuple(value)
    raise StatementError("labels are strings")


def charset_of(content_type: str | None) -> str | None:
    """Give the charset that a content type declares: one witness for the encoding, never the judge.

    >>> charset_of("text/plain; charset=GB2312")
    'gb2312'
    """
    if not content_type or ";" not in content_type:
        return None
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()


def declared_sha256(content_digest: str | None) -> str | None:
    """Read the SHA-256 of a ``Content-Digest`` field (RFC 9530), in hexadecimal digits; None when it has none.

    Raises:
        StatementError: it has one that is no SHA-256.
    """
    for part in (content_digest or "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "sha-256":
            try:
                digest = base64.b64decode(value.strip().strip(":"), validate=True)
            except (binascii.Error, ValueError):
                digest = b""
            if len(digest) != 32:
                raise StatementError("Content-Digest: sha-256 must be 32 bytes in Base64 between colons")
            return digest.hex()
    return None
