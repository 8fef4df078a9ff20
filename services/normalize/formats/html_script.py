r"""The article of a page that holds it in a script, as a string: ``"content":"<p>\u5404\u4f4d\u4ee3\u8868"``.

Such a page is empty without its script. The string is unescaped into a page of its own, piece by piece, so that each
character still leads back to where it stands in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .assembly import Assembly
from .html_site import HAN
from .html_source import LEAST, prose
from .html_tokens import tokens
from .html_tree import Page

LONGEST_TITLE: Final = 200

_STRING: Final = re.compile(r""""((?:[^"\\\n]++|\\.)*+)"|'((?:[^'\\\n]++|\\.)*+)'""")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIGNS: Final = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "\n", "v": "\n", "0": ""}
_MARKUP: Final = re.compile(r"(?i)</?(?:p|br|div|section|table|span)[\s/>]")


def with_script_opened(text: str, page: Page) -> Assembly | None:
    """Give a page made of the article that a script of it holds, and of what stands around; None where none does.

    ``page`` is the page as it stands: one that has an article of its own is left alone.
    """
    if sum(prose(block.text()) for block in page.blocks) >= LEAST:
        return None
    best: tuple[int, int, int, int] | None = None
    for low, high in _scripts(text):
        for found in _STRING.finditer(text, low, high):
            start, end = found.span(1 if found[1] is not None else 2)
            if end - start >= LEAST:
                weight = prose(_plain(text[start:end]))
                if weight >= LEAST and (best is None or weight > best[0]):
                    best = weight, start, end, low
    if best is None:
        return None
    _, start, end, low = best
    out = Assembly()
    title = _title(text, low, end, page)
    if title is not None:
        out.add("<h1>", title[0], 0)
        _unescape(text, *title, out)
        out.add("</h1>", title[1], 0)
    name = "div" if _MARKUP.search(_plain(text[start:end])) else "pre"
    out.add(f"<{name}>", start, 0)
    _unescape(text, start, end, out)
    out.add(f"</{name}>", end, 0)
    return out


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    waiting = -1
    for token in tokens(text):
        if waiting >= 0:
            yield waiting, token.start
        waiting = token.end if token.kind == "start" and token.name == "script" else -1


def _plain(source: str) -> str:
    return _ESCAPE.sub(_shown, source) if "\\" in source else source


def _shown(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return _SIGNS.get(found[3], found[3])
    char = chr(int(code, 16))
    return char if not "\ud800" <= char <= "\udfff" else "\ufffd"


def _unescape(text: str, start: int, end: int, out: Assembly) -> None:
    at = start
    for found in _ESCAPE.finditer(text, start, end):
        out.add(text[at : found.start()], at)
        out.add(_shown(found), found.start(), len(found[0]))
        at = found.end()
    out.add(text[at:end], at)


def _title(text: str, low: int, high: int, page: Page) -> tuple[int, int] | None:
    """Find the string of the same script that the page is called by."""
    called = ["".join(title.split()) for title in page.titles]
    for found in _STRING.finditer(text, low, high):
        start, end = found.span(1 if found[1] is not None else 2)
        if end - start <= LONGEST_TITLE * 6:
            said = "".join(_plain(text[start:end]).split())
            if len(HAN.findall(said)) >= 6 and any(title.startswith(said) for title in called):
                return start, end
    return None
