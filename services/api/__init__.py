"""The way out: editions, sections, differences, feed, export, reading room."""

from .app import ROUTERS, create_app

__all__ = ["ROUTERS", "create_app"]
