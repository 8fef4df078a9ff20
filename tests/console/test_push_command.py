"""`jiaokan push` and `get` against an app in this process, over a real connection."""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
import zipfile

import pytest
import uvicorn
from click.testing import CliRunner

from jiaokan import api
from jiaokan.archive import load_settings, open_archive
from jiaokan.client import Retry
from jiaokan.console.main import group
from jiaokan.console.pushing import plan
from jiaokan.console.stack import bind
from jiaokan.ingest.app import ROUTERS
from jiaokan.normalize import normalize
from jiaokan.worker.processing import process

TEXT = "云山市{}年政府工作报告\n一、工作回顾\n全市生产总值增长6.1%。\n"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """Ingest and API, with a worker that does each item at once."""
    data = tmp_path_factory.mktemp("push")
    settings = load_settings(data=data, objects="memory:", catalog="memory:", durable=False)
    archive = open_archive(settings)
    patch = pytest.MonkeyPatch()
    patch.setattr(
        "jiaokan.ingest.taking.dispatch",
        lambda archive, accepted: (
            accepted.item is not None and process(archive, accepted.item, worker="test")
        ),
    )
    server = uvicorn.Server(
        uvicorn.Config(api.create_app(archive, settings, routers=ROUTERS), log_config=None, lifespan="on")
    )
    listening = bind("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()
    archive.close()
    patch.undo()


@pytest.fixture
def call(system, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("JIAOKAN_URL", system)
    return lambda *arguments: CliRunner().invoke(group, [*map(str, arguments)])


def test_a_tree_is_pushed_once(call, tmp_path):
    tree = tmp_path / "tree"
    for year in (2021, 2022):
        (tree / "yunshan").mkdir(parents=True, exist_ok=True)
        (tree / "yunshan" / f"{year}.txt").write_bytes(TEXT.format(year).encode("gb18030"))
    (tree / "empty.txt").touch()
    first = call("push", tree, "--prefix", "once", "--follow", "--label", "city")
    assert first.exit_code == 1
    assert "empty.txt: rejected: empty: " in first.stderr
    assert "2 " in first.stderr.split("published")[1].splitlines()[0]
    again = call("push", tree, "--prefix", "once", "--label", "city")
    assert again.exit_code == 0
    assert "known" in again.stderr

    got = call("get", "once/yunshan/2021", "--format", "text")
    assert got.stdout == normalize(TEXT.format(2021).encode()).text + "\n"
    call("get", "once/yunshan/2021", "--out", tmp_path / "edition.json")
    assert call("verify", tmp_path / "edition.json", tree / "yunshan" / "2021.txt").exit_code == 0
    assert json.loads(call("get", "once/yunshan/2021", "--format", "about").stdout)["labels"] == ["city"]
    assert "c1" in call("get", "once/yunshan/2021", "--format", "outline").stdout
    missing = call("get", "once/nothing")
    assert (missing.exit_code, missing.stderr) == (1, "Error: no report 'once/nothing'\n")


def test_a_push_that_was_broken_off_sends_only_the_rest(call, tmp_path, monkeypatch):
    from jiaokan.client import Client, ClientError

    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(6):
        (tree / f"{number}.txt").write_text(TEXT.format(2000 + number))
    sent = []
    cut_after = [3]
    real = Client.ask

    def ask(self, asked):
        if getattr(asked, "method", "") == "PUT":
            if len(sent) == cut_after[0]:
                raise ClientError("the line is cut")
            sent.append(asked.values["report"])
        return real(self, asked)

    monkeypatch.setattr(Client, "ask", ask)
    broken = call("push", tree, "--prefix", "cut", "--jobs", 1)
    assert broken.exit_code == 1
    assert broken.stderr.count("the line is cut") == 3
    before = list(sent)
    sent.clear()
    cut_after[0] = -1
    assert call("push", tree, "--prefix", "cut", "--jobs", 1).exit_code == 0
    assert sorted(before + sent) == [f"cut/{number}" for number in range(6)]


def test_what_was_pushed_before_is_sent_again_when_the_system_has_it_no_longer(call, tmp_path):
    """The journal remembers a push; only the system knows what became of it."""
    from jiaokan.console.pushing import Journal
    from jiaokan.console.pushing import push_items as pushing

    file = tmp_path / "a.txt"
    file.write_text(TEXT.format(1998))
    (item,) = plan([file], None, "", {})
    item = item._replace(report="lost/1")

    def push_into(url) -> str:
        from jiaokan.client import Client

        journal = Journal(tmp_path / "journal")
        # As if it had been pushed to the archive that stood here before.
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        journal.add(Journal.name(url, item, digest))
        with Client(url) as client:
            (done,) = pushing(client, [item], journal, jobs=1, follow=False, step=lambda _: None)
        journal.close()
        return done.outcome

    assert push_into(os.environ["JIAOKAN_URL"]) == "new"
    assert push_into(os.environ["JIAOKAN_URL"]) == "known"


def test_a_backfill_keeps_nobody_up_who_uploads_one_report(call, tmp_path, monkeypatch):
    from jiaokan.client import Client

    queues = []
    real = Client.ask

    def ask(self, asked):
        if getattr(asked, "method", "") == "PUT":
            queues.append(asked.query.get("queue"))
        return real(self, asked)

    monkeypatch.setattr(Client, "ask", ask)
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(17):
        (tree / f"{number}.txt").write_text(TEXT.format(1900 + number))
    assert call("push", tree / "0.txt", "--prefix", "few").exit_code == 0
    assert call("push", tree, "--prefix", "many").exit_code == 0
    assert queues == ["interactive"] + ["bulk"] * 17


def test_bytes_that_come_back_are_a_revision_though_they_were_pushed_before(call, tmp_path):
    file = tmp_path / "a.txt"
    for text in ("甲", "乙", "甲"):
        file.write_text(TEXT.format(1997) + text)
        pushed = call("push", file, "--report", "back/1")
        assert "new" in pushed.stderr, pushed.stderr
    assert "1 file in" in pushed.stderr
    assert json.loads(call("get", "back/1", "--format", "about").stdout)["editions"] == 3


def test_a_server_that_is_away_for_a_moment_is_asked_again(call, tmp_path, monkeypatch):
    import httpx

    (tmp_path / "a.txt").write_text(TEXT.format(1999))
    real = httpx.Client.request
    tries = []

    def request(self, *arguments, **options):
        tries.append(1)
        if len(tries) < 3:
            raise httpx.ConnectError("refused")
        return real(self, *arguments, **options)

    monkeypatch.setattr("jiaokan.console.pushing.RETRY", Retry(first=0.01))
    with monkeypatch.context() as patch:
        patch.setattr(httpx.Client, "request", request)
        assert call("push", tmp_path / "a.txt", "--report", "away/1").exit_code == 0


def test_nobody_there_is_a_sentence(call, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("甲")
    monkeypatch.setattr("jiaokan.console.pushing.RETRY", Retry(first=0.001))
    told = call("push", tmp_path / "a.txt", "--url", "http://127.0.0.1:1")
    assert told.exit_code == 1
    assert "http://127.0.0.1:1 does not answer" in told.stderr
    assert call("get", "a", "--url", "http://127.0.0.1:1").exit_code == 1
    assert "is no address" in call("get", "a", "--url", "http://x:port").stderr
    assert "is no address" in call("push", tmp_path / "a.txt", "--url", "http://x:port").stderr


def test_an_archive_is_followed_member_by_member(call, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("2001.txt", TEXT.format(2001))
        archive.writestr("empty.txt", "")
    (tmp_path / "reports.zip").write_bytes(out.getvalue())
    told = call("push", tmp_path / "reports.zip", "--follow")
    assert told.exit_code == 1
    assert "empty.txt: rejected: empty" in told.stderr
    assert call("get", "reports/2001", "--format", "text").exit_code == 0


def test_an_amendment_is_a_new_edition(call, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT.format(2010))
    call("push", tmp_path / "a.txt", "--report", "amended")
    told = call(
        "amend",
        "amended",
        "--replace",
        "6.1",
        "6.2",
        "--metadata",
        "number=云政发〔2010〕1号",
        "--why",
        "勘误",
    )
    assert told.stdout.startswith("amended: edition 2 ")
    content = json.loads(call("get", "amended", "--format", "content").stdout)
    assert "6.2%" in content["text"]
    assert content["metadata"]["number"] == "云政发〔2010〕1号"
    assert call("amend", "amended", "--replace", "6.1", "6.2", "--why", "勘误").stdout.endswith(
        "nothing changes\n"
    )
    assert call("amend", "nothing", "--script", "Hans").exit_code == 1
    unheard = call("amend", "amended", "--replace", "没有的字", "另", "--metadata", "covers=前年")
    assert unheard.exit_code == 1
    assert unheard.stdout.startswith("amended: edition 3 ")
    assert "without effect: replace '没有的字' → '另': it fits nowhere" in unheard.stderr
    assert "the stated covers cannot be read" in unheard.stderr
    twice = call("amend", "amended", "--replace", "工作", "工坐")
    assert "it fits 2 places; one was meant; --before and --after tell places apart" in twice.stderr
    assert call("amend", "amended", "--metadata", "number=2号").stderr == "", (
        "earlier words are not told again"
    )
    wrong = call("amend", "amended", "--metadata", "titel=报告")
    assert wrong.exit_code == 1
    assert "metadata has no member 'titel'" in wrong.stderr


def test_what_a_manifest_hardly_means_is_told(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "manifest.csv").write_text("path,report\na.txt,one\nb.txt,one\nc.txt,two\n")
    assert [item.report for item in plan([tmp_path], None, "", {})] == ["one", "one"]
    told = capsys.readouterr().err
    assert "names 1 files that are not here, 'c.txt' first" in told
    assert "2 files are revisions of 'one'" in told


def test_a_manifest_in_the_tree_names_the_reports(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "manifest.csv").write_text("path,report,labels\na.txt,sheng/1,open\n")
    items = plan([tmp_path], None, "p", {"labels": "all"})
    assert [(item.report, item.fields) for item in items] == [
        ("sheng/1", {"labels": "open", "name": "a.txt"}),
        ("p/b", {"labels": "all", "name": "b.txt"}),
    ]
