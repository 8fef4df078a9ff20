"""Uploads over HTTP: what is taken, what is refused, and that asking twice changes nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import quote

import pytest

from jiaokan.archive import NoRoomError, source_key

BYTES = "云山市2023年政府工作报告\n一、总则\n".encode("gb18030")
URL = "/v1/reports/yunshan/zfgzbg/2023/-/source"


def test_a_put_is_durable_before_it_is_answered(client, archive):
    answer = client.put(URL, content=BYTES)
    assert answer.status_code == 202
    told = answer.json()
    assert told["outcome"] == "new"
    assert told["report"] == "yunshan/zfgzbg/2023"
    assert told["source"] == {"sha256": hashlib.sha256(BYTES).hexdigest(), "bytes": len(BYTES)}
    assert answer.headers["location"] == f"/v1/revisions/{told['revision']}"
    assert archive.objects.get(source_key(told["source"]["sha256"])) == BYTES
    assert archive.catalog.intake.newest("yunshan/zfgzbg/2023").id == told["revision"]


def test_the_same_bytes_twice_are_one_revision(client):
    first, second = client.put(URL, content=BYTES), client.put(URL, content=BYTES)
    assert (second.status_code, second.json()["outcome"]) == (200, "known")
    assert second.json()["revision"] == first.json()["revision"]


def test_other_hints_are_another_revision(client):
    first = client.put(URL, content=BYTES).json()
    second = client.put(URL, params={"encoding": "gb18030"}, content=BYTES).json()
    assert second["outcome"] == "new"
    assert second["revision"] > first["revision"]


def test_a_chinese_report_id_stands_in_a_url(client):
    answer = client.put(f"/v1/reports/{quote('广东/工信厅/2023')}/-/source", content=BYTES)
    assert answer.json()["report"] == "广东/工信厅/2023"


def test_what_is_stated_in_the_query_is_kept(client, archive):
    client.put(
        URL,
        params={
            "labels": "province, open",
            "profile": "strict",
            "name": "报告.txt",
            "hints": json.dumps({"script": "Hans"}),
            "metadata.title": "政府工作报告",
        },
        headers={"content-type": "text/plain; charset=gb2312"},
        content=BYTES,
    )
    revision = archive.catalog.intake.newest("yunshan/zfgzbg/2023")
    assert revision.labels == ("open", "province")
    assert revision.profile == "strict"
    assert revision.name == "报告.txt"
    assert revision.hints == {"declared": "gb2312", "script": "Hans", "metadata": {"title": "政府工作报告"}}


def digest_of(data):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_a_declared_digest_is_checked(client):
    right = client.put(URL, content=BYTES, headers={"content-digest": digest_of(BYTES)})
    assert right.status_code == 202
    wrong = client.put(URL, content=BYTES + b"x", headers={"content-digest": digest_of(BYTES)})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.json()["code"] == "digest-mismatch"
    other = client.put(URL, params={"sha256": "0" * 64}, content=BYTES)
    assert other.json()["code"] == "digest-mismatch"


@pytest.mark.parametrize(
    ("url", "options", "status", "says"),
    [
        ("/v1/reports/a/%2E%2E/b/-/source", {}, 422, "cannot be a segment"),
        ("/v1/reports/a%20b/-/source", {}, 422, "letters, digits"),
        ("/v1/reports/1/2/3/4/5/6/7/8/9/-/source", {}, 422, "at most 8 segments"),
        (URL, {"params": {"color": "red"}}, 422, "no parameter 'color'"),
        (URL, {"params": {"hints": "{"}}, 422, "not JSON"),
        (URL, {"params": {"hints": "[" * 10_000}}, 422, "hints"),
        (URL, {"params": {"hints": '{"amendments": [{"action": "burn"}]}'}}, 422, "action"),
        (URL, {"params": {"profile": "zh"}}, 422, "no profile"),
        (URL, {"params": {"encoding": "chinese-simplified"}}, 422, "no character encoding is called"),
        (URL, {"params": {"labels": "a b!"}}, 422, "label"),
        (URL, {"headers": {"content-digest": "sha-256=:AAAA:"}}, 422, "32 bytes"),
        (URL, {"headers": {"idempotency-key": "x" * 300}}, 422, "255 characters"),
    ],
)
def test_what_cannot_be_is_a_problem_that_says_what_to_do(client, url, options, status, says):
    answer = client.put(url, content=BYTES, **options)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert answer.json()["status"] == status


def test_too_much_is_refused_before_and_while_it_arrives(client):
    declared = client.put(URL, content=b"x" * 100_001)
    assert declared.status_code == 413
    assert declared.json()["limit"] == 100_000
    streamed = client.put(URL, content=(b"x" * 10_000 for _ in range(11)))
    assert streamed.status_code == 413
    assert client.put(URL, content=b"x" * 100_000).status_code == 202


def test_an_idempotency_key_gives_the_same_answer(client):
    key = {"idempotency-key": "one"}
    first = client.put(URL, content=BYTES, headers=key)
    client.put(URL, content=b"other")
    # Without the key the old bytes would be a third revision: back to A.
    again = client.put(URL, content=BYTES, headers=key)
    assert again.json() == first.json()
    assert again.status_code == first.status_code
    reused = client.put(URL, content=b"third", headers=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


def test_a_withdrawn_report_takes_nothing(client, archive):
    from jiaokan.archive import withdraw

    told = client.put(URL, content=BYTES).json()
    withdraw(archive, "yunshan/zfgzbg/2023")
    assert client.put(URL, content=b"new").status_code == 410
    assert client.get(told["follow"]).status_code == 410


def test_a_form_with_one_file_needs_no_more(client):
    told = client.post("/v1/uploads", files={"file": ("2023 报告.txt", BYTES)}).json()
    assert told["uploads"][0]["report"] == "2023-报告"
    assert told["uploads"][0]["outcome"] == "new"


def test_fields_of_a_form_are_stated(client, archive):
    client.post(
        "/v1/uploads",
        data={"report": "a/b", "labels": "x", "encoding": "gb18030"},
        files={"file": ("2023.txt", BYTES, "text/plain; charset=big5")},
    )
    revision = archive.catalog.intake.newest("a/b")
    assert (revision.labels, revision.name) == (("x",), "2023.txt")
    assert revision.hints == {"encoding": "gb18030", "declared": "big5"}


def test_files_of_one_form_do_not_meet(client):
    files = [("file", ("a.txt", b"1")), ("file", ("a.pdf", b"2")), ("file", ("b.txt", b"3"))]
    told = client.post("/v1/uploads", files=files).json()["uploads"]
    assert [one["report"] for one in told] == ["a.txt", "a.pdf", "b"]


def test_a_manifest_says_which_file_is_what(client, archive):
    manifest = "path,report,labels,metadata.title\na.txt,sheng/2023,open,题目\n"
    files = [("manifest", ("m.csv", manifest)), ("file", ("a.txt", b"1")), ("file", ("b.txt", b"2"))]
    told = client.post("/v1/uploads", files=files).json()["uploads"]
    assert [one["report"] for one in told] == ["sheng/2023", "b"]
    assert archive.catalog.intake.newest("sheng/2023").hints == {"metadata": {"title": "题目"}}


def test_one_wrong_file_does_not_hinder_the_others(client, archive):
    from jiaokan.archive import accept, withdraw

    accept(archive, "gone", b"1")
    withdraw(archive, "gone")
    files = [("file", ("gone.txt", b"2")), ("file", ("here.txt", b"3"))]
    answer = client.post("/v1/uploads", files=files)
    assert answer.status_code == 202
    gone, here = answer.json()["uploads"]
    assert (gone["name"], gone["problem"]["code"]) == ("gone.txt", "report-withdrawn")
    assert here["outcome"] == "new"
    assert client.post("/v1/uploads", files=files[:1]).status_code == 410


def body_of(*parts, end=True):
    return b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + (b"--B--\r\n" if end else b"")


FORM = {"content-type": "multipart/form-data; boundary=B"}
FILE = b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc'


@pytest.mark.parametrize(
    ("body", "headers", "says"),
    [
        (body_of(FILE, end=False), FORM, "ends before its last boundary"),
        (body_of(), FORM, "form"),
        (b"", FORM, "boundary"),
        (b"garbage", FORM, "form"),
        (body_of(FILE), {"content-type": "multipart/form-data"}, "multipart form"),
        (body_of(FILE), {"content-type": "text/plain"}, "multipart form"),
        (body_of(b"X: y\r\n\r\nabc"), FORM, "no name"),
        (body_of(b'Content-Disposition: form-data; name="a"\r\n\r\n\xff', FILE), FORM, "not UTF-8"),
        (
            body_of(b'Content-Disposition: form-data; name="manifest"\r\n\r\nx,y\r\n', FILE),
            FORM,
            "column path",
        ),
        (body_of(*[FILE] * 101), FORM, "at most 100 files"),
        (
            body_of(*[b'Content-Disposition: form-data; name="a"\r\n\r\n'] * 10_001, FILE),
            FORM,
            "10000 fields",
        ),
        (body_of(b"X: y\r\n" * 9 + FILE), FORM, "form"),
        (body_of(b"X: " + b"y" * 5000 + b"\r\n" + FILE), FORM, "form"),
        (body_of(FILE), {"content-type": f"multipart/form-data; boundary={'B' * 300}"}, "form"),
    ],
)
def test_a_broken_form_is_a_problem(client, body, headers, says):
    answer = client.post("/v1/uploads", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"]


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800", "\\udfff"])
def test_what_json_writes_and_no_text_has_is_refused(client, character):
    client.put("/v1/reports/a/-/source", content=b"abc")
    title = f'{{"metadata": {{"title": "a{character}"}}}}'
    now = f'{{"amendments": [{{"action": "replace", "was": "a", "now": "{character}"}}]}}'
    for answer in (
        client.put("/v1/reports/a/-/source", params={"hints": title}, content=b"abc"),
        client.post("/v1/reports/a/-/amendments", content=title),
        client.post("/v1/reports/a/-/amendments", content=now),
        client.post("/v1/uploads/presigned", content=f'{{"report": "a", "size": 3, "name": "{character}"}}'),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "statement")
        assert "half a surrogate pair" in answer.json()["detail"]


def test_a_form_arrives_in_any_pieces(client):
    body = body_of(FILE)
    told = client.post(
        "/v1/uploads", content=(body[at : at + 1] for at in range(len(body))), headers=FORM
    ).json()
    assert told["uploads"][0]["source"]["sha256"] == hashlib.sha256(b"abc").hexdigest()


def test_a_file_over_the_limit_ends_the_form(client):
    assert client.post("/v1/uploads", files={"file": ("a.txt", b"x" * 100_001)}).status_code == 413


def test_an_amendment_adds_to_what_was_stated(client, archive):
    client.put(URL, params={"encoding": "gb18030"}, content=BYTES)
    url = "/v1/reports/yunshan/zfgzbg/2023/-/amendments"
    one = {"action": "replace", "was": "总则", "now": "总纲", "who": "李"}
    answer = client.post(url, json={"metadata": {"title": "题"}, "amendments": [one]})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "new")
    newest = archive.catalog.intake.newest("yunshan/zfgzbg/2023")
    assert newest.origin == "amend"
    assert newest.hints == {"encoding": "gb18030", "metadata": {"title": "题"}, "amendments": [one]}
    assert client.post(url, json={"amendments": [one]}).json()["outcome"] == "known"
    client.post(url, params={"replace": "true"}, json={"script": "Hans"})
    assert archive.catalog.intake.newest("yunshan/zfgzbg/2023").hints == {"script": "Hans"}


def test_what_a_rejected_amendment_stated_is_not_in_force(client, archive):
    client.put(URL, content=BYTES)
    url = "/v1/reports/yunshan/zfgzbg/2023/-/amendments"
    client.post(url, json={"metadata": {"title": "题"}})
    wrong = client.post(url, json={"encoding": "big5"}).json()["revision"]
    while archive.catalog.reports.revision(wrong).state == "pending":
        claim = archive.catalog.queue.claim_fresh("interactive", worker="test", seconds=60, limit=9)[-1]
        archive.catalog.queue.reject(claim, code="encoding-hint-wrong", reason="not big5")
    client.post(url, json={"script": "Hans"})
    assert archive.catalog.intake.newest("yunshan/zfgzbg/2023").hints == {
        "metadata": {"title": "题"},
        "script": "Hans",
    }


def test_what_was_stated_with_a_source_that_was_rejected_still_holds_for_it(client, archive):
    told = client.put(URL, params={"encoding": "big5", "script": "Hans"}, content=BYTES).json()
    [claim] = archive.catalog.queue.claim_fresh("interactive", worker="test", seconds=60, limit=9)
    archive.catalog.queue.reject(claim, code="encoding-hint-wrong", reason="not big5")
    client.post(f"/v1/reports/{told['report']}/-/amendments", json={"encoding": "gb18030"})
    assert archive.catalog.intake.newest(told["report"]).hints == {"encoding": "gb18030", "script": "Hans"}


def test_amending_what_is_not_there(client):
    answer = client.post("/v1/reports/nothing/-/amendments", json={"script": "Hans"})
    assert (answer.status_code, answer.json()["code"]) == (404, "report-unknown")
    assert client.post("/v1/reports/nothing/-/amendments", json={}).status_code == 422


def test_an_upload_is_followed(client, archive):
    told = client.put(URL, content=BYTES).json()
    followed = client.get(told["follow"], params={"wait": 0.05}).json()
    assert (followed["state"], followed["edition"], followed["attempts"]) == ("pending", None, 0)
    assert (
        client.get("/v1/revisions", params={"state": "pending"}).json()["revisions"][0]["revision"]
        == told["revision"]
    )
    assert len(client.get("/v1/reports/yunshan/zfgzbg/2023/-/revisions").json()["revisions"]) == 1
    other = client.put(URL.replace("2023", "2024"), content=BYTES).json()
    page = client.get("/v1/revisions", params={"state": "pending", "limit": 1})
    assert page.json()["revisions"][0]["revision"] == told["revision"]
    following = client.get(page.links["next"]["url"])
    assert [one["revision"] for one in following.json()["revisions"]] == [other["revision"]]
    assert client.get("/v1/revisions/nonsense").status_code == 404
    assert client.get(f"/v1/revisions/{'0' * 28}").status_code == 404


def test_every_answer_that_is_no_success_is_a_problem(client):
    for answer in (client.get("/nothing"), client.post(URL), client.get("/v1/revisions?state=lost")):
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code"} <= set(answer.json())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:1"}, 200),
        ({"host": "[::1]:80"}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
def test_only_this_machine_is_served(client, headers, status):
    answer = client.get("/livez", headers=headers)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_limited_to_labels_reaches_only_its_reports(client, archive):
    from jiaokan.archive import Keys

    keys = Keys(archive.catalog.database)
    client.put("/v1/reports/secret/-/source", content=BYTES, params={"labels": "inner"})
    mine = {"authorization": f"Bearer {keys.create(name='city', scopes=['upload'], labels=('city',))[1]}"}
    reader = {"authorization": f"Bearer {keys.create(name='reader', scopes=['read'])[1]}"}
    client.app.state.doorkeeper = None  # it remembers for a second that there were no keys
    assert client.put(URL, content=BYTES).status_code == 401
    assert client.put(URL, content=BYTES, headers=reader).status_code == 403
    told = client.put(URL, content=BYTES, headers=mine).json()
    assert archive.catalog.intake.newest(told["report"]).labels == ("city",)
    assert client.get(told["follow"], headers=mine).status_code == 200
    assert client.put("/v1/reports/secret/-/source", content=b"x", headers=mine).status_code == 404
    hidden = archive.catalog.intake.newest("secret").id
    assert client.get(f"/v1/revisions/{hidden}", headers=mine).status_code == 404
    listed = client.get("/v1/revisions?state=pending", headers=mine).json()["revisions"]
    assert [one["report"] for one in listed] == [told["report"]]
    other = client.put("/v1/reports/new/-/source", content=BYTES, params={"labels": "inner"}, headers=mine)
    assert (other.status_code, other.json()["code"]) == (403, "label-refused")


def test_a_store_without_room_says_so_and_the_log_says_why(client, archive, monkeypatch, caplog):
    def put(*_, **__):
        raise NoRoomError("objects", "No space left on device (sources/ab)")

    monkeypatch.setattr(archive.objects, "put", put)
    answer = client.put("/v1/reports/a/1/-/source", content=b"abc")
    assert (answer.status_code, answer.json()["code"]) == (507, "no-room")
    assert "no room is left for the objects, and nothing was promised" in answer.json()["detail"]
    assert "sources/ab" not in answer.text
    assert "No space left on device (sources/ab)" in caplog.text
    assert archive.catalog.reports.get("a/1") is None
