"""Is this process alive, and can it do its work? Two questions with two answers: the second asks the archive."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from ..archive import Archive, ArchiveError
from ..observing.beats import late_loops
from .problems import ProblemError
from .state import ArchiveOf

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/livez")
async def live() -> Response:
    """Say that the process answers and its loops turn; 503 as a problem when one died, which a restart mends."""
    _refuse(late_loops(did=False))
    return PlainTextResponse("live\n", headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def ready(archive: ArchiveOf) -> Response:
    """Say that store and catalog answer; 503 as a problem when one does not."""
    _refuse(late_loops(did=False))
    archive.objects.check()
    archive.catalog.ledger.head()
    return PlainTextResponse("ready\n", headers={"Cache-Control": "no-store"})


def archive_away(archive: Archive) -> str | None:
    """Say which of store and catalog does not answer, for a part without an app."""
    try:
        archive.objects.check()
        archive.catalog.ledger.head()
    except ArchiveError as error:
        return str(error)
    return None


def _refuse(late: list[str]) -> None:
    if late:
        raise ProblemError(503, "stalled", "; ".join(late))
