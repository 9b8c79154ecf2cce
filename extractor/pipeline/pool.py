"""Worker processes that read pages: models loaded once each, one page at a time.

Promises, each with a test:

1. Every task gets exactly one outcome, in task order, whatever happens to the workers.
2. A worker that dies is noticed at once (its pipe closes), replaced, and its page tried once more; a
   page that kills two workers is a problem of that page, and the rest goes on.
3. A page that takes longer than the limit costs its worker, not the run.
4. Leaving the pool leaves no process behind.
5. A reader that cannot start is not charged to a page; where it fails again and again, the run ends with
   that word for every page left, at once.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Protocol, Self

from extractor.core.page import ReadPage

#: Tries a page has before it is given up.
TRIES = 2
#: Failed starts in a row after which no further one is tried.
STARTS = 3
_START_SECONDS = 180.0
_READY = "ready"


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


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: PageTask | None = None
    since: float = 0.0
    fresh: bool = True


@dataclass(slots=True)
class PagePool:
    """A fixed number of workers for one run. Use as a context manager."""

    make_reader: Callable[[], TaskReader]
    workers: int
    page_seconds: float = 120.0
    _alive: list[_Worker] = field(default_factory=list)
    _failed_starts: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._alive:
            _end(worker)
        self._alive.clear()

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        """Outcomes in the order of ``tasks``, each as soon as all before it are there."""
        waiting = deque((task, 1) for task in tasks)
        tries: dict[int, int] = {}
        done: dict[int, PageOutcome] = {}
        emitted = 0
        while emitted < len(tasks):
            if self._failed_starts >= STARTS:
                done |= {task.no: _not_started(task) for task in self._given_up(waiting)}
            else:
                self._feed(waiting, tries)
                done |= {o.task.no: o for o in self._collect(waiting, tries)}
            while emitted < len(tasks) and tasks[emitted].no in done:
                yield done.pop(tasks[emitted].no)
                emitted += 1

    def _feed(self, waiting: deque[tuple[PageTask, int]], tries: dict[int, int]) -> None:
        wanted = min(self.workers, len(waiting) + sum(1 for w in self._alive if w.task))
        while len(self._alive) < wanted:
            self._alive.append(_start(self.make_reader))
        for worker in self._alive:
            if worker.task is None and waiting:
                task, attempt = waiting.popleft()
                tries[task.no] = attempt
                worker.task, worker.since = task, time.monotonic()
                try:
                    worker.pipe.send(task)
                except (BrokenPipeError, OSError):
                    continue  # noticed as a death when collecting

    def _collect(
        self, waiting: deque[tuple[PageTask, int]], tries: dict[int, int]
    ) -> list[PageOutcome]:
        busy = [w for w in self._alive if w.task is not None]
        ready = set(wait([w.pipe for w in busy], timeout=0.5)) if busy else set()
        outcomes: list[PageOutcome] = []
        for worker in busy:
            assert worker.task is not None
            limit = self.page_seconds + (_START_SECONDS if worker.fresh else 0.0)
            if worker.pipe in ready:
                try:
                    said = worker.pipe.recv()
                    if said == _READY:
                        worker.fresh, worker.since, self._failed_starts = False, time.monotonic(), 0
                    else:
                        outcomes.append(said)
                        worker.task = None
                    continue
                except (EOFError, OSError):
                    kind, message = "crash", "读取该页的进程意外退出"
            elif time.monotonic() - worker.since > limit:
                kind, message = "timeout", f"该页读取超过 {self.page_seconds:.0f} 秒"
            else:
                continue
            outcomes += self._replace(worker, waiting, tries, kind, message)
        return outcomes

    def _replace(
        self,
        worker: _Worker,
        waiting: deque[tuple[PageTask, int]],
        tries: dict[int, int],
        kind: str,
        message: str,
    ) -> list[PageOutcome]:
        task = worker.task
        _end(worker)
        self._alive.remove(worker)
        if task is None:
            return []
        if worker.fresh:
            self._failed_starts += 1
            waiting.appendleft((task, tries[task.no]))
            return []
        if tries[task.no] < TRIES:
            waiting.appendleft((task, tries[task.no] + 1))
            return []
        return [PageOutcome(task, None, kind, f"{message}（已试 {TRIES} 次），该页未读")]

    def _given_up(self, waiting: deque[tuple[PageTask, int]]) -> list[PageTask]:
        """All tasks without an outcome, where no reader can be started; their workers are ended."""
        left = [worker.task for worker in self._alive if worker.task is not None]
        left += [task for task, _attempt in waiting]
        waiting.clear()
        for worker in self._alive:
            _end(worker)
        self._alive.clear()
        return left


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


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join(timeout=0.5)
    if worker.process.is_alive():
        worker.process.terminate()
        worker.process.join(timeout=2)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


def _work(make_reader: Callable[[], TaskReader], pipe: Connection) -> None:
    """A worker's whole life: read tasks until the pipe closes."""
    reader = make_reader()
    try:
        pipe.send(_READY)
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            pipe.send(reader.read(task))
    except (BrokenPipeError, KeyboardInterrupt):
        return
    finally:
        reader.close()
