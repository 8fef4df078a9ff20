"""The verdict on bytes: byte order mark, UTF-8, shift codes, and then whatever makes the cheapest text of them.

A codec is a function from bytes to characters, so two codecs are compared by what the same bytes cost under each:
the sum of the surprise of their characters (``tables``). Everything else is a witness that speaks with a few nats:
the declared charset, a charset that stands in the text, and chardet, which is asked only where the two cheapest lie
close together. Noise is a rival as well; when it wins, there is no verdict.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version as version_of
from itertools import islice
from typing import Final

from . import tables
from .candidates import (
    CONTROLS,
    MULTI_BYTE,
    SELF_EVIDENT,
    UNPROVED,
    WIDE,
    WIDEST,
    WOUND,
    Candidate,
    Cost,
    cost_bytes,
    cost_noise,
    cost_seams,
    cost_single_bytes,
    cost_text,
    cost_units,
    family,
    seams_in,
)
from .kin import are_kin, by_the_whole
from .lattice import CUT_END, CUT_START, MODEL_OF, cheapest_way
from .signatures import name_of
from .witnesses import Witness, ask_chardet, heard, speaks_for, total_of, witnesses_of

EVIDENCE_VERSION: Final = f"2.{tables.version()}+chardet {version_of('chardet')}"

SAMPLES: Final = (768, 12_288, 196_608)
"""Bytes that are costed, from the first one that is not ASCII on: more only while the case is not clear.

768 bytes hold 384 Chinese characters, at some 5 nats' difference each; chardet reads 200,000.
"""
BEFORE: Final = 8
"""ASCII bytes that are costed before it: whether a word stands there tells é in caf\xe9 from half a character."""
CLEAR: Final = 40_000
"""Milli-nats between the two cheapest that end the hearing: e^40 to one."""
CLOSE: Final = 12_000
"""Milli-nats under which chardet is asked too."""
SOUND: Final = 820
"""Cost per mille of noise up to which a text is believed to be read in step.

Chinese costs 500–650, with rare names 750, text in a wrong codec or out of step 950–1,200.
"""
DENSE: Final = 400
"""Bytes per mille beyond ASCII from which on a first look at what decodes whole is enough.

Where they are fewer, the even cost of markup hides the difference between right and wrong.
"""
REFUSAL: Final = 10_000
"""Milli-nats by which noise must win before bytes are refused."""
LATTICE: Final = 2_048
"""Bytes through which the cheapest way is sought when no candidate reads soundly; some 2 ms for each of nine."""
MANY_CONTROLS: Final = 50
"""One control in so many bytes is no text; noise has one in nine, a damaged text one in thousands."""
RIVALS: Final = 3
"""Runners-up that a verdict names."""
FEW_CONTROLS: Final = 8
"""Fewer are let pass however short the text is: message catalogues hold one here and there."""
PROVED_UTF8: Final = 8
"""Continuation bytes that prove UTF-8 when everything decodes and some characters have three bytes or four.

Eight such in a row by chance are one in 10⁷ of GBK; characters of two bytes alone are costed, for 一 in GBK is D2 BB,
which is a letter of Bashkir in UTF-8.
"""
MIXED_IN: Final = 6
"""Characters of two bytes beside letters of ASCII that prove it as well: of pairs of GBK one in six is one of UTF-8."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A codec that was considered and lost."""

    codec: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A codec that Python knows and that decodes the bytes, with its evidence in words.

    Attributes:
        codec: None when no codec can be defended.
        confidence: per mille.
        evidence: sentences, the decisive one first; a refusal says what the uploader can do.
        rivals: the runners-up, best first.
        refusal: why there is none, as a word for programs: ``empty``, ``not-text`` or ``no-verdict``.
        text: what the bytes read, where all of them had to be decoded for the verdict and none was damaged.
    """

    codec: str | None
    confidence: int
    evidence: tuple[str, ...]
    rivals: tuple[Rival, ...] = ()
    refusal: str | None = None
    text: str | None = field(default=None, repr=False, compare=False)


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BOM_STARTS: Final = frozenset(bom[0][0] for bom in _BOMS) | {0x84}
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_ASCII: Final = bytes(range(0x80))
_THREE_BYTES: Final = re.compile(rb"[\xe0-\xf4]")
_AMONG_LETTERS: Final = re.compile(rb"[A-Za-z][\xc2-\xdf][\x80-\xbf]|[\xc2-\xdf][\x80-\xbf](?=[A-Za-z])")
"""Characters of two bytes that touch a letter of ASCII, as in phonetic script: a Chinese one in GBK hardly ever does,
and where all decode no other codec's letters read so by chance."""
_HZ_RUN: Final = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
SHIFTS: Final = 6_000
"""Milli-nats that a code with shift sequences must overcome: braces and escapes stand in ASCII files too."""
UNCLOSED: Final = 20_000
"""The same for HZ without one closed run; RFC 1843 closes every run on its line, so only a cut leaves one open."""


def detect(data: bytes, *, declared: str | None = None) -> Verdict:
    """Give the verdict on ``data``; ``declared`` is one witness among others.

    Never raises; bytes that are no text get a verdict without a codec.
    """
    if not data:
        return _refuse("empty", "there are no bytes; send the file again")
    name = name_of(data)
    if name is not None:
        return _refuse("not-text", f"this is {name}, not text; send the text itself")
    evident = _evident(data)
    if evident is not None:
        return _with_witnesses(evident, witnesses_of(b"", declared)) if declared else evident
    if data.startswith(codecs.BOM_UTF8):
        # An editor put UTF-8's mark before bytes that it took over as they were.
        verdict = detect(data[len(codecs.BOM_UTF8) :], declared=declared)
        words = "a byte order mark of UTF-8 stands before it, wrongly"
        return replace(verdict, evidence=(*verdict.evidence, words), text=None)
    return _by_cost(data, witnesses_of(data, declared))


_POWERS: Final = re.compile("[\\x00-\\x7f]+(?:(?<=[A-Za-z0-9)])[²³][\\x00-\\x7f]*)+")
"""x² + y² = z²: in GBK and Big5 these would be 虏 and 簡 behind a letter, each alone among ASCII."""
_PROVED: Final = "all bytes decode as UTF-8, which nothing else does by chance"


def _evident(data: bytes) -> Verdict | None:
    """Give the verdict where no weighing is needed: a byte order mark, ASCII, UTF-8 beyond chance."""
    by_mark = _by_mark(data) if data[0] in _BOM_STARTS else None
    if by_mark is not None:
        return by_mark
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" not in data:
            if data.isascii():
                # Chinese in UTF-16 may by chance consist of ASCII bytes, but some of them are controls.
                return None if _controls(data) and b"\x1b$" not in data else _seven_bits(data)
            if _POWERS.fullmatch(text):
                words = (
                    "all bytes decode as UTF-8, and what is not ASCII are powers behind a letter or a figure"
                )
                return Verdict("utf-8", 900, (words,))
            if len(data) - len(text) >= PROVED_UTF8 and _THREE_BYTES.search(data):
                return Verdict("utf-8", 1000, (_PROVED,), text=text)
            if len(_AMONG_LETTERS.findall(data)) >= MIXED_IN:
                return Verdict("utf-8", 990, (_PROVED,), text=text)
    return None


def _with_witnesses(verdict: Verdict, witnesses: Sequence[Witness]) -> Verdict:
    """Add what the witnesses said of a verdict that stands without them."""
    candidate = family(verdict.codec or "")
    words = tuple(
        f"{witness.words}: {'agrees' if witness.says == candidate else 'contradicted by the bytes'}"
        for witness in witnesses
    )
    return replace(verdict, evidence=verdict.evidence + words)


def _refuse(refusal: str, reason: str) -> Verdict:
    return Verdict(None, 0, (reason,), (), refusal)


def _by_mark(data: bytes) -> Verdict | None:
    """Believe a byte order mark, unless what follows it is noise or plainly something else."""
    found = next((bom for bom in _BOMS if data.startswith(bom[0])), None)
    if found is None:
        if data.startswith(b"\x84\x31\x95\x33"):
            return Verdict("gb18030", 1000, ("the file begins with GB18030's byte order mark",))
        return None
    mark, codec = found
    if len(data) == len(mark):
        return Verdict(codec, 900, ("the file is a byte order mark and nothing else",))
    body = data[len(mark) :][: SAMPLES[1]]
    bare = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[codec]
    if mark in (codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE):
        bare = bare.replace("-le", "-be")
    cut = len(body) < len(data) - len(mark)
    noise = cost_noise(body) + REFUSAL
    words = f"the file begins with the byte order mark of {codec.removesuffix('-sig').upper()}"
    for model in tables.MODELS:
        cost = cost_bytes(body, Candidate(bare, (model,)), cut=cut)
        if cost.total <= noise:
            hurt = ("some bytes are damaged",) if cost.wounds else ()
            return Verdict(codec, 950 if hurt else 1000, (words, *hurt))
    return None


def _seven_bits(data: bytes) -> Verdict:
    """Tell ASCII from the codes that shift into Chinese, Japanese or Korean by ASCII characters (RFC 1843, 1468)."""
    plain = Candidate("utf-8", ("zh",))
    shifting: list[tuple[str, str]] = []
    if b"~{" in data:
        shifting.append(("hz", "HZ's shift sequences ~{ … ~}"))
    if b"\x1b$" in data:
        shifting += [
            (codec, "ISO 2022 escape sequences") for codec in ("iso2022_jp_2", "iso2022_jp_3", "iso2022_kr")
        ]
    piece = data[: SAMPLES[1]]
    found = [cost_text(str(piece, "ascii"), plain)]
    words = {"utf-8": "all bytes are ASCII"}
    for codec, sign in shifting:
        handicap = UNCLOSED if codec == "hz" and not _HZ_RUN.search(piece) else SHIFTS
        candidate = Candidate(codec, ("zh", "ja", "ko"), handicap)
        found.append(cost_bytes(piece, candidate, cut=len(piece) < len(data)))
        words[codec] = f"the bytes hold {sign}, and what they enclose is language"
    best = min(found, key=total_of)
    rivals = sorted((cost for cost in found if cost is not best), key=total_of)
    return Verdict(
        best.candidate.codec,
        1000 if not rivals else _confidence(rivals[0].total - best.total),
        (words[best.candidate.codec],),
        tuple(Rival(cost.candidate.codec, 1000 - _confidence(cost.total - best.total)) for cost in rivals),
    )


def _cost_whole(piece: bytes, *, cut: bool) -> Iterator[Cost]:
    """Cost only what decodes without a wound: enough where that is sound, and a third of the work."""
    for candidate in (*MULTI_BYTE, *WIDE):
        try:
            text = codecs.getincrementaldecoder(candidate.codec)().decode(piece, not cut)
        except UnicodeDecodeError:
            continue
        counted = tables.units(text)
        total = min(cost_units(counted, model) for model in candidate.models[:3])
        yield Cost(total + candidate.handicap + seams_in(counted), candidate, 0)
    yield from cost_single_bytes(piece)


def _cost_all(piece: bytes, *, cut: bool) -> Iterator[Cost]:
    for candidate in (*SELF_EVIDENT, *MULTI_BYTE, *WIDE):
        yield cost_bytes(piece, candidate, cut=cut)
    if b"\0\0" in piece:
        for candidate in WIDEST:
            yield cost_bytes(piece, candidate, cut=cut)
    yield from cost_single_bytes(piece)


def _cost_ways(piece: bytes, *, cut: bool) -> Iterator[Cost]:
    """Cost the candidates that can lose step by the cheapest way through the bytes, the others as before."""
    for cost in _cost_all(piece, cut=cut):
        if cost.candidate.codec in MODEL_OF:
            way = cheapest_way(piece, cost.candidate.codec, at_end=True)
            lost = sum(end - start for start, end in way.wounds)
            # Seams are counted as the codec pairs the bytes; damage hardly changes their number.
            text = str(piece, cost.candidate.codec, "ignore")
            total = (
                way.total + cost.candidate.handicap + cost_seams(text) + (UNPROVED if text.isascii() else 0)
            )
            yield cost if cost.total <= total else Cost(total, cost.candidate, lost)
        elif cost.candidate.codec == "utf-8":
            yield cost._replace(total=cost.total - _cut_ends(piece))
        else:
            yield cost


_HALF_AT_START: Final = re.compile(rb"[\x80-\xbf]{1,3}(?![\x80-\xbf])")
_HALF_AT_END: Final = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")


def _cut_ends(piece: bytes) -> int:
    """Give back most of what the halves of characters at a cut piece's two ends cost under UTF-8."""
    at_start = WOUND - CUT_START if _HALF_AT_START.match(piece) else 0
    return at_start + (WOUND - CUT_END if _HALF_AT_END.search(piece, len(piece) - 3) else 0)


def _by_cost(data: bytes, witnesses: Sequence[Witness]) -> Verdict:
    first = _HIGH.search(data)
    # Units of UTF-16 and UTF-32 begin at multiples of four; the few ASCII bytes before do no harm.
    start = max(first.start() - BEFORE, 0) & ~3 if first and b"\0" not in data else 0
    costs: list[Cost] = []
    noise = 0
    piece = b""
    for size in SAMPLES:
        piece = data[start : start + size]
        cut = len(piece) < len(data) - start
        noise = cost_noise(piece)
        if size == SAMPLES[0] and len(piece.translate(None, _ASCII)) * 1000 >= DENSE * len(piece):
            costs = heard(_cost_whole(piece, cut=cut), witnesses)
            if costs[0].total * 1000 <= noise * SOUND and _margin(costs) >= CLEAR:
                break
        costs = heard(_cost_all(piece, cut=cut), witnesses)
        sound = costs[0].total * 1000 <= noise * SOUND and not costs[0].wounds
        if sound and _margin(costs) >= CLEAR:
            break
        if size >= LATTICE or not cut:
            piece = piece[:LATTICE]
            noise = cost_noise(piece)
            costs = heard(_cost_ways(piece, cut=cut or size > LATTICE), witnesses)
            if not cut or _margin(costs) >= CLEAR:
                break
    if _margin(costs) < CLOSE:
        costs, said = ask_chardet(piece, costs)
        if said:
            witnesses = [*witnesses, said]
    best = costs[0]
    controls = _controls(data) if best.candidate not in (*WIDE, *WIDEST) else 0
    if best.total > noise + REFUSAL and (controls or best.wounds or best.candidate in (*WIDE, *WIDEST)):
        return _refuse(
            "not-text",
            "the bytes cost more as text, in any encoding, than as noise; send the text itself, not packed",
        )
    if _many(controls, data):
        return _refuse(
            "not-text", f"{controls} of {len(data)} bytes are control characters; send the text itself"
        )
    return _settle(data, costs, noise, witnesses)


def _margin(costs: Sequence[Cost]) -> int:
    """Give the distance to the next candidate of another family; those of one family read nearly the same text."""
    best = costs[0]
    for cost in costs[1:]:
        if not are_kin(cost.candidate, best.candidate):
            return cost.total - best.total
    return CLEAR


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, CONTROLS))


def _many(controls: int, data: bytes) -> bool:
    return controls >= FEW_CONTROLS and controls * MANY_CONTROLS > len(data)


def _confidence(margin: int) -> int:
    """Turn a distance in milli-nats into confidence per mille: 500 at none, 750 at 4 nats, 966 at 60."""
    return 1000 * (margin + 2000) // (margin + 4000) if margin >= 0 else 500


def _settle(data: bytes, costs: Sequence[Cost], noise: int, witnesses: Sequence[Witness]) -> Verdict:
    """Choose among kin by the whole of the bytes, and put the evidence into words."""
    best = costs[0]
    codec, text = by_the_whole(data, best.candidate)
    others = (cost for cost in costs[1:] if not are_kin(cost.candidate, best.candidate))
    rivals = list(islice(others, RIVALS))
    margin = rivals[0].total - best.total if rivals else CLEAR
    confidence = _confidence(margin)
    evidence = [f"as {codec} the bytes cost {best.total // 1000} nats, as noise {noise // 1000}"]
    if rivals:
        evidence[0] += f", as {rivals[0].candidate.codec} {rivals[0].total // 1000}"
    if text is not None:
        evidence.append(f"all bytes decode as {codec}")
    else:
        evidence.append(f"some bytes are damaged: they do not decode as {codec}")
        confidence = confidence * 95 // 100
    for witness in witnesses:
        agrees = speaks_for(witness.says, best.candidate)
        evidence.append(f"{witness.words}: {'agrees' if agrees else 'contradicted by the cost'}")
    return Verdict(
        codec,
        confidence,
        tuple(evidence),
        tuple(Rival(cost.candidate.codec, 1000 - _confidence(cost.total - best.total)) for cost in rivals),
        text=text,
    )
