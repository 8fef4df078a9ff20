"""Where a text holds GBK or Big5 that was read byte by byte (see ``mixing``), and what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from ..language.model import I64, Model
from .chains import Alignment, Step, undo
from .lossy import Guess
from .mixing import tokens_of
from .pair_codecs import COMMAS, codec_of
from .pairing import Pairing
from .torn_signs import TORN
from .undo import FLUENT_SHORT, GAIN, LEAST_HAN, SHORT, Undone, cost_of, undo_chain
from .way_back import Read

_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_ODD: Final = re.compile("[\u0080-\u1fff\u2c00-\u2dff\ua000-\uabff]")
"""What no line of clean Chinese has but by exception: letters with accents, of other alphabets, Hangul excepted."""

CHINESE: Final = 8_500
"""Milli-nats a character at most: web pages of all kinds cost up to 8, sixteen other languages and codecs read so
10.4 and more."""

CHINESE_BESIDE: Final = 9_500
"""The same where the rest of the text proved how it was read: names, headings, contents."""

CLEAR: Final = 980
"""Per mille; what is less sure is a guess. Calibrated by ``bench.slips.mojibake``."""

DEAR: Final = 16_000
TIMES: Final = 4
UNLIKELY: Final = 900
"""Milli-nats, and times what a character costs there, from which two neighbours are guesses whatever the ways beside
them read, and per mille for them: the way that reads them right may have been given up. Of 28 characters read wrong in
held-out reports the ways told 12, this all; and it tells one in sixty of those read right."""

PLAIN: Final = 5
"""Of the characters that were found, at most one in so many is read with missing bytes: then none is missing."""

LONG: Final = 60
"""Characters of a line behind which such a comma divides it: stretches are read side by side."""

SHORTEST: Final = 3
"""Stored characters of a run that has clean Chinese beside it: a middle dot there is one."""

_LETTER: Final = re.compile("[\u00a1-\u00ff]")
_LETTER_BEHIND: Final = re.compile("[\u00a1-\u00ff][@-~]")
LETTERS: Final = 8
"""Of the bytes above A0 one in so many has a byte of ASCII behind it in Big5, whose second bytes begin at 40 (one in
four), and not in GBK (one in fifty): the likelier codec is tried first, and mostly alone."""

MOST: Final = 60_000
"""Characters that are read; a longer text keeps a finding for the rest."""

STEPS: Final = (Step(TORN, "gb18030"), Step(TORN, "big5hkscs"))

_LETTER_IN_WORD: Final = re.compile("[\u3400-\u9fff][@-~][\u3400-\u9fff]")
"""What pairing from a wrong byte gives, in Big5 above all; a text that has such letters itself takes the long way."""


class _Stretch(NamedTuple):
    start: int
    end: int
    tokens: list[str]


class _Span(NamedTuple):
    """Characters that were read otherwise, with clean ones between them only where they are ASCII."""

    undone: Undone
    han: int
    length: int
    cost: int
    stays: int


def undone_torn(text: str, model: Model) -> list[Undone]:
    """Find what was read byte by byte, in the codec that reads best."""
    steps = STEPS if len(_LETTER_BEHIND.findall(text)) * LETTERS < len(_LETTER.findall(text)) else STEPS[::-1]
    for step in steps:
        plain = Step("windows-1252", step.right)
        stretches = list(_stretches(text, COMMAS[step.right]))
        if all(_plain(text[one.start : one.end], plain, model) for one in stretches):
            return []  # a chain that loses nothing undoes it at once
    best: tuple[int, list[Undone]] = (0, [])
    for step in steps:
        stretches = list(_stretches(text, COMMAS[step.right]))
        pairing = Pairing(
            model,
            codec_of(step.right, model),
            drops="\u00ad" not in text,
            private=_PRIVATE.search(text) is None,
        )
        before = ["，" if text.endswith(pairing.codec.comma, 0, one.start) else "" for one in stretches]
        reads = pairing.read([one.tokens for one in stretches], before)
        spans = [
            span
            for one, read in zip(stretches, reads, strict=True)
            if read is not None
            for span in _spans(text, one, read, step, model)
        ]
        kept = _won(spans)
        gain = sum(span.stays - span.cost for span in kept)
        if gain > best[0]:
            best = (
                gain,
                _plainly([span.undone for span in kept], text, Step("windows-1252", step.right), model),
            )
        if kept:
            break
    return best[1]


def _plainly(found: list[Undone], text: str, plain: Step, model: Model) -> list[Undone]:
    """Read all of a text plainly where nearly all of it was: no byte is missing in one line alone.

    But for a line of which the plain reading is no Chinese: the byte AD is rare enough to be one line's.
    """
    torn = [undone for undone in found if undone.chain != (plain,)]
    if sum(len(undone.new) for undone in torn) * PLAIN > sum(len(undone.new) for undone in found):
        return found
    out: list[Undone] = []
    for undone in found:
        whole = None if undone.chain == (plain,) else _plain(text[undone.start : undone.end], plain, model)
        if whole is not None and cost_of(whole[0], model)[0] <= cost_of(undone.new, model)[0] + GAIN:
            out.append(undone._replace(new=whole[0], alignment=whole[1], chain=(plain,), guesses=()))
        else:
            out.append(undone)
    return out


def _plain(stored: str, plain: Step, model: Model) -> tuple[str, Alignment] | None:
    """Read a stretch whole by one codec, if that gives Chinese without a letter in its words."""
    whole = undo_chain(stored, (plain,))
    if whole is None or _LETTER_IN_WORD.search(whole[0]):
        return None
    wide = np.array([char > "\x7f" for char in whole[0]])
    cost = int(model.costs_of(whole[0])[wide].sum())
    return whole if cost <= int(wide.sum()) * CHINESE else None


def _stretches(text: str, comma: str) -> Iterator[_Stretch]:
    left = MOST
    for line in re.finditer("[^\r\n]+", text):
        if not _ODD.search(line.group()):
            continue
        start = line.start()
        while start < line.end() and left > 0:
            end = text.find(comma, start + LONG, line.end())
            end = line.end() if end < 0 else end + len(comma)
            if not text[start:end].isascii():
                yield _Stretch(start, end, tokens_of(text[start:end]))
                left -= end - start
            start = end


def _spans(text: str, stretch: _Stretch, read: Read, step: Step, model: Model) -> Iterator[_Span]:
    """The parts of a stretch that were read otherwise than they stand."""
    costs = model.costs_of(read.text)
    stays = model.costs_of(text[stretch.start : stretch.end])
    guesses = dict(read.guesses)
    plain = Step("windows-1252", step.right)
    token = at = new = 0
    group: list[tuple[int, int, int, int, bool]] = []
    groups = [group]
    for before, after, _ in read.pieces:
        width = sum(map(len, stretch.tokens[token : token + before]))
        was, now = text[stretch.start + at : stretch.start + at + width], read.text[new : new + after]
        if was == now and not was.isascii():
            group = []
            groups.append(group)
        else:
            group.append((at, width, new, after, was != now))
        token, at, new = token + before, at + width, new + after
    for pieces in groups:
        changed = [number for number, piece in enumerate(pieces) if piece[4]]
        if not changed:
            continue
        inner = pieces[changed[0] : changed[-1] + 1]
        if len(groups) > 1 and sum(piece[1] for piece in inner) < SHORTEST:
            continue
        begin, end = inner[0][0], inner[-1][0] + inner[-1][1]
        first, last = inner[0][2], inner[-1][2] + inner[-1][3]
        part = read.text[first:last]
        wide = np.array([char > "\x7f" for char in part])
        usual = int(costs[first:last][wide].mean()) if wide.any() else 0
        pairs = costs[first:last] + np.append(costs[first + 1 : last], 0)
        dear = pairs >= max(DEAR, TIMES * usual)
        dear[1:] |= dear[:-1].copy()
        undone = Undone(
            stretch.start + begin,
            stretch.start + end,
            part,
            tuple((piece[1], piece[3]) for piece in inner),
            (plain if undo(text[stretch.start + begin : stretch.start + end], plain) == part else step,),
            tuple(
                Guess(place - first, sure)
                for place in range(first, last)
                if (sure := min(guesses.get(place, 1000), UNLIKELY if dear[place - first] else 1000)) < CLEAR
                and not read.text[place].isspace()
            ),
        )
        yield _Span(
            undone,
            sum("\u3400" <= char <= "\u9fff" for char in part),
            int(wide.sum()),
            int(costs[first:last][wide].sum()),
            int(_wide(stays, text, stretch.start, begin, end)),
        )


def _wide(costs: I64, text: str, start: int, begin: int, end: int) -> int:
    return sum(int(costs[at]) for at in range(begin, end) if text[start + at] > "\x7f")


def _won(spans: list[_Span]) -> list[_Span]:
    """The spans that are Chinese: by themselves, or because all together are."""
    alone = [span for span in spans if _wins(span)]
    han, count, cost = (sum(getattr(span, name) for span in spans) for name in ("han", "length", "cost"))
    if not alone or han < SHORT or cost > count * CHINESE:
        return alone
    return [span for span in spans if span.cost <= span.length * CHINESE_BESIDE and span.cost < span.stays]


def _wins(span: _Span) -> bool:
    bar = CHINESE if span.han >= SHORT else FLUENT_SHORT
    return (
        span.han >= LEAST_HAN
        and span.han * 2 >= span.length
        and span.stays - span.cost >= GAIN
        and span.cost <= span.length * bar
    )
