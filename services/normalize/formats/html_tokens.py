"""The tokens of a page, each with its place, as the HTML standard cuts them (WHATWG HTML 13.2.5).

Written here because no parser that is kept today tells offsets of text *and* recovers as browsers do: lxml and
selectolax tell none, tree-sitter gives up inside the tag soup of old government pages, html.parser is quadratic on
some of it. A tokenizer is small; each step looks forward once, so the whole is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

RAW_TEXT: Final = frozenset(("script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"))
"""Elements whose content is no markup (13.2.5.2–4); of these only the title's is text of the page."""


class Token(NamedTuple):
    """``kind`` is ``text``, ``start`` or ``end``; ``[start, end)`` is its place in the decoded page."""

    kind: str
    name: str
    start: int
    end: int
    attributes: str = ""


_TAG: Final = re.compile(
    r"""<(/?)([A-Za-z][^\s/>\x00]*+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""",
)
_TORN_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/>\x00]*+)([^>]*+)>")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_RAW_END: Final = {name: re.compile(rf"(?i)</{name}(?=[\s/>])") for name in RAW_TEXT}
LONGEST_TAG: Final = 200_000
"""Characters of one tag: pages hold whole pictures in an attribute (``data:`` addresses), rarely beyond this."""


def tokens(page: str) -> Iterator[Token]:
    """Cut a page; what is no tag is text, to the last character."""
    at = 0
    size = len(page)
    find = page.find
    unclosed_comment = False
    while at < size:
        tag = find("<", at)
        if tag < 0:
            yield Token("text", "", at, size)
            return
        following = page[tag + 1 : tag + 2]
        if (
            not (following.isascii() and (following.isalpha() or following in ("/", "!", "?")))
            or not following
        ):
            # A lone < is text: 增长<5%.
            stop = find("<", tag + 1)
            stop = size if stop < 0 else stop
            yield Token("text", "", at, stop)
            at = stop
            continue
        if tag > at:
            yield Token("text", "", at, tag)
        if following in "!?" or (following == "/" and not page[tag + 2 : tag + 3].isalpha()):
            stop = -1
            if page.startswith("<!--", tag) and not unclosed_comment:
                short = page.startswith((">", "->"), tag + 4)  # <!--> and <!---> are whole (13.2.5.44)
                stop = find(">", tag + 4) - 2 if short else find("-->", tag + 4)
                unclosed_comment = stop < 0
                stop = stop + 3 if stop >= 0 else -1
            if stop < 0:
                stop = find(">", tag)
                stop = size if stop < 0 else stop + 1
            at = stop
            continue
        found = _TAG.match(page, tag, min(size, tag + LONGEST_TAG)) or _TORN_TAG.match(page, tag)
        if found is None:
            # An unfinished tag at the end of a cut page is no text.
            return
        name = found[2].lower()
        yield Token("end" if found[1] else "start", name, tag, found.end(), found[3])
        at = found.end()
        if name in RAW_TEXT and not found[1]:
            closing = _RAW_END[name].search(page, at)
            stop = closing.start() if closing else size
            if name == "title":
                if closing is None:
                    continue  # an unclosed title would swallow the page
                yield Token("text", "title", at, stop)
            at = stop


def attributes(source: str) -> dict[str, str]:
    """Read the attributes of a tag; the first of equal names counts (13.2.5.33)."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
    return found
