"""Pinyin residue: 工業(yè)經濟 → 工業經濟. A real gloss stays: 垚(yáo), 完(wán)成(chéng).

Web converters that write Traditional for Simplified annotate some characters, nearly all of them, or characters that
are the same in both, each every time it comes, in the middle of words. A gloss has another form: it annotates a
rare character, or every character of a word or line in a Simplified text. So a reading in brackets is residue when
its character is an ordinary one and the text shows what it is: by a Traditional character so annotated, or by
several annotations that stand alone inside words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ...edition import Edit, Finding
from ..neighbours import Words
from ..stage import Context

TONED: Final = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0304\u0301\u030c\u0300")
_LETTERS: Final = "a-zɑɡêü" + "".join(sorted(TONED))
_ANNOTATED: Final = re.compile(
    "([\u3400-\u9fff\U00020000-\U0003ffff])"
    f"([ ]?[(（\\[［〔【][ \u00a0\u3000]{{0,2}}([{_LETTERS}]{{1,7}})[ \u00a0\u3000]{{0,2}}[)）\\]］〕】]"
    "(?:[(（\\[［〔【]\\3[)）\\]］〕】])*)"
)
_BARE: Final = re.compile(
    f"([\u3400-\u9fff])([a-zɑɡü]{{0,3}}[{''.join(sorted(TONED))}][a-zɑɡü]{{0,3}})(?=[\u3400-\u9fff，。、；：,.;:”》）])"
)
_TORN: Final = re.compile(f"[?\ufffd][{_LETTERS}]{{1,7}}[)）]")
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
# A syllable of pinyin: at most one initial, a final, and a nasal or r.
_SYLLABLE: Final = re.compile("(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[aeiouüv]{1,3}|(?=n|m))(?:ng?|r|m)?")
SCATTERED: Final = 2
"""So many ordinary characters annotated alone, inside words, make a text one with residue, if nobody needs a reading
of one of them; so many more do if they could be a reader's new words."""
SCATTERED_MORE: Final = 4
# The commonest characters of Chinese; whoever reads at all needs no reading of them but an unusual one.
_COMMONEST: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业"
    "外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提"
    "立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克"
)
GLOSS_RUN: Final = 2
"""So many annotated characters in a row may be a word with its gloss."""
UNPROVED: Final = 900
"""Confidence, per mille, where the reading is not one that pypinyin knows for the character."""


class _Reading(NamedTuple):
    """One annotation: its character, where the bracket stands, what it says, and what it stands beside."""

    character: str
    start: int
    end: int
    reading: str
    run: int
    """How many annotated characters stand in a row here, this one among them."""
    inside: bool
    """An unannotated character of Chinese stands directly before or after the whole row."""


def drop_pinyin_residue(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Take away the readings that a converter put behind characters, and leave real glosses."""
    readings = _readings(text)
    residue = _residue_of(readings, text) if readings else []
    for reading, proved in residue:
        if proved:
            yield Edit(reading.start, reading.end, "", "pinyin-residue")
            continue
        message = (
            f"{reading.reading} is what everybody reads {reading.character} as, and needs no gloss"
            if _knows(reading)
            else f"{reading.reading} is no known reading of {reading.character}"
        )
        data = {"was": text[reading.start : reading.end], "now": ""}
        if context.profile.strict:
            yield Finding(reading.start, reading.end, "proposal", message, UNPROVED, data)
        else:
            yield Finding(reading.start, reading.end, "doubtful", message, UNPROVED, data)
            yield Edit(reading.start, reading.end, "", "pinyin-residue", UNPROVED)
    if residue:
        yield from _drop_bare(text)
    for torn in _TORN.finditer(text):
        if not TONED.isdisjoint(torn.group()):
            reason = "bytes slipped here: what is left of a reading whose bracket they took along"
            yield Finding(*torn.span(), "damaged", reason)


def _readings(text: str) -> list[_Reading]:
    found = [match for match in _ANNOTATED.finditer(text) if _is_syllable(match.group(3))]
    readings = []
    first = 0
    while first < len(found):
        last = first
        while last + 1 < len(found) and found[last + 1].start() == found[last].end():
            last += 1
        low, high = found[first].start(), found[last].end()
        inside = _HAN.match(text[low - 1 : low]) is not None or _HAN.match(text[high : high + 1]) is not None
        for match in found[first : last + 1]:
            start, end = match.span(2)
            readings.append(_Reading(match.group(1), start, end, match.group(3), last - first + 1, inside))
        first = last + 1
    return readings


def _is_syllable(reading: str) -> bool:
    return _SYLLABLE.fullmatch(_toneless(reading)) is not None


@lru_cache(maxsize=1024)
def _toneless(reading: str) -> str:
    reading = reading.replace("ɑ", "a").replace("ɡ", "g")
    out = "".join(
        letter for letter in unicodedata.normalize("NFD", reading) if letter not in "\u0304\u0301\u030c\u0300"
    )
    return unicodedata.normalize("NFC", out)


def _residue_of(readings: Sequence[_Reading], text: str) -> list[tuple[_Reading, bool]]:
    """Give the readings that are residue, each with whether the dictionary proves it."""
    # Toneless ones (們(men), and abbreviations such as 省(sheng)) count only beside toned ones.
    toned = [reading for reading in readings if not TONED.isdisjoint(reading.reading)]
    ordinary = [reading for reading in toned if _is_ordinary(reading.character)]
    traditional = [reading for reading in ordinary if _is_traditional(reading.character)]
    alone = [reading for reading in ordinary if reading.run < GLOSS_RUN and reading.inside]
    scattered = [
        reading
        for reading in alone
        if _is_common(reading.character) and _knows(reading) and not _is_rare_reading(reading)
    ]
    by_traditional = any(_knows(reading) and not _is_rare_reading(reading) for reading in traditional) or (
        len(traditional) >= SCATTERED
    )
    enough = SCATTERED if any(reading.character in _COMMONEST for reading in scattered) else SCATTERED_MORE
    by_scatter = (
        len(scattered) >= enough and len(scattered) * 2 > len(alone) and not _glosses_words(toned)
    ) or (bool(scattered) and len(scattered) == len(alone) and _is_traditional_text(text))
    if not (by_traditional or by_scatter):
        if len(scattered) == len(toned) and all(
            reading.reading == _known_readings(reading.character)[0] and _HAN.match(text, reading.end)
            for reading in scattered
        ):
            return [(reading, False) for reading in scattered]
        return []
    residue = []
    for reading in readings:
        if not _is_ordinary(reading.character) and not _simplifies(reading.character):
            continue  # 垚(yáo)
        known = _knows(reading)
        if TONED.isdisjoint(reading.reading) and not known:
            continue
        if (
            not by_traditional
            and reading.run >= GLOSS_RUN
            and not _is_traditional(reading.character)
            and not reading.inside
        ):
            continue
        residue.append((reading, known))
    return residue


def _glosses_words(toned: Sequence[_Reading]) -> bool:
    """Tell whether most annotated characters stand in a row with others: a reader for learners."""
    return sum(reading.run >= GLOSS_RUN for reading in toned) * 2 > len(toned)


def _is_ordinary(character: str) -> bool:
    """Tell whether a character is common: level 1 of GB 2312, or of Big5 (3,755 and 5,401 characters)."""
    return b"\xb0" <= _code(character, "gb2312") < b"\xd8" or b"\xa4" <= _code(character, "big5") < b"\xc7"


def _is_common(character: str) -> bool:
    """Tell whether nobody needs a reading of a character; 亳, 圳, 莞 of names are not in level 1 of GB 2312."""
    return b"\xb0" <= _code(character, "gb2312") < b"\xd8" or _is_traditional(character)


def _is_traditional(character: str) -> bool:
    """Tell whether a character is Traditional only: common in Big5, not in GB 2312, and no name's own (浬浦镇)."""
    return (
        character != ""
        and not _code(character, "gb2312")
        and b"\xa4" <= _code(character, "big5") < b"\xc7"
        and _simplifies(character)
    )


def _code(character: str, codec: str) -> bytes:
    return character.encode(codec, "ignore")


def _is_traditional_text(text: str) -> bool:
    sample = _HAN.findall(text[:4000])
    return sum(_is_traditional(character) for character in sample) * 20 > len(sample)


_TONELESS: Final = re.compile(
    "[(（](?<=[\u3400-\u9fff][(（])[ \u00a0]?([a-z]{1,6})[ \u00a0]?[)）](?:[(（][ \u00a0]?\\1[ \u00a0]?[)）])*"
)
OPENINGS: Final = Words.everywhere(
    [bracket + letter for bracket in "(（" for letter in " \u00a0abcdefghijklmnopqrstuvwxyz"]
)
_BRACKET: Final = re.compile("[(（]")
LEAST_FITTING: Final = 4
"""Readings that stand behind their characters, from which on they may be a habit of the page."""
LEAST_SCATTERED: Final = 3
"""Different common characters among them with their usual reading, which nobody needs, alone inside words or twice."""
SCATTERED_SHARE: Final = 3
"""One reading in so many shows itself so at least; the others stand in a row with their neighbours."""
FITTING_SHARE: Final = 5
"""Of the short words in brackets directly behind a character all but one in so many are its reading: abbreviations
(he), (an) fit by chance."""


def drop_toneless_pinyin_residue(text: str, _: Context) -> Iterator[Edit | Finding]:
    """Take readings away that lost their tone marks: 會(hui)議, 產(chan)(chan)業(ye).

    Traditional characters inside words prove themselves, and in a Traditional text all that stand inside words do.
    Where many characters, whatever their script, have nothing but their own readings behind them, and most of these
    stand alone inside words or come twice, all of them go.
    """
    found = list(_TONELESS.finditer(text))
    fitting = [one for one in found if _fits(text[one.start() - 1], one.group(1))]
    habit = _is_toneless_habit(text, found, fitting)
    traditional = bool(fitting) and not habit and _is_traditional_text(text)
    for one in fitting:
        character = text[one.start() - 1]
        inside = _HAN.match(text, one.end()) is not None and len(_BRACKET.findall(one.group())) == 1
        if (
            habit
            or (_is_traditional(character) and (inside or traditional))
            or (inside and traditional and _is_ordinary(character))
        ):
            yield Edit(one.start(), one.end(), "", "pinyin-residue")


def _is_toneless_habit(text: str, found: Sequence[re.Match[str]], fitting: Sequence[re.Match[str]]) -> bool:
    """Tell whether a page writes readings behind its characters: many that fit, and not a word at a time."""
    if len(fitting) < LEAST_FITTING or (len(found) - len(fitting)) * FITTING_SHARE > len(found):
        return False
    ends = {one.end() for one in fitting}
    starts = {one.start() - 1 for one in fitting}
    # A gloss stands once, and annotates the whole of a word: neither repeated nor alone inside one.
    damaged = [
        one
        for one in fitting
        if len(_BRACKET.findall(one.group())) > 1
        or (
            one.start() - 1 not in ends
            and one.end() not in starts
            and (_HAN.match(text, one.end()) or _HAN.match(text[max(0, one.start() - 2)]))
        )
    ]
    usual = {
        character
        for one in damaged
        if _is_ordinary(character := text[one.start() - 1])
        and _same(_toneless(_known_readings(character)[0]), one.group(1))
    }
    return len(usual) >= LEAST_SCATTERED and len(damaged) * SCATTERED_SHARE >= len(fitting)


def _fits(character: str, reading: str) -> bool:
    return any(_same(_toneless(known), reading) for known in _known_readings(character))


def _same(known: str, reading: str) -> bool:
    return known in (reading, reading.replace("v", "ü"))


@lru_cache(maxsize=1)
def _converter() -> object:
    # OpenCC takes 90 ms to build, and only a rare character with a reading asks for it.
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=1024)
def _simplifies(character: str) -> bool:
    """Tell whether a rarer character is the Traditional form of one in GB 2312: 釹 → 钕."""
    if _code(character, "gb2312"):
        return False
    simplified: str = _converter().convert(character)  # type: ignore[attr-defined]
    return simplified != character and bool(_code(simplified, "gb2312"))


@lru_cache(maxsize=4096)
def _known_readings(character: str) -> tuple[str, ...]:
    # pypinyin takes 60 ms to import, and only a text with readings asks for it.
    from pypinyin import Style, pinyin

    usual: str = pinyin(character, style=Style.TONE)[0][0]
    every: list[str] = pinyin(character, style=Style.TONE, heteronym=True)[0]
    return usual, *(reading for reading in every if reading != usual)


def _knows(reading: _Reading) -> bool:
    said = unicodedata.normalize("NFC", reading.reading.replace("ɑ", "a").replace("ɡ", "g"))
    known = _known_readings(reading.character)
    if said in known:
        return True
    # A neutral tone is written without a mark: 們(men), 著(zhe).
    return TONED.isdisjoint(said) and said in map(_toneless, known)


def _is_rare_reading(reading: _Reading) -> bool:
    """Tell whether a reading is known, but not the usual one: what one glosses a name for, 單(shàn)."""
    known = _known_readings(reading.character)
    return reading.reading in known and known[0] != reading.reading


def _drop_bare(text: str) -> Iterator[Edit]:
    """Take away readings whose brackets were lost, 工業yè經濟; only in a text with proven residue."""
    for found in _BARE.finditer(text):
        character, reading = found.group(1), found.group(2)
        if _is_traditional(character) and reading in _known_readings(character):
            yield Edit(found.start(2), found.end(2), "", "pinyin-residue-bare")
