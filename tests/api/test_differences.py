"""What differs between two editions, and between two years."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.api.differences import as_html, as_json, as_unified_text, compare_editions, compare_years


def content(*sections: tuple[str, str, str | None, str]) -> dict[str, Any]:
    """A content object from (id, parent, heading, own text) rows in document order."""
    text = ""
    rows: list[dict[str, Any]] = []
    for name, parent, heading, own in sections:
        start = len(text)
        text += own
        rows.append(
            {
                "id": name,
                "anchor": f"a-{heading}" if heading else f"a-in-{parent}",
                "parent": parent or None,
                "kind": "report" if not parent else "section",
                "label": None,
                "heading": heading,
                "span": [start, start],
                "body": [start, len(text)],
            }
        )
    ends = {row["id"]: row["body"][1] for row in rows}
    for row in reversed(rows):
        row["span"][1] = ends[row["id"]]
        if row["parent"]:
            ends[row["parent"]] = max(ends[row["parent"]], ends[row["id"]])
    return {"text": text, "sections": rows}


OLD = content(
    ("report", "", None, "二〇二三年工作报告\n"),
    ("c1", "report", "工业经济", "一、工业经济\n规模以上工业增加值增长5.2%，新增企业120家。\n"),
    ("c2", "report", "数字经济", "二、数字经济\n建成基站3000个，算力规模居全国前列。\n"),
    ("c3", "report", "安全生产", "三、安全生产\n全年未发生较大事故。\n"),
)
NEW = content(
    ("report", "", None, "二〇二四年工作报告\n"),
    ("c1", "report", "数字经济发展", "一、数字经济发展\n建成基站4100个，算力规模继续居全国前列。\n"),
    ("c2", "report", "工业经济", "二、工业经济\n规模以上工业增加值增长6.1%，新增企业140家。\n"),
    ("c3", "report", "绿色转型", "三、绿色转型\n单位能耗下降3.1%。\n"),
)


def record(source: str = "s", fingerprint: str = "f") -> dict[str, Any]:
    return {"source": {"sha256": source}, "pipeline": {"fingerprint": fingerprint}}


def test_years_pair_by_meaning_and_not_by_number() -> None:
    found = compare_years(OLD, NEW)
    pairs = {
        section.after.heading: section.before.heading
        for section in found.sections
        if section.after and section.before and section.after.heading
    }
    assert pairs == {"数字经济发展": "数字经济", "工业经济": "工业经济"}
    assert [s.after.heading for s in found.sections if s.state == "new" and s.after] == ["绿色转型"]
    assert [s.before.heading for s in found.sections if s.state == "gone" and s.before] == ["安全生产"]


def test_an_edition_differs_from_itself_in_nothing() -> None:
    found = compare_editions(OLD, OLD, before_record=record(), after_record=record(), same_hints=True)
    assert found.why == ()
    assert {section.state for section in found.sections} == {"kept"}
    assert as_unified_text(found) == ""


def test_a_section_that_only_ceased_to_be_the_last_is_kept() -> None:
    before = content(("report", "", None, "报告\n"), ("c1", "report", "保障", "一、保障\n加强。"))
    after = content(
        ("report", "", None, "报告\n"),
        ("c1", "report", "保障", "一、保障\n加强。\n"),
        ("c2", "report", "督查", "二、督查\n从严。"),
    )
    found = compare_editions(before, after, before_record=record(), after_record=record("t"), same_hints=True)
    assert [section.state for section in found.sections] == ["kept", "kept", "new"]


@pytest.mark.parametrize(
    ("after_record", "same_hints", "why"),
    [
        (record(source="t"), True, ("source",)),
        (record(fingerprint="g"), True, ("pipeline",)),
        (record(source="t", fingerprint="g"), False, ("source", "hints", "pipeline")),
    ],
)
def test_why_two_editions_differ(
    after_record: dict[str, Any], same_hints: bool, why: tuple[str, ...]
) -> None:
    found = compare_editions(
        OLD, NEW, before_record=record(), after_record=after_record, same_hints=same_hints
    )
    assert found.why == why


CLAUSES = st.lists(st.text("规模增长5.2%，。", min_size=1, max_size=9), min_size=1, max_size=7)


def clauses(texts: list[str]) -> dict[str, Any]:
    """Points without headings: all of them share an anchor."""
    rows = [(f"c1.p{number}", "c1", None, f"{text}\n") for number, text in enumerate(texts, 1)]
    return content(
        ("report", "", None, "报告\n"),
        ("c1", "report", "任务", "一、任务\n"),
        *rows,
        ("c2", "report", "结语", "二、结语\n"),
    )


@given(CLAUSES, st.data())
def test_sections_that_share_an_anchor_pair_by_what_they_say(texts: list[str], data: st.DataObject) -> None:
    def differences(after: list[str]) -> dict[str, int]:
        found = compare_editions(
            clauses(texts), clauses(after), before_record=record(), after_record=record(), same_hints=True
        )
        return {state: count for state, count in found.counts.items() if count}

    every = len(texts) + 3
    assert differences(texts) == {"kept": every}
    place = data.draw(st.integers(0, len(texts) - 1))
    assert differences(texts[:place] + texts[place + 1 :]) == {"kept": every - 1, "gone": 1}
    assert differences([*texts[:place], "全新的一条", *texts[place:]]) == {"kept": every, "new": 1}
    reworded = [*texts[:place], "改写的一条", *texts[place + 1 :]]
    assert differences(reworded) == {"kept": every - 1, "reworded": 1}


@given(st.text("增长下降了5，%\n", max_size=40), st.text("增长下降了5，%\n", max_size=40))
def test_runs_rebuild_both_texts(before: str, after: str) -> None:
    old, new = content(("report", "", None, before)), content(("report", "", None, after))
    found = compare_years(old, new)
    told = {
        op: "".join(r.text for s in found.sections for r in s.runs if r.op != op)
        for op in ("insert", "delete")
    }
    # The line break at a section's end divides it from the next one, and is no part of it.
    assert told == {"insert": before.rstrip("\n"), "delete": after.rstrip("\n")}


def test_every_section_of_both_years_is_told_once() -> None:
    found = compare_years(OLD, NEW)
    assert sorted(s.before.id for s in found.sections if s.before) == ["c1", "c2", "c3", "report"]
    assert sorted(s.after.id for s in found.sections if s.after) == ["c1", "c2", "c3", "report"]


def test_a_hostile_heading_stays_text_on_the_page() -> None:
    hostile = content(("report", "", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>\n"))
    page = as_html(compare_years(OLD, hostile), title="<b>", before="'\"", after="&")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page


def test_json_leaves_out_what_did_not_change() -> None:
    told = as_json(compare_years(OLD, OLD))
    assert all(section["runs"] is None for section in told["sections"])
    assert told["counts"]["kept"] == 4
