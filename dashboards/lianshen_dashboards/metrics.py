"""What Prometheus reads: requests by route and time, cases by state, deliveries that wait. No label names a person.

With several processes each counts for itself in files of one folder (``PROMETHEUS_MULTIPROC_DIR``, which
``lianshen serve`` sets before the first process starts), and whichever is asked adds them up.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from lianshen import __version__
from lianshen.cases.services.operating import workload
from lianshen.cases.store import Casebook
from lianshen_dashboards.problems import problem

BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.5, 3, 10)
"""Seconds; 0.1, 0.3, 0.8 and 1.5 are what the pages promise."""
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The counters of one process, and the exposition of all."""

    def __init__(self, book: Casebook) -> None:
        self.book = book
        self._own = CollectorRegistry()
        self.requests = Counter(
            "lianshen_requests", "Requests answered", ("method", "route", "status"), registry=self._own
        )
        self.seconds = Histogram(
            "lianshen_request_seconds", "Time to the whole answer", ("method", "route"),
            buckets=BUCKETS, registry=self._own,
        )  # fmt: skip
        self.in_progress = Gauge(
            "lianshen_requests_in_progress", "Requests being answered", registry=self._own, multiprocess_mode="livesum"
        )
        if SHARED not in os.environ:
            ProcessCollector(registry=self._own)
        self._own.register(_Workload(book))

    def registry(self) -> CollectorRegistry:
        """Return what to expose: this process's own, or the sum over all where several share a folder."""
        if SHARED not in os.environ:
            return self._own
        return shared_registry(self.book)

    def exposition(self) -> bytes:
        """Return the text that Prometheus reads."""
        return generate_latest(self.registry())


def shared_registry(book: Casebook) -> CollectorRegistry:
    """Return a registry that adds up every process that shares the folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Workload(book))
    return registry


class _Workload:
    """Reads the casebook when it is asked, so that a number is never older than the question."""

    def __init__(self, book: Casebook) -> None:
        self.book = book

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        found = workload(self.book)
        yield _gauge("lianshen_cases", "Cases by state", "state", found.cases)
        yield _gauge("lianshen_outbox", "Deliveries to other systems by state", "state", found.outbox)
        yield GaugeMetricFamily("lianshen_cases_overdue", "Cases on the clock past their day", value=found.overdue)
        yield GaugeMetricFamily("lianshen_sessions", "Sessions that are not idle", value=found.sessions)
        yield GaugeMetricFamily("lianshen_accounts_locked", "Accounts locked by wrong passwords", value=found.locked)
        yield GaugeMetricFamily("lianshen_trail_events", "Events in the trail", value=found.events)
        yield _gauge("lianshen_version", "Version that runs", "version", {__version__: 1})


def _gauge(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family


def router(metrics: Metrics, token: str | None) -> APIRouter:
    """Return ``/metrics``, which answers who holds the token; without a token there is no such address."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/metrics")
    def read(request: Request) -> Response:
        if token is None:
            return problem(404, "no-route", "没有 /metrics")
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(sent.encode(), token.encode()):
            return problem(401, "signed-out", "需要监控令牌。")
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return routes
