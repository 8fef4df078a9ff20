"""Hard wraps: lines that a page or a converter broke are joined; a line that ends a paragraph stays the end of one.

Two kinds of evidence are weighed. The document's own: where its lines fill a measure and break off in mid-sentence,
a full line goes on in the next. And the tear itself, which needs no statistics: a comma or an opening bracket before
it, a closing mark behind it, a word that it cuts in two (``tears``). Across an empty line only the tear itself counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .apart import ends_around_inline, ends_behind_torn_indents, may_be_inline
from .chinese import is_japanese_or_korean, is_listing
from .cohesion import goes_on, tears_word
from .line_units import (
    HEAD,
    INDENTS,
    LONG_LINE,
    Unit,
    as_read_again,
    cells_of,
    is_prose,
    line_unit,
    merge,
    units_of,
)
from .measures import (
    LEAST_INDENT,
    NARROWEST,
    OVERHANG,
    WIDEST,
    Layout,
    begins_with_topic,
    layout_of,
    slack_of,
)
from .openings import (
    DATELINE,
    FIELD,
    KNOWN_FIELD,
    LONGEST_NOTICE,
    NOTICE_ALONE,
    NUMBER_LINE,
    POINT,
    SALUTATION,
    has_label,
    is_header,
    is_heading_line,
    is_numbered,
    is_salutation,
    may_be_title_of_two_lines,
)
from .seams import close_seam
from .signs import CLOSING, HAN, NUMERALS, OPENING, SPACES, TERMINAL, begins_with_label
from .tears import (
    OPENED,
    SHORTEST,
    are_parted,
    begins_with_year,
    ends_as_line,
    ends_in_session,
    heading_ends,
    is_torn,
    verses,
)

_HAN: Final = re.compile(f"[{HAN}]")
_INLINE_LABEL: Final = re.compile(
    rf"(?:^|[，。；：])(?:[{NUMERALS}]{{1,3}}[是要]|首先|其次|再次|最后|第[{NUMERALS}]{{1,3}}|其[一二三四五六七八九])\Z"
)
PARAGRAPHS_KNOWN: Final = frozenset(
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/pdf")
)
"""DOCX has paragraphs; those of a PDF are joined by its reader (ADR 0063). A page may be torn by its <br>s."""


def join_torn_lines(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Join the lines that are one paragraph: 产⏎⏎业集群 → 产业集群.

    Not where the format says itself what a paragraph is, or its reader joined lines by geometry.
    """
    if context.media_type in PARAGRAPHS_KNOWN:
        return
    # The emphasis of a page comes from its elements: where it ends with a paragraph, nothing is torn.
    bold_seams = _torn_bold(text, context) if context.media_type != "text/html" else frozenset[int]()
    if not bold_seams and not _may_be_torn(text, context):
        return
    units = units_of(text, context)
    if len(units) < 2 or is_japanese_or_korean(text) or is_listing(text):
        return
    layout = layout_of(units)
    verse = verses(units)
    openings, proved = ends_behind_torn_indents(units)
    for _ in range(ROUNDS):
        joined: list[Unit] = []
        cells = cells_of(units)
        torn = bold_seams | openings | ends_around_inline(text, units)
        here = units[0]
        for number in range(1, len(units)):
            after = units[number]
            if here.end in torn or (
                here.end not in verse
                and not (cells[number - 1] and cells[number])
                and _belongs(text, here, after, layout)
            ):
                sure = layout.indented or (proved and here.end in openings)
                yield from close_seam(text, here, after, sure=sure)
                here = merge(here, after)
            else:
                joined.append(here)
                here = after
        joined.append(here)
        if len(joined) == len(units):
            break
        # A paragraph that came together may show its own end torn: what a second reading would join, join now.
        units = [as_read_again(unit) for unit in joined]
        layout = layout_of(units)


def _torn_bold(text: str, context: Context) -> frozenset[int]:
    """Give the line ends inside a bold run-in heading: `**创新能力明**⏎⏎**显增强。**新认定`.

    A page that tears such a heading has it closed before the tear and opened behind it. Two bold lines of a title are
    bold to their ends; here the second run goes over into the plain text of its line.
    """
    bold = sorted(mark.span for mark in context.marks if mark.kind == "bold")
    return frozenset(
        end
        for (_, end), (start, stop) in zip(bold, bold[1:], strict=False)
        if "\n" in text[end:start]
        and not text[end:start].strip()
        and text[end - 1] not in TERMINAL
        and text[stop : stop + 1].strip()
        and not begins_with_label(text[start : start + HEAD])
    )


ROUNDS: Final = 4
"""Two suffice on all material seen; a bound keeps the cost a straight line."""

_CANDIDATE: Final = re.compile(
    r"\n(?:(?<![。！？；：…”）》\n]\n)|(?=[ \t\u3000\r\n\f]{0,64}[。，、；：！？》）”]))"
)
"""A line end without a full stop before it, or with a closing mark behind it. It begins with a letter of its own, so
that it is searched for at the speed of C."""


_INDENTED_ENDS: Final = Words.everywhere([f"{indent}\n" for indent in sorted(INDENTS)])
_INDENTS: Final = Words.everywhere(["\n\u3000", "\n  "])
_PAGE_BREAKS: Final = frozenset("\r\f\x0b\x85\u2028\u2029")


def _may_be_torn(text: str, context: Context) -> bool:
    """Tell cheaply that nothing is torn: the common case, a paragraph a line and headings between.

    Only the line ends without a full stop are looked at, each with its two lines; what could be a hard-wrapped
    document or a torn line goes the long way.
    """
    if not context.alphabet.isdisjoint(_PAGE_BREAKS) or any(m.kind == "page-break" for m in context.marks):
        return True
    near = neighbours_of(text)
    if near.among(_INDENTED_ENDS):
        return True
    wrapped = 0
    narrow = max(map(len, text.split("\n"))) <= WIDEST
    maybe = Layout(prose_indented=bool(near.among(_INDENTS)), narrow=narrow)
    for found in _CANDIDATE.finditer(text):
        low = found.start()
        start = text.rfind("\n", 0, low) + 1
        while low > start and text[low - 1] in SPACES:
            low -= 1
        while start < low and text[start] in SPACES:
            start += 1
        if start == low:
            continue  # an empty line: a million of them are looked at once, not each time to their end
        high = low + 1
        while high < len(text) and (text[high] == "\n" or text[high] in SPACES):
            high += 1
        if high == len(text):
            break
        end = text.find("\n", high)
        if end < 0:
            end = len(text)
        while end > high and text[end - 1] in SPACES:
            end -= 1
        if may_be_inline(text, high, end):
            return True
        if end - high <= WIDEST and low - start <= WIDEST and 2 * (low - start) >= NARROWEST:
            wrapped += 1
        # In a narrow text a line may go on in one that is no wider, whatever its edges (see ``is_torn``).
        wider = end - high > 2 * (low - start) + NARROWEST or 2 * (low - start) < NARROWEST
        if (
            (wider or not narrow)
            and not (maybe.prose_indented and text[high - 1] == "\n")
            and _are_two(text, start, low, high, end)
        ):
            continue
        before, after = (
            line_unit(text, start, low),
            line_unit(text, high, end, empty_before=text.count("\n", low, high) - 1),
        )
        if text[high - 1] != "\n":
            after = after._replace(indent=LEAST_INDENT)
        if _belongs(text, before, after, maybe):
            return True
    return wrapped >= LEAST_WRAPPED and wrapped * 2 >= text.count("\n") // 2


_ENDS_INLINE_LABEL: Final = frozenset(f"{NUMERALS}是要先次后")
_JOINS: Final = OPENING | frozenset("，、,—")


def _are_two(text: str, start: int, low: int, high: int, end: int) -> bool:
    """Tell by little that the line from ``start`` to ``low`` and the one from ``high`` to ``end`` are no paragraph.

    It looks at what ``_belongs`` decides by where no measure is known, and leaves to that whatever is not plain.
    """
    left, right = text[low - 1], text[high]
    if right in CLOSING or left in _JOINS:
        return False
    for opening, closing in OPENED:
        opened = text.rfind(opening, start, low)
        if opened >= 0 and opened > text.rfind(closing, start, low):
            return False
    if left not in _ENDS_INLINE_LABEL:
        if are_parted(left, right):
            return True
        whole = low - start > SHORTEST and end - high > SHORTEST and not is_prose(text[start:low])
        if whole and heading_ends(left, right) and (not right.isdigit() or begins_with_year(text, high)):
            return True
    return has_label(text[high : min(high + HEAD, end)])


LEAST_WRAPPED: Final = 2
"""Lines without a full stop before a line that is no longer than they may be."""


def _belongs(text: str, here: Unit, after: Unit, layout: Layout) -> bool:
    """Tell whether ``after`` goes on with the paragraph of ``here``."""
    if here.guarded or after.guarded or not (here.chinese or after.chinese):
        return False
    if here.length <= LONGEST_NOTICE and text[here.start : here.end] in NOTICE_ALONE:
        return False
    if not here.prose and DATELINE.match(after.head):
        return False
    left, right = here.tail[-1], after.head[0]
    if after.length <= LONGEST_NUMBER and after.head.isdigit() and not left.isdigit():
        return False  # a page's number, a cell, or a figure that is read with the line below it (``apart``)
    ended = _TERMINATED.search(here.tail) is not None
    if right in CLOSING and right != "…":
        return _closes(text, here, after, ended=ended)
    if left in OPENING or (here.flowing and here.tail.endswith("——")):
        return True
    # The empty lines around a page number divide nothing where lines are known to be full.
    apart = after.empty_before > 0 and not layout.spaced and not (after.page_before and layout.measures)
    label = has_label(after.head)
    if left in "，、" or (left == "," and (here.chinese or after.chinese)):
        if label and is_numbered(after.head) and (apart or not layout.measures):
            return False
        return layout.measures != () or not (is_salutation(here) or may_be_title_of_two_lines(here, after))
    if ended:
        return not apart and _flows_over(here, after, layout, label=label)
    if _INLINE_LABEL.search(here.tail):
        return not label
    filled = not apart and layout.fills(here, after) > 0
    known = KNOWN_FIELD if filled or (here.prose and after.page_before) else FIELD
    if is_header(text, here, known) or is_header(text, after, known):
        return False
    if filled:
        if SALUTATION.match(after.head) or NUMBER_LINE.match(after.head):
            return False
        if not here.prose and ends_in_session(here):
            return False
        if _REMARK.fullmatch(text, here.start, here.end) or _DATED.fullmatch(text, after.start, after.end):
            return False
        if not here.prose and _DATED.match(text, after.start, after.end):
            return False
        if layout.indented and LEAST_INDENT <= after.indent <= 8 and not after.page_before:
            return False
        if label and not (left.isdigit() and right.isdigit()):
            inside = after.indent < LEAST_INDENT if layout.indented else here.prose
            return inside and POINT.match(after.head) is not None
        return (
            layout.indented
            or here.last == layout.full_length
            or not (is_heading_line(here) and goes_on(left, right) < 0 and not tears_word(left, right))
        )
    return not label and (
        _lacks_indent(here, after, layout) or is_torn(text, here, after, narrow=layout.narrow)
    )


def _lacks_indent(here: Unit, after: Unit, layout: Layout) -> bool:
    """Tell that a page tore a paragraph: no full stop here, and no indent there where paragraphs have theirs."""
    return (
        layout.prose_indented
        and here.prose
        and here.length >= LONG_LINE
        and after.indent < LEAST_INDENT
        and after.flowing
        and _HAN.match(here.tail[-1]) is not None
        and not ends_as_line(here)
    )


LONGEST_NUMBER: Final = 4
"""Digits of the number of a page."""

_REMARK: Final = re.compile("（[^（）]+）")
_DATED: Final = re.compile(
    rf"（(?:(?:19|20)[0-9]{{2}}年[0-9]|[一二][{NUMERALS}○]{{3}}年[{NUMERALS}])[^（）]*[）日]"
)
"""What stands under a title, on lines of its own: when and by whom it was adopted."""

_TERMINATED: Final = re.compile("[。！？；：…!?;:][”’）》」』）)\"']*\\Z")
"""A full stop, also before the marks that close with it: …改变颜色了。”"""

_PAIRS: Final = {
    "”": "“",
    "’": "‘",
    "》": "《",
    "）": "（",
    "】": "【",
    "〕": "〔",
    "」": "「",
    "』": "『",
    "〉": "〈",
}


def _closes(text: str, here: Unit, after: Unit, *, ended: bool) -> bool:
    """Tell whether the mark that ``after`` begins with belongs to ``here``.

    A closing quote must have its opening one there: scanned reports begin a paragraph with ”九五”.
    """
    mark = after.head[0]
    opening = _PAIRS.get(mark)
    if opening is None:
        return not ended
    return text.rfind(opening, here.start, here.end) > text.rfind(mark, here.start, here.end)


def _flows_over(here: Unit, after: Unit, layout: Layout, *, label: bool) -> bool:
    """Tell whether a full line that ends with a full stop is nevertheless not the last of its paragraph.

    Indents tell it where paragraphs have them. Elsewhere full lines with a full stop must be more than chance has, and
    the next line full as well.
    """
    columns = layout.fills(here, after)
    if columns == 0 or (label and POINT.match(after.head) is None):
        return False
    if layout.indented:
        return after.indent < LEAST_INDENT
    if label or after.page_before or SALUTATION.match(after.head) or begins_with_topic(after.head):
        return False
    full = here.last == layout.full_length if layout.full_length else here.width >= layout.full_width
    # One such line in the whole text is believed only where the next is full as well.
    least = 0 if layout.flowing_over > 1 else columns - (slack_of(columns) if layout.flowing_over else 1)
    if layout.full_length and after.last == layout.full_length:
        return full
    return full and least <= after.width <= columns + 2 * OVERHANG
