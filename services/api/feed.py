"""The feed: everything that changed, in order, without a gap. By page, by long-poll, or as Server-Sent Events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from ..archive import Archive, Event, to_rfc3339
from ..contract import shapes
from ..edition import to_json
from ..web import ArchiveOf
from ..web.access import Caller, Reader
from ..web.describing import gives, gives_events
from ..web.paging import next_page
from .answers import json_answer
from .filters import SEQUENCE_MOST
from .reports import report_url

router = APIRouter(prefix="/v1", tags=["feed"])

WAIT_MOST: Final = 30
"""Seconds that a long-poll waits at most: below the idle limits of common proxies (60)."""

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at the head; one look-up of one row."""

HEARTBEAT: Final = 15.0
"""Seconds of silence after which a comment line keeps a stream alive."""

STREAM_PAGE: Final = 200


def event_json(event: Event) -> shapes.Event:
    """Give a ledger entry as the feed tells it: ids and numbers, never text."""
    url = report_url(event.report)
    return {
        "sequence": event.sequence,
        "event": event.event,
        "report": event.report,
        "edition": event.edition,
        "revision": event.revision,
        "content": event.content,
        "record": event.record,
        "at": to_rfc3339(event.at),
        "href": f"{url}/-/editions/{event.edition}" if event.edition else url,
    }


def events_for(archive: Archive, caller: Caller, after: int, limit: int) -> tuple[Sequence[Event], int]:
    """Give the next events for a caller, and the number up to which nothing is missing for him."""
    return archive.catalog.ledger.events(after=after, limit=limit, labels=caller.labels)


@router.get("/feed", summary="What changed", responses=gives(shapes.Feed))
async def get_feed(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    after: Annotated[
        int, Query(ge=0, le=SEQUENCE_MOST, description="Give what is behind this sequence number.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    wait: Annotated[
        float, Query(ge=0, le=WAIT_MOST, description="Seconds to wait when there is nothing yet.")
    ] = 0,
) -> Response:
    """Give the next entries of the ledger and `next`, the number to ask with next time.

    `next` is also the number up to which nothing is missing: for a key limited to labels it rises past events of
    reports that the key may not see. With `wait` the answer comes when there is one, or after so many seconds.
    """
    end = time.monotonic() + wait
    while True:
        events, upto = await run_in_threadpool(events_for, archive, caller, after, limit)
        left = end - time.monotonic()
        if events or left <= 0:
            told: shapes.Feed = {"events": [event_json(event) for event in events], "next": upto}
            return json_answer(told, **next_page(request, after=upto))
        await asyncio.sleep(min(LOOK_EVERY, left))


@router.get(
    "/feed/stream",
    summary="What changes, as Server-Sent Events",
    response_class=StreamingResponse,
    responses=gives_events("Event", "Events without end; the id of each is its sequence."),
)
async def stream_feed(
    archive: ArchiveOf,
    caller: Reader,
    request: Request,
    after: Annotated[int, Query(ge=0, le=SEQUENCE_MOST)] = 0,
    last_event_id: Annotated[
        str | None, Header(pattern=r"^[0-9]{1,18}$", description="Sequence of the last event seen.")
    ] = None,
) -> Response:
    """Stream the feed from behind `after`, or from behind `Last-Event-ID` after a reconnect.

    Each event's id is its sequence number. A comment line keeps an idle stream alive.
    """
    if last_event_id:
        after = int(last_event_id)
    return StreamingResponse(
        _stream(archive, caller, request, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(archive: Archive, caller: Caller, request: Request, after: int) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    quiet_since = time.monotonic()
    while not await request.is_disconnected():
        events, upto = await run_in_threadpool(events_for, archive, caller, after, STREAM_PAGE)
        for event in events:
            yield b"id: %d\nevent: %b\ndata: %b\n\n" % (
                event.sequence,
                event.event.encode(),
                to_json(event_json(event)),
            )
        if events:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > HEARTBEAT:
            yield b": still here\n\n"
            quiet_since = time.monotonic()
        after = max(after, upto)
        if len(events) < STREAM_PAGE:
            await asyncio.sleep(LOOK_EVERY)
