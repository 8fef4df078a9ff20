"""Which sections look back and which look ahead."""

from __future__ import annotations

import re
from typing import Final

from .nodes import Node
from .numerals import number

# Alternatives that all begin with a character of their own are looked for from one such character to the next.
_REVIEW: Final = re.compile(
    r"回顾|工作(?:总结|情况)|发展情况|完成情况|执行情况|运行情况|主要(?:情况|作法|做法)|基本(?:情况|总结)"
    r"|成效|成就|成果|取得|过去(?:[一五三]|的)|五年来|一年来|三年来|去年|上年"
)
_WORDS_AHEAD: Final = "安排|计划|打算|部署|任务|要求|思路|目标|建议|取向|举措|措施|重点"
_PLAN: Final = re.compile(
    rf"工作(?:的?建议|{_WORDS_AHEAD})|重点(?:工作|{_WORDS_AHEAD})|主要(?:{_WORDS_AHEAD})|目标(?:{_WORDS_AHEAD})"
    rf"|总体(?:{_WORDS_AHEAD})|发展(?:{_WORDS_AHEAD})|下一步|今后|未来[五三一]年|明年|今年|展望|努力方向"
)
_YEAR: Final = re.compile(r"年(?<=(19\d\d|20\d\d|[一二][九〇][〇一二三四五六七八九]{2})年)(?!.{0,6}规划)")
_WORK: Final = re.compile(r"工作|任务|安排|目标")
_TOLD_BACK: Final = re.compile(r"回顾|情况")
_LEAD: Final = re.compile(r"((?:19|20)\d\d|[一二][九〇][〇一二三四五六七八九]{2})年(?:以来)?[，是]")
_SETS_OUT: Final = re.compile(
    r"(?:今年|(?:19|20)\d\d年)[^。\n]{0,60}(?:总体要求|总体思路|预期目标|工作的|工作任务|要做好|主要目标)"
)
_OPENING: Final = 600
"""Characters in which a section says which year's work it sets out."""

_TOLD: Final = frozenset(("chapter", "heading", "part", "section"))


_APART: Final = re.compile(r"名词|解释|注释|说明$|附件|结束语")


def role_of_heading(heading: str | None) -> str | None:
    """Tell by its words whether a heading looks back (``review``) or ahead (``plan``); None when it does not say.

    >>> role_of_heading("2023年工作回顾"), role_of_heading("今年的主要任务"), role_of_heading("加强政府自身建设")
    ('review', 'plan', None)
    """
    if not heading:
        return None
    back, ahead = _REVIEW.search(heading), _PLAN.search(heading)
    if back and ahead:
        return (
            None
            if re.search(r"[和及与]", heading)
            else ("review" if back.start() > ahead.start() else "plan")
        )
    if back:
        return "review"
    return "plan" if ahead else None


def set_roles(root: Node, text: str) -> None:
    """Give every node its role: by its heading, by the year that opens it, by its place, or from its parent."""
    for family, opened in [
        (root.children, 0),
        *((n.children, n.start) for n in root.children if n.kind == "part"),
    ]:
        _turn([node for node in family if node.kind in _TOLD or node.kind == "point"], text, opened)
    pending = list(root.children)
    while pending:
        node = pending.pop()
        for child in node.children:
            if child.role is None:
                child.role = node.role
            pending.append(child)


def _turn(family: list[Node], text: str, opened: int) -> None:
    """What stands before the first that looks ahead looks back, what stands after it looks ahead."""
    half = next((i for i, node in enumerate(family) if node.style == "half"), None)
    if half is not None and any(role_of_heading(node.heading) == "plan" for node in family[:half]):
        family[half].role = None  # a list at the end begins again; the report has turned before
        half = None
    if half is not None:
        for i, node in enumerate(family):
            node.role = node.role or ("review" if i < half else "plan")
        return
    lead = _LEAD.match(text, opened)
    first = number(lead[1]) if lead else 0
    by_year = _first_of_later_year(family, text, first) if first > 0 else None
    for i, node in enumerate(family):
        if node.role is None and node.kind in _TOLD and node.style != "r":
            # A year says more than a word: 落实全年目标任务, before the turn to the coming year, looks back.
            said = None if by_year is not None and i < by_year else role_of_heading(node.heading)
            node.role = said or ("plan" if i == by_year else None)
    _by_year(family)
    _by_text(family, text)
    turn = next((i for i, node in enumerate(family) if node.role == "plan"), len(family))
    if turn == len(family):
        return
    for i, node in enumerate(family):
        heading = node.heading or ""
        if i < turn:
            turned = node.role is None and (first or (i and family[i - 1].role == "review"))
        else:
            turned = node.role is None or (node.role == "review" and not _YEAR.search(heading))
        if turned and not _APART.search(heading):
            node.role = "review" if i < turn else "plan"


def _by_year(family: list[Node]) -> None:
    """二、2013年的主要工作, after a heading that looks back on an earlier year or period, looks ahead.

    Of two years of work, 2015年的政府工作 and 2016年的政府工作, the earlier is the one reported.
    """
    years = [_year_of(node) for node in family]
    last = max(years, default=0)
    if not last:
        return
    if not any(node.role for node in family) and len({year for year in years if year}) > 1:
        # 2009年政府主要工作, and then 扎实做好2010年政府工作: nothing but the years tells.
        for node, year in zip(family, years, strict=True):
            if year and _is_work(node):
                node.role = "plan" if year == last else "review"
        return
    looked_back = 0
    for node, year in zip(family, years, strict=True):
        if node.role == "review" and (not looked_back or not year or year <= looked_back):
            looked_back = max(looked_back, year or 1)
        elif looked_back and year > looked_back and node.role != "plan" and _is_work(node):
            node.role = "plan" if year == last else "review"


def _by_text(family: list[Node], text: str) -> None:
    """Of the sections behind the last that looks back, the first whose opening sets out a year's work looks ahead."""
    if any(node.role == "plan" for node in family):
        return
    back = [i for i, node in enumerate(family) if node.role == "review"]
    for node in family[back[-1] + 1 :] if back else ():
        if _SETS_OUT.search(text, node.body, min(node.body + _OPENING, node.end)):
            node.role = "plan"
            return


def _year_of(node: Node) -> int:
    heading = node.heading or ""
    found = _YEAR.findall(heading) if "年" in heading else ()
    return number(found[-1]) if found else 0


def _is_work(node: Node) -> bool:
    heading = node.heading or ""
    return bool(_WORK.search(heading)) and not _TOLD_BACK.search(heading)


def _first_of_later_year(family: list[Node], text: str, first: int) -> int | None:
    """A section that opens with a later year than its report does looks ahead."""
    leads = (_LEAD.match(text, node.body) for node in family)
    return next((i for i, lead in enumerate(leads) if lead and first < number(lead[1])), None)
