"""Codecs of one family read nearly the same text; which of them it is, the whole of the bytes decides."""

from __future__ import annotations

import re
from typing import Final

from .candidates import BIG5, LATIN, SINGLE_BYTE, Candidate, cost_bytes, cost_single_bytes, cost_text
from .lattice import cheapest_way
from .witnesses import total_of

LONE: Final = 6_000
"""Milli-nats for a kana or Cyrillic letter without another beside it, where two mappings of Big5 differ: bytes C7E9
are ① in cp950 and ロ in HKSCS. Among ideographs a circled figure is the likelier by far; letters come in words."""
_LETTER: Final = "\u3041-\u30fa\u0401-\u0451"
_LONE: Final = re.compile(f"(?<![{_LETTER}])[{_LETTER}](?![{_LETTER}])")


_ONE_BYTE: Final = frozenset(SINGLE_BYTE)


def are_kin(a: Candidate, b: Candidate) -> bool:
    """Tell whether two candidates are of one family: they read nearly the same text."""
    if a in _ONE_BYTE and b in _ONE_BYTE:
        return a.models == b.models or (a.models[0] in LATIN and b.models[0] in LATIN)
    return a.codec in BIG5 and b.codec in BIG5


def _cost_among_kin(text: str, candidate: Candidate) -> int:
    return cost_text(text, candidate).total + LONE * len(_LONE.findall(text))


def by_the_whole(data: bytes, candidate: Candidate) -> tuple[str, str | None]:
    """Name the codec for all of the bytes, and give the text where it decodes them without damage."""
    if candidate in _ONE_BYTE:
        # Sisters differ in a few bytes only (cp1252 has quotes where ISO 8859-1 has controls), so all bytes count.
        sisters = [cost for cost in cost_single_bytes(data) if are_kin(cost.candidate, candidate)]
        candidate = min(sisters, key=total_of).candidate
    names = BIG5 if candidate.codec in BIG5 else (candidate.codec,)
    texts: dict[str, str] = {}
    for name in names:
        try:
            texts[name] = str(data, name)
        except UnicodeDecodeError:
            continue
    if len(names) == 1:
        return names[0], texts.get(names[0])
    if 0 < len(texts) < len(names):
        apart = _by_the_start(data, texts)
        if apart is not None:
            return apart, None
    if texts:
        # Where the mappings differ (A1E3 is ～ or ∼), the likelier characters decide; else the plain standard.
        first = next(iter(texts))
        if all(text == texts[first] for text in texts.values()):
            return first, texts[first]
        best = min(texts, key=lambda name: _cost_among_kin(texts[name], candidate))
        return best, texts[best]
    hurt = {name: cost_bytes(data, candidate._replace(codec=name)).total for name in names}
    return min(hurt, key=lambda name: hurt[name]), None


START: Final = 64
"""Bytes at the beginning that are paired anew: a file that was cut inside a character is in step again in a few."""


def _by_the_start(data: bytes, clean: dict[str, str]) -> str | None:
    """Name the mapping of Big5 that reads all but a cut first character; None where those that read all are better.

    HKSCS gives nearly every pair a character: plain Big5 that was cut inside one decodes in it, as nonsense.
    """
    if data[0] < 0x80:
        return None
    cut = []
    for name in BIG5:
        if name not in clean:
            try:
                str(data[1:], name)
            except UnicodeDecodeError:
                continue
            cut.append(name)
    # At the same cost the mappings read the same, and the plain standard is the likelier.
    ways = {name: cheapest_way(data[:START], name).total for name in (*cut, *clean)}
    best = min(ways, key=lambda name: ways[name])
    return best if best in cut else None
