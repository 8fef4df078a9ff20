"""Meters and archives for tests of what the line tells of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from jiaokan.archive import Archive, Settings, open_archive
from jiaokan.observing import telling


class Heard:
    """A meter that remembers."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.observed: Counter[tuple[str, ...]] = Counter()
        self.gauges: dict[tuple[str, ...], float] = {}

    def add(self, metric, labels, amount):
        assert len(labels) == len(metric.labels), metric.name
        self.counts[metric.name, *labels] += amount

    def observe(self, metric, labels, value):
        assert len(labels) == len(metric.labels), metric.name
        assert value >= 0
        self.observed[metric.name, *labels] += 1

    def set(self, metric, labels, value):
        assert len(labels) == len(metric.labels), metric.name
        self.gauges[metric.name, *labels] = value


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A meter that hears everything until the test ends."""
    meter = Heard()
    telling.tell_meter(meter)
    yield meter
    telling.tell_meter(None)


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    """An archive in memory; its broker is a folder."""
    opened = open_archive(Settings(objects="memory:", catalog="memory:", data=tmp_path, retry_base=0.001))
    yield opened
    opened.close()
