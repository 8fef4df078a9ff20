"""Note marks: 生产总值[2]32074.7亿元 → 生产总值32074.7亿元, with a mark ``footnote`` where the sign stood.

Bodies of notes stay where they stand, with the sign they begin with. `国发[2016]47号` is a number,
`区间[0,1]` a formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ...edition import Edit, Finding, Mark
from ..stage import Context
from .code import has_han, is_chinese_at, line_at, stands_in_code

BRACKETS: Final = frozenset("[［〔【")
_BRACKET: Final = re.compile(f"[{re.escape(''.join(sorted(BRACKETS)))}]")
_BLANKS: Final = frozenset(" \t\u3000\u00a0")
# A tag torn out may leave the sign, or its number, on lines of their own.
_SIGN: Final = re.compile(
    r"(?P<lead>\n?[ \t\u3000\u00a0]*)"
    r"(?:[\[［](?P<e>注\s?[0-9]{0,2}|[①-⑳]|\^[0-9A-Za-z]{1,8})[\]］]|\[\s{0,2}(?P<a>[0-9０-９]{1,3}(?:\s{0,2}[,，、~–—-]\s{0,2}[0-9]{1,3}){0,6})\s{0,2}\]"
    r"|［\s{0,2}(?P<b>[0-9０-９]{1,3})\s{0,2}］|〔\s{0,2}(?P<c>[0-9]{1,3})\s{0,2}〕|【\s{0,2}(?P<d>[0-9]{1,2})\s{0,2}】)"
    r"(?P<trail>[ \t\u3000\u00a0]*\n?)"
)
_NUMBERED: Final = re.compile(r"[\s\u3000]*(?:[0-9０-９]{1,5}\s{0,2}[号號]|第?[0-9]{1,5}号)")
_ISSUER: Final = re.compile("[发發办辦字函令文告议通规規府政委财國国计电审监复厅环建人社教税综]$")
_MATHS: Final = frozenset("∪∩∈×÷=+<>≤≥")
_FORMULA: Final = re.compile(
    "(?:区间|范围|取值|数列|序列|坐标|矩阵|排列|[坐目]标为|值为|属于|数组|集合|向量|∈|公式|间隔|(?<!意)见|(?<![蓝版意企])图|(?<![代发])表|附件|附录|文献|参考|序号|编号|(?<![关专])注|第)$"
)
_BEFORE: Final = re.compile(r"[\u3400-\u9fff\u3005-\u3007”’》〉）】」』，。；：、？！％%…]")
_WORD_END: Final = re.compile("[\u3400-\u9fff”’》）]")
_MARKS: Final = frozenset("，。、；")
_BRACKETED: Final = re.compile("[\u3400-\u9fff][^()（）\n]{0,20}\\)$")
"""A bracket that a scraper flattened, as the widened one would be: (张秀,2020)[3]."""
_LATIN_OR_DIGIT: Final = re.compile("[A-Za-z0-9)]{2}$")
_DIGITS: Final = re.compile("[0-9]+")
CLOSE: Final = 4
"""Between two numbers of one bracket, where nothing else shows that the text has notes."""
_VALUE: Final = re.compile("[在为值于是到从]\\Z")
_INTERVAL: Final = re.compile("之间|以内|内|上|中|范围|区间|[年月日岁天%]")
_LISTED: Final = 2
"""So many signs that count up from 1 make a text one with notes, also where they follow digits or Latin letters."""


def drop_note_signs(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take the signs of notes out of running text: after Chinese, in brackets, and no part of a number."""
    signs = [found for found in _signs(text) if _is_inside(found, text)]
    if not signs:
        return
    last = -1  # where the last sign that was taken ends: 项目[1][2] has two
    labels = [_label(found) for found in signs]
    listed = (
        labels[:1] in (["1"], ["01"])
        and sum(
            int(b) == int(a) + 1
            for a, b in zip(labels, labels[1:], strict=False)
            if a.isdigit() and b.isdigit()
        )
        + 1
        >= _LISTED
    )
    # Selected works number their notes through the volume: 八大〔126〕以后, 沙文主义〔67〕的.
    within = sum(found["c"] is not None and _stands_within(found, text) for found in signs) >= _LISTED
    for found, label in zip(signs, labels, strict=True):
        if found.start() == last or (
            _is_note(found, text, label, listed=listed, within=within)
            and is_chinese_at(text, found.start())
            and not stands_in_code(text, found.start())
        ):
            start, end, now = _extent(found, text)
            last = end
            yield Edit(start, end, now, "note-mark")
            yield Mark(start, start, "footnote", {"label": label})


def _signs(text: str) -> Iterator[re.Match[str]]:
    """Find what may be signs, each by its bracket: that is searched for at the speed of C, the blanks before it not."""
    last = 0
    for bracket in _BRACKET.finditer(text):
        start = bracket.start()
        if start < last:
            continue
        while start > last and text[start - 1] in _BLANKS:
            start -= 1
        if start > last and text[start - 1] == "\n":
            start -= 1
        found = _SIGN.match(text, start)
        if found is not None:
            last = found.end()
            yield found


def _label(found: re.Match[str]) -> str:
    label = found["a"] or found["b"] or found["c"] or found["d"] or found["e"]
    return "".join(label.split()).translate(_ASCII).removeprefix("^")


_ASCII: Final = {0xFF10 + digit: str(digit) for digit in range(10)}


def _is_inside(found: re.Match[str], text: str) -> bool:
    """Tell whether the sign follows running text: at a paragraph's start it is a note's own body, or a list."""
    start = found.start()
    if start == 0:
        return False
    if not found["lead"].startswith("\n"):
        low, _ = line_at(text, start)
        return text[low:start].strip() != ""
    # On a line of its own, or at the start of one: only a sign that tags put there stands before more text.
    return (
        text[start - 1] != "\n" and found["trail"].endswith("\n") and "\n" in found.group()[1:-1].strip("\n")
    )


def _stands_within(found: re.Match[str], text: str) -> bool:
    """Tell whether a sign stands between a word and the rest of its sentence, where no list begins."""
    after = text[found.end() : found.end() + 1]
    return _WORD_END.match(text[found.start() - 1]) is not None and (has_han(after) or after in _MARKS)


def _is_note(found: re.Match[str], text: str, label: str, *, listed: bool, within: bool) -> bool:
    start, end = found.span()
    before = text[start - 1]
    after = text[end : end + 12]
    if after[:1] in _MATHS or before == "：":
        return False  # 注：[1]本公报…: a note's own body
    if after[:1] in ("号", "號"):
        return False
    if _NUMBERED.match(after):
        return False
    head = text[max(0, start - 6) : start]
    if (
        _ISSUER.search(head)
        and (len(label) > 1 or found["c"] or found["d"])
        and re.match(r"\s*[0-9第]", after)
    ):
        return False
    if found["e"]:
        return _BEFORE.match(before) is not None
    if not label.isdigit():
        numbers = [int(number) for number in _DIGITS.findall(label)]
        # Several notes stand close together, 研究表明[4-6]，; values and the ends of an interval lie apart.
        close = numbers[0] > 0 and all(0 < b - a <= CLOSE for a, b in pairwise(numbers))
        interval = _VALUE.search(head) is not None or _INTERVAL.match(after) is not None
        known = listed or (close and not interval and _WORD_END.match(before) is not None)
        return known and _BEFORE.match(before) is not None and _FORMULA.search(head) is None
    if int(label) == 0 or _FORMULA.search(head) is not None:
        return False
    if found["c"] or found["d"]:
        # 〔1〕 and 【1】 number lists as often as notes; a list does not begin behind a word and before a mark.
        if found["c"] and _WORD_END.match(before) and (after[:1] in _MARKS or before == "”"):
            return True
        if found["c"] and within and _stands_within(found, text):
            return True
        return listed and _BEFORE.match(before) is not None
    if before == ")" and _BRACKETED.search(text[max(0, start - 24) : start]):
        return True
    if _BEFORE.match(before) or (before in ",;:!?" and has_han(text[start - 2 : start - 1] + after[:1])):
        return True
    return (
        listed and _LATIN_OR_DIGIT.search(head) is not None and has_han(text[max(0, start - 20) : end + 20])
    )


def _extent(found: re.Match[str], text: str) -> tuple[int, int, str]:
    start, end = found.span()
    lead, trail = found["lead"], found["trail"]
    torn = "\n" in lead
    if torn and text[end : end + 1] == "\n":
        return start, end, "\n"  # an empty line follows: the paragraph ends here
    if not torn and "\n" in trail:
        return start, end - 1, ""  # a paragraph that ends with its sign
    if not torn and trail and has_han(text[end : end + 1]):
        return start, end, ""
    return start, end - len(trail) if not torn else end, ""


CIRCLED: Final = frozenset(chr(code) for code in range(0x2460, 0x2474))
_CIRCLED_INSIDE: Final = re.compile("[①-⑳](?<=[\u3400-\u9fff”’》）。，；：、！？…][①-⑳])")
_CIRCLED_BODY: Final = re.compile("^[ \t\u3000]*([①-⑳])", re.MULTILINE)
_LIST_BEFORE: Final = frozenset("：；、")


def drop_circled_note_signs(text: str, context: Context) -> Iterator[Edit | Mark | Finding]:
    """Take ① away where it is the sign of a note: it stands in running text once, and once before its body.

    A list that runs on, 包括：①…；②…, has no bodies; its signs stay.
    """
    inside = list(_CIRCLED_INSIDE.finditer(text))
    if not inside:
        return
    bodies = {found.group(1): found.start(1) for found in _CIRCLED_BODY.finditer(text)}
    body_count = Counter(found.group(1) for found in _CIRCLED_BODY.finditer(text))
    uses = Counter(found.group() for found in inside)
    for found in inside:
        sign, at = found.group(), found.start()
        if text[at - 1] in _LIST_BEFORE:
            continue
        if uses[sign] == body_count[sign] == 1 and bodies[sign] > at and "\n" in text[at : bodies[sign]]:
            yield Edit(at, at + 1, "", "note-mark")
            yield Mark(at, at, "footnote", {"label": sign})
        elif (
            uses[sign] == 1
            and text[at - 1] in "。”"
            and text[at + 1 : at + 2] not in ("", "\n")
            and sign == "①"
        ) and "②" not in context.alphabet:
            yield Finding(
                at, at + 1, "note-mark-unclear", "this may be the sign of a note whose text is missing"
            )


RAISED: Final = frozenset("¹²³⁴⁵⁶⁷⁸⁹⁰")
_RAISED: Final = re.compile(
    "[¹²³⁴⁵⁶⁷⁸⁹⁰](?<=[\u3400-\u9fff”’》）][¹²³⁴⁵⁶⁷⁸⁹⁰])[¹²³⁴⁵⁶⁷⁸⁹⁰]?(?![\u2070-\u209fA-Za-z0-9⁺⁻])"
)
_SQUARED: Final = frozenset("米尺里寸码方")


def drop_raised_note_signs(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take raised digits behind a Chinese word away: 生产总值¹为 → 生产总值为; 米² is a measure and stays."""
    for found in _RAISED.finditer(text):
        if text[found.start() - 1] not in _SQUARED and not found.group().startswith("⁰"):
            yield Edit(found.start(), found.end(), "", "note-mark")
            yield Mark(found.start(), found.start(), "footnote", {"label": found.group().translate(_LOWERED)})


_LOWERED: Final = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
