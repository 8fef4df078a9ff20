"""A stored content object, told for people: as Markdown, and as an outline. Both are views; neither is an input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~])")
_LINE_START: Final = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s)", re.MULTILINE)

HEADED: Final = frozenset({"part", "chapter", "section", "article", "appendix", "heading"})
"""Kinds of section that stand on a line of their own and become Markdown headings; points and items run in."""

DEEPEST: Final = 6
"""Markdown has six levels of headings."""


def markdown(content: Mapping[str, Any]) -> str:
    """Give the edition as Markdown (CommonMark with tables): headings by level, run-in headings in bold.

    Args:
        content: a parsed content object.
    """
    text = content["text"]
    tables = [mark for mark in content["marks"] if mark["kind"] == "table"]
    title = content["title"]
    blocks: list[str] = []
    if title:
        blocks.append(f"# {_escape(' '.join(title.split()))}")
    # What stands between two places where a section begins or its head ends is one piece of text.
    for section, head, own in _pieces(content):
        named = text[slice(*head)].strip()
        if named and section["kind"] in HEADED:
            depth = min(section["level"] + 1, DEEPEST)
            blocks.append(f"{'#' * depth} {_escape(' '.join(named.split()))}")
            named = ""
        body = _paragraphs(text, own, tables, skip=title if section["kind"] == "report" else None)
        if named:
            first = next(body, "")
            blocks.append(f"**{_escape(named)}**{first}")
        blocks.extend(body)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _pieces(
    content: Mapping[str, Any],
) -> Iterator[tuple[Mapping[str, Any], tuple[int, int], tuple[int, int]]]:
    for section in content["sections"]:
        yield section, (section["span"][0], section["body"][0]), tuple(section["body"])


def _paragraphs(
    text: str, own: tuple[int, int], tables: list[Mapping[str, Any]], *, skip: str | None
) -> Iterator[str]:
    at, end = own
    if skip and text.startswith(skip, at):
        at += len(skip)
    for table in tables:
        start, stop = table["span"]
        if at <= start and stop <= end:
            yield from _plain(text[at:start])
            yield _table(text[start:stop])
            at = stop
    yield from _plain(text[at:end])


def _plain(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if line.strip():
            yield _escape(line.strip())


def _table(text: str) -> str:
    rows = [[_escape(cell) for cell in line.split("\t")] for line in text.split("\n") if line]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]])


def _escape(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def outline_lines(content: Mapping[str, Any]) -> Iterator[str]:
    """Give the outline, a line a section: indent by level, id, label and heading, role.

    Args:
        content: a parsed content object.
    """
    for section in content["sections"]:
        if section["kind"] == "report":
            name = content["title"] or "(no title)"
        else:
            gap = " " if section["label"] and section["heading"] and section["label"][-1].isalnum() else ""
            name = f"{section['label'] or ''}{gap}{section['heading'] or ''}"
            if not section["heading"]:
                start, end = section["body"]
                first = content["text"][start:end].partition("\n")[0]
                name += first if len(first) <= 24 else first[:23] + "…"
        role = f"  ({section['role']})" if section["role"] else ""
        yield f"{'  ' * section['level']}{' '.join(name.split())}  [{section['id']}]{role}"
