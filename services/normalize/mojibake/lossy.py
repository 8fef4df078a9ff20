"""Mojibake with holes: some bytes had no character in the wrong codec, and one U+FFFD or ``?`` stands for each.

What is known of a byte that was lost: where in a character of the right codec it stood, and that the wrong codec
could not read it together with its neighbour. The language chooses among what is left. The walk goes byte by byte
with a few hypotheses, which fall together again four characters behind a hole. Every character that a lost byte
belongs to is a guess, with its confidence.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..language.model import I64, Model
from ..language.table import SIMPLIFIED, SYMBOL_BITS, TRADITIONAL
from .chains import BIG5, TWICE_IN_BIG5, TWICE_IN_CP932, Alignment, Step, encode_as, pieces_of

LOSSY_STEPS: Final = (
    Step("gb18030", "utf-8"),
    Step("windows-1252", "utf-8"),
    Step("big5hkscs", "utf-8"),
    Step("cp949", "utf-8"),
    Step("cp932", "utf-8"),
    Step("windows-1251", "utf-8"),
    Step("windows-1252", "gb18030"),
    Step("big5hkscs", "gb18030"),
    Step("cp950", "gb18030"),
    Step("gb18030", "big5hkscs"),
    Step("cp949", "gb18030"),
    Step("cp932", "gb18030"),
    Step("cp932", "big5hkscs"),
)
"""The readings that lose bytes; UTF-8 first, which fails at once on bytes that are none."""

HOLES: Final = frozenset("?\ufffd")
"""What stands for a lost byte; a real question mark of Chinese text has a character of its own."""

BEAM: Final = 64
CANDIDATES: Final = 400
"""Hypotheses kept, and characters weighed for one hole."""

OTHER_SCRIPT_COST: Final = 3_000
WIDE_COST: Final = 6_000
ABSENT_COST: Final = 15_000
"""Milli-nats for a character of the other script, and for wide digits and letters in a text that has such, or none:
`表2：2010年` became 表２０2010年, whose first two are what a year is like to the table."""

OPENS: Final = {
    ord(close): ord(opening) for opening, close in ("〔〕", "（）", "《》", "“”", "【】", "〈〉", "「」")
}
BRACKET_GAIN: Final = 6_000
BRACKET_REACH: Final = 8
AHEAD: Final = 24
BEHIND: Final = 40
"""Milli-nats for a bracket that one near behind it closes: 社区〔16〕 was read as 社区、16〕. Characters up to there;
``AHEAD`` in bytes, and ``BEHIND``, within which another may have opened it."""

MOST_HOLES: Final = 4_000
DOUBLES: Final = HOLES | frozenset(TWICE_IN_CP932)
"""What leaves a byte in doubt: a hole, and a character that Windows' Japanese has twice."""

MOST_WALKED: Final = 1_500_000
HOLE: Final = 100
"""Steps of all walks of one document, some 25 s, and how many a hole takes: each byte is one. A report of 60,000
characters that is UTF-8 read as GBK takes 700,000. Lines for which too few are left stay as they stand, and are told
as others that are not filled."""

MOST_LOST: Final = 30
"""Per cent of the bytes that are not ASCII, beyond which nothing is filled: of Big5 read as GBK 25 are lost, and 98.5 %
of the characters come back; of UTF-8 read as Big5 33 to 50, and what came out read well and was wrong."""
_LOST: Final = -1
_HISTORY: Final = (1 << (SYMBOL_BITS * 4)) - 1


class Guess(NamedTuple):
    """A character with a lost byte: its number in the new text, and its confidence per mille."""

    at: int
    confidence: int


class Filled(NamedTuple):
    """A text with its holes filled."""

    text: str
    alignment: Alignment
    guesses: tuple[Guess, ...]


class Path(NamedTuple):
    """One hypothesis: history key, cost since the last agreement, characters read since then."""

    key: int
    cost: int
    chars: tuple[int, ...]


def _ambiguous(char: str, data: bytes, step: Step) -> list[int]:
    """The bytes of a character; where the wrong codec has it twice and the two differ, minus one << 8 | the other."""
    if step.wrong in BIG5 and step.right == "gb18030" and char in TWICE_IN_BIG5:
        other = char.encode("big5hkscs")
    elif step.wrong == "cp932" and char in TWICE_IN_CP932:
        other = TWICE_IN_CP932[char]
    else:
        return list(data)
    return [one if one == two else -(one << 8 | two) for one, two in zip(data, other, strict=True)]


def _likelier(slot: int) -> int:
    return -slot >> 8 if slot < _LOST else slot


def _slots(text: str, step: Step, *, lone: bool) -> tuple[list[int], list[int]] | None:
    """The bytes of ``text`` (``_LOST`` for a hole; see ``_ambiguous``) and how many each of its characters has.

    ``lone``: € is the lone byte 80, as Windows reads it, and not the pair A2E3 of GB 18030.
    """
    slots: list[int] = []
    widths: list[int] = []
    for char in text:
        if char in HOLES:
            slots.append(_LOST)
            widths.append(1)
            continue
        if lone and step.wrong == "gb18030" and char == "\u20ac":
            data: bytes | None = b"\x80"
        else:
            data = encode_as(char, step)
        if data is None:
            return None
        slots += _ambiguous(char, data, step)
        widths.append(len(data))
    return slots, widths


@lru_cache(maxsize=4)
def _unreadable(wrong: str) -> npt.NDArray[np.bool_]:
    """Which bytes the wrong codec, or one of its forms, cannot read, by the byte that follows.

    Of Big5's three forms one has kana at C6DF (七 in GBK), one has ideographs from 8740 on, and one neither.
    """
    table = np.zeros((256, 256), bool)
    forms = {"gb18030": ("gbk",), "windows-1252": ("cp1252",), "big5hkscs": ("big5", "big5hkscs", "cp950")}
    codecs = forms.get(wrong, (wrong,))
    for byte in range(0x80, 0x100):
        for following in range(0x100):
            pair = bytes((byte, following))
            table[byte, following] = any(
                pair.decode(codec, "replace").startswith("\ufffd") for codec in codecs
            )
    return table


class Characters(NamedTuple):
    """Characters of the right codec that the table knows, with their bytes."""

    codes: I64
    bytes: npt.NDArray[np.uint8]


def _characters(right: str, model: Model) -> Characters:
    width = 3 if right == "utf-8" else 2
    known = np.flatnonzero((model.fold != 0) & (model.fold != 0xFFF))
    codes, rows = [], []
    for code in known.tolist():
        try:
            data = chr(code).encode(right)
        except UnicodeEncodeError:
            continue
        if len(data) == width:
            codes.append(code)
            rows.append(list(data))
    return Characters(np.array(codes), np.array(rows, np.uint8))


class Filler:
    """Fills the holes of one document; its tables of characters are made once for each right codec."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._left = MOST_WALKED
        self._tables: dict[str, Characters] = {}
        self._form = SIMPLIFIED
        self._wide = ABSENT_COST

    def fill(self, text: str, step: Step) -> Filled | None:
        """Undo ``step`` on a text with holes; None where its bytes are not those of the right codec."""
        for lone in (False, True) if "\u20ac" in text else (False,):
            found = _slots(text, step, lone=lone)
            if found is None or found[0].count(_LOST) > MOST_HOLES:
                continue
            slots, widths = found
            if slots.count(_LOST) * 100 > MOST_LOST * sum(slot < 0 or slot > 0x7F for slot in slots):
                continue
            steps = len(slots) + HOLE * slots.count(_LOST)
            if steps > self._left:
                return None
            self._left -= steps
            self._form, self._wide = SIMPLIFIED, ABSENT_COST
            read = self._walk(slots, step)
            if read is not None:
                traditional, wide = self._is_traditional(read[0]), any(map(_is_wide, read[0]))
                if traditional or wide:
                    self._form = TRADITIONAL if traditional else SIMPLIFIED
                    self._wide = WIDE_COST if wide else ABSENT_COST
                    read = self._walk(slots, step)
            if read is None:
                continue
            chars, guesses = read
            new = "".join(map(chr, chars))
            right = [1 if char < "\x80" else len(char.encode(step.right)) for char in new]
            if sum(right) == sum(widths):
                return Filled(new, tuple(pieces_of(widths, right)), tuple(guesses))
        return None

    def characters(self, right: str) -> Characters:
        """Give the characters of a codec that the language knows, and their bytes."""
        table = self._tables.get(right)
        if table is None:
            table = self._tables[right] = _characters(right, self.model)
        return table

    def _is_traditional(self, chars: list[int]) -> bool:
        forms = self.model.form[np.array([code for code in chars if code < 65536], np.int64)]
        return int(np.count_nonzero(forms == TRADITIONAL)) > int(np.count_nonzero(forms == SIMPLIFIED))

    def _walk(self, slots: list[int], step: Step) -> tuple[list[int], list[Guess]] | None:
        done: list[int] = []
        guesses: list[Guess] = []
        paths = [Path(0, 0, ())]
        guessed: list[int] = []
        at = 0
        while at < len(slots):
            width, options = self.options_at(slots, at, step)
            if not width:
                return None
            if min(slots[at : at + width]) < 0:
                guessed.append(len(done) + len(paths[0].chars))
            if len(paths) == 1 and len(options) == 1:
                path = paths[0]
                paths = [
                    Path(self._after(path.key, int(options[0])), path.cost, (*path.chars, int(options[0])))
                ]
            else:
                behind = [*done[-BEHIND:], *paths[0].chars]
                opened = self._opened(options, behind, slots[at + width : at + width + AHEAD], step)
                paths = self._weigh(paths, options, opened)
            at += width
            if len({path.key for path in paths}) == 1:
                self.agree(paths, done, guessed, guesses)
                paths = [Path(paths[0].key, 0, ())]
        if len(paths) > 1:  # what stands behind the text is the end of a line
            line = self._weigh(paths, np.array([0x0A]), 0)
            paths = [path._replace(chars=path.chars[:-1]) for path in line]
        self.agree(paths, done, guessed, guesses)
        return done, guesses

    def agree(self, paths: list[Path], done: list[int], guessed: list[int], guesses: list[Guess]) -> None:
        """All hypotheses have come together: the best one stands, and each of its guesses has its share."""
        best = min(paths, key=lambda path: path.cost)
        apart = np.array([path.cost - best.cost for path in paths])
        weight = np.exp(np.minimum(apart, 40_000) / -1000)
        for place in guessed:
            char = best.chars[place - len(done)]
            same = sum(
                w for w, path in zip(weight, paths, strict=True) if path.chars[place - len(done)] == char
            )
            guesses.append(Guess(place, min(999, int(same * 1000 / weight.sum()))))
        guessed.clear()
        done.extend(best.chars)

    def history(self, text: str) -> int:
        """Give the key of what stands before a walk."""
        key = 0
        for char in text:
            key = self._after(key, ord(char))
        return key

    def weighed(self, paths: list[Path], options: I64) -> list[Path]:
        """Go on from each hypothesis to each option."""
        if len(paths) == 1 and len(options) == 1:
            path, code = paths[0], int(options[0])
            return [Path(self._after(path.key, code), path.cost, (*path.chars, code))]
        return self._weigh(paths, options, 0)

    def cost_at_end(self, path: Path) -> int:
        """Give what a way costs where the line ends behind it."""
        return self._weigh([path], np.array([0x0A]), 0)[0].cost

    def _after(self, key: int, code: int) -> int:
        symbol = int(self.model.fold[code]) if code < 65536 else 0
        return key if symbol == 0xFFF else ((key << SYMBOL_BITS) | symbol) & _HISTORY

    def options_at(self, slots: list[int], at: int, step: Step) -> tuple[int, I64]:
        """How many bytes the character at ``at`` has, and which it may be."""
        first = slots[at]
        if 0 <= first < 0x80:
            return 1, np.array([first])
        width = _width(first, step.right) if first != _LOST else (3 if step.right == "utf-8" else 2)
        cell = slots[at : at + width]
        if len(cell) < width:
            # The last character lost its tail for good, or a question mark was one.
            return (1, np.array([0x3F])) if first == _LOST else (0, np.zeros(0, np.int64))
        if min(cell) < 0:
            found = self._matching(cell, slots[at + width] if at + width < len(slots) else 0x0A, step)
            if len(found):
                return width, found
        if _LOST not in cell:
            try:
                return width, np.array([ord(bytes(map(_likelier, cell)).decode(step.right))])
            except (UnicodeDecodeError, TypeError):
                return 0, np.zeros(0, np.int64)
        return (1, np.array([0x3F])) if first == _LOST else (0, np.zeros(0, np.int64))

    def _matching(self, cell: list[int], following: int, step: Step) -> I64:
        table = self.characters(step.right)
        if len(cell) != table.bytes.shape[1]:
            return np.zeros(0, np.int64)
        fits = np.ones(len(table.codes), bool)
        for column, byte in enumerate(cell):
            if byte < _LOST:
                fits &= np.isin(table.bytes[:, column], (-byte >> 8, -byte & 0xFF))
            elif byte != _LOST:
                fits &= table.bytes[:, column] == byte
        chosen = np.flatnonzero(fits)
        unreadable = _unreadable(step.wrong)
        strict = chosen
        for column, byte in enumerate(cell):
            if byte == _LOST:
                after = cell[column + 1] if column + 1 < len(cell) else following
                if after >= 0:
                    strict = strict[unreadable[table.bytes[strict, column], after]]
        return table.codes[strict if len(strict) else chosen][:CANDIDATES]

    def _opened(self, options: I64, behind: list[int], ahead: list[int], step: Step) -> int:
        """The bracket among ``options`` that a bracket ahead closes and none behind opens; 0: there is none."""
        if not np.isin(options, list(OPENS.values())).any():
            return 0
        known = next((at for at, slot in enumerate(ahead) if slot < 0), len(ahead))
        for char in bytes(ahead[:known]).decode(step.right, "replace")[:BRACKET_REACH]:
            if ord(char) in OPENS.values():
                return 0
            if ord(char) in OPENS:
                opening = OPENS[ord(char)]
                last = next((code for code in reversed(behind) if code in (opening, ord(char))), 0)
                return 0 if last == opening else opening
        return 0

    def _weigh(self, paths: list[Path], options: I64, opened: int) -> list[Path]:
        count = len(options)
        keys = np.array([path.key for path in paths], np.uint64)
        of = np.repeat(np.arange(len(paths)), count)
        chars = np.tile(options, len(paths))
        symbols = np.where(chars < 65536, self.model.fold[np.minimum(chars, 65535)], 0).astype(np.int64)
        cost = self.model.costs(keys[of], self.model.backoffs(keys), of, symbols).astype(np.int64)
        cost[symbols == 0xFFF] = 1_500
        cost += self._strangeness(chars) - np.where(chars == opened, BRACKET_GAIN, 0)
        cost += np.array([path.cost for path in paths])[of]
        best = np.argsort(cost, kind="stable")[:BEAM]
        return [
            Path(
                self._after(paths[of[one]].key, int(chars[one])),
                int(cost[one]),
                (*paths[of[one]].chars, int(chars[one])),
            )
            for one in best.tolist()
        ]

    def _strangeness(self, chars: I64) -> I64:
        """What a character costs that does not belong to the script of the text, or to any."""
        codes = np.minimum(chars, 65535)
        han = (codes >= 0x3400) & (codes < 0xA000)
        wide = (codes >= 0xFF0D) & (codes < 0xFF5B) & ~np.isin(codes, [ord(mark) for mark in "：；？"])
        foreign = han & ((self.model.form[codes] & self._form) == 0)
        return np.where(wide, self._wide, 0) + np.where(foreign, OTHER_SCRIPT_COST, 0)


def _is_wide(code: int) -> bool:
    return 0xFF10 <= code <= 0xFF19 or 0xFF21 <= code <= 0xFF3A or 0xFF41 <= code <= 0xFF5A


def _width(first: int, right: str) -> int:
    if right != "utf-8":
        return 2
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4
