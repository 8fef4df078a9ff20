"""A catalog of a million invented reports, filled by COPY as the ledger's fold would leave it.

Ids, places, bodies, years, kinds, labels, grades and scripts are drawn with the weights that an archive has: few of
the nation, many of prefectures and counties; most of late years; one label common, most rare.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from jiaokan.archive.sql.folding import facets_of
from jiaokan.archive.sql.rows import facts_to_text
from jiaokan.archive.values import Facts

BODIES: Final = (
    "人民政府", "工业和信息化厅", "发展和改革委员会", "统计局", "财政局", "教育局", "科学技术局", "农业农村局",
    "商务局", "文化和旅游局", "卫生健康委员会", "应急管理局", "市场监督管理局", "生态环境局", "水利局", "交通运输局",
)  # fmt: skip
KINDS: Final = (
    ("work-report", 22), ("department-report", 25), ("communique", 10), ("plan", 12), ("notice", 18),
    ("opinions", 5), ("regulation", 3), ("other", 5),
)  # fmt: skip
GRADES: Final = (("A", 70), ("B", 20), ("C", 8), ("D", 2))
SCRIPTS: Final = (("Hans", 965), ("mixed", 20), ("Hant", 10), ("other", 5))
PROVINCES: Final = tuple(range(11, 16)) + tuple(range(21, 24)) + tuple(range(31, 38)) + tuple(range(41, 47)) + (
    50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
)  # fmt: skip
LABELS: Final = 40
FIRST_DAY: Final = 1_700_000_000_000


@dataclass(frozen=True, slots=True)
class Invented:
    """One report: what its rows in the catalog are made of."""

    id: str
    number: int
    sequence: int
    labels: tuple[str, ...]
    facts: Facts


def invented(count: int, *, seed: int = 1) -> Iterator[Invented]:
    """Give ``count`` reports, in order of their numbers; ``sequence`` is their place in the ledger, 1 to ``count``."""
    draw = random.Random(seed)
    order = list(range(1, count + 1))
    draw.shuffle(order)
    kinds, grades, scripts = (_weighted(draw, table, count) for table in (KINDS, GRADES, SCRIPTS))
    for number in range(count):
        code, level = _place(draw)
        body = min(int(draw.expovariate(0.25)), len(BODIES) - 1)
        year = 2025 - min(int(draw.expovariate(0.12)), 75)
        if code is None:
            issuers: tuple[str, ...] = (f"国家{BODIES[body]}",)
        elif draw.random() < 0.1:
            issuers = (f"{code}{BODIES[body]}", f"{code}{BODIES[(body + 3) % len(BODIES)]}")
        else:
            issuers = (f"{code}{BODIES[body]}",)
        labels = {f"team-{min(int(draw.expovariate(0.2)), LABELS - 1):02}"}
        if code is not None and draw.random() < 0.3:
            labels.add(f"p{code[:2]}")
        yield Invented(
            id=f"{code or 'nation'}/b{body:02}/{year}-{number:07}",
            number=number,
            sequence=order[number],
            labels=tuple(sorted(labels)),
            facts=Facts(
                title=f"{year}年工作报告（{number}）",
                kind=kinds[number],
                issuers=issuers,
                region=code,
                region_name=code and f"区{code}",
                region_level=level,
                covers=(year, year + 4 if number % 17 == 0 else year),
                script=scripts[number],
                grade=grades[number],
                characters=10_000,
                sections=40,
            ),
        )


def _weighted(draw: random.Random, table: tuple[tuple[str, int], ...], count: int) -> list[str]:
    return draw.choices([value for value, _ in table], [weight for _, weight in table], k=count)


def _place(draw: random.Random) -> tuple[str | None, str | None]:
    kind = draw.random()
    if kind < 0.05:
        return None, None
    province = draw.choice(PROVINCES)
    if kind < 0.2:
        return f"{province}0000", "province"
    city = draw.randint(1, 14)
    if kind < 0.55:
        return f"{province}{city:02}00", "prefecture"
    return f"{province}{city:02}{draw.randint(1, 9):02}", "county"


TABLES: Final[tuple[tuple[str, str, Callable[[Invented], list[tuple[Any, ...]]]], ...]] = (
    (
        "reports",
        (
            "id, standing, labels, created_at, first_revision, latest, latest_revision, content, changed,"
            " changed_at, touched, editions, revisions, facts"
        ),
        lambda one: [
            (
                one.id, "published", json.dumps(one.labels), _at(one), _revision(one), 1, _revision(one),
                _digest(one), one.sequence, _at(one), one.sequence, 1, 1, facts_to_text(one.facts),
            )
        ],
    ),
    (
        "editions",
        "report, number, revision, fingerprint, sequence, event, published_at",
        lambda one: [(one.id, 1, _revision(one), "f1", one.sequence, "added", _at(one))],
    ),
    (
        "drafts",
        "revision, fingerprint, content, content_bytes, record, record_bytes, facts, made_at",
        lambda one: [
            (_revision(one), "f1", _digest(one), 30_000, _digest(one), 9_000, facts_to_text(one.facts), _at(one))
        ],
    ),
    (
        "ledger",
        "sequence, event, report, at, edition, revision, fingerprint, content, record, data, written",
        lambda one: [
            (
                one.sequence, "added", one.id, _at(one), 1, _revision(one), "f1", _digest(one), _digest(one),
                "{}", "t",
            )
        ],
    ),
    (
        "facets",
        "name, value, report, changed",
        lambda one: [
            *((name, value, one.id, one.sequence) for name, value in facets_of(one.facts, one.labels)),
            *(("access", label, one.id, 0) for label in one.labels),
        ],
    ),
)  # fmt: skip
"""Table, columns, and the rows that a report has there."""


def _at(one: Invented) -> int:
    return FIRST_DAY + one.sequence * 1000


def _revision(one: Invented) -> str:
    return f"{_at(one):012x}{one.number:016x}"


def _digest(one: Invented) -> str:
    return f"{one.number:064x}"


def fill(url: str, reports: int, *, seed: int = 1) -> None:
    """Fill an empty, migrated catalog on PostgreSQL. Indexes are dropped meanwhile and made again as they were."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET synchronous_commit = off")
        for table, columns, rows_of in TABLES:
            again = drop_indexes(connection, table)
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
            ):
                lines: list[str] = []
                for one in invented(reports, seed=seed):
                    lines += ["\t".join(map(str, row)) + "\n" for row in rows_of(one)]
                    if len(lines) > 5_000:
                        copy.write("".join(lines))
                        lines = []
                copy.write("".join(lines))
            for statement in again:
                connection.execute(statement)
            print(f"{table}: filled", flush=True)
        connection.execute("UPDATE counters SET value = %s", (reports,))
        connection.execute("VACUUM (ANALYZE)")


def fill_sqlite(path: Path, reports: int, *, seed: int = 1) -> None:
    """Fill an empty, migrated catalog in an SQLite file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, columns, rows_of in TABLES:
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                (row for one in invented(reports, seed=seed) for row in rows_of(one)),
            )
        connection.execute("UPDATE counters SET value = ?", (reports,))


def drop_indexes(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop all indexes of a table; gives the statements that make them again."""
    found = connection.execute(
        "SELECT i.indexname, i.indexdef, c.conname FROM pg_indexes i LEFT JOIN pg_constraint c"
        " ON c.conname = i.indexname AND c.conrelid = i.tablename::regclass WHERE i.tablename = %s",
        (table,),
    ).fetchall()
    again = []
    for name, definition, constraint in found:
        if constraint is None:
            connection.execute(f"DROP INDEX {name}")
            again.append(definition)
        else:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            again += [definition, f"ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}"]
    return again
