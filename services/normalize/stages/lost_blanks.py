"""Blanks that an encoder could not write: ????在中國 → 在中國.

An ideographic or no-break space that a target encoding lacks becomes one `?`. So an indent becomes a row of them, and
no sentence begins with question marks. Behind a full stop such a row is the indent of a paragraph whose line end was
lost. A lone one at the end of such a text's line is a trailing blank, unless the line asks something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .code import has_han, holds_han, is_chinese
from .cohesion import coheres
from .conversion import to_hans
from .signs import HAN

SIGNS: Final = frozenset("?")
_FIRST_OR_TWO: Final = Words.everywhere(["??", "\n?"])
_INDENT: Final = re.compile(
    r"(?:^|(?<=[\r\n]))(?P<blanks>[ \t\u3000]*\?(?:[ \t\u3000]*\?)*)(?P<after>[ \t\u3000]*)(?P<next>[^\r\n?]?)"
)
_TRAILING: Final = re.compile(r"(?P<before>[^\n?\s])(?P<blanks>\?{1,8})[ \t]*(?=[\r\n]|$)")
_ASKS: Final = re.compile("[吗嗎呢么麼吧什何谁誰哪几幾怎多][^，。；]*$|是否|能否|有没有|有沒有|多少")
_INNER: Final = re.compile(
    r"(?<=[。！；”])[ \t\u3000\u00a0]{0,8}\?(?:[ \t\u3000\u00a0]?\?)+[ \t\u3000\u00a0]*(?=(?P<next>[^\s?]))"
)
_SPACED: Final = re.compile(
    f"(?<![{HAN}?])(?P<left>[{HAN}])(?P<blanks>\\?{{2,8}})(?=(?P<right>[{HAN}])(?![{HAN}?]))"
)
LEAST_SPACED: Final = 2
"""A spaced word (综??合) is one where the text has another, or an indent or an empty line of question marks."""
LEAST_INNER: Final = 2
"""So many rows of question marks behind full stops are the indents of paragraphs; one may be anything."""
LEAST_ALONE: Final = 2
"""So many lines of nothing but a question mark are empty lines that had a blank in them."""
INDENT: Final = 2
"""Two blanks make an indent of Chinese; one `?` alone may be a lost byte of a character (?020年)."""
DOUBTFUL: Final = 900


def drop_lost_blanks(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take question marks away that stand for blanks: indents, lines of nothing else, ends of such a text's lines."""
    if not neighbours_of(text).among(_FIRST_OR_TWO):
        return
    indents = [found for found in _INDENT.finditer(text) if _is_indent(found)]
    alone = [
        found for found in _INDENT.finditer(text) if found["blanks"].strip() == "?" and not found["next"]
    ]
    if len(alone) + len(indents) >= LEAST_ALONE:
        indents = sorted((*indents, *alone), key=re.Match.start)
    spaced = [
        found for found in _SPACED.finditer(text) if coheres(to_hans(found["left"]), to_hans(found["right"]))
    ]
    if len(alone) + len(indents) + len(spaced) < LEAST_SPACED:
        spaced = []
    elif spaced and len(alone) + len(indents) < LEAST_ALONE:
        indents = sorted((*indents, *alone), key=re.Match.start)
    inner = [found for found in _INNER.finditer(text) if _begins_paragraph(found["next"])]
    if len(inner) + len(indents) < LEAST_INNER:
        inner = []
    for found in spaced:
        yield Edit(*found.span("blanks"), "", "lost-blanks")
    if alone and not (indents or spaced or inner) and is_chinese(text):
        yield from _lone(alone[0], context)
    if not (indents or inner) or not holds_han(context.alphabet):
        return
    for found in indents:
        start, end = found.span("blanks")
        yield Edit(start, end, "", "lost-blanks")
    for found in inner:
        yield Edit(found.start(), found.end(), "\n", "lost-line-end")
    for found in _TRAILING.finditer(text):
        start, end = found.span("blanks")
        if not has_han(found["before"]) or _ASKS.search(text[max(0, start - 20) : start]) is not None:
            continue
        data = {"was": found["blanks"], "now": ""}
        reason = "question marks of this text stand for blanks; so may these"
        if context.profile.strict:
            yield Finding(start, end, "proposal", reason, DOUBTFUL, data)
        else:
            yield Finding(start, end, "doubtful", reason, DOUBTFUL, data)
            yield Edit(start, end, "", "lost-blanks", DOUBTFUL)


def _lone(found: re.Match[str], context: Context) -> Iterator[Edit | Finding]:
    """A line of one question mark asks nothing; that it was a blank is the likeliest, and told."""
    start, end = found.span("blanks")
    data = {"was": found["blanks"], "now": ""}
    reason = "a line of nothing but a question mark: a blank that was lost"
    if context.profile.strict:
        yield Finding(start, end, "proposal", reason, DOUBTFUL, data)
    else:
        yield Finding(start, end, "doubtful", reason, DOUBTFUL, data)
        yield Edit(start, end, "", "lost-blanks", DOUBTFUL)


SEMICOLONS: Final = Words.everywhere([";;"])
_ROW: Final = re.compile(r";{2,}")
_ROW_AT_START: Final = re.compile(r"[ \t\u3000\u00a0]*;{3,}[ \t\u3000\u00a0]*(?=(?P<next>[^\s;]))")
LEAST_ROWS: Final = 2
"""Rows of semicolons where paragraphs may begin, from which on one behind a full stop is believed."""
_LINE_STARTS: Final = ("", "\n", "\r")


def drop_lost_references(text: str, _: Context) -> Iterator[Edit | Finding]:
    """Take semicolons away that are all that is left of blanks: ;;;;现在 was &nbsp;&nbsp;&nbsp;&nbsp;现在.

    At the beginning of a line, and behind a full stop where the line's end was lost as well. Elsewhere a row of them
    may have been anything (;;八大工程;;): it is told, and stays.
    """
    if not is_chinese(text) or is_listing(text):
        return
    rows = [
        found for found in _ROW.finditer(text) if has_han(text[max(0, found.start() - 1) : found.end() + 1])
    ]
    blanks = {row.start(): whole for row in rows if (whole := _blanks_at(text, row.start())) is not None}
    inside = {
        at for at, whole in blanks.items() if text[whole.start() - 1 : whole.start()] not in _LINE_STARTS
    }
    if len(blanks) < LEAST_ROWS:
        inside.clear()
        blanks = {
            at: whole
            for at, whole in blanks.items()
            if text[whole.start() - 1 : whole.start()] in _LINE_STARTS
        }
    for row in rows:
        whole = blanks.get(row.start())
        if whole is None:
            message = "semicolons in a row: what stood here was lost"
            yield Finding(*row.span(), "odd-semicolons", message, DOUBTFUL)
        elif row.start() in inside:
            yield Edit(*whole.span(), "\n", "lost-line-end")
        else:
            yield Edit(*whole.span(), "", "lost-blanks")


def _blanks_at(text: str, at: int) -> re.Match[str] | None:
    """Find the row of semicolons at ``at`` with the blanks around it, where a paragraph begins behind it."""
    while at > 0 and text[at - 1] in " \t\u3000\u00a0":
        at -= 1
    whole = _ROW_AT_START.match(text, at)
    if whole is None or not _begins_paragraph(whole["next"]):
        return None
    return whole if text[at - 1 : at] in (*_LINE_STARTS, *"。！；”") else None


def _is_indent(found: re.Match[str]) -> bool:
    following = found["next"]
    if following and not _begins_paragraph(following):
        return False
    return found["blanks"].count("?") >= INDENT


def _begins_paragraph(char: str) -> bool:
    return has_han(char) or char in "（(“《0123456789—-"
