"""The reading room: what a page shows is the edition, escaped, and only for who may read it."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jiaokan.api.reading.composing import NOTES_MOST, compose
from jiaokan.archive import Keys, withdraw
from jiaokan.edition.rendering import title_span
from jiaokan.normalize import normalize

from .conftest import NEXT, REPORT

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "reports").rglob("*.*"))
PAGES = (
    "/",
    "/search?q=%E5%B7%A5%E4%B8%9A",
    "/read/linjiang/gxt/2023",
    "/read/linjiang/gxt/2023/-/editions/1",
    "/read/linjiang/gxt/2023/-/editions/latest/apparatus",
    "/read/linjiang/gxt/2023/-/differences?before=1&after=2",
    "/differences?before=linjiang/gxt/2023&after=linjiang/gxt/2024",
)
VOID = {"meta", "link", "input", "br"}


class Tags(HTMLParser):
    """Checks that tags close in order, and collects text and tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def reports(publish):
    publish("linjiang/gxt/2023", REPORT.replace("数字", "**数字**").encode(), labels=("mine",))
    publish("linjiang/gxt/2023", NEXT, labels=("mine",))
    publish("linjiang/gxt/2024", NEXT, labels=("mine",))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_safe(client, reports, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    tags = Tags(page.text)
    assert "script" not in tags.seen
    assert "style" not in tags.attributes
    assert not any(name.startswith("on") for name in tags.attributes)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert client.get(path, headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_an_edition_is_read_beside_its_outline_with_what_was_changed(client, reports) -> None:
    page = client.get("/read/linjiang/gxt/2023/-/editions/1").text
    outline = client.get("/v1/reports/linjiang/gxt/2023/-/editions/1/outline").json()["sections"]
    for section in outline[1:]:
        assert f'href="#{section["id"]}"' in page
        assert f'id="{section["id"]}"' in page
    text = Tags(page).text
    assert "经济加快发展。建成5G基站3万个" in text
    assert "emphasis" in text
    assert "2a 2a" in text
    assert "<option" not in page
    apparatus = client.get("/read/linjiang/gxt/2023/-/editions/1/apparatus?rule=emphasis").text
    assert "2a 2a" in apparatus
    assert "line-break" in apparatus
    assert Tags(client.get(PAGES[-1]).text).text.count("year") == 1


def test_what_somebody_uploaded_is_shown_and_never_run(client, publish) -> None:
    hostile = '一、<img src=x onerror=alert(1)>工作回顾\n"><script>alert(2)</script>发展{{ 123*456 }}很好。\n'
    publish("a/1", hostile.encode())
    publish("a/1", hostile.replace("很好", "<b>很好").encode())
    for path in ("/", "/read/a/1", "/read/a/1/-/editions/1/apparatus", "/read/a/1/-/differences?before=1"):
        tags = Tags(client.get(path).text)
        assert not tags.seen & {"script", "img"}, path
        assert "onerror" not in tags.attributes, path
    assert "56088" not in client.get("/read/a/1").text
    assert not Tags(client.get('/search?q="><script>').text).seen & {"script"}


def test_a_change_that_has_no_shape_is_written_out(client, publish) -> None:
    publish("a/1", "一、工\u200b作回顾\n二、\ue123发展\n".encode())
    apparatus = Tags(client.get("/read/a/1/-/editions/1/apparatus").text).text
    assert "[U+200B]" in apparatus
    assert "\u200b" not in apparatus
    page = client.get("/read/a/1").text
    assert "[U+200B]" in page
    assert re.search(r"\b\d+ changes, 1 finding<", page), "numbers and what they count agree"


def test_pages_are_for_who_may_read(client, archive, reports, publish) -> None:
    publish("other/1", labels=("other",))
    keys = Keys(archive.catalog.database)
    tokens = {
        name: keys.create(name, scopes, labels=labels)[1]
        for name, scopes, labels in (
            ("reader", ["read"], None),
            ("uploader", ["upload"], None),
            ("mine", ["read"], ["mine"]),
            ("other", ["read"], ["other"]),
        )
    }
    client.app.state.doorkeeper = None

    def status(path: str, password: str) -> int:
        said = base64.b64encode(f"anyone:{password}".encode()).decode()
        return client.get(path, headers={"Authorization": f"Basic {said}"}).status_code

    for path in PAGES:
        nobody = client.get(path)
        assert nobody.status_code == 401
        assert nobody.headers["www-authenticate"].startswith("Basic ")
        assert nobody.headers["content-type"].startswith("text/html")
        assert status(path, tokens["reader"]) == 200
        assert status(path, tokens["reader"][:-1] + "x") == 401
        assert status(path, tokens["uploader"]) == 403
        assert status(path, tokens["mine"]) == 200
        assert status(path, tokens["other"]) == (404 if "linjiang" in path else 200)
    listed = base64.b64encode(f"x:{tokens['other']}".encode()).decode()
    page = client.get("/", headers={"Authorization": f"Basic {listed}"}).text
    assert "other/1" in page
    assert "linjiang" not in page
    assert client.get("/style.css").status_code == 200


def test_a_password_opens_nothing_that_changes(client, archive) -> None:
    _, token = Keys(archive.catalog.database).create("all", ["read", "upload", "manage"])
    client.app.state.doorkeeper = None
    basic = {"Authorization": f"Basic {base64.b64encode(f'x:{token}'.encode()).decode()}"}
    assert client.get("/v1/reports", headers=basic).status_code == 200
    assert client.post("/v1/keys", json={"name": "x", "scopes": ["read"]}, headers=basic).status_code == 401
    assert client.get("/v1/reports").headers["www-authenticate"].startswith("Bearer")


def test_a_problem_is_a_page_that_says_what_to_do(client, archive, publish) -> None:
    publish("a/1")
    withdraw(archive, "a/1", by="t", why="t")
    for path, status, says in (
        ("/read/none", 404, "no report"),
        ("/read/a/1", 410, "withdrawn"),
        ("/read/a/1/-/editions/0", 422, "pattern"),
        ("/?year=x", 422, "year"),
        ("/search?cursor=1", 200, "Search"),
    ):
        page = client.get(path)
        assert page.status_code == status, path
        assert says in Tags(page.text).text, path


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_page_holds_the_text_and_nothing_else(path: Path) -> None:
    source = path.read_bytes()
    edition = normalize(source)
    content = json.loads(edition.content_json())
    blocks = compose(content, edition.edits, edition.findings, source)
    tables = [mark for mark in content["marks"] if mark["kind"] == "table" and mark.get("rows")]
    lines = ["".join(piece.text for piece in block.pieces) for block in blocks if not block.rows]
    if not tables:
        assert "\n".join(lines) == content["text"]
    names = [piece.name for block in blocks for piece in block.pieces if piece.name]
    assert len(names) == len(set(names))
    told = sum(len(piece.notes) for block in blocks for piece in block.pieces)
    shown = [edit for edit in edition.edits if edit.was.strip() or edit.now.strip()]
    if not tables and len(shown) < NOTES_MOST:
        assert told >= len(shown)


def test_the_title_is_the_first_heading(client, publish) -> None:
    publish("a/1")
    content = client.get("/v1/reports/a/1/-/editions/1").json()
    assert title_span(content) == (0, len(content["title"]))
    assert f"<h1>{content['title']}</h1>" in client.get("/read/a/1").text
