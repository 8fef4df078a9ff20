"""What is asked of one report or two: its editions and their parts, what differs, and the forms of it all."""

from __future__ import annotations

from typing import Any, Final, Literal

from ...contract import shapes
from ..requests import (
    JSON,
    REPORT,
    Answer,
    Request,
    Stored,
    as_json,
    as_stored,
    as_stored_unless_unchanged,
    as_text,
)

Edition = int | Literal["latest"]
View = Literal["content", "record"]

_EDITION: Final = REPORT + "/-/editions/{number}"


def report(report: str) -> Request[shapes.Report]:
    """Tell about one report and its latest edition."""
    return Request("GET", REPORT, as_json, {"report": report})


def editions(report: str) -> Request[shapes.Editions]:
    """List the editions of a report, oldest first."""
    return Request("GET", REPORT + "/-/editions", as_json, {"report": report})


def about(report: str, number: Edition = "latest") -> Request[shapes.Edition]:
    """Tell number, times, hashes and facts of an edition."""
    return Request("GET", _EDITION + "/about", as_json, _one(report, number))


def content(report: str, number: Edition = "latest") -> Request[Stored[shapes.Content]]:
    """Give the content object byte for byte, checked against its hash."""
    return Request("GET", _EDITION, as_stored, _one(report, number), headers={"Accept": JSON})


def record(report: str, number: Edition = "latest") -> Request[Stored[shapes.Record]]:
    """Give the record object byte for byte, checked against its hash."""
    return Request("GET", _EDITION + "/record", as_stored, _one(report, number))


def content_unless(
    etag: str, report: str, number: Edition = "latest"
) -> Request[Stored[shapes.Content] | None]:
    """Give the content object unless it still has this entity tag; None when it has."""
    headers = {"Accept": JSON, "If-None-Match": etag}
    return Request("GET", _EDITION, as_stored_unless_unchanged, _one(report, number), headers=headers)


def content_by_hash(report: str, sha256: str) -> Request[Stored[shapes.Content]]:
    """Give a content object of a report by its SHA-256."""
    path = REPORT + "/-/contents/{sha256}"
    return Request("GET", path, as_stored, {"report": report, "sha256": sha256})


def record_by_hash(report: str, sha256: str) -> Request[Stored[shapes.Record]]:
    """Give a record object of a report by its SHA-256."""
    path = REPORT + "/-/records/{sha256}"
    return Request("GET", path, as_stored, {"report": report, "sha256": sha256})


def text(report: str, number: Edition = "latest") -> Request[str]:
    """Give the clean text alone."""
    return Request("GET", _EDITION + "/text", as_text, _one(report, number))


def markdown(report: str, number: Edition = "latest") -> Request[str]:
    """Give an edition as Markdown."""
    return Request("GET", _EDITION + "/markdown", as_text, _one(report, number))


def outline(report: str, number: Edition = "latest") -> Request[shapes.Outline]:
    """Give the sections without their text."""
    return Request("GET", _EDITION + "/outline", as_json, _one(report, number))


def section(
    report: str, section: str, number: Edition = "latest", *, deep: bool | None = None
) -> Request[shapes.Section]:
    """Give one section, by id or anchor, with its text; with ``deep`` what is below it, too."""
    path, values = _EDITION + "/sections/{section}", _one(report, number, section=section)
    return Request("GET", path, as_json, values, {"deep": deep})


def source(
    report: str, number: Edition = "latest", *, start: int = 0, end: int | None = None
) -> Request[bytes]:
    """Give the very bytes that an edition was made from, or those from ``start`` up to ``end``."""
    headers = {}
    if start or end is not None:
        headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    return Request("GET", _EDITION + "/source", _body, _one(report, number), headers=headers)


def trace(report: str, start: int, end: int, number: Edition = "latest") -> Request[shapes.Trace]:
    """Tell where in the source a span of the clean text stands, and what was changed there."""
    return Request("GET", _EDITION + "/trace", as_json, _one(report, number), {"start": start, "end": end})


def differences(report: str, before: Edition, after: Edition = "latest") -> Request[shapes.Difference]:
    """Tell what differs between two editions of a report."""
    query = {"before": before, "after": after}
    return Request("GET", REPORT + "/-/differences", as_json, {"report": report}, query, {"Accept": JSON})


def year_differences(before: str, after: str) -> Request[shapes.Difference]:
    """Tell what differs between the latest editions of two reports."""
    query = {"before": before, "after": after}
    return Request("GET", "/v1/differences", as_json, query=query, headers={"Accept": JSON})


# What describes the rest


def schema(name: View) -> Request[dict[str, Any]]:
    """Give the JSON Schema of content or record."""
    return Request("GET", "/v1/schemas/{name}", as_json, {"name": name})


def problems() -> Request[shapes.ProblemKinds]:
    """List all kinds of problems."""
    return Request("GET", "/v1/problems", as_json, headers={"Accept": JSON})


def problem(code: str) -> Request[shapes.ProblemKind]:
    """Tell what a kind of problem means and what to do."""
    return Request("GET", "/v1/problems/{code}", as_json, {"code": code}, headers={"Accept": JSON})


def _one(report: str, number: Edition, **more: str) -> dict[str, str]:
    return {"report": report, "number": str(number), **more}


def _body(answer: Answer) -> bytes:
    return answer.body
