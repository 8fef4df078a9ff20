"""What a route finds in the state of its app: the archive and the settings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from ..archive import Archive, Settings


def _archive(request: Request) -> Any:
    return request.app.state.archive


def _settings(request: Request) -> Any:
    return request.app.state.settings


ArchiveOf = Annotated[Archive, Depends(_archive)]
SettingsOf = Annotated[Settings, Depends(_settings)]
