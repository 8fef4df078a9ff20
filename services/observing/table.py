"""Every metric there is, in one table. ``docs/operating.md`` shows it, and a test compares the two.

Labels take few values, all known beforehand: never an id, a path or a message.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["counter", "gauge", "histogram"]

QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
"""Seconds: a put into a folder takes 1 ms, a report 3 ms, the longest task the hard limit of a minute or so."""

LONG: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)
"""Seconds that someone waits: goals are 0.3, 2 and 5 s; a backfill of a million takes hours."""


class Metric(NamedTuple):
    """One metric: its name as it is scraped (``_total`` of a counter included), labels, and what it tells."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    told_by: str
    buckets: tuple[float, ...] = ()
    begins: tuple[str, ...] = ()
    """Values of its one label that are told from the start, as 0: an alert cannot see the step from nothing to 1."""


WORK_WAITING: Final = Metric(
    "jiaokan_work_waiting",
    "gauge",
    ("queue", "purpose"),
    "Work items that wait, due or not; counted up to 100,000.",
    "sweeper",
)
WORK_OLDEST: Final = Metric(
    "jiaokan_work_oldest_seconds",
    "gauge",
    ("queue", "purpose"),
    "Age of the item that has waited longest; 0 when none waits.",
    "sweeper",
)
WORK_CLAIMED: Final = Metric(
    "jiaokan_work_claimed", "gauge", (), "Items that workers have in hand.", "sweeper"
)
WORK_PARKED: Final = Metric(
    "jiaokan_work_parked", "gauge", (), "Items that could not be done and wait for a person.", "sweeper"
)
BROKER_MESSAGES: Final = Metric(
    "jiaokan_broker_messages", "gauge", ("queue",), "Messages in the broker.", "sweeper"
)
LEDGER_SEQUENCE: Final = Metric(
    "jiaokan_ledger_sequence",
    "gauge",
    ("counter",),
    "Numbers of the ledger: `assigned`, and `visible` to consumers.",
    "sweeper",
)
FOLLOWED_SEQUENCE: Final = Metric(
    "jiaokan_followed_sequence", "gauge", ("follower",), "How far the index of sections has come.", "sweeper"
)
CATALOG_UP: Final = Metric(
    "jiaokan_catalog_up",
    "gauge",
    (),
    "1 when the gauges above could be read, 0 when the catalog does not answer (they are left out then).",
    "sweeper",
)
SWEPT_AT: Final = Metric(
    "jiaokan_swept_timestamp_seconds",
    "gauge",
    (),
    "When the sweeper last ended a round in which every duty was done (Unix time).",
    "sweeper",
)
SWEEP_FAILURES: Final = Metric(
    "jiaokan_sweep_failures_total", "counter", ("duty",), "Duties that failed in a round.", "sweeper"
)
LEASES_EXPIRED: Final = Metric(
    "jiaokan_leases_expired_total", "counter", (), "Claims whose worker died or hung.", "sweeper"
)
RESENT: Final = Metric(
    "jiaokan_messages_resent_total",
    "counter",
    ("queue",),
    "Messages that were lost and sent again.",
    "sweeper",
)
REPAIRED: Final = Metric(
    "jiaokan_sweep_repairs_total",
    "counter",
    ("what",),
    "What a process that died left half done and the sweeper finished: `entry`, `revision`.",
    "sweeper",
)
SENT: Final = Metric(
    "jiaokan_messages_sent_total",
    "counter",
    ("queue",),
    "Messages sent to the broker.",
    "ingest, worker, sweeper",
)
ATTEMPTS: Final = Metric(
    "jiaokan_attempts_total", "counter", ("queue", "purpose"), "Items that a worker claimed.", "worker"
)
OUTCOMES: Final = Metric(
    "jiaokan_outcomes_total",
    "counter",
    ("outcome",),
    "How claims ended: `published`, `held`, `drafted`, `rejected`, `parked`, `retry`, `given-back`, `unavailable`.",
    "worker",
    begins=("published", "held", "drafted", "rejected", "parked", "retry", "given-back", "unavailable"),
)
FAULTS: Final = Metric(
    "jiaokan_faults_total",
    "counter",
    ("code",),
    "Claims that ended in `retry` or `parked`, by cause.",
    "worker",
)
EDITIONS: Final = Metric(
    "jiaokan_editions_total",
    "counter",
    ("grade",),
    "Editions made, by grade.",
    "worker",
    begins=("A", "B", "C", "D"),
)
NORMALIZED_BYTES: Final = Metric(
    "jiaokan_normalized_bytes_total", "counter", (), "Bytes of the sources of editions made.", "worker"
)
STEP_SECONDS: Final = Metric(
    "jiaokan_step_seconds",
    "histogram",
    ("step",),
    "Duration of each step of a report's way: `put-source`, `put-revision`, `commit-revision`, `send-message`, "
    "`commit-claim`, `fetch`, `normalize`, `put-content`, `put-record`, `commit-edition`, `put-entry`, "
    "`commit-reveal`, `acknowledge`. Reports that are published together share theirs.",
    "ingest, worker, sweeper",
    QUICK,
)
STEP_FAILURES: Final = Metric(
    "jiaokan_step_failures_total",
    "counter",
    ("step",),
    "Steps that failed: a store, the catalog or the broker did not answer; for `normalize` rejections, too.",
    "ingest, worker, sweeper",
)
STAGE_SECONDS: Final = Metric(
    "jiaokan_stage_seconds_total",
    "counter",
    ("stage",),
    "Time spent in each stage of the pipeline, and in `read`, `outline`, `metadata`, `edition`.",
    "worker",
)
WAIT_SECONDS: Final = Metric(
    "jiaokan_wait_seconds", "histogram", ("queue",), "From accepted to first claimed.", "worker", LONG
)
REPORT_SECONDS: Final = Metric(
    "jiaokan_report_seconds", "histogram", ("queue",), "From accepted to published.", "worker", LONG
)
UPLOADS: Final = Metric(
    "jiaokan_uploads_total",
    "counter",
    ("origin", "outcome"),
    "Sources taken in: `new` or `known`; by way in.",
    "ingest",
)
UPLOAD_BYTES: Final = Metric(
    "jiaokan_upload_bytes_total", "counter", ("origin",), "Bytes of the sources taken in.", "ingest"
)
DELIVERIES: Final = Metric(
    "jiaokan_webhook_deliveries_total",
    "counter",
    ("outcome",),
    "Webhook messages `delivered` or `failed`.",
    "followers",
    begins=("delivered", "failed"),
)
DELIVERY_SECONDS: Final = Metric(
    "jiaokan_webhook_delivery_seconds",
    "histogram",
    (),
    "Duration of an attempt to deliver.",
    "followers",
    QUICK,
)
HTTP_REQUESTS: Final = Metric(
    "jiaokan_http_requests_total",
    "counter",
    ("method", "route", "status"),
    "Answers, by route (its template), method and status.",
    "api, ingest",
)
HTTP_SECONDS: Final = Metric(
    "jiaokan_http_request_seconds",
    "histogram",
    ("method", "route"),
    "Time until an answer begins; streams and long polls count the wait for their first byte.",
    "api, ingest",
    QUICK,
)

METRICS: Final = (
    WORK_WAITING,
    WORK_OLDEST,
    WORK_CLAIMED,
    WORK_PARKED,
    BROKER_MESSAGES,
    LEDGER_SEQUENCE,
    FOLLOWED_SEQUENCE,
    CATALOG_UP,
    SWEPT_AT,
    SWEEP_FAILURES,
    LEASES_EXPIRED,
    RESENT,
    REPAIRED,
    SENT,
    ATTEMPTS,
    OUTCOMES,
    FAULTS,
    EDITIONS,
    NORMALIZED_BYTES,
    STEP_SECONDS,
    STEP_FAILURES,
    STAGE_SECONDS,
    WAIT_SECONDS,
    REPORT_SECONDS,
    UPLOADS,
    UPLOAD_BYTES,
    DELIVERIES,
    DELIVERY_SECONDS,
    HTTP_REQUESTS,
    HTTP_SECONDS,
)

AT_SCRAPE: Final = (
    WORK_WAITING,
    WORK_OLDEST,
    WORK_CLAIMED,
    WORK_PARKED,
    BROKER_MESSAGES,
    LEDGER_SEQUENCE,
    FOLLOWED_SEQUENCE,
    CATALOG_UP,
)
"""Read from the catalog when they are asked for, not kept by the process that works."""


def metrics_table() -> str:
    """Give the table of all metrics as Markdown."""
    lines = ["| metric | kind | labels | told by | what it tells |", "|---|---|---|---|---|"]
    for one in METRICS:
        labels = ", ".join(f"`{label}`" for label in one.labels)
        lines.append(f"| `{one.name}` | {one.kind} | {labels} | {one.told_by} | {one.help} |")
    return "\n".join(lines) + "\n"
