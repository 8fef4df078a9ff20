"""The bucket scan and the watched folder: everything once, nothing before it is at rest."""

from __future__ import annotations

import os
import time

import pytest

from jiaokan.archive import UnavailableError, open_archive
from jiaokan.ingest.manifest import MOST_BYTES, ReadManifests
from jiaokan.ingest.scanning import BucketScanner, Scan
from jiaokan.ingest.watching import FolderWatcher


@pytest.fixture
def put(archive):
    def put(key, data=b"abc", **metadata):
        archive.objects.put(f"drop/{key}", data, metadata=metadata)

    return put


def reports(archive):
    # Sorted: revisions of one millisecond have no order.
    return sorted(one.report for one in archive.catalog.reports.revisions_in("pending").items)


def test_a_prefix_is_taken_in_once(archive, put):
    put("a/2022.txt")
    put("a/2023.txt", b"def")
    archive.objects.put("elsewhere/x.txt", b"no")
    scanner = BucketScanner(archive, "drop/")
    assert scanner.scan() == Scan(new=2)
    assert reports(archive) == ["a/2022", "a/2023"]
    assert scanner.scan() == Scan()
    assert BucketScanner(archive, "drop/").scan() == Scan()  # another process knows it, too
    assert archive.catalog.intake.newest("a/2022").origin == "scan"


def test_a_changed_object_is_a_new_revision(archive, put):
    put("a.txt")
    scanner = BucketScanner(archive, "drop/")
    scanner.scan()
    time.sleep(0.002)
    put("a.txt", b"changed")
    assert scanner.scan() == Scan(new=1)
    assert len(archive.catalog.reports.revisions("a")) == 2


def test_a_lost_mark_costs_one_look(archive, put):
    put("a.txt")
    BucketScanner(archive, "drop/").scan()
    for mark in list(archive.objects.list("scanned/")):
        archive.objects.remove(mark.key)
    assert BucketScanner(archive, "drop/").scan() == Scan(known=1)


def test_metadata_and_manifest_state_and_the_manifest_is_no_report(archive, put):
    put("a.txt", report="sheng/2022", labels="open", encoding="gb18030", etag="whatever")
    put("b.txt")
    put("manifest.jsonl", b'{"path": "b.txt", "report": "sheng/2023", "hints": {"script": "Hans"}}')
    BucketScanner(archive, "drop/").scan()
    assert reports(archive) == ["sheng/2022", "sheng/2023"]
    assert archive.catalog.intake.newest("sheng/2022").hints == {"encoding": "gb18030"}
    assert archive.catalog.intake.newest("sheng/2022").labels == ("open",)


def test_what_is_refused_is_told_once_and_stops_nobody(archive, put, caplog):
    put("a.txt", b"x" * 100_001)
    put("b.txt", labels="a!b")
    put("c.txt")
    scanner = BucketScanner(archive, "drop/")
    assert scanner.scan() == Scan(new=1, refused=2)
    assert "100000 bytes" in caplog.text
    assert scanner.scan() == Scan()


def test_a_store_that_is_away_ends_the_scan_and_not_the_marks(archive, put, monkeypatch):
    put("a.txt")
    scanner = BucketScanner(archive, "drop/")

    def away(*_, **__):
        raise UnavailableError("catalog", "gone")

    with monkeypatch.context() as patch:
        patch.setattr("jiaokan.ingest.scanning.take", away)
        with pytest.raises(UnavailableError):
            scanner.scan()
    assert scanner.scan() == Scan(new=1)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "watched"
    folder.mkdir()
    return folder


def age(path, seconds=10):
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_file_at_rest_is_taken_in_at_the_second_look(archive, folder):
    (folder / "a.txt").write_bytes(b"abc")
    age(folder / "a.txt")
    watcher = FolderWatcher(archive, folder)
    assert watcher.scan() == Scan()
    assert watcher.scan() == Scan(new=1)
    assert watcher.scan() == Scan()
    again = FolderWatcher(archive, folder)
    assert (again.scan(), again.scan()) == (Scan(), Scan())
    assert (folder / "a.txt").exists()


def test_a_file_that_is_still_written_waits(archive, folder):
    watcher = FolderWatcher(archive, folder)
    (folder / "a.txt").write_bytes(b"ab")
    age(folder / "a.txt", -60)  # however long the looks take
    watcher.scan()
    assert watcher.scan() == Scan()  # unchanged, but only for an instant
    with (folder / "a.txt").open("ab") as file:
        file.write(b"c")
    age(folder / "a.txt")
    assert watcher.scan() == Scan()  # changed since the last look
    assert watcher.scan() == Scan(new=1)
    assert archive.catalog.intake.newest("a").source_bytes == 3


@pytest.mark.parametrize("name", [".a.txt", "~$a.docx", "a.txt.part", "a.crdownload", ".git/a.txt", "A.TMP"])
def test_what_programs_write_meanwhile_is_left_alone(archive, folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"abc")
    age(folder / name)
    watcher = FolderWatcher(archive, folder)
    assert (watcher.scan(), watcher.scan()) == (Scan(), Scan())


def test_a_symbolic_link_publishes_nothing_of_this_machine(archive, folder, tmp_path, caplog):
    (tmp_path / "secret.txt").write_bytes(b"for this process only")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.txt").write_bytes(b"too")
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner").symlink_to(tmp_path / "outside")
    age(tmp_path / "secret.txt")
    age(tmp_path / "outside" / "b.txt")
    watcher = FolderWatcher(archive, folder)
    assert [watcher.scan() for _ in range(3)] == [Scan()] * 3
    assert [record.getMessage() for record in caplog.records] == [
        "a.txt is a symbolic link and is left alone: put the file itself here"
    ]


def test_a_manifest_is_read_once_a_change_and_never_through_a_link(archive, folder, tmp_path, caplog):
    watcher = FolderWatcher(archive, folder, rest=0.0)
    manifest = folder / "manifest.csv"
    manifest.write_text("path,report\na.txt,one/2023\n")
    assert watcher._manifest()["a.txt"].report == "one/2023"
    manifest.write_text("no manifest")
    for _ in range(3):
        watcher.scan()
    assert [one.message for one in caplog.records if "is left out" in one.message] == [
        "manifest.csv is left out: manifest, line 1: a CSV manifest has a header with the column path"
    ]
    (tmp_path / "secret.csv").write_text("path,report\na.txt,secret/1\n")
    manifest.unlink()
    manifest.symlink_to(tmp_path / "secret.csv")
    assert watcher._manifest() == {}
    assert "manifest.csv is a symbolic link" in caplog.text


def test_a_manifest_over_its_bound_is_not_fetched(caplog):
    def fetch() -> bytes:
        raise AssertionError("it was fetched")

    assert ReadManifests().read("manifest.csv", MOST_BYTES + 1, 0, fetch) == {}
    assert "at most" in caplog.text


def test_a_link_that_takes_a_files_place_is_not_followed(archive, folder, tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_bytes(b"abc")
    (folder / "a.txt").write_bytes(b"abc")
    age(folder / "a.txt")
    watcher = FolderWatcher(archive, folder)
    watcher.scan()
    real = watcher._manifest

    def swap():  # between the look and the reading
        (folder / "a.txt").unlink()
        (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
        return real()

    monkeypatch.setattr(watcher, "_manifest", swap)
    assert watcher.scan() == Scan()
    assert reports(archive) == []


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_look(archive, folder, monkeypatch):
    path = folder / "a.txt"
    path.write_bytes(b"abc")
    age(path)
    watcher = FolderWatcher(archive, folder)
    watcher.scan()
    real = os.fstat

    def fstat(descriptor):
        path.write_bytes(b"abcd")
        return real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr("jiaokan.ingest.watching.os.fstat", fstat)
        assert watcher.scan() == Scan()
    assert archive.catalog.intake.newest("a") is None


def test_a_folder_that_is_not_there_yet(archive, tmp_path):
    assert FolderWatcher(archive, tmp_path / "later").scan() == Scan()


def test_the_server_watches_and_a_notification_hastens_the_scan(settings, folder, monkeypatch, client_of):
    monkeypatch.setattr("jiaokan.ingest.taking.dispatch", lambda archive, accepted: True)
    monkeypatch.setattr("jiaokan.ingest.looking.SCAN_SECONDS", 60.0)
    settings = settings.model_copy(update={"inbox_prefix": "drop/", "watch": folder})
    archive = open_archive(settings)
    with client_of(archive, settings) as client:
        time.sleep(0.1)  # the first scan is over
        archive.objects.put("drop/a.txt", b"abc")
        assert client.post("/v1/notifications/bucket", json={"Records": []}).status_code == 202
        end = time.monotonic() + 60
        while archive.catalog.intake.newest("a") is None:
            assert time.monotonic() < end
            time.sleep(0.01)
    archive.close()
