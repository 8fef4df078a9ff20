"""The table of places, days and years."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import Years
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.metadata import describe
from jiaokan.normalize.metadata.dates import DATE, iso_date_in, iso_of
from jiaokan.normalize.metadata.regions import place_of_code, places_in, places_named, province_in
from jiaokan.normalize.metadata.years import five_year_plan
from jiaokan.normalize.outline import outline
from jiaokan.normalize.outline.numerals import number


def test_there_are_34_provinces_and_more_than_300_prefectures():
    codes = {f"{n:02}0000" for n in range(100)}
    provinces = [place for code in sorted(codes) if (place := place_of_code(code)) and not place.until]
    assert len(provinces) == 34
    assert len({p.name for p in provinces}) == 34


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [
        ("广东省", "440000", "province"),
        ("广东", "440000", "province"),
        ("内蒙古", "150000", "province"),
        ("新疆维吾尔自治区", "650000", "province"),
        ("重庆市", "500000", "province"),
        ("吉林", "220000", "province"),
        ("吉林市", "220200", "prefecture"),
        ("广州", "440100", "prefecture"),
        ("恩施州", "422800", "prefecture"),
        ("黔东南州", "522600", "prefecture"),
        ("锡林郭勒盟", "152500", "prefecture"),
        ("万载县", "360922", "county"),
        ("石河子市", "659001", "county"),
        ("济源市", "419001", "county"),
    ],
)
def test_places_of_today(name, code, level):
    place = places_named(name)[0]
    assert (place.code, place.level, place.until) == (code, level, 0)


def test_places_that_are_gone_keep_their_last_year():
    assert places_named("襄樊市")[0].until == 2010
    assert places_named("莱芜市")[0].until == 2019
    assert places_named("甲乙丙市") == ()


def test_the_longest_name_is_found():
    assert [p.name for p, _, _ in places_in("在江西省宜春市万载县和延边朝鲜族自治州")] == [
        "江西省", "宜春市", "万载县", "延边朝鲜族自治州",
    ]  # fmt: skip
    assert province_in("由广西壮族自治区人民政府公布")[0].code == "450000"
    assert province_in("全市上下") is None


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2023年4月12日", "2023-04-12"),
        ("2023年5月", "2023-05"),
        ("二〇〇四年五月十二日", "2004-05-12"),
        ("一九八一年十二月三十一日", "1981-12-31"),
        ("2023年13月1日", None),
        ("2023年2月32日", None),
    ],
)
def test_days_as_documents_print_them(printed, iso):
    assert iso_of(DATE.search(printed)) == iso


def test_days_of_an_iso_kind():
    assert iso_date_in("成文日期：2018-3-5", 0, 13)[0] == "2018-03-05"
    assert iso_date_in("电话：2018-99-05", 0, 13) is None


@given(st.integers(1, 999))
def test_numerals_are_read_back(value):
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    han = "〇一二三四五六七八九"
    spelled = f"{han[hundreds]}百" if hundreds else ""
    if tens:
        spelled += ("" if tens == 1 and not hundreds else han[tens]) + "十"
    elif hundreds and ones:
        spelled += "零"
    spelled += han[ones] if ones else ""
    assert number(spelled) == value


def test_numerals_that_are_none():
    assert number("点") == -1
    assert number("二〇二三") == 2023


@pytest.mark.parametrize(
    ("ordinal", "first", "last"),
    [(1, 1953, 1957), (2, 1958, 1962), (3, 1966, 1970), (11, 2006, 2010), (14, 2021, 2025)],
)
def test_five_year_plans(ordinal, first, last):
    assert five_year_plan(ordinal) == Years(first, last)


@given(
    st.text(
        alphabet="省市政府工作报告2031年一、（）\n。：，来源关于的通知〔〕号各位代表会议上人民代表大会届第次贵州月日",
        max_size=200,
    )
)
def test_odd_text_never_raises(text):
    metadata, findings = describe(text, outline(text, (), NO_HINTS), (), NO_HINTS)
    assert findings == ()
    assert metadata.issued_on is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", metadata.issued_on)
    for at in metadata.evidence.values():
        assert 0 <= at[0] <= at[1] <= len(text)
