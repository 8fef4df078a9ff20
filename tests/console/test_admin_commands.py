"""The commands that work on an archive itself, on one in a folder, without a running system."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from jiaokan.archive import (
    Difference,
    Keys,
    Run,
    RunRow,
    accept,
    content_key,
    ledger_key,
    load_settings,
    open_archive,
    record_key,
    revision_key,
    source_key,
)
from jiaokan.console.main import group
from jiaokan.console.run_summary import ndjson, page, summarize, tables
from jiaokan.worker.processing import process

TEXT = "云山市2023年政府工作报告\n一、工作回顾\n全市生产总值增长6.1%。\n"


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("JIAOKAN_DURABLE", "false")
    return tmp_path / "data"


@pytest.fixture
def archive(data):
    archive = open_archive(load_settings(data=data))
    yield archive
    archive.close()


def published(archive, report="yunshan/2023", text=TEXT):
    accepted = accept(archive, report, text.encode(), name="报告.txt")
    assert process(archive, accepted.item, worker="test") == "published"
    return accepted


def call(data, *arguments, given=None):
    where = () if arguments[0] == "doctor" and "--data" in arguments else ("--data", str(data))
    return CliRunner().invoke(group, [*map(str, arguments), *where], input=given)


@pytest.mark.parametrize(
    "command", [("parked", "list"), ("keys", "list"), ("report", "restore", "a"), ("archive", "check")]
)
def test_where_no_system_is_none_is_made(tmp_path, monkeypatch, command):
    monkeypatch.setenv("JIAOKAN_DATA", str(tmp_path / "misspelt"))
    told = CliRunner().invoke(group, command)
    assert (told.exit_code, told.output.count("\n")) == (1, 1)
    assert "misspelt is not there" in told.output
    assert not (tmp_path / "misspelt").exists()


def test_withdraw_and_restore(data, archive):
    published(archive)
    told = call(data, "report", "withdraw", "yunshan/2023", "--by", "李", "--why", "复核")
    assert told.stdout == "yunshan/2023: withdrawn (ledger entry 2)\n"
    assert archive.catalog.reports.standing("yunshan/2023") == "withdrawn"
    again = call(data, "report", "withdraw", "yunshan/2023")
    assert (again.exit_code, again.stderr.startswith("Error: ")) == (1, True)
    assert call(data, "report", "restore", "yunshan/2023").exit_code == 0
    events, _ = archive.catalog.ledger.events(after=0)
    assert [event.event for event in events] == ["added", "withdrawn", "restored"]
    assert dict(events[1].data) == {"by": "李", "why": "复核"}


def test_what_is_held_is_listed_and_released(data, archive):
    damaged = "某市2023年政府工作报告\n一、工作回顾\n全市\ufffd济增\ufffd\ufffd5%。锟斤拷锟斤拷。\n"
    accepted = accept(archive, "yunshan/2023", damaged.encode())
    strict = replace(archive, settings=archive.settings.model_copy(update={"hold_below": "A"}))
    assert process(strict, accepted.item, worker="test") == "held"
    assert accepted.revision.id in call(data, "report", "held").stdout
    shown = call(data, "report", "held", "yunshan/2023")
    assert shown.stdout.startswith("某市2023年政府工作报告\n")
    assert len(shown.stderr.splitlines()) > 1, "what is odd in it stands before the last line"
    assert shown.stderr.endswith("`jiaokan report release yunshan/2023` publishes it\n")
    released = call(data, "report", "release", "yunshan/2023", "--by", "李", "--why", "读过")
    assert released.stdout == "yunshan/2023: added (ledger entry 1)\n"
    assert call(data, "report", "held").stdout == "nothing is held\n"
    again = call(data, "report", "release", "yunshan/2023")
    assert again.stderr == (
        "Error: nothing of report 'yunshan/2023' is held back; `jiaokan report held` lists what is\n"
    )
    assert call(data, "report", "release", "nowhere").stderr == "Error: no report 'nowhere'\n"


def test_erasing_asks_first(data, archive):
    accepted = published(archive)
    key = source_key(accepted.revision.source)
    assert call(data, "report", "erase", "yunshan/2023", given="n\n").exit_code == 1
    assert archive.objects.get(key)
    assert call(data, "report", "erase", "yunshan/2023", "--yes").exit_code == 0
    assert not [stat.key for stat in archive.objects.list("sources/")]


def test_parked_work_is_listed_retried_and_dropped(data, archive):
    for number in range(2):
        accepted = accept(archive, f"a/{number}", b"x%d" % number)
        claim = archive.catalog.queue.claim(accepted.item, worker="w", seconds=9, max_attempts=1)
        archive.catalog.queue.fail(
            claim, code="crashed", reason="killed by signal 9", delay=0, max_attempts=1, final=True
        )
    listed = call(data, "parked", "list").stdout
    assert "killed by signal 9" in listed
    items = [item.id for item in archive.catalog.queue.parked().items]
    assert call(data, "parked", "retry", items[0]).stdout == f"{items[0]} waits again\n"
    missing = call(data, "parked", "retry", items[0])
    assert (missing.exit_code, missing.stderr) == (1, f"{items[0]} is not parked\n")
    assert call(data, "parked", "drop", "--all", "--why", "not a report").exit_code == 0
    assert archive.catalog.reports.revisions("a/1")[0].reason == "not a report"
    assert call(data, "parked", "list").stdout == "nothing is parked\n"
    assert call(data, "parked", "retry").exit_code == 2


def test_rebuild_gives_the_same_archive(data, archive):
    published(archive)
    published(archive, "b", TEXT.replace("2023", "2022"))
    before = [archive.catalog.reports.get(report) for report in ("b", "yunshan/2023")]
    refused = call(data, "archive", "rebuild")
    assert "not empty" in refused.stderr
    archive.close()
    for file in data.glob("catalog.sqlite*"):
        file.unlink()
    told = call(data, "archive", "rebuild")
    assert told.exit_code == 0, told.output
    assert "2 revisions, 2 ledger entries" in told.stdout
    again = open_archive(load_settings(data=data))
    assert [again.catalog.reports.get(report) for report in ("b", "yunshan/2023")] == before
    again.close()


def test_sweep_lists_before_it_removes(data, archive):
    accepted = published(archive)
    archive.objects.put(source_key("0" * 64), b"nobody's")
    told = call(data, "archive", "sweep", "--days", 0, "--dry-run")
    assert told.stdout == f"{source_key('0' * 64)}\n"
    assert "1 objects, 8 bytes would go" in told.stderr
    call(data, "archive", "sweep", "--days", 0)
    assert [stat.key for stat in archive.objects.list("sources/")] == [source_key(accepted.revision.source)]


def test_check_finds_nothing_wrong_with_a_sound_archive(data, archive):
    published(archive)
    published(archive, "b", TEXT.replace("2023", "2022"))
    call(data, "report", "withdraw", "b")
    told = call(data, "archive", "check")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == "3 ledger entries, 2 editions from 2 sources checked: nothing wrong\n"
    assert call(data, "archive", "check", "--sample", 1).stdout.startswith("1 ledger entries, ")


def test_check_skips_what_was_erased(data, archive):
    published(archive)
    call(data, "report", "erase", "yunshan/2023", "--yes")
    told = call(data, "archive", "check")
    assert (told.exit_code, told.stdout) == (
        0,
        "2 ledger entries, 0 editions from 0 sources checked: nothing wrong\n",
    )


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (
            lambda archive, event, source: archive.objects.put(content_key(event.content), b"{}"),
            "content .* is damaged",
        ),
        (
            lambda archive, event, source: archive.objects.remove(record_key(event.record)),
            "record .* is missing",
        ),
        (lambda archive, event, source: archive.objects.put(source, b"other"), "source .* is damaged"),
        (lambda archive, event, source: archive.objects.remove(ledger_key(1)), "its object is missing"),
        (
            lambda archive, event, source: archive.objects.put(ledger_key(1), b"{}"),
            "its object is damaged",
        ),
        (
            lambda archive, event, source: archive.objects.remove(revision_key(event.revision)),
            "revision .* is missing",
        ),
    ],
)
def test_check_names_what_is_wrong(data, archive, harm, says):
    accepted = published(archive)
    events, _ = archive.catalog.ledger.events(after=0)
    harm(archive, events[0], source_key(accepted.revision.source))
    told = call(data, "archive", "check")
    assert told.exit_code == 1
    assert re.search(says, told.stderr), told.stderr
    assert "1 wrong" in told.stdout


def test_keys_are_shown_once_and_revoked(data, archive):
    made = call(data, "keys", "create", "city bureau", "--scope", "upload", "--label", "city")
    token = made.stdout.strip()
    assert re.fullmatch(r"jk_\w{8}_[\w-]+", token)
    key = Keys(archive.catalog.database).find(token)
    assert (key.name, key.labels) == ("city bureau", ("city",))
    listed = call(data, "keys", "list").stdout
    assert key.prefix in listed
    assert token not in listed
    assert call(data, "keys", "revoke", key.prefix).exit_code == 0
    assert call(data, "keys", "revoke", key.prefix).exit_code == 1
    assert call(data, "keys", "create", "x", "--scope", "all").exit_code == 1


def test_the_doctor_finds_a_sound_archive_and_one_that_is_not(data, archive, tmp_path):
    published(archive)
    told = call(data, "doctor")
    assert told.exit_code == 0, told.output
    for part in ("settings", "objects", "catalog", "ledger", "queue", "broker", "server"):
        assert part in told.stdout
    archive.close()
    shutil.rmtree(data / "objects")
    (data / "objects").write_text("a file where the folder was")
    broken = call(data, "doctor")
    assert broken.exit_code == 1
    assert "bad" in broken.stdout


def test_the_doctor_looks_at_the_others_when_the_catalog_is_away(data, archive, monkeypatch):
    monkeypatch.setenv("JIAOKAN_CATALOG", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("JIAOKAN_BROKER", "redis://127.0.0.1:1/0")
    told = call(data, "doctor")
    assert told.exit_code == 1
    states = dict(re.findall(r"│ (\w+) +│ (\w+) ", told.stdout))
    assert (states["catalog"], states["objects"], states["broker"]) == ("bad", "good", "bad")
    for variable in ("JIAOKAN_CATALOG", "JIAOKAN_BROKER"):
        assert variable in told.stdout, "what to do is said, too"
    monkeypatch.setenv("JIAOKAN_OBJECTS", "s3://B")
    for name in ("ACCESS_KEY", "SECRET_KEY"):
        monkeypatch.setenv(f"JIAOKAN_S3_{name}", "x")
    monkeypatch.setenv("JIAOKAN_S3_ENDPOINT", "http://127.0.0.1:1")
    assert "JIAOKAN_OBJECTS: 's3://B' is not" in call(data, "doctor").stdout


def test_the_doctor_tells_a_variable_that_means_nothing(data, archive, monkeypatch):
    monkeypatch.setenv("JIAOKAN_CATALOGUE", "sqlite:x")
    assert "did you mean JIAOKAN_CATALOG?" in call(data, "doctor").stdout


def test_the_doctor_tells_a_wrong_setting(data, archive, monkeypatch):
    monkeypatch.setenv("JIAOKAN_CATALOG", "mysql://x")
    told = call(data, "doctor")
    assert told.exit_code == 1
    assert "JIAOKAN_CATALOG" in told.stdout


def row(number, state="changed", **difference):
    return RunRow(
        7,
        f"a/{number}",
        f"r{number}",
        1,
        None,
        "f",
        "<script>alert(1)</script>",
        Difference(state, **difference),
    )


HOSTILE = {"before": "前", "was": "<b>x</b>", "now": "[red]y[/]", "after": "后"}
ROWS = (
    row(1, rules={"close-gaps/gap": (3, 5)}, examples=(HOSTILE,), changed=2, grades=("B", "A")),
    row(2, rules={"close-gaps/gap": (1, 0), "x!doubtful": (0, 1)}, changed=1, grades=("A", "A")),
    row(3, "same"),
    row(4, "rejected", code="no-verdict", reason="<img src=x>"),
)
RUN = Run(7, "drafted", {}, "李", "<i>why</i>", 0, {"changed": 2})


def test_a_run_is_summed_up_rule_by_rule():
    summary = summarize(RUN, ROWS)
    assert dict(summary.states) == {"changed": 2, "same": 1, "rejected": 1}
    assert [(rule.name, rule.reports, rule.before, rule.after) for rule in summary.sorted_rules()] == [
        ("close-gaps/gap", 2, 4, 5),
        ("x!doubtful", 1, 0, 1),
    ]
    assert dict(summary.grades) == {("B", "A"): 1}
    assert summary.characters == 3


def test_the_page_shows_hostile_text_and_obeys_none():
    told = page(summarize(RUN, ROWS))
    assert "<script" not in told
    assert "<img" not in told
    assert "<b>x" not in told
    assert "<i>why" not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
    assert "<del>&lt;b&gt;x&lt;/b&gt;</del>" in told


def test_the_tables_show_markup_as_it_is():
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    console = Console(file=out, width=200)
    for table in tables(summarize(RUN, ROWS)):
        console.print(table)
    assert "[red]y[/]" in out.getvalue()
    assert "no-verdict" in out.getvalue()


def test_every_row_is_a_line_of_json():
    lines = [json.loads(line) for line in ndjson(ROWS)]
    assert [line["state"] for line in lines] == ["changed", "changed", "same", "rejected"]
    assert lines[0]["examples"] == [HOSTILE]


def test_runs_are_opened_listed_and_cancelled(data, archive):
    published(archive)
    opened = call(data, "renormalize", "--dry-run", "--no-wait", "--why", "new release")
    assert "run 1 is opened" in opened.stderr
    assert "new release" in call(data, "renormalize", "--list").stdout
    assert call(data, "renormalize", "--apply", 1).exit_code == 1  # nothing is drafted yet
    assert call(data, "renormalize", "--cancel", 1).exit_code == 0
    assert call(data, "renormalize", "--show", 9).exit_code == 1
    assert call(data, "renormalize").exit_code == 2
