"""Who issues a document, and which place it is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

from ...edition import Region, Section
from .head import HeadLine
from .regions import Place, place_of_code, places_in, places_meant, places_named, province_in, short_names

_SPOKEN_FOR: Final = re.compile(
    r"我(?:受[^。，]{0,12}委托，)?(?:谨)?代表(?:中共[一-鿿]{2,10}(?:委|委员会)[、和])?"
    r"(?P<body>国务院|(?P<place>[一-鿿]{0,14}?)(?P<organ>人民政府|人民委员会|政府))"
)
_TITLE_ISSUER: Final = re.compile(
    r"^(?P<body>(?:中华人民共和国)?(?:中共中央[ ]?|国务院|全国人民代表大会|中国共产党|最高人民|国家|中国|中央"
    r"|[一-鿿、]{1,20}?(?:部|总局|委员会|银行)|[一-鿿]{2,12}?(?:省|市|自治区|自治州|州|县|区|盟|旗))"
    r"[一-鿿、（） ]{0,40}?)(?=关于|转发|印发|批转|对[一-鿿]|向党的|向中国)"
)
_ORGAN_END: Final = re.compile(
    r"(?:人民政府|政府|办公厅|办公室|国务院|委员会|委|厅|局|部|署|院|中央|调查队|总队|银行|会议|组织部|宣传部|纪委|大会|小组)$"
)
_OFFICE_OF: Final = re.compile(r"(?:代理?)?(?:省长|市长|州长|县长|区长)")
_OWN: Final = re.compile(r"(?:全|我|本)(省|市|区|县|州|盟|旗)")
_NATION_SESSION: Final = re.compile(r"全国人民代表大会|全国人大|中央|中国共产党")
_NATIONAL: Final = re.compile(
    r"^(?:国务院|中共中央|中央|全国|中国|中华人民共和国|国家(?!统计局[一-鿿]{2,}调查)|最高人民)"
)
_BEHIND_PLACE: Final = re.compile(r"(?:市|州)?(?:政府|人民|统计|工业|第|20|19|市|\d)")
_SPOKEN_WITHIN: Final = 1500
"""Characters in which a speaker says for whom the report is given."""

_DOMINANT: Final = 3
_TIMES: Final = 2
"""A place named only in the text must be named so often, and so many times as often as any other of its kind."""

_LOOKED_AT: Final = 12_000
"""Characters in which the names are counted."""


class Bodies(NamedTuple):
    """Issuers and region with the spans they were read from (None: inferred from another member)."""

    issuers: tuple[str, ...]
    issuers_at: tuple[int, int] | None
    region: Region | None
    region_at: tuple[int, int] | None


def bodies_of(
    text: str,
    title: tuple[str, int, int] | None,
    session: tuple[str, int, int] | None,
    head: list[HeadLine],
    foot: list[HeadLine],
    kind: str,
    sections: tuple[Section, ...],
) -> Bodies:
    """Find who issues the document and the place it is about; what the text does not tell stays empty."""
    spoken = _SPOKEN_FOR.search(text, 0, _SPOKEN_WITHIN)
    place, place_at = _place(text, title, session, head, foot, spoken)
    national = _is_national(title, session, spoken)
    if place is None and not national and kind == "work-report":
        place, place_at = _place_of_text(text, spoken)
    issuers, issuers_at = _issuers(title, session, head, foot, kind, place, national, spoken)
    if place is None and not national:
        for issuer in issuers:
            found = places_in(issuer)
            if found:
                place, place_at = found[0][0], issuers_at
                break
    if national and kind == "work-report":
        place = place_at = None
    if issuers and all(map(_NATIONAL.match, issuers)):
        place = place_at = None
    if place is None and not national and not issuers and not _is_compilation(sections):
        place, place_at = _place_of_text(text, spoken)
    if place is None:
        return Bodies(issuers, issuers_at, None, None)
    printed = (
        text[place_at[0] : place_at[1]]
        if place_at and places_named(text[place_at[0] : place_at[1]])
        else None
    )
    return Bodies(issuers, issuers_at, place.region(printed), place_at)


def _is_compilation(sections: tuple[Section, ...]) -> bool:
    """Tell whether there are parts that were told apart by the places they are about."""
    members = {
        section.heading
        for section in sections
        if section.kind == "part" and section.label is None and section.heading
    }
    return len(members) > 1


def _is_national(
    title: tuple[str, int, int] | None, session: tuple[str, int, int] | None, spoken: re.Match[str] | None
) -> bool:
    if session and _NATION_SESSION.search(session[0]) and not province_in(session[0]):
        return True
    if title and (_NATIONAL.match(title[0]) or "中华人民共和国" in title[0]):
        return True
    return bool(spoken and spoken["body"] == "国务院")


def _place(
    text: str,
    title: tuple[str, int, int] | None,
    session: tuple[str, int, int] | None,
    head: list[HeadLine],
    foot: list[HeadLine],
    spoken: re.Match[str] | None,
) -> tuple[Place | None, tuple[int, int] | None]:
    """Read the place from the title, the session, the speaker, the issuers' lines, or the opening words."""
    spans: list[tuple[int, int]] = []
    if title:
        spans.append((title[1], min(title[2], title[1] + 60)))
    if session:
        spans.append((session[1], session[2]))
    spans += [(line.start, line.end) for line in head if line.kind in ("speaker", "organ")]
    if spoken and spoken["place"]:
        spans.append(spoken.span("place"))
    spans += [(line.start, line.end) for line in foot if line.kind == "organ"]
    for start, end in spans:
        office = list(_OFFICE_OF.finditer(text, start, end)) if text.find("长", start, end) >= 0 else []
        # 甘肃省政协副主席 兰州市市长: the last office is the one in which the report is given.
        if office and office[-1].start() > start:
            start = max(text.rfind(" ", start, office[-1].start()) + 1, start)  # noqa: PLW2901
        found = _most_exact(text, start, end)
        if found is not None:
            return found[0], (found[1], found[2])
    return None, None


def _most_exact(text: str, start: int, end: int) -> tuple[Place, int, int] | None:
    """Of 江西省宜春市万载县 the last, of 广州市 alone that; a name that a word goes on from is none."""
    found = places_in(text, start, end)
    if not found:
        return None
    best = found[0]
    for place, low, high in found[1:]:
        if low != best[2] or place.code[:2] != best[0].code[:2]:
            inside = next(
                (p for p in places_named(text[low:high]) if p.code.startswith(best[0].code[:2])), None
            )
            if low == best[2] and inside:
                best = (inside, low, high)
                continue
            break
        best = (place, low, high)
    if (
        text[best[2] - 1] not in "省市区县州盟旗"
        and best[0].level != "province"
        and not _BEHIND_PLACE.match(text, best[2], best[2] + 2)
    ):
        return None
    return best


def _issuers(
    title: tuple[str, int, int] | None,
    session: tuple[str, int, int] | None,
    head: list[HeadLine],
    foot: list[HeadLine],
    kind: str,
    place: Place | None,
    national: bool,  # noqa: FBT001
    spoken: re.Match[str] | None,
) -> tuple[tuple[str, ...], tuple[int, int] | None]:
    if title and kind != "work-report":
        said = _TITLE_ISSUER.match(title[0])
        if said and _ORGAN_END.search(body := said["body"].strip(" 、")):
            # 中共中央国务院 are two.
            names = tuple(
                name for name in re.split(r"[ 、]|(?<=^中共中央)(?=国务院)|(?<=厅)(?=国务院)", body) if name
            )
            if all(_ORGAN_END.search(name) for name in names):
                return names, (title[1], title[1] + said.end())
    order = next((line for line in head if line.kind == "order"), None)
    if order is not None:
        return (order.text.removesuffix("令"),), (order.start, order.end)
    for lines in (head, foot):
        organs = [line for line in lines if line.kind == "organ"]
        if organs and (lines is head or any(line.kind == "date" for line in foot)):
            names = tuple(dict.fromkeys(name for line in organs for name in line.text.split()))
            return names, (organs[0].start, organs[-1].end)
    if kind != "work-report":
        return (), None
    if spoken and spoken["body"] == "国务院":
        return ("国务院",), spoken.span("body")
    if national and session and place is None:
        return ("国务院",), (session[1], session[2])
    if place is None or place.level not in ("province", "prefecture", "county"):
        return (), None
    if spoken and spoken["place"] and places_named(spoken["place"]):
        return (
            spoken["body"].replace("政府", "人民政府") if spoken["organ"] == "政府" else spoken["body"],
        ), spoken.span("body")
    speaker = next((line for line in head if line.kind == "speaker"), None)
    if spoken is not None:
        return (place.name + "人民政府",), spoken.span("body")
    if speaker is not None:
        return (place.name + "人民政府",), (speaker.start, speaker.end)
    return (place.name + "人民政府",), (title[1], title[2]) if title else None


def _place_of_text(text: str, spoken: re.Match[str] | None) -> tuple[Place | None, tuple[int, int] | None]:
    """A report that says 全省 or 我市 and names one place again and again is about that place."""
    own = _OWN.search(text, 0, 3000)
    if spoken and spoken["place"] and len(spoken["place"]) <= 3:  # 省, 市, 自治州
        unit = spoken["place"][-1]
    elif own is not None:
        unit = own[1]
    else:
        return None, None
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for named, start, end in places_meant(text, unit, _LOOKED_AT):
        counts[named.code] += 1
        first.setdefault(named.code, (start, end))
    ranked = sorted(counts.items(), key=lambda told: (-told[1], told[0]))
    if not ranked or ranked[0][1] < _DOMINANT or (len(ranked) > 1 and ranked[0][1] < _TIMES * ranked[1][1]):
        return None, None
    code = ranked[0][0]
    place = place_of_code(code)
    assert place is not None
    for name in (place.name, *short_names(place)):
        at = text.find(name)
        if at >= 0:
            return place, (at, at + len(name))
    return place, first[code]
