"""What a search walks over, made ready; and a first search that sees little, to tell whether another is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from ..language.document import DocumentModel
from ..language.model import Model
from .candidates import Candidates
from .costs import Costs
from .detect import Codes, Span, is_traditional
from .notes import Note, torn_trails
from .search import FAR, ExhaustedError, Search
from .window import MIXED_COST, WOUNDS, Token, Window, history_key, pairs_of

STEP_BUDGET: Final = 3_000_000
"""Hypotheses one search may weigh (3 to 4 s); a run of 25 characters with dropped pairs takes 500,000."""

START_REACH: Final = 5
"""Characters before the first bad one from which a slip may begin: a slipped character may look well."""

WIDEST_INDENT: Final = 40
"""Blanks before a line's first character, at most: nothing farther away is looked at."""

WIDE_MARKS: Final = "，；：！？（）"

GLIMPSE: Final = 12
GLIMPSE_PAD: Final = 3
GLIMPSE_GAIN: Final = 6_000
SHORT: Final = 40
"""Of a search that only tells whether another one is worth its time (25 ms): the share of nodes it keeps, characters
on either side, milli-nats that some reading must win, and the characters up to which a span is asked so."""


def tokens_of(
    text: str, start: int, end: int, span: Span, notes: Sequence[Note], costs: Costs
) -> tuple[Token, ...]:
    """What each character of ``text[start:end]`` may have been; a slip may begin in or shortly before ``span``."""
    model = costs.model
    stored = text[start:end]
    flattened = MIXED_COST if any(mark in stored for mark in WIDE_MARKS) else 0
    converted = costs.document.script == "Hant"
    notes = [note for note in notes if note.end >= start and note.start <= end]
    ghosts = {at for note in notes for at in range(note.start, note.end)}
    torn = {at: (length, trails) for at, length, trails in torn_trails(text, start, end)}
    readings = {note.start - note.beheaded: note.reading for note in notes}
    return tuple(
        Token(
            min(ord(char), 0xFFFF),
            pairs_of(char, model, flattened=flattened, converted=converted),
            char in WOUNDS,
            at in ghosts,
            span.start - START_REACH <= at < span.end,
            (torn[at],) if at in torn else (),
            _heads_line(text, at),
            readings.get(at, ""),
        )
        for at, char in enumerate(stored, start)
    )


def _heads_line(text: str, at: int) -> bool:
    """Tell whether nothing but blanks stands before a character in its line."""
    _, end, before = text[max(0, at - WIDEST_INDENT) : at].rpartition("\n")
    return not before.strip() and bool(end or at <= WIDEST_INDENT)


@lru_cache(maxsize=2)
def _of_no_document(model: Model, script: str) -> Candidates:
    """Candidates in a script, whatever the document has itself: made once, where a document's own take 60 ms."""
    return Candidates(Costs(model, DocumentModel([], np.zeros(65536, bool), script)))


def promises(
    text: str, codes: Codes, span: Span, notes: Sequence[Note], model: Model, *, budget: int
) -> tuple[bool, int]:
    """Tell, by a search that keeps few nodes and sees little around it, whether some reading of ``span`` wins.

    Gives its steps, too; what a ``budget`` of them does not suffice for is promising.
    """
    start, end = max(0, span.start - GLIMPSE_PAD), min(len(text), span.end + GLIMPSE_PAD)
    candidates = _of_no_document(model, "Hant" if is_traditional(codes, span, model) else "Hans")
    costs = candidates.costs
    window = Window(start, tokens_of(text, start, end, span, notes, costs), history_key(model, text, start))
    private = any("\ue000" <= char <= "\uf8ff" for char in text[start:end])
    search = Search(window, candidates, drops=not private, budget=budget, narrow=GLIMPSE)
    try:
        final = search.run()
    except ExhaustedError:
        return True, search.steps
    stored = [token.char for token in window.tokens if not token.ghost]
    best = int(search.score[final].min()) if len(final) else FAR
    return costs.of_text(stored, window.before) - best >= GLIMPSE_GAIN, search.steps
