"""From a stored edition and its source back to the text, and every way in which a stored edition can be wrong."""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import to_json
from jiaokan.normalize import RejectedError, normalize
from jiaokan.normalize.replay import ReplayError, reopen, verify

SOURCE = (
    "　　云山市2023年政府工作报告\r\n\r\n　　一、2022年工作回顾\r\n"
    "　　全市生产总值增长 6.1%,**其中工业增加值增长7.2%**。 \r\n"
    "　　（一）稳住经济大盘。一是抓项目；二是促消费。\r\n"
).encode("gb18030")


@pytest.fixture(scope="module")
def stored():
    edition = normalize(SOURCE)
    return edition.content_json(), edition.record_json()


def test_a_stored_edition_holds(stored):
    found = verify(*stored, SOURCE)
    assert found.characters == len(json.loads(stored[0])["text"])
    assert found.edits == sum(entry["edits"] for entry in json.loads(stored[1])["pipeline"]["passes"])
    assert found.edits > 0


def test_a_reopened_edition_answers_like_the_first(stored):
    first, again = normalize(SOURCE), reopen(*stored, SOURCE)
    assert (again.content_json(), again.record_json()) == stored
    assert again.edits == first.edits
    assert again.findings == first.findings
    assert again.sections == first.sections
    assert again.metadata == first.metadata
    for start in range(len(first.text)):
        assert again.trace(start, start + 1) == first.trace(start, start + 1)


def flaws_of(content, record, source=SOURCE):
    with pytest.raises(ReplayError) as caught:
        verify(content, record, source)
    return " | ".join(caught.value.flaws)


def restored(stored, *, content=None, record=None):
    """Change the parsed objects, and let the record name the changed content, as a forger would."""
    told_content, told_record = map(json.loads, stored)
    if content:
        content(told_content)
    changed = to_json(told_content)
    told_record["content"] = hashlib.sha256(changed).hexdigest()
    if record:
        record(told_record)
    return changed, to_json(told_record)


def test_another_source_is_told(stored):
    assert "another source" in flaws_of(*stored, SOURCE + b"\n")


def test_another_content_is_told(stored):
    assert "another content" in flaws_of(stored[0].replace("项目".encode(), "目项".encode()), stored[1])


def test_a_changed_text_is_told_with_its_place(stored):
    def change(told):
        told["text"] = told["text"].replace("促消费", "促投资")

    flaws = flaws_of(*restored(stored, content=change))
    assert "another text" in flaws
    assert "促投资" not in flaws.split("where")[0]


@pytest.mark.parametrize("name", ["was", "source", "clean"])
def test_an_apparatus_that_lies_is_told(stored, name):
    lie = {"was": "谎", "source": [{"bytes": [0, 1]}], "clean": [0, 0]}

    def change(told):
        entry = next(
            entry for entry in told["apparatus"]["edits"] if "at" in entry and entry[name] != lie[name]
        )
        entry[name] = lie[name]

    assert f"{name} is" in flaws_of(*restored(stored, record=change))


def test_a_dropped_edit_is_told(stored):
    assert flaws_of(*restored(stored, record=lambda told: told["apparatus"]["edits"].pop()))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda told: told["sections"][0].update(span=[0, 3]), "root"),
        (lambda told: told["sections"][0].update(body=[3, 99999]), "body"),
        (lambda told: told["sections"].append({**told["sections"][0], "parent": "nobody"}), "two sections"),
        (lambda told: told["marks"].append({"kind": "bold", "span": [5, 99999]}), "mark bold"),
        (lambda told: told["metadata"]["evidence"].update(number=[0, 99999]), "evidence for number"),
        (lambda told: told["sections"].clear(), "sections"),
        (lambda told: told.pop("title"), "title"),
        (lambda told: told.update(script="latin"), "script"),
    ],
)
def test_a_content_that_breaks_the_contract_is_told(stored, change, says):
    assert says in flaws_of(*restored(stored, content=change))


@pytest.mark.parametrize("told", [b"", b"[]", b"{", b"null", b"[" * 100_000, b"\xff", b'{"schema": 1}'])
def test_what_is_no_edition_is_told(stored, told):
    assert flaws_of(told, stored[1])
    assert flaws_of(stored[0], told)


def test_columns_of_unequal_length_do_not_eat_memory(stored):
    def change(told):
        told["apparatus"]["edits"].append(
            {
                "stage": "x",
                "rule": "",
                "count": 10**12,
                "starts": [0],
                "was": ["a"],
                "now": ["b"],
                "confidence": 1,
            }
        )

    assert "unequal" in flaws_of(*restored(stored, record=change))


def test_the_error_survives_a_process_boundary():
    error = pickle.loads(pickle.dumps(ReplayError(["one", "two"])))
    assert error.flaws == ("one", "two")
    assert str(error) == "one; two"


@given(
    st.text(
        st.sampled_from(
            "一二三是、（）(),.:;*工作報告產業增长７７％%0O1 \u3000\r\n\t—-“\"”'yǐ[1]&lt;b>\ue105\u2f00"
        ),
        max_size=200,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_whatever_is_published_replays(text, codec):
    source = text.encode(codec)
    try:
        edition = normalize(source)
    except RejectedError:
        return
    verify(edition.content_json(), edition.record_json(), source)


@given(st.data())
def test_no_forged_record_does_more_than_fail(stored, data):
    told = json.loads(stored[1])
    node = told
    while True:
        keys = range(len(node)) if isinstance(node, list) else sorted(node)
        if not len(keys):
            break
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(node[key], dict | list) or data.draw(st.integers(0, 4)) == 0:
            node[key] = data.draw(
                st.none() | st.integers(-2, 10**6) | st.text(max_size=3) | st.just([]) | st.just({})
            )
            break
        node = node[key]
    with contextlib.suppress(ReplayError):
        verify(stored[0], to_json(told), SOURCE)
