"""GBK or Big5 read byte by byte: the pairs found again, all lines of a text at once.

Each stored character may have come from one byte, or from its own bytes in UTF-8, or stand there rightly; between two
of them a soft hyphen may have vanished. A beam over (byte that waits for its second, last four characters) weighs the
pairs with the language model. Ways that come together in one state are kept beside each other as losers: what the
best one reads otherwise than they do, and they are not much dearer, is a guess.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..language.model import I32, I64, Model
from ..language.table import SKIP, SYMBOL_BITS
from .chains import BYTE_OF_SIGN
from .mixing import SOFT_HYPHEN, origins
from .pair_codecs import Codec
from .way_back import BEFORE, DOUBT, Level, Read, reading_of

BEAM: Final = 12
"""Ways kept for one stretch."""

FAR: Final = 14_000
"""Milli-nats behind the best way at which another is given up."""

STAYS_COST: Final = 4_000
"""Milli-nats for a character that stands rightly among mojibake: clean text beside it costs 2 to 6 a character, what
it gives when torn into bytes 15 and more."""

DROP_COST: Final = 300
"""Milli-nats for a byte that vanished: one in two hundred characters of official text has AD for its second byte."""

BLANK_COST: Final = 1_500

AFTER_TRAIL_COST: Final = 1_500
"""Milli-nats for bytes read as UTF-8 behind a byte 80 to BF read by itself: ftfy never reads them so, others may."""

NESTED_COST: Final = 1_000
"""Milli-nats for a byte of UTF-8 that was itself two bytes of UTF-8: ftfy goes over a text more than once."""

TRACELESS_COST: Final = 2_000
"""Milli-nats for a character of which nothing is left."""

NEAR: Final = 6_000
"""Milli-nats behind the best way at a character's end within which a first byte may have vanished."""

PRIVATE_COST: Final = 500
MOST_PRIVATE: Final = 12
"""Milli-nats for three bytes that vanished, and how many readings of them are kept at one place of one way."""

_HISTORY: Final = np.uint64((1 << (SYMBOL_BITS * 4)) - 1)
_BITS: Final = np.uint64(SYMBOL_BITS)
_ALONE, _STAY = 0, 1
"""Manners of reading a stored character, the first two: one byte by itself; it stands rightly. The others: UTF-8."""

_EMITTED: Final = BEFORE + 3
"""Characters read before a stored one, where bytes vanished, and with it: of six bytes, and one left from before."""

_NO_ROWS: Final[I64] = np.zeros(0, np.int64)


class _Ways:
    """All hypotheses of all stretches, as columns."""

    __slots__ = ("backoff", "cost", "key", "of", "parent", "pending", "read", "trail")

    def __init__(self, *columns: npt.NDArray[Any]) -> None:
        self.of, self.pending, self.trail, self.key, self.cost, self.parent, self.read, self.backoff = columns

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self.of, self.pending, self.trail, self.key, self.cost, self.parent, self.read, self.backoff

    def at(self, rows: I64) -> _Ways:
        return _Ways(*(column[rows] for column in self.columns()))

    def beside(self, other: _Ways) -> _Ways:
        return _Ways(*map(np.concatenate, zip(self.columns(), other.columns(), strict=True)))


class Pairing:
    """Reads many stretches at once in one codec."""

    def __init__(self, model: Model, codec: Codec, *, drops: bool, private: bool) -> None:
        self.model = model
        self.codec = codec
        self.drops = drops
        """Whether soft hyphens vanished, and private-use characters."""
        self.private = private
        self._backoffs: I32 = np.zeros((0, 0), np.int32)
        self._private: list[tuple[int, I64, I64]] = []
        for first, last in ((0xEE, 0xBF), (0xEF, 0xA3)):
            pairs = np.array(
                [lead << 8 | trail for lead in range(0x81, last + 1) for trail in range(0x80, 0xC0)]
            )
            chars = codec.characters[pairs]
            symbols = model.fold[chars].astype(np.int64)
            fits = (chars != 0) & (symbols != 0) & (symbols != SKIP) & (codec.extra[chars] == 0)
            self._private.append((first, chars[fits], symbols[fits]))

    def read(self, stretches: list[list[str]], before: list[str]) -> list[Read | None]:
        """Read each stretch of tokens, ``before`` each the character that stands before it (or none)."""
        count = len(stretches)
        tokens = sorted({token for stretch in stretches for token in stretch})
        number = {token: place for place, token in enumerate(tokens)}
        lengths = np.array([len(stretch) for stretch in stretches])
        table = np.zeros((count, int(lengths.max())), np.int64)
        for row, stretch in enumerate(stretches):
            table[row, : len(stretch)] = [number[token] for token in stretch]
        known = np.array([ord(token) if len(token) == 1 else 0 for token in tokens])
        options = _Options(tokens)
        symbol = self.model.fold
        keys = np.array([int(symbol[ord(char)]) if char else 0 for char in before], np.uint64)
        zero = np.zeros(count, np.int64)
        ways = _Ways(
            np.arange(count), zero, zero, keys, zero, zero, np.zeros((count, _EMITTED), np.int64), zero
        )
        # What stands behind a stretch that no comma ends is the end of a line.
        closing = np.array([stretch[-2:] != list(self.codec.comma) for stretch in stretches])
        levels: list[Level] = []
        ended: list[_Ways | None] = []
        for at in range(table.shape[1] + 1):
            if not len(ways.of):
                break  # no stretch can be read so
            ways.parent = np.arange(len(ways.of))
            ways.read = np.zeros((len(ways.of), _EMITTED), np.int64)
            ways.backoff = np.arange(len(ways.of))
            self._backoffs = self.model.backoffs(ways.key)
            more = self._dropping(ways, np.arange(len(ways.of)), 0)
            private = self._dropping_private(ways)
            if more is not None:
                ways = ways.beside(more[0])
            if private is not None:
                ways = ways.beside(private)
            left = lengths[ways.of] - at
            done = np.flatnonzero((left == 0) & (ways.pending == 0))
            whole = ways.at(done) if len(done) else None
            if whole is not None:
                last = np.flatnonzero(closing[whole.of])
                self._weigh(whole, last, np.full(len(last), 0x0A))
            ended.append(whole)
            going = np.flatnonzero(left > 0)
            if not len(going):
                break
            ways = ways.at(going)
            ways, level = self._step(ways, table[ways.of, at], known, options)
            levels.append(level)
        return self._readings(count, levels, ended)

    def _dropping(self, ways: _Ways, rows: I64, place: int) -> tuple[_Ways, I64] | None:
        """Those of the ways on which a soft hyphen may have vanished here, with it read."""
        if not self.drops:
            return None
        chars = self.codec.characters[ways.pending[rows] << 8 | SOFT_HYPHEN]
        waits = ways.pending[rows] != 0
        if not self.codec.lead_drops:
            may = np.flatnonzero(waits & (chars != 0))
        else:
            # A first byte may have vanished anywhere: only the ways that read well so far are split.
            best = np.full(int(ways.of.max()) + 1, np.iinfo(np.int64).max)
            whole_ones = ways.pending == 0
            np.minimum.at(best, ways.of[whole_ones], ways.cost[whole_ones])
            near = ways.cost[rows] - best[ways.of[rows]] < NEAR
            may = np.flatnonzero(np.where(waits, chars != 0, near))
        if place and len(may):
            # Inside a character that was read as UTF-8 only what ever met: there are many such, and few vanished.
            last = (ways.key[rows[may]] & np.uint64(SKIP)).astype(np.int64)
            may = may[~waits[may] | self.model.paired(last, self.model.fold[chars[may]].astype(np.int64))]
        if not len(may):
            return None
        more = ways.at(rows[may])
        ends = np.flatnonzero(waits[may])
        more.pending = np.where(waits[may], 0, SOFT_HYPHEN)
        self._emit(more, ends, chars[may[ends]], place)
        more.cost += DROP_COST
        whole = np.flatnonzero(~waits[may]) if self.codec.lead_drops and not place else _NO_ROWS
        if len(whole):
            # Both bytes of 限 are AD: it left no trace, and only what stands around it asks for it.
            gone = ways.at(rows[may[whole]])
            both = self.codec.characters[np.full(len(whole), SOFT_HYPHEN << 8 | SOFT_HYPHEN)]
            self._emit(gone, np.arange(len(whole)), both, place)
            gone.cost += TRACELESS_COST
            more = more.beside(gone)
            return more, np.concatenate([rows[may], rows[may[whole]]])
        return more, rows[may]

    def _dropping_private(self, ways: _Ways) -> _Ways | None:
        """The ways on which three bytes vanished here that are a private-use character in UTF-8, with them read.

        深化 is C9EE BBAF, and EEBBAF is U+EEEF: ``É`` is stored. The first byte ends a character, the others are one.
        """
        if not self.private:
            return None
        grown: list[_Ways] = []
        before = (ways.key & np.uint64(SKIP)).astype(np.int64)
        for first, seconds, symbols in self._private:
            chars = self.codec.characters[ways.pending << 8 | first]
            rows = np.flatnonzero((ways.pending != 0) & (chars != 0))
            rows = rows[self.codec.extra[np.minimum(chars[rows], 65535)] == 0]
            read = self.model.fold[chars[rows]].astype(np.int64)
            rows = rows[self.model.paired(before[rows], read)]
            if not len(rows):
                continue
            read = self.model.fold[chars[rows]].astype(np.int64)
            which, second = np.nonzero(
                self.model.paired(np.repeat(read, len(seconds)), np.tile(symbols, len(rows))).reshape(
                    len(rows), len(seconds)
                )
            )
            if not len(which):
                continue
            more = ways.at(rows)
            self._emit(more, np.arange(len(rows)), chars[rows], 0)
            more = more.at(which)
            self._emit(more, np.arange(len(which)), seconds[second], 0)
            order = np.lexsort((more.cost, which))
            starts = np.flatnonzero(np.concatenate([[True], np.diff(which[order]) != 0]))
            rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
            more = more.at(order[rank < MOST_PRIVATE])
            more.pending[:] = 0
            more.trail[:] = 0
            more.cost += PRIVATE_COST
            grown.append(more)
        if not grown:
            return None
        whole = grown[0]
        for more in grown[1:]:
            whole = whole.beside(more)
        return whole

    def _emit(self, ways: _Ways, rows: I64, chars: I64, place: int) -> None:
        """Read ``chars`` on the ways ``rows``."""
        self._weigh(ways, rows, chars)
        first = BEFORE if place else 0
        slot = (ways.read[rows, first:] != 0).sum(axis=1) + first
        ways.read[rows, np.minimum(slot, _EMITTED - 1)] = chars

    def _weigh(self, ways: _Ways, rows: I64, chars: I64) -> None:
        """Add what ``chars`` cost to the ways ``rows``, and move their histories on."""
        symbols = np.where(chars < 65536, self.model.fold[np.minimum(chars, 65535)], 0).astype(np.int64)
        blank = symbols == SKIP
        cost = np.where(blank & (chars > 0x7F), BLANK_COST, 0) + self.codec.extra[np.minimum(chars, 65535)]
        read = np.flatnonzero(~blank)
        if len(read):
            keys, of = ways.key[rows[read]], ways.backoff[rows[read]]
            stale = np.flatnonzero(of < 0)
            if len(stale):
                anew, where = np.unique(keys[stale], return_inverse=True)
                of[stale] = where + len(self._backoffs)
                backoffs = np.concatenate([self._backoffs, self.model.backoffs(anew)])
            else:
                backoffs = self._backoffs
            cost[read] += self.model.costs(keys, backoffs, of, symbols[read])
            ways.key[rows[read]] = ((keys << _BITS) | symbols[read].astype(np.uint64)) & _HISTORY
            ways.backoff[rows[read]] = -1
        ways.cost[rows] += cost

    def _step(self, ways: _Ways, token: I64, known: I64, options: _Options) -> tuple[_Ways, Level]:
        """Read one stored character on each way, in each manner that is open to it."""
        of_token = options.sizes[token]
        may = of_token > 0
        may[:, _STAY] = (known[token] >= 0x80) & (ways.pending == 0)
        source, manner = np.nonzero(may)
        new = ways.at(source)
        codes, token = known[token[source]], token[source]
        new.cost = new.cost + options.costs[token, manner]
        behind = (manner > _STAY) & (new.trail != 0)
        new.cost[behind] += AFTER_TRAIL_COST
        stays = np.flatnonzero(manner == _STAY)
        if len(stays):
            new.trail[stays] = 0
            new.cost[stays] += STAYS_COST
            self._emit(new, stays, codes[stays], 1)
        size = np.where(manner == _STAY, 0, options.sizes[token, manner])
        alive = np.ones(len(source), bool)
        for place in range(int(size.max(initial=0))):
            if place:
                rows = np.flatnonzero((size > place) & alive)
                more = self._dropping(new, rows, 1)
                if more is not None:
                    twins = more[1]
                    new = new.beside(more[0])
                    manner, size, token = (np.concatenate([one, one[twins]]) for one in (manner, size, token))
                    alive = np.concatenate([alive, alive[twins]])
            rows = np.flatnonzero((size > place) & alive)
            byte = options.bytes[token[rows], manner[rows], place]
            waiting = new.pending[rows]
            chars = np.where(waiting == 0, byte, self.codec.characters[waiting << 8 | byte])
            begins = (waiting == 0) & (byte >= 0x80)
            bad = (begins & ((byte == 0x80) | (byte == 0xFF))) | (chars == 0)
            alive[rows[bad]] = False
            new.pending[rows] = np.where(begins, byte, 0)
            new.trail[rows] = (manner[rows] == _ALONE) & (byte >= 0x80) & (byte < 0xC0)
            emits = ~begins & ~bad
            if emits.any():
                self._emit(new, rows[emits], chars[emits], 1)
        rows = np.flatnonzero(alive)
        return self._kept(new.at(rows), manner[rows])

    def _kept(self, new: _Ways, manner: I64) -> tuple[_Ways, Level]:
        """The best way into each state, and of those the best of each stretch; the others are kept as losers."""
        order = np.lexsort((new.cost, new.key, new.trail, new.pending, new.of))
        same = np.zeros(len(order), bool)
        if len(order) > 1:
            first, then = order[:-1], order[1:]
            same[1:] = (
                (new.of[first] == new.of[then])
                & (new.pending[first] == new.pending[then])
                & (new.trail[first] == new.trail[then])
                & (new.key[first] == new.key[then])
            )
        heads = order[~same]
        best = heads[np.lexsort((new.cost[heads], new.of[heads]))]
        of = new.of[best]
        starts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]])) if len(of) else _NO_ROWS
        counts = np.diff(np.append(starts, len(of)))
        rank = np.arange(len(of)) - np.repeat(starts, counts)
        apart = new.cost[best] - np.repeat(new.cost[best[starts]], counts)
        kept = best[(rank < BEAM) & (apart < FAR)]
        number = np.full(len(new.of), -1, np.int64)
        number[kept] = np.arange(len(kept))
        losers: dict[int, list[tuple[int, int, tuple[int, ...]]]] = {}
        if same.any():
            head = order[np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))]
            behind = new.cost[order] - new.cost[head]
            for place in np.flatnonzero(same & (behind < DOUBT) & (number[head] >= 0)).tolist():
                row = int(order[place])
                losers.setdefault(int(number[head[place]]), []).append(
                    (int(behind[place]), int(new.parent[row]), tuple(new.read[row].tolist()))
                )
        best_ways = new.at(kept)
        level = Level(best_ways.parent, best_ways.read, manner[kept] == _STAY, best_ways.pending, losers)
        return best_ways, level

    def _readings(self, count: int, levels: list[Level], ended: list[_Ways | None]) -> list[Read | None]:
        found: list[Read | None] = [None] * count
        for at, ways in enumerate(ended):
            if ways is None:
                continue
            order = np.lexsort((ways.cost, ways.of)).tolist()
            for of in np.unique(ways.of).tolist():
                rows = [row for row in order if ways.of[row] == of]
                least = int(ways.cost[rows[0]])
                ends = [
                    (int(ways.cost[row]) - least, int(ways.parent[row]), tuple(ways.read[row].tolist()))
                    for row in rows
                    if int(ways.cost[row]) - least < DOUBT
                ]
                found[of] = reading_of(levels[:at], ends, least)
        return found


class _Options:
    """The bytes that each stored character may have come from, by manner."""

    def __init__(self, known: list[str]) -> None:
        rows = [_options_of(token) for token in known]
        manners = max(map(len, rows))
        widest = max(len(data) for row in rows for data, _ in row)
        self.bytes = np.zeros((len(known), manners, widest), np.int64)
        self.sizes = np.zeros((len(known), manners), np.int64)
        self.costs = np.zeros((len(known), manners), np.int64)
        for number, row in enumerate(rows):
            for manner, (data, cost) in enumerate(row):
                self.bytes[number, manner, : len(data)] = list(data)
                self.sizes[number, manner] = len(data)
                self.costs[number, manner] = cost


def _options_of(token: str) -> list[tuple[bytes, int]]:
    options = [(b"", 0), (b"", 0)]
    if len(token) == 1:
        byte = ord(token) if ord(token) < 0x100 else BYTE_OF_SIGN.get(ord(token))
        options[_ALONE] = (b"" if byte is None else bytes((byte,)), 0)
    return options + [(data, cost * NESTED_COST) for data, cost in origins(token)]
