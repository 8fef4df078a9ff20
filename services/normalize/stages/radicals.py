"""Radicals that stand for ordinary characters: ⼈⺠ → 人民, ⾼高 → 高.

Some PDF fonts name a glyph by the first code point that shows it, which is that of the radical. Some programs write
radical *and* character. NFKC knows the Kangxi block (U+2F00) but not the CJK Radicals Supplement (U+2E80), and
would double a character that is already there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..stage import Context

# Unicode's EquivalentUnifiedIdeograph.txt, where it names a character of the basic block. ⺀ has no character.
_SUPPLEMENT: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺"
    "⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀"
    "⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕阜"
    "⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙"
    "⻱龜⻲亀⻳龟"
)
_ORDINARY: Final = dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)) | {
    chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
}
RADICALS: Final = frozenset(_ORDINARY)
_RUN: Final = re.compile("[\u2e81-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5]+")
# The character after a radical may be the Simplified twin of what the table names: ⾧长.
_TWINS: Final = {"長": "长", "門": "门", "車": "车", "馬": "马", "魚": "鱼", "鳥": "鸟", "見": "见", "貝": "贝",
                 "言": "讠", "金": "钅", "食": "饣", "韋": "韦", "頁": "页", "風": "风", "飛": "飞", "麥": "麦",
                 "黃": "黄", "龍": "龙", "龜": "龟", "齊": "齐", "齒": "齿", "鹵": "卤", "黽": "黾"}  # fmt: skip

MOSTLY: Final = 2
"""One pair for every two radicals makes a text one that doubles. Real ones double all (⽗父⺟母⼀一⽅方) or none."""

DOUBTFUL: Final = 800
"""Confidence, per mille, of a radical that the font has put for another character."""

_MOUTH: Final = "⼜"
# One font shows 口 under the code point of ⼜ (又). Only a word that 又 cannot be in proves it.
_MOUTH_BEFORE: Final = "人户出进入港窗关路缺接海河切胸门村渡裂哨江汉周张蛇虎山井洞端当决插胃领袖闸豁"
_MOUTH_AFTER: Final = "岸号径粮碑腔罩味头述语诀令供服腹感"
_PEOPLE_AFTER: Final = re.compile(
    "[\\s，。、；：,.;:）)”》%％0-9]|$|[数量总规密结素政计资服管流普出自老年负红质增减迁净分集聚登信增达与和及的为是比占占不超变均大小]"
)
_PEOPLE_BEFORE: Final = re.compile("[有的些等们让使令别某每个]$")


def give_radicals_their_characters(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Put the ordinary character for a radical, or nothing where that character already follows it."""
    runs = list(_RUN.finditer(text))
    doubled = sum(_is_doubled(found.group()[-1], text[found.end() : found.end() + 1]) for found in runs)
    doubles = doubled * MOSTLY >= len(runs)
    mouthless = "口" not in context.alphabet and "⼝" not in context.alphabet
    for found in runs:
        run, start, end = found.group(), found.start(), found.end()
        if doubles and _is_doubled(run[-1], text[end : end + 1]):
            yield from _drop_doubled(run, start, text[end], context)
            continue
        for at, radical in enumerate(run, start):
            if (
                radical == _MOUTH
                and mouthless
                and _is_mouth(_plain(text[max(0, at - 2) : at]), _plain(text[at + 1 : at + 3]))
            ):
                yield from _in_doubt(
                    at, at + 1, radical, "口", "the font shows 口 under this radical", context
                )
            else:
                yield Edit(at, at + 1, _ORDINARY[radical], "radical")


def _is_doubled(radical: str, after: str) -> bool:
    ordinary = _ORDINARY[radical]
    return after != "" and after in (ordinary, _TWINS.get(ordinary))


def _drop_doubled(run: str, start: int, character: str, context: Context) -> Iterator[Edit | Finding]:
    end = start + len(run)
    yield Edit(end - 1, end, "", "radical-beside-its-character")
    if len(run) > 1:
        # ⼲⼴广: the font names one glyph by several radicals, of which only the last is its own.
        reason = f"these radicals belong to the {character} that follows"
        yield from _in_doubt(start, end - 1, run[:-1], "", reason, context)


def _in_doubt(
    start: int, end: int, was: str, now: str, reason: str, context: Context
) -> Iterator[Edit | Finding]:
    data = {"was": was, "now": now}
    if context.profile.strict:
        yield Finding(start, end, "proposal", reason, DOUBTFUL, data)
    else:
        yield Finding(start, end, "doubtful", reason, DOUBTFUL, data)
        yield Edit(start, end, now, "radical-for-another", DOUBTFUL)


def _plain(text: str) -> str:
    return "".join(_ORDINARY.get(character, character) for character in text)


def _is_mouth(before: str, after: str) -> bool:
    if before.endswith("人"):
        return _PEOPLE_AFTER.match(after) is not None and _PEOPLE_BEFORE.search(before[:-1]) is None
    return before[-1:] in tuple(_MOUTH_BEFORE) or after[:1] in tuple(_MOUTH_AFTER)
