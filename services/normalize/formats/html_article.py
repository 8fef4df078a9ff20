"""Which lines of a page are the article and its metadata, and which are the site's.

The vote is of three witnesses: where the prose is (Chinese text outside links, by element), what elements are
called (``share``, ``footer``, ``UCAP-CONTENT``), and what lines say (扫一扫, 上一篇, 来源：). Nothing is thrown away
here: a line that loses is marked, and a stage takes it off, so that it stands in the apparatus.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

from .html_after import let_in_what_follows
from .html_facts import AROUND, Facts, bare_of, is_menu, weigh
from .html_site import is_metadata, named_chrome
from .html_title import title_of
from .html_tree import Page, written_by_office

ARTICLE_LABELS: Final = re.compile(
    r"(?i)(?:^|[\s_-])(?:ucap-?content|ucapcontent|trs_?editor|trs_?ueditor|trs_?view|zoom(?:con)?|pages_?content|"
    r"article-?content(?:-body)?|article_?con|articlecontent|art_?con|articlebody|article-?body|content-?body|vsb_?content(?:_\d+)?|"
    r"wp_articlecontent|xxgk_?content|info_?content|news_?content(?:_?font)?|newscontent|con_?text|main-?txt|gp-content|"
    r"detail-?content|detail_?con|txt_?con|b12c|custom_unionstyle|rich_media_content|entry-content|post-content|fontzoom|"
    r"bt_content|ozoom|conTxt|contentText|text_content|nr|zw|zhengwen|neirong)(?:$|[\s_-])"
)
"""``id`` or ``class`` of the container of an article in the publishing systems of government sites (TRS, UCAP,
Hanweb, Webplus, VSB) and in common blog software."""

HOME: Final = 900
"""Per mille of the page's prose that the article's element holds; below it stands what the site wrote."""


class Verdict(NamedTuple):
    """For each block whether it is the article's (or its metadata's)."""

    kept: tuple[bool, ...]
    heading: int
    """Number of the block that is the page's title, or -1."""
    unseen: frozenset[int] = frozenset()
    """The elements that no reader of the page sees."""


def choose(page: Page) -> Verdict:
    """Tell the article's lines from the site's."""
    blocks = page.blocks
    named = named_chrome(page)
    # Where most of the prose is hidden, a script shows it: then the element that holds it does not count as hidden.
    facts = [weigh(page, block, named) for block in blocks]
    by_node = _hiders(page)
    hiders = [
        min([by_node[piece[3]] for piece in block.pieces], default=by_node[block.node]) for block in blocks
    ]
    by_hider = Counter[int]()
    for hider, fact in zip(hiders, facts, strict=True):
        by_hider[hider] += fact.weight
    shown = -1
    if by_hider[-1] * 2 < by_hider.total():
        del by_hider[-1]
        shown = by_hider.most_common(1)[0][0]
    unseen = frozenset(node for node, hider in enumerate(by_node) if hider not in (-1, shown))
    facts = [
        fact if hider in (-1, shown) else fact._replace(weight=0, chrome=True)
        for hider, fact in zip(hiders, facts, strict=True)
    ]
    home = _home(page, facts)
    inside = [home in page.path(block.node) for block in blocks]
    if not any(inside):
        return Verdict(tuple(not f.chrome for f in facts), -1, unseen)
    first = inside.index(True)
    last = len(inside) - 1 - inside[::-1].index(True)
    if _is_document(page, facts, named, inside):
        return Verdict(tuple(not f.chrome for f in facts), -1, unseen)
    kept = [within and not f.chrome for within, f in zip(inside, facts, strict=True)]
    _drop_menus(page, facts, kept)
    heading = title_of(page, facts, first, last)
    if 0 <= heading < first:
        for number in range(heading, first):
            kept[number] = not facts[number].chrome and not is_menu(page, facts, number)
    for number in range(max(0, first - AROUND), first):
        if is_metadata(facts[number].text) and not facts[number].chrome:
            kept[number] = True
            # the value of a label that stands in an element of its own
            if (
                facts[number].text.rstrip().endswith(("：", ":"))
                and number + 1 < first
                and not facts[number + 1].chrome
            ):
                kept[number + 1] = True
    _drop_tabs(page, facts, kept, heading)
    _drop_abstract(page, facts, kept)
    let_in_what_follows(page, facts, named, kept, last)
    return Verdict(tuple(kept), heading, unseen)


def _hiders(page: Page) -> list[int]:
    """Give for each element the outermost one by which it is hidden, -1 for one that is shown."""
    found: list[int] = []
    for number, node in enumerate(page.nodes):
        above = found[node.parent] if node.parent >= 0 else -1
        found.append(above if above >= 0 or not node.hidden else number)
    return found


def _is_document(page: Page, facts: list[Facts], named: list[bool], inside: list[bool]) -> bool:
    """Tell whether no site stands around the prose: then a line beside it is a line of the document.

    A word processor sets columns and notes in elements of their own, and the title beside them; a fragment out of a
    database has an element for each paragraph, and the longest would pass for the article.
    """
    beside = [number for number, within in enumerate(inside) if not within and facts[number].text.strip()]
    links_away = any(
        not (page.nodes[piece[3]].link or "#").startswith("#")
        for number in beside
        for piece in page.blocks[number].pieces
    )
    if not links_away and written_by_office(page):
        return True
    if any(
        facts[number].chrome or named[page.blocks[number].node] or is_menu(page, facts, number)
        for number in beside
    ):
        return False
    fragment = not any(node.name in ("html", "head", "body") for node in page.nodes)
    # Round a whole page that links nowhere a line without a sentence may still be the site's name.
    sentences = all("。" in facts[number].text for number in beside)
    return fragment or (sentences and not links_away)


def _home(page: Page, facts: list[Facts]) -> int:
    """Find the smallest element that holds (nearly) all prose of the page."""
    weights = [0] * len(page.nodes)
    for block, fact in zip(page.blocks, facts, strict=True):
        weights[block.node] += fact.weight
    for number in range(len(page.nodes) - 1, 0, -1):
        weights[page.nodes[number].parent] += weights[number]
    total = weights[0]
    if total == 0:
        return 0
    children: dict[int, list[int]] = {}
    for number in range(1, len(page.nodes)):
        if weights[number]:
            children.setdefault(page.nodes[number].parent, []).append(number)
    home = 0
    while True:
        heavy = [child for child in children.get(home, ()) if weights[child] * 1000 >= HOME * total]
        if not heavy:
            break
        home = heavy[0]
    # A container that is called what containers of articles are called, where prose alone does not decide.
    named = [
        number
        for number in range(1, len(page.nodes))
        if weights[number] * 2 >= total
        and page.nodes[number].label
        and ARTICLE_LABELS.search(page.nodes[number].label)
    ]
    if named:
        outermost = named[0]
        if home in page.path(outermost):
            return outermost
    # Inside a paragraph, a cell of text or a bold run nobody is at home.
    while home and page.nodes[home].name in _INNER:
        home = page.nodes[home].parent
    return home


def _drop_menus(page: Page, facts: list[Facts], kept: list[bool]) -> None:
    """Inside the article a run of lines that are links is a list of other pages; a single one may be a quotation."""
    run: list[int] = []
    for number in range(len(facts) + 1):
        blank = number < len(facts) and not facts[number].text.strip()
        if number < len(facts) and (blank or is_menu(page, facts, number)):
            if not blank:
                run.append(number)
            continue
        if len(run) >= 3 and not _is_amid_prose(page, facts, run, number):
            for held in run:
                kept[held] = False
        run = []


TABS: Final = 3
"""Items of a list above the title that are the tabs of the page; 政策原文 has four characters."""
LONGEST_TAB: Final = 8


def _drop_tabs(page: Page, facts: list[Facts], kept: list[bool], heading: int) -> None:
    """Drop the tabs above the title (政策原文, 政策解读, 图文解读), which need not be links."""
    lists: dict[int, list[int]] = {}
    for number in range(max(heading, 0)):
        text = facts[number].text.strip()
        parents = [
            page.nodes[node].parent
            for node in page.path(page.blocks[number].node)[:3]
            if page.nodes[node].name == "li"
        ]
        if kept[number] and parents and len(text) <= LONGEST_TAB and not is_metadata(text):
            lists.setdefault(parents[0], []).append(number)
    for run in lists.values():
        if len(run) >= TABS:
            for number in run:
                kept[number] = False


LEAST_ABSTRACT: Final = 20
"""Characters of an abstract that repeats how the article begins; a shorter one may be a line of its own."""


def _drop_abstract(page: Page, facts: list[Facts], kept: list[bool]) -> None:
    """Drop the abstract above an article, which repeats its first sentences and what the page says of itself."""
    about = bare_of(page.metas.get("description", ""))
    lines = [number for number, keep in enumerate(kept) if keep and facts[number].text.strip()][:AROUND]
    for one, other in zip(lines, lines[1:], strict=False):
        said = bare_of(facts[one].text)
        if (
            len(said) >= LEAST_ABSTRACT
            and about.startswith(said)
            and bare_of(facts[other].text).startswith(said)
        ):
            kept[one] = False
            return


_INNER: Final = frozenset(
    (
        "p", "span", "font", "b", "strong", "em", "i", "u",
        "a", "h1", "h2", "h3", "h4", "h5", "h6", "li",
        "dd", "dt", "tr", "tbody", "blockquote", "pre", "center",
    )
)  # fmt: skip


def _is_amid_prose(page: Page, facts: list[Facts], run: list[int], after: int) -> bool:
    """Tell whether a run of links stands between two lines of prose that share an element with it: laws listed, say."""
    before = run[0] - 1
    while before >= 0 and not facts[before].text.strip():
        before -= 1
    if before < 0 or after >= len(facts):
        return False
    if any(facts[at].chrome or facts[at].han - facts[at].linked < LEAST_PROSE for at in (before, after)):
        return False
    home = page.blocks[before].node
    while page.nodes[home].name in _INNER:
        home = page.nodes[home].parent
    return page.nodes[home].name not in ("#page", "html", "body", "td") and all(
        home in page.path(page.blocks[at].node) for at in (*run, after)
    )


LEAST_PROSE: Final = 10
"""Ideographs outside links of a line that is prose beside a list of links: a heading of such a list has fewer."""
