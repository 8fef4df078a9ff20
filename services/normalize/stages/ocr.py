"""Letters that only a scanner puts there: l0年 → 10年, 81．O% → 81.0%, 流动人VI → 流动人口, 四JIl → 四川.

Every repair here is flagged: the form proves that the letter is wrong, and nearly always what is right. Words that
are written so on purpose (O2O, CO2, H2O, 5G, 1.8L) have other neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context

MISREAD: Final = frozenset("lIOoｌＩＯｏ")
_TOKEN: Final = re.compile(
    r"(?<![A-Za-z0-9_.．/\\])(?<![0-9][,，])(?<![A-Za-z0-9]-)[0-9０-９lIOoｌＩＯｏ]+(?:[,，][0-9０-９lIOoｌＩＯｏ]{3})*(?:[.．][0-9０-９lIOoｌＩＯｏ]+)?(?![A-Za-z0-9_\\/])(?![.．][A-Za-z0-9])"
)
LONGEST: Final = 24
"""A longer row of digits and such letters is no number that a report prints."""
_IN_TOKEN: Final = frozenset("0123456789０１２３４５６７８９lIOoｌＩＯｏ.．,，")
_DIGITS: Final = str.maketrans("lIOoｌＩＯｏ．０１２３４５６７８９", "11001100.0123456789")
_NARROW: Final = str.maketrans("０１２３４５６７８９ｌＩＯｏ", "0123456789lIOo")
_HAN: Final = "\u3400-\u9fff"
# After a whole number with a misread last letter, only a unit shows that a number was meant.
_UNIT: Final = re.compile(
    r"\s?[%％‰年月日号时个万亿元户家人名项次届天岁米吨亩公千百座台辆件条种期倍多余分位所处平斤室栋幢后套只艘架株头匹册枚颗口间层门张棵集部场批强幅字章节页卷本篇首段宗笔起例对双组班点周度瓦尺寸里"
    r"號時個萬億戶項屆歲噸畝輛條種餘處棟後隻頭冊顆間層門張場強節頁筆對雙組點週裏]"
)
_LETTERS_ALONE: Final = re.compile(f"[{_HAN}]l[lOo]{{1,3}}[年月日个家项万亿户座条名%％]")
"""No word and no Roman numeral is written ll or lO, and a measure follows."""
_BEFORE_NUMBER: Final = re.compile(f"[{_HAN}（(〔［[【《，。；：、！？,;:“”》）\\s—–~-]$|^$")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_BEHIND_YEAR: Final = re.compile(r"[〕］\]）)—－–～~-]")
"""What stands behind a year that has no 年: 云政发〔20l8〕43号, 20l8—2035年."""
_WORDS: Final = frozenset(
    {
        "O2O",
        "O2o",
        "o2o",
        "I0",
        "O3",
        "O2",
        "Io",
        "lO",
        "IO",
        "OO",
        "oo",
        "Il",
        "lI",
        "ll",
        "II",
        "III",
        "OOO",
    }
)
DOUBTFUL: Final = 950
"""Confidence, per mille: of 58 such numbers in one scanned journal all were what the letter looks like."""
DOUBTFUL_WORD: Final = 900


def read_letters_in_numbers(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Read l, I, O and o inside numbers as the digits that they look like."""
    # Such letters are rare in Chinese: to look each one up costs a tenth of running a pattern over the text.
    starts = set()
    for letter in MISREAD & context.alphabet:
        at = text.find(letter)
        while at >= 0:
            start, low, at = at, max(0, at - LONGEST), text.find(letter, at + 1)
            while start > low and text[start - 1] in _IN_TOKEN:
                start -= 1
            while text[start] in ".．,，":  # a comma of the sentence, no thousands' mark
                start += 1
            if start > low or start == 0:
                starts.add(start)
    for start in sorted(starts):
        found = _TOKEN.match(text, start)
        if found is None:
            continue
        token = found.group()
        digits = sum(map(str.isdigit, token))
        if not digits and _LETTERS_ALONE.match(text, start - 1) is not None:
            now = token.translate(_DIGITS)
            yield from _repair(start, found.end(), token, now, "misread-digit", DOUBTFUL, context)
            continue
        if token.isdigit() or MISREAD.isdisjoint(token) or not digits or len(token) > 2 * digits + 2:
            continue
        if not _is_number(token, text, found.start(), found.end()):
            continue
        yield from _repair(
            found.start(), found.end(), token, token.translate(_DIGITS), "misread-digit", DOUBTFUL, context
        )


def _is_number(token: str, text: str, start: int, end: int) -> bool:
    if not _BEFORE_NUMBER.search(text[max(0, start - 1) : start]):
        return False
    now = token.translate(_DIGITS)
    whole, point, _ = now.partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        return False
    unit = _UNIT.match(text, end) is not None
    if re.split("[.．]", token.translate(_NARROW), maxsplit=1)[-1] in _WORDS:
        return False  # 17．O2O平台: an item's number
    if not point:
        if _YEAR.fullmatch(now) and token[0].isdigit() and _BEHIND_YEAR.match(text, end):
            return True
        if token[0] in "Oo":
            return False  # O3, O2: gases
        if text[start - 1 : start] in ("（", "(") and text[end : end + 1] in ("）", ")") and "I" not in token:
            return True  # （l4）, the number of an item
        return unit and (token[0] != "I" or len(token) > 1)
    # 2.2l may be litres; any other letter in a decimal is a misread digit.
    return unit or token[:-1].translate(_DIGITS) != token[:-1] or token[-1] in "Oo"


def _behind(letter: str, before: str) -> str:
    """Give the pattern of a letter behind one of ``before``, and not behind 工人, 军人, 客人 …: no mouths are meant.

    It begins with the letter and looks back from there: such patterns are searched for at the speed of C.
    """
    crafts = "工个军商客病老诗主器责法本别他证候绍名犯盲"
    return f"{letter}(?<=[{before}]{letter})(?<![{crafts}]人{letter})"


_PEOPLE: Final = re.compile(
    rf"(?:{_behind('V', '人户进港窗缺门')}[Il1]|{_behind('E', '人户进港窗缺门出入')}[lI1]"
    rf"|{_behind('I', '人')}(?:\n2I|=1)|{_behind('1', '人')}(?:[：:][ \t]*\n?[57]|\n5))"
    rf"(?=[ \t]*\n?[{_HAN}，。、；）])"
)
_MOUTHS: Final = Words.everywhere(("VI", "Vl", "V1", "EI", "El", "E1", "人I", "人1"))
"""How every one of these forms begins."""
# A lone l where a whole number stands: 第l章, 于l月, a line that begins with l、.
_ONE: Final = re.compile(
    rf"l(?<=第l)(?=[章条节页期卷次届批号])|l(?<=[{_HAN}]l)(?=[年月日号个项亿万％%])"
    rf"|l(?<=数l)(?=[一—-][0-9])|l(?<=數l)(?=[一—-][0-9])"
    rf"|l(?<=^l)(?=[0-9]?[、．][ \t]*[{_HAN}])|l(?<=^[(（]l)(?=[)）][{_HAN}])",
    re.MULTILINE,
)
# Typists write O for 〇 in a year of Chinese numerals; nothing else can stand there.
_ZERO: Final = re.compile("[OoＯｏ](?<=[一二三四五六七八九〇][OoＯｏ])[OoＯｏ]?(?=[一二三四五六七八九〇年])")
# A dash that a scanner takes for 一: nothing else stands between two figures, or between two kinds of the same thing.
_DASH: Final = re.compile(
    "一(?:(?<=[0-9%％l]一)(?<![一二三四五六七八九〇][0-9]一)(?=[0-9])|(?<=[0-9][年月日]一)(?=[0-9]{1,4}[年月日])"
    f"|(?<=[{_HAN}]{{2}}地一)(?![步批个次系些条片块座处类项种家户级期度])(?=[{_HAN}]{{2}}地)|(?<=地一)(?=户籍地))"
)
_DASHES: Final = Words.everywhere((*(f"一{digit}" for digit in range(10)), "地一"))
"""Two neighbours that each of these forms has."""
_RIVER: Final = re.compile("J(?<=四J)[lI1|]{2,3}(?![A-Za-z0-9])")
_VOLUMES: Final = Words.everywhere(["Vo", "No．"])
_VOLUME: Final = re.compile(r"\b(?:Vo(?P<letter>1)|Vol|No)(?P<point>[.．])(?=\s?[0-9])")


_ROUND: Final = frozenset("OoＯｏ")


def read_misread_words(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Read 人VI as 人口, 四JIl as 四川, Vo1．19 as Vol.19: forms that nothing but a scanner writes."""
    alphabet = context.alphabet
    near = neighbours_of(text)
    if near.among(_MOUTHS):
        for found in _PEOPLE.finditer(text):
            yield from _repair(
                *found.span(), found.group(), "口", "misread-character", DOUBTFUL_WORD, context
            )
    if "四" in alphabet and "J" in alphabet:
        for found in _RIVER.finditer(text):
            yield from _repair(
                *found.span(), found.group(), "川", "misread-character", DOUBTFUL_WORD, context
            )
    if near.among(_DASHES):
        for found in _DASH.finditer(text):
            yield from _repair(*found.span(), "一", "—", "misread-dash", DOUBTFUL_WORD, context)
    if not alphabet.isdisjoint(_ROUND):
        for found in _ZERO.finditer(text):
            yield Edit(found.start(), found.end(), "〇" * (found.end() - found.start()), "letter-for-zero")
    if "l" in alphabet:
        for found in _ONE.finditer(text):
            yield from _repair(found.start(), found.end(), "l", "1", "misread-digit", DOUBTFUL, context)
    if near.among(_VOLUMES):
        for found in _VOLUME.finditer(text):
            if found["letter"]:
                yield from _repair(*found.span("letter"), "1", "l", "misread-letter", DOUBTFUL, context)
            if found["point"] == "．":
                yield Edit(*found.span("point"), ".", "point-in-latin")


def _repair(
    start: int, end: int, was: str, now: str, rule: str, confidence: int, context: Context
) -> Iterator[Edit | Finding]:
    message = f"{was!r} is read as {now}, as a scanner misreads it"
    data = {"was": was, "now": now}
    if context.profile.strict:
        yield Finding(start, end, "proposal", message, confidence, data)
    else:
        yield Finding(start, end, "doubtful", message, confidence, data)
        yield Edit(start, end, now, rule, confidence)
