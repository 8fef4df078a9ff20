"""Spaces: the gaps that a page set go, the gaps that an author set stay."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from ...edition import Edit, Finding
from ..stage import Context
from .chinese import Paragraph, Paragraphs
from .cohesion import coheres, goes_on, tears_word
from .openings import KNOWN_FIELD
from .rows import is_flat_row
from .signs import FULL_WIDTH, HAN, NUMERALS, SENTENCE, SPACES, begins_with_label

_HAN: Final = re.compile(f"[{HAN}]")
_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_CURLY: Final = frozenset("“”‘’—")
_FIGURE_SIGNS: Final = frozenset("%‰℃㎡㎥㎞㎜㎝㎏㎎")

_LABEL: Final = re.compile(
    rf"(?:第[{NUMERALS}\d]{{1,6}}(?:部分|单元|[编篇部章节条款回讲卷集])|附[件录表图则][{NUMERALS}\d]{{0,3}}"
    rf"|[图表] ?[{NUMERALS}\d][\d.\-－—]*|专栏[{NUMERALS}\d]{{0,3}}|[①-⑳㈠-㈩⑴-⒇]|\d{{1,3}}(?:[.．]|(?:\.\d+)*\.))"
)
"""The labels behind which one gap stays."""

_OFFICE: Final = re.compile(
    "(?:总理|主席|省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长|部长|厅长|局长|司长|处长|主任|书记|院长|检察长|委员长|秘书长|会长|行长"
    "|校长|署长|组长|队长|委员|代表|教授|司令员|政委|常委|记者|通讯员|编辑|作者|同志|发言人|秘书)\\Z"
)
"""Who stands before a name; the gap between office and name stays."""

_NAME: Final = re.compile(
    rf"[{HAN}]{{2,4}}(?![{HAN}])|[{HAN}]{{2,3}}(?:同志|在|作|代表|向|主持|[、，])|[{HAN}]+·"
)
_CREDIT: Final = re.compile("(?:见习|实习|摄影)?记者[ \u3000]|(?:通讯员|实习生)[ \u3000]")
"""Who else is named behind a reporter: （记者 张某 通讯员 李某）."""
_FIELD: Final = re.compile(rf"[{HAN}]{{2,7}} ?[：:]")
"""A field of a header line: 来源：, 发布时间："""

_PROSE: Final = re.compile("[，。；！？]")
_QUOTED: Final = re.compile("“[^“”]*”|《[^《》]*》|「[^「」]*」|（[^（）]*）")

LEAST_PHRASE: Final = 3
"""Ideographs on each side of a gap inside a quotation or a title for both to be phrases (粤食越好 粤品世界)."""

SPACED_OUT: Final = 3
"""Gaps with a lone character beside them, from which on a line was set with a space behind every glyph."""


class _Gap(NamedTuple):
    start: int
    end: int
    before: int
    """Length of the run of ideographs that ends at the gap."""
    after: int


def close_gaps(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Close the gaps that a page set: 政 府 工 作, ``2024 年``, ``日期： 2021``, ``80% 的``, ``项目推 进年``.

    What stays: gaps between Latin words and figures (10G PON), one gap behind a label (第一章 总则), between office
    and name (省长 王予波), before a field of a header line, and a gap between two phrases that is alone of its kind
    in its quotation or title (“粤食越好 粤品世界”). Tabs divide cells and stay. A gap that stays keeps its first
    space.
    """
    present = sorted(SPACES & context.alphabet)
    if not present:
        return
    gaps = _gaps(text, present)
    tables = [mark.span for mark in context.marks if mark.kind == "table"] if "\t" in context.alphabet else []
    if tables:  # an empty cell between two tabs is a cell
        gaps = [gap for gap in gaps if not (_only_tabs(text, gap) and _within(gap, tables))]
    paragraphs = Paragraphs(text, context.alphabet)
    row: list[tuple[int, int]] = []
    here: Paragraph | None = None
    for gap in gaps:
        if here is None or gap[0] > here.end:
            if here is not None:
                yield from _paragraph_edits(text, here, row)
            here = paragraphs.at(gap[0])
            row = []
        row.append(gap)
    if here is not None:
        yield from _paragraph_edits(text, here, row)


def _only_tabs(text: str, gap: tuple[int, int]) -> bool:
    return text.count("\t", *gap) == gap[1] - gap[0]


def _within(gap: tuple[int, int], tables: list[tuple[int, int]]) -> bool:
    at = bisect_right(tables, gap) - 1
    return any(start <= gap[0] < end for start, end in tables[max(at, 0) : at + 2])


def _gaps(text: str, present: list[str]) -> list[tuple[int, int]]:
    """Find the runs of spaces, each space by ``str.find``: a clean text has few."""
    if len(present) == 1:
        places = _places(text, present[0])
    else:
        places = sorted(at for space in present for at in _places(text, space))
    gaps: list[tuple[int, int]] = []
    for at in places:
        if gaps and gaps[-1][1] == at:
            gaps[-1] = (gaps[-1][0], at + 1)
        else:
            gaps.append((at, at + 1))
    return gaps


def _places(text: str, space: str) -> list[int]:
    places = []
    at = text.find(space)
    while at >= 0:
        places.append(at)
        at = text.find(space, at + 1)
    return places


def _paragraph_edits(text: str, paragraph: Paragraph, row: list[tuple[int, int]]) -> Iterator[Edit | Finding]:
    start, end, chinese = paragraph
    if not chinese or is_flat_row(text[start:end]):
        return
    between_han: list[tuple[int, int]] = []
    for low, high in row:
        if low == start or high >= end:
            yield Edit(low, high, "", "edge-space")
            continue
        gap = text[low:high]
        left, right = text[low - 1], text[high]
        if "\t" in gap:
            yield Edit(low, high, "\t", "cell-space")
        elif _is_wide(left) or _is_wide(right):
            yield Edit(low, high, "", "space-beside-mark")
        else:
            han_left, han_right = _HAN.match(left), _HAN.match(right)
            if han_left and han_right:
                between_han.append((low, high))
            elif han_left or han_right:
                if _keeps_gap(text, start, low, high) or _is_equation(text, low, high):
                    yield from _one_space(text, low, high)
                else:
                    yield Edit(low, high, "", "space-beside-figure")
            elif right in _FIGURE_SIGNS and left.isdigit():
                yield Edit(low, high, "", "space-beside-figure")
            elif right == "．" or left == "．":
                yield Edit(low, high, "", "space-beside-mark")
            else:
                yield from _one_space(text, low, high)
    if between_han:
        yield from _han_gaps(text, start, end, between_han)
        if (
            len(between_han) >= LEAST_STROKE_GAPS
            and _STROKE.match(text, start)
            and _PROSE.search(text, start, end)
        ):
            message = "a stroke stands apart at the start of a line with gaps: it may belong into one of them"
            yield Finding(start, start + 1, "doubtful", message, MISPLACED)


_STROKE: Final = re.compile(rf"[一―—－][ \u3000]+[{HAN}]")
"""PDFs whose glyphs are sorted by their height give 一 and —— before the line that they stand in."""

LEAST_STROKE_GAPS: Final = 2
"""The one behind the stroke, and one that it may have left."""

MISPLACED: Final = 500
"""Confidence, per mille, that such a stroke is out of its place."""


def _is_wide(char: str) -> bool:
    return char in FULL_WIDTH or char in _CURLY


def _one_space(text: str, low: int, high: int) -> Iterator[Edit]:
    """A gap that stays is one space wide; an odd kind of space becomes the ordinary one."""
    space = "\u3000" if text[low] == "\u3000" else " "
    if text[low:high] != space:
        yield Edit(low, high, space, "one-gap")


def _keeps_gap(text: str, start: int, low: int, high: int) -> bool:
    """Tell whether a gap between an ideograph and a figure or a letter stays."""
    label = _LABEL.match(text, start)
    if label is not None and label.end() == low:
        return _OWN_NUMBER.match(text, low) is None
    if _is_cell(text, start) or "_" in (text[low - 1], text[high]) or _LIST_SIGN.match(text, start, low):
        return True
    return _FIELD.match(text, high) is not None


def _is_equation(text: str, low: int, high: int) -> bool:
    """Tell whether a sign of calculation with blanks on both sides begins or ends at the gap: 1坪 = 3.3 m²."""
    return (text[high] in _CALCULATION and text[high + 1 : high + 2] in SPACES) or (
        text[low - 1] in _CALCULATION and text[low - 2 : low - 1] in SPACES
    )


_CALCULATION: Final = frozenset("=≈≤≥<>×÷±")
_LIST_SIGN: Final = re.compile(r"[-*+>•◦▪●■◆➢✓]\Z")
"""Behind the sign of a list, and beside a blank to be filled in, the gap is the author's."""

_OWN_NUMBER: Final = re.compile("(?<=附[件录表图则])[ \u3000]*[0-9]{1,2}(?=[ \u3000]*(?:\n|\\Z|[：:.．、]))")
"""附件 1: the number belongs to the label, and the gap is none behind it."""

_CELLS: Final = re.compile(rf"[{HAN}（）()、]{{1,20}}[ \u3000]+[-+－]?\d[\d,.]*[%％]?$", re.MULTILINE)


def _is_cell(text: str, start: int) -> bool:
    """Tell whether a line is a name and its figure, and stands among lines that are: a table of two columns."""
    if _CELLS.match(text, start) is None:
        return False
    after = text.find("\n", start) + 1
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    return (after > 0 and _CELLS.match(text, after) is not None) or (
        start > 0 and _CELLS.match(text, before) is not None
    )


def _han_gaps(text: str, start: int, end: int, gaps: list[tuple[int, int]]) -> Iterator[Edit]:
    runs = _with_runs(text, start, end, gaps)
    label = _label_gap(text, start, gaps)
    inner = _inner_label_gaps(text, gaps)
    widths = {high - low for low, high in gaps if low != label}
    lone = sum(1 for gap in runs if gap.before == 1 or gap.after == 1)
    spaced_out = lone >= SPACED_OUT and 2 * lone >= len(runs)
    prose = _PROSE.search(text, start, end) is not None
    quotations = (
        [(q.start() + start, q.end() + start) for q in _QUOTED.finditer(text[start:end])] if prose else []
    )
    for gap in runs:
        low, high = gap.start, gap.end
        if low == label or low in inner:
            yield from _one_space(text, low, high)
        elif (
            gap.before == 1 and gap.after == 1 and not _parts_spaced_name(text, start, end, gap, min(widths))
        ):
            # 马　敏　　教授: the wider of two gaps divides.
            yield Edit(low, high, "", "gap-inside-word")
        elif len(widths) > 1 and 1 in (gap.before, gap.after) and high - low >= 2 * min(widths):
            yield from _one_space(text, low, high)
        elif (
            (spaced_out and 1 in (gap.before, gap.after))
            or tears_word(text[low - 1], text[high])
            or (text[low - 1] == "的" and text[low - 2 : low] != "目的")
        ):
            yield Edit(low, high, "", "gap-inside-word")
        elif (
            _is_office_and_name(text, low, high)
            or _CREDIT.match(text, high)
            or _is_name_and_office(text, start, end, gap)
            or (_FIELD.match(text, high) and (not prose or KNOWN_FIELD.match(text, high)))
        ):
            yield from _one_space(text, low, high)
        elif coheres(text[low - 1], text[high]) or (gap.before == 1 and text[low - 1] == "第"):
            yield Edit(low, high, "", "gap-inside-word")
        elif _is_divider(text, start, gap, runs):
            yield from _one_space(text, low, high)
        elif prose and not _is_authors(text, gap, runs, quotations):
            yield Edit(low, high, "", "gap-inside-sentence")
        else:
            yield from _one_space(text, low, high)


def _label_gap(text: str, start: int, gaps: list[tuple[int, int]]) -> int:
    """Give the start of the gap behind the label, also of one that is spaced out itself: 第 二 章  主 要 任 务."""
    compact = ""
    at = start
    for low, high in gaps[:MOST_LABEL_GAPS]:
        compact += text[at:low]
        at = high
        if len(compact) > LONGEST_LOOK:
            break
        if _LABEL.fullmatch(compact):
            return low
    return -1


_INNER_LABEL: Final = re.compile(rf"第[{NUMERALS}\d]{{1,6}}[编篇章节条]")


def _inner_label_gaps(text: str, gaps: list[tuple[int, int]]) -> set[int]:
    """Give the starts of the gaps around labels in the middle of a line: 第一章 总则 第一条 为了….

    A label stands between two gaps there; 按第二十条和第 五十六条执行 has no gap behind it.
    """
    found: set[int] = set()
    for (low, high), (after, _) in zip(gaps, gaps[1:], strict=False):
        if _INNER_LABEL.fullmatch(text, high, after):
            found |= {low, after}
    return found


MOST_LABEL_GAPS: Final = 8
"""第 二 十 三 条 has four gaps inside."""


def _with_runs(text: str, start: int, end: int, gaps: list[tuple[int, int]]) -> list[_Gap]:
    """Measure the runs of ideographs beside each gap, looking no further than a phrase needs."""
    runs = []
    for low, high in gaps:
        left = low
        while left > start and low - left < LONGEST_LOOK and _HAN.match(text, left - 1):
            left -= 1
        behind = _HAN_RUN.match(text, high, min(high + LONGEST_LOOK, end))
        runs.append(_Gap(low, high, low - left, behind.end() - high if behind else 0))
    return runs


LONGEST_LOOK: Final = 12
"""Ideographs; what is longer is a phrase whatever its length."""


def _is_office_and_name(text: str, low: int, high: int) -> bool:
    return _OFFICE.search(text, max(0, low - 4), low) is not None and _NAME.match(text, high) is not None


def _parts_spaced_name(text: str, start: int, end: int, gap: _Gap, narrowest: int) -> bool:
    """Tell whether the widest gap of a line stands between an office and a name, both spaced out: 市 长　　王　强."""
    if gap.end - gap.start < 2 * narrowest or end - start > LONGEST_OFFICE:
        return False
    office, name = "".join(text[start : gap.start].split()), "".join(text[gap.end : end].split())
    return _OFFICE.search(office) is not None and NAME_LEAST <= len(name) <= NAME_MOST


def _is_name_and_office(text: str, start: int, end: int, gap: _Gap) -> bool:
    """Tell whether a line is a name and an office: 王湛　江苏省原副省长."""
    return (
        gap.start - start == gap.before
        and NAME_LEAST <= gap.before <= NAME_MOST
        and end - gap.end <= LONGEST_OFFICE
        and _PROSE.search(text, gap.end, end) is None
        and _OFFICE.search(text, max(gap.end, end - 4), end) is not None
    )


NAME_LEAST: Final = 2
NAME_MOST: Final = 4
"""Ideographs of a name."""

LONGEST_OFFICE: Final = 24
"""Characters: 中央宣传部副部长、中央政研室副主任."""


def _is_divider(text: str, start: int, gap: _Gap, runs: list[_Gap]) -> bool:
    """Tell whether a gap stands between a dateline, or a heading that was run in, and what it heads.

    新华社北京3月28日电　近日，…; （三）营造和谐安定的社会环境 深入推进平安建设。…
    """
    if text.endswith(("日电", "日讯", "本报讯"), start, gap.start):
        return True
    return (
        gap is runs[0]
        and len(runs) == 1
        and gap.start - start <= LONGEST_HEADING
        and SENTENCE.search(text, start, gap.start) is None
        and begins_with_label(text, start)
    )


LONGEST_HEADING: Final = 40
"""Characters of a heading that is followed by its paragraph on the same line."""


def _is_authors(text: str, gap: _Gap, runs: list[_Gap], quotations: list[tuple[int, int]]) -> bool:
    """In prose only a quotation or a title has gaps of its author's: one, between two phrases."""
    for low, high in quotations:
        if low < gap.start < high:
            alone = not any(low < other.start < high for other in runs if other is not gap)
            phrases = gap.before >= LEAST_PHRASE and gap.after >= LEAST_PHRASE
            return alone and phrases and goes_on(text[gap.start - 1], text[gap.end]) < RUNS_THROUGH
    return False


RUNS_THROUGH: Final = 600
"""Hundredths of a nat (see ``goes_on``) from which on a page set a gap in a quotation: 《中华人民共 和国防洪法》.

The 36 that authors set in the counted corpus weigh 475 at most; 32 of 100 neighbours in its quotations weigh more.
"""
