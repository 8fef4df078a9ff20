"""The same contract on real S3 services: one PUT to a signed URL, then complete."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import httpx
import pytest
from twins import server as server_fixture

from jiaokan.archive import load_settings, source_key

server = server_fixture
pytestmark = pytest.mark.servers


@pytest.fixture(params=["minio", "versitygw"])
def settings(request, server, tmp_path):
    return load_settings(
        data=tmp_path, catalog="memory:", durable=False, max_upload=1000, **server(request.param).settings
    )


def ask(client, **stated):
    return client.post("/v1/uploads/presigned", json={"report": "甲/乙", "size": 3, **stated}).json()


def put(url, data):
    return httpx.put(url, content=data, trust_env=False).status_code


def test_ask_put_complete(client, archive, settings):
    digest = hashlib.sha256(b"abc").hexdigest()
    told = ask(client, labels=["x"], sha256=digest)
    assert urlsplit(told["put"]).netloc == urlsplit(settings.s3_endpoint).netloc
    assert client.post(told["complete"]).status_code == 409
    assert put(told["put"], b"abc") == 200
    done = client.post(told["complete"])
    assert (done.status_code, done.json()["outcome"]) == (202, "new")
    assert archive.objects.get(source_key(digest)) == b"abc"
    assert archive.catalog.intake.newest("甲/乙").origin == "presigned"
    assert put(told["put"], b"xyz") == 200, "the URL is good for 15 minutes"
    assert client.post(told["complete"]).json() == done.json(), "and nobody looks there again"
    assert archive.objects.get(source_key(digest)) == b"abc"


def test_what_was_not_promised_is_refused(client, archive):
    told = ask(client)
    assert put(told["put"].replace("X-Amz-Signature=", "X-Amz-Signature=0"), b"abc") == 403
    assert put(told["put"], b"abcd") == 200
    assert client.post(told["complete"]).json()["code"] == "digest-mismatch"
    assert archive.catalog.intake.newest("甲/乙") is None
    assert put(told["put"], b"abc") == 200
    assert client.post(told["complete"]).status_code == 202


def test_urls_are_signed_for_the_address_that_clients_reach(archive, settings, client_of, tmp_path):
    from jiaokan.archive import open_archive

    public = settings.model_copy(update={"s3_public_endpoint": "https://files.example.org"})
    opened = open_archive(public)
    with client_of(opened, public) as client:
        assert ask(client)["put"].startswith("https://files.example.org/jiaokan/inbox/")
    opened.close()
