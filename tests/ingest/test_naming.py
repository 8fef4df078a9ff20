"""From paths to ids, and manifests."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.archive import check_report_id
from jiaokan.ingest.manifest import ManifestError, manifest_rows, read_manifest
from jiaokan.ingest.naming import report_ids
from jiaokan.ingest.statements import StatementError, charset_of, read_statement
from jiaokan.ingest.taking import merged_hints


@pytest.mark.parametrize(
    ("paths", "ids"),
    [
        (["广东/工信/2023.txt"], ["广东/工信/2023"]),
        (["a b（终稿）.txt"], ["a-b-终稿"]),
        (["2023.txt", "2023.docx", "2024.txt"], ["2023.txt", "2023.docx", "2024"]),
        (["-.txt"], None),
        (["../x.txt"], None),
        (["a b.txt", "a-b.txt"], None),
        (["/".join("abcdefghij")], ["a/b/c/d/e/f/g/h.i.j"]),
        (["字" * 100 + ".txt"], None),
        (["ｅ́.txt"], None),
        (["same.txt", "same.txt"], ["same.txt", "same.txt"]),
    ],
)
def test_paths_become_ids(paths, ids):
    found = report_ids(paths)
    assert [check_report_id(one) for one in found] == found
    assert len(set(found)) == len(set(paths))
    if ids is not None:
        assert found == ids


@given(
    st.lists(
        st.text(min_size=1, max_size=80).filter(lambda text: text.strip("/") != ""), unique=True, max_size=6
    )
)
def test_every_path_has_an_id_of_its_own(paths):
    ids = report_ids(paths)
    assert len(ids) == len(paths)
    for one in ids:
        assert check_report_id(one) == one


def test_a_manifest_in_csv_and_in_json_lines_is_the_same():
    table = (
        '﻿path,report,labels,encoding,metadata.title\r\na.txt,x/1,open;new,gb18030,"题,目"\r\nb.txt,,,,\r\n'
    )
    lines = (
        '{"path": "a.txt", "report": "x/1", "labels": ["open", "new"], "hints": {"encoding": "gb18030",'
        ' "metadata": {"title": "题,目"}}}\n\n{"path": "b.txt"}\n'
    )
    assert read_manifest(table.encode()) == read_manifest(lines.encode())


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("file,report\na,b\n", "column path"),
        ("path,report\na,b,c\n", "line 2: more fields"),
        ("path\na\na\n", "named before"),
        ("path,report\n,b\n", "names no path"),
        ('{"path": "a"}\n{"path"\n', "line 2: not JSON"),
        ('{"path": 1}', "names no path"),
        ("path,colour\na,red\n", "'a': there is no field 'colour'"),
        ("path,report\na,b c\n", "'a': a report id"),
        ('path\n"a\n', "manifest, line"),
        ("", "column path"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_told_with_its_place(manifest, says):
    with pytest.raises(ManifestError, match=says):
        read_manifest(manifest.encode())


def test_a_manifest_is_utf_8():
    with pytest.raises(ManifestError, match="UTF-8"):
        manifest_rows("path\n报告".encode("gb18030"))


@given(st.binary(max_size=200))
def test_no_manifest_does_more_than_fail(data):
    with contextlib.suppress(ManifestError):
        read_manifest(data)


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/plain; charset=GB2312", "gb2312"),
        ('text/html; charset="big5"', "big5"),
        ("text/plain", None),
        (None, None),
    ],
)
def test_the_declared_charset(content_type, charset):
    assert charset_of(content_type) == charset


@pytest.mark.parametrize(
    "fields", [{"hints": "[]"}, {"hints": 3}, {"labels": 3}, {"labels": [3]}, {"name": 3}, {"profile": "x"}]
)
def test_statements_that_cannot_be(fields):
    with pytest.raises(StatementError):
        read_statement(fields)


def test_hints_add_up():
    one, two = {"action": "replace", "was": "a", "now": "b"}, {"action": "refuse", "was": "c", "now": "d"}
    assert merged_hints(
        {"encoding": "big5", "metadata": {"title": "a", "number": "1"}, "amendments": [one]},
        {"encoding": "gb18030", "metadata": {"title": "b"}, "amendments": [one, two]},
    ) == {"encoding": "gb18030", "metadata": {"title": "b", "number": "1"}, "amendments": [one, two]}
