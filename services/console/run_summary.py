"""What a renormalization would change, summed up rule by rule: as a table, as lines of JSON, as a page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.table import Table

    from ..archive import Run, RunRow

EXAMPLES: Final = 50
"""Places shown in a summary; every row of the NDJSON has its own."""


@dataclass(slots=True)
class Rule:
    """One rule over all reports of a run: in how many its count differs, and the counts before and after."""

    name: str
    reports: int = 0
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class Summary:
    """A run summed up."""

    run: Run
    states: Counter[str] = field(default_factory=Counter)
    rules: dict[str, Rule] = field(default_factory=dict)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    characters: int = 0
    examples: list[tuple[str, str | None, Mapping[str, str]]] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    def sorted_rules(self) -> list[Rule]:
        """Give the rules, those that concern most reports first."""
        return sorted(self.rules.values(), key=lambda rule: (-rule.reports, rule.name))


def summarize(run: Run, rows: Iterable[RunRow]) -> Summary:
    """Sum the rows of a run up."""
    summary = Summary(run)
    for row in rows:
        difference = row.difference
        summary.states[difference.state] += 1
        for name, (before, after) in difference.rules.items():
            rule = summary.rules.setdefault(name, Rule(name))
            rule.reports += 1
            rule.before += before
            rule.after += after
        if difference.grades[0] != difference.grades[1]:
            summary.grades[difference.grades] += 1
        summary.characters += difference.changed
        for example in difference.examples:
            if len(summary.examples) < EXAMPLES:
                summary.examples.append((row.report, row.title, example))
        if difference.code and len(summary.failures) < EXAMPLES:
            summary.failures.append((row.report, difference.code, difference.reason or ""))
    return summary


def tables(summary: Summary) -> Iterator[Table]:
    """Give the summary as tables for a terminal."""
    from rich.markup import escape
    from rich.table import Table

    told = ", ".join(f"{count} {state}" for state, count in summary.states.most_common()) or "no reports"
    rules = Table(
        title=f"run {summary.run.id} ({summary.run.state}): {told}; {summary.characters} characters differ"
    )
    for name in ("rule", "reports", "before", "after"):
        rules.add_column(name, justify="left" if name == "rule" else "right", overflow="fold")
    for rule in summary.sorted_rules():
        rules.add_row(escape(rule.name), str(rule.reports), str(rule.before), str(rule.after))
    yield rules
    if summary.examples:
        places = Table(title="places", title_justify="left")
        for name in ("report", "was", "now"):
            places.add_column(name, overflow="fold")
        for report, _, one in summary.examples[:20]:
            around = one.get("before", ""), one.get("after", "")
            was, now = (f"{around[0]}【{one.get(name, '')}】{around[1]}" for name in ("was", "now"))
            places.add_row(escape(report), escape(was), escape(now))
        yield places
    if summary.failures:
        failures = Table(title="not possible any more", title_justify="left")
        for name in ("report", "code", "reason"):
            failures.add_column(name, overflow="fold")
        for failure in summary.failures:
            failures.add_row(*(escape(part) for part in failure))
        yield failures


def ndjson(rows: Iterable[RunRow]) -> Iterator[str]:
    """Give every row as a line of JSON."""
    for row in rows:
        told: dict[str, Any] = {
            "run": row.run,
            "report": row.report,
            "revision": row.revision,
            "title": row.title,
            "before": row.before,
            "after": row.after,
            "fingerprint": row.fingerprint,
            "state": row.difference.state,
            **row.difference.as_json(),
        }
        yield json.dumps(told, ensure_ascii=False)


def page(summary: Summary) -> str:
    """Give the summary as one HTML page that needs nothing else. Whatever a report says is shown, never obeyed."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files(__package__).joinpath("run_summary.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(source).render(summary=summary)
