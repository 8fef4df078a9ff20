"""The gate: does this text deserve a closer look? Some 0.2 ms on a clean report, and no table of n-grams.

A slip leaves neighbours that never met in 20 million characters of official text. Clean text has such neighbours
too, one in a hundred or two: names, rare words. So each is weighed with what stands around it: other neighbours that
never met, marks of loss (``?``, U+FFFD, private-use characters), signs from the corners of GBK, and how much better
the pairs of characters are that its bytes would give if they were read one off.

Measured on 2,600 damaged runs of six characters and more, half of them with their private-use characters dropped,
against 152 clean reports: at ``SUSPICIOUS`` 99.2 % of the runs pass, and so does one place in two clean reports.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from ..alphabet import Characters
from ..language import load_pairs
from ..language.glance import FOREIGN, glance_at, pairing
from ..language.table import NEVER, SYMBOL_BITS, TRADITIONAL
from .codes import CHARACTER, LEADS, PAIR

I64 = npt.NDArray[np.int64]

REACH: Final = 6
"""Characters on either side that are weighed with a place."""

NEAR: Final = 4
"""Characters within which odd neighbours and marks of loss count for a place."""

ODD_WEIGHT: Final = 4
PRIVATE_WEIGHT: Final = 40
WOUND_WEIGHT: Final = 20
CORNER_WEIGHT: Final = 10
CORNER_COST: Final = 12
"""In steps of a pair's cost (0.8 nats): what each thing near a place adds; a corner sign beside Chinese."""

STRANGERS_WEIGHT: Final = 6
"""Two neighbours of which the table knows neither: names have one such character, slips several together."""

LETTER_WEIGHT: Final = 14
"""A lone letter behind Chinese: the trail byte that ends a slip may be one (企業開 → 企I開)."""

LETTER_REACH: Final = 2
"""Characters between two odd neighbours and the letter that ends their slip: 還處哉{整轉型 was 還處在調整轉型."""

MOST_LETTERS: Final = 12
"""Lone letters in Traditional text that may be second bytes, up to which each is a place; a text with more has them
as its own (A股, N個)."""

MOST_WEIGHED: Final = 200
"""Lone letters that are looked at one by one at most."""

SCRIPT_WEIGHT: Final = 14
"""A character of the other script, or of neither, in Traditional text: 融合罢梗動 was 融合發展，推動."""

MIXED: Final = 50
"""One such character in so many is no sign of anything: the text mixes scripts."""

FITTING: Final = 14
"""What a character that ends in the letter's byte may cost beside its two neighbours, in steps of a pair's cost.

Of 240 characters that lost their first byte in converted reports 229 cost no more; of 40 lone letters that are their
authors' own (B型, R&D, H1N1, T3航站楼, A股) three cost as little, all of them in A級.
"""

_TRADITIONAL: Final = frozenset(
    "國經發會業產務實現與個這對開關長門時來們動進過還應當兩從萬義點體"
    "區縣設規劃農機構項標場總結報質統運術電員資組織領導環處辦證書災險財稅價廠礦鐵橋陽陰島灣"
)
MANY_TRADITIONAL: Final = 4
"""So many of these in a text, and it is Traditional: then the second byte of a character may be an ASCII letter."""

_PRIVATE: Final = frozenset(map(chr, range(0xE000, 0xF900)))
_LETTERS: Final = frozenset("@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~")


def _second_bytes() -> I64:
    table = np.zeros(65536, np.int64)
    for mark in "，；：！？（）":
        table[[ord(mark), ord(mark) - 0xFEE0]] = mark.encode("gbk")[1]
    return table


_SECOND_BYTE: Final = _second_bytes()
"""Of marks, wide and flat, that a search leaves of a full stop and what follows it: 制度?，F將 was 制度。現將."""

_FLAT_MARKS: Final = np.isin(np.arange(0x80), [ord(mark) for mark in ",;:!?"])

_WOUND: Final = np.isin(np.arange(65536), [ord("?"), 0xFFFD])

SUSPICIOUS: Final = 18

LEAST_ROW: Final = 3
"""Neighbours in one row that never met, of which a second look tells by a witness (see ``detect``). With two a lone
rare character is a row: 郪江 and 疍家 cost one report in seven a look, of 12,000 characters each, and 2 of 393 runs
with dropped pairs were found by it."""

CROWD: Final = 4
"""So many neighbours in a row that never met are a place whatever else is near: 34 in a million clean characters."""

_NONE: Final[I64] = np.zeros(0, np.int64)


@lru_cache(maxsize=1)
def _corners() -> npt.NDArray[np.bool_]:
    """Signs of the rows A1, A2, A4–A9 that clean reports do not have: ∪ ⒈ ㈠ ぁ ァ Α Ж ㄅ ─."""
    corner = np.zeros(65536, bool)
    corner[CHARACTER[0xA1C4:0xA1E3]] = True
    for lead in (0xA2, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9):
        corner[CHARACTER[lead << 8 | np.arange(0x40, 0xFF)]] = True
    corner[0] = corner[0xB7] = False
    corner[0xE000:0xF900] = False
    corner &= pairing().symbol == FOREIGN
    return corner


@lru_cache(maxsize=1)
def _tones() -> npt.NDArray[np.bool_]:
    """Letters with tones, and the two others of pinyin: a note has them beside ASCII, a slip hardly ever."""
    tones = np.zeros(65536, bool)
    tones[CHARACTER[0xA8A1:0xA8C1]] = True
    return tones


def signs_in(codes: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Tell which of a text's characters are signs that clean reports do not have."""
    ascii_ = np.concatenate([[False], codes < 0x80, [False]])
    signs: npt.NDArray[np.bool_] = _corners()[codes] & ~(_tones()[codes] & (ascii_[:-2] | ascii_[2:]))
    return signs


@lru_cache(maxsize=1)
def _rare() -> npt.NDArray[np.bool_]:
    """Ideographs that neither the common ones of GB 2312 and of Big5 nor the table's texts have."""
    common = np.zeros(65536, bool)
    for codec, first, last in (("gb2312", 0xB0, 0xF7), ("big5", 0xA4, 0xC6)):
        pairs = bytes(
            byte
            for lead in range(first, last + 1)
            for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
            for byte in (lead, trail)
        )
        common[[ord(char) for char in pairs.decode(codec, "ignore")]] = True
    rare: npt.NDArray[np.bool_] = ~common & (pairing().symbol == 0)
    rare[:0x3400] = rare[0xA000:] = False
    return rare


def between_strangers(odd: I64) -> I64:
    """The characters inside rows of ``LEAST_ROW`` and more neighbours that never met, ``odd`` of a glance."""
    begun = odd[: 1 - LEAST_ROW][odd[LEAST_ROW - 1 :] - odd[: 1 - LEAST_ROW] == LEAST_ROW - 1]
    inner: I64 = np.union1d(begun + 1, begun + 2)
    return inner


def is_rare(codes: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Tell which characters hardly any text has: the corners of GBK, where every tenth pair of a slip lies."""
    rare: npt.NDArray[np.bool_] = _rare()[codes]
    return rare


@lru_cache(maxsize=1)
def _corner_signs() -> frozenset[str]:
    return frozenset(map(chr, np.flatnonzero(_corners()).tolist()))


def places_of(text: str, alphabet: Characters) -> I64:
    """Give the characters of ``text`` where bytes may have slipped, in order."""
    if len(text) < 2:
        return _NONE
    codes, odd = glance_at(text)
    private = _NONE if alphabet.isdisjoint(_PRIVATE) else _private(codes)
    traditional = len(_TRADITIONAL & alphabet) >= MANY_TRADITIONAL
    signs = _NONE if alphabet.isdisjoint(_corner_signs()) else np.flatnonzero(signs_in(codes))
    if not (len(odd) or len(private) or len(signs) or traditional):
        return _NONE
    # Only letters near a place weigh with it; in Traditional text they may be places themselves.
    lettered = not alphabet.isdisjoint(_LETTERS) and (
        traditional or len(private) or _are_letters(_around(codes, odd, LETTER_REACH, LETTER_REACH)).any()
    )
    lone = _lone_letters(codes) if lettered else _NONE
    alone = _may_be_trails(codes, lone) if traditional and len(lone) <= MOST_WEIGHED else _NONE
    if len(alone) > MOST_LETTERS:
        alone = _NONE
    # Beside a sign no pair is odd (?ぷ鬟^ was 工作過); a text that is full of them is Japanese.
    seen = signs if len(signs) * MIXED <= len(codes) else _NONE
    more = [found for found in (private, alone, seen) if len(found)]
    places = np.unique(np.concatenate([odd, *more])) if more else odd
    if not len(places):
        return places
    weight = ODD_WEIGHT * _near(odd, places, NEAR)
    if traditional:
        weight += SUSPICIOUS * _near(alone, places, 0) + SCRIPT_WEIGHT * _near(_foreign(codes), places, 1)
    if "\ufffd" in alphabet:
        weight += WOUND_WEIGHT * _near(np.flatnonzero(codes == 0xFFFD), places, NEAR)
    if "?" in alphabet:
        weight += WOUND_WEIGHT * _near(_doubtful_marks(codes, odd), places, NEAR)
    if len(private):
        weight += PRIVATE_WEIGHT * _near(private, places, NEAR - 1)
    symbols = pairing().symbol
    strangers = odd[(symbols[codes[odd]] == 0) & (symbols[codes[odd + 1]] == 0)]
    if len(strangers):
        weight += STRANGERS_WEIGHT * _near(strangers, places, NEAR)
    if len(lone):
        weight += LETTER_WEIGHT * _near(lone, places, LETTER_REACH)
    inner = between_strangers(odd)
    if len(inner):
        # By their neighbours alone these are names, most of them; a second look tells (see detect).
        rare = inner[is_rare(codes[inner])]
        crowd = (
            odd[CROWD - 1 :][odd[CROWD - 1 :] - odd[: 1 - CROWD] == CROWD - 1] if len(odd) >= CROWD else _NONE
        )
        weight += SUSPICIOUS * (_near(rare, places, 0) + _near(crowd, places, 0))
    if len(signs):
        weight += CORNER_WEIGHT * _near(signs, places, NEAR)
    # One odd pair with nothing near it is a name: the rest need not be weighed.
    worth = weight > ODD_WEIGHT
    places, weight = places[worth], weight[worth]
    if not len(places):
        return places
    (doubtful,) = (weight < SUSPICIOUS).nonzero()
    for low in range(0, len(doubtful), AT_ONCE):
        here = doubtful[low : low + AT_ONCE]
        weight[here] += _better_one_off(_around(codes, places[here], REACH, REACH + 2))
    return places[weight >= SUSPICIOUS]


AT_ONCE: Final = 1 << 14
"""Places that are weighed at once: a million signs in a row, each of them a place, took a gigabyte."""


def _around(codes: npt.NDArray[np.uint16], places: I64, before: int, behind: int) -> npt.NDArray[np.uint16]:
    """Give the codes around each place, a row each; beyond the ends of the text its first and last again."""
    around: npt.NDArray[np.uint16] = codes.take(places[:, None] + np.arange(-before, behind + 1), mode="clip")
    return around


def _are_letters(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Tell which are letters and signs of ASCII from ``@`` on: second bytes of GBK may be such."""
    letters: npt.NDArray[np.bool_] = (codes - np.uint16(0x40)) < 0x3F
    return letters


def _private(codes: npt.NDArray[np.uint16]) -> I64:
    """The private-use characters but for lone ones between two digits: two bytes there have lost none.

    They are decimal points of a font (2□5米), one in every figure of some texts.
    """
    at: I64 = np.flatnonzero((codes - np.uint16(0xE000)) < np.uint16(0x1900))
    if not len(at):
        return at
    digits = (codes - np.uint16(0x30)) < np.uint16(10)
    inside = digits[np.maximum(at - 1, 0)] & digits[np.minimum(at + 1, len(codes) - 1)]
    return at[~inside]


def _doubtful_marks(codes: npt.NDArray[np.uint16], odd: I64) -> I64:
    """The question marks that may be no such marks: near them is more that is odd than what they stand behind."""
    marks = np.flatnonzero(codes == ord("?"))
    others = odd[~np.isin(odd, marks - 1)]
    return marks[_near(others, marks, NEAR) > 0]


def _foreign(codes: npt.NDArray[np.uint16]) -> I64:
    """Chinese characters that are not Traditional ones, in a text where they are few."""
    han = (codes >= 0x3400) & (codes < 0xA000)
    at = np.flatnonzero(han & ((load_pairs().form[codes] & TRADITIONAL) == 0))
    return at if len(at) * MIXED <= len(codes) else _NONE


def _lone_letters(codes: npt.NDArray[np.uint16]) -> I64:
    """Letters and signs of ASCII alone behind what is not ASCII or a mark, or before a note: ，F(xiàn)代化.

    Not behind a letter with its tone, as in (wěn): a note has a dozen of them.
    """
    letter = _are_letters(codes)
    at: I64 = np.flatnonzero(letter[1:-1] & ~letter[2:]) + 1
    before = codes[at - 1]
    behind = ((before >= 0x80) & ~_tones()[before]) | _FLAT_MARKS[np.minimum(before, 0x7F)]
    noted = (codes[at + 1] == ord("(")) & ~letter[at - 1]
    lone: I64 = at[behind | noted]
    return lone


def _may_be_trails(codes: npt.NDArray[np.uint16], letters: I64) -> I64:
    """Keep the letters in whose place a character of their byte reads well, before a note, or behind a torn mark."""
    if not len(letters):
        return letters
    tables = pairing()
    readings = CHARACTER[LEADS[None, :] << 8 | codes[letters].astype(np.int64)[:, None]].astype(np.int64)
    # A mark between the two is what is left of the first byte.
    marked = _WOUND[codes[letters - 1]]
    before = codes[np.maximum(letters - 1 - marked, 0)]
    cost = tables.costs(before[:, None], readings) + tables.costs(readings, codes[letters + 1][:, None])
    cost[(readings < 0x4E00) | (readings >= 0xA000)] = 2 * NEVER
    second = _SECOND_BYTE[codes[letters - 1]]
    torn = (second > 0) & _WOUND[codes[np.maximum(letters - 2, 0)]]
    # Behind a torn mark both bytes of the character are known: 奮鬥，F在 was 奮鬥。現在.
    whole = CHARACTER[second << 8 | codes[letters]]
    torn |= (
        (tables.costs(np.array([ord("。")]), whole) < NEVER)
        & (tables.costs(whole, codes[letters + 1]) < NEVER)
        & (whole >= 0x4E00)
        & (whole < 0xA000)
    )
    kept: I64 = letters[(cost.min(axis=1) <= FITTING) | (codes[letters + 1] == ord("(")) | torn]
    return kept


def _near(marks: I64, places: I64, reach: int) -> I64:
    """How many of ``marks`` stand within ``reach`` of each place; both ascend."""
    found: I64 = marks.searchsorted(places + reach, "right") - marks.searchsorted(places - reach)
    return found


def _better_one_off(chars: npt.NDArray[np.uint16]) -> I64:
    """By how much the best stretch of each row costs less when its bytes are read one off."""
    tables = pairing()
    pairs = PAIR[chars]
    left, right = pairs[:, :-1], pairs[:, 1:]
    shifted = CHARACTER[((left & 0xFF) << 8) | (right >> 8)]
    shifted[(left == 0) | (right == 0)] = 0
    symbols = tables.symbol[shifted]
    unread = (shifted == 0) | (symbols == FOREIGN)
    met = ~tables.never_met(symbols[:, :-1], symbols[:, 1:]) & ~(unread[:, :-1] | unread[:, 1:])
    best = np.zeros(len(chars), np.int64)
    # What is stored costs no more than neighbours that never met, and of a clean row nine in ten have no others.
    (rows,) = met.any(axis=1).nonzero()
    if not len(rows):
        return best
    chars = chars[rows]
    stored = tables.costs(chars[:, :-1], chars[:, 1:])
    corner = _corners()[chars]
    stored[corner[:, :-1] | corner[:, 1:]] = CORNER_COST
    at = (symbols[rows, :-1].astype(np.int64) << SYMBOL_BITS) | symbols[rows, 1:]
    read = np.where(met[rows], tables.cost[at], NEVER).astype(np.int64)
    gain = stored[:, :-1] + stored[:, 1:] - 2 * read
    best[rows] = [_best_stretch(row) for row in gain.tolist()]
    return best


def _best_stretch(gains: list[int]) -> int:
    """Give the most that neighbours win together (Kadane's algorithm); 0 where none wins."""
    best = run = 0
    for gain in gains:
        run = max(run + gain, 0)
        best = max(best, run)
    return best
