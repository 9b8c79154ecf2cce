"""The service itself, apart from HTTP: ledger, workers, keys, what runs beside the requests."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from extractor.core.errors import ExtractorError
from extractor.decisions.signing import site_key
from extractor.doors.http.auth import Authenticate, Gate, RateLimit
from extractor.doors.http.keys import KeyFile
from extractor.doors.http.precheck_work import PrecheckWork, notes_folder
from extractor.doors.http.results import Results
from extractor.doors.http.settings import ServiceSettings
from extractor.doors.http.webhooks import Sender, WebhookTargets
from extractor.doors.packet_work import ReviewWork, versions_of
from extractor.jobs.database import LedgerError
from extractor.jobs.ledger import Ledger, open_ledger
from extractor.jobs.local import LocalSettings
from extractor.jobs.records import ENDED
from extractor.jobs.runner import PacketWork, RunnerSetup
from extractor.jobs.supervisor import Supervisor
from extractor.pipeline.pool import TaskReader
from extractor.pipeline.tools import Tools, load_tools

_LOG = logging.getLogger(__name__)
_SWEEP_SECONDS = 3600.0
_NICE = 5
"""How far reading packets gives way to reading for those who wait."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Work:
    """What runners do; picklable. Other than the default only in tests and trials."""

    make_work: Callable[[], PacketWork]
    make_reader: Callable[[], TaskReader]
    make_precheck: Callable[[], PacketWork]
    make_precheck_reader: Callable[[], TaskReader]


@dataclass(frozen=True, slots=True)
class GivingWay:
    """Makes page readers that let others go first: nobody sits at a screen and waits for them."""

    make: Callable[[], TaskReader]

    def __call__(self) -> TaskReader:
        """See ``make``; for good, this process is its own."""
        os.nice(_NICE)
        return self.make()


def default_work(settings: ServiceSettings) -> Work:
    """Real reviews with real models. Packets give way to pre-checks on the same machine."""
    review = ReviewWork(settings.config, settings.unmask)
    reader = review.reader()
    precheck = PrecheckWork(
        settings.config, str(settings.precheck_place.state), settings.precheck_pages
    )
    packets = GivingWay(reader) if settings.run_prechecks else reader
    return Work(review, packets, precheck, replace(reader, warm=settings.precheck_warm))


@dataclass(slots=True)
class Service:
    """All parts. ``start`` opens them, ``stop`` closes them; both block."""

    settings: ServiceSettings
    tools: Tools
    gate: Gate
    work: Work
    clock: Callable[[], float] = time.time
    _ledger: Ledger | None = None
    _prechecks: Ledger | None = None
    _results: Results | None = None
    _supervisors: list[Supervisor] = field(default_factory=list)
    _troubles: dict[int, str] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def ledger(self) -> Ledger:
        """The ledger of packets.

        Raises:
            ServiceNotStarted: the app's lifespan was not run.
        """
        return _started(self._ledger)

    @property
    def prechecks(self) -> Ledger:
        """The ledger of pre-checks."""
        return _started(self._prechecks)

    @property
    def results(self) -> Results:
        """Results of packets."""
        return _started(self._results)

    @property
    def trouble(self) -> str:
        """Chinese, why packets or pre-checks are not worked on now; empty where they are."""
        return next(filter(None, self._troubles.values()), "")

    @property
    def versions(self) -> str:
        """What a result depends on beside packet and question."""
        return f"{versions_of(self.tools)} {self.settings.unmask}"

    @property
    def targets(self) -> WebhookTargets:
        """Who may be told of ends."""
        return WebhookTargets(self.settings.webhook_targets, self.settings.webhook_private)

    def start(self) -> None:
        """Open the ledgers and start what runs beside.

        Raises:
            ExtractorError, OSError: they cannot be opened.
        """
        settings = self.settings
        self._stop.clear()
        self._ledger = open_ledger(settings.place, self.clock)
        self._prechecks = open_ledger(settings.precheck_place, self.clock)
        self._results = Results(
            self._ledger, self.tools, site_key(settings.place.state), settings.unmask
        )
        if settings.run_jobs:
            engine = LocalSettings(workers=settings.workers)
            setup = RunnerSetup(
                settings.place, self.work.make_work, self.work.make_reader, engine, poll_seconds=0.5
            )
            self._run(setup, self._ledger)
        if settings.run_prechecks:
            engine = LocalSettings(workers=settings.precheck_workers, warm=settings.precheck_warm)
            setup = RunnerSetup(
                settings.precheck_place, self.work.make_precheck, self.work.make_precheck_reader,
                engine, poll_seconds=0.5,
            )  # fmt: skip
            self._run(setup, self._prechecks)
        self._beside(self._housekeeping)
        sender = Sender(self._ledger.messages, self.targets, settings.place.state)
        self._beside(lambda: sender.run(self._stop, settings.sender_seconds))

    def stop(self) -> None:
        """End what runs beside; work in progress is given back to the ledger."""
        self._stop.set()
        for thread in self._threads:
            thread.join(15.0)
        for supervisor in self._supervisors:
            supervisor.stop()
        self._threads, self._supervisors = [], []
        self._troubles.clear()
        for ledger in (self._ledger, self._prechecks):
            if ledger is not None:
                ledger.close()
        self._ledger = self._prechecks = self._results = None

    def wake(self, ledger: Ledger) -> None:
        """There is new work in that ledger."""
        for supervisor in self._supervisors:
            if supervisor.ledger is ledger:
                supervisor.wake()

    def _run(self, setup: RunnerSetup, ledger: Ledger) -> None:
        supervisor = Supervisor(setup, ledger)
        supervisor.recover()
        self._supervisors.append(supervisor)
        self._beside(lambda: self._supervise(supervisor))

    def _beside(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _supervise(self, supervisor: Supervisor) -> None:
        while not self._stop.is_set():
            try:
                supervisor.look()
                self._troubles[id(supervisor)] = supervisor.trouble
            except (ExtractorError, OSError) as error:
                self._troubles[id(supervisor)] = str(error)
            self._stop.wait(0.5)

    def _housekeeping(self) -> None:
        while not self._stop.wait(1.0):
            try:
                self.clear_prechecks(self.settings.precheck_hours * 3600)
                self.ledger.sweep()
            except (LedgerError, OSError) as error:
                _LOG.warning("housekeeping: %s", error)
            if self._stop.wait(_SWEEP_SECONDS):
                return

    def clear_prechecks(self, older_than_seconds: float) -> int:
        """Forget pre-checks that ended longer ago; gives how many."""
        before = self.clock() - older_than_seconds
        over = [
            job.id
            for job in self.prechecks.jobs.listed(ENDED, limit=1000)
            if job.ended_at is not None and job.ended_at < before
        ]
        return self.forget_prechecks(over)

    def forget_prechecks(self, jobs: list[str]) -> int:
        """Remove pre-checks with their notes; gives how many."""
        for job in jobs:
            shutil.rmtree(notes_folder(self.settings.precheck_place.state, job), ignore_errors=True)
        return self.prechecks.forget((), jobs) if jobs else 0


class ServiceNotStarted(ExtractorError):
    """Requests came before ``lifespan``; a mounted app's own lifespan does not run by itself."""

    kind = "engine"


def _started(part: _T | None) -> _T:
    if part is None:
        raise ServiceNotStarted(
            "服务没有启动：挂载到其他应用时，须在其 lifespan 中运行 extractor 的 lifespan"
        )
    return part


def make_service(
    settings: ServiceSettings,
    authenticate: Authenticate | None,
    work: Work | None,
    tools: Tools | None,
) -> Service:
    """A service, not started yet.

    Raises:
        ConfigError: the rules cannot be loaded.
    """
    gate = Gate(
        settings, KeyFile(settings.keys_file), RateLimit(settings.requests_per_minute), authenticate
    )
    return Service(
        settings, tools or load_tools(settings.config), gate, work or default_work(settings)
    )
