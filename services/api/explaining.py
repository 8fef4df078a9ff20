"""What a problem means and what to do: the page that the ``type`` of every problem leads to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from ..contract import shapes
from ..contract.problems import BY_CODE, KINDS, Kind
from ..web import ProblemError
from ..web.describing import gives
from .answers import json_answer

router = APIRouter(prefix="/v1", tags=["problems"])


@router.get("/problems", summary="All kinds of problems", responses=gives(shapes.ProblemKinds))
def list_problems() -> Response:
    """List every kind of problem that an answer can name, with what to do about it."""
    told: shapes.ProblemKinds = {"problems": [_kind(kind) for kind in KINDS]}
    return json_answer(told)


@router.get("/problems/{code}", summary="What a problem means", responses=gives(shapes.ProblemKind))
def get_problem(code: str) -> Response:
    """Tell what a kind of problem means and what to do about it."""
    kind = BY_CODE.get(code)
    if kind is None:
        raise ProblemError(
            404, "problem-unknown", f"no kind of problem {code[:80]!r}; /v1/problems lists them"
        )
    return json_answer(_kind(kind))


def _kind(kind: Kind) -> shapes.ProblemKind:
    return {"code": kind.code, "status": kind.status, "means": kind.means, "do": kind.do}
