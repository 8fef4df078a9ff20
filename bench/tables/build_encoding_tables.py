"""Count characters and write the cost tables that the encoding verdict ships (``services/normalize/encoding/tables``).

    python -m bench.tables.build_encoding_tables --corpus CORPUS --catalogs CATALOGS

``CORPUS`` is a folder with ``reports-*.jsonl.xz`` (one JSON object a line, its member ``text`` is counted).
``CATALOGS`` is a folder in which message catalogues were installed:

    uv pip install --target CATALOGS --no-deps 'django==5.2.*' 'sphinx==9.*' 'wagtail==8.*' \
        jupyterlab-language-pack-ja-jp jupyterlab-language-pack-ko-kr \
        jupyterlab-language-pack-ru-ru jupyterlab-language-pack-fr-fr

All four are under BSD licences. jieba's dictionary (MIT) stands for Chinese that is not official; OpenCC makes the
Traditional half of the Chinese table. A table is text: ``@ cost first-last`` gives a range of code points its cost,
``cost characters`` gives single characters theirs; costs are milli-nats, rounded to 50.
"""

from __future__ import annotations

import argparse
import gettext
import hashlib
import json
import lzma
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

CAPITALS: Final = 0.15
"""Weight of a second count of the same text written in capitals."""

TABLES: Final = Path(__file__).parents[2] / "services" / "normalize" / "encoding" / "tables"
VERSION: Final = 1
STEP: Final = 50
"""Costs are rounded to so many milli-nats: 1/20 nat is far below what decides, and makes lines long."""

Classes = list[tuple[float, list[str]]]
"""Parts of the probability that is kept for characters never counted: (mass, members)."""

LANGUAGES: Final[dict[str, tuple[str, ...]]] = {
    "ja": ("ja", "ja_JP"),
    "ko": ("ko", "ko_KR"),
    "western": ("fr", "de", "es", "it", "pt_BR", "nl", "sv", "da", "nb", "fi", "is", "ca", "fr_FR", "ga"),
    "polish": ("pl",),
    "czech": ("cs", "sk"),
    "hungarian": ("hu",),
    "romanian": ("ro",),
    "south-slavic": ("hr", "sl", "sr_Latn"),
    "turkish": ("tr", "tr_TR", "az"),
    "baltic": ("lt", "lv", "et"),
    "vietnamese": ("vi",),
    "cyrillic": ("ru", "ru_RU", "uk", "bg", "sr", "mk", "be"),
    "greek": ("el",),
    "hebrew": ("he", "he_IL"),
    "arabic": ("ar", "fa", "ar_DZ"),
    "thai": ("th",),
}

CANTONESE: Final = (
    "嘅咗喺嚟冇啲嘢佢哋咁喎囉噉睇嗰攞揸搵俾畀唔乜嘥瞓嗌啱㗎嘞曱甴咪噃嘈嚿攰嬲孭嚫餸冚氹瞓焗靚掂孖"
)
"""Written Cantonese, which no corpus of reports holds and for which HKSCS was made."""


def decodable(codec: str, leads: range, trails: Iterable[int]) -> list[str]:
    """List the characters that two-byte codes in this area stand for."""
    out = []
    trails = tuple(trails)
    for lead in leads:
        for trail in trails:
            try:
                out.append(bytes([lead, trail]).decode(codec))
            except UnicodeDecodeError:
                continue
    return [char for char in out if len(char) == 1]


def span(*ranges: tuple[int, int]) -> list[str]:
    """List the characters of ranges of code points, both ends included."""
    return [chr(point) for first, last in ranges for point in range(first, last + 1)]


HIGH: Final = range(0xA1, 0xFF)
BIG5_TRAILS: Final = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
HAN: Final = span((0x4E00, 0x9FFF))
RARE_HAN: Final = span((0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x2E80, 0x2FDF))
HANGUL: Final = span((0xAC00, 0xD7A3))
KANA: Final = span((0x3041, 0x3096), (0x309B, 0x30FE))
HALF_KANA: Final = span((0xFF61, 0xFF9F))
WIDE: Final = span((0x3000, 0x3020), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6))
QUOTES: Final = list("“”‘’—–…·•‧《》「」『』、。，；：！？（）％～×°€£¥§©®«»")
SIGNS: Final = span((0x2010, 0x203F), (0x2100, 0x214F), (0x2150, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF))
SIGNS += span((0x2500, 0x27BF), (0x3021, 0x303F), (0x3200, 0x33FF), (0xFE10, 0xFE6F), (0x3105, 0x312F))
LATIN: Final = [char for char in span((0xC0, 0x24F), (0x1E00, 0x1EFF)) if char.isalpha()]
GREEK: Final = span((0x370, 0x3FF))
CYRILLIC: Final = span((0x400, 0x45F), (0x490, 0x491))
LATIN_1_SIGNS: Final = span((0xA0, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7))


def everyone() -> Classes:
    """What any text may hold once in a while, whatever its language."""
    return [
        (0.003, QUOTES),
        (0.002, WIDE),
        (0.001, SIGNS),
        (0.001, KANA),
        (0.0003, HALF_KANA),
        (0.0008, LATIN),
        (0.0008, LATIN_1_SIGNS),
        (0.0006, GREEK),
        (0.0006, CYRILLIC),
        (0.0003, HAN),
        (0.00005, RARE_HAN),
        (0.0003, HANGUL),
        (0.0002, span((0x530, 0x10FF))),
    ]


def classes_of(model: str) -> Classes:
    """What texts of this model hold that was not counted."""
    if model == "zh":
        # Full-width figures and marks are common in real files; the corpus was cleaned of them.
        common = decodable("gb2312", range(0xB0, 0xD8), HIGH) + decodable(
            "big5", range(0xA4, 0xC7), BIG5_TRAILS
        )
        rare = decodable("gb2312", range(0xD8, 0xF8), HIGH) + decodable(
            "big5", range(0xC9, 0xFA), BIG5_TRAILS
        )
        hong_kong = decodable("big5hkscs", range(0x87, 0xFF), BIG5_TRAILS)
        return [
            (0.04, common),
            (0.008, rare),
            (0.003, list(CANTONESE)),
            (0.01, span((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))),
            (0.01, list("．％－（）：；，＋／\u3000")),
            (0.001, [char for char in hong_kong if char in set(HAN) | set(RARE_HAN)]),
            (0.002, HAN),
            (0.0002, RARE_HAN),
        ]
    if model == "ja":
        return [
            (0.03, decodable("euc_jp", range(0xB0, 0xD0), HIGH)),
            (0.003, decodable("euc_jp", range(0xD0, 0xF5), HIGH)),
            (0.01, KANA),
            (0.004, HALF_KANA),
        ]
    if model == "ko":
        return [
            (0.04, decodable("euc_kr", range(0xB0, 0xC9), HIGH)),
            (0.004, HANGUL),
            (0.006, decodable("euc_kr", range(0xCA, 0xFE), HIGH)),
        ]
    blocks = {
        "cyrillic": CYRILLIC,
        "greek": GREEK,
        "hebrew": span((0x5D0, 0x5EA)),
        "arabic": span((0x621, 0x652), (0x660, 0x669), (0x67E, 0x6F9)),
        "thai": span((0xE01, 0xE3A), (0xE3F, 0xE5B)),
    }
    # Catalogues ask few questions: the marks that only Spanish opens with, and French quotes, are raised by hand.
    own_marks = [(0.03, list("¿¡«»ºª"))] if model == "western" else []
    return [(0.01, blocks.get(model, LATIN)), (0.01, QUOTES), *own_marks]


ENTERING: Final = 0.7
"""Nats for a character to be non-ASCII at all: three in four of a Chinese report are not."""

FLOORS: Final = (
    (0x80, 0x9F, 18.0),  # C1 controls: no text has them on purpose
    (0xA0, 0xD7FF, 17.0),
    (0xD800, 0xD83B, 14.0),  # a surrogate pair costs its two halves; these are unassigned planes or Gothic
    (0xD83C, 0xD83E, 7.0),  # emoji
    (0xD83F, 0xD83F, 14.0),
    (0xD840, 0xD869, 9.0),  # Han, extension B: HKSCS has 1,700 of them
    (0xD86A, 0xDBFF, 14.0),
    (0xDC00, 0xDFFF, 6.0),
    (0xE000, 0xF8FF, 16.0),  # private use
    (0xF900, 0xFFFD, 17.0),
    (0xFFFE, 0xFFFF, 20.0),
)
"""Nats for what no class names. Judged by hand: all of them far above the 11 nats of a rare but real character."""


def reports(corpus: Path) -> Iterator[str]:
    """Give the texts of the corpus."""
    for path in sorted(corpus.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def count_chinese(corpus: Path) -> tuple[Counter[str], dict[str, int]]:
    """Count official reports and jieba's dictionary, Simplified and the three Traditional spellings of them."""
    import jieba
    from opencc import OpenCC

    converters = {name: OpenCC(name) for name in ("s2t", "s2tw", "s2hk")}
    official: dict[str, Counter[str]] = {name: Counter() for name in ("s", *converters)}
    for number, text in enumerate(reports(corpus)):
        official["s"].update(text)
        if number % 4 == 0:  # converting a quarter is enough, and takes a quarter of the minutes
            for name, converter in converters.items():
                official[name].update(converter.convert(text))
    general: dict[str, Counter[str]] = {name: Counter() for name in ("s", *converters)}
    dictionary = Path(jieba.__file__).parent / "dict.txt"
    entries = [line.split(" ") for line in dictionary.read_text(encoding="utf-8").splitlines()]
    spelled = {"s": [entry[0] for entry in entries]}
    for name, converter in converters.items():
        spelled[name] = converter.convert("\n".join(spelled["s"])).split("\n")
    for name, words in spelled.items():
        for word, entry in zip(words, entries, strict=True):
            for char in word:
                general[name][char] += int(entry[1])
    shares = {"s": 0.5, "s2t": 0.1, "s2tw": 0.2, "s2hk": 0.2}
    mixed: Counter[str] = Counter()
    for counts, weight in ((official, 0.7), (general, 0.3)):
        for name, share in shares.items():
            only = {char: n for char, n in counts[name].items() if ord(char) > 0x7F}
            total = sum(only.values())
            for char, n in only.items():
                mixed[char] += round(1e9 * weight * share * n / total)
    return mixed, {"reports": sum(official["s"].values()), "jieba": sum(general["s"].values())}


def count_catalogs(folder: Path, languages: tuple[str, ...]) -> tuple[Counter[str], int]:
    """Count the translations of installed message catalogues, every language with the same weight."""
    mixed: Counter[str] = Counter()
    characters = 0
    for language in languages:
        counts: Counter[str] = Counter()
        for path in sorted(folder.glob(f"**/locale/{language}/LC_MESSAGES/*.mo")):
            with path.open("rb") as stream:
                catalog = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
            for key, value in catalog.items():
                if key and isinstance(value, str):
                    counts.update(char for char in value if ord(char) > 0x7F)
        total = sum(counts.values())
        characters += total
        for char, n in counts.items():
            mixed[char] += round(1e9 * n / total)
            # Headings and placeholders stand in capitals: a sentence of them must not look like noise.
            if len(char.upper()) == 1:
                mixed[char.upper()] += round(CAPITALS * 1e9 * n / total)
    return mixed, characters


def costs_of(model: str, counts: Counter[str]) -> dict[str, float]:
    """Turn counts into nats: what was counted, mixed with the classes."""
    classes = [*classes_of(model), *everyone()]
    kept = sum(mass for mass, _ in classes)
    total = sum(counts.values())
    share: dict[str, float] = {char: (1 - kept) * n / total for char, n in counts.items() if ord(char) > 0x7F}
    for mass, members in classes:
        each = mass / len(members)
        for char in members:
            share[char] = share.get(char, 0.0) + each
    return {char: ENTERING - math.log(p) for char, p in share.items() if ord(char) < 0x10000}


def write(model: str, counts: Counter[str]) -> str:
    """Write one table; give its SHA-256."""
    lines = [f"@ {int(nats * 1000)} {first:04X}-{last:04X}" for first, last, nats in FLOORS]
    floors = {point: nats for first, last, nats in FLOORS for point in range(first, last + 1)}
    levels: dict[int, list[str]] = {}
    for char, nats in costs_of(model, counts).items():
        if nats < floors[ord(char)]:
            levels.setdefault(round(nats * 1000 / STEP) * STEP, []).append(char)
    for cost in sorted(levels):
        # A line is split at blanks, and some editors break lines at U+2028: both are written as code points.
        plain = "".join(sorted(char for char in levels[cost] if not char.isspace()))
        lines += [f"{cost} {plain}"] if plain else []
        lines += [
            f"@ {cost} {ord(char):04X}-{ord(char):04X}" for char in sorted(levels[cost]) if char.isspace()
        ]
    data = ("\n".join(lines) + "\n").encode()
    (TABLES / f"{model}.txt").write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    """Build every table and the manifest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--catalogs", type=Path, required=True)
    options = parser.parse_args()
    TABLES.mkdir(exist_ok=True)
    manifest: dict[str, object] = {
        "version": VERSION,
        "made_by": "bench/tables/build_encoding_tables.py",
        "unit": "milli-nats a character",
        "sources": {
            "reports": "official reports of the People's Republic of China (not subject to copyright there)",
            "jieba": f"jieba {version('jieba')}, dict.txt (MIT)",
            "opencc": f"OpenCC {version('opencc')} (Apache-2.0), s2t, s2tw, s2hk",
            "catalogs": {
                path.name.rsplit("-", 1)[0].replace(".dist", ""): "BSD-2-Clause"
                if "sphinx" in path.name
                else "BSD-3-Clause"
                for path in sorted(options.catalogs.glob("*.dist-info"))
            },
        },
    }
    tables: dict[str, object] = {}
    counts, counted = count_chinese(options.corpus)
    tables["zh"] = {"sha256": write("zh", counts), "characters": counted}
    print("zh", counted)
    for model, languages in LANGUAGES.items():
        counts, characters = count_catalogs(options.catalogs, languages)
        tables[model] = {"sha256": write(model, counts), "languages": languages, "characters": characters}
        print(model, characters)
    manifest["tables"] = tables
    (TABLES / "manifest.json").write_text(
        json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
