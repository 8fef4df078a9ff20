"""What tests of the archive do again and again."""

from __future__ import annotations

import hashlib
import json

from jiaokan.archive import Accepted, Archive, Event, Facts, Making, accept, publish


def take(archive: Archive, report: str = "guangdong/gxt/2023", text: str = "甲", **more) -> Accepted:
    """Accept a source."""
    return accept(archive, report, text.encode(), **more)


def making(accepted: Accepted, *, text: str | None = None, fingerprint: str = "f1", **facts) -> Making:
    """Pretend to have normalized a revision."""
    facts = {"kind": "work-report", "grade": "A", "script": "Hans", **facts}
    covers = facts.get("covers")
    region = facts.get("region")
    content = {
        "schema": "jiaokan/content/1",
        "title": facts.get("title"),
        "metadata": {
            "kind": facts["kind"],
            "issuers": list(facts.get("issuers", ())),
            "region": region and {"code": region, "name": "某地", "level": "province"},
            "covers": covers and {"from": covers[0], "to": covers[1]},
        },
        "script": facts["script"],
        "text": text if text is not None else f"{accepted.revision.source}",
        "sections": [],
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    record = {
        "schema": "jiaokan/record/1",
        "content": hashlib.sha256(body).hexdigest(),
        "fingerprint": fingerprint,
        "apparatus": {"edits": [], "findings": []},
        "quality": {"grade": facts["grade"]},
    }
    return Making(
        accepted.revision.id, fingerprint, body, json.dumps(record).encode(), Facts.of(content, record)
    )


def put_out(archive: Archive, report: str = "guangdong/gxt/2023", text: str = "甲", **facts) -> Event:
    """Accept a source and publish it, as a worker would."""
    more = {name: facts.pop(name) for name in ("labels", "hints", "queue") if name in facts}
    accepted = take(archive, report, text, **more)
    assert accepted.item is not None
    claim = archive.catalog.queue.claim(accepted.item, worker="w#1", seconds=60, max_attempts=3)
    assert claim is not None
    event = publish(archive, making(accepted, **facts), claim=claim)
    assert event is not None
    return event
