"""The app of the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from ..archive import Archive, Settings
from ..web import build_app
from ..web.app import Lifespan
from ..web.limits import Counter, MemoryCounter, RedisCounter
from ..web.requests import HeadAsGet, RateLimit
from . import (
    comparing,
    editions,
    explaining,
    export,
    feed,
    keys,
    managing,
    reading,
    reports,
    searching,
    sections,
    series,
    sources,
    subscribing,
)
from .describing import describe_objects
from .following import follow
from .front import keep_hot
from .hot import HotPath

ROUTERS: Final = (
    feed.router,
    searching.router,
    series.router,
    export.router,
    subscribing.router,
    keys.router,
    managing.router,
    comparing.router,
    sections.router,
    sources.router,
    editions.router,
    editions.schemas,
    explaining.router,
    reports.router,
    reading.router,
)
"""In the order in which they are asked: a report's own address, which may have any number of segments, comes last."""


def create_app(
    archive: Archive,
    settings: Settings,
    *,
    routers: Sequence[APIRouter] = (),
    lifespans: Sequence[Lifespan] = (),
    followers: bool | None = None,
) -> FastAPI:
    """Make the app of the way out.

    Args:
        archive: stays the caller's: who opened it closes it.
        settings: of this process.
        routers: of other rooms, asked first (one port for ingest and API on one machine).
        lifespans: of other rooms.
        followers: whether the section index and webhooks are kept by this process; by default on one machine only.
    """
    beside: list[Lifespan] = [keep_hot(settings)]
    if settings.is_local if followers is None else followers:
        beside.append(follow)
    app = build_app(archive, settings, (*routers, *ROUTERS), title="Jiaokan", lifespans=(*lifespans, *beside))
    describe_objects(app)
    # build_app put the guard outermost; these stand behind it, from the outside in.
    app.user_middleware += [
        *_cross_origin(settings),
        Middleware(reading.KeyAsPassword),
        *_limited(settings),
        Middleware(HeadAsGet),
        Middleware(HotPath, api=app),
    ]
    return app


_ASKED_HEADERS: Final = (
    *("Authorization", "Content-Type", "Content-Digest", "Idempotency-Key", "If-None-Match", "If-Range"),
    *("Last-Event-ID", "Range", "X-Request-Id"),
)
_TOLD_HEADERS: Final = (
    *("Content-Range", "ETag", "Jiaokan-Edition", "Jiaokan-Sequence", "Link", "Location", "RateLimit"),
    *("RateLimit-Policy", "Repr-Digest", "Retry-After", "X-Request-Id"),
)
"""What a page of another origin may send and read beside the body (Fetch 3.3)."""


def _cross_origin(settings: Settings) -> list[Middleware]:
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_ASKED_HEADERS,
            expose_headers=_TOLD_HEADERS,
            max_age=600,
        )
    ]


def _limited(settings: Settings) -> list[Middleware]:
    if not settings.rate_limit:
        return []
    return [Middleware(RateLimit, counter=_counter(settings), limit=settings.rate_limit)]


def _counter(settings: Settings) -> Counter:
    if settings.broker_url.startswith("redis"):
        import redis

        return RedisCounter(
            redis.Redis.from_url(settings.broker_url, socket_timeout=0.5, socket_connect_timeout=0.5)
        )
    return MemoryCounter()
