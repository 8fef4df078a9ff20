"""What the uploader stated about a document: it wins, and where the document says otherwise there is a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ...edition import LocatedFinding, Metadata, Region, Years
from ..hints import STATED_WORDS
from .regions import place_of_code, places_named

STAGE: Final = "metadata"
CONTRADICTION: Final = "metadata-contradiction"
UNREAD: Final = "metadata-hint-unread"
KINDS: Final = (
    "work-report",
    "department-report",
    "communique",
    "plan",
    "notice",
    "opinions",
    "regulation",
    "other",
)

_DAY: Final = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")


def apply_stated(found: Metadata, stated: Mapping[str, Any]) -> tuple[Metadata, tuple[LocatedFinding, ...]]:
    """Put what ``stated`` says over what was found.

    Members are those of a content's ``metadata``, and ``title``. Years may be a number, ``"2020-2024"`` or
    ``{"from", "to"}``; a region a code, a name or an object; issuers a name or a list.
    """
    findings: list[LocatedFinding] = []
    result = found
    for name in sorted(stated):
        value = stated[name]
        if value is None:
            continue
        read = _read(name, value)
        if read is None:
            findings.append(
                LocatedFinding(
                    STAGE,
                    UNREAD,
                    None,
                    None,
                    f"the stated {name} cannot be read: {value!r}",
                    1000,
                    {"member": name},
                )
            )
            continue
        was = getattr(found, name)
        if was not in (None, (), "other") and not _same(was, read):
            at = found.evidence.get(name)
            findings.append(
                LocatedFinding(
                    STAGE,
                    CONTRADICTION,
                    None,
                    at if isinstance(at, tuple) else None,
                    f"{name}: the document says {_told(was)}, the uploader {_told(read)}",
                    1000,
                    {"member": name, "document": _json(was), "stated": _json(read)},
                )
            )
        result = replace(result, **{name: read}, evidence={**result.evidence, name: "hint"})
    return result, tuple(findings)


def _read(name: str, value: Any) -> Any:
    if name in STATED_WORDS:
        if not isinstance(value, str) or not value.strip():
            return None
        if name == "kind" and value not in KINDS:
            return None
        if name == "issued_on" and not _DAY.fullmatch(value):
            return None
        return value
    if name in ("covers", "plans"):
        return _years(value)
    if name == "issuers":
        names = (
            (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else ()
        )
        return names if names and all(isinstance(one, str) and one for one in names) else None
    return _region(value) if name == "region" else None


def _years(value: Any) -> Years | None:
    if isinstance(value, Years):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Years(value, value)
    if isinstance(value, str):
        pieces = re.findall(r"(?:19|20)\d\d", value)
        return Years(int(pieces[0]), int(pieces[-1])) if 1 <= len(pieces) <= 2 else None
    if isinstance(value, Mapping):
        first, last = value.get("from"), value.get("to", value.get("from"))
        if isinstance(first, int) and isinstance(last, int) and first <= last:
            return Years(first, last)
    return None


def _region(value: Any) -> Region | None:
    if isinstance(value, Region):
        return value
    if isinstance(value, Mapping):
        code, name, level = value.get("code"), value.get("name"), value.get("level")
        place = place_of_code(code) if isinstance(code, str) else None
        if place is not None:
            return place.region(name if isinstance(name, str) else None)
        if isinstance(code, str) and isinstance(name, str) and isinstance(level, str):
            return Region(code, name, level)
        return _region(name) if isinstance(name, str) else None
    if isinstance(value, str):
        place = place_of_code(value)
        if place is not None:
            return place.region()
        places = places_named(value)
        return places[0].region(value) if places else None
    return None


def _same(document: Any, stated: Any) -> bool:
    if isinstance(document, Region) and isinstance(stated, Region):
        return document.code == stated.code
    if isinstance(document, tuple) and isinstance(stated, tuple):
        return set(document) == set(stated)
    if isinstance(document, str) and isinstance(stated, str):
        return re.sub(r"\s", "", document) == re.sub(r"\s", "", stated)
    return bool(document == stated)


def _json(value: Any) -> Any:
    if isinstance(value, Years):
        return value.as_json()
    if isinstance(value, Region):
        return {"code": value.code, "name": value.name, "level": value.level}
    return list(value) if isinstance(value, tuple) else value


def _told(value: Any) -> str:
    if isinstance(value, Years):
        return str(value.first) if value.first == value.last else f"{value.first}–{value.last}"
    if isinstance(value, Region):
        return value.name
    return "、".join(value) if isinstance(value, tuple) else str(value)
