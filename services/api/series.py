"""Series: the reports of one region and kind (and issuer), year by year, and the years that are missing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from ..contract import shapes
from ..web import ArchiveOf, ProblemError
from ..web.access import Reader
from ..web.describing import gives
from .answers import json_answer
from .filters import Kind

router = APIRouter(prefix="/v1", tags=["series"])

Region = Annotated[str, Query(pattern=r"^\d{6}$", description="GB/T 2260 code.")]
Issuer = Annotated[str | None, Query(max_length=200, description="One of the issuers, as printed.")]


@router.get("/series", summary="The years that a series has and lacks", responses=gives(shapes.Series))
def get_series(
    archive: ArchiveOf, caller: Reader, region: Region, kind: Kind, issuer: Issuer = None
) -> Response:
    """Tell which years of a series are there, with their reports, and which lie between them but are missing."""
    years = archive.catalog.reports.years(region=region, issuer=issuer, kind=kind)
    if caller.labels is not None:
        seen = {
            year: [
                report
                for report in reports
                if (found := archive.catalog.reports.get(report)) and caller.sees(found)
            ]
            for year, reports in years.items()
        }
        years = {year: reports for year, reports in seen.items() if reports}
    if not years:
        raise ProblemError(404, "series-unknown", "no report of this region, kind and issuer")
    told: shapes.Series = {
        "region": region,
        "kind": kind,
        "issuer": issuer,
        "years": [{"year": year, "reports": list(reports)} for year, reports in sorted(years.items())],
        "missing": [year for year in range(min(years), max(years) + 1) if year not in years],
    }
    return json_answer(told)
