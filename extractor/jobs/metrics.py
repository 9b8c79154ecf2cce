"""Figures for Prometheus, computed from the ledger when asked.

The ledger outlives every process and several of them share it, so its figures need no collecting from
workers and survive restarts. They describe what the ledger holds: ``forget`` takes figures back with the
packets, which is why they are gauges. No name of a packet, file or person is ever a label.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from http.server import HTTPServer
from threading import Thread

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from extractor.jobs import schema
from extractor.jobs.database import LedgerError
from extractor.jobs.ledger import Ledger

_SILENT_SECONDS = 120.0


class LedgerCollector:
    """A prometheus_client collector over one ledger."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All figures; where the ledger cannot be read, ``extractor_ledger_up`` 0 and what the disk says."""
        up = GaugeMetricFamily("extractor_ledger_up", "1 where the ledger can be read")
        try:
            found = [*self._jobs(), *self._pages(), *self._others()]
            up.add_metric([], 1)
        except LedgerError:
            found = []
            up.add_metric([], 0)
        yield up
        yield from found
        disk = GaugeMetricFamily("extractor_disk_free_bytes", "Free space where the ledger lies")
        try:
            disk.add_metric([], shutil.disk_usage(self._ledger.place.state).free)
        except OSError:
            return
        yield disk

    def _jobs(self) -> Iterator[Metric]:
        jobs = schema.jobs.c
        states = GaugeMetricFamily("extractor_jobs", "Jobs by state", labels=["state"])
        for state, count in self._ledger.jobs.counts().items():
            states.add_metric([state.value], count)
        yield states
        failures = GaugeMetricFamily(
            "extractor_job_failures", "Failed jobs by reason", labels=["kind"]
        )
        spent = GaugeMetricFamily(
            "extractor_job_seconds", "Seconds that ended jobs took, by stage", labels=["stage"]
        )
        ended = jobs.ended_at.is_not(None) & jobs.started_at.is_not(None)
        with self._ledger.db.read() as c:
            failed = sa.select(jobs.reason_kind, sa.func.count()).where(jobs.state == "failed")
            for kind, count in c.execute(failed.group_by(jobs.reason_kind)):
                failures.add_metric([kind or "unknown"], count)
            waited, worked, crashes = c.execute(
                sa.select(
                    sa.func.sum(jobs.started_at - jobs.created_at),
                    sa.func.sum(jobs.ended_at - jobs.started_at),
                    sa.select(sa.func.sum(jobs.crashes)).scalar_subquery(),
                ).where(ended)
            ).one()
        spent.add_metric(["waiting"], waited or 0.0)
        spent.add_metric(["processing"], worked or 0.0)
        yield failures
        yield spent
        lost = GaugeMetricFamily("extractor_job_crashes", "Processes that died over a job")
        lost.add_metric([], crashes or 0)
        yield lost

    def _pages(self) -> Iterator[Metric]:
        pages = schema.pages.c
        states = GaugeMetricFamily("extractor_pages", "Pages by how they ended", labels=["state"])
        failures = GaugeMetricFamily(
            "extractor_page_failures", "Pages not read, by kind", labels=["kind"]
        )
        seconds = GaugeMetricFamily(
            "extractor_page_seconds", "Seconds spent reading pages, all workers together"
        )
        with self._ledger.db.read() as c:
            for state, count in c.execute(
                sa.select(pages.state, sa.func.count()).group_by(pages.state)
            ):
                states.add_metric([state or "open"], count)
            failed = sa.select(pages.kind, sa.func.count()).where(pages.kind != "")
            for kind, count in c.execute(failed.group_by(pages.kind)):
                failures.add_metric([kind], count)
            seconds.add_metric([], c.execute(sa.select(sa.func.sum(pages.seconds))).scalar() or 0.0)
        yield states
        yield failures
        yield seconds

    def _others(self) -> Iterator[Metric]:
        messages = GaugeMetricFamily("extractor_messages", "Webhooks by state", labels=["state"])
        for state, count in self._ledger.messages.counts().items():
            messages.add_metric([state], count)
        yield messages
        now, watchers = self._clock(), self._ledger.watchers.all()
        alive = [w for w in watchers if w.state != "stopped" and now - w.beat_at < _SILENT_SECONDS]
        up = GaugeMetricFamily("extractor_watchers", "Watch folders by state", labels=["state"])
        for state in ("running", "trouble"):
            up.add_metric([state], sum(1 for w in alive if w.state == state))
        up.add_metric(["silent"], len(watchers) - len(alive))
        yield up


class PrecheckCollector:
    """The same figures of the ledger of pre-checks, as ``extractor_precheck_…``: what waits there is an
    applicant at a screen. Disk, webhooks and watch folders are not its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._all = LedgerCollector(ledger)

    def collect(self) -> Iterator[Metric]:
        """See ``LedgerCollector``."""
        for told in self._all.collect():
            if not told.name.startswith(_SHARED):
                name = told.name.replace("extractor_", "extractor_precheck_", 1)
                own = Metric(name, f"Pre-checks: {told.documentation}", told.type)
                for sample in told.samples:
                    own.add_sample(name, sample.labels, sample.value)
                yield own


_SHARED = ("extractor_disk", "extractor_messages", "extractor_watchers")


def registry_of(ledger: Ledger, prechecks: Ledger | None = None) -> CollectorRegistry:
    """A registry that holds the figures of this ledger (and of that of pre-checks) and nothing else."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger))
    if prechecks is not None:
        registry.register(PrecheckCollector(prechecks))
    return registry


def metrics_page(ledger: Ledger, prechecks: Ledger | None = None) -> tuple[bytes, str]:
    """What ``/metrics`` answers: the body and its content type."""
    return generate_latest(registry_of(ledger, prechecks)), CONTENT_TYPE_LATEST


def serve_metrics(ledger: Ledger, port: int, host: str = "127.0.0.1") -> tuple[HTTPServer, Thread]:
    """Offer the figures at ``http://host:port/metrics`` from a thread of its own.

    Raises:
        OSError: the port is taken.
    """
    server, thread = start_http_server(port, addr=host, registry=registry_of(ledger))
    return server, thread
