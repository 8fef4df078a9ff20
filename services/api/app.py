"""The app of the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, FastAPI

from ..archive import Archive, Settings
from ..web import build_app
from ..web.app import Lifespan
from . import editions, feed, reports

ROUTERS: Final = (feed.router, editions.router, reports.router)
"""In the order in which they are asked: a report's own address, which may have any number of segments, comes last."""


def create_app(
    archive: Archive,
    settings: Settings,
    *,
    routers: Sequence[APIRouter] = (),
    lifespans: Sequence[Lifespan] = (),
) -> FastAPI:
    """Make the app; ``routers`` of other rooms are asked first (one port for ingest and API on one machine)."""
    return build_app(archive, settings, (*routers, *ROUTERS), title="Jiaokan", lifespans=lifespans)
