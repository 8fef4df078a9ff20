"""The forward model: damage on purpose, and the proof that a repair is possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize.slips.damage import LOSSES, Channel, damage, encode, flattened, misread, prove

TEXT = "我省坚持稳中求进，加快培育先进制造业集群，努力推动数字经济与实体经济深度融合发展。\n"
HANT = "我省堅持穩中求進，加快培育先進製造業集群，努力推動數字經濟與實體經濟深度融合發展。\n"
CHANNELS = st.builds(
    Channel, st.booleans(), st.booleans(), st.sampled_from(("mark", "nothing")), st.just("?")
)


def test_a_lost_lead_is_read_one_off_until_an_ascii_byte():
    # 業 is 98 49 in GBK: its second byte is the letter I, which sets the reading right again.
    damaged = damage("家企業在", 0, "lead", Channel())
    data = "家企業".encode("gbk")[1:]
    assert damaged is not None
    assert damaged.text == data[:4].decode("gb18030") + "I在"
    assert damaged.text[damaged.start : damaged.end].endswith("I")


def test_a_lead_that_became_a_mark():
    damaged = damage(HANT, 2, "lead-to-mark", Channel())
    assert damaged is not None
    assert damaged.text.startswith("我省?")


def test_a_second_loss_sets_it_right():
    damaged = damage(TEXT, 2, "lead", Channel(), second=(8, "trail"))
    assert damaged is not None
    assert damaged.text.endswith(TEXT[9:])


def test_what_gbk_cannot_write_is_not_damaged():
    assert damage("𠀀字", 0, "lead", Channel()) is None
    assert encode("𠀀") is None


@pytest.mark.parametrize(("orphan", "read"), [("mark", "?2"), ("swallow", "?"), ("nothing", "2")])
def test_what_becomes_of_an_orphan(orphan, read):
    assert "".join(misread(b"\xb5" + b"2", Channel(orphan=orphan))) == read


def test_private_pairs_are_kept_or_dropped():
    assert "".join(misread(b"\xf8\xc1", Channel())) == b"\xf8\xc1".decode("gb18030")
    assert "".join(misread(b"\xf8\xc1", Channel(drop_private=True))) == ""


def test_flattening_touches_wide_ascii_only():
    assert "".join(map(flattened, "！？；Ａ。、”\u3000")) == "!?;A。、” "


@given(
    st.sampled_from((TEXT, HANT)), st.integers(2, 28), st.sampled_from(LOSSES), CHANNELS,
    st.one_of(st.none(), st.tuples(st.integers(4, 10), st.sampled_from(("lead", "trail")))),
)  # fmt: skip
def test_what_was_damaged_is_proved(text, at, loss, channel, second):
    place = None if second is None else (at + second[0], second[1])
    damaged = damage(text, at, loss, channel, second=place)
    if damaged is None:
        return
    stored = damaged.text[damaged.start : damaged.end]
    after = damaged.text[damaged.end :]
    repaired = text[at : len(text) - len(after)]
    if len(repaired) > 1 or second is None:
        assert prove(repaired, stored, after=after) is not None


@given(
    st.text("政府工作报告经济发展民生改革", min_size=3, max_size=8),
    st.text("的一是在不了有和人这", min_size=3, max_size=8),
)
def test_what_was_not_damaged_so_is_not_proved(repaired, stored):
    data = encode(repaired)
    assert data is not None
    proof = prove(repaired, stored)
    if proof is not None:  # by chance: then the forward model says so too
        assert len(encode(stored) or b"") <= len(data)
        assert stored != repaired


def test_a_note_that_tore_a_pair_is_proved():
    # 家 BCD2 and 幾 8ED7: the pair D28E between them is 規, and a tool put its reading there.
    data = "幾百".encode("gbk")
    stored = "".join(
        misread(data[:1] + "(guī)".encode("gb18030") + data[1:] + b"0", Channel(orphan="swallow"))
    )
    assert "guī)" in stored
    assert prove("幾百", stored, torn=("(guī)", 1)) is not None
