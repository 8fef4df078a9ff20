"""Mojibake: text decoded with the wrong codec, once or more than once, read as what it was.

See ``jiaokan.normalize.mojibake`` for the chains and the weighing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ...edition import CERTAIN, Edit, Finding
from ..language import load
from ..mojibake.gate import KUN, dense_in, is_plain, may_be_mojibake
from ..mojibake.lost import left_of_utf8, lost_in
from ..mojibake.torn_signs import TORN, left_torn, may_be_torn
from ..stage import Context

if TYPE_CHECKING:
    from ..mojibake.undo import Undone

_KUN_JIN_KAO: Final = re.compile("(?:锟斤拷|錕斤拷|锟斤拷?|鍏嬫嫹){1,}")
LEFT: Final = frozenset({"damaged", "lost-text"})
"""Codes of findings on what is left as it stands."""


def recover_mojibake(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Undo wrong decodings where what comes out is fluent Chinese; leave everything else alone."""
    if is_plain(context.alphabet) and not dense_in(text):
        return
    if not context.alphabet.isdisjoint(KUN):
        for found in _KUN_JIN_KAO.finditer(text):
            yield Finding(
                found.start(),
                found.end(),
                "lost-text",
                "锟斤拷 stands where U+FFFD was written as UTF-8 and read as GBK: what stood here is gone",
            )
    torn: list[Undone] = []
    suspect = may_be_torn(text, context.alphabet)
    if suspect:
        from ..mojibake.torn import undone_torn

        torn = undone_torn(text, load())
    places = sorted([*torn, *_of_the_rest(text, context, torn)], key=lambda undone: undone.start)
    for undone in places:
        rule = "-then-".join(f"{step.right}-read-as-{step.wrong}" for step in reversed(undone.chain))
        if undone.guesses and context.profile.strict:
            surest = min(guess.confidence for guess in undone.guesses)
            data = {"was": text[undone.start : undone.end], "now": undone.new}
            yield Finding(undone.start, undone.end, "damaged", "mojibake with lost bytes", surest, data)
            continue
        # What is in doubt is told character by character.
        yield Edit(undone.start, undone.end, undone.new, rule, CERTAIN, undone.alignment)
        yield from _doubts(undone)
    done = [(undone.start, undone.end) for undone in places]
    for start, end in lost_in(text, context.alphabet, done):
        yield Finding(
            start,
            end,
            "lost-text",
            "marks stand where bytes could not be decoded, too many for what stood here to be read from the rest",
            CERTAIN - 100,
        )
    left = [*(left_torn(text, done) if suspect else ()), *left_of_utf8(text, context.alphabet, done)]
    for start, end in left:
        yield Finding(
            start,
            end,
            "damaged",
            "characters as a wrong decoding leaves them; no reading of them is Chinese beyond doubt",
            CERTAIN - 100,
        )


def _of_the_rest(text: str, context: Context, found: list[Undone]) -> Iterator[Undone]:
    """Undo other wrong decodings in what those that were found leave of ``text``."""
    starts = [0, *(undone.end for undone in found)]
    ends = [*(undone.start for undone in found), len(text)]
    for start, end in zip(starts, ends, strict=True):
        rest = text[start:end]
        alphabet = context.alphabet if not found else frozenset(rest)
        if rest and may_be_mojibake(rest, alphabet):
            from ..mojibake.places import undone_in

            for undone in undone_in(rest, load()):
                yield undone._replace(start=undone.start + start, end=undone.end + start)


_DOUBT: Final = {
    False: "a byte of {} was lost; it is the likeliest reading",
    True: "what {} was read from may be other bytes; it is the likeliest reading",
}


def _doubts(undone: Undone) -> Iterator[Finding]:
    """One finding for each piece that holds a guess, at its place in the stored text."""
    guesses = {guess.at: guess.confidence for guess in undone.guesses}
    before, after = undone.start, 0
    for was, now in undone.alignment:
        inside = [at for at in range(after, after + now) if at in guesses]
        if inside:
            read = "".join(undone.new[at] for at in inside)
            yield Finding(
                before,
                before + was,
                "doubtful",
                _DOUBT[undone.chain[0].wrong == TORN].format(read),
                min(guesses[at] for at in inside),
                {"now": read},
            )
        before += was
        after += now
