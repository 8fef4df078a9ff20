"""What can be asked: a function for each operation of the API, which makes the request as a value."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from ..contract import shapes
from .requests import (
    JSON,
    Answer,
    Request,
    Source,
    Stored,
    as_json,
    as_stored,
    as_stored_unless_unchanged,
    as_text,
    digest_of,
    nothing,
)

Edition = int | Literal["latest"]
View = Literal["content", "record"]
Queue = Literal["interactive", "bulk"]

_REPORT: Final = "/v1/reports/{report}"
_EDITION: Final = _REPORT + "/-/editions/{number}"
_PAGE: Final = 500


def _one(report: str, number: Edition, **more: str) -> dict[str, str]:
    return {"report": report, "number": str(number), **more}


# Reports


def report(report: str) -> Request[shapes.Report]:
    """Tell about one report and its latest edition."""
    return Request("GET", _REPORT, as_json, {"report": report})


def reports_page(
    *,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = _PAGE,
) -> Request[shapes.Reports]:
    """Give one page of the reports that match every filter given."""
    return Request("GET", "/v1/reports", as_json, query=dict(locals()))


def values(
    facet: Literal["label", "region", "within", "issuer", "kind", "year", "grade", "script"],
    *,
    prefix: str | None = None,
    limit: int | None = None,
) -> Request[shapes.FilterValues]:
    """List the values that a filter can take."""
    query = {"prefix": prefix, "limit": limit}
    return Request("GET", "/v1/values/{facet}", as_json, {"facet": facet}, query)


def series(*, region: str, kind: str, issuer: str | None = None) -> Request[shapes.Series]:
    """Tell which years a series has, and which it lacks."""
    return Request("GET", "/v1/series", as_json, query=dict(locals()))


# Editions


def editions(report: str) -> Request[shapes.Editions]:
    """List the editions of a report, oldest first."""
    return Request("GET", _REPORT + "/-/editions", as_json, {"report": report})


def about(report: str, number: Edition = "latest") -> Request[shapes.Edition]:
    """Tell number, times, hashes and facts of an edition."""
    return Request("GET", _EDITION + "/about", as_json, _one(report, number))


def content(report: str, number: Edition = "latest") -> Request[Stored]:
    """Give the content object byte for byte, checked against its hash."""
    return Request("GET", _EDITION, as_stored, _one(report, number), headers={"Accept": JSON})


def record(report: str, number: Edition = "latest") -> Request[Stored]:
    """Give the record object byte for byte, checked against its hash."""
    return Request("GET", _EDITION + "/record", as_stored, _one(report, number))


def content_unless(etag: str, report: str, number: Edition = "latest") -> Request[Stored | None]:
    """Give the content object unless it still has this entity tag; None when it has."""
    headers = {"Accept": JSON, "If-None-Match": etag}
    return Request("GET", _EDITION, as_stored_unless_unchanged, _one(report, number), headers=headers)


def content_by_hash(report: str, sha256: str) -> Request[Stored]:
    """Give a content object of a report by its SHA-256."""
    path = _REPORT + "/-/contents/{sha256}"
    return Request("GET", path, as_stored, {"report": report, "sha256": sha256})


def record_by_hash(report: str, sha256: str) -> Request[Stored]:
    """Give a record object of a report by its SHA-256."""
    path = _REPORT + "/-/records/{sha256}"
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
    return Request("GET", _REPORT + "/-/differences", as_json, {"report": report}, query, {"Accept": JSON})


def year_differences(before: str, after: str) -> Request[shapes.Difference]:
    """Tell what differs between the latest editions of two reports."""
    query = {"before": before, "after": after}
    return Request("GET", "/v1/differences", as_json, query=query, headers={"Accept": JSON})


# Across reports


def sections_page(
    *,
    section: str | None = None,
    anchor: str | None = None,
    section_kind: str | None = None,
    ordinal: int | None = None,
    role: str | None = None,
    heading: str | None = None,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = _PAGE,
) -> Request[shapes.Sections]:
    """Give one page of the sections of many reports, such as the second chapter of every 2023 report of a province."""
    return Request("GET", "/v1/sections", as_json, query=dict(locals()))


def search_page(
    q: str,
    *,
    section: str | None = None,
    anchor: str | None = None,
    section_kind: str | None = None,
    ordinal: int | None = None,
    role: str | None = None,
    heading: str | None = None,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Request[shapes.Hits]:
    """Give one page of the sections that hold all words, newest first."""
    return Request("GET", "/v1/search", as_json, query=dict(locals()))


def feed(*, after: int = 0, limit: int = _PAGE, wait: float | None = None) -> Request[shapes.Feed]:
    """Give the next entries of the ledger, and ``next`` to ask with next time."""
    return Request("GET", "/v1/feed", as_json, query={"after": after, "limit": limit, "wait": wait})


# Webhooks


def subscriptions() -> Request[shapes.Subscriptions]:
    """List your subscriptions."""
    return Request("GET", "/v1/subscriptions", as_json)


def subscribe(url: str, *, after: int | None = None) -> Request[shapes.MadeSubscription]:
    """Have changes delivered to an https address of yours; the secret is shown this once."""
    body = {"url": url} if after is None else {"url": url, "after": after}
    return _sent("POST", "/v1/subscriptions", body)


def subscription(subscription: str) -> Request[shapes.Subscription]:
    """Tell how far a subscription has been told."""
    return Request("GET", "/v1/subscriptions/{subscription}", as_json, {"subscription": subscription})


def change_subscription(
    subscription: str,
    *,
    state: Literal["active", "paused"] | None = None,
    replay_after: int | None = None,
) -> Request[shapes.Subscription]:
    """Pause a subscription, begin again, or have events delivered again."""
    said = {"state": state, "replay_after": replay_after}
    body = {name: value for name, value in said.items() if value is not None}
    return _sent("PATCH", "/v1/subscriptions/{subscription}", body, subscription=subscription)


def unsubscribe(subscription: str) -> Request[None]:
    """End a subscription."""
    # Ended twice it is not there the second time, so a lost answer is not asked for again.
    path, values = "/v1/subscriptions/{subscription}", {"subscription": subscription}
    return Request("DELETE", path, nothing, values, repeatable=False)


# Keys


def keys() -> Request[shapes.Keys]:
    """List all keys."""
    return Request("GET", "/v1/keys", as_json)


def create_key(
    name: str, scopes: Sequence[shapes.Scope], *, labels: Sequence[str] | None = None
) -> Request[shapes.MadeKey]:
    """Make a key; its token is shown this once."""
    body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    return _sent("POST", "/v1/keys", body if labels is None else {**body, "labels": list(labels)})


def revoke_key(prefix: str) -> Request[None]:
    """End a key."""
    return Request("DELETE", "/v1/keys/{prefix}", nothing, {"prefix": prefix}, repeatable=False)


def audit_page(
    *, after: int = 0, limit: int = _PAGE, subject: str | None = None
) -> Request[shapes.AuditPage]:
    """Give one page of what was changed by whom."""
    return Request("GET", "/v1/audit", as_json, query=dict(locals()))


def withdraw(report: str, why: str) -> Request[shapes.Done]:
    """Withdraw a report."""
    return _sent("POST", _REPORT + "/-/withdrawal", {"why": why}, report=report)


def restore(report: str, why: str) -> Request[shapes.Done]:
    """Bring a withdrawn report back."""
    return _sent("POST", _REPORT + "/-/restoration", {"why": why}, report=report)


def erase(report: str, why: str) -> Request[shapes.Done]:
    """Erase a report for good."""
    return _sent("POST", _REPORT + "/-/erasure", {"why": why}, report=report)


# The way in


def put_source(
    report: str,
    source: Source,
    *,
    labels: Sequence[str] = (),
    hints: Mapping[str, Any] | None = None,
    profile: str | None = None,
    name: str | None = None,
    queue: Queue | None = None,
    stated: Mapping[str, str] | None = None,
    sha256: str | None = None,
) -> Request[shapes.Receipt | shapes.ArchiveReceipt]:
    """Upload the bytes of a report; a file is streamed, and the server checks the digest.

    Args:
        report: id.
        source: bytes, or the path of a file, which must not change meanwhile.
        labels: count for the report's first revision.
        hints: as docs/ways-in.md lists them.
        profile: settings of the normalization.
        name: of the file.
        queue: ``bulk`` for what nobody waits for.
        stated: further fields of a statement: ``encoding``, ``metadata.title`` …
        sha256: of the source, in hexadecimal, where it is known; else it is computed.
    """
    query = {
        **(stated or {}),
        **_given(
            labels=",".join(labels) or None,
            hints=json.dumps(hints, ensure_ascii=False) if hints else None,
            profile=profile,
            name=name,
            queue=queue,
        ),
    }
    digest = base64.b64encode(bytes.fromhex(sha256 or digest_of(source))).decode()
    headers = {"Content-Type": "application/octet-stream", "Content-Digest": f"sha-256=:{digest}:"}
    path, values = _REPORT + "/-/source", {"report": report}
    # The same bytes again are known, so a lost answer costs nothing.
    return Request("PUT", path, as_json, values, query, headers, body=source)


def amend(
    report: str,
    hints: Mapping[str, Any],
    *,
    profile: str | None = None,
    replace: bool | None = None,
    queue: Queue | None = None,
) -> Request[shapes.Receipt]:
    """Send hints for the newest source of a report."""
    query = {"profile": profile, "replace": replace, "queue": queue}
    return Request(
        "POST", _REPORT + "/-/amendments", as_json, {"report": report}, query,
        {"Content-Type": JSON, "Idempotency-Key": _key()}, body=_bytes(hints),
    )  # fmt: skip


def upload_files(
    files: Mapping[str, Source],
    *,
    manifest: Iterable[Mapping[str, Any]] = (),
    stated: Mapping[str, str] | None = None,
    queue: Queue | None = None,
) -> Request[shapes.Uploads]:
    """Upload files by a form.

    Args:
        files: bytes or file by the name that is told.
        manifest: what is stated of each: objects with ``path`` (the name) and fields of a statement.
        stated: fields of the statement, when there is one file.
        queue: ``bulk`` for what nobody waits for.
    """
    fields = dict(stated or {})
    lines = [json.dumps(dict(row), ensure_ascii=False) for row in manifest]
    if lines:
        fields["manifest"] = "\n".join(lines)
    return Request(
        "POST", "/v1/uploads", as_json, query={"queue": queue}, headers={"Idempotency-Key": _key()},
        files=tuple(("file", name, source) for name, source in files.items()), fields=fields,
    )  # fmt: skip


def promise_upload(
    report: str, size: int, *, queue: Queue | None = None, **stated: Any
) -> Request[shapes.UploadPromise]:
    """Ask for a URL to PUT one file to. A promise that is not kept costs nothing, so asking again is harmless."""
    body = _bytes({"report": report, "size": size, **stated})
    path, headers = "/v1/uploads/presigned", {"Content-Type": JSON}
    return Request("POST", path, as_json, query={"queue": queue}, headers=headers, body=body)


def put_promised(url: str, source: Source) -> Request[None]:
    """PUT the bytes where a promise says."""
    return Request("PUT", "", nothing, body=source, elsewhere=url)


def complete_upload(upload: str) -> Request[shapes.Receipt | shapes.ArchiveReceipt]:
    """Complete a presigned upload; twice gives the same receipt."""
    return Request("POST", "/v1/uploads/{upload}/complete", as_json, {"upload": upload})


def revision(revision: str, *, wait: float | None = None) -> Request[shapes.Revision]:
    """Tell what became of an upload; with ``wait``, as soon as it is settled or after so many seconds."""
    return Request("GET", "/v1/revisions/{revision}", as_json, {"revision": revision}, {"wait": wait})


def revisions_page(
    state: shapes.RevisionState, *, cursor: str | None = None, limit: int = _PAGE
) -> Request[shapes.Revisions]:
    """Give one page of the revisions in a state, oldest first."""
    return Request("GET", "/v1/revisions", as_json, query=dict(locals()))


def revisions_of(report: str) -> Request[shapes.Revisions]:
    """List all revisions of a report, oldest first."""
    return Request("GET", _REPORT + "/-/revisions", as_json, {"report": report})


def notify_bucket() -> Request[shapes.Hastened]:
    """Hasten the scan of the bucket."""
    return Request("POST", "/v1/notifications/bucket", as_json)


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


def _sent(method: str, template: str, body: Mapping[str, Any], **values: str) -> Request[Any]:
    headers = {"Content-Type": JSON}
    return Request(method, template, as_json, values, headers=headers, body=_bytes(body), repeatable=False)


def _bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _key() -> str:
    return secrets.token_hex(16)


def _body(answer: Answer) -> bytes:
    return answer.body
