"""A JSON record of a crawler: the report in it, and not the crawler's members."""

from __future__ import annotations

import json

import pytest

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import sniff
from jiaokan.normalize.replay import verify

PROSE = "推行部门联合监管，是党中央、国务院作出的重大决策部署，是市场监管理念和方式的重大创新，是深化改革的内在要求。"
RECORD = {
    "id": 7,
    "url": "http://yunshan.example/1.html",
    "title": "云山市2023年政府工作报告",
    "tags": ["报告", "云山"],
    "content": f"一、工作回顾\n{PROSE}\r\n{PROSE}\t",
}
TEXT = f"云山市2023年政府工作报告\n一、工作回顾\n{PROSE}\n{PROSE}"


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_report_is_read_below_its_title(ascii_only, indent):
    data = json.dumps(RECORD, ensure_ascii=ascii_only, indent=indent).encode()
    assert sniff(data).name == "json-record"
    edition = normalize(data)
    assert edition.text == TEXT
    assert edition.metadata.title == "云山市2023年政府工作报告"
    at = edition.text.index("重大创新")
    (place,) = edition.trace(at, at + 4).source
    assert json.loads(b'"%s"' % data[slice(*place.bytes)]) == "重大创新"


@pytest.mark.parametrize("codec", ["gb18030", "utf-8-sig"])
def test_a_record_may_have_any_encoding(codec):
    data = json.dumps(RECORD, ensure_ascii=False).encode(codec)
    assert normalize(data).text == TEXT


def test_tags_in_the_report_are_a_page():
    page = f"<div><h1>云山市政府工作报告</h1><p>{PROSE}&nbsp;</p>\n<p style='a'>{PROSE}</p></div>"
    edition = normalize(json.dumps({"title": "云山市政府工作报告", "html": page}).encode())
    assert edition.text == f"云山市政府工作报告\n{PROSE}\n{PROSE}"


def test_a_list_of_paragraphs_is_one_report():
    data = json.dumps({"data": {"正文": [PROSE, PROSE + PROSE]}}, ensure_ascii=False).encode()
    assert normalize(data).text == f"{PROSE}\n{PROSE}{PROSE}"


def test_characters_beyond_the_basic_plane_and_half_pairs():
    data = ('{"content": "\\ud842\\udfb7区' + PROSE * 2 + '\\ud842。"}').encode()
    text = normalize(data).text
    assert text.startswith("\U00020bb7区推行")
    assert text.endswith("。\ufffd。")


def test_damaged_bytes_are_told_where_they_stand():
    data = json.dumps({"content": PROSE * 3}, ensure_ascii=False).encode()
    at = data.index("创新".encode()) + 1
    edition = normalize(data[:at] + b"\xff" + data[at + 1 :])
    (found,) = [one for one in edition.findings if one.code == "undecodable-bytes"]
    assert edition.text[slice(*found.clean)] == "\ufffd"


@pytest.mark.parametrize("joined", ["\n".join, lambda ones: f"[{','.join(ones)}]"])
def test_many_records_are_many_reports(joined):
    data = joined([json.dumps(RECORD, ensure_ascii=False)] * 3).encode()
    with pytest.raises(RejectedError) as refused:
        normalize(data)
    assert refused.value.code == "records"
    assert "3 records" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "政府工作报告", "页数":"12"}',
        '{"name":"云山","list":[1,2,3],"note":"增长5%,下降3%"}',
        '[{"甲": "乙;丙"}, {"丁": "戊,己"}]',
        '{"a": {"b": ["增长5%,下降", null, true]}}',
    ],
)
def test_json_without_a_report_stays_as_it_is(text):
    edition = normalize(text.encode())
    assert edition.text == text


@pytest.mark.parametrize("text", ['{"content": "' + PROSE * 3, '{"甲"：乙}', "[" * 3000 + "]", '{"a":1}}'])
def test_what_only_looks_like_json_is_text(text):
    assert normalize(text.encode()).text


def test_a_record_can_be_proved_from_its_source():
    data = json.dumps(RECORD).encode()
    edition = normalize(data)
    verify(edition.content_json(), edition.record_json(), data)
