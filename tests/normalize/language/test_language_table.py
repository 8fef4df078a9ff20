"""The table of character n-grams: whole, versioned, and a better judge of Chinese than chance."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

import numpy as np
import pytest

from jiaokan.normalize import pipeline
from jiaokan.normalize.language import TABLE, load, load_pairs
from jiaokan.normalize.language.document import DocumentModel, add_costs
from jiaokan.normalize.language.glance import glance_at
from jiaokan.normalize.language.table import NEVER, SKIP, read_pairs, read_table, write_pairs, write_table

DATA = files("jiaokan.normalize.language") / "data"


def cost(text):
    model = load()
    symbols = model.symbols_of(text)
    return int(model.running_costs(symbols[symbols != SKIP]).sum())


def test_the_manifest_names_the_files_that_ship():
    manifest = json.loads((DATA / f"{TABLE}.json").read_text(encoding="utf-8"))
    for name, said in manifest["files"].items():
        data = (DATA / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (said["bytes"], said["sha256"])
    assert sum(said["bytes"] for said in manifest["files"].values()) < 8_000_000


def test_the_table_is_part_of_the_fingerprint(monkeypatch):
    pipeline.fingerprint.cache_clear()
    before = pipeline.fingerprint(("text", "1"), pipeline.profile_named(None))
    monkeypatch.setattr(pipeline, "TABLE_VERSION", "another table")
    pipeline.fingerprint.cache_clear()
    assert pipeline.fingerprint(("text", "1"), pipeline.profile_named(None)) != before
    pipeline.fingerprint.cache_clear()


@pytest.mark.parametrize(
    ("chinese", "chance"),
    [
        ("推动经济社会高质量发展", "社高动发会量质推济展经"),
        ("坚持稳中求进工作总基调", "跃藿恿栈黻挪嶙坏靼绰"),
        ("全县居民人均可支配收入", "县全民居均人支可入配收"),
    ],
)
def test_chinese_costs_less_than_its_own_shuffle(chinese, chance):
    assert cost(chinese) + 20_000 < cost(chance)


def test_stretches_that_are_asked_for_together_do_not_tell_of_one_another():
    model = load()
    stretches = [
        model.symbols_of(text) for text in ("推动经济社会高质量发展", "社高动发会量", "", "跃藿恿", "收入")
    ]
    for alone, together in zip(stretches, model.costs_apart(stretches), strict=True):
        assert (model.running_costs(alone) == together).all()


def test_of_many_keys_each_is_found_as_it_is_alone():
    model = load()
    some = np.concatenate(
        [level.keys[::2_001] for level in read_table((DATA / f"{TABLE}.grams").read_bytes()).levels]
    )
    keys = np.concatenate(
        [some, some + np.uint64(1), np.arange(6_000, dtype=np.uint64) * np.uint64(1_234_567)]
    )
    assert len(keys) > 4 * 1_000
    together = model._find(keys)
    assert (together[: len(some)] != 0).all()
    for at in range(0, len(keys), 37):
        assert model._find(keys[at : at + 1])[0] == together[at]


def test_scripts_and_widths_fold_together():
    assert cost("推動經濟發展，促進就業。") == cost("推动经济发展,促进就业。")


def test_costs_are_whole_milli_nats():
    model = load()
    costs = model.running_costs(model.symbols_of("经济发展"))
    assert costs.dtype == np.int32
    assert (costs >= 0).all()


def test_pairs_that_met_are_the_pairs_with_a_cost():
    model, pairs = load(), load_pairs()
    first, second = (int(model.fold[ord(char)]) for char in "经济")
    assert pairs.cost[first << 12 | second] < NEVER
    assert model.paired(np.array([first]), np.array([second])).all()
    assert (pairs.cost.reshape(4096, 4096)[0] == NEVER).all()


def test_a_glance_sees_neighbours_that_never_met():
    assert not len(glance_at("推动经济社会发展取得新成效").odd)
    assert len(glance_at("推动经济鼗饕社会发展").odd) >= 2


def test_files_come_back_as_they_were_written(tmp_path):
    pairs = load_pairs()
    write_pairs(tmp_path / "a", pairs)
    again = read_pairs((tmp_path / "a").read_bytes())
    assert all((one == other).all() for one, other in zip(pairs, again, strict=True))
    table = read_table((DATA / f"{TABLE}.grams").read_bytes())
    small = table._replace(levels=tuple(level._replace(**_first(level, table)) for level in table.levels))
    write_table(tmp_path / "b", small)
    read = read_table((tmp_path / "b").read_bytes())
    assert [len(level.keys) for level in read.levels] == [len(level.keys) for level in small.levels]
    assert all(
        (a.keys == b.keys).all() and (a.cost == b.cost).all()
        for a, b in zip(small.levels, read.levels, strict=True)
    )


def _first(level, table):
    """The entries that begin with the first few symbols: a table that stands on its own."""
    top = level.keys
    while (top >= 4096).any():
        top = np.where(top >= 4096, top >> np.uint64(12), top)
    kept = top <= 3 if level is not table.levels[0] else np.ones(len(top), bool)
    return {"keys": level.keys[kept], "cost": level.cost[kept], "backoff": level.backoff[kept]}


def test_a_document_makes_its_own_phrases_cheaper():
    model = load()
    symbols = model.symbols_of("鲲鹏苗圃项目落地，鲲鹏苗圃项目投产，鲲鹏苗圃项目扩建。" * 3)
    document = DocumentModel([symbols], np.zeros(65536, bool), "Hans")
    phrase = model.symbols_of("鲲鹏苗圃").astype(np.int64)
    key = np.array([int(phrase[0]) << 24 | int(phrase[1]) << 12 | int(phrase[2])], np.uint64)
    plain = model.costs(key, model.backoffs(key), np.array([0]), phrase[3:])
    mixed = document.mixed(document.places(key), np.array([0]), phrase[3:], plain.copy())
    assert mixed[0] < plain[0]


def test_adding_costs_adds_probabilities():
    one, other = np.array([1000], np.int32), np.array([1000], np.int32)
    assert add_costs(one, other)[0] == 1000 - 693
    assert add_costs(one, np.array([60_000], np.int32))[0] == 1000
