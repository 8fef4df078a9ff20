"""Punctuation of Chinese prose: full-width marks, curly quotes, long dashes.

Scrapers flatten the marks of Chinese text to ASCII; a mark is known to be Chinese by its neighbours, a bracket by
its pair. Where both neighbours are ASCII the island of ASCII around the mark decides: numbers, Latin phrases,
formulas, times and addresses keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import neighbours_of
from ..stage import Context
from .chinese import Paragraph, Paragraphs
from .signs import FULL_WIDTH, HAN, SPACES

FLAT_MARKS: Final = frozenset(",:;!?()\"'＂")
_MARK: Final = re.compile(r"[,:;!?()\"'＂]")
_WIDE: Final = {",": "，", ":": "：", ";": "；", "!": "！", "?": "？", "(": "（", ")": "）"}

_EASY: Final = frozenset(",;")

_HAN: Final = re.compile(f"[{HAN}]")
_CURLY: Final = frozenset("“”‘’—")
_ADDRESS: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z+.-]*://|www\.|[\w.+-]+@[\w-]+\.)[\w\-./?%&=+#~@:;!$*,]*[\w/#=]"
    rf"(?:[\w{HAN}]*_\([\w{HAN}]+\))?",
    re.ASCII,
)
"""A page of a wiki may have its own brackets: …/wiki/广州_(消歧义)."""
_THOUSANDS: Final = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_LOCANTS: Final = re.compile(
    rf"(?<![\d.,])\d{{1,2}}(?:,\d{{1,2}})+-(?:[A-Z](?![A-Za-z])|[{HAN}](?<![年月日]))"
)
"""Numbers of the places in a molecule: 2,4-二氯苯氧乙酸, 2,4-D (IUPAC P-31.1.1.1)."""

_ENTITY: Final = re.compile(r"&#?\w{2,8};")
_GLOSS: Final = re.compile(
    r"[A-Za-z ̀-ͯ]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜêńňǹḿ][A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ̀-ͯ '’,，]*"
)
"""What a true pinyin gloss holds: Latin syllables, one of them with a tone (ISO 7098)."""

_CALL: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,3}\Z")
_ARGUMENTS: Final = re.compile(r"[A-Za-z0-9_](?:[-+*/^,. ]*[A-Za-z0-9_]){0,4}")
"""``f(x)``, ``P(A,B)``: a short name, then short arguments."""

_ASKING: Final = re.compile(
    "什么|甚么|怎么|多么|[哪谁吗呢怎何岂吧孰]|是否|能否|可否|几[个时多位种]|难道|多[少大久远长]|是不是|有没有|能不能"
)
_CLAUSE: Final = re.compile(r"[^。！？；!?\n]*\Z")
_ITEM: Final = re.compile(r"\s*[0-9A-Za-z〇一二三四五六七八九十]{1,3}\Z")


def widen_flat_marks(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Give the marks of Chinese prose their full width: ``7%,超过`` → ``7%，超过``, ``(一)`` → ``（一）``.

    What stays: ``3,500``, ``10:30``, ``2:1``, ``f(x)``, ``Cunningham, 1993``, addresses, ``垚(yáo)``, and everything
    in a paragraph that is not Chinese.
    """
    if context.alphabet.isdisjoint(FLAT_MARKS):
        return
    paragraphs = Paragraphs(text, context.alphabet)
    here: Paragraph | None = None
    hits: list[int] = []
    for found in _MARK.finditer(text):
        at = found.start()
        if here is None or at > here.end:
            if hits and here is not None:
                yield from _paragraph_edits(text, here, hits)
            here = paragraphs.at(at)
            hits = []
        if here.is_chinese:
            hits.append(at)
    if hits and here is not None:
        yield from _paragraph_edits(text, here, hits)


def _paragraph_edits(text: str, paragraph: Paragraph, hits: list[int]) -> Iterator[Edit | Finding]:
    start, end, _ = paragraph
    spans: list[tuple[int, int]] = []
    body = text[start:end]
    if "://" in body or "www." in body or "@" in body:
        spans += [(start + a.start(), start + a.end()) for a in _ADDRESS.finditer(body)]
    if "&" in body:
        spans += [(start + a.start(), start + a.end()) for a in _ENTITY.finditer(body)]
    if spans:
        hits = [at for at in hits if not any(low <= at < high for low, high in spans)]
    wide: dict[int, str] = {}
    _brackets(text, start, end, [at for at in hits if text[at] in "()"], wide)
    yield from _quotes(text, start, end, hits, wide)
    for at in hits:
        mark = text[at]
        if mark == ";" and ";" in (text[at - 1 : at], text[at + 1 : at + 2]):
            continue  # what is left of lost characters is not made to look like a mark
        if mark in _EASY and "一" <= text[at - 1] <= "鿿" and at > start:
            wide[at] = _WIDE[mark]  # the common case: behind an ideograph
        elif mark in ",:;!?" and _is_chinese_mark(text, start, end, at, wide):
            if mark == "?" and not _asks(text, start, at):
                yield Finding(
                    at,
                    at + 1,
                    "odd-question-mark",
                    "a question mark where nothing is asked: perhaps a lost character",
                    600,
                )
                continue
            wide[at] = _WIDE[mark]
    for at in sorted(wide):
        new = wide[at]
        yield Edit(
            at,
            at + 1,
            new,
            "curly-quote" if new in "“”‘’" else "full-width-bracket" if new in "（）" else "full-width-mark",
        )


def _brackets(text: str, start: int, end: int, hits: list[int], wide: dict[int, str]) -> None:
    if not hits:
        return
    stack: list[int] = []
    found = (
        sorted({*hits, *(i for i in range(start, end) if text[i] in "（）")})
        if _has_wide(text, start, end)
        else hits
    )
    for at in found:
        if text[at] in "(（":
            stack.append(at)
        elif stack:
            opening = stack.pop()
            if text[opening] == "（" or text[at] == "）":
                # One of the two is full-width already: so is the other.
                if text[opening] == "(":
                    wide[opening] = "（"
                if text[at] == ")":
                    wide[at] = "）"
            elif _is_chinese_pair(text, start, end, opening, at):
                wide[opening], wide[at] = "（", "）"
        elif text[at] == ")" and _is_chinese_closing(text, start, end, at):
            wide[at] = "）"
    for at in stack:
        if text[at] == "(" and (
            _is_chinese_at(text, at - 1, start, end) or _is_chinese_at(text, at + 1, start, end)
        ):
            wide[at] = "（"


def _has_wide(text: str, start: int, end: int) -> bool:
    return text.find("（", start, end) >= 0 or text.find("）", start, end) >= 0


def _is_chinese_at(text: str, at: int, start: int, end: int) -> bool:
    """Tell whether an ideograph or a Chinese mark stands at ``at``."""
    if not start <= at < end:
        return False
    char = text[at]
    return char in FULL_WIDTH or char in _CURLY or _HAN.match(char) is not None


def _before(text: str, at: int, start: int) -> int:
    """Give the place of the last character before ``at`` that is no space, or ``start - 1``."""
    at -= 1
    while at >= start and text[at] in SPACES:
        at -= 1
    return at


def _after(text: str, at: int, end: int) -> int:
    at += 1
    while at < end and text[at] in SPACES:
        at += 1
    return at


def _is_chinese_pair(text: str, start: int, end: int, opening: int, closing: int) -> bool:
    content = text[opening + 1 : closing]
    before = _before(text, opening, start)
    after = _after(text, closing, end)
    chinese_before = _is_chinese_at(text, before, start, end) or (
        text[before] in ",:;"
        and _is_chinese_at(text, before - 1, start, end)  # a mark that is widened as well
    )
    if chinese_before and before == opening - 1 and _GLOSS.fullmatch(content.strip()):
        return False
    if _HAN.search(content) or any(char in FULL_WIDTH for char in content):
        return True
    if before >= start and not chinese_before:
        name = _CALL.search(text[max(start, opening - 4) : opening])
        if name and _ARGUMENTS.fullmatch(content) and (len(name.group()) == 1 or "," in content):
            return False
        if before < opening - 1 and text[before].isalpha():
            return False  # Gross Domestic Product (GDP)
    return chinese_before or _is_chinese_at(text, after, start, end)


def _is_chinese_closing(text: str, start: int, end: int, at: int) -> bool:
    if _is_chinese_at(text, at - 1, start, end):
        return True
    if _ITEM.fullmatch(text, start, at):
        return _is_chinese_at(text, _after(text, at, end), start, end)
    return (
        text[at - 1 : at].isascii()
        and text[at - 1 : at].isalnum()
        and _is_chinese_at(text, at + 1, start, end)
    )


def _quotes(text: str, start: int, end: int, hits: list[int], wide: dict[int, str]) -> Iterator[Finding]:
    straight = [at for at in hits if text[at] in '"＂']
    if straight:
        yield from _double_quotes(text, start, end, straight, wide)
    single = [
        at
        for at in hits
        if text[at] == "'"
        and not (
            text[at - 1 : at].isascii() and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isascii()
        )
    ]
    if len(single) % 2 == 0:
        for opening, closing in zip(single[::2], single[1::2], strict=True):
            if _quoted_chinese(text, start, end, opening, closing):
                wide[opening], wide[closing] = "‘", "’"


def _double_quotes(
    text: str, start: int, end: int, straight: list[int], wide: dict[int, str]
) -> Iterator[Finding]:
    marks = list(straight)
    if text.find("“", start, end) >= 0 or text.find("”", start, end) >= 0:
        marks = [at for at in range(start, end) if text[at] in '“”"＂']
    flat = set(straight)
    opening = -1
    for at in marks:
        char = text[at]
        if char == "“":
            opening = at
        elif char == "”":
            if opening in flat and _quoted_chinese(text, start, end, opening, at):
                wide[opening] = "“"
            opening = -1
        elif at not in flat:
            continue
        elif opening < 0:
            if text[at - 1 : at].isdigit() and at > start and text[at - 1].isascii() and len(marks) % 2:
                continue  # an inch
            opening = at
        else:
            beside = opening - 1 in wide  # "0131""0305": quotation upon quotation
            if text[opening] == "“" or beside or _quoted_chinese(text, start, end, opening, at):
                wide[at] = "”"
                if opening in flat:
                    wide[opening] = "“"
            opening = -1
    if opening in flat:
        yield Finding(opening, opening + 1, "unpaired-quote", "a straight quote without its pair", 900)


def _quoted_chinese(text: str, start: int, end: int, opening: int, closing: int) -> bool:
    return (
        _HAN.search(text, opening, closing) is not None
        or _is_chinese_at(text, opening - 1, start, end)
        or _is_chinese_at(text, closing + 1, start, end)
    )


def _is_chinese_mark(text: str, start: int, end: int, at: int, wide: dict[int, str]) -> bool:
    before, after = at - 1, at + 1
    left = text[before] if before >= start else ""
    right = text[after] if after < end else ""
    mark = text[at]
    if mark in "?!" and (
        (left in "?!" and left != "")
        or (right in "?!=" and right != "")
        or (right.isascii() and right.isalpha())
    ):
        return False  # ?! and ?g may be the traces of slipped bytes
    if before in wide or _is_chinese_at(text, before, start, end):
        return not (mark == ":" and right == "/" and text[after + 1 : after + 2] == "/")
    if left == "":
        return mark in ",;:" and _is_chinese_at(text, after, start, end)
    if after in wide or _is_chinese_at(text, after, start, end):
        return True
    if mark == "," and left.isdigit() and right.isdigit():
        return _joins_figures(text, start, end, at)
    if mark == ":" and left.isdigit() and right.isdigit():
        return False
    if left in SPACES:
        inner = _before(text, at, start)
        if inner in wide or _is_chinese_at(text, inner, start, end):
            return True
    if right == "" or right in SPACES:
        return _chinese_across(text, start, end, at, left, wide)
    if mark in "!?":
        return False
    if mark == ":":
        return left in ")]" and right.isalnum()
    # ASCII on both sides, no space: figures and acronyms of a Chinese sentence, or a formula.
    if left in "%‰℃" or left in ")]" or right in "([\"'":
        return left not in "\"'" and _island_is_prose(text, start, end, at)
    return _joins_words(text, start, end, at)


def _chinese_across(text: str, start: int, end: int, at: int, left: str, wide: dict[int, str]) -> bool:
    """Judge a mark that has ASCII before it and a space or the end of the paragraph behind it."""
    after = _after(text, at, end)
    if after >= end:
        return text[at] != "," or not left.isspace()
    if _is_chinese_at(text, after, start, end) or after in wide:
        return True
    return text[at] in ",;" and (
        left in "%‰℃" or (left.isdigit() and _no_letters_around(text, start, end, at))
    )


def _no_letters_around(text: str, start: int, end: int, at: int) -> bool:
    low, high = _island(text, start, end, at)
    return not any(char.isalpha() for char in text[low:high])


def _island(text: str, start: int, end: int, at: int) -> tuple[int, int]:
    """Give the run of ASCII around ``at``."""
    low, high = at, at + 1
    while low > start and text[low - 1].isascii():
        low -= 1
    while high < end and text[high].isascii():
        high += 1
    return low, high


def _joins_figures(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether ``4.86,1.79`` is two figures (Chinese comma) or one, or the places of a point."""
    low, high = _island(text, start, end, at)
    for number in _THOUSANDS.finditer(text, low, high):
        if number.start() <= at < number.end():
            return False
    for places in _LOCANTS.finditer(text, low, min(high + 1, end)):
        if places.start() <= at < places.end():
            return False
    return _island_is_prose(text, start, end, at)


def _joins_words(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether ``GDP,CPI`` stands in a Chinese sentence; ``x,y`` and ``a;b`` are formulas."""
    left = at
    while left > start and text[left - 1].isascii() and text[left - 1].isalnum():
        left -= 1
    right = at + 1
    while right < end and text[right].isascii() and text[right].isalnum():
        right += 1
    short = at - left < 2 or right - at - 1 < 2
    if text[at] == ";" and text[at - 1].isalpha():
        return False  # what is left of a character reference: 6middot;1
    digits = text[at - 1].isdigit() or text[at + 1 : at + 2].isdigit()
    return (digits or not short) and _island_is_prose(text, start, end, at)


def _island_is_prose(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether the run of ASCII around a mark is part of a Chinese sentence rather than a thing of its own."""
    low, high = _island(text, start, end, at)
    island = text[low:high]
    if any(sign in island for sign in ("=", "{", "\\", "<", ">", "_", "://")):
        return False
    for left, right in ("()", "[]"):
        opening = island.rfind(left, 0, at - low)
        if opening >= 0 and right in island[at - low :] and right not in island[opening : at - low]:
            return False  # inside a bracket of nothing but ASCII: a point, arguments, a reference
    return low > start or high < end


def _asks(text: str, start: int, at: int) -> bool:
    clause = _CLAUSE.search(text, max(start, at - 80), at)
    return clause is not None and _ASKING.search(clause.group()) is not None


_HYPHENS: Final = re.compile(r"-{2,}|－{2,}")


def lengthen_dashes(text: str, context: Context) -> Iterator[Edit]:
    """Write a dash that was typed as hyphens between Chinese as one: ``应用--以`` → ``应用——以``."""
    near = neighbours_of(text)
    if not near.hold("--") and not near.hold("－－"):
        return
    paragraphs = Paragraphs(text, context.alphabet)
    for found in _HYPHENS.finditer(text):
        start, end, chinese = paragraphs.at(found.start())
        if not chinese or found.end() - found.start() > LONGEST_DASH:
            continue
        before = _before(text, found.start(), start)
        after = _after(text, found.end() - 1, end)
        if after < end and (text[after].isdigit() or _is_chinese_at(text, after, start, end)):
            at_edge = before < start
            if at_edge or _is_chinese_at(text, before, start, end) or text[before] in "%)":
                yield Edit(found.start(), found.end(), "——", "long-dash")


LONGEST_DASH: Final = 6
"""Hyphens. Reports type a dash with two to four; longer rows are rules across a page."""
