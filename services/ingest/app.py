"""The app of the way in."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from ..archive import Archive, Settings
from ..web import build_app
from . import following, looking, presigned, uploads

ROUTERS: Final = (presigned.router, uploads.router, following.router, looking.router)
LIFESPANS: Final = (looking.looking,)


def create_app(archive: Archive, settings: Settings) -> FastAPI:
    """Make the app of the way in alone, as a cluster runs it."""
    return build_app(archive, settings, ROUTERS, title="Jiaokan ingest", lifespans=LIFESPANS)
