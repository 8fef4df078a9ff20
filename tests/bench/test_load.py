"""The trials of load in small: what they fill is a catalog like any other, and they find what they say they ask for."""

from __future__ import annotations

import pytest
import starting
from twins import server as server_fixture

from bench.api.filling import fill, invented
from bench.api.sections import fill_sections
from bench.trials import filters, search
from jiaokan.archive import ReportFilter, Settings, open_archive

server = server_fixture
REPORTS = 300


@pytest.mark.servers
def test_a_filled_catalog_lists_what_was_invented_and_the_trials_run(server, tmp_path):
    url = starting.fresh_database(server("postgresql"))["catalog"]
    fill(url, REPORTS)
    fill_sections(url, 2_000)
    known = {one.id: one for one in invented(REPORTS)}
    archive = open_archive(Settings(catalog=url, objects="memory:", data=tmp_path, durable=False))
    try:
        listed = archive.catalog.reports.list(ReportFilter(), limit=1000).items
        assert [report.id for report in listed] == sorted(known)
        assert all(report.latest.facts == known[report.id].facts for report in listed)
        plans = archive.catalog.reports.list(ReportFilter(kind="plan", grade="A"), limit=1000).items
        assert {report.id for report in plans} == {
            one.id for one in known.values() if (one.facts.kind, one.facts.grade) == ("plan", "A")
        }
        assert plans
        searched = search.measure(archive, 1)
        assert set(searched["by kind"]) == {name for name, _ in search.questions(1)}
        assert searched["by kind"]["frequent words"]["hits"] or searched["by kind"]["two characters"]["hits"]
    finally:
        archive.close()
    measured = filters.measure(url, REPORTS, 1)
    assert measured["filters and pairs"] == 11 + 11 * 10 // 2
    assert measured["plans explained"] > measured["filters and pairs"]


def test_a_percentile_is_the_nearest_rank():
    assert filters.percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert filters.percentile([float(one) for one in range(1, 101)], 99) == 99.0
    assert filters.percentile([7.0], 99) == 7.0
