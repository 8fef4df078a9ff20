"""The contract of object stores, the same for a folder, MinIO, versitygw and memory."""

from __future__ import annotations

import errno
import io
import sqlite3
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from jiaokan.archive import KeyRefusedError, NoRoomError, ObjectMissingError, Settings, UnavailableError
from jiaokan.archive.errors import ArchiveError
from jiaokan.archive.sql.database import translated
from jiaokan.archive.stores import open_objects


@pytest.fixture
def objects(objects_settings, tmp_path):
    return open_objects(Settings(**objects_settings, data=tmp_path, durable=False))


def test_what_was_put_is_got(objects):
    objects.put("sources/ab/c", "报告".encode(), media_type="text/plain")
    assert objects.get("sources/ab/c") == "报告".encode()


def test_a_put_replaces(objects):
    objects.put("a/b", b"one")
    objects.put("a/b", b"two")
    assert objects.get("a/b") == b"two"
    assert [stat.key for stat in objects.list()] == ["a/b"]


def test_an_empty_object_is_an_object(objects):
    objects.put("a/empty", b"")
    assert objects.get("a/empty") == b""
    assert objects.stat("a/empty").size == 0
    assert list(objects.stream("a/empty")) == []


def test_what_is_missing_is_said(objects):
    for ask in (objects.get, objects.stat, lambda key: list(objects.stream(key))):
        with pytest.raises(ObjectMissingError) as caught:
            ask("a/none")
        assert caught.value.key == "a/none"


def test_a_missing_stream_says_so_at_the_call(objects):
    with pytest.raises(ObjectMissingError):
        objects.stream("a/none")


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 5, b"34"),
        (8, 99, b"89"),
        (4, 4, b""),
        (10, None, b""),
        (50, 60, b""),
    ],
)
def test_ranges(objects, start, end, wanted):
    objects.put("a/range", b"0123456789")
    assert objects.get("a/range", start=start, end=end) == wanted
    assert b"".join(objects.stream("a/range", start=start, end=end)) == wanted


def test_streams_both_ways(objects):
    data = bytes(range(256)) * 4096
    objects.put("a/stream", io.BytesIO(data), size=len(data))
    pieces = list(objects.stream("a/stream"))
    assert b"".join(pieces) == data
    assert len(pieces) > 1, "a stream comes in pieces"


def test_a_stream_is_read_from_where_it_stands(objects):
    stream = io.BytesIO(b"head and tail")
    stream.seek(9)
    objects.put("a/tail", stream, size=4)
    assert objects.get("a/tail") == b"tail"


@pytest.mark.parametrize("said", [3, 5])
def test_a_stream_of_another_size_is_refused_and_nothing_stands(objects, said):
    with pytest.raises(ArchiveError):
        objects.put("a/short", io.BytesIO(b"four"), size=said)
    with pytest.raises(ObjectMissingError):
        objects.get("a/short")


def test_list_is_in_order_of_bytes_across_folders(objects):
    keys = ["a/b", "a.b", "a0", "a/b/c".replace("b/c", "c/d"), "甲/乙", "甲-乙", "z", "a/𠮷", "a/！"]
    for key in keys:
        objects.put(key, b"x")
    assert [stat.key for stat in objects.list()] == sorted(keys, key=str.encode)


def test_list_by_prefix_and_after(objects):
    for key in ("r/1", "r/2", "r/2.json", "r/3/a", "r/3/b", "s/1"):
        objects.put(key, b"xyz")
    assert [stat.key for stat in objects.list("r/")] == ["r/1", "r/2", "r/2.json", "r/3/a", "r/3/b"]
    assert [stat.key for stat in objects.list("r/2")] == ["r/2", "r/2.json"]
    assert [stat.key for stat in objects.list("r/", after="r/2.json")] == ["r/3/a", "r/3/b"]
    assert [stat.key for stat in objects.list("r/", after="r/3/a")] == ["r/3/b"]
    assert [stat.key for stat in objects.list("r/3/", after="r/1")] == ["r/3/a", "r/3/b"]
    assert list(objects.list("none/")) == []
    stat = next(objects.list("s/"))
    assert stat.size == 3
    assert stat.modified > 1_600_000_000_000


def test_more_than_one_page_is_listed(objects):
    with ThreadPoolExecutor(8) as hands:  # S3 lists a thousand to a page
        list(hands.map(lambda number: objects.put(f"many/{number:04d}", b""), range(1020)))
    assert len(list(objects.list("many/"))) == 1020
    assert len(list(objects.list("many/", after="many/0999"))) == 20


def test_metadata_and_media_type(objects):
    objects.put(
        "a/told",
        b"x",
        media_type="text/html",
        metadata={"report": "广东/2023", "label": "a b", "odd": "=?utf-8?b?x"},
    )
    stat = objects.stat("a/told")
    assert stat.media_type == "text/html"
    assert dict(stat.metadata) == {"report": "广东/2023", "label": "a b", "odd": "=?utf-8?b?x"}
    objects.put("a/told", b"y")
    assert dict(objects.stat("a/told").metadata) == {}


def test_chinese_keys(objects):
    key = "inbox/广东 省/2023年（送审稿）.txt"
    objects.put(key, b"x")
    assert [stat.key for stat in objects.list("inbox/广东")] == [key]
    assert objects.get(key) == b"x"
    objects.remove(key)
    assert list(objects.list("inbox/")) == []


def test_removing_twice_is_no_error(objects):
    objects.put("a/gone", b"x", metadata={"m": "1"})
    objects.remove("a/gone")
    objects.remove("a/gone")
    with pytest.raises(ObjectMissingError):
        objects.get("a/gone")


@pytest.mark.parametrize(
    "key",
    ["", "/a", "a/", "a//b", "a/../b", "./a", "a\x00b", "a\nb", "a\\b", "x" * 1100, "甲" * 90, "\ud800"],
)
def test_keys_that_not_every_store_can_hold(objects, key):
    for ask in (objects.get, objects.stat, objects.remove, lambda key: objects.put(key, b"x")):
        with pytest.raises(KeyRefusedError):
            ask(key)


def test_presigned_urls(objects, objects_settings):
    key = "inbox/甲 乙"
    put, get = objects.presign_put(key, seconds=60), objects.presign_get(key, seconds=60, filename="报告.txt")
    assert put != get
    if not objects_settings["objects"].startswith("s3"):
        return  # ingest answers these: its tests ask for them
    request = urllib.request.Request(put, data="字".encode(), method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(get) as answer:
        assert answer.read() == "字".encode()
        assert "attachment" in answer.headers["Content-Disposition"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(get.replace("Signature=", "Signature=0"))
    assert caught.value.code == 403
    caught.value.close()


def test_check_passes(objects):
    objects.check()


def test_a_full_disk_is_no_outage(tmp_path, monkeypatch):
    objects = open_objects(Settings(data=tmp_path))

    def fsync(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("jiaokan.archive.stores.folder.os.fsync", fsync)
    with pytest.raises(NoRoomError):
        objects.put("a/b", b"abc")
    monkeypatch.undo()
    with pytest.raises(ObjectMissingError):
        objects.get("a/b")


def test_a_full_catalog_is_no_outage(tmp_path):
    import psycopg

    with closing(sqlite3.connect(tmp_path / "full.sqlite")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert type(translated(full.value)) is NoRoomError
    assert type(translated(psycopg.errors.DiskFull("no space"))) is NoRoomError
    assert type(translated(psycopg.errors.AdminShutdown("bye"))) is UnavailableError
