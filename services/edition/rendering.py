"""A stored content object, told for people: as Markdown, and as an outline. Both are views; neither is an input."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

HEADING_COLUMNS: Final = 72
"""Columns of the tree and its headings; a longer heading is cut with …, so that spans stand in one column."""

DEEPEST: Final = 6
"""Markdown has six levels of headings."""

_HEADED: Final = frozenset(("part", "chapter", "section", "appendix", "table"))
"""Kinds whose run-in headings become headings too; those of points and items stay in their paragraph, in bold."""

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~])")
_LINE_START: Final = re.compile(r"^(?:([#+=-])|(\d{1,9})([.)]))(?=\s|$)")
_KINDS: Final = {
    "work-report": "government work report",
    "department-report": "department's report",
    "communique": "statistical communiqué",
}

Content = Mapping[str, Any]


def markdown(content: Content) -> str:
    """Give the edition as Markdown (CommonMark with tables): headings by level, headings of points in bold.

    The text is told line by line, so that nothing of it is lost: what follows the last point of a section, too.

    Args:
        content: a parsed content object.
    """
    text = content["text"]
    tables = {mark["span"][0]: mark for mark in content["marks"] if mark["kind"] == "table"}
    line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
    starts: dict[int, list[Content]] = {}
    number = 0
    for section in content["sections"][1:]:
        while number + 1 < len(line_starts) and line_starts[number + 1] <= section["span"][0]:
            number += 1
        starts.setdefault(number, []).append(section)
    out: list[str] = []
    title = content["title"]
    if title:
        out.append(f"# {_escape(' '.join(title.split()))}")
    at, told = title_span(content)
    skip_to = 0
    for number, start in enumerate(line_starts):
        end = line_starts[number + 1] - 1 if number + 1 < len(line_starts) else len(text)
        if start < skip_to or start == end or at <= start < told:
            continue
        if start in tables:
            out.append(_table(text, tables[start]))
            skip_to = tables[start]["span"][1]
        else:
            out.extend(_line(text, start, end, starts.get(number, [])))
    return "\n\n".join(out) + "\n"


def title_span(content: Content) -> tuple[int, int]:
    """Give where the title stands in the text; an empty span when it does not stand there."""
    evidence = content.get("metadata", {}).get("evidence", {}).get("title")
    if isinstance(evidence, (list, tuple)):
        return evidence[0], evidence[1]
    title = content["title"]
    return (0, len(title)) if title and content["text"].startswith(title) else (0, 0)


def _line(text: str, start: int, end: int, sections: list[Content]) -> Iterator[str]:
    """Tell one line in blocks: a heading for each section that begins it, then its paragraph, points in bold."""
    at = start
    pieces: list[str] = []
    for section in sections:
        begin = section["span"][0]
        if section["label"] is None and section["kind"] == "part":
            if section["heading"]:
                yield f"{_signs(section)} {_escape(section['heading'])}"
            continue
        head_end = heading_end(text, section, end)
        printed = text[begin:head_end]
        if begin == at and not pieces and (section["kind"] in _HEADED or head_end >= end):
            yield f"{_signs(section)} {_escape(printed.rstrip('。 '))}"
            at = head_end + (text[head_end : head_end + 1] in ("。", " "))
            continue
        pieces.append(_escape(text[at:begin], first=not pieces))
        if printed.strip():
            pieces.append(f"**{_escape(printed)}**")
        at = head_end
    pieces.append(_escape(text[at:end], first=not pieces))
    paragraph = "".join(pieces).strip()
    if paragraph:
        yield paragraph


def _signs(section: Content) -> str:
    level: int = section["level"]
    return "#" * min(level + 1, DEEPEST)


def heading_end(text: str, section: Content, end: int) -> int:
    """Where label and heading end on their line, without the stop."""
    begin: int = section["span"][0]
    heading: str | None = section["heading"]
    if heading is None:
        return begin + len(section["label"] or "")
    found = text.find(heading, begin, end)
    return min(end, found + len(heading)) if found >= 0 else end


def _escape(text: str, *, first: bool = True) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    return (
        _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", escaped) if first else escaped
    )


def _table(text: str, mark: Content) -> str:
    start, end = mark["span"]
    cells = mark.get("rows") or [line.split("\t") for line in text[start:end].split("\n") if line]
    rows = [[_escape(str(cell), first=False).replace("\n", "<br>") for cell in row] for row in cells]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]])


def outline_lines(content: Content) -> Iterator[str]:
    """Give the outline as a tree: title, what is known of the document, then a line a section.

    Each line tells label and heading, whether it looks back or ahead, its span, its length in characters, its id.

    Args:
        content: a parsed content object.
    """
    sections = content["sections"]
    children: dict[str, list[Content]] = {}
    for section in sections[1:]:
        children.setdefault(section["parent"], []).append(section)
    yield " ".join((content["title"] or "(no title)").split())
    yield _about(content)
    rows = list(_tree(children, content["text"], sections[0]["id"]))
    spans = [f"{section['span'][0]}–{section['span'][1]}" for _, section in rows]
    lengths = [f"{section['span'][1] - section['span'][0]:,}" for _, section in rows]
    wide, long = max(map(len, spans), default=0), max(map(len, lengths), default=0)
    columns = min(max((_width(told) for told, _ in rows), default=0), HEADING_COLUMNS)
    for (told, section), span, length in zip(rows, spans, lengths, strict=True):
        role = section["role"] or ""
        yield f"{_fit(told, columns)}  {role:6}  {span:>{wide}}  {length:>{long}}  {section['id']}"


def _tree(children: Mapping[str, list[Content]], text: str, root: str) -> Iterator[tuple[str, Content]]:
    pending = [(section, "", i == 0) for i, section in enumerate(reversed(children.get(root, [])))]
    while pending:
        section, indent, last = pending.pop()
        label = section["label"] or {"part": "◆", "heading": "·"}.get(section["kind"], "")
        start = section["span"][0] + len(section["label"] or "")
        # A section without a heading is told by how it begins.
        told = section["heading"] or f"({text[start : start + 16].partition(chr(10))[0].strip()}…)"
        yield f"{indent}{'└─' if last else '├─'} {label} {told}".rstrip(), section
        below = indent + ("   " if last else "│  ")
        pending += [
            (child, below, i == 0) for i, child in enumerate(reversed(children.get(section["id"], [])))
        ]


def _about(content: Content) -> str:
    metadata = content.get("metadata", {})
    told = [_KINDS.get(kind, kind) for kind in (metadata.get("kind"),) if kind]
    if metadata.get("region"):
        told.append(metadata["region"]["name"])
    told += metadata.get("issuers", ())
    told += [metadata[name] for name in ("number", "issued_on") if metadata.get(name)]
    for name in ("covers", "plans"):
        if years := metadata.get(name):
            first, last = years["from"], years["to"]
            told.append(f"{name} {first}" if first == last else f"{name} {first}–{last}")
    told.append(f"{len(content['text']):,} characters, {len(content['sections']) - 1:,} sections")
    return " · ".join(told)


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters and full-width marks take two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _fit(text: str, columns: int) -> str:
    width = _width(text)
    if width <= columns:
        return text + " " * (columns - width)
    kept = 0
    for at, mark in enumerate(text):
        step = 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        if kept + step > columns - 1:
            return text[:at] + "…" + " " * (columns - 1 - kept)
        kept += step
    return text
