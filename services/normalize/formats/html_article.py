"""Which lines of a page are the article and its metadata, and which are the site's.

The vote is of three witnesses: where the prose is (Chinese text outside links, by element), what elements are
called (``share``, ``footer``, ``UCAP-CONTENT``), and what lines say (扫一扫, 上一篇, 来源：). Nothing is thrown away
here: a line that loses is marked, and a stage takes it off, so that it stands in the apparatus.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

from .html_site import HAN, is_chrome_line, is_metadata, named_chrome
from .html_tree import Block, Page, written_by_office

_SENTENCE: Final = re.compile(r"[。；，、！？;]|[\u4e00-\u9fff],[\u4e00-\u9fff]")

ARTICLE_LABELS: Final = re.compile(
    r"(?i)(?:^|[\s_-])(?:ucap-?content|ucapcontent|trs_?editor|trs_?ueditor|trs_?view|zoom(?:con)?|pages_?content|"
    r"article-?content(?:-body)?|article_?con|articlecontent|art_?con|articlebody|article-?body|content-?body|vsb_?content(?:_\d+)?|"
    r"wp_articlecontent|xxgk_?content|info_?content|news_?content(?:_?font)?|newscontent|con_?text|main-?txt|gp-content|"
    r"detail-?content|detail_?con|txt_?con|b12c|custom_unionstyle|rich_media_content|entry-content|post-content|fontzoom|"
    r"bt_content|ozoom|conTxt|contentText|text_content|nr|zw|zhengwen|neirong)(?:$|[\s_-])"
)
"""``id`` or ``class`` of the container of an article in the publishing systems of government sites (TRS, UCAP,
Hanweb, Webplus, VSB) and in common blog software."""

_ATTACHMENT: Final = re.compile(
    r"(?i)^\s*附件|\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|ceb|pptx?)(?:[?#][^\n]{0,400})?$"
)

HOME: Final = 900
"""Per mille of the page's prose that the article's element holds; below it stands what the site wrote."""
LINKED: Final = 700
"""Per mille of a line in links from which on it is a menu."""
AROUND: Final = 40
"""Lines before the article among which its title and metadata are looked for."""


class Verdict(NamedTuple):
    """For each block whether it is the article's (or its metadata's)."""

    kept: tuple[bool, ...]
    heading: int
    """Number of the block that is the page's title, or -1."""
    unseen: frozenset[int] = frozenset()
    """The elements that no reader of the page sees."""


class _Facts(NamedTuple):
    text: str
    han: int
    linked: int
    weight: int
    chrome: bool


def choose(page: Page) -> Verdict:
    """Tell the article's lines from the site's."""
    blocks = page.blocks
    named = named_chrome(page)
    # Where most of the prose is hidden, a script shows it: then the element that holds it does not count as hidden.
    facts = [_weigh(page, block, named) for block in blocks]
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
    heading = _title(page, facts, first, last)
    if 0 <= heading < first:
        for number in range(heading, first):
            kept[number] = not facts[number].chrome and not _is_menu(page, facts, number)
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
    _after(page, facts, named, kept, last)
    return Verdict(tuple(kept), heading, unseen)


def _hiders(page: Page) -> list[int]:
    """Give for each element the outermost one by which it is hidden, -1 for one that is shown."""
    found: list[int] = []
    for number, node in enumerate(page.nodes):
        above = found[node.parent] if node.parent >= 0 else -1
        found.append(above if above >= 0 or not node.hidden else number)
    return found


def _is_document(page: Page, facts: list[_Facts], named: list[bool], inside: list[bool]) -> bool:
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
        facts[number].chrome or named[page.blocks[number].node] or _is_menu(page, facts, number)
        for number in beside
    ):
        return False
    fragment = not any(node.name in ("html", "head", "body") for node in page.nodes)
    # Round a whole page that links nowhere a line without a sentence may still be the site's name.
    sentences = all("。" in facts[number].text for number in beside)
    return fragment or (sentences and not links_away)


def _weigh(page: Page, block: Block, named: list[bool]) -> _Facts:
    text = block.text()
    linked = han = 0
    for piece, _, _, node in block.pieces:
        count = len(HAN.findall(piece))
        han += count
        if page.nodes[node].link is not None:
            linked += count
    stripped = text.strip()
    chrome = len(stripped) < 200 and is_chrome_line(stripped)
    weight = 0
    if not chrome and not named[block.node]:
        weight = (han - linked) * (4 if _SENTENCE.search(text) and han - linked >= 15 else 1)
    # Prose in an element with a name of furniture is prose all the same: long, unlinked, with a sentence's end.
    elif named[block.node] and not chrome and han - linked >= 60 and "。" in text:
        weight = (han - linked) * 2
    furniture = named[block.node] and not (han - linked >= 60 and "。" in text)
    return _Facts(text, han, linked, weight, chrome or (furniture and not is_metadata(stripped)))


def _home(page: Page, facts: list[_Facts]) -> int:
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


_INNER: Final = frozenset(
    (
        "p", "span", "font", "b", "strong", "em", "i", "u",
        "a", "h1", "h2", "h3", "h4", "h5", "h6", "li",
        "dd", "dt", "tr", "tbody", "blockquote", "pre", "center",
    )
)  # fmt: skip


def _is_menu(page: Page, facts: list[_Facts], number: int) -> bool:
    fact = facts[number]
    if not fact.han or fact.linked * 1000 < LINKED * fact.han:
        return False
    return not _is_attachment(page, facts, number)


def _is_attachment(page: Page, facts: list[_Facts], number: int) -> bool:
    targets = [page.nodes[piece[3]].link for piece in page.blocks[number].pieces if page.nodes[piece[3]].link]
    return bool(_ATTACHMENT.search(facts[number].text)) or any(
        _ATTACHMENT.search(target or "") for target in targets
    )


_ATTACHED: Final = re.compile(r"(?i)^\s*(?:附件|附表)|\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|pptx?)\s*$")


def _drop_menus(page: Page, facts: list[_Facts], kept: list[bool]) -> None:
    """Inside the article a run of lines that are links is a list of other pages; a single one may be a quotation."""
    run: list[int] = []
    for number in range(len(facts) + 1):
        blank = number < len(facts) and not facts[number].text.strip()
        if number < len(facts) and (blank or _is_menu(page, facts, number)):
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


def _drop_tabs(page: Page, facts: list[_Facts], kept: list[bool], heading: int) -> None:
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


def _drop_abstract(page: Page, facts: list[_Facts], kept: list[bool]) -> None:
    """Drop the abstract above an article, which repeats its first sentences and what the page says of itself."""
    about = _fold(page.metas.get("description", ""))
    lines = [number for number, keep in enumerate(kept) if keep and facts[number].text.strip()][:AROUND]
    for one, other in zip(lines, lines[1:], strict=False):
        said = _fold(facts[one].text)
        if (
            len(said) >= LEAST_ABSTRACT
            and about.startswith(said)
            and _fold(facts[other].text).startswith(said)
        ):
            kept[one] = False
            return


def _is_amid_prose(page: Page, facts: list[_Facts], run: list[int], after: int) -> bool:
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


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _title(page: Page, facts: list[_Facts], first: int, last: int) -> int:
    """Find the block that the page calls its title; -1 when there is none before or in the article."""
    wanted = [page.metas.get(name, "") for name in ("articletitle", "og:title", "dc.title", "title")]
    for title in page.titles:
        wanted += [title, *re.split(r"\s*[|_–—\-]+\s*|\s{2,}", title)]
    folded = {fold for name in wanted if len(fold := _fold(name)) >= 8}
    for number in range(first, min(first + AROUND, last + 1)):
        if _fold(facts[number].text) in folded:
            return number
    for number in range(first - 1, max(-1, first - AROUND), -1):
        fold = _fold(facts[number].text)
        label = facts[number - 1].text.rstrip() if number else ""
        if label.endswith(("：", ":")) and is_metadata(label):
            continue  # 标题： and the title again, in the block of metadata
        if len(fold) >= 8 and (fold in folded or any(name.startswith(fold) for name in folded)):
            if number and any(
                name.startswith(_fold(facts[number - 1].text) + fold)
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


def _with_line_above(page: Page, facts: list[_Facts], number: int) -> int:
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


_TAIL: Final = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|编辑|编\s*辑|作者|来源|信息来源|文章来源|审核|审校|校对|供稿|撰稿|初审|复审|终审|附件|附表|附图|附录|抄送|主题词|此件|注[:：]|备注|说明[:：])"
)


def _after(page: Page, facts: list[_Facts], named: list[bool], kept: list[bool], last: int) -> None:
    """Let in what follows the article and is its own: signature lines, attachments, its editor."""
    for number in _signature(facts, named, page, last):
        kept[number] = True
    before = ""
    behind = last + 1
    for number in range(last + 1, min(len(facts), last + 1 + AROUND)):
        fact = facts[number]
        text = fact.text.strip()
        if not text:
            behind += behind == number
            continue
        if fact.chrome or named[page.blocks[number].node]:
            continue
        # A file right behind the article is the article's.
        attached = _ATTACHED.search(text) if behind == number else _ATTACHED.search(before)
        if attached and _is_attachment(page, facts, number):
            kept[number] = True
            before = text
            behind += behind == number
            continue
        prose = fact.han - fact.linked >= 60 and "。" in text and not _is_menu(page, facts, number)
        if prose or (_TAIL.match(text) and len(text) < 120):
            kept[number] = True
            before = text


def _signature(facts: list[_Facts], named: list[bool], page: Page, last: int) -> list[int]:
    """Give who signed and when, where both stand right behind the article's element."""
    following = [number for number in range(last + 1, len(facts)) if facts[number].text.strip()][:3]
    for count, number in enumerate(following):
        fact = facts[number]
        if fact.chrome or fact.linked or named[page.blocks[number].node]:
            return []
        if _DATE.match(fact.text.strip()):
            return following[: count + 1]
        if not _SIGNED.match(fact.text.strip()):
            return []
    return []


_SIGNED: Final = re.compile(r"^[\u4e00-\u9fff（）()、\s]{3,40}$")
_DATE: Final = re.compile(
    r"^(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月\s*"
    r"[\d一二三四五六七八九十]{1,3}\s*日$"
)
