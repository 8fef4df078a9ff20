"""Script: which one a text is in, and the one the profile asks for.

A document is judged by the segment: a paragraph as a whole where it is of one script, its clauses where it is mixed.
Simplified segments are never converted. OpenCC converts a whole segment, so that its phrases decide (頭髮 and 發展
are both 发), and what it gets wrong is mended by a dictionary of ours: 著, and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import compress
from operator import ne
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ...edition import CERTAIN, Edit, Finding, Replaced
from ..alphabet import Characters
from ..language import load
from ..stage import Context
from .chinese import is_chinese, is_japanese_or_korean, is_listing, may_gloss
from .cohesion import coheres
from .conversion import LEFT_BY_OPENCC, converter, to_hans, to_hant
from .script_words import TAIWAN_PATTERN, TAIWAN_WORDS
from .scripts import SHARED_SIMPLIFIED, SHARED_TRADITIONAL, SIMPLIFIED, TRADITIONAL
from .signs import HAN

_TRADITIONAL: Final = re.compile(f"[{''.join(sorted(TRADITIONAL))}]")
_SIMPLIFIED: Final = re.compile(f"[{''.join(sorted(SIMPLIFIED))}]")
_TRADITIONAL_OR_SHARED: Final = re.compile(
    f"[{''.join(sorted(TRADITIONAL))}{SHARED_TRADITIONAL}{LEFT_BY_OPENCC}]"
)
_SIMPLIFIED_OR_SHARED: Final = re.compile(f"[{''.join(sorted(SIMPLIFIED))}{SHARED_SIMPLIFIED}]")
"""With the characters of both sets that are rewritten all the same. In a document of one script throughout a line that
has no other (二、今後五年工作) is of that script too; elsewhere it is a name."""

_CLAUSE: Final = re.compile("[^，。；：！？“”《》（）,;:!?()\n]+")

MOSTLY: Final = 4
"""A paragraph with so many times more characters of one script than of the other is of that script: web converters
leave a few characters in a hundred as they were (制造 beside 產業)."""

LEAST_CLAUSE: Final = 2
"""Traditional characters that make a clause of a mixed paragraph Traditional; one alone is a name (趙, 李準)."""

_MIXED_SHARE: Final = 20
"""A document in which the weaker script has more than one in so many of the telling characters is mixed."""


def script_of(text: str, alphabet: Characters | None = None) -> str:
    """Tell the script of a text: Hans, Hant, mixed or other.

    ``other`` has no ideographs, or is Japanese or Korean. A text whose characters all stand in both scripts (人民) is
    Hans. ``alphabet`` may name the characters of the text, where they are known already.
    """
    present = frozenset(text) if alphabet is None else alphabet
    if present.isdisjoint(TRADITIONAL):
        if present.isdisjoint(SIMPLIFIED) and re.search(f"[{HAN}]", text) is None:
            return "other"
        return "other" if is_foreign(text, present) else "Hans"
    if is_foreign(text, present):
        return "other"
    if present.isdisjoint(SIMPLIFIED):
        return "Hant"
    traditional, simplified = _count_both(text)
    if min(traditional, simplified) * _MIXED_SHARE > traditional + simplified:
        return "mixed"
    return "Hant" if traditional > simplified else "Hans"


_KANA_SAMPLE: Final = frozenset("のはをにがでとしてるイスンア가이는을의다")


def is_foreign(text: str, alphabet: Characters) -> bool:
    """Tell whether a whole document is Japanese or Korean; one without the commonest kana is not looked at."""
    return not alphabet.isdisjoint(_KANA_SAMPLE) and is_japanese_or_korean(text)


def convert_script(text: str, context: Context) -> Iterator[Edit | Replaced]:
    """Convert the segments that are not in the profile's script; ``keep`` converts nothing."""
    target = context.profile.script
    if target == "keep":
        return
    own, other = (SIMPLIFIED, TRADITIONAL) if target == "Hans" else (TRADITIONAL, SIMPLIFIED)
    if context.alphabet.isdisjoint(other):
        return
    if is_foreign(text, context.alphabet) or is_listing(text):
        return
    stated = context.hints.script
    if stated is not None and stated.startswith(target):
        return
    pattern_own, pattern_other = (
        (_SIMPLIFIED, _TRADITIONAL) if target == "Hans" else (_TRADITIONAL, _SIMPLIFIED)
    )
    pure = context.alphabet.isdisjoint(own)
    segments = list(_segments(text, pattern_own, pattern_other, pure=pure))
    if context.unread:
        segments = list(_outside(segments, context.unread))
    convert = to_hans if target == "Hans" else to_hant
    starts: list[int] = []
    news: list[str] = []
    for start, end in segments:
        was = text[start:end]
        now = convert(was)
        if len(was) == len(now):
            changed = _differing(was, now)
            starts += [start + at for at in changed]
            news += map(now.__getitem__, changed)
        else:
            yield from _unlike_edits(start, was, now)
    if starts:
        yield Replaced(tuple(starts), "".join(news), "script")
    if target == "Hans" and not pure:
        for edit in _scattered_edits(text, segments):
            if not any(start < edit.end and edit.start < end for start, end in context.unread):
                yield edit


def _outside(segments: list[Segment], unread: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    """Give what of the segments stands outside of the spans that are no words: 鈥 there is no 钬 in Traditional."""
    for start, end in segments:
        at = start
        for low, high in unread:
            if at < high and low < end:
                if at < low:
                    yield Segment(at, low)
                at = max(at, high)
        if at < end:
            yield Segment(at, end)


class Segment(NamedTuple):
    """A stretch of text in the other script."""

    start: int
    end: int


def _segments(text: str, own: re.Pattern[str], other: re.Pattern[str], *, pure: bool) -> Iterator[Segment]:
    """Find the segments in the other script; ``pure`` says that the document has no character of its own script."""
    traditional, simplified = (0, 0) if pure else _count_both(text)
    its_own, foreign = (traditional, simplified) if own is _TRADITIONAL else (simplified, traditional)
    mixed_document = its_own > foreign
    # In a document of the other script a shared variant (Hong Kong's 温) makes no line one of this script.
    throughout = pure or foreign > its_own * _MIXED_SHARE
    mostly = 1 if throughout else MOSTLY
    look = other
    if throughout:
        look = _TRADITIONAL_OR_SHARED if other is _TRADITIONAL else _SIMPLIFIED_OR_SHARED
    found = look.search(text)
    while found is not None:
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.start())
        if end < 0:
            end = len(text)
        paragraph = text[start:end]
        if is_chinese(paragraph):
            rivals = 0 if pure else len(own.findall(paragraph))
            if (rivals == 0 and not mixed_document) or (
                (count := len(other.findall(paragraph))) > 1 and count >= mostly * rivals
            ):
                yield Segment(start, end)
            else:
                yield from _clauses(text, start, end, own, other)
        elif throughout and may_gloss(paragraph):
            yield from _clauses(text, start, end, own, other)
        found = look.search(text, end)


def _clauses(
    text: str, start: int, end: int, own: re.Pattern[str], other: re.Pattern[str]
) -> Iterator[Segment]:
    for clause in _CLAUSE.finditer(text, start, end):
        count = len(other.findall(clause.group()))
        if count >= LEAST_CLAUSE and count >= MOSTLY * len(own.findall(clause.group())):
            yield Segment(*clause.span())


LEAST_SCATTERED: Final = 5
"""Different Traditional characters in Simplified paragraphs, and so many places where they stand, from which on a
document is mixed throughout: a Simplified text that a reader of old print or a converter left half done."""

_COMMON: Final = "gb2312"
"""Scattered characters are converted only into what every Simplified text can write; 鮀 and 澫 are parts of names."""


def _scattered_edits(text: str, segments: list[Segment]) -> Iterator[Edit]:
    """Convert the Traditional characters that stand one by one in Simplified paragraphs.

    All of them in a mixed document. Elsewhere those that make a Simplified word with a neighbour, 貫穿, 情況: of the 31
    in the counted corpus these two do, and the others are names: 濛阳, 昇腾, 蘋州.
    """
    scattered: list[int] = []
    last = 0
    for start, end in (*segments, Segment(len(text), len(text))):
        scattered += [found.start() for found in _TRADITIONAL.finditer(text, last, start)]
        last = end
    clauses = [text[start:end] for start, end in segments if not _is_whole(text, start, end)]
    different = {text[at] for at in scattered}.union(*(_TRADITIONAL.findall(clause) for clause in clauses))
    mixed = len(different) >= LEAST_SCATTERED and (
        len(scattered) + len(clauses) >= LEAST_SCATTERED or (clauses and _is_half(text))
    )
    if mixed:
        for start, end in _between(text, segments):
            yield from _common_edits(text, start, end)
        return
    convert = converter("t2s")
    likely = {at: convert(text[at]) for at in scattered}
    likely = {at: now for at, now in likely.items() if now != text[at] and len(now) == 1 and _is_common(now)}
    words = Counter(text[at] for at, now in likely.items() if _makes_word(convert, text, at, now))
    for at, now in likely.items():
        if words[text[at]] >= LEAST_WORDS or (words[text[at]] and _makes_word(convert, text, at, now)):
            yield Edit(at, at + 1, now, "scattered-traditional")


def _is_half(text: str) -> bool:
    """Tell whether a text, which may be one sentence, has nearly as much of the other script as of its own."""
    traditional, simplified = _count_both(text)
    return traditional * HALF >= simplified


HALF: Final = 2
"""A Simplified text that names something in Traditional has many times more of its own."""
LEAST_WORDS: Final = 2
"""A character that makes a Simplified word so often is left over from a conversion wherever it stands."""


def _between(text: str, segments: list[Segment]) -> Iterator[Segment]:
    """Give the lines, or what is left of them, that stand outside the segments."""
    last = 0
    for start, end in (*segments, Segment(len(text), len(text))):
        while last < start:
            stop = text.find("\n", last, start)
            stop = start if stop < 0 else stop
            if last < stop:
                yield Segment(last, stop)
            last = stop + (stop < start)
        last = end


def _common_edits(text: str, start: int, end: int) -> Iterator[Edit]:
    """Convert a mixed stretch as a whole, so that its words decide: 乾旱, 菸草, 三年後."""
    was = text[start:end]
    now = to_hans(was)
    if now == was or len(now) != len(was) or not is_chinese(was):
        return
    for at, (old, new) in enumerate(zip(was, now, strict=True), start):
        if old != new and _is_common(new):
            yield Edit(at, at + 1, new, "scattered-traditional")


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a segment is a whole paragraph, so that it may be a quotation."""
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def _makes_word(convert: Callable[[str], str], text: str, at: int, now: str) -> bool:
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if coheres(convert(before), now) or coheres(now, convert(after)):
        return True
    if text[at] in _IN_NAMES:
        return False
    start = max(0, at - CONTEXT)
    window = convert(text[start:at]) + now + convert(text[at + 1 : at + 2])
    if len(window) != at - start + 1 + len(after):
        return False
    here = at - start
    return int(load().costs_of(window)[here : here + 2].sum()) <= WORD


_IN_NAMES: Final = frozenset("昇陞濛蘋鍾甯鉅瞭夥徵乾藉麽")
"""The table of standard characters has kept them, or names of places and firms have: 昇腾, 鹏昇纸业, 濛阳."""

CONTEXT: Final = 4
"""Characters before a scattered one that its reading is judged by."""

WORD: Final = 9_000
"""Milli-nats that a Simplified character and the next cost at most where they make a word: 批发和 4,800, 粮油类 8,600;
in names (李准, 蒙阳, 升腾, 陈发树) they cost 12,000 and more."""


def _is_common(char: str) -> bool:
    try:
        char.encode(_COMMON)
    except UnicodeEncodeError:
        return False
    return True


def _unlike_edits(start: int, was: str, now: str) -> Iterator[Edit]:
    """Give the edits of a segment that the conversion made longer or shorter."""
    for tag, low, high, new_low, new_high in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(start + low, start + high, now[new_low:new_high], "script")


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(0x10000, np.uint8)
    for number, characters in ((1, TRADITIONAL), (2, SIMPLIFIED)):
        kinds[[ord(character) for character in characters]] = number
    return kinds


def _count_both(text: str) -> tuple[int, int]:
    """Count the characters that only the Traditional script has, and those that only the Simplified has."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2").astype(np.intp)
    counts = np.bincount(_kinds()[units], minlength=3)
    return int(counts[1]), int(counts[2])


def _differing(was: str, now: str) -> list[int]:
    """Give the places at which two texts of one length differ."""
    one, other = was.encode("utf-16-le", "surrogatepass"), now.encode("utf-16-le", "surrogatepass")
    if len(one) == len(other) == 2 * len(was):
        places: list[int] = np.flatnonzero(np.frombuffer(one, "<u2") != np.frombuffer(other, "<u2")).tolist()
        return places
    return list(
        compress(range(len(was)), map(ne, was, now))
    )  # characters beyond the basic plane are two units


def change_taiwan_words(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Write Taiwan's words as the mainland's (資訊 → 信息) where the document proves itself Taiwan's.

    One such word proves nothing: a report quotes the names of firms and offices. Two different ones do. It runs
    before the script is converted, on the words as they were written.
    """
    if context.profile.script != "Hans" or context.alphabet.isdisjoint(TRADITIONAL):
        return
    found = list(TAIWAN_PATTERN.finditer(text))
    if len({word.group() for word in found if TAIWAN_WORDS[word.group()].proves}) < LEAST_PROOFS:
        return
    for word in found:
        start, end = word.span()
        change = TAIWAN_WORDS[word.group()]
        if not change.proves:
            message = f"{change.taiwan} may be {change.mainland} in Taiwan's words, or a word of both sides"
            data = {"was": change.taiwan, "now": change.mainland}
            yield Finding(start, end, "doubtful", message, AMBIGUOUS_WORD, data)
            if context.profile.strict:
                continue
        yield Edit(start, end, change.mainland, "taiwan-word", CERTAIN if change.proves else AMBIGUOUS_WORD)


LEAST_PROOFS: Final = 2
"""Different words that no mainland text writes."""

AMBIGUOUS_WORD: Final = 700
"""Per mille: how sure a word is that both sides write."""
