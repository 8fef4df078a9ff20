"""Count the table of character n-grams that ships in ``jiaokan.normalize.language``.

    python bench/tables/build_language.py CORPUS_FOLDER OUT [--hold 10:7] [--entries 2600000]

The corpus is a folder of ``*.jsonl.xz``, one object a line with ``title``, ``source`` and ``text``. With ``--hold
10:7`` every tenth document, from the seventh on, is left out, for measuring. Writes OUT.pairs, OUT.grams and the
manifest OUT.json of what was counted. Takes about two minutes and 3 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import opencc

from jiaokan.normalize.language.table import (
    BACKOFF_STEP,
    BACKOFF_ZERO,
    COST_STEP,
    NEVER,
    ORDER,
    PAIR_STEP,
    SIMPLIFIED,
    SKIP,
    SYMBOL_BITS,
    TRADITIONAL,
    Level,
    Pairs,
    Table,
    write_pairs,
    write_table,
)

BITS = np.uint64(SYMBOL_BITS)
TRADITIONALIZERS = tuple(opencc.OpenCC(name) for name in ("s2t", "s2tw", "s2hk"))
FLOOR = 1.0 / 20_000  # the uniform share below the unigrams: some twenty thousand characters exist


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield dict(json.loads(line), file=path.name)


def folded(char: str, simplify: opencc.OpenCC) -> str:
    """Simplified per character, full-width to ASCII, digits to 0, letters to a, blanks to nothing."""
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        char = chr(code - 0xFEE0)
    if char in " \t\u3000\u00a0\r\ufeff\u200b":
        return ""
    if char.isascii() and char.isdigit():
        return "0"
    if char.isascii() and char.isalpha():
        return "a"
    if char in "\f\v\u2028\u2029\u0085":
        return "\n"
    if char == "著":
        return "着"  # Traditional 著力 is 着力; that 著名 is counted as 着名 does no harm
    if "\u3400" <= char <= "\u9fff":
        return str(simplify.convert(char))
    return char


def last_symbols(keys: np.ndarray, count: int) -> np.ndarray:
    return keys & np.uint64((1 << (SYMBOL_BITS * count)) - 1)


def groups(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each context begins, and how many entries it has."""
    context = keys >> BITS
    starts = np.flatnonzero(np.concatenate([[True], context[1:] != context[:-1]]))
    return starts, np.diff(np.append(starts, len(keys)))


def count_grams(symbols: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    keys = np.zeros(len(symbols) - order + 1, np.uint64)
    for at in range(order):
        keys = (keys << BITS) | symbols[at : len(symbols) - order + 1 + at]
    keys.sort()
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], np.diff(np.append(starts, len(keys)))


def kneser_ney(symbols: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    keys, counts = map(list, zip(*(count_grams(symbols, n) for n in range(1, ORDER + 1)), strict=True))
    shares: list[np.ndarray] = []
    for n in range(1, ORDER + 1):
        seen = counts[n - 1]
        if n < ORDER:  # in how many contexts, not how often
            behind = np.searchsorted(keys[n - 1], last_symbols(keys[n], n))
            seen = np.maximum(np.bincount(behind, minlength=len(keys[n - 1])), 1)
        ones, twos, threes, fours = ((seen == k).sum() for k in (1, 2, 3, 4))
        lift = ones / (ones + 2 * twos)
        discounts = [1 - 2 * lift * twos / ones, 2 - 3 * lift * threes / twos, 3 - 4 * lift * fours / threes]
        if n == 1:
            discounts = [0.5, 0.5, 0.5]  # the vocabulary is cut, so its rare end says nothing
        off = np.select([seen == 1, seen == 2], discounts[:2], discounts[2])
        starts, sizes = groups(keys[n - 1])
        total = np.add.reduceat(seen.astype(float), starts)
        rest = np.add.reduceat(off, starts) / total
        lower = (
            FLOOR if n == 1 else shares[-1][np.searchsorted(keys[n - 2], last_symbols(keys[n - 1], n - 1))]
        )
        shares.append((seen - off) / np.repeat(total, sizes) + np.repeat(rest, sizes) * lower)
    return keys, counts, shares


def thin(
    keys: list[np.ndarray], counts: list[np.ndarray], shares: list[np.ndarray], least: float
) -> list[np.ndarray]:
    """Which entries stay: those that add more than ``least`` nats over the corpus, and what they stand on."""
    kept: list[np.ndarray] = [np.zeros(len(k), bool) for k in keys]
    kept[0][:] = True
    for n in range(ORDER, 1, -1):
        lower = shares[n - 2][np.searchsorted(keys[n - 2], last_symbols(keys[n - 1], n - 1))]
        starts, sizes = groups(keys[n - 1])
        share, low = np.add.reduceat(shares[n - 1], starts), np.add.reduceat(lower, starts)
        backoff = np.clip(1 - share, 1e-4, 1) / np.clip(1 - low, 1e-4, 1)
        gain = counts[n - 1] * (np.log(shares[n - 1]) - np.log(np.repeat(backoff, sizes) * lower))
        kept[n - 1] |= gain > least
        staying = keys[n - 1][kept[n - 1]]
        # Contexts carry the back-off; suffixes let a look-up climb from pairs and stop at the first miss.
        kept[n - 2][np.searchsorted(keys[n - 2], np.unique(staying >> BITS))] = True
        kept[n - 2][np.searchsorted(keys[n - 2], np.unique(last_symbols(staying, n - 1)))] = True
    return kept


def find(
    levels: list[tuple[np.ndarray, np.ndarray, np.ndarray]], query: np.ndarray, order: int
) -> np.ndarray:
    """Natural logarithms of the shares of ``query`` under the levels made so far."""
    out = np.zeros(len(query))
    todo = np.arange(len(query))
    backoff = np.zeros(len(query))
    for n in range(order, 0, -1):
        part = last_symbols(query[todo], n)
        keys, logs, _ = levels[n - 1]
        at = np.minimum(np.searchsorted(keys, part), len(keys) - 1)
        hit = keys[at] == part
        out[todo[hit]] = logs[at[hit]] + backoff[todo[hit]]
        todo = todo[~hit]
        if n > 1 and len(todo):
            above, _, weights = levels[n - 2]
            context = part[~hit] >> BITS
            at = np.minimum(np.searchsorted(above, context), len(above) - 1)
            hit = above[at] == context
            backoff[todo[hit]] += weights[at[hit]]
    return out


def writable(char: str, codec: str, last_lead: int = 0xFF) -> bool:
    try:
        return char.encode(codec)[0] <= last_lead
    except UnicodeEncodeError:
        return False


def is_simplified(char: str, symbol: str) -> bool:
    """GB 2312 has it, and nothing to make simpler; 著 belongs to both scripts (著名)."""
    return writable(char, "gb2312") and (symbol == char or char == "著")


def is_traditional(char: str, symbol: str) -> bool:
    """A converter writes it, or Big5 has it among its common characters (up to C67E).

    Converters without words leave 于 后 里 制 准 alone, which are good Traditional characters too.
    """
    return writable(char, "big5", 0xC6) or any(str(one.convert(symbol)) == char for one in TRADITIONALIZERS)


def build(texts: list[str], entries: int) -> tuple[Pairs, Table]:
    simplify = opencc.OpenCC("t2s")
    alphabet: Counter[str] = Counter()
    for text in texts:
        alphabet.update(text)
    totals: Counter[str] = Counter()
    for char, count in alphabet.items():
        totals[folded(char, simplify)] += count
    totals.pop("", None)
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[: SKIP - 1]
    number = {symbol: rank for rank, (symbol, _) in enumerate(ranked, 1)}
    fold, form = np.zeros(65536, np.uint16), np.zeros(65536, np.uint8)
    for code in (*range(0xD800), *range(0xE000, 0x10000)):
        char = chr(code)
        symbol = folded(char, simplify)
        fold[code] = number.get(symbol, 0) if symbol else SKIP
        if "\u3400" <= char <= "\u9fff":
            form[code] = SIMPLIFIED * is_simplified(char, symbol) + TRADITIONAL * is_traditional(char, symbol)
    line = number["\n"]
    pieces = []
    for text in texts:
        symbols = fold[np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16)]
        symbols = symbols[symbols != SKIP]
        keep = np.ones(len(symbols), bool)
        keep[1:] = (symbols[1:] != line) | (symbols[:-1] != line)
        pieces.append(np.concatenate([[line], symbols[keep], [line]]))
    symbols = np.concatenate(pieces).astype(np.uint64)
    keys, counts, shares = kneser_ney(symbols)
    pairs = np.full(1 << (2 * SYMBOL_BITS), NEVER, np.uint8)
    steps = np.rint(np.log(shares[1]) * -1000 / PAIR_STEP)
    pairs[keys[1].astype(np.int64)] = np.clip(steps, 0, NEVER - 1).astype(np.uint8)
    pairs = pairs.reshape(SKIP + 1, SKIP + 1)
    pairs[0, :] = pairs[:, 0] = NEVER  # of characters outside the table nothing is known
    pairs = pairs.reshape(-1)
    least, kept = 0.0, None
    low, high = 0.0, 64.0
    for _ in range(7):
        least = (low + high) / 2
        kept = thin(keys, counts, shares, least)
        if sum(int(k.sum()) for k in kept) > entries:
            low = least
        else:
            high = least
    kept = thin(keys, counts, shares, high)
    levels: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for n in range(1, ORDER + 1):
        staying, share = keys[n - 1][kept[n - 1]], shares[n - 1][kept[n - 1]]
        known = np.ones(len(staying), bool)  # an entry with an unknown symbol anywhere is never asked for
        for at in range(n):
            known &= ((staying >> np.uint64(SYMBOL_BITS * at)) & np.uint64(SKIP)) > 0
        staying, share = staying[known], share[known]
        if n > 1:
            starts, _ = groups(staying)
            low_share = np.exp(find(levels, last_symbols(staying, n - 1), n - 1))
            weight = np.clip(1 - np.add.reduceat(share, starts), 1e-5, 1)
            weight /= np.clip(1 - np.add.reduceat(low_share, starts), 1e-5, 1)
            above = levels[n - 2]
            above[2][np.searchsorted(above[0], staying[starts] >> BITS)] = np.log(weight)
        levels.append((staying, np.log(share), np.zeros(len(staying))))
    stored = tuple(
        Level(
            level_keys,
            np.clip(np.rint(logs * -1000 / COST_STEP), 0, 255).astype(np.uint8),
            np.clip(np.rint(weights * -1000 / BACKOFF_STEP) + BACKOFF_ZERO, 0, 255).astype(np.uint8),
        )
        for level_keys, logs, weights in levels
    )
    head = {
        "symbols": "".join(symbol for symbol, _ in ranked),
        "entries": [len(level.keys) for level in stored],
        "characters": int(sum(alphabet.values())),
        "least_gain": high,
    }
    return Pairs(fold, form, pairs), Table(head, stored)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hold", default="", help="N:K leaves out documents whose number modulo N is K")
    parser.add_argument("--entries", type=int, default=2_600_000)
    options = parser.parse_args()
    every, held = (int(part) for part in options.hold.split(":")) if options.hold else (0, 0)
    counted = [
        document for at, document in enumerate(documents(options.corpus)) if not every or at % every != held
    ]
    pairs, table = build([document["text"] for document in counted], options.entries)
    written = [options.out.with_suffix(".pairs"), options.out.with_suffix(".grams")]
    write_pairs(written[0], pairs)
    write_table(written[1], table)
    files: dict[str, list[int]] = {}
    for document in counted:
        tally = files.setdefault(document["file"], [0, 0])
        tally[0] += 1
        tally[1] += len(document["text"])
    manifest = {
        "files": {
            path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
            for path in written
        },
        "entries": table.head["entries"],
        "counted": {name: {"documents": a, "characters": b} for name, (a, b) in sorted(files.items())},
        "nature": "official reports, plans, communiques and notices of the People's Republic of China, 1953-2026; "
        "their texts are in the public domain under article 5 of its copyright law",
        "opencc": opencc.__version__ if hasattr(opencc, "__version__") else None,
    }
    options.out.with_suffix(".json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(manifest, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
