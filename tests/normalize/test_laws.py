"""The laws of a normalization, over all STAGES and over texts made of damage."""

# ruff: noqa: E501 - the pieces are read across

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaokan.normalize import STAGES, RejectedError, normalize
from jiaokan.normalize.stage import Context, run_stages

case_files = SimpleNamespace(**run_path(str(Path(__file__).with_name("case_files.py"))))
CASES = [case for case in case_files.cases_in(case_files.OURS) if case["raw"].strip()]

PIECES = (
    "全省规模以上工业增加值增长", "一、工作回顾", "（一）降本增效成效明显。", "一是", "二是抓好落实。", "廣東省工業", "工業(yè)",
    "經(jīng)濟(jì)", "我(wǒ)市", "垚(yáo)", "**", "**一是产业提速。**", "__", "*", "20*年", "**市", "[1]", "［2］", "国发〔2020〕9号",
    "①", "②", "&nbsp;", "&amp;ldquo;", "&#8203;", "<br>", "<strong>", "</strong>", "<b>", "\\n", "\\u5de5", "x0dx0a", "## ", "[通知](http://a.cn)",
    "⼈⺠", "⾼高", "⼜", "\uf92f", "e\u0301", "\u200b", "\ufeff", "\u00ad", "\x07", "\x93", "\r\n", "\n", "\n\n", "\f", "\u2028", "\u3000", "\u00a0", " ", "\t",
    "2\ue0105米", "\ue7fd", "\uf0b7", "l0年", "81．O％", "人VI", "四JIl", "O2O", "3.5", "2024", "，", ",", "。", "；", ";", "：", ":", "（", ")", "“", "”", '"',
    "扫一扫在手机打开当前页", "首页 > 政务公开", "上一篇：无", "kx83jd9s4qpw02", "时时彩平台 官网注册送", "— 3 —", "第1页 共2页", "目录", "-", "--",
    "政 府 工 作", "1 9 9 7 年", "１９９７", "％", "GDP", "the report", "http://a.cn/b?c=1&d=2", "x = a[1]", "?", "\ufffd",
)  # fmt: skip
DAMAGED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join)


def edition_of(text):
    try:
        return normalize(text.encode("utf-8", "surrogatepass"))
    except RejectedError:
        return None


@given(DAMAGED)
@settings(max_examples=40)
def test_replay_gives_the_output(text):
    edition = edition_of(text)
    if edition is None:
        return
    at = edition.reading
    for made in edition.passes:
        assert made.before == at
        for edit in reversed(made.edits):
            at = at[: edit.start] + edit.new + at[edit.end :]
        assert made.after == at
    assert at == edition.text


@given(DAMAGED)
@settings(max_examples=40)
def test_edits_are_minimal_and_disjoint(text):
    edition = edition_of(text)
    if edition is None:
        return
    for made in edition.passes:
        for before, after in pairwise(made.edits):
            assert before.end <= after.start
        for edit in made.edits:
            was = made.before[edit.start : edit.end]
            assert was != edit.new
            if was and edit.new and edit.alignment is None:
                assert was[0] != edit.new[0]
                assert was[-1] != edit.new[-1]


@given(DAMAGED)
@settings(max_examples=40)
def test_every_clean_character_has_a_source_span(text):
    edition = edition_of(text)
    if edition is None:
        return
    last = -1
    for at in range(len(edition.text)):
        places = edition.trace(at, at + 1).source
        assert places
        start, end = places[0].bytes
        assert 0 <= start <= end <= edition.source.bytes
        assert start >= last  # in the order of the source
        last = start


@given(DAMAGED)
@settings(max_examples=40)
def test_marks_and_findings_lie_in_the_text(text):
    edition = edition_of(text)
    if edition is None:
        return
    for mark in edition.marks:
        assert 0 <= mark.start <= mark.end <= len(edition.text)
    for found in edition.findings:
        assert found.clean is None or 0 <= found.clean[0] <= found.clean[1] <= len(edition.text)
        assert 0 <= found.confidence <= 1000


@given(DAMAGED)
@settings(max_examples=40)
def test_a_doubtful_edit_is_covered_by_a_finding(text):
    edition = edition_of(text)
    if edition is None:
        return
    doubtful = [
        found.source[0].bytes for found in edition.findings if found.code == "doubtful" and found.source
    ]
    for edit in edition.edits:
        if edit.confidence < 1000 and edit.now.strip():
            start, end = edit.source[0].bytes
            assert any(low <= start and end <= high for low, high in doubtful), edit


@given(DAMAGED)
@settings(max_examples=40)
def test_the_strict_profile_applies_no_doubt(text):
    try:
        edition = normalize(text.encode(), profile="strict")
    except RejectedError:
        return
    assert not [found for found in edition.findings if found.code == "doubtful"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_second_run_proposes_nothing(case):
    first = normalize(case["raw"].encode())
    if not first.text:
        return
    second = normalize(first.text.encode())
    assert second.text == first.text
    assert second.edits == ()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["kind"] == "negative"], ids=lambda case: case["id"]
)
def test_negative_cases_make_no_stage_propose(case):
    context = Context(alphabet=frozenset(case["raw"]))
    for stage in STAGES:
        if stage.needs is None or not stage.needs.isdisjoint(context.alphabet):
            edits = run_stages(case["raw"], (stage,), context).passes
            assert not edits, stage.name


def test_stages_are_named_once_and_kebab():
    names = [stage.name for stage in STAGES]
    assert len(names) == len(set(names))
    assert all(
        name == name.lower() and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in names
    )


_DIGEST = """
import hashlib, json, sys
from jiaokan.normalize import normalize
digest = hashlib.sha256()
for raw in json.load(sys.stdin):
    edition = normalize(raw.encode())
    digest.update(edition.content_json())
    digest.update(edition.record_json())
print(digest.hexdigest())
"""


def test_the_same_bytes_come_out_under_any_hash_seed():
    raws = json.dumps([case["raw"] for case in CASES[::4]]).encode()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _DIGEST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed in ("0", "4242")
    ]
    with ThreadPoolExecutor() as together:
        digests = list(together.map(lambda process: process.communicate(raws)[0].strip(), running))
    assert [process.returncode for process in running] == [0, 0]
    assert digests[0] == digests[1]
    assert len(digests[0]) == hashlib.sha256().digest_size * 2
