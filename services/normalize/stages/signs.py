"""Which character is what: the classes that more than one stage asks for.

Classes are strings for ``re`` brackets and frozensets for single characters. Sets are asked through ``in`` and
``isdisjoint``, which run in C; nothing here is computed per text.
"""

from __future__ import annotations

import re
from typing import Final

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd〇々"
"""Inside a bracket of ``re``: the ideographs, 〇 and 々 with them."""

KANA: Final = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f"
"""Hiragana and katakana; not ・ and ー, which Chinese pages borrow."""

HANGUL: Final = "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"

SPACES: Final = frozenset(
    " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
)
"""White space that does not end a line, the byte order mark with it."""

BREAKS: Final = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""Everything that ends a line (what ``str.splitlines`` splits at)."""

FULL_WIDTH: Final = frozenset("，。、；：！？（）《》〈〉【】〔〕［］「」『』〖〗…·")
"""Marks that carry their own space: none stands beside them. Quotes and dashes are Latin marks too."""

CLOSING: Final = frozenset("，。、；：！？）》〉】〕］」』〗”’…")
"""Marks that cannot begin a line."""

OPENING: Final = frozenset("（《〈【〔［「『〖“‘")
"""Marks that cannot end a line."""

TERMINAL: Final = frozenset("。！？；：…!?;:")
"""Marks after which a paragraph may end. A comma is not among them."""

SENTENCE: Final = re.compile("[。；！？]")
"""The marks that end a sentence or a clause that could be one."""

NUMERALS: Final = "〇零一二三四五六七八九十百千"

is_han: Final = re.compile(f"[{HAN}]").match
"""``is_han(text, at)`` tells whether the character at ``at`` is an ideograph."""

_LABEL: Final = re.compile(
    rf"\s*(?:"
    rf"[（(][{NUMERALS}\d]{{1,4}}[）)]"
    rf"|第[{NUMERALS}\d]{{1,6}}\s?(?:[编篇章节条款]|部分|[，、：:])"
    rf"|[{NUMERALS}]{{1,4}}[、．﹒.]"
    rf"|[{NUMERALS}]{{1,3}}[是要][^{HAN}]?"
    rf"|\d{{1,3}}(?:、|[.．﹒](?!\d)|[）)])"
    rf"|[①-⑳㈠-㈩⑴-⒇]"
    rf"|首先[，,]|其次[，,]|——|――|附[件录表][{NUMERALS}\d]{{0,3}}(?:[:：\s]|$)|专栏[{NUMERALS}\d]"
    rf")"
)
"""What may begin a node of the outline; a line that begins so was not torn off the one before without proof."""


def begins_with_label(text: str, at: int = 0) -> bool:
    """Tell whether a label stands at ``at``: 一、 （一） 第一条 1. ① 一是 ——."""
    return _LABEL.match(text, at) is not None
