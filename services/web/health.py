"""Is this process alive, and can it do its work? Two questions with two answers: the second asks the archive."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from .app import ArchiveOf

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/livez")
async def live() -> Response:
    """Say that the process answers; restarting it would not help anything else."""
    return PlainTextResponse("live\n", headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def ready(archive: ArchiveOf) -> Response:
    """Say that store and catalog answer; 503 as a problem when one does not."""
    archive.objects.check()
    archive.catalog.ledger.head()
    return PlainTextResponse("ready\n", headers={"Cache-Control": "no-store"})
