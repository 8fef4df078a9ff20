"""Make the damaged reports in `reports/` from the clean ones in `clean/`: every damage is a function, named for it.

All places, names and figures are invented; we wrote the texts. `python samples/damage.py` writes the files again,
always with the same bytes; a test compares.
"""

# ruff: noqa: INP001 - a script beside its data, not a package
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import east_asian_width

import opencc
from pypinyin import Style, pinyin

HERE: Final = Path(__file__).parent
Damage = Callable[[str], str]


def flatten_punctuation(text: str) -> str:
    """A scraper makes the marks of Chinese prose ASCII: 增长6.8%，其中 → 增长6.8%,其中."""
    return text.translate(str.maketrans("，；：！？（）", ",;:!?()"))


def space_digits_from_han(text: str) -> str:
    """An office program sets gaps between digits and Chinese: 2022年 → 2022 年."""
    text = re.sub(r"(?<=[一-鿿])(?=\d)", " ", text)
    return re.sub(r"(?<=[\d%])(?=[一-鿿])", " ", text)


def space_out_digits(text: str) -> str:
    """A justified page sets figures wide, here years and sums: 612.38亿元 → 6 1 2 . 3 8亿元."""
    return re.sub(r"[0-9][0-9.]+(?=年|亿元)", lambda found: " ".join(found[0]), text)


def widen_digits(text: str) -> str:
    """An input method left full-width digits and signs in every fourth line."""
    wide = str.maketrans("0123456789%", "０１２３４５６７８９％")
    lines = text.split("\n")
    return "\n".join(line.translate(wide) if number % 4 == 3 else line for number, line in enumerate(lines))


def indent(text: str) -> str:
    """Every paragraph begins with two ideographic spaces and ends as Windows ends lines."""
    paragraphs = text.rstrip("\n").split("\n")
    return "".join(f"　　{line}\r\n" if line else "\r\n" for line in paragraphs)


def blank_lines(text: str) -> str:
    """A converter puts an empty line between two paragraphs."""
    return text.rstrip("\n").replace("\n", "\n\n") + "\n"


def bold_run_in_headings(text: str) -> str:
    """A Markdown converter leaves its ** around the heading of a run-in section."""
    return re.sub(r"^(（[一二三四五六七八九十]+）[^。\n]*。)", r"**\1**", text, flags=re.MULTILINE)


def tear_bold_by_a_page(text: str) -> str:
    """A page ends inside a bold heading: both halves get their own **, an empty line stands between them."""
    place = text.index("创新能力明显")
    return text[: place + 5] + "**\n\n**" + text[place + 5 :]


def tear_paragraphs_by_pages(text: str) -> str:
    """A page ends inside a word: an empty line stands in the middle of a paragraph."""
    for word in ("贯通全", "城市口袋", "清零"):
        place = text.find(word)
        if place >= 0:
            text = text[: place + 1] + "\n\n" + text[place + 1 :]
    return text


def wrap_lines(text: str, columns: int = 68) -> str:
    """A page is narrow: first lines indent, and lines break where the columns end (a Chinese character takes two)."""
    lines = []
    for paragraph in text.split("\n"):
        line, width = "　　", 4
        for character in paragraph:
            takes = 2 if east_asian_width(character) in "WF" else 1
            if width + takes > columns:
                lines.append(line)
                line, width = "", 0
            line += character
            width += takes
        lines.append(line)
    return "\n".join(lines)


def number_pages(text: str, lines: int = 14) -> str:
    """A page number stands alone between the last line of a page and the first of the next."""
    kept = text.rstrip("\n").split("\n")
    pages = [kept[at : at + lines] for at in range(0, len(kept), lines)]
    return "\n".join("\n".join(page) + f"\n— {number} —" for number, page in enumerate(pages, 1)) + "\n"


def convert_to_traditional(text: str) -> str:
    """A site serves its Traditional edition, with the forms that Big5 has."""
    return opencc.OpenCC("s2tw").convert(text)


def convert_like_a_web_converter(text: str) -> str:
    """A converter turns Simplified into Traditional one character at a time and prints the reading of some."""
    traditional = opencc.OpenCC("s2t").convert(text)
    return "".join(
        f"{character}({pinyin(character, style=Style.TONE)[0][0]})" if character in _ANNOTATED else character
        for character in traditional
    )


_ANNOTATED: Final = frozenset("業產發穩濟質實環")
"""Real converters annotate a set of characters of their own."""


def sprinkle_invisibles(text: str) -> str:
    """Copying from a page brings a byte order mark, zero-width spaces, soft hyphens and no-break spaces."""
    text = text.replace("数字", "数\u200b字").replace("基础", "基\u00ad础").replace("附件：", "附件：\u00a0")
    return "\ufeff" + text


def leave_entities(text: str) -> str:
    """HTML entities stay behind where a page was turned into text."""
    return (
        text.replace("“", "&ldquo;")
        .replace("”", "&rdquo;")
        .replace("  ", "&nbsp;&nbsp;")
        .replace("\n第", "\n&nbsp;&nbsp;第")
    )


class Sample(NamedTuple):
    """One damaged report: its id, the clean text, the damages in order, and its encoding."""

    report: str
    clean: str
    damages: tuple[Damage, ...]
    codec: str


SAMPLES: Final = (
    Sample(
        "yunshan/zfgzbg/2023",
        "yunshan-zfgzbg-2023.txt",
        (tear_paragraphs_by_pages, flatten_punctuation, space_digits_from_han, indent),
        "gb18030",
    ),
    Sample(
        "lanjiang/gxt/2022",
        "lanjiang-gxt-2022.txt",
        (bold_run_in_headings, tear_bold_by_a_page, space_digits_from_han, blank_lines),
        "utf-8",
    ),
    Sample(
        "qingling/fgj/2021",
        "qingling-fgj-2021.txt",
        (convert_to_traditional, indent),
        "big5",
    ),
    Sample(
        "wangxi/tjgb/2022",
        "wangxi-tjgb-2022.txt",
        (widen_digits, space_out_digits, wrap_lines, number_pages),
        "utf-8",
    ),
    Sample(
        "bailuwan/zfgzbg/2021",
        "bailuwan-zfgzbg-2021.txt",
        (flatten_punctuation, convert_like_a_web_converter),
        "utf-8",
    ),
    Sample(
        "dongping/szjj/2024",
        "dongping-szjj-2024.txt",
        (sprinkle_invisibles, leave_entities, blank_lines),
        "utf-16",
    ),
)


def damaged(sample: Sample) -> bytes:
    """Damage a clean text as the sample says, and encode it."""
    text = (HERE / "clean" / sample.clean).read_text(encoding="utf-8")
    for damage in sample.damages:
        text = damage(text)
    if sample.codec == "utf-16":  # one byte order on every machine
        return text.encode("utf-16-le")
    return text.encode(sample.codec)


def main() -> None:
    """Write all samples."""
    for sample in SAMPLES:
        path = HERE / "reports" / f"{sample.report}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(damaged(sample))


if __name__ == "__main__":
    main()
