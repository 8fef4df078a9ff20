"""The hot path: as new as the catalog in every process, packed bytes that are stored, and nothing of what is erased."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import starting
from twins import server as server_fixture

from jiaokan.api.app import create_app
from jiaokan.archive import (
    Archive,
    Keys,
    UnavailableError,
    accept,
    erase,
    load_settings,
    open_archive,
    restore,
    withdraw,
)
from jiaokan.archive.erasing import find_orphans, finish_erasing, remove_orphan
from jiaokan.archive.names import content_key, packed_key
from jiaokan.archive.sql.touched import TouchedInFile, TouchedOnServer
from jiaokan.worker.processing import process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

server = server_fixture

REPORT = """临江省工业和信息化厅2023年工作总结

一、2023年工作回顾

全省规模以上工业增加值增长5.2%，新增规模以上企业320家。

（一）工业经济平稳运行。实施稳增长行动，重点产业链补短板取得进展。

（二）数字经济加快发展。建成5G基站3万个，算力规模居全国前列。
"""
LATEST = "/v1/reports/a/1/-/editions/latest"


def put_out(archive: Archive, text: str, report: str = "a/1") -> None:
    accepted = accept(archive, report, text.encode())
    assert process(archive, accepted.item, worker="test") == "published"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def settings(request, server, tmp_path) -> dict[str, str]:
    more = starting.fresh_database(server("postgresql")) if request.param == "postgresql" else {}
    return {"data": str(tmp_path / "data"), "objects": f"folder:{tmp_path / 'objects'}", **more}


@pytest.fixture
def two(settings) -> Iterator[list[tuple[Archive, TestClient]]]:
    """Two processes' worth of API over one archive: what they share is the catalog and the store."""
    with ExitStack() as stack:
        found = []
        for _ in range(2):
            archive = open_archive(load_settings(**settings, durable=False))
            stack.callback(archive.close)
            app = create_app(archive, archive.settings, followers=False)
            client = TestClient(app, base_url="http://127.0.0.1:8321")
            found.append((archive, stack.enter_context(client)))
        yield found


def test_what_one_process_publishes_every_process_gives_at_once(two) -> None:
    (first, one), (_, other) = two
    for turn in range(1, 8):
        put_out(first, REPORT.replace("320", str(turn)))
        for client in (other, one, other):
            answer = client.get(LATEST)
            assert (answer.status_code, answer.headers["jiaokan-edition"]) == (200, str(turn))
            assert client.app.state.hot._answers, "it did not come from the hot path"
    withdraw(first, "a/1")
    assert [client.get(LATEST).status_code for client in (one, other)] == [410, 410]
    assert [client.get(LATEST.replace("latest", "1")).status_code for client in (one, other)] == [410, 410]
    restore(first, "a/1")
    assert [client.get(LATEST).status_code for client in (one, other)] == [200, 200]


PUBLISHER = """
from jiaokan.archive import accept, load_settings, open_archive
from jiaokan.worker.processing import process
archive = open_archive(load_settings(**{settings!r}, durable=False))
for turn in range(1, 30):
    accepted = accept(archive, "a/1", {report!r}.replace("320", str(turn)).encode())
    assert process(archive, accepted.item, worker="test") == "published"
    print(turn, flush=True)
"""


def test_latest_never_goes_back_while_another_process_publishes(two, settings) -> None:
    script = PUBLISHER.format(report=REPORT, settings=settings)
    seen = said = 0
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as publisher:
        assert publisher.stdout is not None
        for line in publisher.stdout:
            said = int(line)
            for _ in range(3):
                for _, client in two:
                    number = int(client.get(LATEST).headers["jiaokan-edition"])
                    assert number >= max(seen, said)
                    seen = number
    assert said == 29


def test_a_revoked_key_ends_within_a_second_in_every_process(two) -> None:
    (first, one), (_, other) = two
    put_out(first, REPORT)
    keys = Keys(first.catalog.database)
    key, token = keys.create("reader", ["read"])
    bearer = {"Authorization": f"Bearer {token}"}
    for client in (one, other):
        client.app.state.doorkeeper = None
        assert client.get(LATEST, headers=bearer).status_code == 200
    keys.revoke(key.prefix)
    revoked = time.monotonic()
    open_to = [one, other]
    while open_to:
        began = time.monotonic()
        open_to = [client for client in open_to if client.get(LATEST, headers=bearer).status_code == 200]
        assert not open_to or began < revoked + 1.0


def test_packed_bytes_are_made_once_and_stored(two) -> None:
    (first, one), (_, other) = two
    put_out(first, REPORT)
    plain = one.get(LATEST, headers={"Accept-Encoding": "identity"})
    sha256 = hashlib.sha256(plain.content).hexdigest()
    key = packed_key(content_key(sha256))
    assert not list(first.objects.list("packed/")), "nothing is packed before someone asks"
    tags = set()
    for client, path in (
        (one, LATEST),
        (other, LATEST),
        (one, f"/v1/reports/a/1/-/contents/{sha256}"),
    ):
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
        assert raw == first.objects.get(key)
        assert gzip.decompress(raw) == plain.content
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) == len(raw)
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["repr-digest"] != plain.headers["repr-digest"]
        tags.add(answer.headers["etag"])
        known = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    assert tags == {f'"{sha256}-gzip"'}


def test_a_packed_object_that_is_wrong_is_made_anew(two) -> None:
    (first, one), _ = two
    put_out(first, REPORT)
    content = one.get(LATEST, headers={"Accept-Encoding": "identity"}).content
    key = packed_key(content_key(hashlib.sha256(content).hexdigest()))
    for wrong in (b"no gzip", gzip.compress(b"another text"), gzip.compress(content)[:-9]):
        first.objects.put(key, wrong)
        one.app.state.hot._answers.clear()
        assert one.get(LATEST, headers={"Accept-Encoding": "gzip"}).content == content
        assert gzip.decompress(first.objects.get(key)) == content


def test_erasing_takes_the_packed_bytes_along(two) -> None:
    (first, one), (_, other) = two
    put_out(first, REPORT)
    for client in (one, other):
        assert client.get(LATEST, headers={"Accept-Encoding": "gzip"}).status_code == 200
    assert list(first.objects.list("packed/"))
    erase(first, "a/1", why="test")
    finish_erasing(first, "a/1")
    assert not list(first.objects.list("packed/"))
    for client in (one, other):
        assert client.get(LATEST, headers={"Accept-Encoding": "gzip"}).status_code == 410


def test_an_erasure_while_someone_packs_leaves_nothing(two, monkeypatch) -> None:
    (first, one), _ = two
    put_out(first, REPORT)
    store = type(first.objects)
    put = store.put

    def erased_meanwhile(self, key, data, **more):
        if key.startswith("packed/"):
            erase(first, "a/1", why="test")
            finish_erasing(first, "a/1")
        put(self, key, data, **more)

    monkeypatch.setattr(store, "put", erased_meanwhile)
    one.get(LATEST, headers={"Accept-Encoding": "gzip"})
    assert not list(first.objects.list("packed/"))


def test_packed_bytes_that_nothing_names_are_orphans(two) -> None:
    (first, one), _ = two
    put_out(first, REPORT)
    one.get(LATEST, headers={"Accept-Encoding": "gzip"})
    lost = packed_key(content_key("0" * 64))
    first.objects.put(lost, b"x")
    orphans = [orphan for orphan in find_orphans(first, older_than=-10_000) if "packed" in orphan.key]
    assert [orphan.key for orphan in orphans] == [lost]
    remove_orphan(first, orphans[0])
    assert len(list(first.objects.list("packed/"))) == 1


def test_a_store_that_takes_nothing_still_serves(two, monkeypatch) -> None:
    (first, one), _ = two
    put_out(first, REPORT)

    def refuse(*_args, **_more):
        raise UnavailableError("objects", "read only")

    monkeypatch.setattr(type(first.objects), "put", refuse)
    assert one.get(LATEST, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_the_room_for_answers_is_bounded(two, monkeypatch) -> None:
    (first, one), _ = two
    monkeypatch.setattr("jiaokan.api.hot.BYTES_MOST", 20_000)
    for number in range(6):
        put_out(first, REPORT.replace("320", str(number)) * 5, f"a/{number}")
        for headers in ({"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip"}):
            assert one.get(f"/v1/reports/a/{number}/-/editions/latest", headers=headers).status_code == 200
    hot = one.app.state.hot
    assert 0 < hot._bytes <= 20_000
    assert hot._bytes == sum(answer.size for answer in hot._answers.values())
    assert "/v1/reports/a/5/-/editions/latest" in hot._answers


def test_asking_an_sqlite_file_sees_every_commit_and_ends_no_lock(tmp_path) -> None:
    path = tmp_path / "c.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE reports (id TEXT PRIMARY KEY, touched INTEGER)")
    writer.execute("INSERT INTO reports VALUES ('a', 0)")
    touched = TouchedInFile(str(path))
    assert (touched("a"), touched("b")) == (0, None)
    assert touched._shared is not None, "the header of the WAL index is looked at"
    add_one = (
        f"import sqlite3; connection = sqlite3.connect({str(path)!r}, isolation_level=None);"
        "connection.execute('UPDATE reports SET touched = touched + 1')"
    )
    for turn in range(1, 4):
        subprocess.run([sys.executable, "-c", add_one], check=True)
        assert [touched("a") for _ in range(3)] == [turn] * 3
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert touched("a") == turn
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM reports").fetchall()
    touched.close()
    writer.execute("UPDATE reports SET touched = 9")
    # A reader whose lock was lost would not keep the log from being reset under it.
    assert writer.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0] == 1
    assert reader.execute("SELECT touched FROM reports").fetchone() == (3,)


def test_a_question_that_breaks_leaves_nobody_waiting(monkeypatch) -> None:
    import psycopg

    async def broken(*_args, **_more):
        raise RuntimeError("a bug")

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", broken)

    async def ask() -> list[BaseException | int | None]:
        touched = TouchedOnServer("postgresql://127.0.0.1:1/none")
        first = await asyncio.gather(*(touched(name) for name in "aab"), return_exceptions=True)
        monkeypatch.undo()
        return [*first, *await asyncio.gather(touched("a"), return_exceptions=True)]

    assert [type(answer) for answer in asyncio.run(ask())] == [UnavailableError] * 4


@pytest.mark.servers
def test_without_a_catalog_the_hot_path_steps_aside(tmp_path) -> None:
    # Not pytest's own temporary folder: see twins.py.
    with (
        tempfile.TemporaryDirectory(prefix="jiaokan-servers-") as folder,
        starting.running("postgresql", Path(folder)) as server,
        ExitStack() as stack,
    ):
        settings = load_settings(
            data=tmp_path / "data",
            objects="memory:",
            durable=False,
            durable_timeout=2,
            **starting.fresh_database(server),
        )
        archive = open_archive(settings)
        stack.callback(archive.close)
        put_out(archive, REPORT)
        app = create_app(archive, settings, followers=False)
        client = stack.enter_context(TestClient(app, base_url="http://127.0.0.1:8321"))
        assert client.get(LATEST).status_code == 200
        server.down()
        assert client.get(LATEST).status_code == 503
        server.up()
        until = time.monotonic() + 60
        while client.get(LATEST).status_code != 200:
            assert time.monotonic() < until
