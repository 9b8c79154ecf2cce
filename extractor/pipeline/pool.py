"""Worker processes that read pages: models loaded once each, one page at a time.

Promises, each with a test:

1. Every task gets exactly one outcome, in task order, whatever happens to the workers.
2. A worker that dies is noticed at once (its pipe closes), replaced, and its page tried again; a page
   that costs ``TRIES`` workers is quarantined: a problem of that page, and the rest goes on. A worker
   that something else ended with SIGKILL (an operator, the system for want of memory) is a third of
   a try: it was hardly the page, but it may be, so not endlessly.
3. A page that takes longer than the limit, or more memory, costs its worker, not the run. Where more
   processes want to run than there are cores the limit is longer by as much: that is no page's fault.
4. Leaving the pool leaves no process behind, within seconds however many there are.
5. A reader that cannot start is not charged to a page; where it fails again and again, the run ends with
   that word for every page left, at once. A worker that died idle is charged to nobody.
6. A worker is ended and replaced after ``recycle_after`` pages: what its libraries leak goes with it.
7. Workers outlive a run: the next one finds them ready. A run that was left half-way leaves nothing to
   the next one.
8. ``warm`` starts all workers before there is work; what dies of them is replaced by the next run.
9. Where ``should_stop`` says so the run ends within a second with ``ReadingStopped``; its pages are
   charged with nothing.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from extractor.core.errors import EngineError
from extractor.core.heap import give_back_free_memory, map_large_blocks
from extractor.core.page import ReadPage

#: Tries a page has before it is given up.
TRIES = 3
#: Deaths by somebody else's SIGKILL that count as one try.
KILLS_A_TRY = 3
#: Failed starts in a row after which no further one is tried.
STARTS = 3
#: The same for readers that something else ended with SIGKILL while they started: more likely a sweep
#: of the system than their own fault, but it may be for want of memory, so not endlessly.
KILLED_STARTS = 12
_START_SECONDS = 180.0
#: On a machine with more work than cores a page may take so many times as long, at most.
_BUSIEST = 8.0
_READY = "ready"
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class ReadingStopped(EngineError):
    """Reading was stopped from outside; what was read stays in the page cache."""

    kind = "stopped"


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page to read: where its file lies and which page (from 1)."""

    no: int
    file: str
    path: str
    media_type: str
    sha256: str
    page_in_file: int


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What became of a task: a read page, or why not (``kind`` and a Chinese ``message``)."""

    task: PageTask
    read: ReadPage | None
    kind: str = ""
    message: str = ""
    seconds: float = 0.0


class TaskReader(Protocol):
    """Reads tasks inside a worker. Made there, by a picklable factory."""

    def read(self, task: PageTask) -> PageOutcome:
        """The outcome; a failure of the page is an outcome, not an exception."""

    def close(self) -> None:
        """Let go of files and children."""


class PageEngine(Protocol):
    """Whatever reads page tasks: a pool here, workers elsewhere."""

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        """One outcome for each task, in order. May raise ``EngineError``: no page is to blame."""


class TryBook(Protocol):
    """Keeps count of what pages cost, beyond the life of this process."""

    def charged(self, task: PageTask) -> int:
        """Tries that the page has used up so far (``tries_of`` its costs)."""

    def begin(self, task: PageTask) -> None:
        """The page is about to be handed to a worker."""

    def charge(self, task: PageTask, kind: str, message: str) -> None:
        """The page cost its worker. ``kind``: ``crash | killed | timeout | memory``."""

    def dealt_with(self, outcome: PageOutcome, *, quarantined: bool) -> None:
        """The page has its outcome."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: PageTask | None = None
    since: float = 0.0
    fresh: bool = True
    pages: int = 0


@dataclass(slots=True)
class _Run:
    """One call of ``PagePool.read``."""

    book: TryBook
    waiting: deque[PageTask]
    done: dict[int, PageOutcome] = field(default_factory=dict)

    def ends_with(self, outcome: PageOutcome, *, quarantined: bool = False) -> None:
        self.book.dealt_with(outcome, quarantined=quarantined)
        self.done[outcome.task.no] = outcome


@dataclass(slots=True)
class PagePool:
    """A fixed number of workers. Use as a context manager.

    Attributes:
        make_reader: picklable; called once in each worker.
        page_seconds: wall clock a page may take on a machine with free cores, its worker started.
        page_bytes: resident memory a worker may reach; ``None``: as much as there is.
        recycle_after: pages a worker reads before another takes its place; ``None``: no end.
        should_stop: asked about twice a second while reading.
    """

    make_reader: Callable[[], TaskReader]
    workers: int
    page_seconds: float = 120.0
    page_bytes: int | None = None
    recycle_after: int | None = None
    should_stop: Callable[[], bool] = lambda: False
    _alive: list[_Worker] = field(default_factory=list)
    _failed_starts: int = 0
    _killed_starts: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_workers(self._alive)

    def read(self, tasks: Sequence[PageTask], book: TryBook | None = None) -> Iterator[PageOutcome]:
        """Outcomes in the order of ``tasks``, each as soon as all before it are there.

        Raises:
            ReadingStopped: ``should_stop`` said so.
        """
        self._end_workers([w for w in self._alive if w.task is not None])  # of a run left half-way
        self._failed_starts = self._killed_starts = 0
        run = _Run(book or _Unwritten(), deque(tasks))
        for task in tasks:
            while task.no not in run.done:
                if self.should_stop():
                    self._end_workers(self._alive, patient=False)
                    raise ReadingStopped("读取已停止，未读的页留待下次继续")
                if self._failed_starts >= STARTS or self._killed_starts >= KILLED_STARTS:
                    self._give_up(run)
                else:
                    self._feed(run)
                    self._collect(run)
            yield run.done.pop(task.no)

    def warm(self) -> None:
        """Start all workers now; each makes its reader while nobody waits. Not while pages are read."""
        self._fill(self.workers)

    def _fill(self, wanted: int) -> None:
        self._end_workers([w for w in self._alive if w.task is None and _is_gone(w)])
        while len(self._alive) < wanted:
            self._alive.append(_start(self.make_reader))

    def _feed(self, run: _Run) -> None:
        self._fill(min(self.workers, len(run.waiting) + sum(1 for w in self._alive if w.task)))
        for worker in self._alive:
            if worker.task is None and run.waiting:
                task = run.waiting.popleft()
                if run.book.charged(task) >= TRIES:  # before a restart
                    run.ends_with(_quarantined(task, "crash", _DIED), quarantined=True)
                    continue
                run.book.begin(task)
                worker.task, worker.since = task, time.monotonic()
                try:
                    worker.pipe.send(task)
                except OSError:  # it died idle: the page was never in its hands
                    worker.task = None
                    run.waiting.appendleft(task)

    def _collect(self, run: _Run) -> None:
        busy = [w for w in self._alive if w.task is not None]
        ready = set(wait([w.pipe for w in busy], timeout=0.5)) if busy else set()
        allowed = self.page_seconds * _waiting_for_a_core()
        for worker in busy:
            limit = allowed + (_START_SECONDS if worker.fresh else 0.0)
            if worker.pipe in ready:
                self._listen(worker, run)
            elif time.monotonic() - worker.since > limit:
                over = f"该页读取超过 {allowed:.0f} 秒"
                self._replace(worker, run, "timeout", over)
            elif self.page_bytes is not None and _resident_bytes(worker) > self.page_bytes:
                over = f"读取该页时内存超过 {self.page_bytes >> 20} MB"
                self._replace(worker, run, "memory", over)

    def _listen(self, worker: _Worker, run: _Run) -> None:
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker, run, "crash", _DIED)
            return
        if said == _READY:
            worker.fresh, worker.since = False, time.monotonic()
            self._failed_starts = self._killed_starts = 0
            return
        worker.task = None
        worker.pages += 1
        run.ends_with(said)
        if self.recycle_after is not None and worker.pages >= self.recycle_after:
            self._end_workers([worker])

    def _replace(self, worker: _Worker, run: _Run, kind: str, message: str) -> None:
        task, fresh = worker.task, worker.fresh
        assert task is not None
        ended_by = self._end_workers([worker])
        if kind == "crash" and ended_by == [-signal.SIGKILL]:
            kind = "killed"
        if fresh:
            if kind == "killed":
                self._killed_starts += 1
            else:
                self._failed_starts += 1
            run.waiting.appendleft(task)
            return
        run.book.charge(task, kind, message)
        if run.book.charged(task) < TRIES:
            run.waiting.appendleft(task)
        else:
            run.ends_with(_quarantined(task, kind, message), quarantined=True)

    def _give_up(self, run: _Run) -> None:
        """No reader can be started: all tasks without an outcome end with that word."""
        left = [worker.task for worker in self._alive if worker.task is not None]
        for task in [*left, *run.waiting]:
            run.ends_with(_not_started(task))
        run.waiting.clear()
        self._end_workers(self._alive)

    def _end_workers(self, workers: Sequence[_Worker], *, patient: bool = True) -> list[int | None]:
        """End them all at once; gives their exit codes."""
        ending = list(workers)
        codes = _end_all(ending, patient=patient)
        self._alive = [w for w in self._alive if w not in ending]
        return codes


def tries_of(deaths: int, kills: int) -> int:
    """Tries used up by deaths and overruns of the page's own, and by kills from outside."""
    return deaths + kills // KILLS_A_TRY


_DIED = "读取该页的进程意外退出"


class _Unwritten:
    """A book for runs that end with this process."""

    def __init__(self) -> None:
        self._costs: dict[int, list[str]] = {}

    def charged(self, task: PageTask) -> int:
        costs = self._costs.get(task.no, [])
        kills = costs.count("killed")
        return tries_of(len(costs) - kills, kills)

    def begin(self, task: PageTask) -> None:
        pass

    def charge(self, task: PageTask, kind: str, message: str) -> None:
        self._costs.setdefault(task.no, []).append(kind)

    def dealt_with(self, outcome: PageOutcome, *, quarantined: bool) -> None:
        pass


def _quarantined(task: PageTask, kind: str, message: str) -> PageOutcome:
    return PageOutcome(task, None, kind, f"{message}（已试 {TRIES} 次），该页未读")


def _not_started(task: PageTask) -> PageOutcome:
    message = f"读取程序启动 {STARTS} 次均失败，该页未读；请运行 extractor models verify 查看原因"
    return PageOutcome(task, None, "start", message)


def _start(make_reader: Callable[[], TaskReader]) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(make_reader, theirs), daemon=False)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _end_all(workers: Sequence[_Worker], *, patient: bool) -> list[int | None]:
    """Ask them to end, then insist; a second and a half in all, however many, and half of it where
    nobody wants the page they are at. Gives exit codes."""
    for worker in workers:
        worker.pipe.close()
    for insist, seconds in (
        (lambda process: None, 0.5 if patient else 0.0),
        (lambda process: process.terminate(), 1.0 if patient else 0.7),
        (lambda process: process.kill(), 5.0),
    ):
        until = time.monotonic() + seconds
        left = [w.process for w in workers if w.process.is_alive()]
        for process in left:
            insist(process)
        for process in left:
            process.join(timeout=max(0.0, until - time.monotonic()))
    codes = [worker.process.exitcode for worker in workers]
    for worker in workers:
        if not worker.process.is_alive():
            worker.process.close()
    return codes


def _waiting_for_a_core() -> float:
    """How many times longer a page takes for others' work on this machine: 1 to ``_BUSIEST``."""
    try:
        return min(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), _BUSIEST)
    except (AttributeError, OSError):  # the system does not say
        return 1.0


def _is_gone(worker: _Worker) -> bool:
    return not worker.process.is_alive()


def _resident_bytes(worker: _Worker) -> int:
    """Memory the worker holds; 0 where the system does not say."""
    try:
        statm = Path(f"/proc/{worker.process.pid}/statm").read_text(encoding="ascii")
        return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _work(make_reader: Callable[[], TaskReader], pipe: Connection) -> None:
    """A worker's whole life: read tasks until the pipe closes."""
    map_large_blocks()
    reader = make_reader()
    try:
        pipe.send(_READY)
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            pipe.send(_read_task(reader, task))
            give_back_free_memory()  # the answer is on its way: nobody waits for this
    except (BrokenPipeError, KeyboardInterrupt):
        return
    finally:
        reader.close()


def _read_task(reader: TaskReader, task: PageTask) -> PageOutcome:
    """A disk that is full is no fault of the page, and no reason to die of."""
    try:
        return reader.read(task)
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            raise
        return PageOutcome(task, None, "disk", "磁盘已满或不能写入，该页未读；请清理磁盘后重新运行")
