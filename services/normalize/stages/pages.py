"""What a page leaves behind: its number, its running head. They go without joining the paragraphs around them."""

# ruff: noqa: E501 - patterns and word lists are read across

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from ...edition import CERTAIN, Edit, Finding, Mark
from ..alphabet import Characters
from ..stage import Context
from .apart import WANTS_FIGURE
from .chinese import is_listing
from .cohesion import goes_on, tears_word
from .lines import split_lines
from .signs import BREAKS, CLOSING, NUMERALS, OPENING, SPACES, begins_with_label, is_han

_D: Final = "[0-9０-９]"
_SPACES: Final = "".join(sorted(SPACES))
_DASH: Final = "[-—–－─―~～·•]"
_CERTAIN: Final = re.compile(
    rf"(?:{_DASH}{{1,3}}[ \u3000\u00a0]*({_D}{{1,4}}|[ivxlcIVXLCⅠ-Ⅻⅰ-ⅻ]{{1,6}})[ \u3000\u00a0]*{_DASH}{{1,3}}"
    rf"|第[ \u3000]*({_D}{{1,4}})[ \u3000]*[页頁⻚](?:[ \u3000]*[,，、/／|]?[ \u3000]*(?:共|总|總)[ \u3000]*{_D}{{1,4}}[ \u3000]*[页頁⻚])?"
    rf"|(?:共|总|總)[ \u3000]*{_D}{{1,4}}[ \u3000]*[页頁⻚][ \u3000]*[,，、/／|]?[ \u3000]*第[ \u3000]*({_D}{{1,4}})[ \u3000]*[页頁⻚]"
    rf"|第[ \u3000]*({_D}{{1,4}})[ \u3000]*[页頁⻚][ \u3000]*[（(][ \u3000]*[共总總][ \u3000]*{_D}{{1,4}}[ \u3000]*[页頁⻚][ \u3000]*[）)]"
    rf"|第([{NUMERALS}]{{1,4}})[页頁⻚]|[页頁⻚][码碼][：: \u3000]*({_D}{{1,4}})"
    rf"|(?:[Pp]age[ ]*)?({_D}{{1,4}})[ ]*of[ ]*{_D}{{1,4}}"
    rf"|[Pp]age[ ]*({_D}{{1,4}})"
    rf"|[【\[（(]第[ ]?({_D}{{1,4}})[ ]?页[】\]）)]"
    rf"|[|｜][ \u3000]*({_D}{{1,4}})|({_D}{{1,4}})[ \u3000]*[|｜])"
)
"""Forms that nothing else has: —3—, － 2 －, 第1页 共7页, 1 of 5, | 3."""

_POSSIBLE: Final = re.compile(
    rf"({_D}{{1,4}})|({_D}{{1,3}})[ ]*[/／][ ]*{_D}{{1,3}}|[Pp]\.?[ ]*({_D}{{1,3}})|([ivxlc]{{1,5}})"
)
"""Forms that a cell of a table has too; they need a page break beside them, or a row of their own kind."""

_SIGNS: Final = f"-—–－─―~～·•第共总總|｜【（Pp0-9０-９ivxlcIVXLC页頁{NUMERALS}"
_SHORT: Final = rf"[ \t\u3000\u00a0]*[{_SIGNS}][{_SIGNS}Ⅰ-Ⅻⅰ-ⅻ⻚码碼,，、/／.ageof】）:：{_SPACES}]{{0,24}}[{_SPACES}]*+(?=[\n\f]|\Z)"
"""A short line of nothing but what both kinds of forms are made of."""
_SHORT_FIRST: Final = re.compile(_SHORT)
_SHORT_LINE: Final = re.compile("\n" + _SHORT)
_SHORT_ON_PAGE: Final = re.compile("\f" + _SHORT)


_RARE_ENDS: Final = frozenset("\r\v\x1c\x1d\x1e\x85\u2028\u2029")
"""Line ends besides those that the patterns look at; hardly a text has any."""


def _may_have_numbers(text: str, alphabet: Characters) -> bool:
    """Look for a line that page numbers could be; each pattern begins with a letter of its own."""
    if not alphabet.isdisjoint(_RARE_ENDS):
        return True
    if _SHORT_FIRST.match(text) is not None or _SHORT_LINE.search(text) is not None:
        return True
    return "\f" in alphabet and _SHORT_ON_PAGE.search(text) is not None


LEAST_ROW: Final = 3
"""Bare numbers, each one more than the one before, that are page numbers without any page break to be seen."""

LEAST_LINES: Final = 5
"""Lines between two bare numbers of such a row. Numbered cells of a table stand closer."""


class _Line(NamedTuple):
    start: int
    """Of what stands on the line, without its spaces."""
    end: int


def _lines(text: str) -> list[_Line]:
    found = []
    for first, last in split_lines(text):
        start, end = first, last
        while start < end and text[start] in SPACES:
            start += 1
        while end > start and text[end - 1] in SPACES:
            end -= 1
        if start < end:
            found.append(_Line(start, end))
    return found


def drop_page_numbers(text: str, context: Context) -> Iterator[Edit | Mark | Finding]:
    """Take out the lines that are nothing but a page number, and leave a mark ``page-break`` in their place."""
    if not _may_have_numbers(text, context.alphabet):
        return
    if is_listing(text):
        return
    lines = _lines(text)
    tables = _tables(context)
    breaks_known = "\f" in context.alphabet
    bare: list[tuple[int, int]] = []
    dropped: list[tuple[int, str, int]] = []
    for number, (start, end) in enumerate(lines):
        if end - start > LONGEST_NUMBER or _inside(tables, start):
            continue
        line = text[start:end]
        certain = _CERTAIN.fullmatch(line)
        if certain is not None:
            if not _BARS.isdisjoint(line) and _stands_in_bars(text, lines, number):
                continue
            dropped.append((number, next(filter(None, certain.groups()), ""), CERTAIN))
            continue
        possible = _POSSIBLE.fullmatch(line)
        if possible is None:
            continue
        value = next(filter(None, possible.groups()), "")
        if breaks_known and _beside_form_feed(text, lines, number):
            dropped.append((number, value, CERTAIN))
        elif possible.group(1) is not None:
            bare.append((number, int(value)))
        elif possible.group(2) is not None and not breaks_known:
            sure = _stands_in_sentence(text, lines, number)
            dropped += [(number, value, sure)] if sure else []
    if not breaks_known:
        dropped += [(number, str(value), sure) for number, value, sure in _rising(text, lines, bare)]
    last = 0
    for number, value, sure in sorted(dropped):
        start, end = lines[number]
        if sure < CERTAIN:
            message = "a number alone in the midst of prose is read as the number of a page"
            yield Finding(start, end, "doubtful", message, sure, {"was": value, "now": ""})
            if context.profile.strict:
                continue
        edit = drop_line(text, start, end, "page-number", sure, after=last)
        last = edit.end
        yield edit
        if len(lines) > 1:
            yield Mark(start, start, "page-break", {"number": value})


_BARS: Final = frozenset("|｜")


def _stands_in_bars(text: str, lines: Sequence[_Line], number: int) -> bool:
    """Tell whether the lines around a number with a bar have bars at their edges too: cells of a table, a line each."""
    near = (*lines[max(0, number - 2) : number], *lines[number + 1 : number + 3])
    return any(text[start] in _BARS or text[end - 1] in _BARS for start, end in near)


LONGEST_NUMBER: Final = 24
"""Characters of the longest page number there is (第 123 页，共 1234 页, spaced)."""


def _tables(context: Context) -> list[tuple[int, int]]:
    return [mark.span for mark in context.marks if mark.kind == "table" and mark.start < mark.end]


def _inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _beside_form_feed(text: str, lines: Sequence[_Line], number: int) -> bool:
    """Tell whether a line is the first or the last on its page."""
    before = lines[number - 1].end if number else 0
    after = lines[number + 1].start if number + 1 < len(lines) else len(text)
    line = lines[number]
    return text.find("\f", before, line.start) >= 0 or text.find("\f", line.end, after) >= 0


def _rising(text: str, lines: Sequence[_Line], bare: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Find the bare numbers that rise by one, page by page, and those that stand inside a torn sentence.

    Each with its line, its value, and per mille how sure it is.
    """
    rows: list[list[tuple[int, int]]] = []
    for number, value in bare:
        for row in rows[-LONGEST_MEMORY:]:
            last_number, last_value = row[-1]
            # The last page may be nearly empty.
            least = LEAST_LINES if number + 1 < len(lines) or len(row) < LEAST_ROW else 1
            if value == last_value + 1 and number - last_number >= least:
                row.append((number, value))
                break
        else:
            rows.append([(number, value)])
    found: list[tuple[int, int, int]] = []
    for row in rows:
        torn = [(*entry, sure) for entry in row if (sure := _stands_in_sentence(text, lines, entry[0]))]
        sizes = sorted(lines[after].start - lines[before].end for (before, _), (after, _) in pairwise(row))
        whole = _has_prose(lines, row) and (
            sizes[len(sizes) // 2] >= SHORTEST_PAGE or LEAST_TORN * len(torn) >= len(row)
        )
        # Among many bare numbers, the cells of a table, only what a word proves is a page's.
        few = len(bare) < LEAST_ROW
        found += (
            [(*entry, CERTAIN) for entry in row] if whole else [t for t in torn if few or t[2] == CERTAIN]
        )
        if len(rows) == 1 and len(row) == 1 and not torn and row[0][1] >= LEAST_PAGE:
            number, value = row[0]
            if _stands_between_paragraphs(text, lines, number):
                found.append((number, value, BETWEEN))
    return found


def _has_prose(lines: Sequence[_Line], row: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a row of numbers is long enough, and half of it stands beside lines that are no cells of a table."""
    if len(row) < LEAST_ROW:
        return False
    beside = sum(
        any(
            end - start >= LEAST_PROSE
            for start, end in (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2])
        )
        for at, _ in row
    )
    return 2 * beside >= len(row)


BETWEEN: Final = 800
"""Confidence, per mille, that the one lone number of a text, between two paragraphs of prose, is a page's."""


SHORTEST_PAGE: Final = 350
"""Characters that a page in the middle of the row has. The numbered rows of a table whose cells stand a line each are
150 to 250 characters apart (国办发〔2020〕3号, appendix)."""

LEAST_TORN: Final = 3
"""Of so many page numbers one at least stands in the middle of a sentence."""

_FLOWS: Final = re.compile("[，。；、]")


def _stands_in_sentence(text: str, lines: Sequence[_Line], number: int) -> int:
    """Tell per mille how sure it is that a line stands between two halves of a sentence: …办就⏎1⏎办好…; 0 for not.

    A number of the sentence's own, which tags put on a line, has before it what wants a figure or behind it a unit.
    """
    if not 0 < number < len(lines) - 1:
        return 0
    before, after = lines[number - 1], lines[number + 1]
    left, right = text[before.end - 1], text[after.start]
    if is_han(left) and tears_word(left, right):
        return CERTAIN
    if begins_with_label(text, after.start) or _COUNTED.match(text, after.start):
        return 0
    flows = [_FLOWS.search(text, line.start, line.end) is not None for line in (before, after)]
    wanted = WANTS_FIGURE.search(text[max(before.start, before.end - 2) : before.end]) is not None
    if right in CLOSING:
        # What a number at a clause's end would say, the words before it ask for: 增长⏎8⏎，….
        return LONE_NUMBER if (is_han(left) or left in "%％") and flows[0] and not wanted else 0
    if not (is_han(right) or right in OPENING):
        return 0
    if left in "，、" or left in OPENING:
        return CERTAIN if all(flows) else 0
    if not (is_han(left) or left in "”》）") or not any(flows):
        return 0
    weight = goes_on(left, right)
    if is_han(left) and all(flows) and weight > LIKELY_TORN:
        return CERTAIN
    if wanted or not flows[1] or not (flows[0] or is_han(left)) or before.end - before.start < LEAST_HALF:
        return 0
    return LONE_NUMBER if weight > (LEAST_LIKELY if flows[0] else 0) else 0


def _stands_between_paragraphs(text: str, lines: Sequence[_Line], number: int) -> bool:
    """Tell whether a line stands between the end of one paragraph and the beginning of another, both of prose."""
    if not 0 < number < len(lines) - 1:
        return False
    before, after = lines[number - 1], lines[number + 1]
    return (
        text[before.end - 1] in "。；！"
        and all(
            line.end - line.start >= LEAST_PROSE and _FLOWS.search(text, line.start, line.end - 1)
            for line in (before, after)
        )
        and _NOTE.match(text, after.start) is None
    )


LEAST_PROSE: Final = 20
"""Characters of a line above and below a number that is a page's."""

LEAST_PAGE: Final = 3
"""A lone 1 or 2 above a paragraph may be its own number."""

LEAST_LIKELY: Final = -400
"""Hundredths of a nat; see ``goes_on``. Between two lines with commas hardly a place inside sentences weighs less."""

_NOTE: Final = re.compile("[参详]?见|引自|转引|注|[资数][料据]来源|[《“]")
"""What a note at a page's foot begins with, below its number."""

LEAST_HALF: Final = 12
"""Characters before the number; a cell of a table is shorter."""

LONE_NUMBER: Final = 900
"""Confidence, per mille, that it is a page's number where neither word nor sentence proves it."""

_COUNTED: Final = re.compile(
    "[余多万亿千百几]?(?:[个名项户次元倍吨亩天周日号月年岁套台座辆所批件份种类级层位条处栋间对组%％‰万亿千百]"
    "|人(?![均民大才口员])|家(?![庭乡园居])|期(?![间待])|站|村(?![镇级民庄])|乡(?![村镇])|镇(?![区村])|县(?![域级城])"
    "|市(?![场民区域])|区(?![域位划])|公里|平方|立方|小时|分钟|千瓦|公顷|大(?![数力型幅量会局众学家])"
    "|强(?![化领调力制劲烈]))"
)
"""What a number that was set apart would count."""


LIKELY_TORN: Final = 300
"""Hundredths of a nat; see ``goes_on``."""

LONGEST_MEMORY: Final = 8
"""Rows that are still looked at; a table of bare numbers must not make the search quadratic."""


def drop_line(
    text: str, start: int, end: int, rule: str, confidence: int = CERTAIN, *, after: int = 0
) -> Edit:
    """Take out a line with its own line end, so that its neighbours keep the break between them.

    ``after`` is where what was taken out before it ends: of two lines at the end of a text the first takes the break
    between them, and the second leaves the one before the first.
    """
    while start > 0 and text[start - 1] in SPACES:
        start -= 1
    while end < len(text) and text[end] in SPACES:
        end += 1
    if end < len(text) and text[end] in BREAKS and text[end] != "\f":
        end += 2 if text.startswith("\r\n", end) else 1
    elif start > 0 and text[start - 1] == "\n" and end == len(text):
        start -= 1
    return Edit(max(start, after), end, "", rule, confidence)


LEAST_REPEATS: Final = 3
"""A line that stands at so many page breaks is a running head. Two chapters may share a heading; three do not, at
the edge of a page each time."""

LEAST_SHARE: Final = 4
"""It stands at one in so many page breaks at least: a head on every other page of a volume with a few blank ones."""

SHORTEST_HEAD: Final = 4
"""Characters; shorter lines at the edge of a page are cells of a table (行政, 合计)."""

LONGEST_HEAD: Final = 60
"""Characters; longer ones are sentences."""

LONGEST_ADDRESS: Final = 300
"""Characters of the address that a browser prints on every page."""

EDGE_LINES: Final = 3
"""A running head is among the first or the last so many lines of its page: browsers print date, name and address."""

_FIGURES: Final = re.compile(r"[0-9０-９]+")
_ENDS_SENTENCE: Final = frozenset("。；，！？：、")


def drop_running_heads(text: str, context: Context) -> Iterator[Edit]:
    """Take out the lines that repeat at the edges of pages. Without page breaks to be seen nothing is dropped."""
    breaks = sorted(
        {mark.start for mark in context.marks if mark.kind == "page-break"}
        | ({found.start() for found in re.finditer("\f", text)} if "\f" in context.alphabet else set())
    )
    if len(breaks) < LEAST_REPEATS:
        return
    lines = _lines(text)
    tables = _tables(context)
    at_edge = {0} if lines else set[int]()
    number = 0
    for place in breaks:
        while number < len(lines) and lines[number].start < place:
            number += 1
        at_edge.update(range(max(0, number - EDGE_LINES), min(len(lines), number + EDGE_LINES)))
    keys: dict[int, str] = {}
    for candidate in at_edge:
        start, end = lines[candidate]
        longest = LONGEST_ADDRESS if text.startswith("http", start) else LONGEST_HEAD
        if end - start <= longest and text[end - 1] not in _ENDS_SENTENCE and not _inside(tables, start):
            key = _FIGURES.sub("0", "".join(text[start:end].split()))
            if len(key) >= SHORTEST_HEAD and not _among_cells(lines, candidate):
                keys[candidate] = key
    counts = Counter(keys.values())
    last = 0
    for candidate, key in sorted(keys.items()):
        # The first line of all is the title that the head repeats, or the head's first place: it stays.
        if candidate and counts[key] >= max(LEAST_REPEATS, len(breaks) / LEAST_SHARE):
            start, end = lines[candidate]
            edit = drop_line(text, start, end, "running-head", after=last)
            last = edit.end
            yield edit


CELL: Final = 8
"""Characters. A line whose neighbours are all this short stands in a table."""


def _among_cells(lines: Sequence[_Line], number: int) -> bool:
    near = [*lines[max(0, number - 3) : number], *lines[number + 1 : number + 4]]
    return len(near) > EDGE_LINES and all(line.end - line.start <= CELL for line in near)
