"""The search: which text, damaged by a byte slip, reads like this?

A window of stored text is walked character by character. A hypothesis is *aligned* (it reads what is stored) or
*slipped*: then it holds the pending lead byte of a character, and the next stored pair ``(b1, b2)`` gives it the
trail ``b1`` and leaves ``b2`` pending. Bytes that left no trace (the lost one, both of a dropped private-use pair)
stand for every value that the mechanism allows, and the language decides. The channel is deterministic, so the
cost of a reading is the cost of its text; hypotheses with the same last four characters and the same pending byte
are one node of a lattice, from which the confidence of each character is summed at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..language.model import I64
from ..language.table import ORDER, SKIP, SYMBOL_BITS
from .candidates import ALIGNED, ANY, Candidates, Choices
from .codes import CHARACTER
from .costs import BLANK_COST
from .notes import reads_as
from .steps import MISREAD_NOTE_COST, SECOND_LOSS_COST, START_COST, Steps, passing, reading, torn
from .window import Token, Window

_BITS: Final = np.uint64(SYMBOL_BITS)
_HISTORY: Final = np.uint64((1 << (SYMBOL_BITS * (ORDER - 1))) - 1)

SLIPPED_BEAM: Final = 300
ALIGNED_BEAM: Final = 32
ENDING_BEAM: Final = 40
DROPPED_ENDING_BEAM: Final = 16
STARTING_BEAM: Final = 6
DROP_BEAMS: Final = (300, 200, 100)
"""Nodes kept at one position: slipped, aligned, asked for an end, asked for a start, after each dropped pair."""

MARGIN: Final = 18_000
"""A node this many milli-nats behind the best of its position cannot win."""

LEAD: Final = 12_000
"""Milli-nats by which the best aligned node may be ahead before slips are no longer followed: in clean text around a
run a slip falls behind by more within three characters."""

HINT: Final = 8_000
"""Milli-nats that a whole history may know better than a pair of characters, where pairs alone are asked first."""

WEIGHED: Final = 8
"""Of the steps to one place the hopeful ones are weighed under a whole history: so many times the nodes kept."""

DROP_CREDIT: Final = 3_000
"""Milli-nats a dropped pair is ahead when nodes are ranked: its path has read one character more than its rivals,
and one character of a report costs about as much. Without it 12 of 36 failures lost the true path."""

FAR: Final = 1 << 28
"""Milli-nats that no path has."""

NO_NODES: Final[I64] = np.zeros(0, np.int64)


class Arcs(NamedTuple):
    """Arcs of the lattice that were settled at one place."""

    source: I64
    target: I64
    char: I64
    cost: I64


class ExhaustedError(Exception):
    """The search weighed as many hypotheses as its budget allows."""


class Search:
    """One walk over one window. A node is a number; what is known of it stands in columns."""

    def __init__(
        self, window: Window, candidates: Candidates, *, drops: bool, budget: int, narrow: int = 1
    ) -> None:
        self.window = window
        self.candidates = candidates
        self.costs = candidates.costs
        self.drops = drops
        self.slipped_beam = SLIPPED_BEAM // narrow
        self.drop_beams = tuple(beam // narrow for beam in DROP_BEAMS)
        self.budget = budget
        self.steps = 0
        """Hypotheses weighed so far."""
        self.size = 0
        self.arcs: list[Arcs] = []
        room = 4096
        self.at = np.zeros(room, np.int64)
        """How many stored characters are behind each node."""
        self.keys = np.zeros(room, np.uint64)
        self.pending = np.zeros(room, np.int64)
        self.score = np.zeros(room, np.int64)
        self.rank = np.zeros(room, np.int64)
        """The score, less what the dropped pairs behind each node have in credit."""
        self._backoff = np.zeros((room, ORDER + 1), np.int32)
        self._places = np.zeros((room, 3), np.int32)
        self._limit = self._ending_limit = FAR

    # -- steps --------------------------------------------------------------------------------------------------------

    def _read_some(self, nodes: I64, pairs: tuple[I64, I64], pending: int, extra: int = 0) -> Iterable[Steps]:
        """Every node reads every one of some characters, those only that may stand beside its last one."""
        chars, symbols = pairs
        if not len(chars) or not len(nodes):
            return
        last = (self.keys[nodes] & np.uint64(SKIP)).astype(np.int64)
        met = self.costs.met(np.repeat(last, len(chars)), np.tile(symbols, len(nodes)))
        self.steps += len(met) >> 4  # a bit test is a sixteenth of a look-up
        of, which = np.divmod(np.flatnonzero(met), len(chars))
        yield from self._hinted(nodes[of], chars[which], symbols[which], np.full(len(of), pending), extra)

    def _read_choices(
        self, nodes: I64, choices: Choices, pending: int | None, extra: int = 0, dropped: int = 0
    ) -> Iterable[Steps]:
        """Every node reads what its pending byte allows; ``pending`` None: what is pending then is the choice's."""
        start = choices.first[self.pending[nodes]]
        count = choices.first[self.pending[nodes] + 1] - start
        total = int(count.sum())
        if not total:
            return
        which = np.arange(total) + np.repeat(start - np.cumsum(count) + count, count)
        source, symbols = np.repeat(nodes, count), choices.symbols[which]
        met = np.flatnonzero(self.costs.met((self.keys[source] & np.uint64(SKIP)).astype(np.int64), symbols))
        self.steps += total >> 4
        source, symbols, which = source[met], symbols[met], which[met]
        after = choices.after[which] if pending is None else np.full(len(which), pending)
        yield from self._hinted(source, choices.chars[which], symbols, after, extra, dropped)

    def _hinted(
        self, source: I64, chars: I64, symbols: I64, after: I64, extra: int, dropped: int = 0
    ) -> Iterable[Steps]:
        """Steps that are not too far behind by what pairs of characters cost."""
        last = (self.keys[source] & np.uint64(SKIP)).astype(np.int64)
        ends = after == ALIGNED
        rank = np.where(ends, self.score[source], self.rank[source] - dropped * DROP_CREDIT)
        rough = rank + self.costs.hint(last, symbols) + extra
        near = np.flatnonzero(rough <= np.where(ends, self._ending_limit, self._limit))
        if len(near):
            yield Steps(source[near], chars[near], after[near], extra, dropped, rough[near])

    def _by_pending(self, nodes: I64, *, classes: bool) -> Iterable[tuple[int, I64]]:
        """Nodes by what they hold: a class of leads, or one byte."""
        pending = self.pending[nodes]
        for value in np.unique(pending[(pending >= ANY) == classes]).tolist():
            yield value, nodes[pending == value]

    def _take_trail(self, nodes: I64, trail: int, after: int, extra: int = 0) -> Iterable[Steps]:
        """Give every slipped node its trail; ``after`` is pending then (``ALIGNED``: the slip ends)."""
        pending = self.pending[nodes]
        known = nodes[pending < ANY]
        chars = CHARACTER[self.pending[known] << 8 | trail].astype(np.int64)
        good = (chars > 0) & ((chars < 0xE000) | (chars > 0xF8FF))
        known, chars = known[good], chars[good]
        symbols = self.costs.model.fold[chars].astype(np.int64)
        yield from self._hinted(known, chars, symbols, np.full(len(known), after), extra)
        yield from self._read_choices(nodes[pending >= ANY], self.candidates.trailing(trail), after, extra)

    def _drop(self, nodes: I64) -> Iterable[Steps]:
        """A private-use pair was dropped here."""
        return self._read_choices(nodes, self.candidates.dropping(), None, dropped=1)

    def _settle(self, at: int, steps: Iterable[Steps], beam: int, *, bound: int | None = None) -> I64:
        """Weigh steps, merge them into nodes, keep the best ``beam`` of them, and enter their arcs."""
        parts = [part for part in steps if len(part.source)]
        if not parts:
            return NO_NODES
        source = np.concatenate([part.source for part in parts])
        char = np.concatenate([part.char for part in parts])
        pending = np.concatenate([part.pending for part in parts])
        sizes = [len(part.source) for part in parts]
        cost = np.repeat(np.array([part.extra for part in parts]), sizes)
        credit = np.repeat(np.array([part.dropped for part in parts]), sizes) * DROP_CREDIT
        room = beam * WEIGHED
        if len(source) > room:
            rough = np.concatenate(
                [self.score[part.source] + part.extra if part.rough is None else part.rough for part in parts]
            )
            hopeful = np.flatnonzero(rough <= np.partition(rough, room)[room])
            source, char, pending = source[hopeful], char[hopeful], pending[hopeful]
            cost, credit = cost[hopeful], credit[hopeful]
        self.steps += len(source)
        if self.steps > self.budget:
            raise ExhaustedError
        keys = self.keys[source]
        symbols = self.costs.model.fold[char].astype(np.int64)
        reading = np.flatnonzero((char != 0) & (symbols != SKIP))
        if len(reading):
            some = source[reading]
            cost[reading] += self.costs.of(
                keys[reading], self._backoff, self._places, some, char[reading], symbols[reading]
            )
            keys[reading] = ((keys[reading] << _BITS) | symbols[reading].astype(np.uint64)) & _HISTORY
        cost[symbols == SKIP] += BLANK_COST
        score = self.score[source] + cost
        # Where a slip has ended there is nothing to be ahead of: all that follows is stored as it was.
        rank = np.where(pending == ALIGNED, score, self.rank[source] + cost - credit)
        best = int(rank.min()) if bound is None else min(int(rank.min()), bound)
        near = np.flatnonzero(rank <= best + MARGIN)
        if not len(near):
            return NO_NODES
        # One sort by state, then by score: the first of each state is its node.
        state = keys[near] * np.uint64(1024) + (pending[near] + 1).astype(np.uint64)
        order = np.lexsort((near, score[near], state))
        near, state = near[order], state[order]
        new = np.concatenate([[True], state[1:] != state[:-1]])
        heads = near[new]
        ranked = np.argsort(rank[heads], kind="stable")[:beam]
        place = np.full(len(heads), -1)
        place[ranked] = np.arange(len(ranked))
        target = place[np.cumsum(new) - 1]
        near, target = near[target >= 0], target[target >= 0]
        heads = heads[ranked]
        made = self._enter(at, keys[heads], pending[heads], score[heads], rank[heads])
        self.arcs.append(Arcs(source[near], made[target], char[near], cost[near]))
        return made

    def _enter(self, at: int, keys: npt.NDArray[np.uint64], pending: I64, score: I64, rank: I64) -> I64:
        """Make nodes."""
        start, end = self.size, self.size + len(keys)
        while end > len(self.at):
            for name in ("at", "keys", "pending", "score", "rank", "_backoff", "_places"):
                column = getattr(self, name)
                setattr(self, name, np.concatenate([column, np.zeros_like(column)]))
        self.at[start:end] = at
        self.keys[start:end] = keys
        self.pending[start:end] = pending
        self.score[start:end] = score
        self.rank[start:end] = rank
        self._backoff[start:end] = self.costs.model.backoffs(keys)
        self._places[start:end] = self.costs.document.places(keys)
        self.size = end
        return np.arange(start, end)

    # -- the walk -----------------------------------------------------------------------------------------------------

    def run(self) -> I64:
        """Walk the window; give the aligned nodes at its end, the best first.

        Raises:
            ExhaustedError: the budget is spent.
        """
        zero = np.zeros(1, np.int64)
        aligned = self._enter(0, np.array([self.window.before], np.uint64), np.array([ALIGNED]), zero, zero)
        slipped = NO_NODES
        waiting: dict[int, list[Steps]] = {}
        for at, token in enumerate(self.window.tokens):
            ahead = int(self.rank[aligned].min()) + LEAD if len(aligned) else FAR
            best = (int(column[slipped].min()) if len(slipped) else FAR for column in (self.rank, self.score))
            self._limit, self._ending_limit = (min(ahead, one) + MARGIN + HINT for one in best)
            starting = aligned[:STARTING_BEAM]
            on: list[Steps] = waiting.pop(at + 1, [])
            back: list[Steps] = []
            if token.ghost:
                # A note's bracket is an ASCII byte: no slip goes on behind it.
                standing = (
                    np.concatenate([aligned, self._ends(at, slipped, token)]) if token.reading else aligned
                )
                back.append(passing(standing, ALIGNED, 0))
            else:
                slipped = np.concatenate([slipped, self._starts(at, token, starting, waiting)])
                if self.drops:
                    slipped = np.concatenate([slipped, *self._drops(at, slipped)])
                standing = np.concatenate([aligned, self._ends(at, slipped, token)])
                back.append(reading(standing, token.char, ALIGNED, 0))
                self._tokens(token, slipped, on, back)
                if token.may_start:
                    on += torn(starting, token, indented=token.heads)
                    if token.wound and at + 1 < len(self.window.tokens):
                        behind = self.window.tokens[at + 1]
                        waiting.setdefault(at + 2, []).extend(torn(starting, behind, indented=token.heads))
                    for lead, trail, extra in token.pairs:
                        on += self._read_some(
                            starting, self.candidates.with_lead(lead), trail, START_COST + extra
                        )
                on += waiting.pop(at + 1, [])
            slipped = self._settle(at + 1, on, self.slipped_beam, bound=ahead)
            bound = int(self.score[slipped].min()) if len(slipped) else None
            aligned = self._settle(at + 1, back, ALIGNED_BEAM, bound=bound)
        return aligned

    def _starts(self, at: int, token: Token, aligned: I64, waiting: dict[int, list[Steps]]) -> I64:
        """A slip begins before a stored character: its lead was lost, or became a mark, or a note tore it."""
        if not len(aligned) or not token.may_start:
            return NO_NODES
        if token.wound:
            waiting.setdefault(at + 1, []).append(passing(aligned, ANY, START_COST))
        for length, trails in token.annotations:
            for trail in trails:
                waiting.setdefault(at + length, []).append(passing(aligned, trail, START_COST))
        return self._settle(at, [passing(aligned, ANY, START_COST)], STARTING_BEAM)

    def _drops(self, at: int, slipped: I64) -> list[I64]:
        if not len(slipped):
            return []
        best = int(self.rank[slipped].min())
        out = [slipped]
        for beam in self.drop_beams:
            out.append(self._settle(at, self._drop(out[-1]), beam, bound=best))
        return out[1:]

    def _ends(self, at: int, slipped: I64, token: Token) -> I64:
        """A second byte is lost, or an orphan lead vanished: the slip ends between two stored characters."""
        if not len(slipped):
            return NO_NODES
        ranked = slipped[np.argsort(self.score[slipped], kind="stable")]
        known = ranked[self.pending[ranked] < ANY][:ENDING_BEAM]
        steps: list[Steps] = []
        # Behind a dropped pair nothing but its cell is known of the byte that is left.
        for value, some in self._by_pending(
            ranked[self.pending[ranked] > ANY][:DROPPED_ENDING_BEAM], classes=True
        ):
            steps += self._read_some(
                some, self._facing(self.candidates.of_class(value), token), ALIGNED, SECOND_LOSS_COST
            )
        for value, some in self._by_pending(known, classes=False):
            if value < 0x80:
                steps.append(reading(some, value, ALIGNED, 0))
            else:
                leads = self.candidates.with_lead(value)
                for pairs, cost in self._noted(leads, token) if token.ghost else ((leads, 0),):
                    steps += self._read_some(some, pairs, ALIGNED, SECOND_LOSS_COST + cost)
            if value not in (0x7F, 0xFF):
                steps += self._read_some(
                    some, self.candidates.with_trail(ANY, value), ALIGNED, SECOND_LOSS_COST
                )
        return self._settle(at, steps, ALIGNED_BEAM, bound=int(self.score[slipped].min()))

    @staticmethod
    def _noted(pairs: tuple[I64, I64], token: Token) -> Iterable[tuple[tuple[I64, I64], int]]:
        """Some characters, by what it costs to read them beside ``token``: a note there says how one is read."""
        if not token.reading:
            return ((pairs, 0),)
        chars, symbols = pairs
        fits = np.array([reads_as(chr(char), token.reading) for char in chars.tolist()], bool)
        return ((chars[fits], symbols[fits]), 0), ((chars[~fits], symbols[~fits]), MISREAD_NOTE_COST)

    def _facing(self, pairs: tuple[I64, I64], token: Token) -> tuple[I64, I64]:
        """Of some characters, those that ever stood before the stored character of ``token``."""
        chars, symbols = pairs
        following = int(self.costs.model.fold[token.char]) if token.char < 65536 else 0
        if token.ghost or following in (0, SKIP):
            return pairs
        met = self.costs.met(symbols, np.full(len(symbols), following))
        return chars[met], symbols[met]

    def _tokens(self, token: Token, slipped: I64, on: list[Steps], back: list[Steps]) -> None:
        """The stored character gives every slipped node its next byte, or ends the slip."""
        for lead, trail, extra in token.pairs:
            on += self._take_trail(slipped, lead, trail, extra)
        if 0x40 <= token.char < 0x7F:
            back += self._take_trail(slipped, token.char, ALIGNED)
        if token.wound:
            # A lead that no trail followed; or an undecodable pair, whose first byte can only be 0x80.
            on += self._take_trail(slipped, 0x80, ANY)
            for value, some in self._by_pending(slipped, classes=False):
                for pairs, cost in self._noted(self.candidates.with_lead(value), token):
                    back += self._read_some(some, pairs, ALIGNED, cost)
            if token.reading:
                # Behind a dropped pair the reading of a note is all that tells which character it was.
                for value, some in self._by_pending(slipped[self.pending[slipped] > ANY], classes=True):
                    fitting, _ = self._noted(self.candidates.of_class(value), token)
                    back += self._read_some(some, fitting[0], ALIGNED)
