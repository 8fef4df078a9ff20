"""What residue meant stays as marks on the clean text."""

from __future__ import annotations

import pytest

from jiaokan.normalize import normalize


def marked(text, kind):
    edition = normalize(text.encode())
    return [edition.text[mark.start : mark.end] for mark in edition.marks if mark.kind == kind]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**一是产业提速。**新开工项目三十个。", ["一是产业提速。"]),
        ("同时，**要抓技改投资**，扩大规模。", ["要抓技改投资"]),
        ("<strong>一是</strong>扩大投资。", ["一是"]),
        ("<b>一是</b>扩大投资。", ["一是"]),
        ("'''各位代表'''：", ["各位代表"]),
        (
            "增长5.2%。**二是以重大项目为主抓\n\n手加快布局。**“清单”见效。",
            ["二是以重大项目为主抓手加快布局。"],
        ),
        ("全力推进**现代化建设。", []),
    ],
)
def test_bold(text, bold):
    assert marked(text, "bold") == bold


def test_a_run_that_a_page_tore_is_marked_as_torn():
    edition = normalize("一是扩大投资**\n\n规模。**二是绿色转型。**持续推进。".encode())
    torn = [mark for mark in edition.marks if mark.kind == "bold" and mark.data.get("torn")]
    assert [edition.text[mark.start : mark.end] for mark in torn] == ["一是扩大投资"]


def test_headings():
    edition = normalize("## 一、总体要求\n落实。".encode())
    headings = [mark for mark in edition.marks if mark.kind == "heading"]
    assert [(edition.text[mark.start : mark.end], mark.data["level"]) for mark in headings] == [
        ("一、总体要求", 2)
    ]


def test_note_signs_keep_their_place_and_label():
    edition = normalize("全县生产总值[1]32.7亿元，增长[2]4.7%。".encode())
    notes = [(mark.start, mark.end, mark.data["label"]) for mark in edition.marks if mark.kind == "footnote"]
    assert notes == [(6, 6, "1"), (15, 15, "2")]
    assert edition.text[:6] == "全县生产总值"


def test_links_keep_their_address():
    edition = normalize("详见[通知](http://www.example.gov.cn/1.html)。".encode())
    link = next(mark for mark in edition.marks if mark.kind == "link")
    assert edition.text[link.start : link.end] == "通知"
