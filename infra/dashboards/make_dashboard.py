#!/usr/bin/env python3
"""Write the Grafana dashboard, jiaokan.json, to standard output, from the table below.

A row is one question that an operator has; a panel is a title, a unit and its queries, each with a legend.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final, NamedTuple

RATE: Final = "[$__rate_interval]"


class Panel(NamedTuple):
    """One panel: what it shows, in which unit, and from which queries (each with its legend)."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    kind: str = "timeseries"
    told: str = ""


def quantiles(metric: str, by: str = "", where: str = "") -> tuple[tuple[str, str], ...]:
    """Ask a histogram for its median and its 95th percentile."""
    labels = f"le, {by}" if by else "le"
    legend = f" {{{{{by}}}}}" if by else ""
    return tuple(
        (
            f"histogram_quantile({q}, sum by ({labels}) (rate({metric}_bucket{where}{RATE})))",
            f"{name}{legend}",
        )
        for q, name in ((0.5, "median"), (0.95, "p95"))
    )


ROWS: Final[tuple[tuple[str, tuple[Panel, ...]], ...]] = (
    (
        "Does it work?",
        (
            Panel(
                "Oldest waiting",
                "s",
                (("max by (queue) (jiaokan_work_oldest_seconds)", "{{queue}}"),),
                "stat",
                "interactive: someone waits for it",
            ),
            Panel("Parked", "short", (("max(jiaokan_work_parked)", "parked"),), "stat"),
            Panel(
                "Since the last sweep",
                "s",
                (("time() - max(jiaokan_swept_timestamp_seconds)", "seconds"),),
                "stat",
            ),
            Panel(
                "Entries not yet visible",
                "short",
                (
                    (
                        (
                            'max(jiaokan_ledger_sequence{counter="assigned"}) - '
                            'max(jiaokan_ledger_sequence{counter="visible"})'
                        ),
                        "entries",
                    ),
                ),
                "stat",
            ),
            Panel("Catalog", "short", (("max(jiaokan_catalog_up)", "up"),), "stat"),
        ),
    ),
    (
        "How much comes in, how much goes out?",
        (
            Panel(
                "Sources taken in",
                "cps",
                (
                    (
                        f"sum by (origin, outcome) (rate(jiaokan_uploads_total{RATE}))",
                        "{{origin}} {{outcome}}",
                    ),
                ),
            ),
            Panel(
                "Bytes taken in and normalized",
                "Bps",
                (
                    (f"sum(rate(jiaokan_upload_bytes_total{RATE}))", "taken in"),
                    (f"sum(rate(jiaokan_normalized_bytes_total{RATE}))", "normalized"),
                ),
            ),
            Panel(
                "Outcomes",
                "cps",
                ((f"sum by (outcome) (rate(jiaokan_outcomes_total{RATE}))", "{{outcome}}"),),
            ),
            Panel("Grades", "cps", ((f"sum by (grade) (rate(jiaokan_editions_total{RATE}))", "{{grade}}"),)),
        ),
    ),
    (
        "Who waits, and for how long?",
        (
            Panel(
                "Waiting",
                "short",
                (("max by (queue, purpose) (jiaokan_work_waiting)", "{{queue}} {{purpose}}"),),
            ),
            Panel(
                "In hand, and in the broker",
                "short",
                (
                    ("max(jiaokan_work_claimed)", "in hand"),
                    ("max by (queue) (jiaokan_broker_messages)", "messages {{queue}}"),
                ),
            ),
            Panel("Accepted to claimed", "s", quantiles("jiaokan_wait_seconds", "queue")),
            Panel("Accepted to published", "s", quantiles("jiaokan_report_seconds", "queue")),
        ),
    ),
    (
        "Where does the time go?",
        (
            Panel("Steps, p95", "s", quantiles("jiaokan_step_seconds", "step")[1:]),
            Panel(
                "Steps, processors or waits at once",
                "short",
                ((f"sum by (step) (rate(jiaokan_step_seconds_sum{RATE}))", "{{step}}"),),
            ),
            Panel(
                "Stages, seconds a second",
                "s",
                ((f"topk(12, sum by (stage) (rate(jiaokan_stage_seconds_total{RATE})))", "{{stage}}"),),
            ),
        ),
    ),
    (
        "What goes wrong?",
        (
            Panel(
                "Failed steps",
                "cps",
                ((f"sum by (step) (rate(jiaokan_step_failures_total{RATE}))", "{{step}}"),),
            ),
            Panel("Faults", "cps", ((f"sum by (code) (rate(jiaokan_faults_total{RATE}))", "{{code}}"),)),
            Panel(
                "Mended by the sweeper",
                "cps",
                (
                    (f"sum(rate(jiaokan_leases_expired_total{RATE}))", "leases"),
                    (f"sum by (queue) (rate(jiaokan_messages_resent_total{RATE}))", "messages {{queue}}"),
                    (f"sum by (what) (rate(jiaokan_sweep_repairs_total{RATE}))", "{{what}}"),
                    (f"sum by (duty) (rate(jiaokan_sweep_failures_total{RATE}))", "failed {{duty}}"),
                ),
            ),
            Panel(
                "Attempts and messages",
                "cps",
                (
                    (f"sum by (queue) (rate(jiaokan_attempts_total{RATE}))", "attempts {{queue}}"),
                    (f"sum by (queue) (rate(jiaokan_messages_sent_total{RATE}))", "messages {{queue}}"),
                ),
            ),
        ),
    ),
    (
        "What do clients see?",
        (
            Panel(
                "Requests",
                "reqps",
                ((f"sum by (status) (rate(jiaokan_http_requests_total{RATE}))", "{{status}}"),),
            ),
            Panel(
                "Busiest routes",
                "reqps",
                (
                    (
                        f"topk(8, sum by (method, route) (rate(jiaokan_http_requests_total{RATE})))",
                        "{{method}} {{route}}",
                    ),
                ),
            ),
            Panel("Time until an answer begins", "s", quantiles("jiaokan_http_request_seconds")),
            Panel(
                "Webhooks",
                "cps",
                ((f"sum by (outcome) (rate(jiaokan_webhook_deliveries_total{RATE}))", "{{outcome}}"),),
            ),
            Panel("Webhooks, duration", "s", quantiles("jiaokan_webhook_delivery_seconds")),
            Panel(
                "Search behind the ledger",
                "short",
                (
                    (
                        (
                            'max(jiaokan_ledger_sequence{counter="visible"}) - '
                            'max(jiaokan_followed_sequence{follower="sections"})'
                        ),
                        "events",
                    ),
                ),
            ),
        ),
    ),
)

WIDTH: Final = 24
"""Columns of Grafana's grid."""

ALARMS: Final = {
    "Oldest waiting": 60,
    "Parked": 1,
    "Since the last sweep": 60,
    "Entries not yet visible": 100,
}
"""From which value on a number is shown in red."""


def panel_json(panel: Panel, number: int, x: int, y: int, width: int) -> dict[str, Any]:
    """Give a panel as Grafana keeps it."""
    field: dict[str, Any] = {"unit": panel.unit}
    height = 8
    if panel.kind == "stat":
        height = 4
        steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
        if panel.title in ALARMS:
            steps.append({"color": "red", "value": ALARMS[panel.title]})
        field["thresholds"] = {"mode": "absolute", "steps": steps}
    else:
        field |= {"min": 0, "custom": {"fillOpacity": 8, "showPoints": "never"}}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.told,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "gridPos": {"x": x, "y": y, "w": width, "h": height},
        "fieldConfig": {"defaults": field, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + at), "expr": query, "legendFormat": legend}
            for at, (query, legend) in enumerate(panel.queries)
        ],
    }


def dashboard() -> dict[str, Any]:
    """Give the whole dashboard."""
    panels: list[dict[str, Any]] = []
    y = 0
    for title, row in ROWS:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1},
            }
        )
        y += 1
        across = len(row) if row[0].kind == "stat" else min(4, len(row)) if len(row) != 6 else 3
        width = WIDTH // across
        for at, panel in enumerate(row):
            panels.append(panel_json(panel, len(panels) + 1, (at % across) * width, y, width))
            if at % across == across - 1 or at == len(row) - 1:
                y += panels[-1]["gridPos"]["h"]
    return {
        "uid": "jiaokan",
        "title": "Jiaokan",
        "tags": ["jiaokan"],
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "",
        "editable": False,
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"}
            ]
        },
        "panels": panels,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n")
