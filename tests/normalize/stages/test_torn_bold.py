"""A bold run-in heading that a page tore comes together; bold lines of a title stay lines."""

from __future__ import annotations

import pytest

from jiaokan.normalize import normalize

BODY = "新认定省级企业技术中心64家，规模以上工业企业研发投入强度达到1.7%。"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_torn_bold_heading_comes_together(gap):
    text = f"一、工作情况\n**（三）创新能力明**{gap}**显增强。**{BODY}\n"
    assert normalize(text.encode()).text == f"一、工作情况\n（三）创新能力明显增强。{BODY}"


@pytest.mark.parametrize(
    "text",
    [
        f"**云山市人民政府**\n**关于加快工业发展的通知**\n{BODY}",
        f"**一、工作情况。**{BODY}\n**二、工作安排。**{BODY}",
        f"**工作情况**\n**（一）创新能力明显增强。**{BODY}",
    ],
)
def test_bold_lines_of_a_title_and_headings_stay_lines(text):
    assert normalize(text.encode()).text == text.replace("**", "")
