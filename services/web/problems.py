"""Problem details (RFC 9457): the one form of every error that leaves by HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ..archive import (
    ArchiveError,
    DigestMismatchError,
    LabelError,
    NoRoomError,
    ObjectMissingError,
    ReportClosedError,
    ReportIdError,
    ReportUnknownError,
    StandingError,
    TooLargeError,
    UnavailableError,
)
from ..contract.problems import problem_type
from ..normalize import RejectedError

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "5"
"""Seconds after which something unavailable may be asked again."""


class ProblemError(Exception):
    """Answer with a problem.

    Attributes:
        status: HTTP status.
        code: kebab-case word for programs; ``contract.problems`` explains each.
        detail: one sentence on this occurrence, which says what to do.
        headers: further headers of the answer.
        members: further members of the problem.
    """

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def problem_response(problem: ProblemError) -> Response:
    """Put a problem into its response."""
    body = {
        "type": problem_type(problem.code),
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.members,
    }
    return Response(
        json.dumps(body, ensure_ascii=False).encode(),
        problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        media_type=MEDIA_TYPE,
    )


def problem_of(error: ArchiveError | RejectedError) -> ProblemError:
    """Tell what an error of a room below means to a client."""
    match error:
        case RejectedError():
            return ProblemError(422, error.code, error.reason)
        case NoRoomError():
            return ProblemError(
                507,
                "no-room",
                f"no room is left for the {error.part}, and nothing was promised; "
                "send it again when whoever runs this has made some",
            )
        case UnavailableError():
            return ProblemError(
                503,
                "unavailable",
                f"the {error.part} did not answer; nothing was promised, try again",
                headers={"Retry-After": RETRY_AFTER},
            )
        case ReportUnknownError():
            return ProblemError(404, "report-unknown", str(error))
        case ReportClosedError():
            return ProblemError(410, f"report-{error.standing}", str(error))
        case ReportIdError():
            return ProblemError(422, "report-id", str(error))
        case LabelError():
            return ProblemError(422, "label", str(error))
        case DigestMismatchError():
            return ProblemError(422, "digest-mismatch", str(error))
        case TooLargeError():
            return ProblemError(413, "too-large", f"the upload has {error}, the limit", limit=error.limit)
        case StandingError():
            return ProblemError(409, "standing", str(error))
        case ObjectMissingError():
            return ProblemError(404, "object-missing", str(error))
        case _:
            return ProblemError(500, "internal", "something is wrong here, not with the request")


PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, said in (
        ("4XX", "The request cannot be served, and why."),
        ("503", "A part did not answer."),
        ("507", "A part has no room left."),
    )
}
"""What every operation may answer besides; for the OpenAPI document."""

PROBLEM_SCHEMA: Final = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Where it is explained."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong here, and what to do."},
        "code": {"type": "string", "description": "A kebab-case word for programs."},
    },
}


def _methods_at(request: Request) -> set[str]:
    """Give the methods that some route takes at this path."""
    methods: set[str] = set()
    for router in request.app.state.routers:
        for route in router.routes:
            if route.path_regex.match(request.url.path):
                methods |= route.methods
    return methods | ({"HEAD"} if "GET" in methods else set())


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error with a problem."""

    @app.exception_handler(ProblemError)
    async def _problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return problem_response(error)

    @app.exception_handler(ArchiveError)
    @app.exception_handler(RejectedError)
    async def _below(_: Request, error: Exception) -> Response:
        assert isinstance(error, ArchiveError | RejectedError)
        if isinstance(error, UnavailableError):
            log.warning("%s", error)  # what the client is not told: why
        return problem_response(problem_of(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"in": ".".join(str(part) for part in fault["loc"]), "message": fault["msg"]}
            for fault in error.errors()
        ]
        said = "; ".join(f"{fault['in']}: {fault['message']}" for fault in faults)
        return problem_response(ProblemError(422, "invalid-request", said, faults=faults))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(
                sorted(_methods_at(request))
            )  # Starlette tells the first route's alone
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND:
            detail = "there is nothing at this address; /v1/openapi.json lists what there is"
        elif "Allow" in headers:
            detail = f"this address takes {headers['Allow']}, not {request.method}"
        return problem_response(ProblemError(error.status_code, code, detail, headers=headers))

    @app.exception_handler(Exception)
    async def _bug(_: Request, error: Exception) -> Response:  # noqa: ARG001 - it is logged by the server
        return problem_response(
            ProblemError(500, "internal", "something is wrong here, not with the request")
        )
