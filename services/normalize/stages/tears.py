"""The tear itself, which needs no statistics: a word that it cuts in two, or a clause that needs what stands behind it.

Nothing of the document is asked but the two lines (``wraps`` weighs what the rest of it says).
"""

# ruff: noqa: E501 - patterns and word lists are read across

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .cohesion import coheres, goes_on, tears_word
from .line_units import HEAD, LONG_LINE, SHORT_CELL, Unit
from .measures import NARROWEST, WIDEST, room_over, slack_of
from .openings import (
    CLAUSE,
    LONGEST_TITLE_LINE,
    POINT,
    SALUTATION,
    WIDER_THAN_TITLES,
    has_label,
    may_be_title_of_two_lines,
)
from .signs import CLOSING, HAN, NUMERALS, TERMINAL

_HAN: Final = re.compile(f"[{HAN}]")
_CANNOT_BEGIN: Final = re.compile(
    "的(?!确)|了(?!解)|们|等(?![待候级距额效到])|以来|之[后前间内一中]|以[上下内外](?![文是为])|及其|以及|和(?![平谐田县龙静顺林政])|与(?![会时])|或(?!许)|而(?!今)|所(?=[作需])"
)
_CANNOT_END: Final = re.compile(
    "(?:(?<!目)的|(?<![共饱缓温总柔调])和|(?<!参)与|(?<![普涉遍])及|或|(?<![存所潜实内外])在|把|将|被|(?<![服遵])从"
    "|(?<![方导取转走动意志去])向|(?<![应面针绝相])对|(?<![行作成认有无难])为|以|于|(?<![合兼])并|(?<![自理])由|按|让"
    "|(?<![供补])给|且|而|[提降]高?[到至]|[增减]加?[到至]|达到|包括|围绕|不仅|进一步|应当|应该|必须|不得|能够)\\Z"
)
"""Words that want another behind them; not where they are the end of a noun (目的, 参与, 方向, 占比)."""
_CANNOT_BE_LAST: Final = frozenset("的和与及或在把将被从向对为以于并由按让给且而到至括绕仅步当该须得够")
"""What they end with: a look at one character, before the words are tried."""

_BEGINS_NONE: Final = frozenset("的了们等以之及和与或而所")
"""What the words begin with that cannot begin a line."""

_BEFORE_FIGURES: Final = frozenset("到至达超近约共占")

_QUANTITY: Final = re.compile(
    r"[0-9０-９]+(?:[.．][0-9０-９]+)?[ ]?(?:[个名人家项户次元倍吨亩天周日月条岁套台座辆所批件份种类级层万亿千百%％‰]|公里|平方|小时|分钟|年(?=[内以前后来]))"
)
_YEAR: Final = re.compile(
    r"[0-9０-９]{1,2}[ ]?月[ ]?[0-9０-９]|(?:19|20)[0-9]{2}[ ]?年|[12１２][09０９][0-9０-９]{2}[ ]?年"
)
_DAY: Final = re.compile(r"[0-9０-９]{1,2}[ ]?[月日]")
_BARE_YEAR: Final = re.compile("[0-9０-９]{4}年")
LEAST_ENTRY: Final = 16
"""Characters of an entry of a chronicle; what is shorter may be the rest of a date that tags tore."""
_UNIT: Final = re.compile("[年月日亿万元个%％‰倍吨]")
_OFFICE: Final = re.compile("(?:总理|主席|[省市区县州盟旗镇乡部厅局司处院会]长|主任|书记|委员)")
_OFFICE_END: Final = re.compile(_OFFICE.pattern + "\\Z")
_SESSION_END: Final = re.compile("[会议]上\\Z")
_LAST_SENTENCE: Final = re.compile("[。！？；][”’）]?[ \u3000]*(?=[^。！？；]*\\Z)")
_JUDGED: Final = re.compile("是[^，。；]{1,10}的\\Z")
"""A sentence that ends with 是…的 is whole, with or without its full stop."""

LIKELY: Final = 300
"""Hundredths of a nat from which on a line without a full stop goes on in the next. Of 105 lines of the counted
corpus with commas and without a full stop none lies above, after the torn ones were joined by other evidence."""

CERTAIN_TITLE: Final = 250
"""The same for a heading over two lines: …佛山市第十三届⏎人民代表大会第五次会议上."""

SHORTEST: Final = 2
"""Characters of a line that may be the rest of a word."""

SURE: Final = 20
"""Hundredths of a nat; see ``goes_on``."""

LONGEST_NAME: Final = 4
"""Ideographs; the rest of an office and a name is a line of its own."""


def is_torn(text: str, here: Unit, after: Unit, *, narrow: bool) -> bool:
    """Tell from the tear alone whether it runs through a word or a clause.

    Empty lines have no say: the text that comes out has none, and must stay as it is when it comes in again.
    ``narrow`` says that the text has no line but such as a page has.
    """
    left, right = here.tail[-1], after.head[0]
    if (
        after.page_before
        and (here.prose or (here.flowing and not _is_heading(here)))
        and (after.flowing or "、" in after.head)
        and (_HAN.match(left) or left in "”》）")
        and _HAN.match(right)
        and not _ends_with_heading(text, here)
        and not SALUTATION.match(after.head)
    ):
        return True  # a paragraph has a full stop; this one has a page's end
    if left in CLOSING or left in ')"' or not here.chinese:
        return False  # a closing mark may end a heading or a remark as well as a clause
    if left.isdigit() or left in ".．":
        return _figure_is_torn(here, after)
    if _stands_open(text, here, after):
        return True
    if left in "年月⽉" and _DAY.match(after.head):
        # A chronicle has each year on a line of its own above what happened: 1986年⏎3月21日，副省长….
        return _BARE_YEAR.fullmatch(here.head) is None or after.length < LEAST_ENTRY
    heading = _is_heading(here)
    if narrow and _runs_on(here, after, heading=heading):
        return True
    if _BEGUN_ORDINAL.search(here.tail) and right in _ORDERED:
        return True  # 对本法第十五⏎条至第十八条
    if tears_word(left, right):
        return not (_OFFICE_END.search(here.tail) and after.length <= LONGEST_NAME)
    if left in _BEFORE_FIGURES and re.match("[0-9０-９]", right):
        return not heading
    if not (heading or here.flowing or after.page_before or right.isdigit()) and may_be_title_of_two_lines(
        here, after
    ):
        return False
    if _CANNOT_BEGIN.match(after.head) or (
        left in _CANNOT_BE_LAST and _CANNOT_END.search(here.tail) and not _JUDGED.search(here.tail)
    ):
        return here.length + after.length > SHORT_CELL and not (
            # 一是… opens a paragraph: 工作安排、实施方案及⏎保障措施。
            heading and not POINT.match(here.head) and after.flowing and not after.page_before
        )
    if _QUANTITY.match(after.head) and not _YEAR.match(after.head):
        sentence = after.flowing or after.tail[-1] in TERMINAL or here.prose or goes_on(left, right) > 0
        return sentence and not heading and here.length >= CLAUSE and after.length >= CLAUSE // 2
    if _HAN.match(left) and coheres(left, right):
        if here.prose:
            return not ends_in_session(here)
        if (here.flowing or after.flowing) and after.page_before:
            return True
        if min(here.length, after.length) <= SHORTEST and not heading and not ends_as_line(here):
            return True
    if here.prose and here.length >= LONG_LINE and after.flowing and not _ends_with_heading(text, here):
        return goes_on(left, right) > SURE
    return _clause_is_torn(here, after, heading=heading)


def _figure_is_torn(here: Unit, after: Unit) -> bool:
    """Tell whether a line that ends with a digit or a point breaks off inside a figure, or before what it counts."""
    left, right = here.tail[-1], after.head[0]
    if re.match("[0-9０-９]", right):
        if after.page_before and after.flowing and left.isdigit() and _HAN.search(here.tail):
            return True  # a page's end tore a figure
        if _BEGUN_FIGURE.search(here.tail) and _QUANTITY.match(after.head):
            return True  # 达到1⏎200万人
        return re.search(r"[0-9０-９][.．]\Z", here.tail) is not None
    if after.page_before and here.flowing and _QUANTITY.match("1" + after.head):
        return True
    return _UNIT.match(right) is not None and _HAN.search(here.tail) is not None


def _clause_is_torn(here: Unit, after: Unit, *, heading: bool) -> bool:
    """Tell by the weight of the two characters at the tear, and by what the lines are, whether a clause goes on."""
    left, right = here.tail[-1], after.head[0]
    weight = goes_on(left, right)
    if not after.flowing and _OFFICE.search(after.head):
        return False  # the line of who speaks: 上海市市长 …
    if heading and after.page_before and after.flowing:
        return weight > LIKELY
    if heading:
        return (
            weight >= CERTAIN_TITLE
            and not after.flowing
            and after.tail[-1] not in TERMINAL
            and after.length <= LONGEST_TITLE_LINE
        )
    # The second line of a title goes on as well; only a sentence is known to be torn.
    sentence = after.flowing or after.tail[-1] in TERMINAL
    if weight > LIKELY and sentence and _HAN.match(left) and here.length >= CLAUSE and not ends_as_line(here):
        return True
    if after.page_before:
        return (
            min(here.length, after.length) >= CLAUSE
            and after.flowing
            and (here.flowing or weight > 0)
            and not SALUTATION.match(here.head)
        )
    return False


def _runs_on(here: Unit, after: Unit, *, heading: bool) -> bool:
    """Tell whether a line without a full stop goes on in one that is no wider.

    Two lines are too few for a measure to be learnt from, but a heading stands over a paragraph that is wider than it:
    of the counted corpus 66 pairs of lines are as no heading is where the first has commas, 43 of them one torn
    sentence, and of those no longer than a printed line all but headings with a label are; 8 where it has none.
    """
    if not NARROWEST <= here.width <= WIDEST or after.width > here.width + room_over(here.width):
        return False
    if SALUTATION.match(after.head) or ends_in_session(here) or _OFFICE_END.search(here.tail):
        return False
    if not here.flowing and ends_as_line(here):
        return False
    weight = goes_on(here.tail[-1], after.head[0])
    alike = abs(here.width - after.width) <= slack_of(here.width)
    if after.tail[-1] in "：:" and not here.prose:
        return here.flowing and weight > SURE  # 各市、县人民政府： stands under a title
    if here.flowing and (after.flowing or after.tail[-1] in TERMINAL):
        return weight > (SURE if heading else LEAST_LIKELY if here.prose or alike else UNLIKELY)
    if heading:
        return False
    # A title of one line stands over a short sentence too.
    wide = here.width >= WIDER_THAN_TITLES and weight > SURE
    return wide and (after.flowing or (alike and here.flowing))


UNLIKELY: Final = -200
"""Hundredths of a nat; 98 of 100 places inside sentences of the counted corpus weigh more."""

LEAST_LIKELY: Final = -400
"""The same behind a line with a full stop inside it, which no heading has, and between two lines of one width."""

_ARTICLE: Final = re.compile(rf"第[{NUMERALS}\d]{{1,6}}条")
"""An article begins its text behind its number; what is longer than a title is none."""


def _is_heading(unit: Unit) -> bool:
    """Tell whether a line may be a heading by its label: it has no sentence in it."""
    if unit.prose or not has_label(unit.head):
        return False
    return _ARTICLE.match(unit.head) is None or (
        unit.length <= LONGEST_TITLE_LINE and "，" not in unit.head + unit.tail
    )


_BEGUN_ORDINAL: Final = re.compile(rf"第[{NUMERALS}]{{1,4}}\\Z")
_ORDERED: Final = frozenset("条章节款项届次期批个")
_BEGUN_FIGURE: Final = re.compile("[到至达超近约共占为][0-9]{1,3}\\Z")
OPENED: Final = ("（）", "《》", "()", "“”")
"""Brackets and quotes that a line end may tear."""
LONGEST_BRACKET: Final = 80
"""Characters before and behind the tear in which a bracket opens and closes."""


def _stands_open(text: str, here: Unit, after: Unit) -> bool:
    """Tell whether a bracket that opened here closes there: （国发⏎〔2014〕25号）."""
    if not (_HAN.match(here.tail[-1]) or here.tail[-1].isdigit()):
        return False
    before = text[max(here.start, here.end - LONGEST_BRACKET) : here.end]
    behind = text[after.start : min(after.end, after.start + LONGEST_BRACKET)]
    for opening, closing in OPENED:
        close = behind.find(closing)
        if close >= 0 and before.rfind(opening) > before.rfind(closing) and opening not in behind[:close]:
            return not has_label(after.head)
    return False


VERSE: Final = frozenset((5, 6, 8))
"""Characters of a line of verse with its mark: four, five or seven syllables."""
LEAST_VERSE: Final = 4
"""Lines of one length, each with a mark at its end."""


def verses(units: Sequence[Unit]) -> frozenset[int]:
    """Give the line ends of verse: a hard wrap does not fall behind a mark four times at the same place."""
    ends: list[int] = []
    row: list[Unit] = []
    for unit in units:
        line = unit.length in VERSE and unit.tail[-1] in "，。！？；"
        if row and not (line and unit.length == row[-1].length and not unit.page_before):
            if len(row) >= LEAST_VERSE:
                ends += [one.end for one in row[:-1]]
            row = []
        if line:
            row.append(unit)
    if len(row) >= LEAST_VERSE:
        ends += [one.end for one in row[:-1]]
    return frozenset(ends)


@lru_cache(maxsize=4096)
def are_parted(left: str, right: str) -> bool:
    """Tell, by the two characters at a line end alone, that no line ``is_torn`` between them.

    Of the line ends without a full stop in a clean report, headings above their paragraphs, nine in ten are known by
    this; it says nothing where a page ends.
    """
    return (
        "\u3400" <= left <= "\u9fff"
        and left not in _CANNOT_BE_LAST
        and left not in "年月"
        and not right.isdigit()
        and right not in _BEGINS_NONE
        and not coheres(left, right)
        and goes_on(left, right) <= SURE
    )


@lru_cache(maxsize=4096)
def heading_ends(left: str, right: str) -> bool:
    """Tell the same where the line before is no prose, nor either line shorter than three characters.

    Of such a line ``is_torn`` asks for more. Where the next begins with a digit, that must be the one of a year.
    """
    return (
        "\u3400" <= left <= "\u9fff"
        and left not in _CANNOT_BE_LAST
        and left not in "年月"
        and left not in _BEFORE_FIGURES
        and right not in _BEGINS_NONE
        and right not in _ORDERED
        and not tears_word(left, right)
        and goes_on(left, right) < CERTAIN_TITLE
    )


def begins_with_year(text: str, at: int) -> bool:
    """Tell whether a year or a date stands at a place: 2023年…, 3月21日…."""
    return _YEAR.match(text, at) is not None


def _ends_with_heading(text: str, unit: Unit) -> bool:
    """Tell whether a heading was run in at the end of a paragraph: …工作。 二、2004年工作安排."""
    last = _LAST_SENTENCE.search(text, max(unit.start, unit.end - LONG_LINE), unit.end)
    return last is not None and has_label(text[last.end() : last.end() + HEAD])


def ends_as_line(unit: Unit) -> bool:
    """Tell whether a line ends as the lines of a title page do: with an office, …会议上, a name behind a gap."""
    if " " in unit.tail or "\u3000" in unit.tail:
        return True
    return _OFFICE_END.search(unit.tail) is not None or ends_in_session(unit)


def ends_in_session(unit: Unit) -> bool:
    """Tell whether a line ends with …会议上: a title page says where a report was given."""
    return _SESSION_END.search(unit.tail) is not None
