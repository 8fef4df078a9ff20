"""Tables of contents leave the text: their headings stand again where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...edition import Edit
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .lines import split_lines
from .pages import drop_line
from .signs import NUMERALS, SPACES, begins_with_label
from .signs import SENTENCE as _SENTENCE

_LEADERS: Final = ".．·…﹒‥・"
_RULES: Final = "_-─"
"""Leaders that are blanks to fill in and hyphens as well: a heading with a label must stand before them."""
_SPACES: Final = "".join(sorted(SPACES))
_PAGE: Final = re.compile(r"[（(\-—]?[0-9０-９]{1,4}[）)\-—]?\Z|[ivxIVXⅰ-ⅻⅠ-Ⅻ]{1,5}\Z")
_TITLE: Final = re.compile(rf"[目][{_SPACES}]*[录錄次]\Z")
_TITLE_LINE: Final = re.compile(rf"目[{_SPACES}]*[录錄次][{_SPACES}\r]*$", re.MULTILINE)
_LEADER_SIGNS: Final = Words.everywhere(
    ("....", "．．．．", "····", "……", "﹒﹒﹒﹒", ". . . .", "・・・・", "____", "----", "- - - -", "────")
)
LEAST_LEADERS: Final = 4
"""Dots between a heading and its page; … counts for three."""

LEAST_ENTRIES: Final = 3
"""Headings that stand under 目录 and again later, from which on the list is a table of contents."""

LONGEST_CONTENTS: Final = 400
"""Lines."""


_TITLED: Final = Words.everywhere([f"目{sign}" for sign in sorted({*"录錄次", *SPACES})])
SIGNS: Final = Words.everywhere((*_TITLED.spelled, *_LEADER_SIGNS.spelled))
"""What every table of contents has: a title, or leaders."""


def drop_contents(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Take out tables of contents: lines with dot leaders, and a list under 目录 whose headings come again."""
    near = neighbours_of(text)
    titled = bool(near.among(_TITLED))
    leaders = bool(near.among(_LEADER_SIGNS))
    if not leaders and not (titled and _has_title(text)):
        return
    if is_listing(text):
        return
    lines = []
    for start, end in split_lines(text):
        line = text[start:end].strip(_SPACES)
        if line:
            lines.append((start + text[start:end].index(line), line))
    dropped = {number for number, (_, line) in enumerate(lines) if leaders and is_entry(line)}
    dropped |= _torn_entries([line for _, line in lines], sorted(dropped))
    for number, (_, line) in enumerate(lines):
        if titled and _TITLE.match(line) is not None:
            block = _block(lines, number, dropped)
            if block:
                dropped |= block
                dropped.add(number)
    last = 0
    for number in sorted(dropped):
        start, line = lines[number]
        edit = drop_line(text, start, start + len(line), "contents", after=last)
        last = edit.end
        yield edit


def _has_title(text: str) -> bool:
    for found in _TITLE_LINE.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        if not text[start : found.start()].strip(_SPACES + "\f"):
            return True
    return False


_DECIMAL: Final = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}(?!\d)")


def is_entry(line: str) -> bool:
    """Tell whether a line is a heading, dots, and the number of a page."""
    page = _PAGE.search(line)
    if page is None:
        return False
    body = line[: page.start()].rstrip(_SPACES)
    heading = body.rstrip(_LEADERS + _SPACES)
    if body[-1:] in _RULES:
        heading = body.rstrip(_RULES + _SPACES)
        if not (begins_with_label(heading) or _DECIMAL.match(heading)) or "：" in heading:
            return False
    dots = body[len(heading) :]
    return len(dots.replace("…", "...").translate(_NO_SPACES)) >= LEAST_LEADERS and heading != ""


_PARTS: Final = re.compile(
    rf"第[{NUMERALS}\d]{{1,6}}[编篇章节条]|[0-9０-９]{{1,4}}|.*[{re.escape(_LEADERS)}][{_SPACES}]*[0-9０-９]{{1,4}}"
)
"""Parts of an entry on lines of their own: its label, its page, a heading so long that few dots have room."""

LONGEST_TEAR: Final = 3
"""Lines between two entries that may be parts of one: label, heading, page."""


def _torn_entries(lines: Sequence[str], entries: Sequence[int]) -> set[int]:
    """Give the lines between entries that a converter tore off an entry: its label, its page, its heading.

    A heading is known by standing again behind the table, there perhaps over two lines.
    """
    found: set[int] = set()
    later: str | None = None
    for before, after in zip(entries, entries[1:], strict=False):
        between = range(before + 1, after)
        if not 0 < len(between) <= LONGEST_TEAR:
            continue
        if later is None:
            later = "".join(_key(line) for line in lines[entries[-1] + 1 :])
        if all(_PARTS.fullmatch(lines[number]) or _key(lines[number]) in later for number in between):
            found.update(between)
    return found


_PAGED: Final = re.compile(
    rf"[^。！？；]{{2,60}}?(?:[{_SPACES}]*[（(](?P<bracketed>[0-9０-９]{{1,3}})[）)]|[{_SPACES}]+(?P<bare>[0-9０-９]{{1,3}}))"
)
"""A heading and its page, in brackets or behind a gap: 一、发展基础 (3)."""
LEAST_PAGED: Final = 4
"""Such lines under 目录, their pages rising, that need not come again to be known."""
LONGEST_PART: Final = 30
"""Characters of a heading among them without a page of its own: 第一部分 总体情况."""


def _paged(lines: Sequence[tuple[int, str]], first: int, last: int) -> set[int]:
    """Give the lines from ``first`` on that are headings with rising pages, and headings between."""
    page = count = labelled = 0
    end = first
    for number in range(first, last):
        line = lines[number][1]
        found = _PAGED.fullmatch(line)
        if found is None:
            if len(line) > LONGEST_PART or _SENTENCE.search(line) is not None:
                break
            continue
        here = int(found["bracketed"] or found["bare"])
        if here < page:
            break
        page, count, end = here, count + 1, number + 1
        labelled += found["bare"] is None or begins_with_label(line)
    # 2021年 12, 2022年 15 are figures; headings with a bare page have labels.
    return set(range(first, end)) if count >= LEAST_PAGED and labelled * 2 >= count else set()


_NO_SPACES: Final = {ord(space): None for space in SPACES}


def _block(lines: Sequence[tuple[int, str]], title: int, entries: set[int]) -> set[int]:
    """Give the lines under a title 目录 that are its contents."""
    number = title + 1
    if number in entries:
        return {number}
    last = min(len(lines), title + LONGEST_CONTENTS)
    if number >= last:
        return set()
    paged = _paged(lines, number, last)
    if paged:
        return paged
    first = _key(lines[number][1])
    end = next((other for other in range(number + 1, last) if _key(lines[other][1]) == first), 0)
    if end - number < LEAST_ENTRIES:
        return set()
    later = {_key(line) for _, line in lines[end:]}
    again = sum(1 for other in range(number, end) if _key(lines[other][1]) in later)
    return set(range(number, end)) if again * 10 >= (end - number) * 9 else set()


def _key(line: str) -> str:
    """Fold a heading: without spaces and without the page number behind it."""
    page = _PAGE.search(line)
    if page is not None and line[: page.start()][-1:] in SPACES:
        line = line[: page.start()]
    return line.rstrip(_LEADERS + _SPACES).translate(_NO_SPACES)
