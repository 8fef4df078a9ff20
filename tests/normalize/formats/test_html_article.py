"""The article and its metadata without the site around it; nothing of the article lost."""

from __future__ import annotations

import re

import pytest

from jiaokan.normalize import normalize
from jiaokan.normalize.formats import read
from jiaokan.normalize.hints import NO_HINTS

P1 = "2023年，全县上下坚持稳中求进工作总基调，经济运行呈现稳中向好的良好态势，民生福祉持续增进。"
P2 = "全年实现生产总值262.6亿元，按可比价格计算，同比增长5.3%；其中，第一产业增加值22.9亿元，增长3.7%。"
P3 = "年末常住人口48.8万人，比上年末增加353人，其中城镇常住人口25.8万人，乡村常住人口23万人。"
TITLE = "某某县2023年国民经济和社会发展统计公报"
MENU = "".join(
    f'<a href="/{n}/">{name}</a>'
    for n, name in enumerate(["首页", "政务公开", "办事服务", "互动交流", "走进某某"])
)
FOOT = (
    '<div class="footer"><p>主办：某某县人民政府 承办：某某县人民政府办公室 版权所有</p>'
    "<p>赣ICP备11002306号 网站标识码：3609220011 技术支持：某公司</p></div>"
)


def page(*parts: str, title: str = f"{TITLE} - 某某县人民政府", metas: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{metas}</head><body>{''.join(parts)}</body></html>".encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


ARTICLE = paragraphs("一、综合", P1, P2, "二、人口", P3)
WHOLE = f"一、综合\n{P1}\n{P2}\n二、人口\n{P3}"


def test_menu_crumbs_and_foot_are_the_sites(article):
    data = page(
        f'<div class="nav">{MENU}</div><div>您当前的位置：<a>首页</a> &gt; <a>统计数据</a></div>',
        f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div>",
        FOOT,
    )
    assert article(data) == f"{TITLE}\n{WHOLE}"


def test_what_left_is_marked_and_stands_in_the_reading():
    data = page(f'<div class="nav">{MENU}</div><h1>{TITLE}</h1><div>{ARTICLE}</div>{FOOT}')
    reading = read(data, NO_HINTS)
    gone = [reading.text[m.start : m.end] for m in reading.marks if m.kind == "page-furniture"]
    assert any("走进某某" in text for text in gone)
    assert any("赣ICP备" in text for text in gone)


def test_the_metadata_block_stays(article):
    block = "".join(
        f"<li><b>{label}</b><span>{value}</span></li>"
        for label, value in [
            ("索引号：", "0147-2023"),
            ("发布机构：", "县统计局"),
            ("成文日期：", "2023-05-11"),
        ]
    )
    info = "<p>来源：县统计局　发布时间：2023-05-11　浏览次数：1632　字号：[大 中 小]　【打印】【关闭】</p>"
    text = article(page(f"<ul>{block}</ul><h1>{TITLE}</h1>{info}<div>{ARTICLE}</div>{FOOT}"))
    assert text.startswith(
        f"索引号：0147-2023\n发布机构：县统计局\n成文日期：2023-05-11\n{TITLE}\n来源：县统计局　发布时间：2023-05-11"
    )
    for site in ("浏览次数", "1632", "字号", "打印", "关闭"):
        assert site not in text
    assert text.endswith(WHOLE)


@pytest.mark.parametrize(
    "bar",
    [
        "<div>扫一扫在手机打开当前页</div>",
        "<div class='share'>分享到：<a>微信</a><a>微博</a></div>",
        "<p>上一篇：<a href=1>2022年统计公报</a></p><p>下一篇：<a href=2>2024年统计公报</a></p>",
        "<div class='related'><h3>相关链接</h3><ul><li><a href=1>图解公报</a></li></ul></div>",
        "<p>【<a>返回顶部</a>】【<a>关闭窗口</a>】</p>",
        "<div style='display:none'>附件：</div>",
        "<form>搜索<input value=x></form>",
        "<div id=qrcode>手机扫码阅读全文</div>",
        "<div class=pager><a>1</a><a>2</a></div>",
        "<ul><li><a href=1>某某县召开会议</a></li><li><a href=2>开展检查</a></li><li><a href=3>公告三</a></li></ul>",
    ],
)
def test_bars_around_and_inside_the_article_go(article, bar):
    for data in (
        page(f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div>{bar}{FOOT}"),
        page(f"<h1>{TITLE}</h1><div class=con>{ARTICLE}{bar}</div>{FOOT}"),
    ):
        assert article(data) == f"{TITLE}\n{WHOLE}"


@pytest.mark.parametrize(
    "opening", ["form id=form1", "div id=printArea", "div class='print_content'", "div class=share", "aside"]
)
def test_an_element_with_all_sentences_is_no_furniture_whatever_it_is_called(article, opening):
    tag = opening.split()[0]
    data = page(f"<div class=nav>{MENU}</div><{opening}><h1>{TITLE}</h1><div>{ARTICLE}</div></{tag}>{FOOT}")
    assert article(data) == f"{TITLE}\n{WHOLE}"


def test_a_foot_is_furniture_though_it_alone_has_sentences(article):
    rows = "".join(
        f"<tr><td>{name}</td><td>{n}.5</td></tr>" for n, name in enumerate(("工业", "农业", "服务业"))
    )
    said = "本网站所有内容未经书面授权不得转载或者建立镜像。"
    foot = "<div class=footer>" + paragraphs(said, said, said, said) + "</div>"
    text = article(page(f"<div class=nav>{MENU}</div><h1>{TITLE}</h1><table>{rows}</table>{foot}"))
    assert text == f"{TITLE}\n工业\t0.5\n农业\t1.5\n服务业\t2.5"


def test_a_form_beside_the_article_is_the_sites(article):
    form = f"<form>{paragraphs('请填写您的意见，我们将在五个工作日内答复您提出的问题。')}</form>"
    assert article(page(f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div>{form}{FOOT}")) == f"{TITLE}\n{WHOLE}"


def test_the_title_in_the_block_of_metadata_is_not_the_heading(article):
    block = f"<table><tr><td>标题：</td><td>{TITLE}</td></tr><tr><td>索引号：</td><td>01-2</td></tr></table>"
    data = page(f"<div class=nav>{MENU}</div><h1>{TITLE}</h1>{block}<div id=zoom>{ARTICLE}</div>{FOOT}")
    assert article(data) == f"{TITLE}\n标题：{TITLE}\n索引号：01-2\n{WHOLE}"


@pytest.mark.parametrize(
    "line",
    [
        "打印机产量增长12.5%，微波炉产量下降3.1%。",
        "访问量超过100万人次的政务平台达到12个。",
        "字体设计产业实现营业收入3.2亿元。",
        "收藏品市场交易活跃，成交额增长8%。",
        "全年点击率居全省前列的政务新媒体有3家。",
        "分享经济规模持续扩大。",
        "版权登记1200件，比上年增长20%。",
        "关于我省“位置：中心”战略的说明如下。",
        "附件：2023年主要指标完成情况",
        "（此件公开发布）",
        "责任编辑：张三",
    ],
)
def test_lines_of_the_article_that_speak_of_such_things_stay(article, line):
    data = page(f"<h1>{TITLE}</h1><div class=con>{paragraphs(P1, line, P2, P3)}</div>{FOOT}")
    assert article(data) == f"{TITLE}\n{P1}\n{line}\n{P2}\n{P3}"


def test_links_inside_prose_and_attachments_stay(article):
    prose = f'<p>根据<a href="/a.html">《某某县统计管理办法》</a>，{P1}</p>'
    attached = (
        '<p><a href="/b.docx">附件1：指标解释</a></p>'
        '<p><a href="/c.pdf">附件2：统计表</a></p>'
        '<p><a href="/d.xls">3.分县数据</a></p>'
    )
    text = article(page(f"<h1>{TITLE}</h1><div>{prose}{paragraphs(P2, P3)}{attached}</div>{FOOT}"))
    assert "《某某县统计管理办法》" in text
    assert text.endswith("附件1：指标解释\n附件2：统计表\n3.分县数据")


LAWS = "".join(
    f'<li><a href="/{n}">《某某县统计{what}》</a></li>' for n, what in enumerate(("条例", "办法", "细则"))
)


def test_a_list_of_links_amid_the_prose_is_the_articles(article):
    inner = f"{paragraphs(P1)}<ul>{LAWS}</ul>{paragraphs(P2, P3)}"
    text = article(page(f"<div class=nav>{MENU}</div><h1>{TITLE}</h1><div class=con>{inner}</div>{FOOT}"))
    assert text.split("\n") == [
        TITLE,
        P1,
        *(f"《某某县统计{what}》" for what in ("条例", "办法", "细则")),
        P2,
        P3,
    ]


@pytest.mark.parametrize(
    "inner",
    [
        f"{paragraphs(P1, P2, P3)}<ul>{LAWS}</ul>",
        f"<div>{paragraphs(P1)}</div><div><ul>{LAWS}</ul></div><div>{paragraphs(P2, P3)}</div>",
        f"{paragraphs(P1)}<p>推荐：</p><ul>{LAWS}</ul>{paragraphs(P2, P3)}",
    ],
)
def test_a_list_of_links_elsewhere_is_the_sites(article, inner):
    text = article(page(f"<div class=nav>{MENU}</div><h1>{TITLE}</h1><div class=con>{inner}</div>{FOOT}"))
    assert "《某某县统计条例》" not in text
    assert [prose in text for prose in (P1, P2, P3)] == [True] * 3


def test_signature_and_editor_behind_the_article_stay(article):
    text = article(page(f"<h1>{TITLE}</h1><div class=TRS_Editor>{ARTICLE}</div><p>责任编辑：李四</p>{FOOT}"))
    assert text.endswith("责任编辑：李四")


def test_who_signed_and_when_stay_behind_the_articles_element(article):
    signed = "<p>某某县统计局</p><p>国家统计局某某调查队</p><p>2024年3月28日</p>"
    data = page(f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div>{signed}<p>今日天气</p>{FOOT}")
    assert article(data) == f"{TITLE}\n{WHOLE}\n某某县统计局\n国家统计局某某调查队\n2024年3月28日"
    site = "<p>欢迎光临</p><p>共有3位访客</p><p>2024年3月28日</p>"
    assert article(page(f"<h1>{TITLE}</h1><div class=con>{ARTICLE}</div>{site}{FOOT}")) == f"{TITLE}\n{WHOLE}"


def test_a_title_outside_headings_is_found_by_the_pages_title(article):
    data = page(
        f"<div>某某县人民政府门户网站</div><table><tr><td align=center>{TITLE}</td></tr></table><div>{ARTICLE}</div>"
    )
    assert article(data) == f"{TITLE}\n{WHOLE}"


def test_a_title_in_two_lines_is_found(article):
    meta = f'<meta name="ArticleTitle" content="{TITLE}">'
    data = page(f"<div>{MENU}</div><div>{TITLE[:9]}<br>{TITLE[9:]}</div><div>{ARTICLE}</div>", metas=meta)
    assert article(data) == f"{TITLE[:9]}\n{TITLE[9:]}\n{WHOLE}"


def test_an_article_that_a_script_unhides_is_read(article):
    data = page(f"<h1>{TITLE}</h1><div style='display:none' id=zoom>{ARTICLE}</div>{FOOT}")
    assert WHOLE in article(data)


@pytest.mark.parametrize(
    "fragment",
    [
        f"<div>改革开放迈出新步伐。<br></div><div>{P1}{P2}</div>",
        f'<div>依照<a href="/law.html">统计法</a>发布如下。<br></div><div>{P1}{P2}</div>',
        f"<div>{P3[:13]}<br></div><div>{P1}{P2}</div><div>特此公报</div>",
        f"<html><body><div>改革开放迈出新步伐。</div><div>{P1}{P2}</div></body></html>",
        f"<table><tr><td>改革开放迈出新步伐。</td></tr><tr><td>{P1}{P2}</td></tr></table>",
    ],
)
def test_a_fragment_without_a_site_around_it_is_kept_whole(article, fragment):
    shown = re.sub("<br>|<a [^>]*>|</a>|</?(?:html|body|tr|table)>", "", fragment)
    assert article(fragment.encode()).split("\n") == [
        line for line in re.split("</?(?:div|td)>", shown) if line
    ]


def test_a_fragment_with_the_sites_menu_is_no_document(article):
    fragment = f"<div>{MENU}</div><div>某某县门户</div><div>{ARTICLE}</div><div>上一篇：没有了</div>"
    assert article(fragment.encode()) == WHOLE


def test_pages_without_prose_keep_what_they_have(article):
    assert article(b"<html><body><p>2023</p></body></html>") == "2023"
    assert article(b"<html><body></body></html>") == ""


def test_a_notice_torn_into_page_like_tables_is_whole(article):
    tables = "".join(
        f"<table><tr><td>{text}</td></tr><tr><td align=right>－ {n} －</td></tr></table>"
        for n, text in enumerate((P1, P2, P3), 1)
    )
    text = article(page(tables, title="首都之窗_政府文件"))
    assert [line for line in text.split("\n") if "－" not in line] == [P1, P2, P3]


SOURCE = "".join(f"<p>{text}</p>" for text in (P1, P2, P3))
COMMENTS = (
    '<div class="comment"><textarea>请输入评论内容。文明上网，理性发言，严禁发布违法信息。</textarea></div>'
)


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize(
    "holder",
    [
        '<textarea id="source" style="display:none">{}</textarea>',
        '<script id="editor" type="text/plain">{}</script>',
    ],
)
def test_an_article_that_a_page_keeps_as_source_is_read(holder, escaped):
    source = SOURCE.replace("，", "&ensp;，", 1)
    if escaped:
        source = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    data = page(MENU, f"<h1>{TITLE}</h1><div id='content'></div>", holder.format(source), COMMENTS, FOOT)
    reading = read(data, NO_HINTS)
    lines = [line.replace("\u2002", "") for line in reading.text.split("\n")]
    assert [line for line in lines if line in (TITLE, P1, P2, P3)] == [TITLE, P1, P2, P3]
    at = reading.text.index("生产总值")
    ((start, end),) = [place.bytes for place in reading.places.locate(at, at + 4)]
    assert data[start:end].decode() == "生产总值"


def test_a_plain_text_that_a_page_keeps_as_source_is_read():
    data = page(f"<h1>{TITLE}</h1>", f"<textarea readonly>{P1}\n{P2}\n{P3}", "</textarea>")
    assert read(data, NO_HINTS).text.endswith(f"{P1}\n{P2}\n{P3}")


@pytest.mark.parametrize(
    "box",
    [
        COMMENTS,
        "<textarea>用户在注册前应当仔细阅读本协议。"
        + "用户应当遵守法律法规，不得发布违法信息。" * 8
        + "</textarea>",
    ],
)
def test_a_box_beside_an_article_is_no_text(box):
    data = page(MENU, f"<h1>{TITLE}</h1>", paragraphs(P1, P2, P3), box, FOOT)
    assert "违法信息" not in read(data, NO_HINTS).text


def test_a_comment_box_alone_is_no_article():
    assert "评论内容" not in read(page(f"<h1>{TITLE}</h1>", COMMENTS), NO_HINTS).text


def test_hidden_words_inside_a_line_go_and_the_line_stays():
    unseen = '<span style="display:none">反采集乱码</span>'
    data = page(f"<h1>{TITLE}</h1>", paragraphs(unseen + P1, P2.replace("；", f"；{unseen}"), P3))
    assert normalize(data).text.split("\n") == [TITLE, P1, P2, P3]


def test_what_stays_hidden_beside_an_article_that_a_script_shows_is_not_read():
    body = f'<div style="visibility:hidden">{paragraphs(P1, P2, P3)}</div>'
    data = page(f"<h1>{TITLE}</h1>", '<p>2024-07-26<em style="display:none">发表于四川</em></p>', body)
    assert normalize(data).text.split("\n") == [TITLE, "2024-07-26", P1, P2, P3]
