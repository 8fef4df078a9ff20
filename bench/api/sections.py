"""Sections by the million beside reports: real texts where ``JIAOKAN_CORPUS`` names them, else ours."""

from __future__ import annotations

import itertools
import json
import lzma
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg

from bench.api.filling import drop_indexes
from bench.texts import clean_reports

LENGTH: Final = (40, 260)
"""Characters of a section's own text, least and most: 150 in the middle, as provincial reports have."""

A_REPORT: Final = 40
"""Sections of a report."""

ROLES: Final = ("review", "plan", None)


def passages(seed: int = 3) -> list[str]:
    """Give passages of one text after another, cut at sentences into the lengths that sections have."""
    named = os.environ.get("JIAOKAN_CORPUS")
    texts = (
        [text for path in sorted((Path(named) / "corpus").glob("*.jsonl.xz")) for text in _texts(path)]
        if named
        else clean_reports(count=300, length=6_000, seed=seed)
    )
    draw = random.Random(seed)
    found = []
    for text in texts:
        wanted = draw.randint(*LENGTH)
        passage = ""
        for sentence in text.replace("\n", "").split("。"):
            passage += sentence + "。"
            if len(passage) >= wanted:
                found.append(passage[: 2 * LENGTH[1]])
                passage, wanted = "", draw.randint(*LENGTH)
    return found


def _texts(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def rows(count: int, reports: list[str], *, seed: int = 3) -> Iterator[dict[str, Any]]:
    """Give ``count`` rows of ``sections``, report by report; words of early and late years are not mixed."""
    draw = random.Random(seed)
    texts = passages(seed)
    for number in range(count):
        turn, position = divmod(number, A_REPORT)
        chapter, point = divmod(position, 8)
        # Neighbours come from the same place of the corpus, so that words gather as they do in an archive.
        middle = number * len(texts) // count
        own = texts[(middle + draw.randint(-2_000, 2_000)) % len(texts)]
        name = f"c{chapter + 1}" + (f".p{point}" if point else "")
        yield {
            "report": reports[turn % len(reports)],
            "edition": 1,
            "position": position,
            "section": name,
            "anchor": f"a{number % 5000:04}",
            "parent": f"c{chapter + 1}" if point else "report",
            "kind": "point" if point else "chapter",
            "level": 2 if point else 1,
            "ordinal": point or chapter + 1,
            "label": None,
            "heading": own[:20],
            "role": ROLES[chapter % 3],
            "start": position * 300,
            "end": position * 300 + len(own),
            "own_end": position * 300 + len(own),
            "own": own,
        }


def fill_sections(url: str, count: int, *, seed: int = 3) -> None:
    """Fill ``sections`` on PostgreSQL, for reports that the catalog holds already."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        found = connection.execute(
            "SELECT id FROM reports ORDER BY md5(id) LIMIT %s", (-(-count // A_REPORT),)
        )
        reports = [row[0] for row in found]
        again = drop_indexes(connection, "sections")
        made = rows(count, reports, seed=seed)
        first = next(made)
        names = ", ".join(f'"{name}"' for name in first)
        with connection.cursor() as cursor, cursor.copy(f"COPY sections ({names}) FROM STDIN") as copy:
            for row in itertools.chain([first], made):
                copy.write_row(list(row.values()))
        for statement in again:
            connection.execute(statement)
        connection.execute("VACUUM (ANALYZE) sections")


def fill_sections_sqlite(path: Path, count: int, reports: list[str], *, seed: int = 3) -> None:
    """Fill ``sections`` in an SQLite catalog; its triggers keep the search index."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        made = rows(count, reports, seed=seed)
        first = next(made)
        names = ", ".join(f'"{name}"' for name in first)
        marks = ", ".join("?" * len(first))
        with connection:
            connection.executemany(
                f"INSERT INTO sections ({names}) VALUES ({marks})",
                (list(row.values()) for row in itertools.chain([first], made)),
            )
