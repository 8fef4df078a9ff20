"""The feed: everything that changed, in order, without a gap."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ..archive import to_rfc3339
from ..web import ArchiveOf
from .reports import report_url

router = APIRouter(prefix="/v1", tags=["feed"])


@router.get("/feed")
def get_feed(
    archive: ArchiveOf,
    after: Annotated[int, Query(ge=0, description="Give what is behind this sequence number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Give the next entries of the ledger, and the number to ask with next time."""
    events, upto = archive.catalog.ledger.events(after=after, limit=limit)
    return {
        "events": [
            {
                "sequence": event.sequence,
                "event": event.event,
                "report": event.report,
                "edition": event.edition,
                "at": to_rfc3339(event.at),
                "href": report_url(event.report),
            }
            for event in events
        ],
        "next": upto,
    }
