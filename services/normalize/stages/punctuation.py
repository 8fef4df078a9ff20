"""Punctuation of Chinese prose: flat marks get their full width, brackets and quotes with them.

Scrapers flatten the marks of Chinese text to ASCII; a mark is known to be Chinese by its neighbours, a bracket by
its pair. Where both neighbours are ASCII the island of ASCII around the mark decides: numbers, Latin phrases,
formulas, times and addresses keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..stage import Context
from .beside import is_chinese_at, last_before, next_after
from .brackets import widen_brackets
from .chinese import Paragraph, Paragraphs
from .islands import island_is_prose, joins_figures, joins_words, no_letters_around
from .quotes import curl_quotes
from .signs import HAN, SPACES

FLAT_MARKS: Final = frozenset(",:;!?()\"'＂")
_MARK: Final = re.compile(r"[,:;!?()\"'＂]")
_WIDE: Final = {",": "，", ":": "：", ";": "；", "!": "！", "?": "？", "(": "（", ")": "）"}

_HAN: Final = re.compile(f"[{HAN}]")
_EASY: Final = frozenset(",;")

_ADDRESS: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z+.-]*://|www\.|[\w.+-]+@[\w-]+\.)[\w\-./?%&=+#~@:;!$*,]*[\w/#=]"
    rf"(?:[\w{HAN}]*_\([\w{HAN}]+\))?",
    re.ASCII,
)
"""A page of a wiki may have its own brackets: …/wiki/广州_(消歧义)."""
_ENTITY: Final = re.compile(r"&#?\w{2,8};")
_ASKING: Final = re.compile(
    "什么|甚么|怎么|多么|[哪谁吗呢怎何岂吧孰]|是否|能否|可否|几[个时多位种]|难道|多[少大久远长]|是不是|有没有|能不能"
)
_CLAUSE: Final = re.compile(r"[^。！？；!?\n]*\Z")


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
    widen_brackets(text, start, end, [at for at in hits if text[at] in "()"], wide)
    yield from curl_quotes(text, start, end, hits, wide)
    for at in hits:
        mark = text[at]
        if mark == "?" and text[at + 1 : at + 2] == "?" and text[at - 1 : at] != "?":
            yield from _lost_run(text, start, end, at)
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


def _lost_run(text: str, start: int, end: int, at: int) -> Iterator[Finding]:
    """Tell of ?? in the middle of a sentence that asks nothing: 产值??5.6%."""
    high = at
    while high < end and text[high] == "?":
        high += 1
    if (
        is_chinese_at(text, at - 1, start, end)
        and high < end
        and (text[high].isdigit() or _HAN.match(text, high))
        and not _asks(text, start, at)
    ):
        yield Finding(
            at, high, "odd-question-mark", "question marks where nothing is asked: lost characters", LOST
        )


LOST: Final = 800
"""Confidence, per mille, that a run of question marks inside a sentence stands for lost characters."""


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
    if before in wide or is_chinese_at(text, before, start, end):
        return not (mark == ":" and right == "/" and text[after + 1 : after + 2] == "/")
    if left == "":
        return mark in ",;:" and is_chinese_at(text, after, start, end)
    if after in wide or is_chinese_at(text, after, start, end):
        return True
    if mark == "," and left.isdigit() and right.isdigit():
        return joins_figures(text, start, end, at)
    if mark == ":" and left.isdigit() and right.isdigit():
        return False
    if left in SPACES:
        inner = last_before(text, at, start)
        if inner in wide or is_chinese_at(text, inner, start, end):
            return True
    if right == "" or right in SPACES:
        return _chinese_across(text, start, end, at, left, wide)
    if mark in "!?":
        return False
    if mark == ":":
        return left in ")]" and right.isalnum()
    # ASCII on both sides, no space: figures and acronyms of a Chinese sentence, or a formula.
    if left in "%‰℃" or left in ")]" or right in "([\"'":
        return left not in "\"'" and island_is_prose(text, start, end, at)
    return joins_words(text, start, end, at)


def _chinese_across(text: str, start: int, end: int, at: int, left: str, wide: dict[int, str]) -> bool:
    """Judge a mark that has ASCII before it and a space or the end of the paragraph behind it."""
    after = next_after(text, at, end)
    if after >= end:
        return text[at] != "," or not left.isspace()
    if is_chinese_at(text, after, start, end) or after in wide:
        return True
    return text[at] in ",;" and (
        left in "%‰℃" or (left.isdigit() and no_letters_around(text, start, end, at))
    )


def _asks(text: str, start: int, at: int) -> bool:
    clause = _CLAUSE.search(text, max(start, at - 80), at)
    return clause is not None and _ASKING.search(clause.group()) is not None
