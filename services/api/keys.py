"""Access keys and the audit trail, for who has the scope ``manage``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from ..archive import Audit, Key, Keys, Scope, to_rfc3339
from ..contract import shapes
from ..web import ArchiveOf, ProblemError
from ..web.access import Manager
from ..web.describing import gives
from ..web.paging import next_page
from .answers import json_answer
from .filters import SEQUENCE_MOST

router = APIRouter(prefix="/v1", tags=["keys"])


Label = Annotated[str, Field(pattern=r"^\w[\w.:-]{0,63}$")]


class NewKey(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"\S", max_length=200, description="Who uses it.")
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    labels: list[Label] | None = Field(
        None, min_length=1, max_length=100, description="Limits it to reports with one of these."
    )


def key_json(key: Key) -> shapes.Key:
    """Give what is known of a key; its secret is not."""
    return {
        "prefix": key.prefix,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "labels": None if key.labels is None else list(key.labels),
        "created_at": to_rfc3339(key.created_at),
        "last_used_at": to_rfc3339(key.last_used_at) if key.last_used_at else None,
        "revoked_at": to_rfc3339(key.revoked_at) if key.revoked_at else None,
    }


@router.get("/keys", summary="List keys", responses=gives(shapes.Keys))
def list_keys(archive: ArchiveOf, caller: Manager) -> Response:
    """List all keys, revoked ones too."""
    _unlimited(caller.labels)
    told: shapes.Keys = {"keys": [key_json(key) for key in Keys(archive.catalog.database).list()]}
    return json_answer(told)


@router.post(
    "/keys",
    summary="Make a key",
    status_code=201,
    responses=gives(shapes.MadeKey, "Made.", status=201),
)
def create_key(archive: ArchiveOf, caller: Manager, request: Request, new: NewKey) -> Response:
    """Make a key. `token` is shown in this answer and never again."""
    _unlimited(caller.labels)
    try:
        key, token = Keys(archive.catalog.database).create(new.name, new.scopes, labels=new.labels)
    except ValueError as error:
        raise ProblemError(422, "key", str(error)) from None
    Audit(archive.catalog.database).note(
        caller.actor,
        "key-created",
        key.prefix,
        request=request.headers.get("x-request-id", ""),
        data={"name": key.name},
    )
    told: shapes.MadeKey = {**key_json(key), "token": token}
    answer = json_answer(told, **{"Cache-Control": "no-store"})
    answer.status_code = 201
    return answer


@router.delete("/keys/{prefix}", summary="Revoke a key", status_code=204)
def revoke_key(archive: ArchiveOf, caller: Manager, request: Request, prefix: str) -> Response:
    """End a key; within a second no process takes it any more."""
    _unlimited(caller.labels)
    if not Keys(archive.catalog.database).revoke(prefix):
        raise ProblemError(404, "key-unknown", f"no key {prefix[:80]!r} that is not revoked")
    Audit(archive.catalog.database).note(
        caller.actor, "key-revoked", prefix, request=request.headers.get("x-request-id", "")
    )
    return Response(status_code=204)


@router.get("/audit", summary="Who changed what", responses=gives(shapes.AuditPage))
def get_audit(
    archive: ArchiveOf,
    caller: Manager,
    request: Request,
    after: Annotated[int, Query(ge=0, le=SEQUENCE_MOST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    subject: Annotated[str | None, Query(max_length=600)] = None,
) -> Response:
    """List what was changed by whom, in order."""
    _unlimited(caller.labels)
    entries = Audit(archive.catalog.database).entries(after=after, limit=limit, subject=subject)
    told: shapes.AuditPage = {
        "entries": [
            {
                "id": entry.id,
                "at": to_rfc3339(entry.at),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "request": entry.request,
                "data": dict(entry.data),
            }
            for entry in entries
        ],
        "next": entries[-1].id if entries else after,
    }
    return json_answer(told, **next_page(request, after=entries[-1].id if len(entries) == limit else None))


def _unlimited(labels: tuple[str, ...] | None) -> None:
    if labels is not None:
        raise ProblemError(403, "labels-limited", "a key limited to labels does not manage keys")
