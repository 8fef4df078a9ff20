"""Marks that stand in the place of others: small forms, a dot or a full stop for a decimal point, a flat full stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import Paragraphs
from .signs import HAN, begins_with_label

_SMALL: Final = {
    "﹐": "，",
    "﹑": "、",
    "﹔": "；",
    "﹕": "：",
    "﹖": "？",
    "﹗": "！",
    "﹙": "（",
    "﹚": "）",
    "﹝": "〔",
    "﹞": "〕",
    "｡": "。",
    "､": "、",
    "｢": "「",
    "｣": "」",
}
"""Small form variants (CNS 11643, kept in Big5): Chinese marks, drawn small. And the halves of Japan (JIS X 0201)."""

SMALL_FORMS: Final = frozenset(_SMALL)
_SMALL_FORM: Final = re.compile(f"[{''.join(_SMALL)}]")


def enlarge_small_forms(text: str, context: Context) -> Iterator[Edit]:
    """Write small forms as the marks they are: 任务﹕一是稳增长﹔ → 任务：一是稳增长；."""
    paragraphs = Paragraphs(text, context.alphabet)
    for found in _SMALL_FORM.finditer(text):
        if paragraphs.at(found.start()).is_chinese:
            yield Edit(found.start(), found.end(), _SMALL[found.group()], "small-form")


_UNIT: Final = "(?:[%％‰万亿]|个百分点)"
_DOTTED: Final = Words.everywhere([f"·{digit}" for digit in range(10)])
_STOPPED: Final = Words.everywhere([f"{digit}。" for digit in range(10)])
"""Rarer than figures behind a full stop: a sentence that ends with a figure has its unit there."""
ODD_POINTS: Final = Words.everywhere((*_DOTTED.spelled, *_STOPPED.spelled))
_MIDDLE_DOT: Final = re.compile(rf"·(?<=[0-9]·)(?=[0-9]{{1,3}}(?:{_UNIT}|[元倍吨亩]|公里|平方|千米|千瓦))")
_FULL_STOP: Final = re.compile(rf"。(?<=[0-9]。)(?:(?=[0-9]{{1,2}}{_UNIT})|(?<=[^0-9]0。)(?=[0-9]{{1,4}}))")
_ANY_DOT: Final = re.compile("·(?<=[0-9]·)(?<![“”][0-9]·)(?<![“”][0-9]{2}·)(?=[0-9]{1,3}(?![0-9”·]))")
_OTHER_STOP: Final = re.compile("。(?<=[0-9]。)(?=[0-9]{1,4}(?:[元倍吨亩∶:]|公里|平方|立方))")
"""One shows that a text writes its points so, also before other units."""
_FIGURE: Final = re.compile(r"(?<![0-9.,第])(?<!第 )(?!(?:19|20)[0-9]{2}\Z)[0-9]{1,5}\Z")
"""What stands before such a full stop: a figure that is no rank (居全省第1。88%的村…) and no year."""

STOP_IN_FIGURE: Final = 900
"""Confidence, per mille, that 。 between a figure and figures with a unit is its point: in the counted corpus 26 are
(178。4亿美元) and one is the end of a sentence behind a rank, which is told apart."""


def read_odd_points(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Read a point that was set as another mark: 22·7% → 22.7%, 178。4亿 → 178.4亿 (flagged); “5·12” stays.

    Where a paragraph has one, its other figures with that mark inside have one too: 11·9∶52·9∶35·2.
    """
    near = neighbours_of(text)
    if "·" in context.alphabet and near.among(_DOTTED):
        paragraphs = Paragraphs(text, context.alphabet)
        last = -1
        for found in _MIDDLE_DOT.finditer(text):
            start, end, chinese = paragraphs.at(found.start())
            if chinese and start != last:
                last = start
                for dot in _ANY_DOT.finditer(text, start, end):
                    yield Edit(dot.start(), dot.end(), ".", "decimal-point")
    if not near.among(_STOPPED):
        return
    stops = {stop.start() for stop in _FULL_STOP.finditer(text) if _is_figure(text, stop.start())}
    if stops:
        stops |= {stop.start() for stop in _OTHER_STOP.finditer(text) if _is_figure(text, stop.start())}
    for at in sorted(stops):
        data = {"was": "。", "now": "."}
        if context.profile.strict:
            yield Finding(at, at + 1, "proposal", "this full stop may be a point", STOP_IN_FIGURE, data)
        else:
            message = "a full stop in a figure is read as its point"
            yield Finding(at, at + 1, "doubtful", message, STOP_IN_FIGURE, data)
            yield Edit(at, at + 1, ".", "decimal-point", STOP_IN_FIGURE)


def _is_figure(text: str, at: int) -> bool:
    return _FIGURE.search(text, max(0, at - 8), at) is not None


STOPS: Final = frozenset(".")
_FLAT_STOP: Final = re.compile(
    rf"\.(?:(?<=%\.)(?=[{HAN}“])|(?<=[%）”》{HAN}]\.)(?=[\"”]?[ \u3000]*(?:\n|\Z)))"
)
_FLAT_STOPS: Final = Words.everywhere(["%.", ".\n", ". ", ".\u3000", '."', ".”"])
_PROSE: Final = re.compile("[，、；。：！？]")
LEAST_SENTENCE: Final = 6
"""Characters of a sentence that a flat full stop ends; 甲. and 一. are labels."""


_BETWEEN: Final = re.compile(rf"\.(?<=[{HAN}]\.)(?=[{HAN}0-9“])")
_CLAUSE_END: Final = re.compile("[^，、；：！？.]+\\Z")
"""A clause behind a mark: a name in a list is shorter (努尔兰.阿不都), and a line that is nothing else has no mark."""
LEAST_FLAT: Final = 3
"""Flat full stops from which on a text without a single 。 is one that has these in its place."""
BETWEEN: Final = 900
"""Confidence, per mille, of one between two ideographs."""


def round_full_stops(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Write a full stop that was typed flat as one: 增长7%.我市… → 增长7%。我市…, at a sentence's end too.

    Between two ideographs it stays: there it may be the dot of a name (艾尔肯.吐尼亚孜). In a text that has no other
    full stop it is one, behind a sentence.
    """
    if "。" not in text:
        yield from _between(text, context)
    if not (neighbours_of(text).among(_FLAT_STOPS) or text.endswith(".")):
        return
    paragraphs = Paragraphs(text, context.alphabet)
    for found in _FLAT_STOP.finditer(text):
        at = found.start()
        start, _, chinese = paragraphs.at(at)
        if (
            chinese
            and at - start >= LEAST_SENTENCE
            and (
                text[at + 1 : at + 2].strip() != ""  # a sentence goes on behind it
                or _PROSE.search(text, start, at) is not None
                or begins_with_label(text, start)
            )
        ):
            yield Edit(at, at + 1, "。", "full-stop")


def _between(text: str, context: Context) -> Iterator[Edit | Finding]:
    found = [dot.start() for dot in _BETWEEN.finditer(text)]
    if not found or len(found) + sum(1 for _ in _FLAT_STOP.finditer(text)) < LEAST_FLAT:
        return
    paragraphs = Paragraphs(text, context.alphabet)
    for at in found:
        start, _, chinese = paragraphs.at(at)
        clause = _CLAUSE_END.search(text, start, at)
        if (
            not chinese
            or clause is None
            or len(clause.group()) < LEAST_SENTENCE
            or not clause.start() > start
        ):
            continue
        if text[at + 1].isascii():
            yield Edit(at, at + 1, "。", "full-stop")
            continue
        reason = "a flat dot in a text that has no other full stop"
        data = {"was": ".", "now": "。"}
        if context.profile.strict:
            yield Finding(at, at + 1, "proposal", reason, BETWEEN, data)
        else:
            yield Finding(at, at + 1, "doubtful", reason, BETWEEN, data)
            yield Edit(at, at + 1, "。", "full-stop", BETWEEN)
