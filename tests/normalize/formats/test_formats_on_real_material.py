"""Whole documents as they were published: an edition, or a rejection with the right reason."""

from __future__ import annotations

import pytest

from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.formats import read, sniff
from jiaokan.normalize.hints import NO_HINTS

pytestmark = [pytest.mark.corpus, pytest.mark.slow]
REFUSED = {"k09": "apple-double", "k17": "legacy-word"}
RECOGNIZED = ("k14", "x4_")
"""Raw text recognition, half of it tables upside down: minutes of search for repairs; its reading is enough here."""
KINDS = {".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".md": "markdown"}


def documents(corpus):
    return sorted(path for path in (corpus / "reports").iterdir() if path.name != "manifest.tsv")


def test_every_document_gives_an_edition_or_the_right_rejection(corpus):
    for path in documents(corpus):
        data = path.read_bytes()
        code = REFUSED.get(path.name[:3])
        if code:
            with pytest.raises(RejectedError) as caught:
                normalize(data)
            assert caught.value.code == code, path.name
            continue
        if path.name[:3] in RECOGNIZED:
            assert len(read(data, NO_HINTS).text) > 20_000
            continue
        edition = normalize(data)
        assert len(edition.text) > 2_000, path.name
        assert edition.trace(0, len(edition.text) // 2).source, path.name


def test_formats_are_told_by_content(corpus):
    for path in documents(corpus):
        if path.name[:3] in REFUSED or path.name.startswith("x5"):
            continue  # x5 is called .md and has no markup but emphasis
        wanted = "sql-row" if path.name.startswith("z") else KINDS.get(path.suffix, "text")
        assert sniff(path.read_bytes()).name == wanted, path.name


@pytest.mark.parametrize(
    ("name", "begins", "ends", "without"),
    [
        (
            "s2_",
            "索\u2002引\u2002号：014742224A/2023-0043406",
            "国家统计局万载调查队。",
            ("扫一扫", "返回顶部", "访问量", "图文解读", "是否继续"),
        ),
        (
            "s4_",
            "索\u2002引\u2002号：014717475N/2023-0032866",
            "国家统计局江西调查总队。",
            ("扫一扫", "返回顶部", "访问量", "网站地图"),
        ),
        (
            "k04",
            "广东省人民政府关于建立土地管理共同责任制度的通知",
            "二○○八年十一月十二日",
            ("首页", "RSS", "相关文档", "字号"),
        ),
        ("k05", "住房城乡建设部关于开展2014年度", "010-58933437", ("RSS", "相关文档", "内容纠错")),
        ("k02", "京政发[2016]43号", "2016年9月8日", ("全文结束",)),
    ],
)
def test_saved_pages_give_the_article_alone(corpus, article, name, begins, ends, without):
    (path,) = (corpus / "reports").glob(f"{name}*")
    text = article(path.read_bytes())
    assert text.startswith(begins)
    assert ends in text[-40:]
    for site in without:
        assert site not in text
