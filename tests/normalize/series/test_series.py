"""Series: the years a body has reported on, and the years that are missing."""

from __future__ import annotations

from jiaokan.edition import Metadata, Region, Years
from jiaokan.normalize.series import series_key, series_of, series_year

GUANGDONG = Region("440000", "广东省", "province")


def report(year, *, region=GUANGDONG, issuers=("广东省人民政府",), kind="work-report"):
    return Metadata(kind=kind, issuers=issuers, region=region, covers=Years(year, year))


def test_years_present_and_missing():
    (series,) = series_of((f"gd/{year}", report(year)) for year in (2023, 2018, 2019, 2021))
    assert series.key == "440000/广东省人民政府/work-report"
    assert series.years == (2018, 2019, 2021, 2023)
    assert series.missing == (2020, 2022)


def test_two_reports_on_one_year_stand_side_by_side():
    (series,) = series_of([("a", report(2020)), ("b", report(2020))])
    assert series.reports == ((2020, ("a", "b")),)
    assert series.missing == ()


def test_kind_region_and_issuer_tell_series_apart():
    told = series_of(
        [
            ("a", report(2020)),
            ("b", report(2020, kind="communique")),
            ("c", report(2020, region=Region("440100", "广州市", "prefecture"))),
            ("d", report(2020, issuers=("国务院",), region=None)),
        ]
    )
    assert len(told) == 4
    assert told[0].key == "000000/国务院/work-report"


def test_the_name_as_printed_makes_no_other_series():
    short = report(2021, region=Region("440000", "广东", "province"))
    assert series_key(short) == series_key(report(2021))


def test_what_cannot_be_placed_is_left_out():
    assert series_key(Metadata(kind="plan")) is None
    assert series_year(Metadata(issuers=("国务院",))) is None
    assert series_of([("a", Metadata()), ("b", Metadata(issuers=("国务院",)))]) == ()


def test_the_year_of_a_report_that_only_plans():
    assert series_year(Metadata(kind="department-report", plans=Years(2018, 2018))) == 2017
    assert series_year(Metadata(kind="plan", plans=Years(2021, 2025))) == 2021
    assert (
        series_year(Metadata(kind="work-report", covers=Years(2018, 2022), plans=Years(2023, 2023))) == 2022
    )
