"""Pages as the publishing systems of government sites write them, about an invented place: the article and no more.

``pages/*.html`` are the pages, ``*.txt`` beside them what must come out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaokan.normalize import normalize

PAGES = sorted(Path(__file__).with_name("pages").glob("*.html"))


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_article_comes_out_whole_and_alone(path, codec):
    html = path.read_text(encoding="utf-8").replace("charset=utf-8", f"charset={codec}")
    wanted = path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    assert normalize(html.encode(codec)).text.replace("\u3000", " ") == wanted.replace("\u3000", " ")
