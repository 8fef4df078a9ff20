"""Which scope each address needs, read off the routes themselves: the table in docs/access.md is made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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


def scope_table(app: FastAPI) -> str:
    """Give the table as Markdown."""
    lines = ["| operation | scope | what |", "|---|---|---|"]
    lines += [
        f"| `{one.method} {one.path}` | {one.scope} | {one.summary} |" for one in guarded_operations(app)
    ]
    return "\n".join(lines) + "\n"
