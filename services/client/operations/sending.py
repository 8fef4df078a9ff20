"""The way in: uploads in each of their forms, amendments, and what becomes of a revision."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...contract import shapes
from ...contract.kinds import Queue, RevisionState
from ..requests import JSON, PAGE, REPORT, Request, Source, as_json, body_of, digest_of, nothing


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
    path, values = REPORT + "/-/source", {"report": report}
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
        "POST", REPORT + "/-/amendments", as_json, {"report": report}, query,
        {"Content-Type": JSON, "Idempotency-Key": _key()}, body=body_of(hints),
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
    body = body_of({"report": report, "size": size, **stated})
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
    state: RevisionState, *, cursor: str | None = None, limit: int = PAGE
) -> Request[shapes.Revisions]:
    """Give one page of the revisions in a state, oldest first."""
    return Request("GET", "/v1/revisions", as_json, query=dict(locals()))


def revisions_of(report: str) -> Request[shapes.Revisions]:
    """List all revisions of a report, oldest first."""
    return Request("GET", REPORT + "/-/revisions", as_json, {"report": report})


def notify_bucket() -> Request[shapes.Hastened]:
    """Hasten the scan of the bucket."""
    return Request("POST", "/v1/notifications/bucket", as_json)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _key() -> str:
    return secrets.token_hex(16)
