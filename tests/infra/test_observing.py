"""Dashboard and alerts ask for metrics that there are, in queries that Prometheus takes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from jiaokan.observing import METRICS

INFRA = Path(__file__).parents[2] / "infra"
DASHBOARD = INFRA / "dashboards" / "jiaokan.json"
RULES = INFRA / "alerts" / "jiaokan.yml"
SERIES = {
    name: set(one.labels) | ({"le"} if name.endswith("_bucket") else set())
    for one in METRICS
    for name in (
        [f"{one.name}{end}" for end in ("_bucket", "_sum", "_count")]
        if one.kind == "histogram"
        else [one.name]
    )
}
COUNTED = {one.name for one in METRICS if one.kind == "counter"} | {
    name for name in SERIES if re.search(r"_(bucket|sum|count)$", name)
}


def asked() -> Iterator[tuple[str, str]]:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            yield f"panel {panel['title']}", target["expr"].replace("$__rate_interval", "5m")
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]


ASKED = list(asked())


def visit(query: str) -> tuple[set[str], set[str], set[str]]:
    """Give the series of a query, those asked for a rate, and the labels that it groups by."""
    series: set[str] = set()
    rated: set[str] = set()
    grouped: set[str] = set()

    def see(node: Any) -> bool:
        kind = type(node).__name__
        if kind == "VectorSelector":
            series.add(node.name)
            unknown = {matcher.name for matcher in node.matchers.matchers} - SERIES.get(node.name, set())
            assert not unknown, (node.name, unknown)
        elif kind == "MatrixSelector":
            rated.add(node.vector_selector.name)
        elif kind == "AggregateExpr" and node.modifier is not None:
            grouped.update(node.modifier.labels)
        return True

    promql_parser.walk(promql_parser.parse(query), see)
    return series, rated, grouped


@pytest.mark.parametrize(
    ("where", "query"), ASKED, ids=[f"{where}-{at}" for at, (where, _) in enumerate(ASKED)]
)
def test_a_query_asks_for_what_there_is(where: str, query: str) -> None:
    series, rated, grouped = visit(query)
    assert series, where
    assert series <= set(SERIES), where
    assert rated <= COUNTED, "only what is counted has a rate"
    assert series - rated <= set(SERIES) - COUNTED, "a counter is asked for its rate, never for itself"
    for label in grouped:
        assert any(label in SERIES[name] for name in series), (where, label)


def test_the_check_sees_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="end of input"):
        visit("rate(jiaokan_outcomes_total[5m")
    with pytest.raises(AssertionError):
        visit('jiaokan_outcomes_total{report="a/1"}')
    assert visit("rate(jiaokan_nothing_total[5m])")[0] - set(SERIES)


def test_every_metric_is_shown() -> None:
    """What nobody looks at need not be told."""
    shown: set[str] = set()
    for _, query in ASKED:
        shown |= visit(query)[0]
    plain = {re.sub(r"_(bucket|sum|count)$", "", name) if name in COUNTED else name for name in shown}
    assert {one.name for one in METRICS} <= plain


def test_the_dashboard_is_what_its_script_writes() -> None:
    done = subprocess.run(
        [sys.executable, INFRA / "dashboards" / "make_dashboard.py"], capture_output=True, check=True
    )
    assert done.stdout == DASHBOARD.read_bytes(), "write it anew: infra/dashboards/make_dashboard.py"


def test_panels_lie_side_by_side() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_alert_says_how_bad_it_is_and_what_it_means() -> None:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"])
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith(".")


def test_the_cluster_has_the_same_alerts_and_monitors_a_port_that_is_there() -> None:
    folder = INFRA / "cluster" / "observing"
    rules = yaml.safe_load((folder / "rules.yaml").read_text("utf-8"))
    assert rules["spec"]["groups"] == yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert all((folder / name).exists() for name in listed)
    monitor = yaml.safe_load((folder / "monitors.yaml").read_text("utf-8"))
    assert monitor["spec"]["podMetricsEndpoints"][0]["port"] == "metrics"
