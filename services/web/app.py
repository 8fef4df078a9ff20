"""How an app is put together: archive and settings in its state, routers, problems, the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.types import Receive, Scope, Send

from ..archive import Archive, Settings
from .access import KEY_SCHEME
from .guard import LocalGuard, Served
from .health import router as health
from .observed import Observed
from .parameters import NO_NUL, refuse_unknown
from .problems import PROBLEM_RESPONSES, PROBLEM_SCHEMA, install
from .requests import RequestIds
from .scopes import guarded_operations

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

Front = Callable[[Scope, Send], Awaitable[bool]]
"""Answers a request and gives True, or sends nothing and gives False."""


class Fronted(FastAPI):
    """An app with room for somebody at the front door, who answers before any layer of it is asked."""

    front: Front | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if self.front is None or scope["type"] != "http" or not await self.front(scope, send):
            await super().__call__(scope, receive, send)


def build_app(
    archive: Archive,
    settings: Settings,
    routers: Sequence[APIRouter],
    *,
    title: str,
    lifespans: Sequence[Lifespan] = (),
) -> Fronted:
    """Make an app of routers. ``archive`` stays the caller's: who opened it closes it.

    Args:
        archive: found by ``ArchiveOf`` in the routes.
        settings: found by ``SettingsOf``.
        routers: in the order in which they are asked.
        title: of the OpenAPI document.
        lifespans: what begins with the app and ends with it, in this order.
    """

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for lifespan in lifespans:
                await stack.enter_async_context(lifespan(app))
            yield

    app = Fronted(
        title=title,
        version=version("jiaokan"),
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=live,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        dependencies=[Depends(refuse_unknown)],
    )
    app.state.archive = archive
    app.state.settings = settings
    app.state.routers = tuple(routers)
    app.state.served = Served()
    for router in (health, *routers):
        app.include_router(router, responses=PROBLEM_RESPONSES)
    install(app)
    _complete_document(app)
    # The last one added stands outermost: what the guard refuses has an id and is told of, too.
    app.add_middleware(
        LocalGuard,
        hosts=frozenset(settings.allow_hosts),
        origins=frozenset(settings.cors_origins),
        served=app.state.served,
    )
    app.add_middleware(Observed)
    app.add_middleware(RequestIds)
    return app


def _complete_document(app: FastAPI) -> None:
    """Put into the OpenAPI document what FastAPI does not know: problems, keys, and who needs which scope."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        document = plain()
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        components["securitySchemes"] = {"key": KEY_SCHEME}
        for one in guarded_operations(app):
            operation = document["paths"][one.path][one.method.lower()]
            # OpenAPI 3.1 (4.8.30): for schemes other than OAuth the list holds the roles that are needed.
            operation["security"] = [] if one.scope == "anyone" else [{"key": [one.scope]}]
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _as_it_comes(parameter["schema"])
        return document

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _as_it_comes(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what a parameter is when it is there: a query cannot hold null, and nothing holds U+0000."""
    others = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(others) == 1:
        schema = {
            **others[0],
            **{key: value for key, value in schema.items() if key not in ("anyOf", "default")},
        }
    if schema.get("type") == "string" and schema.keys().isdisjoint({"pattern", "enum", "format"}):
        schema = {**schema, "pattern": NO_NUL}
    return schema
