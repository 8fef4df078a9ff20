"""Presigned uploads on the folder store: the contract of S3, answered by ingest itself."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest

from jiaokan.archive import inbox_key, load_settings, open_archive


@pytest.fixture
def settings(tmp_path):
    return load_settings(data=tmp_path, catalog="memory:", durable=False, max_upload=1000)


def ask(client, **stated):
    return client.post("/v1/uploads/presigned", json={"report": "a/b", "size": 3, **stated})


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_ask_put_complete(client, archive):
    told = ask(client, labels=["x"], sha256=hashlib.sha256(b"abc").hexdigest()).json()
    assert told["put"].startswith("http://127.0.0.1:8321/v1/objects/inbox/")
    assert client.put(path_of(told["put"]), content=b"abc").status_code == 200
    done = client.post(told["complete"])
    assert (done.status_code, done.json()["outcome"]) == (202, "new")
    revision = archive.catalog.intake.newest("a/b")
    assert (revision.origin, revision.labels, revision.source_bytes) == ("presigned", ("x",), 3)
    assert not list(archive.objects.list("inbox/"))


def test_completing_twice_gives_the_same_receipt_and_never_looks_again(client, archive):
    told = ask(client).json()
    client.put(path_of(told["put"]), content=b"abc")
    first = client.post(told["complete"])
    client.put(path_of(told["put"]), content=b"xyz")
    assert client.post(told["complete"]).json() == first.json()
    assert archive.catalog.intake.newest("a/b").source == hashlib.sha256(b"abc").hexdigest()


def test_completing_before_the_put_may_be_repeated(client):
    told = ask(client).json()
    assert client.post(told["complete"]).status_code == 409
    client.put(path_of(told["put"]), content=b"abc")
    assert client.post(told["complete"]).status_code == 202


@pytest.mark.parametrize(("put", "stated"), [(b"abcd", {}), (b"abc", {"sha256": "0" * 64})])
def test_size_and_digest_are_checked(client, put, stated):
    told = ask(client, **stated).json()
    client.put(path_of(told["put"]), content=put)
    assert client.post(told["complete"]).json()["code"] == "digest-mismatch"


@pytest.mark.parametrize(
    "stated",
    [
        {"size": None},
        {"size": "3"},
        {"size": 0},
        {"size": True},
        {"report": None},
        {"report": "a b"},
        {"x": 1},
    ],
)
def test_what_cannot_be_is_told_before_anything_is_sent(client, stated):
    assert ask(client, **stated).status_code == 422


def test_too_large_is_told_before_anything_is_sent(client):
    assert ask(client, size=1001).status_code == 413


def test_only_what_was_signed_may_be_put(client, archive):
    url = path_of(ask(client).json()["put"])
    path, _, query = url.partition("?")
    other = path[:-1] + ("0" if path[-1] != "0" else "1")
    for wrong in (
        path,
        f"{other}?{query}",
        url.replace("signature=", "signature=0"),
        "/v1/objects/sources/ab/cd",
    ):
        answer = client.put(wrong, content=b"abc")
        assert (answer.status_code, answer.json()["code"]) == (403, "signature-refused"), wrong
    assert not list(archive.objects.list("inbox/"))
    assert client.put(url, content=b"x" * 1001).status_code == 413


def test_the_time_of_a_url_ends(client, monkeypatch):
    url = path_of(ask(client).json()["put"])
    import time

    now = time.time()
    monkeypatch.setattr("jiaokan.archive.signing.time.time", lambda: now + 901)
    assert client.put(url, content=b"abc").status_code == 403


def test_unknown_uploads(client):
    assert client.post(f"/v1/uploads/{'0' * 32}/complete").status_code == 404
    assert client.post("/v1/uploads/x/complete").status_code == 404


def test_the_key_is_the_inbox(client):
    told = ask(client).json()
    assert f"/{inbox_key(told['upload'])}?" in told["put"]


def test_the_same_app_serves_another_address(tmp_path, client_of):
    settings = load_settings(
        data=tmp_path, catalog="memory:", public_url="https://jiaokan.example/base", durable=False
    )
    archive = open_archive(settings)
    with client_of(archive, settings) as client:
        assert ask(client).json()["put"].startswith("https://jiaokan.example/base/v1/objects/inbox/")
    archive.close()
