"""Archives give many reports; legacy documents are converted, or refused with a reason."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from jiaokan.archive import source_key
from jiaokan.ingest.legacy import ConverterError
from jiaokan.normalize import RejectedError

URL = "/v1/reports/yunshan/-/source"
WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(2048)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


MEMBERS = {"2022/报告.txt": "二〇二二".encode(), "2022/报告.md": b"# x", "2023.txt": "二〇二三".encode()}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_one_archive_is_many_reports(client, archive, pack):
    answer = client.put(URL, params={"labels": "city", "encoding": "utf-8"}, content=pack(MEMBERS))
    assert answer.status_code == 202
    told = answer.json()
    assert told["outcome"] == "expanded"
    assert {member["report"]: member["outcome"] for member in told["members"]} == {
        "yunshan/2022/报告.txt": "new",
        "yunshan/2022/报告.md": "new",
        "yunshan/2023": "new",
    }
    revision = archive.catalog.intake.newest("yunshan/2023")
    assert archive.objects.get(source_key(revision.source)) == MEMBERS["2023.txt"]
    assert (revision.origin, revision.name, revision.labels) == ("archive", "2023.txt", ("city",))
    assert revision.hints == {"encoding": "utf-8"}
    assert archive.catalog.intake.newest("yunshan") is None
    again = client.put(URL, params={"labels": "city", "encoding": "utf-8"}, content=pack(MEMBERS)).json()
    assert {member["outcome"] for member in again["members"]} == {"known"}


def test_a_manifest_inside_says_more(client, archive):
    manifest = "path,report,labels\n2023.txt,elsewhere/2023,open\n"
    told = client.put(URL, content=zipped({**MEMBERS, "manifest.csv": manifest})).json()
    assert len(told["members"]) == 3
    assert archive.catalog.intake.newest("elsewhere/2023").labels == ("open",)


def test_a_member_that_is_refused_stops_none(client, archive):
    members = {"a b.txt": b"1", "big.txt": b"x" * 100_001, "inner.zip": b"PK\x03\x04broken", "c.txt": b"2"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    told = {member["name"]: member for member in client.put(URL, content=packed.getvalue()).json()["members"]}
    assert told["a b.txt"]["report"] == "yunshan/a-b"
    assert told["big.txt"]["problem"]["code"] == "too-large"
    assert told["inner.zip"]["problem"]["code"] == "damaged"
    assert told["c.txt"]["outcome"] == "new"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({}), "empty"),
        (zipped(MEMBERS)[:-30], "damaged"),
        (zipped({f"{number}.txt": b"x" for number in range(1001)}), "too-many-members"),
    ],
)
def test_an_archive_out_of_bounds_is_refused_whole(client, archive, data, code):
    answer = client.put(URL, content=data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not archive.catalog.reports.revisions_in("pending").items


def test_the_digest_of_an_archive_is_its_own(client, archive):
    assert (
        client.put(URL, params={"sha256": "0" * 64}, content=zipped(MEMBERS)).json()["code"]
        == "digest-mismatch"
    )
    assert not archive.catalog.reports.revisions_in("pending").items


def test_a_key_limited_to_labels_expands_only_what_it_may(client, archive):
    from jiaokan.archive import Keys, accept

    accept(archive, "yunshan/2023", b"inner", labels=("inner",))
    token = Keys(archive.catalog.database).create("city", ["upload"], labels=["city"])[1]
    client.app.state.doorkeeper = None
    told = client.put(URL, content=zipped(MEMBERS), headers={"authorization": f"Bearer {token}"}).json()
    problems = [member.get("problem", {}).get("code") for member in told["members"]]
    assert problems == [None, None, "report-unknown"]


def test_a_form_and_its_archive(client):
    told = client.post("/v1/uploads", files={"file": ("2023.tar.gz", tarred(MEMBERS))}).json()["uploads"][0]
    assert [member["report"] for member in told["members"]][-1] == "2023/2023"


def test_a_legacy_document_is_converted_and_says_what_it_came_from(client, archive, monkeypatch):
    from jiaokan.ingest import taking

    monkeypatch.setattr(taking, "is_legacy", lambda data: data == WORD)
    monkeypatch.setattr(taking, "convert_legacy", lambda data: b"converted")
    told = client.put(URL, params={"name": "报告.doc"}, content=WORD).json()
    revision = archive.catalog.intake.newest("yunshan")
    assert archive.objects.get(source_key(revision.source)) == b"converted"
    assert told["source"]["sha256"] == revision.source
    assert revision.name.startswith("报告.doc (SHA-256 ")


@pytest.mark.parametrize(
    ("error", "status"),
    [(RejectedError("legacy-word", "no converter"), 422), (ConverterError("killed"), 503)],
)
def test_a_legacy_document_that_cannot_be_converted(client, archive, monkeypatch, error, status):
    from jiaokan.ingest import taking

    def fail(data):
        raise error

    monkeypatch.setattr(taking, "is_legacy", lambda data: True)
    monkeypatch.setattr(taking, "convert_legacy", fail)
    assert client.put(URL, content=WORD).status_code == status
    assert archive.catalog.intake.newest("yunshan") is None
