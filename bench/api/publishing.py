"""Reports with all their objects, published without normalizing: for trials of what comes after that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from bench.api.filling import Invented, invented
from bench.api.sections import A_REPORT, rows
from jiaokan.archive import Archive, Facts, Making, accept, publish


def publish_invented(archive: Archive, reports: int, *, seed: int = 3) -> None:
    """Publish so many reports of 40 sections each."""
    known = list(invented(reports, seed=seed))
    sections = rows(reports * A_REPORT, [one.id for one in known], seed=seed)
    for one in known:
        content = content_of(one, sections)
        accepted = accept(archive, one.id, one.id.encode(), labels=one.labels)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        record = {
            "schema": "jiaokan/record/1",
            "content": hashlib.sha256(body).hexdigest(),
            "apparatus": {"edits": [], "findings": []},
            "quality": {"grade": one.facts.grade},
        }
        facts = Facts.of(content, record)
        publish(archive, Making(accepted.revision.id, "f1", body, json.dumps(record).encode(), facts))


def content_of(one: Invented, sections: Iterator[dict[str, object]]) -> dict[str, object]:
    """Make a content of the next forty rows."""
    text, told = "", []
    for _ in range(A_REPORT):
        row = next(sections)
        start = len(text)
        text += f"{row['own']}\n"
        told.append(
            {
                **{name: row[name] for name in ("anchor", "parent", "kind", "label", "ordinal", "level")},
                "id": row["section"],
                "heading": row["heading"],
                "role": row["role"],
                "span": [start, len(text) - 1],
                "body": [start, len(text) - 1],
            }
        )
    facts = one.facts
    return {
        "schema": "jiaokan/content/1",
        "title": facts.title,
        "metadata": {
            "kind": facts.kind,
            "issuers": list(facts.issuers),
            "region": facts.region
            and {"code": facts.region, "name": facts.region_name, "level": facts.region_level},
            "covers": facts.covers and {"from": facts.covers[0], "to": facts.covers[1]},
        },
        "script": facts.script,
        "text": text[:-1],
        "sections": told,
        "marks": [],
    }
