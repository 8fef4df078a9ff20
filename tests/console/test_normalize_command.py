"""`jiaokan normalize` and `jiaokan verify`, as a person calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest
from click.testing import CliRunner

from jiaokan.console.files import named_files
from jiaokan.console.main import COMMANDS, group
from jiaokan.console.pool import Job, do_job, run_jobs
from jiaokan.ingest.naming import short_names
from jiaokan.normalize import normalize

REPORT = "云山市2023年政府工作报告\r\n\r\n　　一、2022年工作回顾\r\n　　全市生产总值增长6.1%。\r\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in" / "2023").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_bytes(REPORT.encode("gb18030"))
    (tmp_path / "in" / "2023" / "b.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "in" / ".hidden").write_text("不读")
    return tmp_path


def call(*arguments, given=None):
    return CliRunner().invoke(group, [str(argument) for argument in arguments], input=given)


def test_every_command_is_there_and_explains_itself():
    for entry in COMMANDS:
        result = call(entry.name, "--help")
        assert result.exit_code == 0, entry
        assert result.output.startswith("Usage:")


def test_one_file_gives_one_object_with_the_bytes_of_the_edition(folder):
    result = call("normalize", folder / "in" / "a.txt")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    edition = normalize(REPORT.encode("gb18030"))
    assert edition.content_json() in result.stdout_bytes
    assert edition.record_json() in result.stdout_bytes
    assert told["source"] == "a.txt"


def test_a_folder_gives_an_array_in_order_of_names(folder):
    told = json.loads(call("normalize", folder / "in").stdout)
    assert [one["source"] for one in told] == ["a.txt", "2023/b.txt"]
    assert told[0]["content"] == told[1]["content"]


def test_ndjson_is_a_line_a_file(folder):
    lines = call("normalize", folder / "in", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["content"]["text"] for line in lines] == [normalize(REPORT.encode()).text] * 2


def test_text_of_one_file_is_the_text_and_nothing_else(folder):
    assert (
        call("normalize", folder / "in" / "a.txt", "--format", "text").stdout
        == normalize(REPORT.encode()).text + "\n"
    )


def test_text_of_several_files_names_them(folder):
    text = normalize(REPORT.encode()).text
    assert call("normalize", folder / "in", "--format", "text").stdout == (
        f"==> a.txt <==\n{text}\n\n==> 2023/b.txt <==\n{text}\n"
    )


@pytest.mark.parametrize(
    ("form", "ending"),
    [("json", ".json"), ("text", ".txt"), ("markdown", ".md"), ("outline", ".outline.txt")],
)
def test_out_keeps_the_tree(folder, form, ending):
    result = call("normalize", folder / "in", "--format", form, "--out", folder / "out")
    assert (result.exit_code, result.stdout) == (0, "")
    written = sorted(
        str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file()
    )
    assert written == [f"2023/b{ending}", f"a{ending}"]


def test_out_never_overwrites_a_source(folder):
    result = call("normalize", folder / "in", "--format", "text", "--out", folder / "in")
    assert result.exit_code == 1
    assert "one of the sources" in result.stderr
    assert (folder / "in" / "a.txt").read_bytes() == REPORT.encode("gb18030")


def test_what_is_rejected_gets_one_line_and_the_rest_is_done(folder):
    (folder / "in" / "empty.txt").touch()
    result = call("normalize", folder / "in", folder / "missing.txt", "--format", "ndjson")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert "empty.txt: rejected: empty: " in lines[0]
    assert "missing.txt: cannot be read: No such file" in lines[1]


def test_a_file_over_the_limit_is_not_even_read(folder):
    with (folder / "in" / "big.txt").open("wb") as file:
        file.truncate(1 << 40)
    result = call("normalize", folder / "in" / "big.txt")
    assert result.exit_code == 1
    assert "too-large" in result.stderr


def test_standard_input_is_a_file_called_dash():
    assert call("normalize", "-", "--format", "text", given="一、总则".encode()).stdout == "一、总则\n"


def test_hints_hold_for_all_files(folder):
    (folder / "hints.json").write_text('{"encoding": "gb18030"}')
    assert call("normalize", folder / "in" / "a.txt", "--hints", folder / "hints.json").exit_code == 0
    (folder / "hints.json").write_text('{"coding": "gb18030"}')
    wrong = call("normalize", folder / "in" / "a.txt", "--hints", folder / "hints.json")
    assert wrong.exit_code == 2
    assert "no member 'coding'" in wrong.stderr


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_what_normalize_writes_verify_accepts(folder, form):
    call("normalize", folder / "in", "--format", form, "--out", folder / "out")
    stored = folder / "out" / ("a.json" if form == "json" else "editions.ndjson")
    result = call("verify", stored, folder / "in" / "a.txt")
    assert result.exit_code == 0, result.output
    assert "holds" in result.stdout


def test_verify_reads_an_array_and_a_folder(folder):
    (folder / "all.json").write_bytes(call("normalize", folder / "in").stdout_bytes)
    assert call("verify", folder / "all.json", folder / "in" / "2023" / "b.txt").exit_code == 0
    edition = normalize(REPORT.encode())
    (folder / "content.json").write_bytes(edition.content_json())
    (folder / "record.json").write_bytes(edition.record_json())
    assert call("verify", folder, folder / "in" / "2023" / "b.txt").exit_code == 0


@pytest.mark.parametrize("told", ["", "[]", "{}", "text", '{"content": 1, "record": 2}', "[" * 50_000])
def test_verify_tells_what_is_wrong_without_a_traceback(folder, told):
    (folder / "edition.json").write_text(told)
    result = call("verify", folder / "edition.json", folder / "in" / "a.txt")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr


def test_verify_tells_a_source_that_was_changed(folder):
    (folder / "edition.json").write_bytes(call("normalize", folder / "in" / "a.txt").stdout_bytes)
    (folder / "in" / "a.txt").write_bytes(REPORT.replace("6.1", "7.1").encode("gb18030"))
    result = call("verify", folder / "edition.json", folder / "in" / "a.txt")
    assert result.exit_code == 1
    assert "another source" in result.stderr


def test_many_files_are_done_by_processes_in_order(tmp_path):
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text(f"第{number}章 总则")
    jobs = [Job(str(tmp_path / f"{number}.txt"), 1 << 20, None, None) for number in range(8)]
    told = [json.loads(outcome.content)["text"] for outcome in run_jobs(jobs, 8, 1 << 30, processes=2)]
    assert told == [f"第{number}章 总则" for number in range(8)]


def test_a_bug_is_told_and_ends_nothing(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise KeyError("oops")

    monkeypatch.setattr("jiaokan.normalize.normalize", broken)
    (tmp_path / "a.txt").write_text("甲")
    outcome = do_job(Job(str(tmp_path / "a.txt"), 1 << 20, None, None))
    assert outcome.error
    assert "KeyError" in outcome.error


def test_a_reader_that_goes_away_is_no_traceback(folder):
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-m", "jiaokan.console.main", "normalize", str(folder / "in")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a.txt", "b.txt"], ["a", "b"]),
        (["a.txt", "a.docx"], ["a.txt", "a.docx"]),
        (["a.txt", "a"], ["a.txt", "a"]),
        (["A.txt", "a.pdf"], ["A.txt", "a.pdf"]),
        (["x/a.txt", "y/a.txt"], ["x/a", "y/a"]),
        (["2023.1.txt"], ["2023.1"]),
        ([".txt"], [".txt"]),
    ],
)
def test_names_lose_their_endings_only_where_none_meet(paths, names):
    assert [str(name) for name in short_names([PurePosixPath(path) for path in paths])] == names


def test_a_link_to_above_does_not_lead_round(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").touch()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert [str(item.relative) for item in named_files([tmp_path])] == ["a/x.txt"]


def test_an_archive_is_the_files_in_it(folder):
    with zipfile.ZipFile(folder / "in" / "reports.zip", "w") as archive:
        archive.writestr("2021/a.txt", REPORT.encode("gb18030"))
        archive.writestr("empty.txt", b"")
        archive.writestr("inner.zip", b"PK\x03\x04broken")
        archive.writestr("z.txt", "一、总则")
    result = call("normalize", folder / "in" / "reports.zip", "--format", "ndjson")
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert {one["source"]: one["content"]["text"] for one in told} == {
        "reports/2021/a.txt": normalize(REPORT.encode()).text,
        "reports/z.txt": "一、总则",
    }
    lines = result.stderr.splitlines()
    assert f"{folder / 'in' / 'reports.zip'}/empty.txt: rejected: empty: " in lines[0]
    assert "inner.zip: rejected: damaged: " in lines[1]
    call("normalize", folder / "in", "--format", "text", "--out", folder / "out")
    assert (folder / "out" / "reports" / "2021" / "a.txt").read_text() == normalize(
        REPORT.encode()
    ).text + "\n"


def test_an_archive_out_of_bounds_is_one_line(folder):
    (folder / "bad.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    result = call("normalize", folder / "bad.zip", folder / "in")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert len(json.loads(result.stdout)) == 2
