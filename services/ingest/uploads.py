"""Uploads over HTTP: one source by PUT, one or several by a form, and amendments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace as replaced
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..archive import Archive, ArchiveError, Queue, check_report_id
from ..edition import to_json
from ..normalize import RejectedError
from ..web import ArchiveOf, ProblemError, SettingsOf, problem_response
from ..web.access import Caller, Uploader
from ..web.problems import problem_of
from .arriving import ArrivedFile, Form, receive_body, receive_form
from .describing import BYTES, FORM, HINTS_BODY, RECEIVED, UPLOADED
from .manifest import ManifestError, read_manifest
from .naming import report_ids
from .statements import Statement, StatementError, charset_of, declared_sha256, read_statement
from .taking import MOST_KEY, check_seen, once, permitted, receipt, take, take_amendment, with_defaults

router = APIRouter(prefix="/v1", tags=["ingest"])
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=MOST_KEY, description="The same key gives the same answer for a day."),
]
ContentDigest = Annotated[str | None, Header(description="`sha-256=:…:` (RFC 9530) is checked.")]

MOST_STATED: Final = 4 << 20
"""Bytes of an amendment's body."""


QueueAsked = Annotated[
    Queue,
    Query(description="`bulk`: nobody waits for it; what people wait for goes first."),
]


@router.put(
    "/reports/{report:path}/-/source",
    status_code=202,
    summary="Upload a report",
    openapi_extra=BYTES,
    responses=RECEIVED,
)
async def put_source(
    request: Request,
    archive: ArchiveOf,
    settings: SettingsOf,
    caller: Uploader,
    report: str,
    queue: QueueAsked = "interactive",
    idempotency_key: IdempotencyKey = None,
    content_digest: ContentDigest = None,
) -> Response:
    """Upload the bytes of a report; what is stated of them (hints, labels, profile, name) stands in the query.

    202: it is durable and will be worked on; 200: the report's newest revision is just this.
    """
    stated = {name: value for name, value in request.query_params.items() if name != "queue"}
    statement = read_statement({**stated, "report": report})
    declared = declared_sha256(content_digest)
    if declared:
        statement = replaced(statement, sha256=declared)
    statement = with_defaults(statement, name=None, declared=charset_of(request.headers.get("content-type")))
    await run_in_threadpool(permitted, archive, caller, statement)  # before the bytes are read
    who = caller.actor
    length = request.headers.get("content-length")
    incoming = await receive_body(request.stream(), limit=settings.max_upload, length=length)
    with incoming:
        asked = {**statement.as_json(), "source": incoming.sha256}

        def act() -> dict[str, Any]:
            return take(archive, statement, incoming, origin="upload", queue=queue, caller=caller)

        told = await run_in_threadpool(once, archive, idempotency_key, who, asked, act)
    return receipt_response(told)


@router.post(
    "/uploads",
    status_code=202,
    summary="Upload files by a form",
    openapi_extra=FORM,
    responses=UPLOADED,
)
async def post_uploads(
    request: Request,
    archive: ArchiveOf,
    settings: SettingsOf,
    caller: Uploader,
    queue: QueueAsked = "interactive",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Upload one file or several. A field before a file is about that file; fields of a manifest win over both.

    Files without a stated id get their name without its ending, except where two of them would meet.
    The answer has a receipt or a problem for each file, in order; its status is 202 unless none was taken.
    """
    content_type = request.headers.get("content-type", "")
    form = await receive_form(request.stream(), content_type, limit=settings.max_upload)
    try:
        files = [file for file in form.files if file.part != "manifest" and (file.name or file.incoming.size)]
        if not files:
            raise ProblemError(422, "file-missing", "the form has no file; name its field file")
        statements = _statements(form, files)
        who = caller.actor
        asked = {
            "files": [
                [statement.as_json(), file.incoming.sha256]
                for statement, file in zip(statements, files, strict=True)
            ]
        }

        def act() -> dict[str, Any]:
            return {
                "uploads": [
                    _one(archive, statement, file, queue, caller)
                    for statement, file in zip(statements, files, strict=True)
                ]
            }

        told = await run_in_threadpool(once, archive, idempotency_key, who, asked, act)
    finally:
        form.close()
    problems = [one["problem"] for one in told["uploads"] if "problem" in one]
    status = 202 if len(problems) < len(files) else problems[0]["status"]
    return Response(to_json(told), status, media_type="application/json")


def _statements(form: Form, files: list[ArrivedFile]) -> list[Statement]:
    manifest = {}
    for file in form.files:
        if file.part == "manifest":
            manifest = _manifest(file.incoming.rewound().read())
    if form.fields.get("manifest"):
        manifest = _manifest(form.fields["manifest"].encode())
    alone = len(files) == 1
    statements = []
    names = report_ids([file.name for file in files])
    for file, named in zip(files, names, strict=True):
        fields = {
            name: value
            for name, value in (form.fields if alone else file.stated).items()
            if name != "manifest"
        }
        stated = manifest.get(file.name)
        if stated is not None:
            fields |= stated.as_json()
        fields.setdefault("report", named)
        statement = read_statement(fields)
        statements.append(with_defaults(statement, name=file.name, declared=charset_of(file.content_type)))
    return statements


def _manifest(data: bytes) -> dict[str, Statement]:
    try:
        return read_manifest(data)
    except ManifestError as error:
        raise StatementError(str(error)) from None


def _one(
    archive: Archive, statement: Statement, file: ArrivedFile, queue: Any, caller: Caller
) -> dict[str, Any]:
    try:
        told = take(archive, statement, file.incoming, origin="upload", queue=queue, caller=caller)
    except (ArchiveError, RejectedError, ProblemError) as error:
        problem = error if isinstance(error, ProblemError) else problem_of(error)
        return {"name": file.name, "problem": json.loads(bytes(problem_response(problem).body))}
    return {"name": file.name, **told}


@router.post(
    "/reports/{report:path}/-/amendments",
    status_code=202,
    summary="Amend: new hints for the same source",
    openapi_extra=HINTS_BODY,
    responses=RECEIVED,
)
async def post_amendment(
    request: Request,
    archive: ArchiveOf,
    caller: Uploader,
    report: str,
    profile: Annotated[str | None, Query(description="Other settings of the normalization.")] = None,
    replace: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Only these hints hold, nothing of what was stated before.")
    ] = False,
    queue: QueueAsked = "interactive",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Send hints (JSON) for the newest source of a report: a person has the last word.

    They are added to what was stated before; with ``?replace=true`` only these hold.
    """
    body = await receive_body(
        request.stream(), limit=MOST_STATED, length=request.headers.get("content-length")
    )
    with body:
        try:
            hints = json.loads(body.rewound().read())
        except (ValueError, RecursionError) as error:
            raise StatementError(f"hints are a JSON object: {error}") from None
    stated = read_statement({"hints": hints, "profile": profile})
    if not stated.hints and not stated.profile:
        raise StatementError(
            "nothing is stated; hints have the members encoding, script, metadata, amendments …"
        )
    who, named = caller.actor, check_report_id(report)
    await run_in_threadpool(check_seen, archive, caller, named)
    asked: Mapping[str, Any] = {"report": named, "replace": replace, **stated.as_json()}

    def act() -> dict[str, Any]:
        return receipt(take_amendment(archive, named, stated, replaces=replace, queue=queue, by=who))

    return receipt_response(await run_in_threadpool(once, archive, idempotency_key, who, asked, act))


def receipt_response(told: Mapping[str, Any]) -> Response:
    """Answer with a receipt: 200 when nothing is new, else 202."""
    headers = {"Cache-Control": "no-store"}
    if "follow" in told:
        headers["Location"] = told["follow"]
    status = 200 if told["outcome"] == "known" else 202
    return Response(to_json(told), status, headers=headers, media_type="application/json")
