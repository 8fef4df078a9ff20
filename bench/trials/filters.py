"""Every filter and every pair of filters over 1,000,000 reports in PostgreSQL: p99 of a page, and no plan that scans.

Arguments: reports (1000000), values of each filter or pair (12), a catalog's URL that is filled already (none: one is
filled, which takes some minutes). Goal: p99 at most 50 ms, no sequential scan.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from bench.api.filling import FIRST_DAY, Invented, fill, invented
from bench.api.processor import ProcessorTime
from jiaokan.archive import Catalog, ReportFilter, Settings
from jiaokan.archive.sql import open_catalog

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))

FILTERS: Final = (
    "label", "region", "within", "issuer", "kind", "year", "grade", "script", "changed_after", "changed_since",
    "prefix",
)  # fmt: skip
PAGES: Final = 3
"""Pages that are followed of each list."""


@contextmanager
def filled(reports: int, *, memory: str = "2GB") -> Iterator[str]:
    """Give the URL of a catalog with so many reports, on a PostgreSQL of its own."""
    import starting

    with tempfile.TemporaryDirectory(prefix="jiaokan-filters-") as folder:
        server = starting.postgresql(Path(folder), memory=memory)
        server.up()
        try:
            url = starting.fresh_database(server)["catalog"]
            fill(url, reports)
            yield url
        finally:
            server.down()


def run(arguments: list[str]) -> dict[str, Any]:
    """Fill, ask, explain."""
    reports = int(arguments[0]) if arguments else 1_000_000
    values = int(arguments[1]) if len(arguments) > 1 else 12
    if len(arguments) > 2:
        return measure(arguments[2], reports, values)
    with filled(reports) as url:
        return measure(url, reports, values)


def asked(reports: int, values: int, *, seed: int = 7) -> Iterator[tuple[str, ReportFilter]]:
    """Give the filters to ask by: each alone, each pair; values as reports have them, together and apart."""
    draw = random.Random(seed)
    known = [one for one, _ in zip(invented(reports), range(20_000), strict=False)]
    for names in [(name,) for name in FILTERS] + list(combinations(FILTERS, 2)):
        for turn in range(values):
            one = draw.choice(known)
            found = {}
            for name in names:
                # Every other time the values come from two reports: such as may have nothing in common.
                found[name] = value_of(one, name, reports)
                if turn % 2:
                    one = draw.choice(known)
            yield " + ".join(names), ReportFilter(**found)
    rare = {
        "kind": "regulation",
        "grade": "D",
        "script": "other",
        "year": 1951,
        "label": "team-39",
        "region": "650000",
    }
    for one, other in combinations(rare, 2):
        yield f"{one} + {other}, both rare", ReportFilter(**{one: rare[one], other: rare[other]})  # type: ignore[arg-type]
    for labels in [("team-00",), ("team-39",), ("p11", "p65"), tuple(f"team-{n:02}" for n in range(10, 26))]:
        key = ReportFilter(labels=labels)
        yield "a limited key", key
        yield "a limited key", replace(key, kind="regulation")
        yield "a limited key", replace(key, grade="D", changed_after=reports // 2)


def value_of(one: Invented, name: str, reports: int) -> Any:
    """Give a value by which a report is found."""
    facts = one.facts
    region = facts.region or "110000"
    return {
        "label": one.labels[0],
        "region": region,
        "within": f"{region[:2]}0000" if one.number % 2 else f"{region[:4]}00",
        "issuer": facts.issuers[0],
        "kind": facts.kind,
        "year": facts.covers and facts.covers[0],
        "grade": facts.grade,
        "script": facts.script,
        "changed_after": max(0, one.sequence - 1 - one.number % 7 * reports // 20),
        "changed_since": FIRST_DAY + one.sequence * 1000,
        "prefix": one.id[: 2 + one.number % 9],
    }[name]


def measure(url: str, reports: int, values: int) -> dict[str, Any]:
    """Ask, page by page, and explain every statement that was made on the way."""
    catalog = open_catalog(Settings(catalog=url, durable=False))
    statements: dict[str, tuple[str, Any]] = {}
    event.listen(
        catalog.database.engine,
        "before_cursor_execute",
        lambda _c, _u, sql, parameters, *_: statements.setdefault(sql, (sql, parameters)),
    )
    times: dict[str, list[float]] = {}
    short: dict[str, int] = {}
    pages = 0
    scans: list[str] = []
    costs: list[float] = []
    plans = 0
    try:
        catalog.reports.list(ReportFilter())
        processor = ProcessorTime(catalog.database)
        for name, which in asked(reports, values):
            statements.clear()
            cursor: str | None = None
            for page in range(PAGES):
                began, used = time.perf_counter(), processor.seconds()
                got = catalog.reports.list(which, after=cursor)
                times.setdefault(name, []).append(1000 * (time.perf_counter() - began))
                costs.append(1000 * (processor.seconds() - used))
                pages += 1
                if got.cursor is None:
                    break
                if len(got.items) < 100:
                    short[name] = short.get(name, 0) + 1
                # The last page that is asked lies deep in the list.
                cursor = got.cursor if page < PAGES - 2 else deep(catalog, which, got.cursor)
            for sql, parameters in list(statements.values()):
                plans += 1
                scans += [f"{name}: {one}" for one in scanned(catalog, sql, parameters)]
            if name != next(reversed(times)) or len(times[name]) == values:
                print(f"{name:40} {max(times[name]):6.1f} ms at most", flush=True)
    finally:
        catalog.close()
    every = sorted(took for several in times.values() for took in several)
    worst = sorted(times, key=lambda name: -percentile(sorted(times[name]), 99))[:10]
    return {
        "reports": reports,
        "filters": len(FILTERS),
        "filters and pairs": sum("," not in name and "key" not in name for name in times),
        "pages asked": pages,
        "median ms": round(statistics.median(every), 1),
        "p99 ms": round(percentile(every, 99), 1),
        "most ms": round(every[-1], 1),
        "processor time: median ms": round(statistics.median(costs), 1),
        "processor time: p99 ms": round(percentile(sorted(costs), 99), 1),
        "processor time: most ms": round(max(costs), 1),
        "worst p99 of one filter or pair, ms": {
            name: round(percentile(sorted(times[name]), 99), 1) for name in worst
        },
        "pages that were short before the end": sum(short.values()),
        "lists with such pages": short,
        "plans explained": plans,
        "sequential scans": sorted(set(scans)),
        "goal, ms": 50,
    }


def deep(catalog: Catalog, which: ReportFilter, cursor: str) -> str:
    """Give a cursor in the middle of the list: of ids by the alphabet, of changes by half of what is left."""
    if which.changed_after is None and which.changed_since is None:
        return max(cursor, "42" if which.prefix is None else cursor)
    return str((int(cursor) + catalog.ledger.head().visible) // 2)


def scanned(catalog: Catalog, sql: str, parameters: Any) -> list[str]:
    """Explain a statement and name the tables that it reads from end to end (the two rows of counters aside)."""
    if not sql.lstrip().upper().startswith("SELECT"):
        return []
    with catalog.database.read() as connection:
        (told,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).one()
    plan = told if isinstance(told, list) else json.loads(told)
    found: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] != "counters":
            found.append(f"Seq Scan on {node['Relation Name']}")
        for below in node.get("Plans", ()):
            walk(below)

    walk(plan[0]["Plan"])
    return found


def percentile(ordered: list[float], which: float) -> float:
    """Give a percentile of sorted figures: the nearest rank."""
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(which) // 100) - 1))]
