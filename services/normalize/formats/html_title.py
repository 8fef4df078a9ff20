"""Which line of a page is its title: the one that the page calls so, is called so, or reads like one."""

from __future__ import annotations

import re
from typing import Final

from .html_facts import AROUND, Facts, bare_of
from .html_site import is_metadata
from .html_tree import Page


def title_of(page: Page, facts: list[Facts], first: int, last: int) -> int:
    """Find the block that the page calls its title; -1 when there is none before or in the article."""
    wanted = [page.metas.get(name, "") for name in ("articletitle", "og:title", "dc.title", "title")]
    for title in page.titles:
        wanted += [title, *re.split(r"\s*[|_–—\-]+\s*|\s{2,}", title)]
    folded = {fold for name in wanted if len(fold := bare_of(name)) >= 8}
    for number in range(first, min(first + AROUND, last + 1)):
        if bare_of(facts[number].text) in folded:
            return number
    for number in range(first - 1, max(-1, first - AROUND), -1):
        fold = bare_of(facts[number].text)
        label = facts[number - 1].text.rstrip() if number else ""
        if label.endswith(("：", ":")) and is_metadata(label):
            continue  # 标题： and the title again, in the block of metadata
        if len(fold) >= 8 and (fold in folded or any(name.startswith(fold) for name in folded)):
            if number and any(
                name.startswith(bare_of(facts[number - 1].text) + fold)
                for name in folded
                if facts[number - 1].text.strip()
            ):
                return number - 1
            return number
    for number in range(first - 1, max(-1, first - AROUND // 2), -1):
        if facts[number].chrome or facts[number].han < 6 or facts[number].linked * 2 > facts[number].han:
            continue
        for node in page.path(page.blocks[number].node)[:4]:
            about = page.nodes[node]
            if about.name in ("h1", "h2", "h3") or _TITLED.search(about.label):
                return _with_line_above(page, facts, number)
    for number in range(first - 1, max(-1, first - AROUND // 4), -1):
        fact = facts[number]
        if not fact.chrome and not fact.linked and fact.han >= 8 and _TITLE_WORDS.search(fact.text.strip()):
            return number
    return -1


_TITLED: Final = re.compile(r"(?i)title|biaoti|\bbt\b|_bt\b|_tit\b")
_TITLE_WORDS: Final = re.compile(
    r"^[^。：:]{0,60}(?:公报|报告|通知|意见|方案|规划|决定|决议|办法|纲要|计划|批复|公告|通告|讲话|条例|规定|细则|要点|总结|情况)(?:[（(][^）)]{1,20}[）)])?$"
)
"""How titles of documents end. Old pages set them in a cell of their own, without a name."""


def _with_line_above(page: Page, facts: list[Facts], number: int) -> int:
    """Give the first of the lines of a title: a subtitle has the title above it."""
    while (
        number
        and not facts[number - 1].chrome
        and not facts[number - 1].linked
        and facts[number - 1].han >= 4
    ):
        above = [page.nodes[node] for node in page.path(page.blocks[number - 1].node)[:3]]
        if not any(about.name in ("h1", "h2") or _TITLED.search(about.label) for about in above):
            break
        number -= 1
    return number
