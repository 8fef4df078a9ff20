"""Series: the reports that one body gives on one place year after year, and the years that are missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ..edition import Metadata

NATION: Final = "000000"
_REPORTS: Final = frozenset(("work-report", "department-report", "communique", "other"))


class Series(NamedTuple):
    """One series: its key, and for each year the ids of its reports, the newest named last.

    ``missing`` are the years between the first and the last that no report covers.
    """

    key: str
    region: str
    issuers: tuple[str, ...]
    kind: str
    reports: tuple[tuple[int, tuple[str, ...]], ...]
    missing: tuple[int, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the series has, in order."""
        return tuple(year for year, _ in self.reports)


def series_key(metadata: Metadata) -> str | None:
    """Name the series of a report: code of its region, issuers, kind; None when neither place nor issuer is known.

    >>> series_key(Metadata(kind="work-report", issuers=("国务院",)))
    '000000/国务院/work-report'
    """
    if metadata.region is None and not metadata.issuers:
        return None
    region = metadata.region.code if metadata.region else NATION
    return "/".join((region, "+".join(sorted(metadata.issuers)), metadata.kind))


def series_year(metadata: Metadata) -> int | None:
    """Give the year under which a report stands in its series.

    That is the last year it covers; for a report that only plans, the year before its plan; for a plan or a notice,
    the first year planned.
    """
    if metadata.covers is not None:
        return metadata.covers.last
    if metadata.plans is not None:
        return metadata.plans.first - 1 if metadata.kind in _REPORTS else metadata.plans.first
    return None


def series_of(reports: Iterable[tuple[str, Metadata]]) -> tuple[Series, ...]:
    """Sort reports (id and metadata) into their series, ordered by key; those without a key or year are left out."""
    years: dict[str, dict[int, list[str]]] = {}
    about: dict[str, Metadata] = {}
    for name, metadata in reports:
        key, year = series_key(metadata), series_year(metadata)
        if key is None or year is None:
            continue
        about.setdefault(key, metadata)
        years.setdefault(key, {}).setdefault(year, []).append(name)
    return tuple(
        Series(
            key,
            metadata.region.code if metadata.region else NATION,
            tuple(sorted(metadata.issuers)),
            metadata.kind,
            tuple((year, tuple(names)) for year, names in sorted(years[key].items())),
            tuple(year for year in range(min(years[key]), max(years[key])) if year not in years[key]),
        )
        for key, metadata in sorted(about.items())
    )
