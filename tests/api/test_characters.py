"""U+0000 is refused at the door: PostgreSQL keeps none, and answers one with an error of its own."""

from __future__ import annotations

import base64

import pytest

from jiaokan.archive import Keys


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?prefix=%00", 422),
        ("/?issuer=a%00", 422),
        ("/?cursor=%00", 422),
        ("/search?q=%00a", 422),
        ("/differences?before=%00&after=a", 422),
        ("/v1/reports?label=%00", 422),
        ("/read/a%00", 404),
        ("/read/a%00/-/editions/1", 404),
        ("/v1/reports/a%00", 404),
        ("/v1/revisions/%00", 404),
        ("/v1/subscriptions/%00", 404),
    ],
)
def test_no_address_holds_it(client, path, status):
    assert client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/v1/subscriptions/%00", "/v1/keys/%00"])
def test_nothing_is_removed_by_it(client, path):
    assert client.delete(path).status_code == 404


def test_nobody_is_called_so(client):
    answer = client.post("/v1/keys", json={"name": "a\0", "scopes": ["read"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "key")


def test_no_key_holds_it(archive):
    keys = Keys(archive.catalog.database)
    assert keys.find("jk_\0bcdefgh_secret") is None
    assert keys.find("jk_\0bcdefg_secret") is None


def test_a_password_that_holds_it_is_no_key(client, archive):
    Keys(archive.catalog.database).create("one", ["read"])
    client.app.state.doorkeeper = None
    password = base64.b64encode(b":jk_\0bcdefg_secret").decode()
    assert client.get("/", headers={"Authorization": f"Basic {password}"}).status_code == 401
