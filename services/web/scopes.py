"""Which scope each address needs, read off the routes themselves: the table in docs/access.md is made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute


class Guarded(NamedTuple):
    """One operation and the scope that its caller needs; ``anyone`` for what needs no key."""

    method: str
    path: str
    scope: str
    summary: str


def guarded_operations(app: FastAPI) -> list[Guarded]:
    """Give every documented operation of an app, in order of path and method."""
    return sorted(_operations(app), key=lambda one: (one.path, one.method))


def _operations(app: FastAPI) -> Iterator[Guarded]:
    for router in app.state.routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                scope = next(_scopes(route.dependant), "anyone")
                for method in route.methods or ():
                    yield Guarded(method, route.path_format, scope, route.summary or "")


def _scopes(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        scope = getattr(inner.call, "scope", None)
        if scope is not None:
            yield scope
        yield from _scopes(inner)


_OF_ALL: Final = ("/v1/keys", "/v1/audit", "/v1/values")
_LISTS: Final = (
    *("/v1/reports", "/v1/revisions", "/v1/sections", "/v1/search", "/v1/series", "/v1/export"),
    *("/v1/feed", "/v1/feed/stream"),
)
_OF_ONE: Final = (
    *("/v1/differences", "/v1/revisions/{revision}", "/v1/uploads", "/v1/uploads/presigned"),
    "/v1/subscriptions/{subscription}",
)


def foreign(path: str) -> str:
    """Tell what an operation answers of a report that carries none of the labels of a limited key.

    ``404``: there is no such report; ``403``: it tells of all reports together; ``left out``: of a list; ``-``: it
    tells of no report.
    """
    if path.startswith(_OF_ALL):
        return "403"
    if "{report}" in path or path in _OF_ONE:
        return "404"
    return "left out" if path in _LISTS else "-"


def scope_table(app: FastAPI) -> str:
    """Give the table as Markdown."""
    lines = ["| operation | scope | foreign label | what |", "|---|---|---|---|"]
    lines += [
        f"| `{one.method} {one.path}` | {one.scope} | {foreign(one.path)} | {one.summary} |"
        for one in guarded_operations(app)
    ]
    return "\n".join(lines) + "\n"
