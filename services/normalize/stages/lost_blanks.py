"""Blanks that an encoder could not write: ????在中國 → 在中國.

An ideographic or no-break space that a target encoding lacks becomes one `?`. So an indent becomes a row of them, and
no sentence begins with question marks. A lone one at the end of such a text's line is a trailing blank, unless the
line asks something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import neighbours_of
from ..stage import Context
from .code import has_han, holds_han

SIGNS: Final = frozenset("?")
_INDENT: Final = re.compile(
    r"(?:^|(?<=[\r\n]))(?P<blanks>[ \t\u3000]*\?(?:[ \t\u3000]*\?)*)(?P<after>[ \t\u3000]*)(?P<next>[^\r\n?]?)"
)
_TRAILING: Final = re.compile(r"(?P<before>[^\n?\s])(?P<blanks>\?{1,8})[ \t]*(?=[\r\n]|$)")
_ASKS: Final = re.compile("[吗嗎呢么麼吧什何谁誰哪几幾怎多][^，。；]*$|是否|能否|有没有|有沒有|多少")
INDENT: Final = 2
"""Two blanks make an indent of Chinese; one `?` alone may be a lost byte of a character (?020年)."""
DOUBTFUL: Final = 900


def drop_lost_blanks(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take question marks away that stand for blanks: indents, lines of nothing else, ends of such a text's lines."""
    if not neighbours_of(text).hold("??"):
        return
    indents = [found for found in _INDENT.finditer(text) if _is_indent(found)]
    if not indents or not holds_han(context.alphabet):
        return
    for found in indents:
        start, end = found.span("blanks")
        yield Edit(start, end, "", "lost-blanks")
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


def _is_indent(found: re.Match[str]) -> bool:
    following = found["next"]
    if following and not (has_han(following) or following in "（(“《0123456789—-"):
        return False
    return found["blanks"].count("?") >= INDENT
