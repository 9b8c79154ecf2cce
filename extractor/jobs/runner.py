"""A runner: one process that works off the ledger's jobs, one after another.

Promises, each with a test or a drill:

1. A job is ended by its outcome, or given back: never forgotten. A runner killed at any instant leaves a
   lease that ends, and pages in the cache.
2. What is no fault of the packet (disk, ledger, models, engine) gives the job back with the reason; it
   is tried again by itself.
3. SIGTERM, or the death of the process that started it, ends the runner within five seconds; its work
   is given back, charged with nothing.
4. A job that makes no progress for ``stall_seconds`` ends the runner; that counts as a crash of the job.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from extractor.core.errors import EngineError, ExtractorError
from extractor.jobs.blobs import BlobStore
from extractor.jobs.database import LedgerError
from extractor.jobs.engine import Engine, EngineTrouble
from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger
from extractor.jobs.local import LocalEngine, LocalSettings
from extractor.jobs.owners import this_owner
from extractor.jobs.packet_files import lay_out
from extractor.jobs.records import LEASE_SECONDS, Artifact, Claim, Finished, JobState, Request
from extractor.pipeline.pool import PageEngine, PageOutcome, ReadingStopped, TaskReader

_LOG = logging.getLogger(__name__)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_GOODBYE_SECONDS = 4.0
_NO_BLOB = "读不到该材料的原件；几台机器共用台账时，各台的 EXTRACTOR_STATE 应是同一个共享文件夹"
_MEDIA = {
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
}


class PacketFailed(ExtractorError):
    """The packet cannot be reviewed at all; the message is Chinese and says what the clerk can do."""

    kind = "packet"


Told = Callable[[int, int, PageOutcome], None]


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One packet to review. ``out`` is an empty folder: what is written there is the result;
    ``workdir`` is for everything else and goes afterwards. ``job``: its id in the ledger."""

    packet: Path
    request: Request
    workdir: Path
    out: Path
    pages: PageEngine
    progress: Told
    job: str = ""


class PacketWork(Protocol):
    """Reviews packets inside a runner."""

    def __call__(self, order: WorkOrder) -> Finished:
        """Write the result files and say how it went.

        Raises:
            ExtractorError: the packet fails with that message; EngineError: it is tried again.
        """


@dataclass(frozen=True, slots=True)
class RunnerSetup:
    """All a runner needs; picklable. ``make_work`` and ``make_reader`` are called in the runner and in
    its page workers; ``clock`` gives seconds since 1970;
    ``trouble_seconds``: until a job given back for a trouble is tried again."""

    place: LedgerPlace
    make_work: Callable[[], PacketWork]
    make_reader: Callable[[], TaskReader]
    engine: LocalSettings = field(default_factory=LocalSettings)
    poll_seconds: float = 2.0
    stall_seconds: float = 1800.0
    trouble_seconds: float = 30.0
    reserve_bytes: int = 200 << 20
    clock: Callable[[], float] = time.time


def run_runner(setup: RunnerSetup, parent: Connection) -> None:
    """A runner's whole life, in its own process. ``parent``: told ``("trouble", why)`` and
    ``("fine", "")``; its end is the runner's end; anything it sends makes the runner look for work."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then says so
    wake = threading.Event()
    threading.Thread(target=_watch_parent, args=(parent, stop, wake), daemon=True).start()
    try:
        ledger, work = open_ledger(setup.place, setup.clock), setup.make_work()
    except (ExtractorError, OSError) as error:
        _say(parent, "trouble", str(error))
        return
    engine = LocalEngine(setup.make_reader, setup.engine)
    try:
        Runner(setup, ledger, work, engine, stop, wake, lambda *said: _say(parent, *said)).run()
    finally:
        engine.close()


def _watch_parent(parent: Connection, stop: threading.Event, wake: threading.Event) -> None:
    try:
        while True:
            parent.recv()
            wake.set()
    except (EOFError, OSError):
        stop.set()
        wake.set()
        time.sleep(_GOODBYE_SECONDS)
        os._exit(75)  # in the middle of a computation; the next start frees the job


def _say(parent: Connection, kind: str, text: str) -> None:
    with contextlib.suppress(OSError):  # the parent is gone; ``_watch_parent`` ends us
        parent.send((kind, text))


@dataclass(slots=True)
class Runner:
    """Claims jobs and works them off until ``stop``."""

    setup: RunnerSetup
    ledger: Ledger
    work: PacketWork
    engine: Engine
    stop: threading.Event
    wake: threading.Event
    tell: Callable[[str, str], None]
    owner: str = field(default_factory=this_owner)
    _moved: float = field(default_factory=time.monotonic)
    _lost: threading.Event = field(default_factory=threading.Event)
    _told: str = ""
    _gave_back: bool = False

    def run(self) -> None:
        """Work until told to stop."""
        self.tell("fine", "")  # whatever the runner before us could not do
        self.engine.warm()
        while not self.stop.is_set():
            self.wake.clear()
            if not self.work_off_next():
                self.wake.wait(self.setup.poll_seconds)

    def work_off_next(self) -> bool:
        """Work off the oldest job that is due; False: there is none, or none can be worked on now."""
        try:
            claim = self._claim()
        except LedgerError as error:
            self._trouble(str(error))
            return False
        if claim is not None:
            self.work_off(claim)
            self.engine.warm()  # what the job cost of its workers
        return claim is not None

    def _claim(self) -> Claim | None:
        self.setup.place.state.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.setup.place.state).free < self.setup.reserve_bytes:
            self._trouble("程序所在磁盘快满了，暂停处理；请清理磁盘，之后会自动继续")
            return None
        claim = self.ledger.jobs.claim(self.owner)
        if not self._gave_back:
            self._trouble("")
        return claim

    def work_off(self, claim: Claim) -> None:
        """One job to its end, or back to the ledger."""
        workdir = self.setup.place.work / f"{claim.job}-{claim.token}"
        self._lost.clear()
        self._moved = time.monotonic()
        ended = threading.Event()
        beat = threading.Thread(target=self._beat, args=(claim, ended), daemon=True)
        beat.start()
        try:
            note = self._review(claim, workdir)
            shutil.rmtree(workdir, ignore_errors=True)  # the ledger may need the room
            self._insist(note)
        finally:
            ended.set()
            beat.join()
            shutil.rmtree(workdir, ignore_errors=True)

    def _review(self, claim: Claim, workdir: Path) -> Callable[[], bool]:
        """Review the packet; gives what is to be noted in the ledger."""
        jobs = self.ledger.jobs
        try:
            how, files = self._result(claim, workdir)
            self._gave_back = False
            return lambda: jobs.finish(claim, how, files)
        except ReadingStopped:
            return lambda: jobs.give_back(claim)
        except (EngineError, LedgerError) as error:
            return self._given_back(claim, str(error))
        except ExtractorError as error:
            self._gave_back = False
            kind, why = error.kind, str(error)
            return lambda: jobs.fail(claim, kind, why)
        except OSError as error:
            if error.errno in _DISK:
                return self._given_back(claim, "磁盘已满或不能写入；请清理磁盘，之后会自动继续")
            return self._bug(claim, error)
        except Exception as error:  # a packet must never end the runner
            return self._bug(claim, error)

    def _result(self, claim: Claim, workdir: Path) -> tuple[Finished, list[Artifact]]:
        shutil.rmtree(workdir, ignore_errors=True)
        content = self.ledger.jobs.content(claim.packet)
        try:
            packet = lay_out(content, self.ledger.blobs, workdir / "packet")
        except FileNotFoundError as error:
            raise EngineTrouble(_NO_BLOB) from error
        out, inner = workdir / "out", workdir / "work"
        out.mkdir()
        inner.mkdir()
        pages = self.engine.for_job(claim, self.ledger.pages, self._is_unwanted)

        def tell(no: int, total: int, _outcome: PageOutcome) -> None:
            self._moved = time.monotonic()
            if not self.ledger.jobs.progress(claim, no, total):
                self._lost.set()

        how = self.work(WorkOrder(packet, claim.request, inner, out, pages, tell, claim.job))
        return how, store_files(out, self.ledger.blobs)

    def _given_back(self, claim: Claim, why: str) -> Callable[[], bool]:
        """The trouble stands until a job came through: the next look for work proves nothing."""
        self._gave_back = True
        self._trouble(why)
        return lambda: self.ledger.jobs.give_back(claim, why, self.setup.trouble_seconds)

    def _bug(self, claim: Claim, error: Exception) -> Callable[[], bool]:
        _LOG.exception("job %s failed", claim.job)
        why = f"处理该材料时程序出错（{type(error).__name__}）；请把材料和日志交给维护人员"
        return lambda: self.ledger.jobs.fail(claim, "internal", why)

    def _insist(self, note: Callable[[], bool]) -> None:
        """Note the end of the job, however long the ledger is away; the lease is held meanwhile."""
        while True:
            try:
                note()
                return
            except LedgerError as error:
                self._trouble(str(error))
                if self.stop.wait(1.0):
                    return  # the lease ends by itself, or the next start frees it

    def _is_unwanted(self) -> bool:
        return self.stop.is_set() or self._lost.is_set()

    def _beat(self, claim: Claim, ended: threading.Event) -> None:
        while not ended.wait(LEASE_SECONDS / 12):
            if time.monotonic() - self._moved > self.setup.stall_seconds:
                _LOG.error("job %s makes no progress; giving up this process", claim.job)
                os._exit(70)
            try:
                if not self.ledger.jobs.beat(claim):
                    self._lost.set()  # cancelled, or held by another
            except LedgerError:
                continue

    def _trouble(self, why: str) -> None:
        if why != self._told:
            self._told = why
            self.tell("trouble" if why else "fine", why)


def store_files(folder: Path, blobs: BlobStore) -> list[Artifact]:
    """All files below a result folder, put into the store.

    Raises:
        OSError: the disk is full.
    """
    kept: list[Artifact] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        sha256, size = blobs.put_file(path)
        name = path.relative_to(folder).as_posix()
        kept.append(
            Artifact(name, sha256, size, _MEDIA.get(path.suffix, "application/octet-stream"))
        )
    return kept


def clear_work(ledger: Ledger) -> None:
    """Remove what dead runners left behind."""
    folder = ledger.place.work
    for left in folder.iterdir() if folder.is_dir() else ():
        job = left.name.rpartition("-")[0]
        running = {j.id for j in ledger.jobs.listed([JobState.RUNNING])}
        if job not in running:
            shutil.rmtree(left, ignore_errors=True)
