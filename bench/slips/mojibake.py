"""`python -m bench.slips.mojibake TEXTS --table BASE [--hold 10:7] [--trials N] [--seed N] [--only WORD]`.

Chains of wrong decodings, over whole documents and over runs of 60 characters and more inside clean ones; without
loss (every byte had a character) and with (U+FFFD, ``?``). *exact*: the text comes out as the undamaged one does;
*characters*: 1 less the edit distance over the length of what was damaged; *flagged*: of the wrong characters that
were put in, those a finding covers. Texts are those of ``bench.slips``.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from bench import measuring
from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.mojibake.mixing import mixed

from . import heldout

STAGE = "recover-mojibake"


class Chain(NamedTuple):
    """Layers of (right, wrong), the first one innermost; the script that the text is in; what stands for a loss."""

    name: str
    layers: tuple[tuple[str, str], ...]
    script: str = "Hans"
    loss: str = ""


UTF8, GBK, BIG5, WEB = "utf-8", "gb18030", "big5hkscs", "web-1252"
LOSSLESS = (
    *(Chain(f"UTF-8 read as Latin-1, {n}×", ((UTF8, "latin-1"),) * n) for n in (1, 2, 3)),
    *(Chain(f"UTF-8 read as cp1252, {n}×", ((UTF8, WEB),) * n) for n in (1, 2, 3)),
    Chain("GBK read as Latin-1", ((GBK, "latin-1"),)),
    Chain("GBK read as cp1252", ((GBK, WEB),)),
    Chain("GBK read as Latin-1, then UTF-8 as Latin-1", ((GBK, "latin-1"), (UTF8, "latin-1"))),
    Chain("Big5 read as Latin-1", ((BIG5, "latin-1"),), "s2tw"),
    Chain("Big5 read as cp1252", ((BIG5, WEB),), "s2tw"),
    Chain("UTF-8 read as GB18030", ((UTF8, "gb18030"),)),
    Chain("UTF-8 read as GB18030, Traditional", ((UTF8, "gb18030"),), "s2t"),
    Chain("UTF-8 read as GBK", ((UTF8, "gbk"),)),
    Chain("UTF-8 read as GB18030, twice", ((UTF8, "gb18030"),) * 2),
    Chain("UTF-8 read as Big5", ((UTF8, "big5hkscs"),)),
    Chain("UTF-8 read as cp949", ((UTF8, "cp949"),)),
    Chain("UTF-8 read as cp932", ((UTF8, "cp932"),)),
    Chain("GBK read as Big5", (("gbk", "big5hkscs"),)),
    Chain("GBK read as cp949", ((GBK, "cp949"),)),
    Chain("Big5 read as GBK", ((BIG5, "gb18030"),), "s2tw"),
    Chain("GBK read as cp1251", ((GBK, "cp1251"),)),
    Chain("UTF-8 read as cp1251", ((UTF8, "cp1251"),)),
)
LOSSY = (
    *(Chain(f"UTF-8 read as GBK, {loss} for a loss", ((UTF8, "gbk"),), "Hans", loss) for loss in "\ufffd?"),
    Chain("UTF-8 read as GBK, \ufffd for a loss, Traditional", ((UTF8, "gbk"),), "s2t", "\ufffd"),
    *(
        Chain(f"UTF-8 read as GB18030, {loss} for a loss", ((UTF8, "gb18030"),), "Hans", loss)
        for loss in "\ufffd?"
    ),
    Chain("UTF-8 read as strict cp1252, \ufffd for a loss", ((UTF8, "cp1252"),), "Hans", "\ufffd"),
    Chain("UTF-8 read as strict cp1252, ? for a loss", ((UTF8, "cp1252"),), "Hans", "?"),
    Chain("UTF-8 read as cp1252, bytes without a letter vanished", ((UTF8, "cp1252-vanished"),)),
    Chain("GBK read as Big5, \ufffd for a loss", (("gbk", "big5hkscs"),), "Hans", "\ufffd"),
    Chain("GBK read as Big5, ? for a loss", (("gbk", "big5hkscs"),), "Hans", "?"),
)
TORN = (
    Chain("GBK read byte by byte", ((GBK, "mixed"),)),
    Chain("GBK read byte by byte, U+00AD dropped", ((GBK, "mixed-dropped"),)),
    Chain("GBK read as Latin-1, U+00AD dropped", ((GBK, "latin-1-dropped"),)),
    Chain("GBK read as Latin-1, then ftfy", ((GBK, "ftfy"),)),
    Chain("GBK read as Latin-1, U+00AD dropped, then ftfy, private-use dropped", ((GBK, "ftfy-dropped"),)),
    Chain("Big5 read as Latin-1, U+00AD dropped", ((BIG5, "latin-1-dropped"),), "s2tw"),
)
"""What stored web pages hold: see ``jiaokan.normalize.mojibake.mixing``. The rows with ftfy need it installed."""

SHORTEST, LONGEST = 60, 400


def read_as(data: bytes, wrong: str, loss: str) -> str:
    """Decode wrongly; ``web-1252`` is Windows-1252 as browsers read it."""
    if wrong == WEB:
        return "".join(
            chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((byte,)).decode("cp1252")
            for byte in data
        )
    if wrong == "cp1252-vanished":
        return data.decode("cp1252", "ignore")
    if wrong.startswith("mixed"):
        return mixed(data, dropped="\u00ad" if wrong.endswith("dropped") else "")
    if wrong.startswith("ftfy"):
        import ftfy

        if not wrong.endswith("dropped"):
            return str(ftfy.fix_text(data.decode("latin-1")))
        return re.sub("[\ue000-\uf8ff]", "", ftfy.fix_text(data.decode("latin-1").replace("\u00ad", "")))
    if wrong == "latin-1-dropped":
        return data.decode("latin-1").replace("\u00ad", "")
    return data.decode(wrong, "replace").replace("\ufffd", loss) if loss else data.decode(wrong)


def damaged(text: str, chain: Chain) -> str | None:
    """Put a text through a chain; None where a layer cannot be written or, without loss, read."""
    for right, wrong in chain.layers:
        try:
            text = read_as(text.encode(right), wrong, chain.loss)
        except UnicodeError:
            return None
    if chain.loss and chain.loss not in text:
        return None
    return text


def readable(line: str, chain: Chain) -> str:
    """Those clauses of a line that the wrong codec can read, for chains that lose nothing."""
    if chain.loss or damaged(line, chain) is not None:
        return line
    return "".join(clause for clause in _CLAUSE.findall(line) if damaged(clause, chain) is not None)


_CLAUSE = re.compile("[^，。；、：]+[，。；、：]?")


def cased(text: str, chain: Chain, rng: Random, *, whole: bool) -> tuple[str, str, int] | None:
    """A clean text, the stored one, and how many characters of it were damaged."""
    lines = [kept for line in text.split("\n") if (kept := readable(line, chain))]
    if whole:
        hurt = [damaged(line, chain) or line for line in lines]
        length = sum(map(len, lines))
        return ("\n".join(lines), "\n".join(hurt), length) if length >= SHORTEST else None
    stretch, wanted = "", rng.randrange(SHORTEST, LONGEST)
    rng.shuffle(lines)
    for line in lines:
        for clause in _CLAUSE.findall(line):
            if len(stretch) < wanted and (chain.loss or damaged(clause, chain) is not None):
                stretch += clause
    hurt_stretch = damaged(stretch, chain)
    if len(stretch) < SHORTEST or hurt_stretch is None:
        return None
    at = rng.choice([found.end() for found in re.finditer("。" if rng.random() < 0.5 else "\n", text)] or [0])
    ending = "\n" if at == 0 or text[at - 1] == "\n" else ""
    return (
        text[:at] + stretch + ending + text[at:],
        text[:at] + hurt_stretch + ending + text[at:],
        len(stretch),
    )


class Trial(NamedTuple):
    """What came of one damaged text."""

    exact: bool
    characters: float
    flagged: int
    wrong: int
    """Wrong characters that were put in: those a finding covers, and all."""
    length: int
    seconds: float


def tried(clean: str, stored: str, length: int) -> tuple[Trial, list[tuple[str, str]]]:
    """Normalize one text and its undamaged twin; tell what differs, too."""
    truth = normalize(clean.encode()).text
    begun = time.process_time()
    try:
        edition = normalize(stored.encode())
    except RejectedError:
        return Trial(False, 0.0, 0, 0, length, time.process_time() - begun), [(truth[:80], "rejected")]
    seconds = time.process_time() - begun
    flagged = {
        at for one in edition.findings if one.code == "doubtful" and one.clean for at in range(*one.clean)
    }
    blocks = [one for one in Levenshtein.opcodes(edition.text, truth) if one.tag != "equal"]
    wrong = {at for one in blocks for at in range(one.src_start, one.src_end)}
    put = {at for edit in edition.edits if edit.stage == STAGE for at in range(*edit.clean)}
    told = [
        (
            truth[max(0, b.dest_start - 8) : b.dest_end + 8][:80],
            edition.text[max(0, b.src_start - 8) : b.src_end + 8][:80],
        )
        for b in blocks[:6]
    ]
    share = max(0.0, 1 - Levenshtein.distance(edition.text, truth) / length)
    return (
        Trial(edition.text == truth, share, len(wrong & put & flagged), len(wrong & put), length, seconds),
        told,
    )


def traced(path: Path) -> dict[tuple[str, int], Trial]:
    """The trials that a trace holds: a run that was broken off goes on where it was."""
    done: dict[tuple[str, int], Trial] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        done[told["name"], told["number"]] = Trial(*(told[field] for field in Trial._fields))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--trials", type=int, default=10, help="of each chain and extent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=1_500)
    parser.add_argument("--hold", default="")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument(
        "--trace", type=Path, help="write every trial here, a line each; what it has is not run again"
    )
    parser.add_argument("--keep", action="store_true", help="write the figures to bench/results")
    options = parser.parse_args()
    if options.table:
        heldout.use_table(options.table)
    texts = [text for text in heldout.documents(options.texts, options.hold) if len(text) > 400]
    done = traced(options.trace) if options.trace and options.trace.exists() else {}
    trace = options.trace.open("a", encoding="utf-8") if options.trace else None
    chains = [
        (f"{chain.name}, {'whole' if whole else 'a run'}", chain, whole)
        for chain in (*LOSSLESS, *LOSSY, *TORN)
        if "ftfy" not in chain.name or find_spec("ftfy")
        for whole in (True, False)
    ]
    rows: dict[str, list[Trial]] = {name: [] for name, _, _ in chains}
    # Round by round: a run that is broken off has as many trials of each.
    for number in range(options.trials):
        for name, chain, whole in chains:
            if options.only not in name:
                continue
            trial = done.get((name, number))
            if trial is None:
                rng = Random(f"{options.seed} {name} {number}")
                text = heldout.excerpt(rng.choice(texts), options.length, rng)
                case = cased(heldout.written_in(text, chain.script), chain, rng, whole=whole)
                if case is None:
                    continue
                trial, told = tried(*case)
                if trace:
                    line = {"name": name, "number": number, **trial._asdict(), "told": told}
                    trace.write(json.dumps(line, ensure_ascii=False) + "\n")
                    trace.flush()
            rows[name].append(trial)
    groups = [(name, rows[name]) for name, _, _ in chains]
    for kind, members in (("lossless", LOSSLESS), ("lossy", LOSSY), ("read byte by byte", TORN)):
        for extent in (True, False):
            chosen = [
                trial
                for name, chain, whole in chains
                if chain in members and whole is extent
                for trial in rows[name]
            ]
            groups.append((f"ALL {kind}, {'whole' if extent else 'a run'}", chosen))
    summed = {name: summary(trials) for name, trials in groups if trials}
    head = ["damage", *next(iter(summed.values()))]
    told_table = "# Mojibake\n\n" + measuring.table(
        head, [[name, *(f"{value:g}" for value in row.values())] for name, row in summed.items()]
    )
    print(told_table)
    if options.keep:
        measured = {"seed": options.seed, "length": options.length, "hold": options.hold, "rows": summed}
        measuring.keep("mojibake", measured, told_table, None)


def summary(trials: list[Trial]) -> dict[str, float]:
    """The figures of one row: per cent, and seconds of processor time; ``weighted`` counts characters, not trials."""
    count = len(trials)
    times = sorted(trial.seconds for trial in trials)
    right, all_of = (
        sum(trial.characters * trial.length for trial in trials),
        sum(trial.length for trial in trials),
    )
    return {
        "trials": count,
        "exact": round(100 * sum(trial.exact for trial in trials) / count, 1),
        "characters": round(100 * sum(trial.characters for trial in trials) / count, 2),
        "weighted": round(100 * right / max(1, all_of), 2),
        "wrong and flagged": sum(trial.flagged for trial in trials),
        "wrong": sum(trial.wrong for trial in trials),
        "median s": round(times[count // 2], 2),
        "worst s": round(times[-1], 2),
    }


if __name__ == "__main__":
    main()
