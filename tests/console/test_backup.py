"""docs/backup.md, step by step: what was backed up while the line went on is an archive again, and nothing else is."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from click.testing import CliRunner

from jiaokan.archive import Keys, ReportFilter, accept, load_settings, open_archive
from jiaokan.console.main import group
from jiaokan.worker.processing import process
from jiaokan.worker.together import process_waiting

TEXT = "云山市{}年政府工作报告\n一、工作回顾\n全市生产总值增长6.1%。\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("JIAOKAN_DURABLE", "false")
    monkeypatch.setattr(
        "jiaokan.worker.together.TOGETHER_SECONDS", 600.0
    )  # all that waits, however slow it is


def lived_in(data):
    """An archive with reports published one by one and together, a rejection, a withdrawal and a key."""
    archive = open_archive(load_settings(data=data))
    for number in range(5):
        accept(archive, f"bulk/{number}", TEXT.format(2000 + number).encode(), queue="bulk")
    process_waiting(archive, "bulk", worker="w")
    process(archive, accept(archive, "one", TEXT.format(2023).encode()).item, worker="w")
    process(archive, accept(archive, "empty", b" ").item, worker="w")
    call("report", "withdraw", "bulk/0", "--why", "复核", "--data", data)
    key, secret = Keys(archive.catalog.database).create("读者", scopes=frozenset({"read"}))
    return archive, key, secret


def call(*arguments):
    return CliRunner().invoke(group, [str(one) for one in arguments])


def copy_store(data, to):
    """Ledger first, the rest after it, as the page says."""
    for name in ("ledger", *sorted({path.name for path in (data / "objects").iterdir()} - {"ledger"})):
        if (data / "objects" / name).is_dir():
            shutil.copytree(data / "objects" / name, to / "objects" / name, dirs_exist_ok=True)
        yield name


def seen(data):
    archive = open_archive(load_settings(data=data))
    page = archive.catalog.reports.list(ReportFilter(), limit=100)
    feed, _ = archive.catalog.ledger.events(after=0)
    editions = {report.id: archive.catalog.reports.editions(report.id) for report in page.items}
    states = {revision.id: revision.state for revision in archive.catalog.reports.revisions("empty")}
    archive.close()
    return page.items, feed, editions, states


def back_up_catalog(data, to):
    with sqlite3.connect(data / "catalog.sqlite") as old, sqlite3.connect(to) as copy:
        old.backup(copy)
    old.close()
    copy.close()


def test_a_catalog_as_new_as_the_store(tmp_path):
    archive, _, _ = lived_in(tmp_path / "data")
    archive.close()
    (tmp_path / "copy").mkdir()
    list(copy_store(tmp_path / "data", tmp_path / "copy"))
    back_up_catalog(tmp_path / "data", tmp_path / "copy" / "catalog.sqlite")
    assert seen(tmp_path / "copy") == seen(tmp_path / "data")
    assert call("archive", "check", "--data", tmp_path / "copy").exit_code == 0


def test_no_catalog_but_an_old_one_for_its_keys(tmp_path):
    archive, key, secret = lived_in(tmp_path / "data")
    back_up_catalog(tmp_path / "data", tmp_path / "old.sqlite")
    before = seen(tmp_path / "data")
    (tmp_path / "copy").mkdir()
    for name in copy_store(tmp_path / "data", tmp_path / "copy"):
        if name == "ledger":  # the line goes on while the copy is made
            late = accept(archive, "late", TEXT.format(1999).encode())
            assert process(archive, late.item, worker="w") == "published"
    archive.close()
    told = call(
        "archive", "rebuild", "--keys-from", f"sqlite:{tmp_path / 'old.sqlite'}", "--data", tmp_path / "copy"
    )
    assert told.exit_code == 0, told.output
    assert "brought over: 1 keys, 0 subscriptions, 0 audit" in told.stdout
    assert seen(tmp_path / "copy") == before, (
        "what came while the copy was made had no entry yet: it is work again"
    )
    opened = open_archive(load_settings(data=tmp_path / "copy"))
    assert Keys(opened.catalog.database).find(secret).prefix == key.prefix
    assert process_waiting(opened, "bulk", worker="w") == 1
    assert opened.catalog.reports.get("late").latest.sequence == before[1][-1].sequence + 1
    opened.close()
    assert call("archive", "check", "--data", tmp_path / "copy").exit_code == 0


def test_what_cannot_be_brought_over_is_told(tmp_path):
    archive, _, _ = lived_in(tmp_path / "data")
    archive.close()
    (tmp_path / "copy").mkdir()
    list(copy_store(tmp_path / "data", tmp_path / "copy"))
    told = call("archive", "rebuild", "--keys-from", "sqlite:nowhere", "--data", tmp_path / "copy")
    assert told.exit_code == 1
    assert "'sqlite:nowhere': there is no such file" in told.stderr
    assert call("archive", "rebuild", "--data", tmp_path / "copy").exit_code == 0, "nothing was begun before"
    again = call("archive", "rebuild", "--data", tmp_path / "copy")
    assert again.exit_code == 1
    assert "not empty" in again.stderr
