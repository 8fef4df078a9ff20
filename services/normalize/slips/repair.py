"""From a text to its repairs: detect, search, weigh against leaving it alone, prove by damaging again."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from ..language.glance import glance_at
from ..language.model import I64, Model
from ..language.table import SKIP, TRADITIONAL
from ..units import codes_of
from .around import (
    CLOSE,
    NEAREST,
    NEIGHBOURHOOD,
    WITNESSES,
    are_inside,
    document_around,
    running_near,
    witnesses_in,
)
from .candidates import Candidates
from .closing import BRACKETS, LINE_GAIN, SURE, balanced, certainly_swallowed
from .costs import Costs
from .damage import Proof, prove
from .detect import PAD, Once, Span, among_chinese, better_one_off, lonely_core, spans_of
from .glimpse import SHORT, STEP_BUDGET, promises, tokens_of
from .lattice import Piece, read_lattice
from .notes import LETTER, Note, passed_over, reads_as
from .search import ExhaustedError, Search
from .steps import MISREAD_NOTE_COST, START_COST
from .window import WOUNDS, Window, history_key

NOTICED: Final = 750
"""Per mille of the gain that a repair needs; from here on what falls short is a finding."""

SWALLOWED: Final = 900
"""Per mille for the end of a run that may have swallowed a digit or a line end."""

NARROWING: Final = ((80, 1), (180, 2), (600, 4))
"""Stored characters up to which a window is searched with all nodes, half of them, a fourth: the middle of a long one
is held from both sides, and with half of them 290 characters with dropped pairs went beyond the budget."""

NEEDED_GAIN: Final = 8_000
"""Milli-nats that a reading must win over leaving the text alone. The highest gain on 6.2 million clean characters
(Simplified, with flat marks, Traditional by four converters) was 4,050; true readings of a letter win 10,000 to 19,000,
of two characters 9,900 to 40,000."""

TAG_GAIN: Final = 4_000
"""The same where the mark took the bracket of a tag along (心?！?/p>): that no clean text has."""

LETTER_GAIN: Final = 5_000
"""The same for a letter alone, or behind a mark (，F在 was 。現在): of 171 that authors wrote none can be read so, and
true ones win from 6,500; alone from 7,560, and what authors wrote starts no search (57 in a million characters)."""

_LETTER: Final = re.compile(r"(?:[?\ufffd]?[，；：！？（,;:!?(])?[@-~]")

FLUENT: Final = 3_500
HALTING: Final = 6_500
FOLLOWING: Final = 3
"""Milli-nats a character that a reading may cost, the stored characters behind it included: the first and a tenth of
what it wins, at most the second. True readings cost 2,400 to 4,200, one in a hundred up to 6,000 with names in it.
Names of rare characters (佴嬛、亓垚) cost so much as they stand that some reading of them wins by 10,000 and more; it
costs 5,100 to 10,000 a character."""

CERTAIN_DAMAGE: Final = 20_000
"""Milli-nats of gain from which a place is told even if no reading of it is fluent."""

CERTAIN_PLACES: Final = 6
"""Suspicious places, at least every third character one, that make a span damaged even if no reading of it is found."""

LONGEST: Final = 600
"""Stored characters in one window."""

MOST_SEARCHES: Final = 40
"""Windows searched in one document."""

DOCUMENT_BUDGET: Final = 3 * STEP_BUDGET
"""Hypotheses that all searches of one document may weigh: a text of nothing but marks of loss took 45 s without it."""

GLIMPSES: Final = 4 * STEP_BUDGET
"""The same for all glimpses: some 180, of 65,000 steps each, where every line of a page lost bytes. Beyond it a place
that reads better one off counts as promising, unseen."""

FRUITLESS: Final = 3
"""How many times its steps a search is charged that repairs nothing: noise is not searched to its end."""

TEMPERATURE: Final = 1_300
"""Per mille by which costs are divided before paths are summed: the table is surer than it should be."""


class Doubt(NamedTuple):
    """A character that another plausible reading would write differently; ``start:end`` in the stored text."""

    start: int
    end: int
    char: str
    confidence: int


class Repair(NamedTuple):
    """One run: what stands there, what it was, and how sure that is."""

    start: int
    end: int
    new: str
    alignment: tuple[tuple[int, int], ...]
    gain: int
    each: int
    """Milli-nats that each character of the reading costs."""
    doubts: tuple[Doubt, ...]
    proof: Proof | None
    needed: int = NEEDED_GAIN

    @property
    def applies(self) -> bool:
        """Whether it is proved, wins by enough, and is Chinese by itself."""
        return (
            self.proof is not None
            and self.gain >= self.needed
            and self.each <= _bearable(self.gain, self.needed)
        )


def _needed(stored: str, new: str) -> int:
    """What a reading must win: less where a tag, or a letter for a second byte, tells that bytes slipped."""
    if new.endswith(BRACKETS):
        return TAG_GAIN
    return LETTER_GAIN if _LETTER.fullmatch(stored) else NEEDED_GAIN


def _bearable(gain: int, needed: int) -> int:
    """What each character may cost of a reading that wins ``gain``; two marks before a tag are no fluent text."""
    return HALTING if needed == TAG_GAIN else min(FLUENT + gain // 10, HALTING)


def repairs_of(text: str, places: I64, model: Model) -> Iterator[Repair]:
    """Find the damaged runs of ``text``; what falls short of a repair is given too, with its proposal.

    ``places`` are those the gate let through.
    """
    if not len(places):
        return
    codes = codes_of(text)
    symbols = model.fold[codes]
    notes = passed_over(text)
    shown = symbols.copy()
    for start, end, *_ in notes:
        shown[start:end] = SKIP
    strangers = glance_at(text).odd
    once = Once(codes)
    spans: list[Span] = []
    cores: list[Span] = []
    taken: frozenset[Span] = frozenset()
    # Nearly all places of clean texts are told from what stands close to them.
    for reach in (NEAREST, CLOSE, NEIGHBOURHOOD):
        costs = running_near(model, shown, places, reach)
        found = spans_of(text, codes, places, costs)
        if reach == NEAREST and not are_inside(found, shown, places, reach):
            continue
        found = [span for span in found if among_chinese(text, codes, span)]
        spans = better_one_off(text, codes, found, costs, model)
        taken = frozenset(spans)
        cores = [
            core
            for span in found
            if span not in taken and (core := lonely_core(text, codes, span, strangers, costs, model, once))
        ]
        if not spans and not cores:
            return
    left = GLIMPSES
    promising: list[Span] = []
    for span in sorted([*spans, *cores]):
        # Long ones win by themselves; of the short ones names and units of measure (μg/m?) are the most.
        if span.end - span.start > SHORT and span in taken:
            promising.append(span)
        elif left > 0:
            promises_some, steps = promises(text, codes, span, notes, model, budget=min(left, STEP_BUDGET))
            left -= steps
            if promises_some:
                promising.append(span)
        elif span in taken:
            promising.append(span)
    spans = promising
    if not spans:
        return
    document = document_around(model, codes, shown, spans)
    candidates = Candidates(Costs(model, document))
    witness = witnesses_in(text, codes)
    left = DOCUMENT_BUDGET
    for number, span in enumerate(spans):
        if left <= 0 or number >= MOST_SEARCHES:
            yield _told(span)
        else:
            odd = int(np.searchsorted(places, span.end) - np.searchsorted(places, span.start))
            dense = odd >= CERTAIN_PLACES and odd * 3 >= span.end - span.start
            left -= yield from _repair(
                text, span, notes, candidates, witness, budget=min(left, STEP_BUDGET), certain=dense
            )


def _told(span: Span) -> Repair:
    """Nothing is proposed, but the place is told."""
    return Repair(span.start, span.end, "", (), 0, 0, (), None)


def _repair(
    text: str,
    span: Span,
    notes: Sequence[Note],
    candidates: Candidates,
    witness: I64,
    *,
    budget: int,
    certain: bool,
) -> Generator[Repair, None, int]:
    """Search one span; tells how many steps that is charged. A ``certain`` one is told if nothing is found."""
    costs = candidates.costs
    start = max(0, span.start - PAD)
    end = min(len(text), span.end + PAD, start + LONGEST)
    tokens = tokens_of(text, start, end, span, notes, costs)
    window = Window(start, tokens, history_key(costs.model, text, start))
    private = any("\ue000" <= char <= "\uf8ff" for char in text[start:end])
    narrow = next((share for most, share in NARROWING if len(tokens) <= most), NARROWING[-1][1])
    search = Search(window, candidates, drops=not private, budget=budget, narrow=narrow)
    try:
        final = search.run()
    except ExhaustedError:
        yield _told(span)
        return search.steps * FRUITLESS
    reading = read_lattice(search, final, costs.model.fold, temperature=TEMPERATURE)
    pieces = reading.pieces if reading else ()
    made = [
        one
        for group in _runs(pieces)
        if (one := _made(text, start, group, search, pieces))
        and (one.gain >= CERTAIN_DAMAGE or int(witness[one.start : one.end + 1].sum()) >= WITNESSES)
    ]
    if not made and (certain or reading is None):
        yield _told(span)
    yield from made
    return search.steps * (1 if any(one.applies for one in made) else FRUITLESS)


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The slipped stretches of a reading, one by one."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.slipped:
            run.append(piece)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _made(
    text: str, base: int, run: Sequence[Piece], search: Search, pieces: Sequence[Piece]
) -> Repair | None:
    costs = search.costs
    start, end = base + run[0].start, base + run[-1].end
    stored = text[start:end]
    ahead = pieces[: pieces.index(run[0])]
    run = balanced(run, text[:start], text[end:])
    new = "".join(chr(piece.char) for piece in run if piece.char)
    if new == stored or all(char in WOUNDS for char in stored):
        return None  # marks alone bear no witness of what was lost: blanks of a page become such marks, too
    gain, each = _weighed(run, search, ahead, pieces)
    if _is_as_noted(run[-1], search.window):
        gain += MISREAD_NOTE_COST
    swallowed = _swallowed(text, end, search, new)
    needed = _needed(stored, new + swallowed)
    if gain * 1000 < needed * NOTICED or (gain < CERTAIN_DAMAGE and each > _bearable(gain, needed)):
        return None
    alignment: list[tuple[int, int]] = []
    doubts: list[Doubt] = []
    for piece in run:
        width, chars = piece.end - piece.start, 1 if piece.char else 0
        if width or chars:
            alignment.append((width, chars))
        if piece.char and piece.confidence < SURE:
            doubts.append(Doubt(base + piece.start, base + piece.end, chr(piece.char), piece.confidence))
    if swallowed:
        alignment.append((0, 1))
        new += swallowed
    if swallowed and swallowed not in BRACKETS:
        doubts.append(Doubt(end, end, swallowed, SWALLOWED))
    note = _NOTE.match(stored)
    torn = note.group() if note and not run[0].char else None
    proof = _prove(text[end:], new, stored, costs, torn)
    if proof is not None and stored[-1] in WOUNDS and (end == len(text) or text[end] < "\x80"):
        # The last mark may stand for a character below 0x40 as well, which is gone without a trace.
        last = run[-1]
        if last.char and last.confidence >= SURE:
            doubts.append(Doubt(base + last.start, base + last.end, chr(last.char), SWALLOWED))
    return Repair(start, end, new, tuple(alignment), gain, each, tuple(doubts), proof, needed)


def _is_as_noted(last: Piece, window: Window) -> bool:
    """Tell whether a run ends in a character that is read as the note behind it says."""
    beside = [window.tokens[at] for at in (last.end - 1, last.end) if 0 <= at < len(window.tokens)]
    reading = next((token.reading for token in beside if token.reading), "")
    return bool(reading and last.char) and reads_as(chr(last.char), reading)


def _swallowed(text: str, end: int, search: Search, new: str) -> str:
    """What the last mark of a run took with it: the bracket of the tag behind it, a year's first digit, a line end.

    Before a Chinese character the mark has swallowed a byte below 0x40 for certain; before such a byte it may have
    swallowed none. Which digit it was, if it was one, nothing tells but a year.
    """
    if certain := certainly_swallowed(text, end):
        return certain
    following = text[end : end + 1]
    if text[end - 1] not in WOUNDS or following in ("", "\n"):
        return ""
    read, after = [ord(char) for char in new[-6:]], [min(ord(char), 0xFFFF) for char in text[end : end + 6]]
    costs, history = search.costs, search.window.before
    others = ("0", "%", ")") if following > "\x80" else ("", "0", "%", ")")
    line, *rest = (costs.of_text([*read, *map(ord, char), *after], history) for char in ("\n", *others))
    return "\n" if line + LINE_GAIN < min(rest) else ""


def _weighed(
    run: Sequence[Piece], search: Search, ahead: Sequence[Piece], pieces: Sequence[Piece]
) -> tuple[int, int]:
    """What this run alone wins: the reading with it left as stored, less the reading; and what each character costs."""
    tokens = search.window.tokens
    start, end = run[0].start, run[-1].end
    stored = [token.char for token in tokens[start:end] if not token.ghost]
    before = [piece.char for piece in ahead if piece.char]
    after = [piece.char for piece in pieces if piece.start >= end and not piece.slipped and piece.char]
    read = [piece.char for piece in run if piece.char]
    costs, history = search.costs, search.window.before
    left = costs.of_text(before + stored + after, history)
    gain = left - costs.of_text(before + read + after, history) - START_COST
    read += after[:FOLLOWING]
    return gain, (costs.of_text(before + read, history) - costs.of_text(before, history)) // max(len(read), 1)


_NOTE: Final = re.compile(rf"[?\ufffd]?\(?{LETTER}+\s?\)")


def _prove(after: str, new: str, stored: str, costs: Costs, torn: str | None) -> Proof | None:
    conversions = _conversions(stored, costs) if costs.document.script == "Hant" else None
    if torn is None:
        return prove(new, stored, after=after, conversions=conversions)
    # The note was put in after the first byte of the run, and its bracket went with that byte.
    whole = torn if "(" in torn else "(" + torn.lstrip("?\ufffd")
    return prove(new, stored, after=after, conversions=conversions, torn=(whole, 1))


def _conversions(stored: str, costs: Costs) -> dict[str, str]:
    model = costs.model
    out: dict[str, str] = {}
    for char in stored:
        code = ord(char)
        if code < 65536 and model.form[code] & TRADITIONAL:
            plain = model.symbols[model.fold[code]]
            if plain != char:
                out[plain] = char
    return out
