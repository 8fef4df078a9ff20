"""The app of the way in."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from ..archive import Archive, Settings
from ..web import build_app
from . import following, uploads

ROUTERS: Final = (uploads.router, following.router)
LIFESPANS: Final = ()


def create_app(archive: Archive, settings: Settings) -> FastAPI:
    """Make the app of the way in alone, as a cluster runs it."""
    return build_app(archive, settings, ROUTERS, title="Jiaokan ingest", lifespans=LIFESPANS)
