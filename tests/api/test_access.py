"""Keys, scopes, labels: who may do what."""

from __future__ import annotations

import pytest

from jiaokan.api.app import create_app
from jiaokan.archive import Keys, SettingsError
from jiaokan.web.access import check_exposure
from jiaokan.web.limits import ALONE, WINDOW, MemoryCounter, RedisCounter, limit_headers

from .conftest import TestClient


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def keys(archive) -> Keys:
    return Keys(archive.catalog.database)


def test_without_keys_this_machine_may_do_everything(client, publish) -> None:
    publish("a/1")
    assert client.get("/v1/reports").status_code == 200
    assert client.get("/v1/keys").status_code == 200


def test_from_the_first_key_on_each_request_needs_one(client, keys, publish) -> None:
    publish("a/1")
    _, token = keys.create("reader", ["read"])
    client.app.state.doorkeeper = None
    assert client.get("/v1/reports").status_code == 401
    assert client.get("/v1/reports/a/1/-/editions/latest").status_code == 401
    assert client.get("/v1/reports", headers=bearer(token)).status_code == 200
    assert client.get("/v1/reports", headers=bearer(token + "x")).status_code == 401
    assert client.get("/v1/keys", headers=bearer(token)).status_code == 403


def test_a_revoked_key_ends(client, keys, publish) -> None:
    publish("a/1")
    key, token = keys.create("reader", ["read"])
    keys.revoke(key.prefix)
    assert client.get("/v1/reports", headers=bearer(token)).status_code == 401


def test_a_limited_key_sees_its_own_reports_and_no_others(client, keys, publish) -> None:
    publish("mine/1", labels=("mine",))
    publish("other/1", labels=("other",))
    publish("bare/1")
    _, token = keys.create("limited", ["read"], labels=["mine"])
    limited = bearer(token)
    assert [one["id"] for one in client.get("/v1/reports", headers=limited).json()["reports"]] == ["mine/1"]
    for report in ("other/1", "bare/1", "none/1"):
        answer = client.get(f"/v1/reports/{report}/-/editions/latest", headers=limited)
        assert answer.status_code == 404, report
        assert client.get(f"/v1/reports/{report}", headers=limited).status_code == 404
    assert client.get("/v1/reports/mine/1/-/editions/latest", headers=limited).status_code == 200
    feed = client.get("/v1/feed", headers=limited).json()
    assert [event["report"] for event in feed["events"]] == ["mine/1"]
    assert feed["next"] == 3
    hits = client.get("/v1/search", params={"q": "工业经济平稳"}, headers=limited).json()
    assert "hits" in hits, hits
    hits = hits["hits"]
    assert {hit["report"] for hit in hits} == {"mine/1"}
    lines = client.get("/v1/export", headers=limited).text.splitlines()
    assert len(lines) == 1


def test_a_hot_answer_is_not_given_to_who_may_not_have_it(client, keys, publish) -> None:
    publish("mine/1", labels=("mine",))
    _, full = keys.create("full", ["read"])
    _, other = keys.create("limited", ["read"], labels=["other"])
    _, uploader = keys.create("uploader", ["upload"])
    path = "/v1/reports/mine/1/-/editions/latest"
    for _ in range(3):
        assert client.get(path, headers=bearer(full)).status_code == 200
        assert client.get(path, headers=bearer(other)).status_code == 404
        assert client.get(path, headers=bearer(uploader)).status_code == 403
        assert client.get(path).status_code == 401


def test_keys_are_made_and_ended_by_who_manages_and_it_is_noted(client, keys) -> None:
    _, manager = keys.create("manager", ["manage"])
    made = client.post("/v1/keys", json={"name": "new", "scopes": ["read"]}, headers=bearer(manager))
    assert made.status_code == 201
    token = made.json()["token"]
    assert client.get("/v1/reports", headers=bearer(token)).status_code == 200
    listed = client.get("/v1/keys", headers=bearer(manager)).text
    assert token.split("_", 2)[2] not in listed
    assert client.delete(f"/v1/keys/{made.json()['prefix']}", headers=bearer(manager)).status_code == 204
    actions = [e["action"] for e in client.get("/v1/audit", headers=bearer(manager)).json()["entries"]]
    assert actions == ["key-created", "key-revoked"]
    page = client.get("/v1/audit?limit=1&subject=" + made.json()["prefix"], headers=bearer(manager))
    following = client.get(page.links["next"]["url"], headers=bearer(manager))
    assert [one["action"] for one in following.json()["entries"]] == ["key-revoked"]
    assert "next" not in client.get("/v1/audit", headers=bearer(manager)).links


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["all"]}, {"name": "", "scopes": ["read"]}],
)
def test_a_key_that_cannot_be_is_refused(client, body) -> None:
    assert client.post("/v1/keys", json=body).status_code == 422


def test_an_open_address_needs_a_key_first(archive, keys) -> None:
    open_to_all = archive.settings.model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(SettingsError, match="jiaokan keys create"):
        check_exposure(archive, open_to_all)
    keys.create("first", ["read"])
    check_exposure(archive, open_to_all)


def test_a_window_lets_so_many_through_and_begins_anew() -> None:
    now = [1000.0]
    counter = MemoryCounter(lambda: now[0])
    assert [counter.count("k", 2).exceeded for _ in range(3)] == [False, False, True]
    assert not counter.count("other", 2).exceeded
    told = limit_headers(2, counter.count("k", 2))
    assert int(told["Retry-After"]) <= WINDOW
    now[0] += WINDOW
    assert not counter.count("k", 2).exceeded


def test_a_redis_that_does_not_answer_is_not_asked_at_every_request() -> None:
    import redis

    asked, now = [], [1000.0]

    class Silent:
        def pipeline(self, **_: object) -> None:
            asked.append(now[0])
            raise redis.TimeoutError("half a second later")

    counter = RedisCounter(Silent(), clock=lambda: now[0])
    assert [counter.count("k", 2).remaining for _ in range(4)] == [1, 0, -1, -2]
    assert asked == [1000.0]
    now[0] += ALONE
    counter.count("k", 2)
    assert asked == [1000.0, 1000.0 + ALONE]


def test_pages_of_a_named_origin_may_use_the_service_and_no_others(archive, publish) -> None:
    settings = archive.settings.model_copy(update={"cors_origins": ("https://app.example",)})
    app = create_app(archive, settings, followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        good = client.get("/v1/reports", headers={"Origin": "https://app.example"})
        assert good.status_code == 200
        assert good.headers["access-control-allow-origin"] == "https://app.example"
        assert "Jiaokan-Edition" in good.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in good.headers
        asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
        assert (
            client.options("/v1/reports", headers={"Origin": "https://app.example", **asked}).status_code
            == 200
        )
        for other in (
            "https://evil.example",
            "null",
            "https://app.example.evil.example",
            "http://app.example",
        ):
            refused = client.get("/v1/reports", headers={"Origin": other})
            assert (refused.status_code, refused.json()["code"]) == (403, "origin-refused"), other
            assert "access-control-allow-origin" not in refused.headers


def test_a_service_answers_to_its_own_names_only(client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", ""):
        assert client.get("/v1/reports", headers={"Host": host}).status_code in (400, 421), host


def test_every_answer_tells_where_a_key_stands(archive, keys, monkeypatch) -> None:
    # No minute begins between two of the requests.
    monkeypatch.setattr("jiaokan.api.app._counter", lambda _: MemoryCounter(lambda: 1000.0))
    _, token = keys.create("reader", ["read"])
    app = create_app(archive, archive.settings.model_copy(update={"rate_limit": 3}), followers=False)
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        left = []
        for _ in range(4):
            answer = client.get("/v1/reports", headers=bearer(token))
            assert answer.headers["ratelimit-policy"] == '"key";q=3;w=60'
            left.append((answer.status_code, answer.headers["ratelimit"].partition(";t=")[0]))
        assert left == [(200, '"key";r=2'), (200, '"key";r=1'), (200, '"key";r=0'), (429, '"key";r=0')]
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert answer.json()["code"] == "too-many-requests"
        assert answer.headers["x-request-id"]
