"""Pages whose article is in a script, in a fallback, or not there at all."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats.html import read
from jiaokan.normalize.hints import NO_HINTS

TITLE = "青山县二〇二三年政府工作报告"
ARTICLE = (
    "<p>各位代表：</p><p>现在，我代表县人民政府向大会报告工作，请予审议。</p>"
    '<p style="text-indent:2em">一、工作回顾</p><p>各项任务圆满完成，改革开放取得新的突破。</p>'
    "<p>过去一年，地区生产总值增长百分之五，粮食产量保持稳定，财政收入稳步增长，人民生活水平持续改善，社会和谐稳定。</p>"
)
WANTED = [TITLE, "各位代表：", "现在，我代表县人民政府向大会报告工作，请予审议。", "一、工作回顾"]


def shell(script: str, body: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{TITLE}-青山县人民政府</title></head>"
        f'<body><div id="app">{body}</div><script>{script}</script></body></html>'
    ).encode()


@pytest.mark.parametrize("escaped", [True, False])
def test_an_article_in_a_script_is_read_with_the_way_back_to_its_bytes(escaped):
    state = json.dumps({"detail": {"title": TITLE, "content": ARTICLE}}, ensure_ascii=escaped).replace(
        "</", "<\\/"
    )
    data = shell(f"window.__INITIAL_STATE__={state};")
    assert normalize(data).text.split("\n")[:4] == WANTED
    reading = read(data, NO_HINTS)
    at = reading.text.index("粮食")
    places = reading.places.locate(at, at + 2)
    behind = b"".join(data[slice(*place.bytes)] for place in places)
    assert behind == (b"\\u7cae\\u98df" if escaped else "粮食".encode())


def test_other_strings_and_quotes_are_read_too():
    first = "第一段讲述全县经济社会发展总体情况，主要指标好于预期，各项事业全面进步。"
    second = "第二段讲述全县民生保障情况，城乡居民收入稳步增长，就业形势总体稳定，社会保障水平不断提高。"
    plain = first + "\\n" + second * 2
    text = normalize(shell(f"var a = 'x'; var c = '{plain}';")).text
    assert text.startswith("第一段讲述")
    assert "\n第二段讲述" in text


def test_a_page_with_an_article_of_its_own_is_left_alone():
    own = "<p>" + "本页自有正文，讲述全县经济社会发展情况，主要指标好于预期。" * 5 + "</p>"
    text = normalize(shell(f"var x = {json.dumps(ARTICLE, ensure_ascii=False)};", own)).text
    assert "各位代表" not in text
    assert text.startswith("本页自有正文")


@pytest.mark.parametrize(
    "page",
    [
        shell("load('/api/article/1')"),
        "<html><head><title>某县</title></head><frameset><frame src='a.htm'></frameset></html>".encode(),
        b"<html><body><iframe src='a.htm'></iframe></body></html>",
    ],
)
def test_a_page_that_is_empty_without_its_script_is_refused_with_what_to_do(page):
    with pytest.raises(RejectedError, match="save what the browser shows") as refused:
        read(page, NO_HINTS)
    assert refused.value.code == "shown-by-script"


def test_broken_strings_and_halves_of_pairs_are_no_error():
    broken = 'var a = "' + "全县经济社会发展总体平稳，主要指标好于预期。" * 8 + "\\ud83d\\"
    for script in (broken, broken + '"', broken + '\\"', "'" * 999, '"\\'):
        with suppress(RejectedError):
            assert "\ud83d" not in read(shell(script), NO_HINTS).text
