"""What a copying site puts into the text itself, all over: a comma before other marks, one token behind each paragraph.

Neither is typography of any script, and each proves itself by being a habit: one such comma may be the author's slip,
one such token a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .code import is_chinese
from .cohesion import coheres
from .lines import split_lines
from .measures import NARROWEST, OVERHANG, WIDEST
from .signs import BREAKS, CLOSING, SPACES, TERMINAL

DOUBLED_COMMAS: Final = Words.everywhere([comma + mark for comma in ",，" for mark in ",，。、；;：:！？"])
_DOUBLED: Final = re.compile("(?<![,，])[,，]+(?=[,，。、；;：:！？])")
_MARKS: Final = re.compile("[,，。、；;！？]")
LEAST_DOUBLED: Final = 2
"""Commas before another mark that are a habit of the page; one may be its author's slip."""
DOUBLED_SHARE: Final = 8
"""One mark in so many has such a comma before it, at least; pages that inject them do so at every second mark."""


LEAST_LOST: Final = 2
_LOST: Final = re.compile("[。；;][,，]|[,，][%％]")
"""What copies have whose figures were taken out: 实力增强。，同比增长16%；，%，总量…."""
MISSING: Final = 900


def drop_doubled_commas(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take away the commas that a page put before other marks: 会上,，他表示,。 → 会上，他表示。."""
    if "。" not in context.alphabet:
        return  # empty cells of a table stand between commas too, and no table has sentences
    doubled = list(_DOUBLED.finditer(text))
    if len(doubled) < LEAST_DOUBLED or len(doubled) * DOUBLED_SHARE < len(_MARKS.findall(text)):
        return
    if not is_chinese(text) or is_listing(text):
        return
    if len(_LOST.findall(text)) >= LEAST_LOST:
        for found in doubled:
            yield Finding(
                *found.span(), "missing-text", "commas in a row: what stood between them is missing", MISSING
            )
        return
    for found in doubled:
        yield Edit(*found.span(), "", "doubled-comma")


COMMAS_AT_STARTS: Final = Words.everywhere([end + comma for end in "\n\r" for comma in ",，"])
_BETWEEN: Final = re.compile(r"[,，](?:\r?\n[^\r\n,，。；！？]{2,12})?\r?\n(?=[,，])")
LEAST_BETWEEN: Final = 2
"""So many sentences torn behind their comma, another at the next line's start, are no slip of the author's."""


def drop_lines_between_commas(text: str, _: Context) -> Iterator[Edit]:
    """Take out the short lines that a page set into sentences: …105.03，⏎网页设计⏎，年增1.4% → …105.03，年增1.4%.

    It doubles a comma to put its advertisement between the two; some places have the tear alone.
    """
    torn = list(_BETWEEN.finditer(text))
    if len(torn) >= LEAST_BETWEEN and is_chinese(text) and not is_listing(text):
        for found in torn:
            yield Edit(*found.span(), "", "injected-line")


_BLANKS: Final = SPACES | BREAKS
LEAST_CHUNK: Final = 80
"""Characters of a page; the items of a list are shorter or have full stops."""


SECOND_LABEL: Final = Words.everywhere(["\n2、"])


def drop_page_labels(text: str, _: Context) -> Iterator[Edit]:
    """Take out the numbers that a document library put before each page: …区域。转⏎⏎2、变方式 → …区域。转变方式.

    The pages are numbered 1、 2、 3、 and stand a paragraph each, so only a tear tells them from a list: one at least
    ends inside a word or a clause.
    """
    labels = _labels_of_pages(text)
    seams = list(pairwise(labels))
    torn = {after[0] for here, after in seams if _is_torn_at(text, here[1], *after)}
    if not torn or not is_chinese(text):
        return
    for start, high in labels:
        low = start
        while start in torn and text[low - 1] in _BLANKS:
            low -= 1
        yield Edit(low, high, "", "page-label")


def _labels_of_pages(text: str) -> list[tuple[int, int]]:
    """Find 1、 2、 3、… where each begins a line and a paragraph of the length of a page stands between two of them."""
    start = 0 if text.startswith("1、") else text.find("\n1、") + 1
    if not text.startswith("1、", start):
        return []
    labels = [(start, at := start + 2)]
    while True:
        label = f"\n{len(labels) + 1}、"
        found = text.find(label, at)
        if found - at < LEAST_CHUNK or "\n" in text[at:found].strip():
            return labels
        start, at = found + 1, found + len(label)
        labels.append((start, at))


def _is_torn_at(text: str, at: int, low: int, high: int) -> bool:
    """Tell whether a word or a clause goes on from the page that begins at ``at`` to the next, whose label is given."""
    left, right = text[at:low].rstrip()[-1:], text[high : high + 1]
    return left not in TERMINAL and (
        right in CLOSING or right in ",;" or left in "，、" or coheres(left, right)
    )


ALNUM: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ENDED: Final = re.compile(r"\n(?:(?<=[A-Za-z0-9]\n)|(?<=[A-Za-z0-9][ \r]\n))")
_GAPS: Final = Words.everywhere(["  ", "\u3000\u3000"])
_APART: Final = re.compile(r"  (?<=[A-Za-z0-9]  )|\u3000\u3000(?<=[A-Za-z0-9]\u3000\u3000)")
_TOKEN: Final = re.compile(
    r"[A-Za-z0-9](?<=[^A-Za-z0-9\s].)[A-Za-z0-9]{0,2}(?:\r?\n[A-Za-z0-9]{1,2})?"
    r"(?:[ \t\u3000\u00a0]*(?=[\r\n]|\Z)|(?P<apart>[ \u3000\u00a0]{2,}))"
)
TOKEN: Final = 3
"""Characters of the token (jZD, hd9) that one collection of reports puts behind each of its paragraphs."""
LEAST_TOKENS: Final = 3
LEAST_STOPPED: Final = 2
"""So many times behind a full stop, where neither a name nor a unit stands; a title page has none of these."""
_SENTENCE_ENDS: Final = frozenset("。！？；")
_COLONS: Final = frozenset("：:")
MOST_BARE: Final = 5
"""On a title page one line in so many may be without it."""


def drop_paragraph_tokens(text: str, _: Context) -> Iterator[Edit]:
    """Take away the token that a page put behind each paragraph: 各位代表：jZD⏎现在… → 各位代表：⏎现在….

    Where the line ends of such a page were lost, blanks behind the token show them. Where its lines are wrapped, those
    without the token go on: 列席⏎人员提出意见。jZD.
    """
    if not _may_have_tokens(text):
        return
    places: dict[str, list[re.Match[str]]] = {}
    for found in _TOKEN.finditer(text):
        token = "".join(found.group().split())
        if len(token) == TOKEN and not token.isdigit():
            places.setdefault(token, []).append(found)
    if not places:
        return
    token, ends = max(places.items(), key=lambda entry: len(entry[1]))
    if not _are_habit(text, token, ends) or not is_chinese(text):
        return
    for found in ends:
        start, end = found.span()
        yield Edit(start, end, "\n" if found["apart"] and end < len(text) else "", "paragraph-token")
    yield from _part_at_same_gaps(text, ends)
    yield from _join_between(text, ends)


def _may_have_tokens(text: str) -> bool:
    """Look at the ends of lines alone, and for gaps where line ends were lost."""
    if neighbours_of(text).among(_GAPS) and _APART.search(text) is not None:
        return True
    return sum(1 for _ in islice(_ENDED.finditer(text), LEAST_TOKENS)) >= LEAST_TOKENS - 1


def _are_habit(text: str, token: str, ends: list[re.Match[str]]) -> bool:
    torn = sum("\n" in found.group() for found in ends)
    if len(ends) < LEAST_TOKENS or text.count(token) > len(ends) - torn:
        return False
    before = [text[found.start() - 1] for found in ends]
    if sum(char in _SENTENCE_ENDS for char in before) >= LEAST_STOPPED:
        return True
    if token.isupper() or token.islower() or _COLONS.isdisjoint(before):
        return False  # a word, or a column of them
    lines = sum(1 for line in text.split("\n") if line.strip()) + sum(
        found["apart"] is not None for found in ends
    )
    return len(ends) * MOST_BARE >= lines * (MOST_BARE - 1)


def _part_at_same_gaps(text: str, ends: list[re.Match[str]]) -> Iterator[Edit]:
    """Where each token has the same gap behind it in the place of a line end, so has the page's title before them."""
    gaps = {found["apart"] for found in ends if found["apart"]}
    if len(gaps) != 1:
        return
    (gap,) = gaps
    for found in re.finditer(rf"(?<!\s){gap}(?!\s)", text[: ends[0].start()]):
        yield Edit(*found.span(), "\n", "lost-line-end")


def _join_between(text: str, ends: list[re.Match[str]]) -> Iterator[Edit]:
    """Join the full lines that do not end with the token, between the first paragraph that does and the last."""
    closed = {found.end() for found in ends} | {text.find("\n", *found.span()) for found in ends}
    lines = [
        (start, end)
        for start, end in split_lines(text)
        if ends[0].start() <= end <= ends[-1].end() and text[start:end].strip()
    ]
    widths = [2 * (end - start) - len(text[start:end].encode("ascii", "ignore")) for start, end in lines]
    widest = max(widths, default=0)  # all on one line: nothing stands between
    if not NARROWEST <= widest <= WIDEST:
        return
    for (start, end), (after, _), width in zip(lines, lines[1:], widths, strict=False):
        least = widest - OVERHANG if text[end - 1] in _SENTENCE_ENDS else widest * 2 // 3
        if end in closed or width < least:
            continue
        low, high = end, after
        while low > start and text[low - 1] in SPACES:
            low -= 1
        while text[high] in SPACES:
            high += 1
        words = text[low - 1].isascii() and text[low - 1].isalpha() and text[high].isascii()
        yield Edit(low, high, " " if words else "", "torn-line")
