"""The article of a page that keeps it as source for a script to show, or for readers without one.

It stands in a ``<textarea>``, a script of plain text, ``<noscript>`` or ``<noframes>``.

The page is written anew at the same length, so that every place in it stays where it was: the element becomes a
division, ``&lt;p&gt;`` becomes ``<p      >``, and ``&amp;nbsp;`` becomes ``&#x0000a0;``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from .html_site import HAN
from .html_tokens import attributes, tokens
from .html_tree import Page

LEAST: Final = 80
"""Ideographs of a source that may be an article: what a comment box says in advance has 20 to 40."""
OUTWEIGHS: Final = 4
"""Times the sentences of the page that the source must have: beside an article, a box of terms stays a box."""

_HOLDERS: Final = re.compile(r"(?i)<(?:textarea|noscript|noframes)[\s>]|<script[^>]{0,200}text/plain")
_FALLBACK: Final = re.compile(r"(?i)<(?:noscript|noframes)(?:\s[^<>]{0,200})?>")
_FALLBACK_END: Final = re.compile(r"(?i)</(?:noscript|noframes)\s{0,9}>")
_TAG: Final = re.compile(r"&lt;(/?[A-Za-z](?:[^&<>]|&(?!gt;|lt;))*)&gt;")
_TWICE: Final = re.compile(r"&amp;(#?[A-Za-z0-9]{2,10};)")
_MARKUP: Final = re.compile(r"(?i)(?:<|&lt;)(?:p|br|div|section|table|span)(?:[\s/>]|&gt;)")


def with_source_opened(text: str, page: Page) -> str | None:
    """Give a page with its article's source as markup, as long as it was; None where it keeps none.

    ``page`` is the page as it stands: one that has an article of its own is left alone.
    """
    if _HOLDERS.search(text) is None:
        return None
    held = max(
        [*_sources(text), *_fallbacks(text)],
        key=lambda found: prose(text[found[1] : found[2]]),
        default=None,
    )
    if held is None:
        return None
    start, begin, stop, end = held
    weight = prose(text[begin:stop])
    if weight < LEAST or weight < OUTWEIGHS * sum(prose(block.text()) for block in page.blocks):
        return None
    source = text[begin:stop]
    name = "div" if _MARKUP.search(source) else "pre"
    source = _TWICE.sub(_once, _TAG.sub(lambda tag: f"<{tag[1]}{' ' * 6}>", source))
    opened = f"<{name}".ljust(begin - start - 1) + ">"
    closed = f"</{name}".ljust(end - stop - 1) + ">" if end > stop else ""
    return text[:start] + opened + source + closed + text[end:]


def _sources(text: str) -> list[tuple[int, int, int, int]]:
    """Give where elements that may hold a source begin, where what they hold begins and ends, and where they end."""
    found: list[tuple[int, int, int, int]] = []
    waiting: tuple[int, int] | None = None
    for token in tokens(text):
        if waiting is not None:
            found.append((*waiting, token.start, token.end))
            waiting = None
        if token.kind == "start" and (
            token.name == "textarea"
            or (token.name == "script" and attributes(token.attributes).get("type") == "text/plain")
        ):
            waiting = token.start, token.end
    if waiting is not None:
        found.append((*waiting, len(text), len(text)))
    return found


def _fallbacks(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Give the same places of what a page has for readers without scripts or frames."""
    at = 0
    while (begun := _FALLBACK.search(text, at)) is not None:
        ended = _FALLBACK_END.search(text, begun.end())
        if ended is None:
            return
        yield begun.start(), begun.end(), *ended.span()
        at = ended.end()


def prose(text: str) -> int:
    """Count the ideographs of a text that has sentences."""
    return len(HAN.findall(text)) if "。" in text else 0


def _once(found: re.Match[str]) -> str:
    """Write an entity that was escaped twice as one of the same length."""
    char = unescape(f"&{found[1]}")
    if len(char) != 1 or char == "&":
        return found[0]
    return f"&#x{ord(char):0{len(found[0]) - 4}x};"
