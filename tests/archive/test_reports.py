"""Lists by every filter and pair, cursors, and what a plan may not do; on every kind of catalog."""

from __future__ import annotations

from itertools import combinations

import pytest
from archive_hands import making, put_out, take
from sqlalchemy import text

from jiaokan.archive import ReportFilter, publish, restore, withdraw
from jiaokan.archive.sql.folding import PAIRS, facets_of, regions_around
from jiaokan.archive.sql.listing import matching, wanted_facets
from jiaokan.archive.values import Facts

SINGLE = {
    "label": "gd",
    "region": "440100",
    "within": "440000",
    "issuer": "某市统计局",
    "kind": "communique",
    "year": 2022,
    "grade": "B",
    "script": "Hant",
}


@pytest.fixture
def shelf(archive):
    put_out(archive, "a/1", "1", labels=("gd", "x"), region="440000", kind="work-report", covers=(2023, 2023))
    put_out(
        archive,
        "a/2",
        "2",
        labels=("gd",),
        region="440100",
        issuers=("某市统计局",),
        kind="communique",
        covers=(2021, 2022),
    )
    put_out(
        archive, "b/1", "3", labels=("y",), region="440106", kind="communique", covers=(2022, 2022), grade="B"
    )
    put_out(archive, "b/2", "4", region="330000", kind="plan", script="Hant")
    put_out(archive, "b/3", "5", labels=("y",))
    return archive


def ids(archive, **which):
    return [report.id for report in archive.catalog.reports.list(ReportFilter(**which)).items]


@pytest.mark.parametrize(
    ("which", "wanted"),
    [
        ({}, ["a/1", "a/2", "b/1", "b/2", "b/3"]),
        ({"label": "gd"}, ["a/1", "a/2"]),
        ({"region": "440000"}, ["a/1"]),
        ({"within": "440000"}, ["a/1", "a/2", "b/1"]),
        ({"within": "440100"}, ["a/2", "b/1"]),
        ({"issuer": "某市统计局"}, ["a/2"]),
        ({"kind": "communique"}, ["a/2", "b/1"]),
        ({"year": 2022}, ["a/2", "b/1"]),
        ({"grade": "B"}, ["b/1"]),
        ({"script": "Hant"}, ["b/2"]),
        ({"prefix": "b/"}, ["b/1", "b/2", "b/3"]),
        ({"labels": ("x", "y")}, ["a/1", "b/1", "b/3"]),
        ({"labels": ()}, []),
        ({"kind": "communique", "year": 2022, "within": "440000", "label": "gd"}, ["a/2"]),
        ({"kind": "communique", "labels": ("y",)}, ["b/1"]),
        ({"kind": "notice"}, []),
        ({"standing": "withdrawn"}, []),
        ({"changed_after": 3}, ["b/2", "b/3"]),
        ({"changed_after": 1, "label": "y"}, ["b/1", "b/3"]),
    ],
)
def test_filters(shelf, which, wanted):
    assert ids(shelf, **which) == wanted


@pytest.mark.parametrize("pair", list(combinations(SINGLE, 2)), ids="+".join)
def test_every_pair_is_the_intersection(shelf, pair):
    both = set(ids(shelf, **{name: SINGLE[name] for name in pair}))
    assert both == set(ids(shelf, **{pair[0]: SINGLE[pair[0]]})) & set(
        ids(shelf, **{pair[1]: SINGLE[pair[1]]})
    )


def test_pages_are_stable_while_data_changes(shelf):
    first = shelf.catalog.reports.list(ReportFilter(), limit=2)
    assert [report.id for report in first.items] == ["a/1", "a/2"]
    put_out(shelf, "a/0", "new")
    put_out(shelf, "a/3", "new")
    second = shelf.catalog.reports.list(ReportFilter(), after=first.cursor, limit=2)
    assert [report.id for report in second.items] == ["a/3", "b/1"]
    third = shelf.catalog.reports.list(ReportFilter(), after=second.cursor, limit=3)
    assert [report.id for report in third.items] == ["b/2", "b/3"]
    assert third.cursor is None


def test_by_change_a_changed_report_comes_again_at_the_end(shelf, clock):
    first = shelf.catalog.reports.list(ReportFilter(changed_after=0), limit=2)
    clock.forward(1)
    put_out(shelf, "a/1", "changed")
    rest = shelf.catalog.reports.list(ReportFilter(changed_after=0), after=first.cursor)
    assert [report.id for report in rest.items] == ["b/1", "b/2", "b/3", "a/1"]


def test_changed_since_a_time(shelf, clock):
    assert len(ids(shelf, changed_since=clock.at)) == 5
    clock.forward(10)
    assert ids(shelf, changed_since=clock.at) == []
    put_out(shelf, "b/2", "changed")
    assert ids(shelf, changed_since=clock.at) == ["b/2"]
    assert ids(shelf, changed_since=clock.at, label="gd") == []


def test_withdrawn_reports_are_not_listed(shelf):
    withdraw(shelf, "a/1")
    assert ids(shelf, label="gd") == ["a/2"]
    assert ids(shelf, standing="withdrawn") == ["a/1"]
    restore(shelf, "a/1")
    assert ids(shelf, label="gd", changed_after=0) == ["a/2", "a/1"]


def test_a_new_edition_is_found_by_its_own_facts(shelf, clock):
    clock.forward(1)
    put_out(shelf, "a/1", "other", kind="plan")
    assert ids(shelf, region="440000") == []
    assert ids(shelf, kind="plan") == ["a/1", "b/2"]
    assert ids(shelf, label="x") == ["a/1"]


def test_the_same_text_reprocessed_is_no_change(shelf):
    publish(shelf, making(take(shelf, "b/3", "5"), fingerprint="f2", grade="B"))
    assert ids(shelf, changed_after=5) == []
    assert ids(shelf, grade="B") == ["b/1", "b/3"]


def test_values_and_years(shelf):
    assert shelf.catalog.reports.values("label") == (("gd", 2), ("x", 1), ("y", 2))
    assert shelf.catalog.reports.values("issuer", prefix="某") == (("某市统计局", 1),)
    years = shelf.catalog.reports.years(region="440100", issuer=None, kind="communique")
    assert dict(years) == {2021: ["a/2"], 2022: ["a/2"]}
    assert not shelf.catalog.reports.years(region="440100", issuer="别的", kind="communique")
    totals = shelf.catalog.reports.totals()
    assert totals["reports-published"] == totals["revisions-published"] == 5


def test_no_plan_scans_or_sorts(shelf):
    database = shelf.catalog.database
    wanted = [{name: value} for name, value in SINGLE.items()]
    wanted += [{one: SINGLE[one], other: SINGLE[other]} for one, other in PAIRS]
    wanted += [
        {"label": "gd", "changed_after": 2},
        {"changed_after": 2},
        {},
        {"kind": "plan", "labels": ("y",)},
        {"labels": ("y",)},
        {"labels": ("y",), "prefix": "b", "changed_after": 0},
    ]
    for which in wanted:
        found = ReportFilter(**which)
        after = "a/1" if "changed_after" not in which else "1"
        sort = database.dialect == "postgresql"
        query = matching(found, after, wanted_facets(found), sort=sort).limit(100)
        sql = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
        with database.read() as connection:
            if database.dialect == "sqlite":
                plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
                steps = [step for step in plan if step != "SCAN looked_at"]
                assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step], (
                    which,
                    plan,
                )
            else:
                connection.execute(text("SET LOCAL enable_seqscan = off"))
                plan = [row[0] for row in connection.execute(text(f"EXPLAIN {sql}"))]
                assert not [step for step in plan if "Seq Scan" in step], (which, plan)


@pytest.mark.parametrize("which", [{}, {"changed_after": 0}, {"label": "even"}], ids=str)
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_page_looks_at_so_many_and_its_cursor_goes_on(archive, monkeypatch, which, limit):
    monkeypatch.setattr("jiaokan.archive.sql.listing.SCAN_MOST", 4)
    monkeypatch.setattr("jiaokan.archive.sql.listing.FEW", 1)
    for number in range(12):
        kind = "plan" if number in (5, 11) else "notice"
        put_out(
            archive, f"a/{number:02}", str(number), kind=kind, labels=("even",) if number % 2 else ("odd",)
        )
    for more, every in (
        ({"grade": "A", "kind": "plan"}, ["a/05", "a/11"]),
        ({"grade": "A", "kind": "regulation"}, []),
        ({"kind": "plan", "labels": ("even", "odd")}, ["a/05", "a/11"]),
        ({"kind": "plan", "labels": ("even",)}, ["a/05", "a/11"]),
        ({"labels": ("even", "odd")}, [f"a/{n:02}" for n in range(12)]),
        ({"grade": "A", "labels": ("other",)}, []),
    ):
        asked = ReportFilter(**which, **more)
        found, cursor, pages = [], None, 0
        while True:
            page = archive.catalog.reports.list(asked, after=cursor, limit=limit)
            found += [report.id for report in page.items]
            pages += 1
            assert pages < 20
            if page.cursor is None:
                break
            assert page.cursor != cursor
            cursor = page.cursor
        wanted = [report for report in every if "label" not in which or int(report[-2:]) % 2]
        assert found == wanted, more


def test_facets_hold_no_more_than_thirty_years():
    years = [value for name, value in facets_of(Facts(covers=(1900, 2020)), ()) if name == "year"]
    assert len(years) == 30
    assert "1900" in years


def test_regions_without_a_code_are_around_nothing():
    assert regions_around(None) == []
    assert regions_around("110105") == ["110105", "110100", "110000"]
