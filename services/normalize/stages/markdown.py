"""Markdown: what its markup meant stays as marks, the markup itself goes (CommonMark 0.31, GFM tables).

Only in a source that is Markdown: in a plain report a line may begin with ``#`` or ``>`` for reasons of its own.
Emphasis is not dealt with here: it stands in plain texts too, and beside Chinese CommonMark's rule for it fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Mark
from ..stage import Context

_LINE: Final = re.compile(r"[^\n]*\n?")
_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t\u3000]+|$)")
_CLOSING: Final = re.compile(r"[ \t\u3000]+#+[ \t\u3000]*$")
_RULE: Final = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,}|={2,} *|-{2,} *)$")
_FENCE: Final = re.compile(r" {0,3}(?:`{3,}|~{3,})[^`]*$")
_QUOTE: Final = re.compile(r" {0,3}(?:> ?)+")
_BULLET: Final = re.compile(r"[ \t]*[-*+][ \t]+(?=\S)")
_DELIMITER: Final = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_PIPE: Final = re.compile(r"(?<!\\)\|")
LONGEST_COMMENT: Final = 4000
"""Characters; behind what opens a longer one, text goes on."""
_LINK: Final = re.compile(
    r"(!?)\[([^\[\]\n]{0,300})\]\((<[^<>\n]{0,500}>|[^\s()]{1,500})(?:[ \t]+\"[^\"\n]{0,200}\")?\)"
)
_FRONT_MATTER: Final = re.compile(
    r"\A---\n(?:[A-Za-z_][\w-]*:[^\n]*\n|[ \t]*-[ \t][^\n]*\n|[ \t]+[^\n]*\n){1,60}---\n"
)


def take_off_markdown(text: str, context: Context) -> Iterator[Edit | Mark]:
    """Take off headings' #, rules, fences, quotes, bullets, tables' pipes, comments and links' addresses."""
    if context.media_type != "text/markdown":
        return
    taken = 0
    front = _FRONT_MATTER.match(text)
    if front:
        yield Edit(0, front.end(), "", "front-matter")
        taken = front.end()
    comments = list(_comments(text, taken))
    for start, end in comments:
        yield Edit(start, end, "", "comment")
    for start, end in _outside(text, taken, comments):
        yield from _lines(text, start, end)


def _comments(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Find the comments with the ends of their lines; what opens none costs a look at a page."""
    at = text.find("<!--", at)
    while at >= 0:
        end = text.find("-->", at + 4, at + 4 + LONGEST_COMMENT + 3)
        if end >= 0:
            end += 3
            end += text[end : end + 1] == "\n"
            yield at, end
        at = text.find("<!--", max(end, at + 4))


def _outside(text: str, at: int, holes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in holes:
        if at < start:
            yield at, start
        at = end
    if at < len(text):
        yield at, len(text)


def _lines(text: str, start: int, end: int) -> Iterator[Edit | Mark]:
    lines = [found.span() for found in _LINE.finditer(text, start, end) if found.group()]
    number = 0
    while number < len(lines):
        low, high = lines[number]
        line = text[low:high].rstrip("\n")
        if number + 1 < len(lines) and "|" in line and _is_delimiter(text, lines[number + 1], line):
            last = number + 2
            while last < len(lines) and "|" in text[slice(*lines[last])]:
                last += 1
            yield from _table(text, lines[number:last])
            number = last
            continue
        yield from _one_line(
            text, low, high, line, previous=text[slice(*lines[number - 1])] if number else ""
        )
        number += 1


def _one_line(text: str, low: int, high: int, line: str, previous: str) -> Iterator[Edit | Mark]:
    at = 0
    quoted = _QUOTE.match(line)
    if quoted:
        yield Edit(low, low + quoted.end(), "", "quote-sign")
        at = quoted.end()
    heading = _HEADING.match(line, at)
    if heading:
        closing = _CLOSING.search(line, heading.end())
        stop = closing.start() if closing else len(line.rstrip())
        yield Edit(low + at, low + heading.end(), "", "heading-sign")
        if closing:
            yield Edit(low + stop, low + len(line), "", "heading-sign")
        if heading.end() < stop:
            yield Mark(low + heading.end(), low + stop, "heading", {"level": len(heading[1])})
        yield from _links(text, low + heading.end(), low + stop)
        return
    if _RULE.match(line, at):
        sign = line[at:].strip()[:1]
        if sign in "=-" and previous.strip() and not _HEADING.match(previous):
            start = low - len(previous)
            yield Mark(start, start + len(previous.rstrip()), "heading", {"level": 1 if sign == "=" else 2})
        elif sign == "=":
            return
        yield Edit(low + at, high, "", "rule")
        return
    if _FENCE.match(line, at):
        yield Edit(low + at, high, "", "fence")
        return
    bullet = _BULLET.match(line, at)
    if bullet:
        yield Edit(low + bullet.start(), low + bullet.end(), "", "bullet")
        yield Mark(low + bullet.end(), low + len(line), "list-item")
        at = bullet.end()
    yield from _links(text, low + at, low + len(line))


def _links(text: str, start: int, end: int) -> Iterator[Edit | Mark]:
    if text.find("](", start, end) < 0:
        return
    for found in _LINK.finditer(text, start, end):
        target = found[3].strip("<>")
        if found[1]:
            yield Edit(found.start(), found.end(), "", "image")
            yield Mark(found.start(), found.start(), "image", {"target": target, "about": found[2]})
        else:
            yield Edit(found.start(), found.start(2), "", "link")
            yield Edit(found.end(2), found.end(), "", "link")
            if found[2]:
                yield Mark(found.start(2), found.end(2), "link", {"target": target})


def _is_delimiter(text: str, span: tuple[int, int], header: str) -> bool:
    line = text[slice(*span)].rstrip("\n")
    if "-" not in line or not _DELIMITER.match(line):
        return False
    return len(_PIPE.findall(line.strip().strip("|"))) == len(_PIPE.findall(header.strip().strip("|")))


def _table(text: str, lines: list[tuple[int, int]]) -> Iterator[Edit | Mark]:
    columns = row = 0
    last = lines[-1][1]
    for number, (low, high) in enumerate(lines):
        if number == 1:
            yield Edit(low, high, "", "table-rule")
            continue
        line = text[low:high].rstrip("\n")
        bars = [found.start() for found in _PIPE.finditer(line)]
        inner_start = len(line) - len(line.lstrip())
        inner_end = len(line.rstrip())
        cells: list[tuple[int, int]] = []
        at = inner_start
        for bar in [*bars, inner_end]:
            cells.append((at, bar))
            at = bar + 1
        if bars and bars[0] == inner_start:
            cells = cells[1:]
        if bars and bars[-1] == inner_end - 1:
            cells = cells[:-1]
        before = 0
        for column, (start, end) in enumerate(cells):
            content = line[start:end].strip()
            first = line.index(content, start) if content else start
            gap = "\t" if column else ""
            if line[before:first] != gap:
                yield Edit(low + before, low + first, gap, "table-bar")
            if content:
                yield Mark(low + first, low + first + len(content), "cell", {"row": row, "column": column})
            before = first + len(content)
        if before < len(line):
            yield Edit(low + before, low + len(line), "", "table-bar")
        columns = max(columns, len(cells))
        row += 1
    yield Mark(lines[0][0], last, "table", {"columns": columns, "height": row})
