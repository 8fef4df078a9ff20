"""What stands in a page's text and is none of it.

Pinyin notes that web converters leave behind (工業(yè)), some of which tore a character apart; and tags whose bracket
the end of a slip swallowed (信心?！?/p> was 信心。”</p>).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from .codes import CHARACTER, LEADS, PAIR, TRAILS

LETTER: Final = r"[a-z\u00e0-\u01dc\u0251\u0261]"
"""A letter of pinyin, with its tone or without."""

_NOTE: Final = re.compile(
    rf"\((?:(?<=[\u3400-\u9fff]\()|(?<=[^\s\x00-?]\()(?=[a-z]*[^a-z()])){LETTER}{{1,6}}\s?\)"
)
"""It begins with its bracket, so that it is searched for at the speed of C."""
# Behind a letter or a sign only with a tone: the last bytes of a slip may read as one.
_TORN: Final = re.compile(rf"[?\ufffd]\(?({LETTER}{{1,6}})\s?\)")

LONGEST: Final = 9
"""Characters of a note with its brackets."""
_OWN: Final = re.compile(rf"(?<=[\u3400-\u9fff])\({LETTER}{{1,6}}\s?\)\Z")

_REST: Final = r"/?(?:p|br|b|i|u|em|strong|div|span|font|a|li|ul|ol|td|tr|th|table|h[1-6]|o:p)\s?/?>"
_TAG: Final = re.compile(_REST)
_TORN_TAG: Final = re.compile(rf"(?<=[?\ufffd]){_REST}")

_BEHEADED: Final = re.compile(rf"(?<=[?\ufffd])(?=[a-z]*[^a-z()]){LETTER}{{1,6}}\s?\)")
"""A note whose bracket the end of a slip swallowed: 著力創(chuàng)建 became ┲?chuàng)建."""


def tag_end(after: str) -> int:
    """Give how much of what stands behind a run is left of a tag."""
    found = _TAG.match(after)
    return found.end() if found else 0


class Note(NamedTuple):
    """A stretch that is none of the text: a pinyin note and its reading, or a tag without one."""

    start: int
    end: int
    reading: str = ""
    beheaded: bool = False
    """A mark of loss stands where its bracket stood."""


def passed_over(text: str) -> list[Note]:
    """Give what is read past: notes behind the character they belong to, beheaded notes and tags."""
    out = [Note(*found.span(), found.group()[1:-1].strip()) for found in _NOTE.finditer(text)]
    if ")" in text:
        out += [Note(*found.span(), found.group()[:-1].strip(), True) for found in _BEHEADED.finditer(text)]
    if ">" in text:
        out += [Note(*found.span()) for found in _TORN_TAG.finditer(text)]
    return out


def bracket_before(text: str, at: int) -> str:
    """The bracket that is missing before a place behind a mark of loss: that of a tag or of a note; or nothing."""
    if _TORN_TAG.match(text, at):
        return "<"
    return "(" if _BEHEADED.match(text, at) else ""


def is_noted_trail(text: str, at: int) -> bool:
    """Tell whether the letter ``at`` ends a character by what the note behind it says: F(xiàn) was 現(xiàn), AC46."""
    note = _NOTE.match(text, at + 1)
    if note is None:
        return False
    reading = note.group()[1:-1].strip()
    return any(reads_as(chr(char), reading) for char in CHARACTER[LEADS << 8 | ord(text[at])].tolist())


def torn_trails(text: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Notes in ``text[start:end]`` that a byte search put into the middle of a character.

    The character noted was never there: it is the trail of the character before and the lead of the next one. Its
    reading says which it was, so it says which lead is pending. Gives place, length and those leads.
    """
    for found in _TORN.finditer(text, start, end):
        # 當(dāng)?shù): the character before has a note of its own, which was put in later.
        own = _OWN.search(text, max(0, found.start() - LONGEST), found.start())
        at = own.start() if own else found.start()
        before = ord(text[at - 1]) if at else 0
        if before >= 65536 or not PAIR[before]:
            continue
        leads = _pending(int(PAIR[before]) & 0xFF, found.group(1))
        if leads:
            yield found.start(), found.end() - found.start(), leads


@lru_cache(maxsize=256)
def _pending(lead: int, reading: str) -> tuple[int, ...]:
    if lead < 0x81:
        return ()
    trails = TRAILS[TRAILS >= 0x81].tolist()
    return tuple(trail for trail in trails if reads_as(chr(int(CHARACTER[lead << 8 | trail])), reading))


@lru_cache(maxsize=4096)
def reads_as(char: str, reading: str) -> bool:
    """Tell whether an ideograph may be read so; ``reading`` with its tone."""
    from pypinyin import Style, pinyin

    if not "\u3400" <= char < "\ua000":
        return False
    (readings,) = pinyin(char, style=Style.TONE, heteronym=True)
    return reading in readings
