"""Every way in which bytes slip: which byte was lost, where the run ends, what the tools did to what came out.

The first 24 kinds lose a byte anywhere. The others are damage as it happens: a tool looks for a mark (！ ？ ； ， 。)
or for a character to annotate, and finds it in the second byte of one character and the first of the next.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

from pypinyin import Style, pinyin

from jiaokan.normalize.slips.damage import LOSSES, Channel, Damaged, damage, encode, flattened, misread

FLAT = str.maketrans("，；：！？（）", ",;:!?()")
MARKS = "！？；，。：（）"
ANNOTATED = "業產發質實環務規現進術導應務經設區網農線種際鎮適據數構備學縣說"
LONGEST = 300


class Kind(NamedTuple):
    """One row."""

    loss: str
    end: str
    flat: bool
    dropped: bool

    def __str__(self) -> str:
        marks = "flat marks" if self.flat else "wide marks"
        return f"{self.loss}, to {self.end}, {marks}, private-use {'dropped' if self.dropped else 'kept'}"


KINDS = (
    *(Kind(*row) for row in product(LOSSES, ("ASCII", "second loss"), (False, True), (False, True))),
    *(Kind("torn by a mark", "ASCII", flat, dropped) for flat, dropped in product((False, True), repeat=2)),
    Kind("torn by a note", "ASCII", True, True),
    Kind("torn by a note", "ASCII", True, False),
)


class Case(NamedTuple):
    """A text as it should have been stored, as it is stored, and the run in the latter."""

    clean: str
    stored: str
    start: int
    end: int
    lost: int
    """Characters that the run was before."""


def damaged(text: str, kind: Kind, rng: Random) -> Case | None:
    """Damage one place of ``text``; None where no place of it can be damaged so."""
    wound = "\ufffd" if rng.random() < 0.2 else "?"
    orphan = rng.choice(("mark", "mark", "mark", "swallow"))
    channel = Channel(kind.dropped, kind.flat, orphan, wound)  # type: ignore[arg-type]
    for _ in range(60):
        made = _damaged(text, kind, channel, rng)
        if made is None or made.text == text or made.end - made.start > LONGEST:
            continue
        lost = len(text) - (len(made.text) - (made.end - made.start))
        clean, stored = text, made.text
        if kind.flat:
            before, after = stored[: made.start].translate(FLAT), stored[made.end :].translate(FLAT)
            stored = before + stored[made.start : made.end] + after
            clean = clean.translate(FLAT)
            # What a mark of the run was is not known from what is left: it comes out as Chinese writes it.
        return Case(clean, stored, made.start, made.end, lost)
    return None


def _damaged(text: str, kind: Kind, channel: Channel, rng: Random) -> Damaged | None:
    if kind.loss == "torn by a mark":
        places = _torn_places(text, frozenset(MARKS))
        if not places:
            return None
        loss = rng.choice(("lead-to-mark", "lead-to-mark", "lead"))
        return damage(text, rng.choice(places), loss, channel)  # type: ignore[arg-type]
    if kind.loss == "torn by a note":
        places = _torn_places(text, frozenset(ANNOTATED))
        return _annotated(text, rng.choice(places), channel) if places else None
    at = rng.randrange(30, max(31, len(text) - 60))
    if not "\u4e00" <= text[at] <= "\u9fff":
        return None
    second = None
    if kind.end == "second loss":
        second = (at + rng.randrange(3, 25), rng.choice(("lead", "trail")))
        if second[0] >= len(text) - 20 or not "\u4e00" <= text[second[0]] <= "\u9fff":
            return None
    return damage(text, at, kind.loss, channel, second=second)  # type: ignore[arg-type]


@cache
def _bytes(char: str) -> bytes:
    return encode(char) or b""


def _torn_places(text: str, wanted: frozenset[str]) -> list[int]:
    """Where the second byte of a character and the first of the next are one of ``wanted``."""
    pairs = {_bytes(char) for char in wanted}
    return [
        at
        for at in range(20, len(text) - 40)
        if len(_bytes(text[at])) == 2
        and len(_bytes(text[at + 1])) == 2
        and _bytes(text[at])[1:] + _bytes(text[at + 1])[:1] in pairs
    ]


def _annotated(text: str, at: int, channel: Channel) -> Damaged | None:
    """A reading in brackets is put behind the pair that was taken for a character; what follows is read one off."""
    seen = (_bytes(text[at])[1:] + _bytes(text[at + 1])[:1]).decode("gb18030")
    note = f"({pinyin(seen, style=Style.TONE)[0][0]})"
    kept, rest = text[: at + 1], _bytes(text[at + 1])
    run = rest[:1] + note.encode("gb18030") + rest[1:]
    stop = at + 2
    swallowing = channel._replace(orphan="swallow")
    while stop < len(text):
        more = encode(text[stop])
        if more is None:
            return None
        if _rests(run[len(note.encode("gb18030")) + 1 :]):
            break
        run += more
        stop += 1
    stored = "".join(misread(run, swallowing))
    return Damaged(kept + stored + text[stop:], at + 1, at + 1 + len(stored))


def _rests(run: bytes) -> bool:
    at = 0
    while at < len(run):
        if run[at] < 0x80:
            at += 1
        elif at + 1 == len(run):
            return False
        else:
            at += 2
    return True


def folded(text: str, simplify: object) -> str:
    """Simplified and flat, without blanks: what is compared where a table's mark may have been any."""
    return "".join(map(flattened, simplify.convert(text))).replace(" ", "")  # type: ignore[attr-defined]
