"""An edition as a person reads it: Markdown, and its outline as a tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ..edition import Edition, Mark, Metadata, Section, Years

HEADING_COLUMNS: Final = 72
"""Columns of the tree and its headings; a longer heading is cut with …, so that spans stand in one column."""

_OWN_HEADING: Final = frozenset(("part", "chapter", "section", "appendix", "table"))
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")
_LINE_START: Final = re.compile(r"^(\d{1,9})([.)] )|^([-+=])(?= |$)")
_KINDS: Final = {
    "work-report": "government work report",
    "department-report": "department's report",
    "communique": "statistical communiqué",
    "plan": "plan",
    "notice": "notice",
    "opinions": "opinions",
    "regulation": "regulation",
    "other": "document",
}


def to_markdown(edition: Edition) -> str:
    """Give an edition as CommonMark with pipe tables: sections as headings, headings of points in bold.

    The text is the clean text, paragraph by paragraph; what Markdown would read as markup is escaped.
    """
    text = edition.text
    tables = {mark.start: mark for mark in edition.marks if mark.kind == "table" and mark.data.get("rows")}
    starts: dict[int, list[Section]] = {}
    line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
    number = 0
    for section in edition.sections[1:]:
        while number + 1 < len(line_starts) and line_starts[number + 1] <= section.span[0]:
            number += 1
        starts.setdefault(number, []).append(section)
    out: list[str] = []
    skip_to = 0
    title_from, title_to = _title_span(edition)
    for number, start in enumerate(line_starts):
        end = line_starts[number + 1] - 1 if number + 1 < len(line_starts) else len(text)
        if start < skip_to or start == end:
            continue
        if start in tables:
            out.append(_table(tables[start]))
            skip_to = tables[start].end
        elif title_from <= start < title_to:
            out.append("# " + _escape(text[start:end]))
        else:
            out.extend(_line(text, start, end, starts.get(number, [])))
    return "\n\n".join(out) + "\n" if out else ""


def _title_span(edition: Edition) -> tuple[int, int]:
    at = edition.metadata.evidence.get("title")
    return at if isinstance(at, tuple) else (-1, -1)


def _line(text: str, start: int, end: int, sections: list[Section]) -> Iterator[str]:
    """A line in blocks: a heading for each section that begins it, then its paragraph, points in bold."""
    at = start
    pieces: list[str] = []
    for section in sections:
        if section.label is None and section.kind == "part":
            if section.heading:
                yield "#" * min(section.level + 1, 6) + " " + _escape(section.heading)
            continue
        head_end = _heading_end(text, section, end)
        printed = text[section.span[0] : head_end]
        if section.span[0] == at and not pieces and (section.kind in _OWN_HEADING or head_end >= end):
            yield "#" * min(section.level + 1, 6) + " " + _escape(printed.rstrip("。 "))
            at = head_end + (text[head_end : head_end + 1] in ("。", " "))
            continue
        pieces.append(_escape(text[at : section.span[0]], first=not pieces))
        if printed.strip():
            pieces.append(f"**{_escape(printed)}**")
        at = head_end
    pieces.append(_escape(text[at:end], first=not pieces))
    paragraph = "".join(pieces).strip()
    if paragraph:
        yield paragraph


def _heading_end(text: str, section: Section, end: int) -> int:
    """Where label and heading end on their line, without the stop."""
    if section.heading is None:
        return section.span[0] + len(section.label or "")
    found = text.find(section.heading, section.span[0], end)
    return min(end, found + len(section.heading)) if found >= 0 else end


def _escape(text: str, *, first: bool = True) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    return (
        _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped) if first else escaped
    )


def _table(mark: Mark) -> str:
    rows = [[_escape(str(cell)).replace("\n", "<br>") for cell in row] for row in mark.data["rows"]]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def to_outline(edition: Edition) -> str:
    """Give the outline as a tree: label and heading, what looks back or ahead, span and length of each section."""
    sections = edition.sections
    children: dict[str, list[Section]] = {}
    for section in sections[1:]:
        children.setdefault(section.parent or "", []).append(section)
    rows: list[tuple[str, Section]] = []
    _grow(children, edition.text, sections[0].id, rows)
    spans = [f"{section.span[0]}–{section.span[1]}" for _, section in rows]
    lengths = [f"{section.span[1] - section.span[0]:,}" for _, section in rows]
    wide = max((len(span) for span in spans), default=0)
    long = max((len(length) for length in lengths), default=0)
    columns = min(max((_width(told) for told, _ in rows), default=0), HEADING_COLUMNS)
    out = [edition.title or "(no title)", _about(edition)]
    for (told, section), span, length in zip(rows, spans, lengths, strict=True):
        out.append(
            f"{_fit(told, columns)}  {section.role or '':6}  {span:>{wide}}  {length:>{long}}".rstrip()
        )
    return "\n".join(out) + "\n"


def _grow(children: dict[str, list[Section]], text: str, root: str, rows: list[tuple[str, Section]]) -> None:
    pending = [(section, "", i == 0) for i, section in enumerate(reversed(children.get(root, [])))]
    while pending:
        section, indent, last = pending.pop()
        label = section.label or {"part": "◆", "heading": "·"}.get(section.kind, "")
        start = section.span[0] + len(section.label or "")
        # A node without a heading is told by how it begins.
        told = section.heading or f"({text[start : start + 16].split(chr(10), maxsplit=1)[0].strip()}…)"
        rows.append((f"{indent}{'└─' if last else '├─'} {label} {told}".rstrip(), section))
        below = indent + ("   " if last else "│  ")
        pending += [(child, below, i == 0) for i, child in enumerate(reversed(children.get(section.id, [])))]


def _about(edition: Edition) -> str:
    metadata: Metadata = edition.metadata
    told = [_KINDS.get(metadata.kind, metadata.kind)]
    if metadata.region:
        told.append(metadata.region.name)
    told += metadata.issuers
    if metadata.number:
        told.append(metadata.number)
    if metadata.issued_on:
        told.append(metadata.issued_on)
    if metadata.covers:
        told.append(f"covers {_years(metadata.covers)}")
    if metadata.plans:
        told.append(f"plans {_years(metadata.plans)}")
    told.append(f"{len(edition.text):,} characters, {len(edition.sections) - 1} sections")
    return " · ".join(told)


def _years(years: Years) -> str:
    return str(years.first) if years.first == years.last else f"{years.first}–{years.last}"


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
