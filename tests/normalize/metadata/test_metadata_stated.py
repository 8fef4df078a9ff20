"""What the uploader stated wins; a contradiction is a finding; a new year under an old id is told."""

from __future__ import annotations

import pytest

from jiaokan.edition import Metadata, Region, Years
from jiaokan.normalize.hints import NO_HINTS, Hints
from jiaokan.normalize.metadata import describe, year_changed
from jiaokan.normalize.outline import outline

BODY = "全省上下齐心协力，各项工作都取得了新的进展，主要指标稳中有升，群众得到了更多实惠。"
TEXT = f"贵州省2030年水利工作情况\n{BODY}\n一、2030年主要工作情况\n{BODY}\n二、2031年主要工作计划\n{BODY}"


def described(**stated):
    return describe(TEXT, outline(TEXT, (), NO_HINTS), (), Hints(metadata=stated))


def test_nothing_stated_nothing_found():
    metadata, findings = describe(TEXT, outline(TEXT, (), NO_HINTS), (), NO_HINTS)
    assert metadata.covers == Years(2030, 2030)
    assert findings == ()


def test_what_agrees_is_no_contradiction():
    metadata, findings = described(covers=2030, region="贵州", title="贵州省2030年 水利工作情况")
    assert findings == ()
    assert metadata.evidence["covers"] == "hint"
    assert metadata.region == Region("520000", "贵州", "province")


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("covers", 2029, Years(2029, 2029)),
        ("covers", {"from": 2026, "to": 2029}, Years(2026, 2029)),
        ("covers", "2026-2029", Years(2026, 2029)),
        ("title", "水利工作总结", "水利工作总结"),
        ("region", "360922", Region("360922", "万载县", "county")),
        (
            "region",
            {"code": "440000", "name": "广东", "level": "province"},
            Region("440000", "广东", "province"),
        ),
        ("kind", "plan", "plan"),
    ],
)
def test_what_was_stated_wins_and_a_contradiction_is_told(name, value, read):
    metadata, findings = described(**{name: value})
    assert getattr(metadata, name) == read
    assert metadata.evidence[name] == "hint"
    (finding,) = findings
    assert finding.code == "metadata-contradiction"
    assert finding.data["member"] == name
    before, _ = describe(TEXT, outline(TEXT, (), NO_HINTS), (), NO_HINTS)
    if finding.clean is not None:
        assert finding.clean == before.evidence[name]


def test_what_the_document_does_not_say_is_only_added():
    metadata, findings = described(issuers="贵州省水利厅", number="黔水〔2030〕1号", issued_on="2030-12-31")
    assert findings == ()
    assert metadata.issuers == ("贵州省水利厅",)
    assert metadata.issued_on == "2030-12-31"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("covers", "last year"),
        ("covers", True),
        ("region", "某地"),
        ("kind", "novel"),
        ("issued_on", "yesterday"),
        ("title", ""),
        ("issuers", [1]),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_read_is_found_and_changes_nothing(name, value):
    metadata, findings = described(**{name: value})
    assert [finding.code for finding in findings] == ["metadata-hint-unread"]
    assert metadata == describe(TEXT, outline(TEXT, (), NO_HINTS), (), NO_HINTS)[0]


def test_a_year_that_changed_is_told():
    finding = year_changed(Metadata(covers=Years(2030, 2030)), Metadata(covers=Years(2031, 2031)))
    assert finding is not None
    assert finding.code == "year-changed"
    assert finding.data == {
        "member": "covers",
        "before": {"from": 2030, "to": 2030},
        "after": {"from": 2031, "to": 2031},
    }


def test_the_years_planned_speak_where_none_are_covered():
    assert year_changed(Metadata(plans=Years(2030, 2030)), Metadata(plans=Years(2031, 2031))) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Metadata(covers=Years(2030, 2030)), Metadata(covers=Years(2030, 2030), plans=Years(2031, 2031))),
        (Metadata(covers=Years(2030, 2030)), Metadata()),
        (Metadata(), Metadata(plans=Years(2031, 2031))),
        (Metadata(covers=Years(2030, 2030)), Metadata(plans=Years(2032, 2032))),
    ],
)
def test_no_change_of_year_is_claimed_without_two_years(before, after):
    assert year_changed(before, after) is None
