"""How reports are listed by filters: one filter leads, the others are looked up, and a page has its bound.

The leading filter's rows are a range of an index, in the order that is asked for. Up to ``SCAN_MOST`` of them are
looked at for one page, each by one look-up a further filter, until the page is full. So a page takes its milliseconds
whatever is asked and whatever the archive holds; where two broad filters meet seldom, a page is short, or empty, and
its cursor goes on from where it stopped. The shape of the statements leaves the database no other plan. See ADR 0087.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Select, func, literal, select, union, union_all

from ..tables import facets, reports
from ..values import ReportFilter
from .folding import ACCESS, PAIRS, pair_name, pair_value

SCAN_MOST: Final = 2_500
"""Leading rows that one page looks at: see bench/results/filters.json for what that takes on a million reports."""

FEW: Final = 1_000
"""A filter with no more reports than this leads, whatever its kind; counting so far takes 0.2 ms."""

UNION_MOST: Final = 16
"""Labels of a limited key whose ranges are merged to lead."""

_NARROWNESS: Final = ("issuer", "region", "within", "year", "label", "kind", "script", "grade")
"""From the filter that usually leaves the fewest reports to the one that leaves the most."""

Facet = tuple[str, str]


def wanted_facets(which: ReportFilter) -> list[Facet]:
    """Give the facets to be matched, those kept as pairs together, the usually narrowest first."""
    single = {name: str(value) for name in _NARROWNESS if (value := getattr(which, name)) is not None}
    found: list[Facet] = []
    for one, other in PAIRS:
        if one in single and other in single:
            found.append((pair_name(one, other), pair_value(single.pop(one), single.pop(other))))
    found += single.items()
    if _is_published(which) and which.labels is not None and len(which.labels) == 1:
        limit = ("label", which.labels[0])
        if limit not in found:
            found.append(limit)
    return found


def leading(connection: Connection, wanted: Sequence[Facet]) -> list[Facet] | None:
    """Put the facet first that shall lead; None when one of them has no report at all."""
    if len(wanted) < 2:
        return list(wanted)
    counts = union_all(
        *(
            select(literal(place).label("place"), func.count().label("reports")).select_from(
                _of(facet).limit(FEW + 1).subquery()
            )
            for place, facet in enumerate(wanted)
        )
    )
    found = {row.place: int(row.reports) for row in connection.execute(counts)}
    first = min(found, key=lambda place: (min(found[place], FEW + 1), place))
    if found[first] == 0:
        return None
    return [wanted[first], *(facet for place, facet in enumerate(wanted) if place != first)]


def matching(
    which: ReportFilter, after: str | None, wanted: Sequence[Facet], *, sort: bool
) -> Select[tuple[str, int]]:
    """Select the ids of reports that match, in order, behind the cursor ``after``: of those that are looked at.

    The second column is ``changed`` in a list by change. ``wanted`` begins with the facet that leads. The leading rows
    come in order; with ``sort`` that is said once more. PostgreSQL sees that nothing is left to sort. SQLite does not:
    it would look at all of them before it gives the first (it keeps the order of a subquery that has a limit).
    """
    window = _window(which, after, wanted)
    report = window.c.report
    query = select(*window.c).where(*(has_facet(name, [value], report) for name, value in wanted[1:]))
    if which.labels is not None and not _labels_lead(which, wanted):
        query = query.where(has_facet(ACCESS, which.labels, report))
    if which.prefix and _by_change(which):
        query = query.where(report >= which.prefix, report < after_prefix(which.prefix))
    return query.order_by(window.c.changed if _by_change(which) else report) if sort else query


def stopped_at(which: ReportFilter, after: str | None, wanted: Sequence[Facet]) -> Select[tuple[Any]]:
    """Select the cursor of the last row that is looked at; no row when there are fewer, and nothing is left."""
    window = _window(which, after, wanted)
    order = window.c.changed if _by_change(which) else window.c.report
    return select(order).order_by(order).offset(_looked_at(which, wanted) - 1).limit(1)


def may_go_on(which: ReportFilter, wanted: Sequence[Facet], found: int) -> bool:
    """Tell whether a list may go on behind a page that is not full.

    So it may where anything is looked up beside the leading rows, or where all of them were wanted.
    """
    return (
        found >= _looked_at(which, wanted)
        or len(wanted) > 1
        or which.labels is not None
        or bool(which.prefix and _by_change(which))
    )


def _looked_at(which: ReportFilter, wanted: Sequence[Facet]) -> int:
    """Tell how many leading rows one page looks at: where ranges are merged, so many of all together."""
    merged = len(which.labels or ()) if not wanted and _labels_lead(which, wanted) else 1
    return max(1, SCAN_MOST // merged)


def _window(which: ReportFilter, after: str | None, wanted: Sequence[Facet]) -> FromClause:
    """Give the leading rows that one page looks at."""
    if wanted and _is_published(which):
        return _ranged(which, after, _of(wanted[0]), facets).limit(SCAN_MOST).subquery("looked_at")
    if not wanted and _labels_lead(which, wanted):
        # The first rows of all ranges together are among the first of each.
        many = _looked_at(which, wanted)
        parts = [
            _ranged(which, after, _of(("label", label)), facets).limit(many).subquery()
            for label in which.labels or ()
        ]
        merged = union(*(select(*part.c) for part in parts)).subquery()
        order = merged.c.changed if _by_change(which) else merged.c.report
        return select(*merged.c).order_by(order).limit(many).subquery("looked_at")
    every = select(reports.c.id.label("report")).where(reports.c.standing == which.standing)
    return _ranged(which, after, every, reports).limit(SCAN_MOST).subquery("looked_at")


def _ranged(
    which: ReportFilter, after: str | None, query: Select[tuple[str]], table: FromClause
) -> Select[Any]:
    if _by_change(which):
        floor = max(which.changed_after or 0, int(after) if after is not None else 0)
        return query.add_columns(table.c.changed).where(table.c.changed > floor).order_by(table.c.changed)
    report = query.selected_columns[0] if table is facets else reports.c.id
    if which.prefix:
        query = query.where(report >= which.prefix, report < after_prefix(which.prefix))
    if after is not None:
        query = query.where(report > after)
    return query.order_by(report)


def _of(facet: Facet) -> Select[tuple[str]]:
    return select(facets.c.report).where(facets.c.name == facet[0], facets.c.value == facet[1])


def has_facet(name: str, values: Sequence[str], report: Any) -> Any:
    """Tell, by one look-up, whether a report has one of these values.

    A scalar subquery, not EXISTS: a database may turn EXISTS into a join, and a join around, which reads all reports of
    the broad filter to find the few of the narrow one.
    """
    other = facets.alias(f"has_{name.replace('+', '_')}")
    # Written out: an index of some names only can be taken where the name is known when the plan is made.
    named = other.c.name == literal(name, literal_execute=True)
    return (
        select(literal(1))
        .where(named, other.c.value.in_(list(values)), other.c.report == report)
        .limit(1)
        .scalar_subquery()
        .is_not(None)
    )


def _is_published(which: ReportFilter) -> bool:
    return which.standing == "published"


def _by_change(which: ReportFilter) -> bool:
    return which.changed_after is not None


def _labels_lead(which: ReportFilter, wanted: Sequence[Facet]) -> bool:
    """Tell whether what a limited key may see is what leads: its one label, or the merged ranges of a few."""
    if which.labels is None or not _is_published(which):
        return False
    if len(which.labels) == 1:
        return ("label", which.labels[0]) in wanted
    return not wanted and len(which.labels) <= UNION_MOST


def after_prefix(prefix: str) -> str:
    """Give the least text above all that begin with ``prefix``, in order of bytes."""
    return prefix + "\U0010ffff"
