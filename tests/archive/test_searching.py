"""Search and lists of sections: on every catalog, by every way, the same; and pages that stop at their bound go on."""

from __future__ import annotations

import json
from itertools import product
from typing import Final

import pytest
from archive_hands import making, take
from sqlalchemy import event, insert

from jiaokan.archive import ReportFilter, SectionFilter, SectionIndex, publish
from jiaokan.archive.sql import searching
from jiaokan.archive.tables import sections

WORDS = ("数字经济", "工业", "工业互联网", "Wi-Fi", "100%", "a_b", "绿色")


@pytest.fixture
def index(archive):
    """Twenty-four reports of two sections each; every text holds some of the words."""
    for number in range(24):
        kind = "plan" if number % 7 == 0 else "notice"
        labels = ("even",) if number % 2 == 0 else ("odd",)
        publish(archive, making(take(archive, f"r/{number:02}", str(number), labels=labels), kind=kind))
    with archive.catalog.database.write() as connection:
        connection.execute(insert(sections), [row(number) for number in range(48)])
    return SectionIndex(archive)


def row(number: int) -> dict[str, object]:
    report, position = divmod(number, 2)
    return {
        "report": f"r/{report:02}", "edition": 1, "position": position, "section": f"c{position + 1}",
        "anchor": f"a{position if report % 3 else 0}", "parent": "report", "kind": "chapter", "level": 1,
        "ordinal": position + 1,
        "label": None, "heading": f"标题{number}", "role": None, "start": 0, "end": 9, "own_end": 9,
        "own": text(number),
    }  # fmt: skip


def text(number: int) -> str:
    held = [word for place, word in enumerate(WORDS) if number % (place + 2) == 0]
    return f"第{number}段。" + "，".join(held) + "。"


def everything(ask, after=None):
    """Follow a list to its end; gives what it held and the number of pages."""
    found, pages = [], 0
    while True:
        page, after = ask(after)
        found += page
        pages += 1
        assert pages < 300
        if after is None:
            return found, pages


BOUNDS = {"RARE": 3, "NEWEST": 7, "CANDIDATES": 20, "FURTHER": 9, "REPORTS_FEW": 4, "REPORTS_A_PAGE": 5}
BOUNDS_OF: Final = {"wide": {}, "tight": BOUNDS, "never asked twice": {**BOUNDS, "HOPELESS": 0}}


SEARCHES = (
    *product([[word] for word in WORDS], [{}], [{}]),
    (["数字经济", "工业互联网"], {}, {}),
    (["数字经济", "工业"], {}, {}),
    (["wi-fi"], {}, {}),
    (["没有的词"], {}, {}),
    (["数字经济"], {"section": "c2"}, {}),
    (["数字经济"], {}, {"kind": "plan"}),
    (["工业"], {}, {"kind": "plan"}),
    (["工业"], {"ordinal": 1}, {"label": "odd"}),
    (["数字经济"], {}, {"labels": ("odd",)}),
    (["数字经济"], {}, {"labels": ("odd", "even"), "prefix": "r/1"}),
    (["数字经济"], {}, {"kind": "regulation"}),
    (["数字经济"], {}, {"changed_after": 15}),
)
LISTS = (
    ({"section": "c2"}, {}),
    ({"section": "c2", "heading": "标题1"}, {}),
    ({"anchor": "a0"}, {}),
    ({"anchor": "a0", "section": "c2"}, {}),
    ({"anchor": "a0", "heading": "标题1"}, {}),
    ({"anchor": "a0"}, {"kind": "plan"}),
    ({}, {"kind": "plan"}),
    ({"section": "c1"}, {"kind": "plan", "label": "even"}),
    ({"ordinal": 2}, {"changed_after": 13}),
    ({}, {"labels": ("odd",)}),
    ({}, {"prefix": "r/1"}),
    ({}, {}),
)


@pytest.fixture(params=BOUNDS_OF)
def bounds(request, monkeypatch) -> None:
    for name, value in BOUNDS_OF[request.param].items():
        monkeypatch.setattr(searching, name, value)
    if request.param == "wide":
        return
    monkeypatch.setattr("jiaokan.archive.sql.listing.SCAN_MOST", 6)
    monkeypatch.setattr("jiaokan.archive.sql.listing.FEW", 2)


@pytest.mark.usefixtures("bounds")
def test_search_finds_all_that_hold_the_words_newest_first(index):
    for words, which, reports in SEARCHES:
        allowed = set(everything_of(index, reports))
        wanted = [
            (one["report"], one["position"])
            for one in map(row, reversed(range(48)))
            if all(word.lower() in str(one["own"]).lower() for word in words)
            and all(one[name] == value for name, value in which.items())
            and one["report"] in allowed
        ]

        def ask(after, words=words, which=which, reports=reports):
            hits, following = index.search(
                words, SectionFilter(**which), ReportFilter(**reports), after=after, limit=4
            )
            assert len(hits) <= 4
            return [(one.report, one.position) for _, one in hits], following

        assert everything(ask)[0] == wanted, (words, which, reports)


@pytest.mark.usefixtures("bounds")
def test_lists_of_sections_come_in_order(index):
    for which, reports in LISTS:
        allowed = set(everything_of(index, reports))
        wanted = [
            (one["report"], one["position"])
            for one in map(row, range(48))
            if all(
                (str(value) in str(one[name])) if name == "heading" else one[name] == value
                for name, value in which.items()
            )
            and one["report"] in allowed
        ]

        def ask(after, which=which, reports=reports):
            page, following = index.query(
                SectionFilter(**which), ReportFilter(**reports), after=after, limit=3
            )
            return [(one.report, one.position) for one in page], following

        assert everything(ask)[0] == wanted, (which, reports)


def everything_of(index, reports):
    catalog = index._archive.catalog.reports

    def ask(after):
        page = catalog.ids(ReportFilter(**reports), after=after)
        return list(page.items), page.cursor

    return everything(ask)[0]


def test_postgresql_asks_the_index_of_trigrams_and_nothing_else(index):
    database = index._database
    if database.dialect != "postgresql":
        return
    statements = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _u, sql, parameters, *_: statements.append((sql, parameters)),
    )
    index.search(["工业互联网"], SectionFilter(), ReportFilter(), after=None, limit=5)
    ((sql, parameters),) = [
        one for one in statements if "sections.own LIKE" in one[0] and " IN " not in one[0]
    ]
    with database.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_indexscan = off")
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).one()
    assert "ix_sections_own_trgm" in json.dumps(plan)
    assert "Seq Scan" not in json.dumps(plan)
