"""What an operation does not document as a query parameter is refused: a misspelt filter must not list everything."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request

from .problems import ProblemError

NO_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL keeps no U+0000 in a text, and SQLite's search ends at one."""

FURTHER: Final = "x-further-parameters"
"""In the OpenAPI document: the beginning of names that an operation takes besides those it lists."""


async def refuse_unknown(request: Request) -> None:
    """Refuse parameters that the OpenAPI document does not list for this operation, and U+0000 in every request.

    Raises:
        ProblemError: 422, and says which there are; 404 for an address that holds U+0000.
    """
    given = request.query_params.keys()
    route = request.scope.get("route")
    if "\0" in request.scope["path"]:
        raise ProblemError(
            404, "not-found", "there is nothing at this address; none holds the character U+0000"
        )
    if any("\0" in value for value in request.query_params.values()):
        raise ProblemError(422, "invalid-request", "no parameter holds the character U+0000; remove it")
    if not given or route is None or not route.include_in_schema:
        return
    listed, further = _documented(request.app, route.path_format, request.method)
    unknown = sorted(
        name for name in given if name not in listed and not (further and name.startswith(further))
    )
    if unknown:
        names = [*sorted(listed), *([f"{further}…"] if further else [])]
        there_are = f"there are {', '.join(names)}" if names else "there are none"
        raise ProblemError(
            422,
            "invalid-request",
            f"there is no parameter {unknown[0][:80]!r} here; {there_are}",
            faults=[{"in": f"query.{name[:80]}", "message": "unknown"} for name in unknown[:20]],
        )


def _documented(app: Any, path: str, method: str) -> tuple[frozenset[str], str | None]:
    known: dict[tuple[str, str], tuple[frozenset[str], str | None]]
    known = app.state.__dict__.setdefault("documented_parameters", {})
    if (path, method) not in known:
        operation = app.openapi()["paths"][path]["get" if method == "HEAD" else method.lower()]
        names = (one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
        known[path, method] = frozenset(names), operation.get(FURTHER)
    return known[path, method]
