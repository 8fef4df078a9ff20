"""What only a manager does to a report: withdraw it, restore it, erase it; each noted with who and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from ..archive import Archive, Audit, Event, ReportIdError, check_report_id, erase, restore, withdraw
from ..contract import shapes
from ..web import ArchiveOf, ProblemError
from ..web.access import Caller, Manager
from ..web.describing import gives
from .answers import json_answer
from .feed import event_json

router = APIRouter(prefix="/v1", tags=["manage"])


_DONE: Final = gives(shapes.Done, "It is done; what the ledger says of it.")


class Why(BaseModel):
    """The reason, which stands in the ledger."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(pattern=r"\S", max_length=2000)


@router.post("/reports/{report:path}/-/withdrawal", summary="Withdraw a report", responses=_DONE)
def withdraw_report(archive: ArchiveOf, caller: Manager, request: Request, report: str, why: Why) -> Response:
    """Withdraw a report: everything of it answers 410 within a second, the source bytes too. It can be restored."""
    return _change(archive, caller, request, report, why.why, "withdraw", withdraw)


@router.post("/reports/{report:path}/-/restoration", summary="Restore a withdrawn report", responses=_DONE)
def restore_report(archive: ArchiveOf, caller: Manager, request: Request, report: str, why: Why) -> Response:
    """Bring a withdrawn report back as it was."""
    return _change(archive, caller, request, report, why.why, "restore", restore)


@router.post("/reports/{report:path}/-/erasure", summary="Erase a report for good", responses=_DONE)
def erase_report(archive: ArchiveOf, caller: Manager, request: Request, report: str, why: Why) -> Response:
    """Remove all bytes of a report for good; a tombstone stays in the ledger. There is no way back."""
    return _change(archive, caller, request, report, why.why, "erase", erase)


def _change(
    archive: Archive,
    caller: Caller,
    request: Request,
    report: str,
    why: str,
    action: Literal["withdraw", "restore", "erase"],
    change: Callable[..., Any],
) -> Response:
    try:
        found = archive.catalog.reports.get(check_report_id(report))
    except ReportIdError:
        found = None
    if found is None or not caller.sees(found):
        raise ProblemError(404, "report-unknown", f"no report {report!r}")
    event = change(archive, found.id, by=caller.actor, why=why)
    Audit(archive.catalog.database).note(
        caller.actor, action, found.id, request=request.headers.get("x-request-id", ""), data={"why": why}
    )
    told: shapes.Done = {"event": event_json(event) if isinstance(event, Event) else None}
    return json_answer(told)
