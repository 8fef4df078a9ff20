"""Numbers by ``prometheus_client``, also from processes that fork (ADR 0090).

Where one part is several processes, each writes its numbers into files of its own in one folder
(``prometheus_client``'s multiprocess mode), and whoever is scraped adds them up. Files of processes that are gone are
folded into one, so that children that come and go do not fill the folder.

The folder has to be named in the environment before ``prometheus_client`` is imported, so it is imported in functions
only; that also keeps its 0.1 s out of every command that counts nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .table import AT_SCRAPE, METRICS, Metric

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Variable that names the folder; ``prometheus_client`` reads it when it is imported."""

GONE: Final = "gone"
"""Stands in a file's name where the others have the id of their process."""


class Reading(NamedTuple):
    """One value that is read when it is asked for, not kept."""

    metric: Metric
    labels: tuple[str, ...]
    value: float


Readings = Callable[[], Iterable[Reading]]


def make_folder() -> Path:
    """Make a folder for the numbers of this process and those that it will fork; the caller removes it."""
    folder = Path(tempfile.mkdtemp(prefix="jiaokan-metrics-"))
    os.environ[FOLDER] = str(folder)
    return folder


def clear_folder(folder: Path) -> None:
    """Make an empty folder: numbers begin again with the system that writes them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


class PrometheusMeter:
    """Keeps numbers in ``prometheus_client``'s metrics, one for each row of the table."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics

        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each series began is asked by nobody, and doubles the counters
        self.registry = registry or REGISTRY
        self._metrics: dict[str, Any] = {}
        self._children: dict[tuple[str, tuple[str, ...]], Any] = {}
        for one in METRICS:
            if one in AT_SCRAPE:
                continue
            match one.kind:
                case "counter":
                    made: Any = Counter(one.name, one.help, one.labels, registry=registry or REGISTRY)
                case "gauge":
                    made = Gauge(
                        one.name,
                        one.help,
                        one.labels,
                        registry=registry or REGISTRY,
                        multiprocess_mode="max",
                    )
                case "histogram":
                    made = Histogram(
                        one.name, one.help, one.labels, buckets=one.buckets, registry=registry or REGISTRY
                    )
            self._metrics[one.name] = made
            for value in one.begins:
                self._child(one, (value,))

    def _child(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        # A look-up of our own takes a tenth of the time of `labels()`, which takes a lock.
        found = self._children.get((metric.name, labels))
        if found is None:
            made = self._metrics[metric.name]
            found = self._children[metric.name, labels] = made.labels(*labels) if labels else made
        return found

    def add(self, metric: Metric, labels: tuple[str, ...], amount: float) -> None:
        """Add to a counter."""
        self._child(metric, labels).inc(amount)

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Put a value into a histogram."""
        self._child(metric, labels).observe(value)

    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Set a gauge."""
        self._child(metric, labels).set(value)


class _ReadAtScrape:
    """Gives readings as ``prometheus_client`` wants them."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Any]:
        from prometheus_client.core import GaugeMetricFamily

        families: dict[str, Any] = {}
        for metric, labels, value in self._readings():
            family = families.get(metric.name)
            if family is None:
                family = families[metric.name] = GaugeMetricFamily(
                    metric.name, metric.help, labels=metric.labels
                )
            family.add_metric(labels, value)
        return families.values()


def exposition(accept: str, readings: Readings | None) -> tuple[bytes, str]:
    """Give all numbers of this part in the form that ``accept`` asks for, and its content type."""
    from prometheus_client import REGISTRY, CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import choose_encoder
    from prometheus_client.multiprocess import MultiProcessCollector

    encode, content_type = choose_encoder(accept)
    folder = os.environ.get(FOLDER)
    registry = REGISTRY
    if folder:
        fold_the_gone(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        ProcessCollector(registry=registry)
    written: bytes = encode(registry)
    if readings is not None:
        read = CollectorRegistry()
        read.register(_ReadAtScrape(readings))
        written = _joined(written, encode(read))
    return written, content_type


def _joined(one: bytes, other: bytes) -> bytes:
    """Put two expositions together; OpenMetrics ends with a line that may stand once."""
    return one.removesuffix(b"# EOF\n") + other


def fold_the_gone(folder: Path) -> None:
    """Add up the numbers of processes that are gone into one file a kind, and remove their own."""
    files: dict[str, list[Path]] = defaultdict(list)
    for path in folder.glob("*_*.db"):
        kind, _, process = path.stem.rpartition("_")
        if process.isdecimal() and not _is_there(int(process)):
            files[kind].append(path)
    for kind, gone in files.items():
        if kind.startswith("gauge"):
            # The newest one of a process that is gone is still the latest that anybody said.
            gone.sort(key=lambda path: path.stat().st_mtime)
            gone.pop().replace(folder / f"{kind}_{GONE}.db")
        else:
            _fold(gone, folder / f"{kind}_{GONE}.db")
        for path in gone:
            path.unlink(missing_ok=True)


def _fold(gone: list[Path], into: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    sums: dict[str, float] = defaultdict(float)
    for path in [*gone, *([into] if into.exists() else [])]:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
            sums[key] += value
    beside = into.with_suffix(".new")
    beside.unlink(missing_ok=True)
    folded: Any = MmapedDict(str(beside))  # type: ignore[no-untyped-call]
    for key, value in sums.items():
        folded.write_value(key, value, 0.0)
    folded.close()
    beside.replace(into)


def _is_there(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
