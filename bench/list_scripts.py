"""Write ``services/normalize/stages/scripts.py``: which characters only one of the two scripts has.

python bench/list_scripts.py
"""

from __future__ import annotations

from pathlib import Path

import opencc

IDEOGRAPHS = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
TARGET = Path(__file__).parents[1] / "services" / "normalize" / "stages" / "scripts.py"
WIDTH = 100


def rewritten(config: str) -> list[str]:
    """List the characters that a configuration of OpenCC changes, each converted alone."""
    converted = opencc.OpenCC(config).convert("\n".join(IDEOGRAPHS)).split("\n")
    return [was for was, now in zip(IDEOGRAPHS, converted, strict=True) if was != now]


def has(codec: str, char: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def only(config: str, other_side: str) -> str:
    """List the characters that ``config`` rewrites and the character set of the other side lacks."""
    return "".join(sorted(char for char in rewritten(config) if not has(other_side, char)))


def main() -> None:
    source = TARGET.read_text("utf-8")
    traditional, simplified = only("t2s", "gb2312"), only("s2t", "big5")
    both = set(traditional) & set(simplified)  # 緼, 苧: each way round it is another character
    for name, listed in (("TRADITIONAL", traditional), ("SIMPLIFIED", simplified)):
        chars = "".join(char for char in listed if char not in both)
        head, rest = source.split(f"{name}: Final = frozenset(\n")
        _, tail = rest.split("\n)\n", 1)
        rows = "\n".join(f'    "{chars[at : at + WIDTH]}"' for at in range(0, len(chars), WIDTH))
        source = f"{head}{name}: Final = frozenset(\n{rows}\n)\n{tail}"
    TARGET.write_text(source, "utf-8")


if __name__ == "__main__":
    main()
