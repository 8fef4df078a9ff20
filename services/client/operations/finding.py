"""What is asked across reports: lists, sections, search, series, and the feed of changes."""

from __future__ import annotations

from typing import Literal

from ...contract import shapes
from ..requests import PAGE, Request, as_json


def reports_page(
    *,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Request[shapes.Reports]:
    """Give one page of the reports that match every filter given."""
    return Request("GET", "/v1/reports", as_json, query=dict(locals()))


def values(
    facet: Literal["label", "region", "within", "issuer", "kind", "year", "grade", "script"],
    *,
    prefix: str | None = None,
    limit: int | None = None,
) -> Request[shapes.FilterValues]:
    """List the values that a filter can take."""
    query = {"prefix": prefix, "limit": limit}
    return Request("GET", "/v1/values/{facet}", as_json, {"facet": facet}, query)


def series(*, region: str, kind: str, issuer: str | None = None) -> Request[shapes.Series]:
    """Tell which years a series has, and which it lacks."""
    return Request("GET", "/v1/series", as_json, query=dict(locals()))


def sections_page(
    *,
    section: str | None = None,
    anchor: str | None = None,
    section_kind: str | None = None,
    ordinal: int | None = None,
    role: str | None = None,
    heading: str | None = None,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Request[shapes.Sections]:
    """Give one page of the sections of many reports, such as the second chapter of every 2023 report of a province."""
    return Request("GET", "/v1/sections", as_json, query=dict(locals()))


def search_page(
    q: str,
    *,
    section: str | None = None,
    anchor: str | None = None,
    section_kind: str | None = None,
    ordinal: int | None = None,
    role: str | None = None,
    heading: str | None = None,
    label: str | None = None,
    region: str | None = None,
    within: str | None = None,
    issuer: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    script: str | None = None,
    changed_since: str | None = None,
    changed_after: int | None = None,
    prefix: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Request[shapes.Hits]:
    """Give one page of the sections that hold all words, newest first."""
    return Request("GET", "/v1/search", as_json, query=dict(locals()))


def feed(*, after: int = 0, limit: int = PAGE, wait: float | None = None) -> Request[shapes.Feed]:
    """Give the next entries of the ledger, and ``next`` to ask with next time."""
    return Request("GET", "/v1/feed", as_json, query={"after": after, "limit": limit, "wait": wait})
