"""Presigned uploads: one PUT straight to the object store, then *complete*, which reads the bytes once."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ..archive import (
    Archive,
    DigestMismatchError,
    Incoming,
    ObjectMissingError,
    TooLargeError,
    inbox_key,
    to_rfc3339,
)
from ..archive.signing import PATH, SignatureRefusedError, Signer
from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf, ProblemError, SettingsOf
from ..web.access import Caller, Uploader
from ..web.describing import gives
from .arriving import receive_body
from .describing import RECEIVED, STATEMENT_BODY
from .statements import StatementError, read_statement
from .taking import permitted, take
from .uploads import MOST_STATED, QueueAsked, receipt_response

router = APIRouter(prefix="/v1", tags=["ingest"])

PROMISED: Final = "presigned"
COMPLETED: Final = "presigned-done"
"""Scopes under which the catalog remembers, for a day, what was stated and what became of it."""

_UPLOAD: Final = re.compile(r"[0-9a-f]{32}")


@router.post(
    "/uploads/presigned",
    status_code=201,
    summary="Ask for a presigned upload",
    openapi_extra=STATEMENT_BODY,
    responses=gives(shapes.UploadPromise, "Where to PUT the bytes.", status=201),
)
async def post_presigned(
    request: Request,
    archive: ArchiveOf,
    settings: SettingsOf,
    caller: Uploader,
    queue: QueueAsked = "interactive",
) -> Response:
    """Ask for a URL to PUT one file to; the body (JSON) states report, size, and what else is known of it.

    ``size`` (bytes) is required; *complete* compares. Then POST to ``complete``.
    """
    fields = await _json_body(request)
    size = fields.pop("size", None)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise StatementError("size, the number of bytes, is required")
    statement = read_statement(fields)
    if statement.report is None:
        raise StatementError("report, the id, is required")
    if size > settings.max_upload:
        raise TooLargeError(settings.max_upload)
    await run_in_threadpool(permitted, archive, caller, statement)  # before the bytes are sent
    upload = secrets.token_hex(16)
    kept = {"statement": statement.as_json(), "size": size, "queue": queue}
    seconds = settings.upload_seconds

    def promise() -> str:
        archive.catalog.intake.remember(PROMISED, upload, kept)
        return archive.objects.presign_put(inbox_key(upload), seconds=seconds)

    url = await run_in_threadpool(promise)
    told: shapes.UploadPromise = {
        "upload": upload,
        "put": url,
        "expires_at": to_rfc3339(archive.catalog.database.now() + seconds * 1000),
        "complete": f"/v1/uploads/{upload}/complete",
    }
    headers = {"Cache-Control": "no-store", "Location": told["complete"]}
    return Response(to_json(told), 201, headers=headers, media_type="application/json")


@router.post(
    "/uploads/{upload}/complete",
    status_code=202,
    summary="Complete a presigned upload",
    responses=RECEIVED,
)
def complete(archive: ArchiveOf, settings: SettingsOf, caller: Uploader, upload: str) -> Response:
    """Take in what was PUT: size and digest are checked, and the inbox is never looked at again.

    Completing twice gives the same receipt.
    """
    if not _UPLOAD.fullmatch(upload):
        raise ProblemError(404, "upload-unknown", "no such upload")
    intake = archive.catalog.intake
    told = intake.recall(COMPLETED, upload)
    if told is None:
        promised = intake.recall(PROMISED, upload)
        if promised is None:
            raise ProblemError(
                404, "upload-unknown", "no such upload, or it is older than a day: ask for a new one"
            )
        told = intake.remember(
            COMPLETED, upload, _complete(archive, upload, promised, settings.max_upload, caller)
        )
        archive.objects.remove(inbox_key(upload))
    return receipt_response(told)


def _complete(
    archive: Archive, upload: str, promised: Mapping[str, Any], limit: int, caller: Caller
) -> dict[str, Any]:
    statement = read_statement(promised["statement"])
    key, size = inbox_key(upload), promised["size"]
    try:
        found = archive.objects.stat(key).size
        if found != size:
            archive.objects.remove(key)
            raise DigestMismatchError(f"{size} bytes were declared, {found} arrived; PUT them again")
        with Incoming(limit=limit) as incoming:
            for piece in archive.objects.stream(key):
                incoming.write(piece)
            # Someone may have PUT again meanwhile: what counts is what was read.
            if incoming.size != size:
                raise DigestMismatchError(
                    f"{size} bytes were declared, {incoming.size} were read; PUT them again"
                )
            return take(
                archive,
                statement,
                incoming,
                origin="presigned",
                queue=promised["queue"],
                caller=caller,
            )
    except ObjectMissingError:
        raise ProblemError(409, "upload-not-there", "nothing was PUT to the upload's URL yet") from None


@router.put(f"{PATH.removeprefix('/v1')}{{key:path}}", include_in_schema=False)
async def put_object(request: Request, archive: ArchiveOf, settings: SettingsOf, key: str) -> Response:
    """Take a presigned PUT where the store is a folder: the contract of S3, answered by us."""
    if not re.fullmatch(r"inbox/[0-9a-f]{32}", key):
        raise ProblemError(403, "signature-refused", "only the inbox takes a PUT")
    try:
        Signer.of(settings).check("PUT", key, request.query_params)
    except SignatureRefusedError as error:
        raise ProblemError(403, "signature-refused", str(error)) from None
    length = request.headers.get("content-length")
    incoming = await receive_body(request.stream(), limit=settings.max_upload, length=length)
    with incoming:
        await run_in_threadpool(lambda: archive.objects.put(key, incoming.rewound(), size=incoming.size))
        return Response(status_code=200, headers={"ETag": f'"{incoming.sha256}"'})


async def _json_body(request: Request) -> dict[str, Any]:
    length = request.headers.get("content-length")
    with await receive_body(request.stream(), limit=MOST_STATED, length=length) as body:
        try:
            fields = json.loads(body.rewound().read())
        except (ValueError, RecursionError) as error:
            raise StatementError(f"the body is a JSON object: {error}") from None
    if not isinstance(fields, dict):
        raise StatementError("the body is a JSON object")
    return fields
