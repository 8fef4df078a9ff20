"""Repairs of slipped bytes: what is applied, flagged, proposed, and left."""

from __future__ import annotations

import pytest

from jiaokan.normalize import Amendment, Hints, normalize
from jiaokan.normalize.language import load
from jiaokan.normalize.slips import repair as repairing
from jiaokan.normalize.slips.damage import Channel, damage
from jiaokan.normalize.slips.gate import places_of
from jiaokan.normalize.slips.repair import SWALLOWED

BEFORE = "会议强调，要坚持以人民为中心的发展思想，"
AFTER = "切实解决好群众急难愁盼问题。\n各级各部门要加强协作，形成工作合力。"
RUN = "着力保障和改善民生，扎实推进共同富裕，"
CLEAN = (
    "一、工作回顾\n2023年，全市地区生产总值增长6.1%，城镇新增就业3.2万人，居民人均可支配收入增长7%。\n"
    "二、主要任务\n加快推进新型城镇化，建设宜居宜业和美乡村，完善基层治理体系。"
)


def damaged(channel=None, *, at=0, loss="lead", second=None, text=BEFORE + RUN + AFTER):
    at += len(BEFORE)
    made = damage(text, at, loss, channel or Channel(), second=second and (at + second[0], second[1]))
    assert made is not None
    assert made.text != text
    return made.text


@pytest.mark.parametrize("loss", ["lead-to-mark", "lead", "trail"])
@pytest.mark.parametrize("flat", [False, True])
def test_each_kind_of_loss_is_repaired(loss, flat):
    edition = normalize(damaged(Channel(flatten=flat), at=3, loss=loss, second=(9, "lead")).encode())
    assert edition.text == normalize((BEFORE + RUN + AFTER).encode()).text
    assert [edit.rule for edit in edition.edits if edit.stage == "repair-byte-slips"] == ["byte-slip"]


def test_characters_beyond_the_basic_plane_move_no_place():
    # 𠮷 and its like have two UTF-16 units: a text of eighty before the slip put its place far behind it.
    raw = damaged(Channel(flatten=True), at=3, loss="lead-to-mark", second=(9, "lead"))
    row = "𠮷村、" * 80 + "\n"
    edition = normalize((row + raw).encode())
    assert edition.text.endswith(normalize((BEFORE + RUN + AFTER).encode()).text)
    assert [edit.rule for edit in edition.edits if edit.stage == "repair-byte-slips"] == ["byte-slip"]


def test_dropped_pairs_are_found_again():
    edition = normalize(damaged(Channel(drop_private=True), at=2, second=(10, "trail")).encode())
    text = edition.text
    for found in edition.findings:
        if found.code == "doubtful":
            assert found.clean is not None
            text = text.replace(text[slice(*found.clean)], "")
    assert "民生" in text or "改善" in text


def test_each_character_keeps_its_place():
    raw = damaged(at=1, loss="lead-to-mark", second=(8, "trail"))
    edition = normalize(raw.encode())
    at = edition.text.index("改善民生")
    (place,) = edition.trace(at, at + 1).source
    assert raw.encode()[slice(*place.bytes)].decode() in raw
    assert place.bytes[1] - place.bytes[0] <= 6


def test_the_strict_profile_applies_nothing_that_is_flagged():
    raw = damaged(Channel(drop_private=True), at=2, loss="lead", second=(11, "trail"))
    loose = normalize(raw.encode())
    strict = normalize(raw.encode(), profile="strict")
    flagged = [found for found in loose.findings if found.code == "doubtful"]
    if flagged:
        assert not [edit for edit in strict.edits if edit.stage == "repair-byte-slips"]
        assert [found for found in strict.findings if found.code == "damaged"]
    assert not [found for found in strict.findings if found.code == "doubtful"]


def test_a_person_may_accept_a_proposal(monkeypatch):
    raw = damaged(at=3, second=(9, "lead"))
    monkeypatch.setattr(repairing, "NEEDED_GAIN", 10_000_000)
    monkeypatch.setattr(repairing, "CERTAIN_DAMAGE", 10_000_000)
    monkeypatch.setattr(repairing, "NOTICED", 0)
    (found,) = [one for one in normalize(raw.encode()).findings if one.code == "damaged"]
    said = Amendment("accept", found.data["was"], found.data["now"])
    accepted = normalize(raw.encode(), hints=Hints(amendments=(said,)))
    assert [edit.rule for edit in accepted.edits if edit.stage == "repair-byte-slips"] == ["byte-slip"]
    assert accepted.text.startswith(BEFORE)


def test_of_two_proposals_alike_the_one_that_was_meant_is_applied(monkeypatch):
    once = damaged(at=3, second=(9, "lead"))
    raw = f"{once}\n{once}"
    monkeypatch.setattr(repairing, "NEEDED_GAIN", 10_000_000)
    monkeypatch.setattr(repairing, "CERTAIN_DAMAGE", 10_000_000)
    monkeypatch.setattr(repairing, "NOTICED", 0)
    first, second = [one for one in normalize(raw.encode()).findings if one.code == "damaged"]
    assert first.data["was"] == second.data["was"]
    was, now = first.data["was"], first.data["now"]
    at = raw.index(was)
    before = "\n" + raw[:at]  # only the second one has a line above it
    assert raw.count(before + was) == 1

    def applied(*said: Amendment) -> tuple[list[int], list[str]]:
        edition = normalize(raw.encode(), hints=Hints(amendments=said))
        starts = [edit.source[0].bytes[0] for edit in edition.edits if edit.stage == "repair-byte-slips"]
        return starts, [one.code for one in edition.findings if one.code in ("damaged", "amendment-unused")]

    assert applied(Amendment("accept", was, now, before=before)) == (
        [len(raw[: raw.rindex(was)].encode())],
        ["damaged"],
    )
    starts, codes = applied(Amendment("accept", was, now))
    assert not starts
    assert sorted(codes) == ["amendment-unused", "damaged", "damaged"]


def test_nothing_is_applied_without_a_proof(monkeypatch):
    monkeypatch.setattr(repairing, "prove", lambda *_, **__: None)
    edition = normalize(damaged(at=3, second=(9, "lead")).encode())
    assert not [edit for edit in edition.edits if edit.stage == "repair-byte-slips"]
    assert [found for found in edition.findings if found.code == "damaged"]


def test_a_search_out_of_steps_leaves_a_finding(monkeypatch):
    monkeypatch.setattr(repairing, "STEP_BUDGET", 10)
    edition = normalize(damaged(at=3, second=(9, "lead")).encode())
    assert not [edit for edit in edition.edits if edit.stage == "repair-byte-slips"]
    assert [found for found in edition.findings if found.code == "damaged"]


def test_clean_text_passes_the_gate_untouched():
    assert not len(places_of(CLEAN, frozenset(CLEAN)))


@pytest.mark.parametrize(
    "text",
    [
        "东京都は日本の首都です。桜の花が咲きました。",
        "李明问：今天能办好吗？王芳说：没问题！",
        "def f(x): return x if x > 0 else -x  # ???",
        "Съешь же ещё этих мягких французских булок.",
        "饕餮、貔貅、狻猊、狴犴、赑屃，皆龙之子也。",
    ],
)
def test_what_is_odd_but_whole_is_left(text):
    assert not [
        made for made in repairing.repairs_of(text, places_of(text, frozenset(text)), load()) if made.applies
    ]


def test_a_pair_torn_by_a_pinyin_note_is_mended():
    # 家 BCD2 and 幾 8ED7: between them D28E is 規, and a tool wrote its reading there. 業 ends in an I.
    torn = "家幾百年的工業".encode("gbk")
    read = torn[:3] + b"(" + "guī)".encode("gbk") + torn[3:]
    stored = read.decode("gbk", "replace").replace("\ufffd(", "?").replace("\ufffd", "?")
    stored = "".join(char for char in stored if not "\ue000" <= char <= "\uf8ff")
    edition = normalize(f"我們走完了發達國{stored}化歷程，取得了巨大成就。".encode())
    assert "国家几百年的工业化历程" in edition.text


def applied(raw):
    """The edition of ``raw``, and the texts that repairs put in."""
    edition = normalize(raw.encode())
    return edition, [edit.now for edit in edition.edits if edit.stage == "repair-byte-slips"]


def test_a_letter_in_traditional_text_may_be_a_second_byte():
    edition, put = applied("我們將繼續擴大開放，深化貿易改革，社會腺M品零售總額穩步增長，居民收入持續提高。")
    assert put == ["消費"]
    assert "社会消费品零售总额" in edition.text


def test_a_letter_in_simplified_text_is_a_letter():
    edition, put = applied("我们将继续扩大开放，深化贸易改革，上市公司发行A股和B股，居民收入持续提高。")
    assert not put
    assert "A股和B股" in edition.text


def test_a_line_end_that_a_torn_byte_swallowed_comes_back():
    text = "一、工作回顾\n过去一年，全市经济运行总体平稳，社会大局保持和谐稳定。\n二、主要任务\n加快推进新型城镇化。"
    made = damage(text, text.index("社会"), "lead", Channel(orphan="swallow"))
    assert made is not None
    assert "?二、" in made.text
    edition, _ = applied(made.text)
    assert edition.text == text
    assert SWALLOWED in [found.confidence for found in edition.findings if found.code == "doubtful"]


@pytest.mark.parametrize("mark", ["！", "；", "？"])
def test_a_full_stop_torn_by_a_search_for_a_mark_is_mended(mark):
    # 。 is A1A3: with the first byte of what follows its second one looks like ！ ； ？
    following = {"！": "“四个全面”战略布局", "；": "基层治理能力", "？": "可持续发展能力"}[mark]
    text = (
        f"我們堅持穩中求進工作總基調，全市經濟社會保持平穩健康發展。{following}不斷提高，人民生活持續改善。"
    )
    made = damage(text, text.index("。"), "lead-to-mark", Channel())
    assert made is not None
    assert f"?{mark}" in made.text
    edition, put = applied(made.text)
    assert put
    assert edition.text == normalize(text.encode()).text


def test_the_strict_profile_leaves_a_doubtful_repair_as_a_proposal():
    raw = "落實“六?!比蝿眨ε嘤乱淮畔⒓夹g、綠色石化等產業集群，推動經濟高質量發展。"
    loose, strict = normalize(raw.encode()), normalize(raw.encode(), profile="strict")
    assert [found.data["now"] for found in loose.findings if found.code == "doubtful"] == ["著"]
    assert not [edit for edit in strict.edits if edit.stage == "repair-byte-slips"]
    (proposal,) = [found for found in strict.findings if found.code == "damaged"]
    assert "著力培育新一代信息技術" in proposal.data["now"]


def test_question_marks_that_are_their_own_start_no_search(monkeypatch):
    monkeypatch.setattr(repairing, "Search", None)
    text = (
        "問:考察對象是否可以視為一個職位任職的經歷?\n答:凡經組織選派的,應當視為任職經歷,是嗎?我們認為可以。"
    )
    assert normalize(text.encode()).text


def test_a_run_that_no_path_leaves_is_told(monkeypatch):
    monkeypatch.setattr(repairing, "read_lattice", lambda *_, **__: None)
    edition = normalize(damaged(at=3, second=(9, "lead")).encode())
    assert not [edit for edit in edition.edits if edit.stage == "repair-byte-slips"]
    (found,) = [found for found in edition.findings if found.code == "damaged"]
    assert "now" not in found.data


def test_a_reading_that_lost_its_bracket_is_told_where_nothing_is_repaired():
    edition = normalize(
        "對(duì)周?chē)值車(chē)?guó)家的大國(guó)主義，報(bào)告已經(jīng)說(shuō)明。".encode()
    )
    assert [finding.code for finding in edition.findings].count("damaged") >= 2
    assert edition.quality.grade != "A"


@pytest.mark.parametrize(
    "marked", ["推进\ufffd\ufffd建设" * 12, "政\ufffd" * 30, "政?" * 30, "政\ue5e5" * 30]
)
@pytest.mark.parametrize("odd", ["郪貣杧堌墕", "砟睿邩箓", ""])
def test_marks_of_loss_reach_further_than_the_first_look(marked, odd):
    plain = "各位代表：现在，我代表青岭县人民政府向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    assert normalize(f"{plain * 3}{marked}{odd}{plain * 3}".encode()).text.startswith("各位代表：")
