"""The filters by which reports are listed, searched and exported; an unknown one is refused, never ignored."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ..archive import ReportFilter
from ..web.access import Caller

PAGE_MOST: Final = 1000

SEQUENCE_MOST: Final = 2**53 - 1
"""The largest number that every JSON reader keeps exactly (RFC 8259 6)."""

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")


def _written_out(value: Any) -> Any:
    """Refuse what pydantic would take for a time besides RFC 3339: seconds since 1970, a time without a zone."""
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        raise ValueError("a time is written as in RFC 3339, with its zone: 2024-01-31T08:00:00Z")
    return value


Kind = Literal[
    "work-report", "department-report", "communique", "plan", "notice", "opinions", "regulation", "other"
]


class Filters(BaseModel):
    """Which reports; what is filtered by is each report's latest edition."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = Field(None, max_length=200, description="Reports that carry this label.")
    region: str | None = Field(
        None, pattern=r"^\d{6}$", description="GB/T 2260 code of the region that the report is about."
    )
    within: str | None = Field(
        None, pattern=r"^\d{6}$", description="The same, or a region inside it: 440000 finds 440300 too."
    )
    issuer: str | None = Field(None, max_length=200, description="One of the issuers, as printed.")
    kind: Kind | None = Field(None, description="Kind of document.")
    year: int | None = Field(None, ge=1900, le=2999, description="A year that the report covers.")
    grade: Literal["A", "B", "C", "D"] | None = Field(
        None, description="Grade of quality; see docs/quality.md."
    )
    script: Literal["Hans", "Hant", "mixed", "other"] | None = Field(
        None, description="Script of the clean text."
    )
    changed_since: Annotated[datetime | None, BeforeValidator(_written_out)] = Field(
        None, description="Reports whose text changed at or after this time (RFC 3339, with a time zone)."
    )
    changed_after: int | None = Field(
        None, ge=0, le=SEQUENCE_MOST, description="Reports whose text changed after this ledger sequence."
    )
    prefix: str | None = Field(None, max_length=520, description="Reports whose id begins so.")

    def of(self, caller: Caller) -> ReportFilter:
        """Make the catalog's filter, limited to what the caller may see."""
        since = self.changed_since
        return ReportFilter(
            label=self.label,
            region=self.region,
            within=self.within,
            issuer=self.issuer,
            kind=self.kind,
            year=self.year,
            grade=self.grade,
            script=self.script,
            changed_after=self.changed_after,
            changed_since=None if since is None else int(since.timestamp() * 1000),
            prefix=self.prefix,
            labels=caller.labels,
        )


class PagedFilters(Filters):
    """Filters of a list that comes in pages."""

    cursor: str | None = Field(
        None, max_length=600, description="Where the page before ended, as its `cursor` said; opaque."
    )
    limit: int = Field(100, ge=1, le=PAGE_MOST, description="Entries of one page at most.")


PagedFiltersQuery = Annotated[PagedFilters, Query()]
