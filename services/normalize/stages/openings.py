"""What a line is by how it begins: a label, a field of a header, a salutation, a heading, half a title."""

from __future__ import annotations

import re
from typing import Final

from .line_units import HEAD, Unit
from .signs import HAN, NUMERALS, SENTENCE, TERMINAL, begins_with_label

CLAUSE: Final = 8
"""Characters; shorter lines are headings, names, cells."""

LONGEST_TITLE_LINE: Final = 30
"""Characters of the second line of a heading."""

WIDER_THAN_TITLES: Final = 44
"""Columns from which on two lines, the second without any mark, are not the two of a title."""

LONGEST_FIELD: Final = 40
"""Characters of a field of a header with what it says."""


FIELD: Final = re.compile(rf"[{HAN}]{{2,7}}[ \u3000]*[：:]|【[^】]*】")

NUMBER_LINE: Final = re.compile(rf"[{HAN}]{{1,10}}[〔［\[（(](?:19|20)[0-9]{{2}}[〕］\]）)]")
NOTICE_ALONE: Final = frozenset(
    ("编者按", "编者的话", "内容提要", "核心提示", "阅读提示", "内容摘要", "导语")
)
"""Headings of newspapers that end where their line ends: 编者按 does not go on in 数字化."""
LONGEST_NOTICE: Final = max(map(len, NOTICE_ALONE))

DATELINE: Final = re.compile(
    rf"本报(?:讯|[{HAN}]{{1,6}}\d{{1,2}}(?:月\d{{1,2}})?日(?:电|讯))|本网讯"
    rf"|新华社[{HAN}]{{2,4}}\d{{1,2}}月\d{{1,2}}日(?:电|讯)"
)
"""What the first paragraph of a newspaper begins with, below a headline of any number of lines."""

SALUTATION: Final = re.compile("(?:各位(?!委员和)|同志们|女士们|先生们|尊敬的|主席)")

POINT: Final = re.compile(rf"[{NUMERALS}]{{1,3}}[是要]|首先|其次|再次|最后|第[{NUMERALS}]{{1,3}}[，,、]")
"""Labels that stand inside paragraphs as often as before them."""


def is_salutation(unit: Unit) -> bool:
    """各位代表， on a line of its own; its speaker's comma ends the line all the same."""
    return unit.length <= CLAUSE and SALUTATION.match(unit.head) is not None


def may_be_title_of_two_lines(here: Unit, after: Unit) -> bool:
    """Tell whether two lines may be one title as its author set it: both without a full stop, neither a word's rest."""
    return (
        not here.prose
        and not after.flowing
        and after.tail[-1] not in TERMINAL
        and CLAUSE <= after.length <= LONGEST_TITLE_LINE
        and (has_label(here.head) if here.flowing else here.length >= CLAUSE)
        and not (here.tail[-1] == "、" and here.width >= WIDER_THAN_TITLES)
    )


def is_heading_line(unit: Unit) -> bool:
    """Tell whether a line of full width may nevertheless be a heading: it has a label and no full stop."""
    return unit.lines == 1 and not unit.prose and has_label(unit.head)


def has_label(head: str) -> bool:
    """Tell whether a line begins with a label of its own or a note's sign, and not with a grade or a reference."""
    if not begins_with_label(head):
        return _NOTE.match(head) is not None
    pair = _PAIR.match(head)
    if pair is not None and int(pair[2]) == int(pair[1]) + 1:
        return False
    return _GRADES.match(head) is None and _REFERENCE.match(head) is None


_NOTE: Final = re.compile(r"[\[［〔【]\d{1,3}[\]］〕】]")
"""The sign of a note before its body."""

_REFERENCE: Final = re.compile(
    rf"第[{NUMERALS}\d]{{1,6}}[章节条](?:第[{NUMERALS}\d]{{1,4}}[款项])?(?:的|规定|[、和或至及，])"
)
"""《…条例》⏎第三十六条的规定: an article that is referred to."""

_GRADES: Final = re.compile("[一二三四五六七八]、[一二三四五六七八九](?:[、级线类期批产轮季次等])")
"""一、二级海塘; 一、二、三产业: grades, not labels."""

_PAIR: Final = re.compile(r"(\d{1,2})、(\d{1,2})(?![\d年月日.．])")
"""5、6号机组: two numbers, not the first of them and its text."""

_NUMBERED: Final = re.compile(rf"[（(]?[{NUMERALS}]{{1,3}}[）)、]|第[{NUMERALS}]+[章节条编]|\d{{1,2}}[.．、]")


def is_numbered(head: str) -> bool:
    """Tell whether a line begins with a number that a list or a chapter has: 一、 （一） 第一条 1."""
    return _NUMBERED.match(head) is not None


KNOWN_FIELD: Final = re.compile(
    rf"[{HAN}]{{0,5}}(?:来源|时间|日期|作者|编辑|机构|单位|文号|编号|号|分类|类别|题词?|关键词|记者|名称|标题|次数|浏览|点击|阅读|字号|电话|邮编|地址"
    r"|网址|传真|联系人|审核|签发|抄送|印发|有效性|对象|方式)[ \u3000]*[：:]|【[^】]*】"
)
"""Fields that headers really have. A full line that begins 总体要求是： is the middle of a sentence."""


_DATE_FIRST: Final = re.compile(
    r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?(?:[ \u3000\u00a0]*\d{1,2}:\d\d(?::\d\d)?)?[ \u3000\u00a0|]*"
)
"""The day and the hour of a page, before its other fields: 2007-01-18 00:00:00  作者：…  来源：…"""


def is_header(text: str, unit: Unit, known: re.Pattern[str]) -> bool:
    """Tell whether a line is a field of a header (来源：新华社), which ends where it ends."""
    dated = _DATE_FIRST.match(text, unit.start, unit.end)
    start = dated.end() if dated else unit.start
    stop = min(unit.end, start + HEAD)
    if unit.end - start >= LONGEST_FIELD or known.match(text, start, stop) is None:
        return False
    # 记者：林清河。 The name of a known field may have its full stop.
    last = unit.end - 1 if KNOWN_FIELD.match(text, start, stop) else unit.end
    return not SENTENCE.search(text, start, min(last, stop))
